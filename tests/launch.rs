//! Tors that the library starts itself.

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use common::Tor;
use torctl::api::conf::get_conf;
use torctl::api::info::get_info;
use torctl::api::launch::{prepare, Control, Launch};
use torctl::engine::call::Call;
use torctl::engine::controller::State;
use torctl::engine::process::{Exit, Process};
use torctl::error::Error;

/// One that talks to nobody.
fn offline() -> Launch {
    let mut launch = Launch {
        program: common::tor_program(),
        ..Launch::default()
    };
    for (name, value) in [("DisableNetwork", "1"), ("SocksPort", "auto")] {
        let added = launch.add_option(name.as_bytes(), value.as_bytes());
        added.expect("an option of tor");
    }
    launch
}

fn start(options: &Launch) -> Result<Arc<torctl::api::Tor>, Error> {
    let tor = prepare(options.clone(), None)?;
    tor.wait_for(&Call::none(), async |call| tor.connect_for(call).await)?;
    Ok(tor)
}

/// How it ended, once it has.
fn end(process: &Process) -> Exit {
    let deadline = Instant::now() + common::LONG;
    loop {
        if let Some(exit) = process.exit() {
            return exit;
        }
        assert!(Instant::now() < deadline);
        thread::yield_now();
    }
}

/// Tells whether there is a tor to start, by the support's own.
fn has_tor() -> bool {
    Tor::start("none").is_some()
}

#[test]
fn many_at_once_share_nothing() {
    if !has_tor() {
        return;
    }
    let threads: Vec<_> = (0..6)
        .map(|number| {
            thread::spawn(move || {
                let mut options = offline();
                if number % 2 == 1 {
                    options.control = Control::Port;
                }
                let tor = start(&options).unwrap();
                let pid = tor
                    .wait_for(&Call::none(), async |call| {
                        get_info(&tor, &["process/pid"], call).await
                    })
                    .unwrap();
                let process = tor.process().unwrap();
                assert_eq!(pid.value(0).unwrap(), process.pid().to_string().as_bytes());
                tor.close();
                assert_eq!(end(&process), Exit::Code(0));
                (
                    process.pid(),
                    tor.process_directory().unwrap().bytes().to_vec(),
                )
            })
        })
        .collect();
    let mut seen: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
    for (pid, directory) in seen {
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
        let directory = String::from_utf8(directory).unwrap();
        assert!(!Path::new(&directory).exists(), "{directory}");
    }
}

#[test]
fn one_that_is_dropped_ends() {
    if !has_tor() {
        return;
    }
    let tor = start(&offline()).unwrap();
    let process = tor.process().unwrap();
    // Not even a reload makes it read another torrc.
    common::ask(&tor, "SIGNAL RELOAD");
    let network = tor
        .wait_for(&Call::none(), async |call| {
            get_conf(&tor, &["DisableNetwork"], call).await
        })
        .unwrap();
    assert_eq!(network.value(0), Some(&b"1"[..]));
    drop(tor);
    assert_eq!(end(&process), Exit::Code(0));
    assert!(String::from_utf8_lossy(&process.output()).contains("Owning controller"));
}

#[test]
fn one_that_dies_closes_its_controller() {
    if !has_tor() {
        return;
    }
    let tor = start(&offline()).unwrap();
    let process = tor.process().unwrap();
    process.end();
    assert_eq!(end(&process), Exit::Code(0));
    let error = tor
        .wait_for(&Call::none(), async |call| {
            get_info(&tor, &["version"], call).await
        })
        .unwrap_err();
    assert!(matches!(error, Error::Closed(_)), "{error:?}");
    assert_eq!(tor.current_state(), State::Closed);
}

#[test]
fn secrets_are_in_no_file_and_no_argument() {
    if !has_tor() {
        return;
    }
    let secret = "16:8AF2A93F114B5765605887B2D9BF6C4811537FFE405FF5196C35BD1F0A";
    let mut options = offline();
    let hash = b"HashedControlPassword";
    options.add_option(hash, secret.as_bytes()).unwrap();
    let tor = start(&options).unwrap();
    let process = tor.process().unwrap();
    let directory = String::from_utf8(tor.process_directory().unwrap().bytes().to_vec()).unwrap();
    let arguments = fs::read(format!("/proc/{}/cmdline", process.pid())).unwrap();
    assert!(!String::from_utf8_lossy(&arguments).contains(secret));
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let text = fs::read(&path).unwrap();
            assert!(!String::from_utf8_lossy(&text).contains(secret), "{path:?}");
        }
    }
    assert!(!format!("{process:?}").contains(secret));
    tor.close();
    assert_eq!(end(&process), Exit::Code(0));
}

#[test]
fn a_failure_tells_why_and_leaves_nothing() {
    if !has_tor() {
        return;
    }
    let mut options = offline();
    options.add_option(b"NoSuchOption", b"1").unwrap();
    for control in [Control::Descriptor, Control::Port] {
        options.control = control;
        let error = start(&options).unwrap_err();
        let Error::Failed {
            message, reason, ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert!(
            message.starts_with("tor ended with status 1: "),
            "{message}"
        );
        assert!(reason.contains("Unknown option 'NoSuchOption'"), "{reason}");
    }
    // One that does not answer in time.
    let mut options = offline();
    options.start_timeout_ms = 0;
    let error = start(&options).unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}
