use super::*;
use crate::engine::call::Call;
use crate::engine::scripted;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::sync::Mutex;
use std::thread::JoinHandle;

/// A SOCKS port that takes one connection, gives `answer` to its request, and then goes away. Its
/// address, and what was asked of it.
fn socks_port(answer: &'static [u8]) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut method = [0; 3];
        stream.read_exact(&mut method).unwrap();
        stream.write_all(&[5, method[2]]).unwrap();
        if method[2] == 2 {
            let mut login = Vec::new();
            let mut take = |stream: &mut TcpStream, size: usize| {
                let mut bytes = vec![0; size];
                stream.read_exact(&mut bytes).unwrap();
                login.extend_from_slice(&bytes);
                usize::from(bytes[size - 1])
            };
            let user = take(&mut stream, 2);
            take(&mut stream, user);
            let password = take(&mut stream, 1);
            take(&mut stream, password);
            stream.write_all(b"\x01\x00").unwrap();
        }
        let mut head = [0; 5];
        stream.read_exact(&mut head).unwrap();
        let mut rest = vec![0; usize::from(head[4]) + 2];
        stream.read_exact(&mut rest).unwrap();
        stream.write_all(answer).unwrap();
        rest
    });
    (place, thread)
}

/// A tor that says this of its SOCKS ports, of DisableNetwork, and of streams before each answer
/// that is no SETEVENTS.
fn tor(places: String, is_disabled: bool, events: Arc<Mutex<String>>) -> Arc<Tor> {
    Arc::new(Tor::of(scripted::controller(move |line| {
        let said = std::mem::take(&mut *events.lock().unwrap());
        match line {
            "GETINFO net/listeners/socks" => {
                *events.lock().unwrap() = said;
                format!("250-net/listeners/socks={places}\r\n250 OK\r\n")
            }
            "GETCONF DisableNetwork" => {
                format!("250 DisableNetwork={}\r\n", u8::from(is_disabled))
            }
            "GETINFO version" => format!("{said}250-version=0\r\n250 OK\r\n"),
            _ => {
                *events.lock().unwrap() = said;
                "250 OK\r\n".to_string()
            }
        }
    })))
}

fn dial_at(tor: &Arc<Tor>, host: &str, is_followed: bool) -> Result<(OwnedFd, Dialed), Error> {
    let target = Target::new(host.as_bytes(), 80).unwrap();
    let options = DialOptions::default();
    tor.wait_for(&Call::none(), async |call| {
        dial(tor, target, options, is_followed, Some(60_000), call).await
    })
}

/// The failure where the SOCKS port says this.
fn failure(host: &str, answer: &'static [u8]) -> (String, Reason) {
    let (place, port) = socks_port(answer);
    let tor = tor(format!("\"{place}\""), false, Arc::default());
    let error = dial_at(&tor, host, false).unwrap_err();
    port.join().unwrap();
    tor.close();
    match error {
        Error::Failed { message, why, .. } => (message, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_host_goes_to_tor_as_it_is() {
    let (place, port) = socks_port(b"\x05\x00\x00\x01\0\0\0\0\0\0hello");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = closed.local_addr().unwrap().to_string();
    drop(closed);
    // The first that takes a connection is the one.
    let places = format!("\"{nobody}\" \"unix:/nonexistent/socks\" \"{place}\"");
    let tor = tor(places, false, Arc::default());
    let (fd, dialed) = dial_at(&tor, "A.test", false).unwrap();
    assert_eq!(port.join().unwrap(), b"A.test\x00\x50");
    assert_eq!(dialed, Dialed::default());
    let flags = rustix::io::fcntl_getfd(fd.as_fd()).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
    // It goes on without the controller.
    tor.close();
    let mut hello = String::new();
    TcpStream::from(fd).read_to_string(&mut hello).unwrap();
    assert_eq!(hello, "hello");
}

#[test]
fn what_is_known_of_the_stream_is_told() {
    let (place, port) = socks_port(b"\x05\x05");
    let events: Arc<Mutex<String>> = Arc::default();
    let tor = tor(format!("\"{place}\""), false, Arc::clone(&events));
    // Its source is known only when it is there: these are of another.
    *events.lock().unwrap() =
        "650 STREAM 7 NEW 0 a.test:80 SOURCE_ADDR=127.0.0.1:1 PURPOSE=USER\r\n\
         650 STREAM 7 FAILED 3 a.test:80 REASON=END REMOTE_REASON=CONNECTREFUSED\r\n"
            .to_string();
    let error = dial_at(&tor, "a.test", true).unwrap_err();
    port.join().unwrap();
    let text = "no connection to a.test:80: nothing listens on that port";
    assert_eq!(error.to_string(), text);
    tor.close();
}

#[test]
fn each_failure_has_its_words() {
    let (text, why) = failure("a.test", b"\x05\x02\x00\x01\0\0\0\0\0\0");
    assert_eq!(why, Reason::DialNotAllowed);
    assert!(
        text.starts_with("no connection to a.test:80: no relay's exit policy"),
        "{text}"
    );
    let onion = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";
    let (text, why) = failure(&format!("www.{onion}"), b"\x05\x04");
    assert_eq!(why, Reason::DialHostUnreachable);
    assert!(text.contains("ExtendedErrors"), "{text}");
    let (_, why) = failure(&onion.replacen('2', "3", 1), b"\x05\x01");
    assert_eq!(why, Reason::OnionBadAddress);
    let (text, why) = failure(onion, b"\x05\xf4");
    assert_eq!(why, Reason::OnionMissingKey);
    assert!(text.contains("client key"), "{text}");
    let (text, why) = failure("a.test", b"");
    assert_eq!(why, Reason::DialFailed);
    assert!(
        text.ends_with("tor closed the connection to its SOCKS port"),
        "{text}"
    );
    let (_, why) = failure("a.test", b"HTTP/1.0 501");
    assert_eq!(why, Reason::NotSocks);
}

#[test]
fn without_a_socks_port_it_is_said_why() {
    for (is_disabled, wanted) in [
        (true, Reason::NetworkDisabled),
        (false, Reason::NoSocksPort),
    ] {
        let tor = tor(String::new(), is_disabled, Arc::default());
        let error = dial_at(&tor, "a.test", false).unwrap_err();
        let is_it = matches!(&error, Error::Failed { why, .. } if *why == wanted);
        assert!(is_it, "{error:?}");
        tor.close();
        let error = dial_at(&tor, "a.test", false).unwrap_err();
        assert!(matches!(error, Error::Closed(_)), "{error:?}");
    }
    let unconnected = Tor::new(Default::default());
    let error = dial_at(&unconnected, "a.test", false).unwrap_err();
    assert!(matches!(error, Error::State(_)), "{error:?}");
}

#[test]
fn each_connection_has_a_login_of_its_own() {
    let login = |isolation: Isolation| isolation.login().unwrap();
    assert_ne!(login(Isolation::Own), login(Isolation::Own));
    let tag = || Isolation::Tag(b"x".to_vec());
    assert_eq!(login(tag()), login(tag()));
    assert_ne!(login(tag()), login(Isolation::Tag(b"y".to_vec())));
    assert_eq!(login(Isolation::Shared), None);
}
