//! The decoder on what two real tors sent: the same messages however the bytes are cut.

use std::fs;
use std::ops::Range;

use torctl::proto::decoder::{Decoder, Limits, Message};
use torctl::proto::event::Kind;

/// Where each event lies in what was fed, and its kind.
fn decode(pieces: &[&[u8]]) -> Vec<(Kind, Range<usize>)> {
    let mut decoder = Decoder::new(Limits::default());
    let mut found = Vec::new();
    let mut at = 0;
    for piece in pieces {
        decoder.feed(piece);
        // They follow each other without anything in between.
        let mut note = |kind, range: Range<usize>| {
            found.push((kind, at..at + range.len()));
            at += range.len();
        };
        loop {
            // As the engine does: those of a single line at once.
            decoder.single_events(|_, kind, range| note(kind, range));
            match decoder.next().expect("tor speaks the protocol") {
                Some(Message::Event(kind, range)) => note(kind, range),
                Some(message) => panic!("no event: {message:?}"),
                None => break,
            }
        }
    }
    found
}

fn check(name: &str, least: usize) {
    let path = format!("{}/tests/data/captures/{name}", env!("CARGO_MANIFEST_DIR"));
    let wire = fs::read(path).expect("the capture is there");
    let whole = decode(&[&wire]);
    assert!(whole.len() >= least, "{}", whole.len());
    assert_eq!(whole.last().map(|(_, range)| range.end), Some(wire.len()));
    assert!(whole.iter().all(|(kind, _)| *kind != Kind::Unknown));

    let bytes: Vec<&[u8]> = wire.chunks(1).collect();
    assert_eq!(decode(&bytes), whole, "byte by byte");
    for size in [2, 3, 7, 64, 1460, 4096, 65536] {
        let pieces: Vec<&[u8]> = wire.chunks(size).collect();
        assert_eq!(decode(&pieces), whole, "in pieces of {size}");
    }
    // At every offset. What a cut can disturb is the message that it is in and the one behind it.
    for pair in whole.windows(2) {
        let [(kind, range), (next_kind, next)] = pair else {
            unreachable!("a window of two");
        };
        let expected = [
            (*kind, 0..range.len()),
            (*next_kind, range.len()..range.len() + next.len()),
        ];
        for cut in range.clone() {
            let pieces = [&wire[range.start..cut], &wire[cut..next.end]];
            assert_eq!(decode(&pieces), expected, "cut at {cut}");
        }
    }
}

#[test]
fn the_capture_of_a_client() {
    check("capture-client.txt", 1400);
}

#[test]
fn the_capture_of_an_authority() {
    check("capture-authority.txt", 2000);
}
