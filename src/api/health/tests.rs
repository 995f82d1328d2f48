use super::*;
use crate::engine::call::Call;
use crate::engine::event_queue::{EventQueue, Next};
use crate::engine::queue::Capacity;
use crate::engine::scripted;
use crate::engine::settings::Settings;
use crate::proto::event::Key;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const PHASE: &str = "NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"";
const GUARDS: &str = "250+entry-guards=\r\n\
    $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~a up\r\n\
    $BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB~b down 2026-01-01 00:00:00\r\n\
    $CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC~c unusable\r\n.\r\n250 OK\r\n";

/// What a tor says that lacks nothing, if it is not told otherwise.
fn healthy(line: &str, other: &[(&str, &str)]) -> String {
    if let Some((_, answer)) = other.iter().find(|(asked, _)| line.ends_with(asked)) {
        return answer.to_string();
    }
    match line.split_once(' ') {
        Some(("GETINFO", "entry-guards")) => GUARDS.to_string(),
        Some(("GETINFO", key)) => {
            let value = match key {
                "status/bootstrap-phase" => PHASE,
                "dormant" => "0",
                "network-liveness" => "up",
                "onions/current" | "onions/detached" => "",
                _ => "1",
            };
            format!("250-{key}={value}\r\n250 OK\r\n")
        }
        Some(("GETCONF", "DisableNetwork")) => "250 DisableNetwork=0\r\n".to_string(),
        Some(("GETCONF", name)) => format!("250 {name}\r\n"),
        _ => "250 OK\r\n".to_string(),
    }
}

fn tor(other: &'static [(&'static str, &'static str)]) -> Tor {
    Tor::of(scripted::controller(move |line| healthy(line, other)))
}

fn ask_now(tor: &Tor) -> Health {
    tor.wait_for(&Call::none(), async |call| health(tor, call).await)
        .unwrap()
}

fn text(health: &Health, item: &[u8]) -> String {
    let text = health.finding(item).unwrap().text();
    String::from_utf8_lossy(text.bytes()).into_owned()
}

