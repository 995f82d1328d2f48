use super::*;
use crate::proto::encode::Builder;
use crate::proto::event::words;

const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";

fn command(text: &str) -> Command {
    Command::raw(text.as_bytes(), None).unwrap()
}

fn by(text: &str) -> Again {
    Again::By(command(text))
}

fn onion(simpler: Option<&str>, is_detached: bool) -> Again {
    Again::Onion {
        command: command("ADD_ONION ED25519-V3:key PoWDefensesEnabled=1 Port=80"),
        simpler: simpler.map(command),
        is_detached,
    }
}

fn kept() -> Kept {
    Kept::new(true)
}

/// What is asked, one after the other, where tor answers each with what the function says; and what
/// is told.
fn run(kept: &mut Kept, answer: &dyn Fn(&str) -> String) -> (Vec<String>, Vec<String>) {
    let mut restoration = kept.restoration();
    let mut asked = Vec::new();
    while let Some(command) = restoration.poll_command() {
        let line = String::from_utf8(command.line().to_vec()).unwrap();
        let reply = Reply::new(answer(&line).into_bytes());
        asked.push(line);
        restoration.handle_reply(Ok(reply));
    }
    assert!(restoration.asked.is_empty());
    let mut events = Vec::new();
    while let Some(told) = restoration.poll_told() {
        kept.handle_told(&told);
        events.push(told.event());
    }
    (asked, events)
}

fn yes(_: &str) -> String {
    "250 OK\r\n".to_string()
}

#[test]
fn words_are_those_of_the_table() {
    for part in [
        Part::Ownership,
        Part::Conf,
        Part::Attacher,
        Part::MapAddress,
        Part::ClientAuth,
        Part::Onion,
        Part::Events,
    ] {
        assert_ne!(words::SETUP_PART.number(part.word().as_bytes()), 0);
    }
    for outcome in [Outcome::Restored, Outcome::Lives, Outcome::Lost] {
        assert_ne!(words::RESTORED_OUTCOME.number(outcome.word().as_bytes()), 0);
    }
}

#[test]
fn all_is_asked_for_in_an_order_that_makes_sense() {
    let mut kept = kept();
    kept.keep(Part::Onion, SITE, onion(None, false), 0);
    kept.keep(Part::MapAddress, "b.test", by("MAPADDRESS b.test=1"), 0);
    kept.keep(Part::MapAddress, "a.test", by("MAPADDRESS a.test=1"), 0);
    kept.keep(Part::ClientAuth, SITE, by("ONION_CLIENT_AUTH_ADD x y"), 0);
    kept.keep_conf(&[(b"Bridge", Some(b"1")), (b"Bridge", Some(b"2"))], 0);
    kept.keep(Part::Ownership, "", by("TAKEOWNERSHIP"), 0);
    let (asked, told) = run(&mut kept, &yes);
    assert_eq!(
        asked,
        [
            "TAKEOWNERSHIP",
            "SETCONF Bridge=\"1\" Bridge=\"2\"",
            "MAPADDRESS b.test=1",
            "MAPADDRESS a.test=1",
            "ONION_CLIENT_AUTH_ADD x y",
            "ADD_ONION ED25519-V3:key PoWDefensesEnabled=1 Port=80",
        ]
    );
    let expected = format!("ONION RESTORED WHICH=\"{SITE}\" CODE=250 MESSAGE=\"OK\"");
    assert_eq!(told[5], expected);
    assert_eq!(
        told[1],
        "CONF RESTORED WHICH=\"Bridge\" CODE=250 MESSAGE=\"OK\""
    );
    // And on the tor after the next.
    assert_eq!(run(&mut kept, &yes).0.len(), 6);
}

