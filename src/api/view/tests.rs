use super::*;
use crate::engine::call::Call;
use crate::engine::scripted;
use crate::engine::settings::Settings;
use crate::proto::encode::Command;
use crate::proto::event::Key;
use std::time::{Duration, Instant};

const FINGERPRINT: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Says what there is, and after `GETINFO say` these events.
fn tor(circuits: &'static str) -> Arc<Controller> {
    scripted::controller(move |line| match line {
        "GETINFO circuit-status" => circuits.to_string(),
        "GETINFO stream-status" => {
            "250-stream-status=14 SUCCEEDED 9 127.0.0.1:80\r\n250 OK\r\n".to_string()
        }
        "GETINFO entry-guards" => {
            format!("250-entry-guards=${FINGERPRINT}~a up\r\n250 OK\r\n")
        }
        line => match line.strip_prefix("GETINFO say ") {
            Some(events) => {
                let events = events.split(';').map(|it| format!("650 {it}\r\n"));
                format!("{}250-say=\r\n250 OK\r\n", events.collect::<String>())
            }
            None => "250 OK\r\n".to_string(),
        },
    })
}

const CIRCUITS: &str = "250+circuit-status=\r\n\
    7 BUILT $AA~a PURPOSE=GENERAL\r\n9 EXTENDED $AA~a PURPOSE=GENERAL\r\n.\r\n250 OK\r\n";

fn view_of(controller: &Arc<Controller>) -> View {
    controller
        .wait_for(&Call::none(), async |call| {
            View::new(controller, call).await
        })
        .unwrap()
}

fn say(controller: &Arc<Controller>, events: &str) {
    let command = Command::raw(format!("GETINFO say {events}").as_bytes(), None).unwrap();
    let _ = controller.request(command, &Call::none());
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim_end().to_string()
}

fn raws(events: &[Event]) -> Vec<String> {
    events.iter().map(|it| lossy(it.raw())).collect()
}

/// What changed, as words.
fn changes(view: &View) -> String {
    let all = match view.take_changes().unwrap() {
        Changes::Some(all) => all,
        Changes::None => return "nothing".to_string(),
        Changes::Ended => return "the end".to_string(),
    };
    let words = all.iter().map(|it| {
        let status = it
            .event
            .as_ref()
            .map(|it| lossy(it.fields().arg(1).bytes()));
        let words = format!(
            "{:?} {} {:?} {}",
            it.sort,
            it.id,
            it.change,
            status.unwrap_or_default()
        );
        words.trim_end().to_string()
    });
    words.collect::<Vec<_>>().join(", ")
}

fn is_readable(view: &View) -> bool {
    use rustix::event::{poll, PollFd, PollFlags, Timespec};
    let mut fds = [PollFd::from_borrowed_fd(view.fd(), PollFlags::IN)];
    let none = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    poll(&mut fds, Some(&none)).unwrap() > 0
}

