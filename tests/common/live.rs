//! What the tests do with a real tor and the network around it.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{mpsc, Arc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use torctl::api;
use torctl::engine::call::Call;
use torctl::engine::link::Address;
use torctl::engine::settings::{Settings, Target};
use torctl::proto::encode::Command;
use torctl::proto::reply::Reply;

use super::{Network, Tor};

/// A controller that is connected to this socket.
pub(crate) fn open(socket: &Path) -> Arc<api::Tor> {
    let address = Address::parse(socket.to_str().expect("our paths are text"));
    let controller = api::Tor::new(Settings {
        target: Target::Address(address.expect("the path of a socket")),
        ..Settings::default()
    });
    controller
        .connect(&Call::none())
        .expect("the test authenticates");
    controller
}

/// tor's answer to a line.
pub(crate) fn ask(controller: &api::Tor, line: &str) -> Reply {
    let command = Command::raw(line.as_bytes(), None).expect("one line");
    controller
        .request(command, &Call::none())
        .expect("tor answers")
}

/// Whether this tor knows an argument of ADD_ONION; not every version does.
pub(crate) fn has_onion_argument(controller: &api::Tor, argument: &str) -> bool {
    let line = format!("ADD_ONION NEW:ED25519-V3 Flags=DiscardPK{argument} Port=80");
    let reply = ask(controller, &line);
    let has = reply.code() == 250;
    if has {
        let text = String::from_utf8_lossy(reply.line(0).expect("it has one").text).into_owned();
        let address = text.trim_start_matches("ServiceID=");
        assert_eq!(ask(controller, &format!("DEL_ONION {address}")).code(), 250);
    } else {
        // Past the capture of the test harness.
        let text = format!("left out: this tor has no{argument}\n");
        let _ = io::stderr().write_all(text.as_bytes());
    }
    has
}

/// Another client of the network, its network disabled at first.
pub(crate) fn second_client(network: &Network) -> Option<Tor> {
    second_client_with(network, &[])
}

/// The same, with more lines of torrc.
pub(crate) fn second_client_with(network: &Network, more: &[&str]) -> Option<Tor> {
    let torrc = Path::new(network.value("DIR")).join("client/torrc");
    let torrc = fs::read_to_string(torrc).expect("the client's torrc");
    let mut lines: Vec<&str> = torrc
        .lines()
        .filter(|line| line.starts_with("DirAuthority "))
        .collect();
    lines.extend(["TestingTorNetwork 1", "SocksPort auto"]);
    lines.push("PathsNeededToBuildCircuits 0.67");
    lines.extend(more);
    Tor::with_options("cookie", &lines)
}

/// A server on loopback that says hello to everybody and hangs up.
pub(crate) struct Greeter {
    port: u16,
}

impl Greeter {
    pub(crate) fn start() -> Greeter {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        // Ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = { stream }.write_all(b"hello");
            }
        });
        Greeter { port }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

/// What a server says that is reached through a SOCKS port; nothing if it is not reached.
pub(crate) fn socks_connect(listener: &str, host: &str, port: u16) -> JoinHandle<Vec<u8>> {
    let (listener, host) = (listener.to_owned(), host.to_owned());
    thread::spawn(move || {
        let mut stream = TcpStream::connect(listener).expect("the SOCKS port");
        // tor gives a stream up after two minutes at the latest.
        stream
            .set_read_timeout(Some(super::LONG))
            .expect("it is more than nothing");
        stream.write_all(b"\x05\x01\x00").expect("tor reads");
        let mut answer = [0; 2];
        stream.read_exact(&mut answer).expect("tor speaks SOCKS");
        let mut request = b"\x05\x01\x00\x03".to_vec();
        request.push(host.len() as u8);
        request.extend_from_slice(host.as_bytes());
        request.extend_from_slice(&port.to_be_bytes());
        stream.write_all(&request).expect("tor reads");
        let mut head = [0; 10];
        let mut heard = Vec::new();
        if stream.read_exact(&mut head).is_ok() && head[1] == 0 {
            let _ = stream.read_to_end(&mut heard);
        }
        heard
    })
}

/// What an onion service says to its clients. One that was published a moment ago may not be found
/// at once: tried again until it answers, or it has been tried for long enough.
pub(crate) fn reach(listener: &str, host: &str, port: u16) -> Vec<u8> {
    let end = Instant::now() + super::LONG;
    let (sender, receiver) = mpsc::channel();
    loop {
        let attempt = socks_connect(listener, host, port);
        let sender = sender.clone();
        thread::spawn(move || sender.send(attempt.join().unwrap_or_default()));
        // Attempts that are overtaken go on: any of them will do. One that fails at once must not be
        // tried again at once.
        match receiver.recv_timeout(Duration::from_secs(15)) {
            Ok(heard) if !heard.is_empty() => return heard,
            _ if Instant::now() >= end => return Vec::new(),
            Ok(_) => thread::sleep(Duration::from_secs(1)),
            Err(_) => {}
        }
    }
}

/// Whether a process is there and no zombie.
pub(crate) fn is_running(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(") ").next().unwrap_or_default();
    !state.is_empty() && !state.starts_with('Z')
}