/// Those that are not OK, with their levels.
fn troubles(health: &Health) -> String {
    let all = health.findings.iter().filter(|it| it.level != Level::Ok);
    let words = all.map(|it| format!("{} {}", it.item.word(), it.level.word()));
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_tor_that_lacks_nothing() {
    let tor = tor(&[]);
    let health = ask_now(&tor);
    assert_eq!(health.verdict, Level::Ok);
    assert_eq!(troubles(&health), "");
    assert_eq!(health.findings.len(), 9);
    assert_eq!(health.bootstrap_percent, Some(100));
    assert_eq!(health.bootstrap_tag, b"done");
    assert_eq!(health.bootstrap_summary, "Done");
    assert_eq!(health.bootstrap_since_us, None);
    assert_eq!(health.guards, Some((3, 1, 1)));
    assert_eq!(health.has_circuit, Some(true));
    assert_eq!(health.has_directory, Some(true));
    assert_eq!(health.is_network_live, Some(true));
    assert_eq!(health.is_dormant, Some(false));
    assert_eq!(health.onions_listed, Some(0));
    assert_eq!(health.clock_skew_s, None);
    tor.close();
}

#[test]
fn each_thing_that_is_wrong_is_told() {
    type Case = (
        &'static [(&'static str, &'static str)],
        &'static str,
        Level,
        Reason,
    );
    let cases: [Case; 9] = [
        (
            &[("circuit-established", "250-status/circuit-established=0\r\n250 OK\r\n")],
            "CIRCUIT DOWN",
            Level::Down,
            Reason::NoCircuit,
        ),
        (
            &[("enough-dir-info", "250-status/enough-dir-info=0\r\n250 OK\r\n")],
            "DIRECTORY DOWN",
            Level::Down,
            Reason::NoConsensus,
        ),
        (
            &[("dormant", "250-dormant=1\r\n250 OK\r\n")],
            "DORMANT DEGRADED",
            Level::Degraded,
            Reason::Dormant,
        ),
        (
            &[("network-liveness", "250-network-liveness=down\r\n250 OK\r\n")],
            "NETWORK DEGRADED",
            Level::Degraded,
            Reason::Unknown,
        ),
        (
            &[(
                "entry-guards",
                "250-entry-guards=$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB~b down\r\n250 OK\r\n",
            )],
            "GUARDS DEGRADED",
            Level::Degraded,
            Reason::Unknown,
        ),
        (
            &[("onions/detached", "250-onions/detached=abc\r\n250 OK\r\n")],
            "ONIONS UNKNOWN",
            Level::Ok,
            Reason::Unknown,
        ),
        (
            &[
                ("bootstrap-phase", "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=50 TAG=loading_descriptors SUMMARY=\"Loading\"\r\n250 OK\r\n"),
                ("circuit-established", "250-status/circuit-established=0\r\n250 OK\r\n"),
                ("enough-dir-info", "250-status/enough-dir-info=0\r\n250 OK\r\n"),
            ],
            "BOOTSTRAP STARTING, CIRCUIT STARTING, DIRECTORY STARTING",
            Level::Starting,
            Reason::Unknown,
        ),
        (
            &[
                ("bootstrap-phase", "250-status/bootstrap-phase=WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY=\"Connecting\" WARNING=\"No route to host\" REASON=NOROUTE COUNT=5 RECOMMENDATION=warn\r\n250 OK\r\n"),
                ("circuit-established", "250-status/circuit-established=0\r\n250 OK\r\n"),
            ],
            "BOOTSTRAP DOWN, CIRCUIT STARTING",
            Level::Down,
            Reason::NoRoute,
        ),
        (
            &[
                ("bootstrap-phase", "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=0 TAG=starting SUMMARY=\"Starting\"\r\n250 OK\r\n"),
                ("circuit-established", "250-status/circuit-established=0\r\n250 OK\r\n"),
                ("DisableNetwork", "250 DisableNetwork=1\r\n"),
            ],
            "BOOTSTRAP DOWN, CIRCUIT STARTING",
            Level::Down,
            Reason::NetworkDisabled,
        ),
    ];
    for (other, expected, verdict, why) in cases {
        let tor = tor(other);
        let health = ask_now(&tor);
        assert_eq!(troubles(&health), expected);
        assert_eq!(health.verdict, verdict, "{expected}");
        assert_eq!(health.first().unwrap().why, why, "{expected}");
        tor.close();
    }
}

#[test]
fn what_is_refused_is_unknown() {
    let refuse = |line: &str| match line {
        "GETINFO status/circuit-established" => healthy(line, &[]),
        "GETINFO onions/current" => "551 No onion services of the specified type.\r\n".to_string(),
        _ => "510 Command filtered\r\n".to_string(),
    };
    let tor = Tor::of(scripted::controller(refuse));
    let health = ask_now(&tor);
    assert_eq!(health.verdict, Level::Ok);
    assert_eq!(health.bootstrap_percent, None);
    assert_eq!(health.onions_listed, Some(0));
    assert_eq!((health.guards, health.has_directory), (None, None));
    assert_eq!(health.finding(b"CIRCUIT").unwrap().level, Level::Ok);
    tor.close();
    let tor = Tor::of(scripted::controller(|_| {
        "510 Command filtered\r\n".to_string()
    }));
    assert_eq!(ask_now(&tor).verdict, Level::Unknown);
    tor.close();
}

#[test]
fn a_controller_without_connection_says_so() {
    let tor = Tor::new(Settings::default());
    let health = ask_now(&tor);
    assert_eq!(health.verdict, Level::Down);
    assert_eq!(health.findings.len(), 1);
    assert_eq!(
        text(&health, b"CONNECTION"),
        "the controller is not connected"
    );
    // tor goes away without a word.
    let (send, lines) = mpsc::channel();
    let gone = Tor::of(scripted::controller(move |line| {
        let _ = send.send(line.to_string());
        healthy(line, &[])
    }));
    assert_eq!(ask_now(&gone).verdict, Level::Ok);
    assert_eq!(
        lines.iter().next().unwrap(),
        "GETINFO status/bootstrap-phase"
    );
    gone.close();
    let health = ask_now(&gone);
    assert!(!health.is_connected && health.bootstrap_percent.is_none());
    assert_eq!(
        text(&health, b"CONNECTION"),
        gone.closed_cause().unwrap().to_string()
    );
}

#[test]
fn a_question_that_is_not_answered_is_a_failure() {
    let mut is_stuck = false;
    let tor = Tor::of(scripted::controller(move |line| {
        is_stuck |= line == "GETINFO dormant";
        match is_stuck {
            true => String::new(),
            false => healthy(line, &[]),
        }
    }));
    let call = Call::default();
    call.set_timeout_ms(50);
    let outcome = tor.wait_for(&Arc::new(call), async |call| health(&tor, call).await);
    assert!(matches!(outcome, Err(Error::Timeout(50))), "{outcome:?}");
    // Nothing is awaited for ever.
    assert_eq!(lock(&tor.health.inner).as_ref().unwrap().awaited, 0);
    tor.close();
    assert_eq!(ask_now(&tor).verdict, Level::Down);
}

fn queue(tor: &Tor, kinds: KindSet) -> EventQueue {
    tor.wait_for(&Call::none(), async |call| {
        EventQueue::new(tor, kinds, Capacity::default(), call).await
    })
    .unwrap()
}

/// The next event: its item, levels, values and number.
fn next(queue: &EventQueue) -> String {
    let deadline = Some(Instant::now() + Duration::from_secs(60));
    let Ok(Next::Event(event)) = queue.next(&Call::none(), deadline) else {
        panic!("none came");
    };
    if event.kind() != Kind::Health {
        return String::from_utf8_lossy(event.raw()).trim_end().to_string();
    }
    let fields = event.fields();
    let get = |key| {
        let text = fields.get(key).unwrap();
        String::from_utf8_lossy(text.bytes()).into_owned()
    };
    let level = String::from_utf8_lossy(fields.arg(1).bytes()).into_owned();
    format!(
        "{} {}>{level} {}>{} {}>{} {}",
        String::from_utf8_lossy(fields.arg(0).bytes()),
        get(Key::Was),
        get(Key::From),
        get(Key::To),
        get(Key::VerdictWas),
        get(Key::Verdict),
        get(Key::Reason),
    )
}

#[test]
fn changes_are_events_for_those_who_asked() {
    let (sent, lines) = mpsc::channel();
    let tor = Tor::of(scripted::controller(move |line| {
        let _ = sent.send(line.to_string());
        match line.strip_prefix("GETINFO say ") {
            Some(events) => {
                let events = events.split(';').map(|it| format!("650 {it}\r\n"));
                format!("{}250-say=\r\n250 OK\r\n", events.collect::<String>())
            }
            None => healthy(
                line,
                &[("onions/current", "250-onions/current=abc\r\n250 OK\r\n")],
            ),
        }
    }));
    let queue = queue(&tor, KindSet::of(Kind::Health));
    let say = |events: &str| {
        let line = format!("GETINFO say {events}");
        let command = crate::proto::encode::Command::raw(line.as_bytes(), None).unwrap();
        let _ = tor.request(command, &Call::none());
    };
    assert!(lines.recv().unwrap().contains("NETWORK_LIVENESS"));
    // What is known at the beginning is told as one picture.
    let first = [
        "CONNECTION UNKNOWN>OK >READY UNKNOWN>OK 0",
        "BOOTSTRAP UNKNOWN>OK >100 UNKNOWN>OK 0",
        "DORMANT UNKNOWN>OK >0 UNKNOWN>OK 0",
        "NETWORK UNKNOWN>OK >1 UNKNOWN>OK 0",
        "CIRCUIT UNKNOWN>OK >1 UNKNOWN>OK 0",
        "DIRECTORY UNKNOWN>OK >1 UNKNOWN>OK 0",
        "CLOCK UNKNOWN>OK >0 UNKNOWN>OK 0",
        "GUARDS UNKNOWN>OK >1 UNKNOWN>OK 0",
    ];
    for expected in first {
        assert_eq!(next(&queue), expected);
    }
    let guard = "GUARD ENTRY $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~a";
    for (said, told) in [
        (
            "NETWORK_LIVENESS DOWN",
            "NETWORK OK>DEGRADED 1>0 OK>DEGRADED 0",
        ),
        (
            "NETWORK_LIVENESS UP",
            "NETWORK DEGRADED>OK 0>1 DEGRADED>OK 0",
        ),
        (
            "STATUS_CLIENT NOTICE CIRCUIT_NOT_ESTABLISHED REASON=CLOCK_JUMPED",
            "CIRCUIT OK>DOWN 1>0 OK>DOWN 1119",
        ),
        (
            "STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED",
            "CIRCUIT DOWN>OK 0>1 DOWN>OK 0",
        ),
        (
            "STATUS_CLIENT NOTICE NOT_ENOUGH_DIR_INFO",
            "DIRECTORY OK>DOWN 1>0 OK>DOWN 1118",
        ),
        (
            "STATUS_CLIENT NOTICE ENOUGH_DIR_INFO",
            "DIRECTORY DOWN>OK 0>1 DOWN>OK 0",
        ),
        (
            "STATUS_GENERAL WARN CLOCK_SKEW SKEW=-3600 SOURCE=DIRSERV",
            "CLOCK OK>DEGRADED 0>-3600 OK>DEGRADED 1204",
        ),
        (
            "STATUS_GENERAL NOTICE CLOCK_JUMPED TIME=3600",
            "CLOCK DEGRADED>OK -3600>0 DEGRADED>OK 0",
        ),
        (
            &format!("{guard} DOWN"),
            "GUARDS OK>DEGRADED 1>0 OK>DEGRADED 0",
        ),
        (
            &format!("{guard} UP"),
            "GUARDS DEGRADED>OK 0>1 DEGRADED>OK 0",
        ),
        (
            &format!("{guard} DROPPED"),
            "GUARDS OK>DEGRADED 1>0 OK>DEGRADED 0",
        ),
        (
            &format!("{guard} NEW"),
            "GUARDS DEGRADED>OK 0>1 DEGRADED>OK 0",
        ),
        ("SIGNAL DORMANT", "DORMANT OK>DEGRADED 0>1 OK>DEGRADED 1202"),
        ("SIGNAL ACTIVE", "DORMANT DEGRADED>OK 1>0 DEGRADED>OK 0"),
        (
            "HS_DESC CREATED abc UNKNOWN UNKNOWN desc",
            "ONIONS UNKNOWN>DEGRADED ?/1>0/1 OK>DEGRADED 0",
        ),
        (
            "HS_DESC UPLOADED abc UNKNOWN $A",
            "ONIONS DEGRADED>OK 0/1>1/1 DEGRADED>OK 0",
        ),
    ] {
        say(said);
        assert_eq!(next(&queue), told, "{said}");
    }
    // What changes nothing is no event; neither is what others asked for.
    say("SIGNAL ACTIVE;NETWORK_LIVENESS UP;HS_DESC CREATED abc UNKNOWN UNKNOWN desc2");
    assert!(matches!(
        queue.next(&Call::none(), Some(Instant::now())),
        Ok(Next::Empty)
    ));
    // Two in one read are told as what they come to.
    say("NETWORK_LIVENESS DOWN;NETWORK_LIVENESS UP;SIGNAL DORMANT");
    assert_eq!(next(&queue), "DORMANT OK>DEGRADED 0>1 OK>DEGRADED 1202");
    tor.close();
    assert_eq!(
        next(&queue),
        "CONNECTION OK>DOWN READY>CLOSED DEGRADED>DOWN 0"
    );
    assert!(matches!(queue.next(&Call::none(), None), Ok(Next::Ended)));
}

#[test]
fn an_answer_is_not_newer_than_the_event_behind_it() {
    let tor = Tor::of(scripted::controller(|line| match line {
        "GETINFO status/circuit-established" => "650 STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED\r\n\
             250-status/circuit-established=0\r\n250 OK\r\n\
             650 STATUS_CLIENT NOTICE CIRCUIT_NOT_ESTABLISHED REASON=X\r\n\
             650 STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED\r\n"
            .to_string(),
        "GETINFO status/enough-dir-info" => "650 STATUS_CLIENT NOTICE NOT_ENOUGH_DIR_INFO\r\n\
             250-status/enough-dir-info=1\r\n250 OK\r\n"
            .to_string(),
        line => healthy(line, &[]),
    }));
    let health = ask_now(&tor);
    assert_eq!(health.has_circuit, Some(true));
    assert_eq!(health.has_directory, Some(true));
    tor.close();
}

#[test]
fn tor_is_asked_in_each_new_connection() {
    let tor = Tor::new(Settings::default());
    let queue = queue(&tor, KindSet::of(Kind::Health));
    let (ours, mut peer) = scripted::Peer::new();
    scripted::relink(&tor, ours);
    tor.become_ready().unwrap();
    assert!(peer.line().starts_with("SETEVENTS STATUS_GENERAL"));
    peer.say("250 OK\r\n");
    let asked: Vec<String> = Question::ALL.iter().map(|_| peer.line()).collect();
    assert_eq!(asked[0], "GETINFO status/bootstrap-phase");
    for line in &asked {
        peer.say(&healthy(line, &[]));
    }
    let told: Vec<String> = (0..3).map(|_| next(&queue)).collect();
    assert_eq!(
        told[0],
        "CONNECTION UNKNOWN>STARTING >CONNECTED UNKNOWN>STARTING 0"
    );
    assert_eq!(
        told[1],
        "CONNECTION STARTING>OK CONNECTED>READY STARTING>OK 0"
    );
    assert_eq!(told[2], "BOOTSTRAP UNKNOWN>OK >100 STARTING>OK 0");
    while !next(&queue).starts_with("ONIONS") {}
    drop(peer);
    assert!(next(&queue).starts_with("CONNECTION OK>DOWN READY>CLOSED OK>DOWN"));
}

#[test]
fn one_who_asks_for_something_else_gets_that_alone() {
    let tor = Tor::of(scripted::controller(|line| match line {
        "GETINFO say" => "650 NETWORK_LIVENESS DOWN\r\n250-say=\r\n250 OK\r\n".to_string(),
        line => healthy(line, &[]),
    }));
    let other = queue(&tor, KindSet::of(Kind::NetworkLiveness));
    let own = queue(&tor, KindSet::of(Kind::Health));
    while !next(&own).starts_with("ONIONS") {}
    let command = crate::proto::encode::Command::raw(b"GETINFO say", None).unwrap();
    let _ = tor.request(command, &Call::none());
    assert_eq!(next(&own), "NETWORK OK>DEGRADED 1>0 OK>DEGRADED 0");
    assert_eq!(next(&other), "650 NETWORK_LIVENESS DOWN");
    assert!(matches!(
        other.next(&Call::none(), Some(Instant::now())),
        Ok(Next::Empty)
    ));
    tor.close();
}
