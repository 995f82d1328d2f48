//! Real tors for the integration tests, started by `tests/support`.
//!
//! ```ignore
//! mod common;
//! let Some(tor) = common::Tor::start("cookie") else { return };
//! connect(tor.control_socket());
//! ```
//!
//! `None` means that no tor is installed: the helper has then said "skipped",
//! and the test returns. What was started ends when its value is dropped, and
//! also when the test process dies: it reads this process's end of a pipe.

// Each test binary uses its own part of this.
#![allow(dead_code)]

mod live;

pub(crate) use live::*;

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// How long a test waits for what has to come. It finds what hangs, on a machine with eight times as much
/// to do as it can, too.
pub(crate) const LONG_MS: u64 = 600_000;
pub(crate) const LONG: Duration = Duration::from_millis(LONG_MS);

/// Exit status with which the scripts say that tor is not installed.
const SKIPPED: i32 = 77;

/// The tor that the tests run: the one of the PATH if `TORCTL_TOR` names no other.
pub(crate) fn tor_program() -> OsString {
    env::var_os("TORCTL_TOR").unwrap_or_else(|| "tor".into())
}

/// A script that serves until its standard input ends, and what it printed.
struct Served {
    child: Child,
    values: HashMap<String, String>,
}

impl Served {
    fn start(script: &str, arguments: &[&str]) -> Option<Served> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/support")
            .join(script);
        let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
        let mut child = Command::new(python)
            .arg(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let output = child.stdout.take().expect("standard output was piped");
        let mut values = HashMap::new();
        for line in BufReader::new(output).lines() {
            let line = line.expect("the script prints text");
            if line == "READY" {
                return Some(Served { child, values });
            }
            let (name, value) = line.split_once('=').expect("lines are NAME=value");
            values.insert(name.to_owned(), value.to_owned());
        }
        let status = child.wait().expect("the script can be waited for");
        assert_eq!(status.code(), Some(SKIPPED), "{script} failed");
        // Past the capture of the test harness, so that it can be counted.
        let name = thread::current().name().unwrap_or("?").to_owned();
        let _ = io::stderr().write_all(format!("skipped: {name}: no tor\n").as_bytes());
        None
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// One real tor, its network disabled, removed when dropped.
pub(crate) struct Tor {
    served: Served,
}

impl Tor {
    /// `auth` is "none", "cookie", "password" or "both".
    pub(crate) fn start(auth: &str) -> Option<Tor> {
        Tor::with_options(auth, &[])
    }

    /// With lines of torrc, such as "DisableNetwork 0".
    pub(crate) fn with_options(auth: &str, torrc: &[&str]) -> Option<Tor> {
        let mut arguments = vec!["--auth", auth, "--serve"];
        for line in torrc {
            arguments.extend(["--set", line]);
        }
        Served::start("run_with_tor.py", &arguments).map(|served| Tor { served })
    }

    fn value(&self, name: &str) -> &str {
        self.served.values.get(name).map_or("", String::as_str)
    }

    /// The control port on 127.0.0.1.
    pub(crate) fn control_port(&self) -> u16 {
        self.value("TORCTL_TEST_PORT").parse().expect("a port")
    }

    /// "127.0.0.1:PORT".
    pub(crate) fn control_address(&self) -> String {
        format!("127.0.0.1:{}", self.control_port())
    }

    /// The control port's Unix socket.
    pub(crate) fn control_socket(&self) -> PathBuf {
        self.value("TORCTL_TEST_SOCKET").into()
    }

    /// With "password" and "both".
    pub(crate) fn password(&self) -> &str {
        self.value("TORCTL_TEST_PASSWORD")
    }

    /// With "cookie" and "both".
    pub(crate) fn cookie_file(&self) -> PathBuf {
        self.value("TORCTL_TEST_COOKIE_FILE").into()
    }

    /// The data directory, with torrc and log.
    pub(crate) fn directory(&self) -> PathBuf {
        self.value("TORCTL_TEST_DIR").into()
    }

    /// tor's process, to be stopped or killed at will.
    pub(crate) fn pid(&self) -> i32 {
        self.value("TORCTL_TEST_TOR_PID").parse().expect("a pid")
    }
}

/// The private network: the one this process runs in, or else one of its own,
/// which ends with the process.
pub(crate) struct Network {
    values: HashMap<String, String>,
    _served: Option<Served>,
}

/// The network shared by all tests of this process; `None` means skipped.
pub(crate) fn network() -> Option<&'static Network> {
    static NETWORK: OnceLock<Option<Network>> = OnceLock::new();
    NETWORK
        .get_or_init(|| {
            if env::var_os("TORCTL_NET_CONTROL_PORT").is_some() {
                let ours = |(name, _): &(String, String)| name.starts_with("TORCTL_NET_");
                return Some(Network {
                    values: env::vars().filter(ours).collect(),
                    _served: None,
                });
            }
            let mut served = Served::start("network.py", &["--quiet", "serve"])?;
            Some(Network {
                values: std::mem::take(&mut served.values),
                _served: Some(served),
            })
        })
        .as_ref()
}

impl Network {
    /// A variable of `tests/support/network.py` without its "TORCTL_NET_".
    pub(crate) fn value(&self, name: &str) -> &str {
        self.values
            .get(&format!("TORCTL_NET_{name}"))
            .map_or("", String::as_str)
    }

    /// The client's control port, as "127.0.0.1:PORT".
    pub(crate) fn control_address(&self) -> String {
        format!("127.0.0.1:{}", self.value("CONTROL_PORT"))
    }

    /// The client's control socket.
    pub(crate) fn control_socket(&self) -> PathBuf {
        self.value("CONTROL_SOCKET").into()
    }

    /// The client's SOCKS port.
    pub(crate) fn socks_port(&self) -> u16 {
        self.value("SOCKS_PORT").parse().expect("a port")
    }

    /// The relays, each with its fingerprint.
    pub(crate) fn relays(&self) -> Vec<(&str, &str)> {
        self.value("RELAYS")
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .collect()
    }
}
