use super::*;

fn recording(text: &str) -> Arc<Recording> {
    let text = format!("torctl recording 1\n{text}");
    Arc::new(Recording::parse(text.as_bytes()).unwrap())
}

/// What is said to each of the commands, behind what is said before.
fn play(text: &str, commands: &[&str]) -> Vec<String> {
    let mut script = Script::new(recording(text), 0);
    let said = |script: &mut Script| {
        let said = String::from_utf8(script.said().to_vec()).unwrap();
        script.forget();
        let end = if script.hangs_up() { "(end)" } else { "" };
        said.replace("\r\n", "|") + end
    };
    let mut all = vec![said(&mut script)];
    for command in commands {
        command
            .lines()
            .for_each(|line| script.handle_line(line.as_bytes()));
        all.push(said(&mut script));
    }
    all
}

const TEXT: &str = "= CONNECTED\n\
    < 650 A\n\
    > SETEVENTS BW\n\
    < 250 OK\n\
    < 650 B\n\
    > GETINFO a\n\
    > GETINFO b\n\
    < 650 C\n\
    < 250 a\n\
    < 650 D\n\
    < 250 b\n\
    > GETINFO a\n\
    < 250 other\n\
    > ADD_ONION ED25519-V3:[secret] Port=80\n\
    < 250 onion\n\
    < 650 E\n";

#[test]
fn answers_and_events_come_in_their_places() {
    let commands = [
        "SETEVENTS BW",
        "GETINFO a",
        "GETINFO b",
        "GETINFO a",
        "ADD_ONION ED25519-V3:[secret] Port=80",
    ];
    let want = [
        "650 A|",
        "250 OK|650 B|",
        "650 C|250 a|650 D|",
        "250 b|",
        "250 other|",
        "250 onion|650 E|",
    ];
    assert_eq!(play(TEXT, &commands), want);
}

#[test]
fn another_order_gets_the_same_answers() {
    let commands = [
        "GETINFO b",
        "SETEVENTS CIRC",
        "GETINFO a",
        "GETINFO a",
        "GETINFO a",
        "SETEVENTS",
        "GETINFO c",
        "+POSTDESCRIPTOR\nGETINFO a\n.",
        "QUIT",
        "GETINFO a",
    ];
    let want = [
        "650 A|",
        "650 B|650 C|650 D|250 b|",
        "250 OK|",
        "250 a|",
        "250 other|",
        "250 other|",
        "250 OK|",
        "551 not in the recording: GETINFO c|",
        "551 not in the recording: +POSTDESCRIPTOR|",
        "250 closing connection|(end)",
        "(end)",
    ];
    assert_eq!(play(TEXT, &commands), want);
}

#[test]
fn what_hung_up_hangs_up() {
    let text =
        "> A\n< 250-begun\n= ENDED CAUSE=EOF\n= CONNECTED\n> B\n< 250 OK\n= ENDED CAUSE=LOCAL\n";
    assert_eq!(
        play(text, &["C", "A"])[1..],
        ["551 not in the recording: C|", "(end)"]
    );
    let replay = Replay::new(recording(text));
    for _ in 0..2 {
        assert!(replay.connect().is_ok() && replay.take_player().is_some());
    }
    assert!(matches!(replay.connect(), Err(Error::Connect { .. })));
}

#[test]
fn more_than_a_socket_takes_is_sent_as_it_is_read() {
    let event = format!("< 650 A {}\n", "x".repeat(1000));
    let text = format!("> A\n< 250 OK\n{}= ENDED CAUSE=EOF\n", event.repeat(2000));
    let replay = Replay::new(recording(&text));
    let ours = replay.connect().unwrap();
    let player = replay.take_player().unwrap();
    sys::send_all(&ours, &[IoSlice::new(b"A\r\n")]).unwrap();
    let mut got = 0;
    let mut piece = vec![0; 50_000];
    loop {
        player.play();
        match sys::recv(&ours, &mut piece).unwrap() {
            0 => break,
            count => got += count,
        }
    }
    assert_eq!(got, 8 + 2000 * 1008);
}