#[test]
fn it_has_what_was_there_and_what_came() {
    let controller = tor(CIRCUITS);
    let view = view_of(&controller);
    assert!(view.is_complete().unwrap() && is_readable(&view));
    assert_eq!(
        changes(&view),
        "Circuit 7 Added BUILT, Circuit 9 Added EXTENDED, Stream 14 Added SUCCEEDED, Guard 0 Added"
    );
    assert!(!is_readable(&view));
    assert_eq!(changes(&view), "nothing");
    say(
        &controller,
        "CIRC 9 BUILT $AA~a,$BB~b PURPOSE=GENERAL;CIRC 12 LAUNCHED PURPOSE=GENERAL;\
         STREAM 15 NEW 0 example.com:80 SOURCE_ADDR=127.0.0.1:5 PURPOSE=USER;BW 1 2",
    );
    assert!(is_readable(&view));
    assert_eq!(
        changes(&view),
        "Circuit 9 Changed BUILT, Circuit 12 Added LAUNCHED, Stream 15 Added NEW"
    );
    assert_eq!(
        raws(&view.circuits().unwrap()),
        [
            "650 CIRC 7 BUILT $AA~a PURPOSE=GENERAL",
            "650 CIRC 9 BUILT $AA~a,$BB~b PURPOSE=GENERAL",
            "650 CIRC 12 LAUNCHED PURPOSE=GENERAL",
        ]
    );
    say(
        &controller,
        &format!(
            "CIRC 7 CLOSED $AA~a PURPOSE=GENERAL REASON=FINISHED;CIRC 12 FAILED REASON=TIMEOUT;\
             CIRC 13 LAUNCHED;CIRC 13 CLOSED;STREAM 14 CLOSED 9 127.0.0.1:80 REASON=DONE;\
             STREAM 15 XOFF_RECV 9 example.com:80;GUARD ENTRY ${FINGERPRINT}~a DOWN"
        ),
    );
    assert_eq!(
        changes(&view),
        "Circuit 7 Removed, Circuit 12 Removed, Stream 14 Removed, Guard 0 Changed"
    );
    assert_eq!(view.count(Sort::Circuit).unwrap(), 1);
    assert_eq!(view.stream(15).unwrap().fields().arg(1).bytes(), b"NEW");
    assert!(matches!(view.stream(14), Err(Error::NotFound(_))));
    assert!(matches!(view.circuit(7), Err(Error::NotFound(_))));
    let guards = view.guards().unwrap();
    assert_eq!(guards[0].state, b"down");
    assert!(guards[0].since_us.is_some());
    say(
        &controller,
        &format!("GUARD ENTRY ${FINGERPRINT}~a DROPPED"),
    );
    assert_eq!(changes(&view), "Guard 0 Removed");
    controller.close();
    assert!(is_readable(&view));
    assert_eq!(changes(&view), "the end");
    assert!(!view.is_complete().unwrap());
    assert_eq!(
        view.count(Sort::Stream).unwrap(),
        1,
        "what was last known stays"
    );
}

#[test]
fn a_new_purpose_leaves_the_status() {
    let controller = tor(CIRCUITS);
    let view = view_of(&controller);
    changes(&view);
    say(
        &controller,
        "CIRC_MINOR 9 PURPOSE_CHANGED $AA~a PURPOSE=HS_CLIENT_REND SOCKS_USERNAME=\"x OLD_PURPOSE=y\" OLD_PURPOSE=GENERAL OLD_HS_STATE=X;\
         CIRC_MINOR 77 PURPOSE_CHANGED PURPOSE=GENERAL OLD_PURPOSE=X",
    );
    assert_eq!(changes(&view), "Circuit 9 Changed EXTENDED");
    let circuit = view.circuit(9).unwrap();
    let get = |key| circuit.fields().get(key).map(|it| lossy(it.bytes()));
    assert_eq!(get(Key::Purpose).as_deref(), Some("HS_CLIENT_REND"));
    assert_eq!(get(Key::SocksUsername).as_deref(), Some("x OLD_PURPOSE=y"));
    assert_eq!(get(Key::OldPurpose), None);
    controller.close();
}

#[test]
fn an_answer_takes_its_place_between_the_events() {
    let controller = scripted::controller(|line| match line {
        "GETINFO circuit-status" => "650 CIRC 1 BUILT\r\n650 CIRC 2 BUILT\r\n\
             250+circuit-status=\r\n1 BUILT\r\n3 LAUNCHED\r\n.\r\n250 OK\r\n\
             650 CIRC 3 BUILT\r\n650 CIRC 4 LAUNCHED\r\n"
            .to_string(),
        "GETINFO stream-status" => "250-stream-status=\r\n250 OK\r\n".to_string(),
        "GETINFO entry-guards" => "250-entry-guards=\r\n250 OK\r\n".to_string(),
        _ => "250 OK\r\n".to_string(),
    });
    let view = view_of(&controller);
    assert_eq!(
        changes(&view),
        "Circuit 1 Added BUILT, Circuit 3 Added BUILT, Circuit 4 Added LAUNCHED"
    );
    controller.close();
}

