use super::*;
use crate::engine::controller::Controller;
use crate::engine::scripted::{until, Peer};
use crate::engine::sys::Origin;
use std::fs;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{channel, Receiver};
use std::sync::Mutex;
use std::time::Duration;

const COOKIE: [u8; 32] = [0xab; 32];
const COOKIE_HEX: &str = "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB";

/// What a scripted tor does with a line.
pub(super) enum Answer {
    Say(String),
    Nothing,
    /// Says that and hangs up.
    Last(&'static str),
}

pub(super) fn say(text: &str) -> Answer {
    Answer::Say(format!("{text}\r\n"))
}

/// A directory of its own, with a socket at which a scripted tor listens.
pub(super) struct ScriptedTor {
    directory: PathBuf,
    lines: Receiver<String>,
}

impl ScriptedTor {
    /// `answer` is told which connection it is, from 1, and the line.
    pub(super) fn new(answer: impl Fn(usize, &str) -> Answer + Send + 'static) -> ScriptedTor {
        static LAST: AtomicUsize = AtomicUsize::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let name = format!("torctl-connect-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).unwrap();
        let listener = UnixListener::bind(directory.join("control")).unwrap();
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for (index, stream) in listener.incoming().enumerate() {
                let mut peer = Peer::of(stream.unwrap());
                loop {
                    let line = peer.line();
                    if line.is_empty() || send.send(line.clone()).is_err() {
                        break;
                    }
                    match answer(index + 1, &line) {
                        Answer::Say(text) => peer.say(&text),
                        Answer::Nothing => {}
                        Answer::Last(text) => {
                            peer.say(text);
                            break;
                        }
                    }
                }
            }
        });
        ScriptedTor { directory, lines }
    }

    /// One that offers these ways to authenticate and is content with anything.
    fn offering(methods: &str) -> ScriptedTor {
        let methods = methods.to_string();
        ScriptedTor::new(move |_, line| answer_in_order(&methods, line))
    }

    fn address(&self) -> Address {
        Address::Unix(self.directory.join("control"))
    }

    pub(super) fn settings(&self) -> Settings {
        Settings {
            target: Target::Address(self.address()),
            cookie_file: Some(self.directory.join("cookie")),
            connect_timeout: Duration::from_secs(60),
            ..Settings::default()
        }
    }

    fn write_cookie(&self, bytes: &[u8]) {
        fs::write(self.directory.join("cookie"), bytes).unwrap();
    }

    /// All that it is told until this.
    pub(super) fn told_until(&self, last: &str) -> Vec<String> {
        let mut told = Vec::new();
        while told.last().is_none_or(|line| line != last) {
            told.push(self.lines.recv_timeout(Duration::from_secs(60)).unwrap());
        }
        told
    }

    /// All that it was told until now, but for the first question, which is always the same.
    pub(super) fn told(&self) -> Vec<String> {
        let lines = self.lines.try_iter();
        lines.filter(|line| line != "PROTOCOLINFO 1").collect()
    }
}

