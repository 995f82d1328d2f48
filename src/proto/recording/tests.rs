use super::*;

const TEXT: &str = "torctl recording 1\n\
    # a login that was refused\n\
    0.000001 = CONNECTED\n\
    0.000002 > PROTOCOLINFO 1\n\
    0.000002 < 250 OK\n\
    0.000002 > AUTHENTICATE [secret]\n\
    0.000002 < 515 Bad authentication\n\
    0.000003 = ENDED CAUSE=EOF\n\
    \n\
    = CONNECTED\n\
    > AUTHENTICATE [secret]\n\
    < 250 OK\n\
    > +LOADCONF\n\
    > SocksPort 0\n\
    > .\n\
    > GETINFO a\n\
    < 650-A\n\
    < 650 \\x1b\\\\\n\
    < 250 OK\n\
    < 250+a=\n\
    < 250 no end\n\
    < .\n\
    < 250 OK\n\
    > QUIT\n\
    = ENDED CAUSE=EOF\n";

#[test]
fn a_text_is_read() {
    let recording = Recording::parse(TEXT.as_bytes()).unwrap();
    let command = |text: &str, answer| Entry::Command {
        text: text.into(),
        answer,
    };
    assert_eq!(
        recording.connections,
        [vec![
            command("+LOADCONF\nSocksPort 0\n.", Some(3)),
            command("GETINFO a", Some(4)),
            Entry::Event(b"650-A\r\n650 \x1b\\\r\n".to_vec()),
            Entry::Answer(b"250 OK\r\n".to_vec()),
            Entry::Answer(b"250+a=\r\n250 no end\r\n.\r\n250 OK\r\n".to_vec()),
            command("QUIT", None),
            Entry::End,
        ]]
    );
}

#[test]
fn a_mistake_is_named_with_its_line() {
    for (text, want) in [
        ("", "line 1: is not \"torctl recording 1\""),
        ("x", "line 2: has neither >, < nor = behind the time"),
        ("1.5", "line 2: ends behind the time"),
        ("> \\y", "line 2: has a \\ before something else"),
        ("< hello", "line 2: is no line of an answer or event"),
        ("< 250 OK", "line 2: answers nothing"),
        ("= X", "line 2: is neither CONNECTED, ENDED nor LOST"),
        (
            "< 650-A\n> QUIT",
            "line 3: stands between the lines of one message",
        ),
    ] {
        let head = match want.starts_with("line 1") {
            true => "",
            false => "torctl recording 1\n",
        };
        let error = Recording::parse(format!("{head}{text}").as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), want);
    }
}

#[test]
fn lines_are_written_as_they_are_read() {
    let mut out = Vec::new();
    push_line(
        &mut out,
        1_000_020,
        Origin::Program,
        b"GETINFO \x00\\\t\xff",
    );
    push_line(&mut out, 0, Origin::Connection, b"");
    assert_eq!(out, b"1.000020 > GETINFO \\x00\\\\\t\xff\n0.000000 =\n");
}

#[test]
fn placeholders_stand_for_anything() {
    assert!(is_same(b"GETINFO a", b"GETINFO a"));
    assert!(!is_same(b"GETINFO a", b"GETINFO ab"));
    assert!(is_same(b"A [secret] c", b"A b c"));
    assert!(is_same(b"A [secret]", b"A "));
    assert!(!is_same(b"A [secret] c", b"A c"));
    assert!(!is_same(b"ab[secret]ba", b"aba"));
    assert!(is_same(b"A [secret]/[secret] c", b"A x/y c"));
    assert!(!is_same(b"A [secret]/[secret] c", b"A xy c"));
    assert!(is_same(b"A [secret]", b"A [secret]"));
}

#[test]
fn survives_mutants() {
    crate::proto::mutate::mutants(&[TEXT.as_bytes()], 20_000, fuzz_recording);
}
