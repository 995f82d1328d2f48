use memchr::memmem;

use super::*;

/// What a message was, with its bytes, for comparing runs.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Event(Kind, String),
    Reply(String),
    TooLarge(Option<Kind>, Limit),
    Error(DecodeError),
}

/// Both ways to take messages out must say the same.
fn run(limits: Limits, pieces: &[&[u8]]) -> Vec<Seen> {
    let slow = run_one_way(limits, pieces, false);
    assert_eq!(
        run_one_way(limits, pieces, true),
        slow,
        "single events and small replies at once"
    );
    slow
}

fn run_one_way(limits: Limits, pieces: &[&[u8]], shortcuts: bool) -> Vec<Seen> {
    let mut decoder = Decoder::new(limits);
    let mut seen = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        loop {
            if shortcuts {
                decoder.single_events(|buf, kind, range| {
                    let text = String::from_utf8_lossy(&buf[range]).into_owned();
                    seen.push(Seen::Event(kind, text));
                });
            }
            let next = match shortcuts {
                true => decoder.next(),
                false => decoder.next_slow(),
            };
            let text =
                |range: Range<usize>| String::from_utf8_lossy(&decoder.bytes()[range]).into_owned();
            match next {
                Ok(None) => break,
                Ok(Some(Message::Event(kind, range))) => {
                    seen.push(Seen::Event(kind, text(range)));
                }
                Ok(Some(Message::Reply(range))) => seen.push(Seen::Reply(text(range))),
                Ok(Some(Message::Data { .. } | Message::Streamed(_))) => panic!("not asked for"),
                Ok(Some(Message::TooLarge {
                    event,
                    limit,
                    size_bytes,
                })) => {
                    assert!(size_bytes >= 15, "{size_bytes} are within every limit");
                    seen.push(Seen::TooLarge(event, limit));
                }
                Err(error) => {
                    seen.push(Seen::Error(error));
                    return seen;
                }
            }
        }
    }
    seen
}

/// Runs the transcript whole, byte by byte, and cut at every position.
fn every_way(limits: Limits, wire: &str) -> Vec<Seen> {
    let wire = wire.as_bytes();
    let whole = run(limits, &[wire]);
    let bytes: Vec<&[u8]> = wire.chunks(1).collect();
    assert_eq!(run(limits, &bytes), whole, "byte by byte");
    for cut in 0..wire.len() {
        assert_eq!(
            run(limits, &[&wire[..cut], &wire[cut..]]),
            whole,
            "cut at {cut}"
        );
    }
    whole
}

fn small() -> Limits {
    Limits {
        line_bytes: 40,
        message_lines: 4,
        message_bytes: 120,
    }
}