impl Drop for ScriptedTor {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn answer_in_order(methods: &str, line: &str) -> Answer {
    match line.split(' ').next() {
        Some("PROTOCOLINFO") => say(&format!(
            "250-PROTOCOLINFO 1\r\n250-AUTH METHODS={methods}\r\n250-VERSION Tor=\"0.4.8.1\"\r\n250 OK"
        )),
        _ => say("250 OK"),
    }
}

fn connect_to(tor: &ScriptedTor) -> (Arc<Controller>, Result<(), Error>) {
    let controller = Controller::new(tor.settings());
    let outcome = controller.connect(&Call::none());
    (controller, outcome)
}

/// The message of an error, and that the controller can try again.
fn failure(controller: &Controller, outcome: Result<(), Error>) -> (Error, String) {
    let error = outcome.unwrap_err();
    assert_eq!(controller.state(), State::New);
    assert!(lock(&controller.core).link.is_none());
    let message = error.to_string();
    (error, message)
}

#[test]
fn nothing_is_needed_where_tor_wants_nothing() {
    let tor = ScriptedTor::offering("NULL");
    let (controller, outcome) = connect_to(&tor);
    outcome.unwrap();
    assert_eq!(controller.state(), State::Ready);
    assert_eq!(tor.told(), ["AUTHENTICATE"]);
    controller.close();
}

#[test]
fn a_cookie_is_read_from_its_file_each_time() {
    let tor = ScriptedTor::offering("COOKIE COOKIEFILE=\"/nonexistent\"");
    let controller = Controller::new(tor.settings());
    let connect = || controller.connect(&Call::none());
    let (error, message) = failure(&controller, connect());
    assert!(matches!(error, Error::Auth { errno, .. } if errno == libc::ENOENT));
    assert!(message.contains("/cookie: No such file"), "{message}");
    tor.write_cookie(&COOKIE[1..]);
    let (_, message) = failure(&controller, connect());
    assert!(message.contains("has 31 bytes"), "{message}");
    assert_eq!(tor.told(), [""; 0]);
    tor.write_cookie(&COOKIE);
    connect().unwrap();
    assert_eq!(tor.told(), [format!("AUTHENTICATE {COOKIE_HEX}")]);
    controller.close();
}

#[test]
fn a_proof_is_asked_for_with_a_fresh_nonce() {
    let tor = ScriptedTor::offering("COOKIE,SAFECOOKIE COOKIEFILE=\"/nonexistent\"");
    tor.write_cookie(&COOKIE);
    let nonces = [(); 2].map(|()| {
        // It answers with something else than a proof.
        let (controller, outcome) = connect_to(&tor);
        let (error, _) = failure(&controller, outcome);
        assert!(matches!(error, Error::Auth { .. }));
        tor.told().remove(0)
    });
    for nonce in &nonces {
        let hex = nonce.strip_prefix("AUTHCHALLENGE SAFECOOKIE ").unwrap();
        assert!(hex.len() == 64 && hex != "0".repeat(64), "{nonce}");
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[test]
fn after_a_refusal_the_next_way_is_tried_on_a_new_connection() {
    let tor = ScriptedTor::new(|connection, line| match (connection, line) {
        (1, line) if line.starts_with("AUTHCHALLENGE") => Answer::Last("513 Wrong\r\n"),
        _ => answer_in_order("SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"", line),
    });
    tor.write_cookie(&COOKIE);
    let mut settings = tor.settings();
    settings.password = Some(Zeroizing::new(b"secret".to_vec()));
    let controller = Controller::new(settings);
    controller.connect(&Call::none()).unwrap();
    let told = tor.told();
    assert!(told[0].starts_with("AUTHCHALLENGE SAFECOOKIE "), "{told:?}");
    assert_eq!(told[1..], ["AUTHENTICATE 736563726574"]);
    controller.close();
}

#[test]
fn a_refusal_leaves_the_controller_as_it_was() {
    let tor = ScriptedTor::new(|connection, line| match (connection, line) {
        (1, "AUTHENTICATE") => Answer::Last("515 no\r\n"),
        _ => answer_in_order("NULL", line),
    });
    let (controller, outcome) = connect_to(&tor);
    let (error, message) = failure(&controller, outcome);
    assert!(matches!(
        error,
        Error::Auth {
            rejection: Some((515, _)),
            ..
        }
    ));
    assert!(message.contains("515 no"), "{message}");
    controller.connect(&Call::none()).unwrap();
    controller.close();
}

#[test]
fn a_tor_that_does_not_answer_is_waited_for_so_long() {
    let tor = ScriptedTor::new(|_, _| Answer::Nothing);
    let mut settings = tor.settings();
    settings.connect_timeout = Duration::from_millis(10);
    let controller = Controller::new(settings);
    let (error, message) = failure(&controller, controller.connect(&Call::none()));
    assert!(matches!(error, Error::Overdue { .. }), "{error:?}");
    assert!(message.contains("10 ms"), "{message}");
    // The call's own timeout comes before that of the settings.
    let call = Call::default();
    call.set_timeout_ms(5);
    let (_, message) = failure(&controller, controller.connect(&Arc::new(call)));
    assert!(message.contains(" 5 ms"), "{message}");
}

#[test]
fn a_cancelled_call_ends_the_attempt() {
    let tor = ScriptedTor::new(|_, _| Answer::Nothing);
    let controller = Controller::new(tor.settings());
    let call = Arc::new(Call::default());
    let for_thread = (Arc::clone(&controller), Arc::clone(&call));
    let thread = std::thread::spawn(move || for_thread.0.connect(&for_thread.1));
    assert_eq!(tor.lines.recv().unwrap(), "PROTOCOLINFO 1");
    call.cancel();
    let (error, _) = failure(&controller, thread.join().unwrap());
    assert!(matches!(error, Error::Cancelled), "{error:?}");
    let again = controller.connect(&call);
    assert!(matches!(again, Err(Error::Cancelled)), "{again:?}");
}

#[test]
fn a_close_ends_the_attempt_for_good() {
    let tor = ScriptedTor::new(|_, _| Answer::Nothing);
    let controller = Controller::new(tor.settings());
    let for_thread = Arc::clone(&controller);
    let thread = std::thread::spawn(move || for_thread.connect(&Call::none()));
    assert_eq!(tor.lines.recv().unwrap(), "PROTOCOLINFO 1");
    controller.close();
    let outcome = thread.join().unwrap();
    assert!(
        matches!(outcome, Err(Error::Closed(Cause::Local))),
        "{outcome:?}"
    );
    let again = controller.connect(&Call::none());
    assert!(matches!(again, Err(Error::Closed(Cause::Local))));
}

fn with_descriptor(fd: UnixStream, is_authenticated: bool) -> Arc<Controller> {
    Controller::new(Settings {
        target: Target::Descriptor {
            fd: Arc::new(Mutex::new(Some(fd.into()))),
            is_authenticated,
            origin: Origin::here(),
        },
        connect_timeout: Duration::from_secs(60),
        ..Settings::default()
    })
}

#[test]
fn a_descriptor_is_used_once() {
    let (ours, mut peer) = Peer::new();
    let controller = with_descriptor(ours, false);
    let for_thread = Arc::clone(&controller);
    let thread = std::thread::spawn(move || for_thread.connect(&Call::none()));
    assert_eq!(peer.line(), "PROTOCOLINFO 1");
    peer.say("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK\r\n");
    assert_eq!(peer.line(), "AUTHENTICATE");
    peer.say("515 no\r\n");
    // There is no second connection for another try.
    let (error, message) = failure(&controller, thread.join().unwrap());
    assert!(matches!(error, Error::Auth { .. }), "{error:?}");
    assert!(message.contains("the descriptor"), "{message}");
    assert_eq!(peer.line(), "");
    let (error, _) = failure(&controller, controller.connect(&Call::none()));
    assert!(matches!(error, Error::State(_)), "{error:?}");
}

#[test]
fn an_authenticated_descriptor_is_ready_without_a_word() {
    let (ours, mut peer) = Peer::new();
    let controller = with_descriptor(ours, true);
    controller.connect(&Call::none()).unwrap();
    assert_eq!(controller.state(), State::Ready);
    controller.close();
    assert_eq!(peer.lines(), ["QUIT"]);
}

#[test]
fn a_child_does_not_take_the_descriptor_of_its_parent() {
    let (ours, _peer) = Peer::new();
    let fd = Arc::new(Mutex::new(Some(ours.into())));
    let controller = Controller::new(Settings {
        target: Target::Descriptor {
            fd: Arc::clone(&fd),
            is_authenticated: true,
            origin: Origin::elsewhere(),
        },
        ..Settings::default()
    });
    assert!(controller.connect(&Call::none()).is_err());
    assert!(lock(&fd).is_some());
}

#[test]
fn where_nobody_listens_the_system_says_why() {
    let tor = ScriptedTor::offering("NULL");
    let mut settings = tor.settings();
    settings.target = Target::Address(Address::Unix(tor.directory.join("nobody")));
    let controller = Controller::new(settings);
    let (error, message) = failure(&controller, controller.connect(&Call::none()));
    assert!(matches!(error, Error::Connect { errno, .. } if errno == libc::ENOENT));
    assert!(message.starts_with("cannot connect to unix:/"), "{message}");
}

/// Looks for a tor at these places.
fn look(places: Vec<Address>) -> (Arc<Conversation>, Result<(), Error>) {
    let settings = Settings::default();
    let conversation = Conversation::new(settings.limits, settings.timeout, None);
    let operation = Operation::new(Call::none(), Arc::default());
    let parker = operation.parker();
    conversation.begin_login(parker, State::New).unwrap();
    let connecting = Connecting {
        conversation: &conversation,
        operation: &operation,
        slot: Slot::woken_by(parker),
        is_return: false,
        starter: None,
        limit: Timeout::new(Duration::from_secs(60)),
    };
    let credentials = Credentials {
        method: None,
        password: None,
        cookie_file: None,
    };
    let work = connecting.log_in_anywhere(places, credentials);
    let outcome = conversation.block_on(&operation, work);
    let outcome = outcome.unwrap();
    (conversation, outcome)
}

#[test]
fn places_are_tried_in_their_order_until_one_lets_in() {
    let other = ScriptedTor::new(|_, _| Answer::Last("220 mail.example ESMTP\r\n"));
    let refusing = ScriptedTor::new(|_, line| match line {
        "AUTHENTICATE" => Answer::Last("515 no\r\n"),
        _ => answer_in_order("NULL", line),
    });
    let [tor, late] = [(); 2].map(|()| ScriptedTor::offering("NULL"));
    let nobody = Address::Unix(other.directory.join("nobody"));
    let before = [nobody, other.address(), refusing.address()];
    let (conversation, outcome) = look([&before[..], &[tor.address(), late.address()]].concat());
    outcome.unwrap();
    assert_eq!(conversation.state(), State::Ready);
    assert_eq!(tor.told(), ["AUTHENTICATE"]);
    assert_eq!(late.lines.try_iter().count(), 0);
    conversation.close();
    // Without that one, all of them are named in their order, and the refusal counts.
    let (_, outcome) = look(before.to_vec());
    let error = outcome.unwrap_err();
    let message = error.to_string();
    let at = before.map(|place| message.find(&place.to_string()).unwrap());
    assert!(at.is_sorted(), "{message}");
    assert!(matches!(error, Error::Auth { .. }), "{error:?}");
    let (_, outcome) = look(vec![other.address()]);
    assert!(matches!(outcome, Err(Error::Connect { errno: 0, .. })));
}

#[test]
fn what_is_wanted_before_is_asked_for_in_the_login() {
    use crate::engine::event_queue::EventQueue;
    use crate::engine::queue::Capacity;
    use crate::proto::event::{Kind, KindSet};
    let tor = ScriptedTor::offering("NULL");
    let controller = Controller::new(tor.settings());
    let kinds = KindSet::of(Kind::Bw);
    let queue = controller.wait_for(&Call::none(), async |call| {
        EventQueue::new(&controller, kinds, Capacity::default(), call).await
    });
    let queue = queue.unwrap();
    controller.connect(&Call::none()).unwrap();
    assert_eq!(tor.told(), ["AUTHENTICATE", "SETEVENTS BW"]);
    drop(queue);
    let mut told = Vec::new();
    until(|| {
        told.extend(tor.told());
        !told.is_empty()
    });
    assert_eq!(told, ["SETEVENTS"]);
    controller.close();
}