#[test]
fn what_is_undone_is_forgotten_and_what_is_done_again_replaced() {
    let mut kept = kept();
    kept.keep(Part::MapAddress, "A.test", by("MAPADDRESS A.test=1"), 0);
    kept.keep(Part::MapAddress, "a.test", by("MAPADDRESS a.test=2"), 0);
    assert_eq!(run(&mut kept, &yes).0, ["MAPADDRESS a.test=2"]);
    kept.forget(Part::ClientAuth, "a.test");
    assert_eq!(run(&mut kept, &yes).0.len(), 1);
    kept.forget(Part::MapAddress, "A.TEST");
    kept.forget(Part::MapAddress, "A.TEST");
    assert!(run(&mut kept, &yes).0.is_empty());
    assert_eq!((kept.bytes, kept.places.len()), (0, 0));
}

#[test]
fn an_option_is_set_in_one_way_only() {
    let mut kept = kept();
    kept.keep_conf(&[(b"A", Some(b"1")), (b"B", Some(b"2")), (b"B", None)], 0);
    kept.keep_conf(&[(b"b", Some(b"3"))], 0);
    let asked = |kept: &mut Kept| run(kept, &yes).0;
    assert_eq!(asked(&mut kept), ["SETCONF A=\"1\"", "SETCONF b=\"3\""]);
    kept.forget_conf(&[b"a"]);
    assert_eq!(asked(&mut kept), ["SETCONF b=\"3\""]);
    kept.forget_all_conf();
    assert!(asked(&mut kept).is_empty());
    assert_eq!(kept.bytes, 0);
}

#[test]
fn nothing_is_kept_for_who_does_not_reconnect() {
    let mut kept = Kept::default();
    kept.keep(Part::Ownership, "", by("TAKEOWNERSHIP"), 0);
    kept.keep_conf(&[(b"A", Some(b"1"))], 0);
    assert!(!kept.is_on() && run(&mut kept, &yes).0.is_empty());
}

#[test]
fn a_refusal_is_told() {
    let mut kept = kept();
    kept.keep(Part::Onion, SITE, onion(None, false), 0);
    let collision = |_: &str| "550 Onion \"address\" collision\r\n".to_string();
    let (_, told) = run(&mut kept, &collision);
    let expected =
        format!("ONION LOST WHICH=\"{SITE}\" CODE=550 MESSAGE=\"Onion \\\"address\\\" collision\"");
    assert_eq!(told, [expected]);
    let mut restoration = kept.restoration();
    assert!(restoration.poll_command().is_some());
    restoration.handle_reply(Err(Error::Timeout(5)));
    let told = restoration.poll_told().unwrap();
    assert_eq!((told.outcome, told.code), (Outcome::Lost, 0));
    assert_eq!(told.text, "tor did not answer within 5 ms");
}

#[test]
fn a_detached_service_may_still_be_there() {
    let mut kept = kept();
    kept.keep(Part::Onion, SITE, onion(None, true), 0);
    let collision = |_: &str| "550 Onion address collision\r\n".to_string();
    let (_, told) = run(&mut kept, &collision);
    assert!(told[0].starts_with("ONION LIVES "), "{told:?}");
}

#[test]
fn a_tor_that_knows_less_is_asked_for_less() {
    let mut kept = kept();
    kept.keep(Part::Onion, SITE, onion(Some("ADD_ONION less"), false), 0);
    let knows_nothing = |line: &str| match line.contains("PoW") {
        true => "512 Unrecognized keyword argument \"PoW\"\r\n".to_string(),
        false => yes(line),
    };
    let (asked, told) = run(&mut kept, &knows_nothing);
    assert_eq!(asked[1..], ["ADD_ONION less"]);
    assert_eq!(told.len(), 1);
    let refuses = |_: &str| "512 no\r\n".to_string();
    let (asked, told) = run(&mut kept, &refuses);
    assert_eq!((asked.len(), told.len()), (2, 1));
    assert!(told[0].contains(" LOST "));
}