#[test]
fn single_lines_and_blocks() {
    let parts = [
        "250 OK\r\n",
        "650 BW 1 2\r\n",
        "250-version=0.4.9.11\r\n250 OK\r\n",
        "650 DESCCHANGED\r\n",
        "250+ns/all=\r\nr a\r\n..dot\r\n.x\r\n250 OK\r\n\r\n.\r\n250 OK\r\n",
        "650+NS\r\n.\r\n650 OK\r\n",
        "650-CONF_CHANGED\r\n650-Nickname=x\r\n650 OK\r\n",
        "512-bad\r\n250 a=b\r\n",
        "650 NEW_KIND x\r\n",
        "552+=\r\n\r\n.\r\n552 x\r\n",
        "250 bare line feed\n",
        "250 \r\n",
    ];
    let seen = every_way(Limits::default(), &parts.concat());
    let expected: Vec<Seen> = parts
        .iter()
        .map(|part| match part.strip_prefix("650") {
            Some(rest) => {
                let word = rest[1..].split_whitespace().next().unwrap();
                Seen::Event(Kind::from_word(word.as_bytes()), part.to_string())
            }
            None => Seen::Reply(part.to_string()),
        })
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn what_is_not_the_protocol() {
    for wire in [
        "HTTP/1.0 501 x\r\n",
        "\r\n",
        "25x OK\r\n",
        "250=OK\r\n",
        "250\r\n",
        "250\n",
        "25\r\n",
        "2500 x\r\n",
        "250?x\r\n",
        "250\tx\r\n",
        "650\r\n",
        "SSH\n",
    ] {
        let seen = every_way(Limits::default(), wire);
        assert!(
            matches!(seen[..], [Seen::Error(DecodeError::NotAReplyLine(_))]),
            "{wire:?}"
        );
    }
    for wire in ["250-a\r\n650 BW 1 2\r\n", "650-CONF_CHANGED\r\n250 OK\r\n"] {
        assert_eq!(
            every_way(Limits::default(), wire),
            [Seen::Error(DecodeError::Mixed)]
        );
    }
}

#[test]
fn a_message_over_a_limit_is_dropped_and_the_stream_goes_on() {
    let long = "x".repeat(50);
    let huge = "y".repeat(9000);
    let huge = &huge[..600];
    let many = "r line\r\n..\r\n".repeat(100);
    let cases = [
        (format!("250 {long}\r\n"), None, Limit::LineBytes),
        (
            format!("650 BW {huge}\r\n"),
            Some(Kind::Bw),
            Limit::LineBytes,
        ),
        (
            format!("250-a\r\n250-{huge}\r\n250 OK\r\n"),
            None,
            Limit::LineBytes,
        ),
        (
            "250-a\r\n".repeat(4) + "250 OK\r\n",
            None,
            Limit::MessageLines,
        ),
        (
            format!("250+a=\r\n{many}.\r\n250 OK\r\n"),
            None,
            Limit::MessageBytes,
        ),
        (
            format!("650+NS\r\n{huge}\r\n.\r\n650 OK\r\n"),
            Some(Kind::Ns),
            Limit::MessageBytes,
        ),
    ];
    for (wire, kind, limit) in cases {
        let after = "650 BW 1 2\r\n";
        let pieces = format!("{wire}{after}");
        let expected = [
            Seen::TooLarge(kind, limit),
            Seen::Event(Kind::Bw, after.to_string()),
        ];
        let bytes = pieces.as_bytes();
        for size in [1, 2, 3, 7, 41, 4097, bytes.len()] {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            assert_eq!(run(small(), &pieces), expected, "in pieces of {size}");
        }
    }
}

/// Feeds what may never end, and says after how many bytes it was told, and after how many it was
/// given up, if it was.
fn feed_without_end(limits: Limits, begin: &[u8], unit: &[u8], streams: bool) -> (usize, usize) {
    let mut decoder = Decoder::new(limits);
    if streams {
        decoder.stream_data();
    }
    decoder.feed(begin);
    let (mut fed, mut told) = (begin.len(), 0);
    loop {
        decoder.feed(unit);
        fed += unit.len();
        assert!(fed < 10 << 20, "it was not given up");
        loop {
            match decoder.next() {
                Ok(Some(Message::TooLarge { size_bytes, .. })) => {
                    assert_eq!(told, 0, "told twice");
                    assert!(size_bytes <= fed);
                    told = fed;
                }
                Ok(Some(Message::Data { .. })) => {}
                Ok(None) => break,
                Ok(other) => panic!("{other:?}"),
                Err(DecodeError::Endless { .. }) => return (told, fed),
                Err(error) => panic!("{error}"),
            }
        }
        assert!(decoder.buf.len() < 64 << 10, "{}", decoder.buf.len());
    }
}

#[test]
fn what_has_no_end_is_told_at_the_limit_and_then_given_up() {
    let limits = Limits {
        line_bytes: 3000,
        message_lines: 50,
        message_bytes: 9000,
    };
    for (begin, unit, limit) in [
        (&b"250-"[..], &b"xxxxxxxxxx"[..], 3000),
        (b"650 BW ", b"xxxxxxxxxx", 3000),
        (b"650+NS\r\n", b"xxxxxxxxxx", 9000),
        (b"250+a=\r\n", b"xxxxxxxxxx", 9000),
        (b"250+a=\r\n", b"line\r\n", 9000),
        (b"250+a=\r\n", b"..\r\n", 9000),
        (b"", b"250-a=b\r\n", 450),
        (b"", b"650-a=b\r\n", 450),
        (b"", b"250+a=\r\nb\r\n.\r\n", 50 * 14),
    ] {
        let text = String::from_utf8_lossy(&[begin, unit].concat()).into_owned();
        let (told, given_up) = feed_without_end(limits, begin, unit, false);
        let near = |size: usize, wanted: usize| size > wanted && size <= wanted + 20;
        assert!(near(told, limit), "{text:?} was told at {told}");
        // A line's head counts as a line as well; nothing else is off by more than that.
        assert!(
            near(given_up, limit * GIVE_UP_TIMES),
            "{text:?} was given up at {given_up}"
        );
    }
}

#[test]
fn data_that_is_handed_out_counts_for_no_limit_but_what_is_held_does() {
    let limits = Limits {
        line_bytes: 3000,
        message_lines: 50,
        message_bytes: 9000,
    };
    // A line that has no end cannot be handed out.
    let (told, given_up) = feed_without_end(limits, b"250+a=\r\n", b"xxxxxxxxxx", true);
    assert!((9000..9020).contains(&told), "{told}");
    assert!(given_up < 9020 * GIVE_UP_TIMES, "{given_up}");
    // Nor are the lines of the reply itself.
    let line = [&[b'x'; 1000][..], b"\r\n"].concat();
    let unit = [b"250-", &line[..], b"250+a=\r\n", &line, b".\r\n"].concat();
    let (told, _) = feed_without_end(limits, b"", &unit, true);
    assert!((8000..20_000).contains(&told), "{told}");
    let mut decoder = Decoder::new(limits);
    for _ in 0..GIVE_UP_TIMES {
        assert_eq!(decoder.note_unwanted(9000), Ok(()));
    }
    assert!(decoder.note_unwanted(1).is_err());
}

#[test]
fn the_next_reply_is_streamed_although_the_last_is_still_being_dropped() {
    let mut decoder = Decoder::new(small());
    decoder.feed(format!("250+a=\r\n{}", "line\r\n".repeat(50)).as_bytes());
    assert!(matches!(
        decoder.next(),
        Ok(Some(Message::TooLarge { event: None, .. }))
    ));
    decoder.stream_data();
    assert_eq!(decoder.next(), Ok(None));
    decoder.feed(b"rest\r\n.\r\n250 OK\r\n250+b=\r\ndata\r\n");
    let Ok(Some(Message::Data { head, lines })) = decoder.next() else {
        panic!("not handed out");
    };
    assert_eq!(&decoder.bytes()[head], b"250+b=\r\n");
    assert_eq!(&decoder.bytes()[lines], b"data\r\n");
}

#[test]
fn a_small_reply_keeps_to_the_most_lines() {
    let limits = Limits {
        message_lines: 2,
        ..Limits::default()
    };
    let wire = b"250-a\r\n250 b\r\n250-a\r\n250-b\r\n250 c\r\n250 OK\r\n";
    // So that a whole block stands behind each of them.
    let seen = run(
        limits,
        &[&[&wire[..], &b"650 BW 1 2\r\n".repeat(9)].concat()],
    );
    assert!(matches!(
        &seen[..3],
        [
            Seen::Reply(_),
            Seen::TooLarge(None, Limit::MessageLines),
            Seen::Reply(_)
        ]
    ));
}

#[test]
fn a_reply_without_the_data_that_was_asked_for_ends_the_handing_out() {
    let mut decoder = Decoder::new(Limits::default());
    decoder.stream_data();
    decoder.feed(
        b"552 no such key\r\n250+x=\r\ndata, as much as there is in a block\r\n.\r\n250 OK\r\n",
    );
    assert!(matches!(decoder.next(), Ok(Some(Message::Reply(_)))));
    let Ok(Some(Message::Reply(range))) = decoder.next() else {
        panic!("the data of the next reply were handed out");
    };
    assert!(decoder.bytes()[range].starts_with(b"250+x="));
}

#[test]
fn a_large_message_takes_the_buffer_along() {
    let body = "line\r\n".repeat(50_000);
    let wire = format!("250 OK\r\n250+x=\r\n{body}.\r\n250 OK\r\n650 BW 1 2\r\n250-par");
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(wire.as_bytes());
    assert!(matches!(decoder.next(), Ok(Some(Message::Reply(_)))));
    let Ok(Some(Message::Reply(range))) = decoder.next() else {
        panic!("no reply");
    };
    let taken = decoder.take(range);
    assert!(taken.starts_with(b"250+x=") && taken.ends_with(b".\r\n250 OK\r\n"));
    assert!(matches!(
        decoder.next(),
        Ok(Some(Message::Event(Kind::Bw, _)))
    ));
    decoder.feed(b"t\r\n250 OK\r\n");
    assert!(matches!(decoder.next(), Ok(Some(Message::Reply(_)))));
    assert_eq!(decoder.next(), Ok(None));
}

#[test]
fn data_is_handed_out_as_it_comes() {
    let event = "650+NS\r\nr x\r\n.\r\n650 OK\r\n";
    let data = "r one\r\n..dot\r\n.\rx\r\n\r\nr two\r\n";
    let wire = format!("{event}250-a=b\r\n250+ns/all=\r\n{data}.\r\n250+c=\r\n.\r\n250 OK\r\n");
    let bytes = format!("{wire}250 OK\r\n").into_bytes();
    for size in [1, 2, 3, 5, 8, 13, 1000] {
        let mut decoder = Decoder::new(Limits {
            // The limit is for what is held.
            message_bytes: 60,
            ..Limits::default()
        });
        decoder.stream_data();
        let (mut handed_out, mut kept, mut others) = (Vec::new(), Vec::new(), 0);
        let mut heads = Vec::new();
        for piece in bytes.chunks(size) {
            decoder.feed(piece);
            while let Some(message) = decoder.next().unwrap() {
                match message {
                    Message::Data { head, lines } => {
                        heads.extend_from_slice(&decoder.bytes()[head]);
                        handed_out.extend_from_slice(&decoder.bytes()[lines]);
                    }
                    Message::Streamed(reply) => kept = reply,
                    _ => others += 1,
                }
            }
        }
        assert_eq!(
            String::from_utf8(handed_out).unwrap(),
            data,
            "in pieces of {size}"
        );
        let rest = "250-a=b\r\n250+ns/all=\r\n.\r\n250+c=\r\n.\r\n250 OK\r\n";
        assert_eq!(String::from_utf8(kept).unwrap(), rest);
        assert_eq!(heads, b"250-a=b\r\n250+ns/all=\r\n", "each line once");
        assert_eq!(others, 2, "the event before and the reply behind");
    }
}

#[test]
fn an_idle_decoder_lets_its_buffer_go() {
    let mut decoder = Decoder::new(Limits::default());
    assert!(decoder.lend(vec![0; 65536]).is_none());
    decoder.feed(b"250-par");
    assert_eq!(decoder.next(), Ok(None));
    assert_eq!(decoder.release().map(|buf| buf.len()), Some(65536));
    assert!(decoder.buf.len() < 100);
    assert!(decoder.lend(vec![0; 65536]).is_none());
    decoder.feed(b"t\r\n250 OK\r\n");
    assert!(matches!(decoder.next(), Ok(Some(Message::Reply(_)))));
}

#[test]
fn a_wipe_leaves_nothing_of_what_was_handed_out() {
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(b"250-PrivateKey=secret\r\n250 OK\r\n650 BW");
    assert!(matches!(decoder.next(), Ok(Some(Message::Reply(_)))));
    decoder.wipe();
    assert!(memmem::find(decoder.bytes(), b"secret").is_none());
    decoder.feed(b" 1 2\r\n");
    assert!(matches!(
        decoder.next(),
        Ok(Some(Message::Event(Kind::Bw, _)))
    ));
}

#[test]
fn random_bytes_never_panic() {
    let mut state = 1u64;
    let alphabet = b"26501 +-.\r\nBW=ab";
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..60)
            .map(|_| {
                state = state
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                alphabet[(state >> 33) as usize % alphabet.len()]
            })
            .collect();
        fuzz_decoder(&bytes);
    }
}

#[test]
fn a_large_message_moves_to_a_larger_buffer() {
    let mut decoder = Decoder::new(Limits::default());
    assert!(decoder.lend(vec![0; 8192]).is_none());
    decoder.feed(b"650 BW 1 2\r\n650+NS\r\n");
    assert!(matches!(decoder.next(), Ok(Some(Message::Event(..)))));
    assert!(!decoder.is_outgrown(4096));
    decoder.feed(&b"r line\r\n".repeat(1000));
    assert_eq!(decoder.next(), Ok(None));
    assert!(decoder.is_outgrown(decoder.buf.len()));
    assert_eq!(decoder.move_to(vec![1; 5000]).len(), 5000, "too small");
    assert_ne!(decoder.move_to(vec![1; 1 << 20]).len(), 1 << 20);
    assert!(!decoder.is_outgrown(65536));
    decoder.feed(b".\r\n650 OK\r\n");
    match decoder.next() {
        Ok(Some(Message::Event(Kind::Ns, range))) => {
            let expected = [
                &b"650+NS\r\n"[..],
                &b"r line\r\n".repeat(1000),
                b".\r\n650 OK\r\n",
            ];
            assert_eq!(decoder.take(range), expected.concat());
        }
        other => panic!("{other:?}"),
    }
}