/// Answers the three questions.
fn answer_all(peer: &mut scripted::Peer, circuits: &str) {
    for key in ["circuit-status", "stream-status", "entry-guards"] {
        assert_eq!(peer.line(), format!("GETINFO {key}"));
        let value = if key == "circuit-status" {
            circuits
        } else {
            ""
        };
        peer.say(&format!("250-{key}={value}\r\n250 OK\r\n"));
    }
}

#[test]
fn it_asks_anew_in_a_new_connection_and_after_a_loss() {
    let mut settings = Settings::default();
    settings.limits.line_bytes = 200;
    let controller = Controller::new(settings);
    let view = view_of(&controller);
    assert!(!view.is_complete().unwrap());
    let (ours, mut peer) = scripted::Peer::new();
    scripted::relink(&controller, ours);
    controller.become_ready().unwrap();
    assert_eq!(peer.line(), "SETEVENTS CIRC CIRC_MINOR STREAM GUARD");
    peer.say("250 OK\r\n");
    answer_all(&mut peer, "5 BUILT");
    scripted::until(|| view.is_complete().unwrap());
    assert_eq!(changes(&view), "Circuit 5 Added BUILT");
    // Nobody knows what this was about.
    peer.say(&format!(
        "650 CIRC 5 CLOSED PURPOSE={}\r\n",
        "x".repeat(300)
    ));
    scripted::until(|| is_readable(&view));
    assert_eq!(changes(&view), "nothing");
    answer_all(&mut peer, "6 BUILT");
    scripted::until(|| view.is_complete().unwrap());
    assert_eq!(changes(&view), "Circuit 5 Removed, Circuit 6 Added BUILT");
    controller.close();
}

#[test]
fn a_refusal_is_the_programs_to_know() {
    let refusing = |refused: &'static str| {
        let controller = scripted::controller(move |line| match line == refused {
            true => "510 Command filtered\r\n".to_string(),
            false if line.starts_with("GETINFO") => {
                format!("250-{}=\r\n250 OK\r\n", &line["GETINFO ".len()..])
            }
            false => "250 OK\r\n".to_string(),
        });
        let view = controller.wait_for(&Call::none(), async |call| {
            View::new(&controller, call).await
        });
        assert!(matches!(view, Err(Error::Rejected { .. })), "{view:?}");
        assert!(!controller.has_consumers());
        assert_eq!(controller.wanted(), KindSet::default());
        controller.close();
    };
    refusing("GETINFO stream-status");
    refusing("SETEVENTS CIRC CIRC_MINOR STREAM GUARD");
}

/// Of what a busy relay sends: so many circuits, and the time for an event.
#[test]
#[ignore = "measures"]
fn nanoseconds_an_event() {
    let mut table = Table::default();
    let line = |id: u64, status: &str| {
        let path = format!("${FINGERPRINT}~relay,").repeat(3);
        format!("650 CIRC {id} {status} {path} BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL TIME_CREATED=2026-01-01T00:00:00.000000\r\n").into_bytes()
    };
    for id in 0..50_000 {
        table.take(Kind::Circ, &line(id, "BUILT"), 0);
    }
    table.circuits.take_changes();
    let lines: Vec<Vec<u8>> = (0..100_000u64)
        .map(|at| {
            line(
                (at * 7919) % 50_000,
                if at % 2 == 0 { "EXTENDED" } else { "BUILT" },
            )
        })
        .chain(
            (0..100_000u64)
                .flat_map(|at| [line(50_000 + at, "LAUNCHED"), line(50_000 + at, "CLOSED")]),
        )
        .collect();
    let begun = Instant::now();
    for line in &lines {
        table.take(Kind::Circ, line, 0);
    }
    let taken = begun.elapsed();
    eprintln!("{} ns an event", taken.as_nanos() / lines.len() as u128);
    assert_eq!(table.circuits.all().len(), 50_000);
    assert!(taken < Duration::from_secs(60));
}