#[test]
fn a_service_without_a_key_is_told_as_lost_once() {
    let never = |is_detached| Again::Never {
        why: "its key is not known",
        is_detached,
    };
    let mut kept = kept();
    kept.keep(Part::Onion, SITE, never(false), 0);
    let (asked, told) = run(&mut kept, &yes);
    let lost = format!("ONION LOST WHICH=\"{SITE}\" CODE=0 MESSAGE=\"its key is not known\"");
    assert_eq!((asked.len(), &told[..]), (0, &[lost.clone()][..]));
    assert!(run(&mut kept, &yes).1.is_empty());
    assert_eq!(kept.bytes, 0);

    kept.keep(Part::Onion, SITE, never(true), 0);
    let address = SITE.trim_end_matches(".onion");
    let lists = format!("250+onions/detached=\r\nother\r\n{address}\r\n.\r\n250 OK\r\n");
    let (asked, told) = run(&mut kept, &|_| lists.clone());
    assert_eq!(asked, ["GETINFO onions/detached"]);
    assert!(told[0].starts_with("ONION LIVES "));
    let (_, told) = run(&mut kept, &|_| {
        "250-onions/detached=\r\n250 OK\r\n".to_string()
    });
    assert_eq!(told, [lost]);
    assert!(run(&mut kept, &yes).1.is_empty());
}

#[test]
fn what_is_too_much_is_left_out_and_told() {
    let mut kept = kept();
    let large = "x".repeat(LIMIT_BYTES / 5);
    for index in 0..10 {
        let which = format!("{index}.test");
        kept.keep(
            Part::MapAddress,
            &which,
            by(&format!("MAPADDRESS {large}")),
            0,
        );
    }
    assert!(kept.bytes <= LIMIT_BYTES);
    let (asked, told) = run(&mut kept, &yes);
    assert_eq!(asked.len(), 4);
    assert_eq!(
        told[0],
        "MAPADDRESS LOST WHICH=\"\" CODE=0 MESSAGE=\"6 could not be kept: there were too many\""
    );
    assert_eq!(run(&mut kept, &yes).1.len(), 4);
}

#[test]
fn no_key_is_shown() {
    let mut kept = kept();
    let mut secret = Builder::new("ADD_ONION");
    secret.secret();
    secret.literal("ED25519-V3:key");
    kept.keep(Part::Onion, SITE, Again::By(secret.finish().unwrap()), 0);
    kept.keep_conf(&[(b"HTTPSProxyAuthenticator", Some(b"user:word"))], 0);
    let shown = format!("{kept:?} {:?}", kept.restoration());
    assert!(!shown.contains("word") && !shown.contains("V3"), "{shown}");
    kept.clear();
    assert!(kept.is_on() && run(&mut kept, &yes).0.is_empty());
}

#[test]
fn what_a_tor_did_that_is_gone_is_done_again() {
    let mut kept = kept();
    let mark = kept.restorations();
    assert!(kept.restoration().poll_command().is_none() && kept.is_late(mark));
    let late = |part, again, kept: &mut Kept| kept.keep(part, SITE, again, mark).unwrap();
    let mut added = late(Part::ClientAuth, by("ONION_CLIENT_AUTH_ADD x y"), &mut kept);
    let command = added.poll_command().unwrap();
    assert_eq!(command.as_bytes(), b"ONION_CLIENT_AUTH_ADD x y\r\n");
    assert!(added.poll_command().is_none());
    // It was made on this tor.
    let mut made = late(Part::Onion, onion(None, false), &mut kept);
    assert!(made.poll_command().is_some());
    let collision = Reply::new(b"550 Onion address collision\r\n".to_vec());
    made.handle_reply(Ok(collision));
    assert_eq!(made.poll_told().unwrap().outcome, Outcome::Lives);
    assert!(kept.keep_conf(&[(b"A", None)], mark).is_some());
    let mark = kept.restorations();
    assert!(kept.keep_conf(&[(b"A", None)], mark).is_none() && !kept.is_late(mark));
}
