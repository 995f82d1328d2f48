use super::*;
use crate::dir::wire::PIECE_BYTES;
use crate::dir::{Microdescriptor, Router, Status};

const TWO: &[u8] = b"r a AAAAAAAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAAAAAA \
2038-01-01 00:00:00 1.2.3.4 1 2\ns Exit\nr b AAAAAAAAAAAAAAAAAAAAAAAAAAA \
AAAAAAAAAAAAAAAAAAAAAAAAAAA 2038-01-01 00:00:00 1.2.3.4 1 2\ns Fast";

#[test]
fn the_data_of_an_event() {
    let long = format!("r long\r\nx {}\r\n", "y".repeat(3 * PIECE_BYTES));
    let many = "r a\r\n..dot\r\nv 1\r\n".repeat(3000);
    for (block, text) in [
        (&long, long.replace("\r\n", "\n")),
        (&many, many.replace("\r\n", "\n").replace("..", ".")),
    ] {
        let other = "r b\r\n";
        let message = format!("650+NS\r\n{block}.\r\n650-x\r\n650+NS\r\n{other}.\r\n650 OK\r\n");
        let mut data = WireData::of(message.as_bytes());
        let (mut reader, mut raw) = (Reader::<Status>::new(), Vec::new());
        while reader.push_from(&mut data) {
            while let Some(router) = reader.next() {
                raw.extend_from_slice(router.raw());
            }
            assert!(reader.pending_bytes() < 4 * PIECE_BYTES);
        }
        assert!(raw == [text.as_bytes(), b"r b\n"].concat());
    }
    for none in ["650 BW 1 2\r\n", "650+NS\r\n.\r\n650 OK\r\n", "650+NS", ""] {
        let mut reader = Reader::<Status>::new();
        let mut data = WireData::of(none.as_bytes());
        while reader.push_from(&mut data) {}
        assert!(reader.next().is_none());
    }
}

fn read_in_pieces(text: &[u8], size: usize) -> Vec<Vec<u8>> {
    let mut reader = Reader::<Status>::new();
    let mut seen = Vec::new();
    for piece in text.chunks(size) {
        reader.push(piece);
        while let Some(router) = reader.next() {
            seen.push(router.raw().to_vec());
        }
    }
    reader.finish();
    while let Some(router) = reader.next() {
        seen.push(router.raw().to_vec());
    }
    assert_eq!(reader.pending_bytes(), 0);
    seen
}

#[test]
fn pieces_of_any_size_give_the_same_entries() {
    let document = [
        b"preamble\nx\n",
        TWO,
        b"\ndirectory-footer\nr\nbandwidth-weights\n",
    ]
    .concat();
    let mut walk = Walk::<Status>::new(&document);
    let mut expected = Vec::new();
    while let Some(router) = walk.next() {
        expected.push(router.raw().to_vec());
    }
    assert_eq!(expected.len(), 2);
    assert_eq!(
        [&expected[0][..], &expected[1][..]].concat(),
        [TWO, b"\n"].concat()
    );
    for size in 1..=document.len() {
        assert_eq!(read_in_pieces(&document, size), expected, "{size}");
    }
    assert_eq!(read_in_pieces(TWO, 7).concat(), TWO);
    assert!(read_in_pieces(b"", 1).is_empty());
    assert!(read_in_pieces(b"no entry", 3).is_empty());
}

#[test]
fn an_entry_is_given_as_soon_as_the_next_begins() {
    let mut reader = Reader::<Status>::new();
    let second = TWO.windows(3).position(|window| window == b"r b").unwrap();
    reader.push(&TWO[..second]);
    assert!(reader.next().is_none());
    reader.push(&TWO[second..]);
    assert_eq!(reader.next().map(Router::nickname), Some(&b"a"[..]));
    assert!(reader.next().is_none());
    reader.finish();
    assert_eq!(reader.next().map(Router::nickname), Some(&b"b"[..]));
    assert!(reader.next().is_none());
}

#[test]
fn annotations_belong_to_the_entry_behind_them() {
    let text = b"@last-listed 2024-01-01 00:00:00\n@x\nonion-key\np accept 80\nonion-keyring\n\
@last-listed 2024-01-02 00:00:00\nonion-key\np reject 25\n";
    for size in 1..text.len() {
        let mut reader = Reader::<crate::dir::Micro>::new();
        let mut seen = Vec::new();
        let mut take = |reader: &mut Reader<_>| {
            while let Some(entry) = reader.next() {
                let entry: &Microdescriptor = entry;
                seen.push((entry.policy().to_vec(), entry.extra_count()));
            }
        };
        for piece in text.chunks(size) {
            reader.push(piece);
            take(&mut reader);
        }
        reader.finish();
        take(&mut reader);
        assert_eq!(
            seen,
            [(b"accept 80".to_vec(), 2), (b"reject 25".to_vec(), 0)]
        );
    }
}

#[test]
fn an_endless_entry_does_not_fill_the_memory() {
    let mut reader = Reader::<Status>::new();
    reader.push(b"r endless\n");
    for _ in 0..5_000 {
        reader.push(&[&[b'x'; 10_000][..], b"\n"].concat());
        assert!(reader.next().is_none());
        assert!(reader.pending_bytes() < 3 * MAX_ENTRY_BYTES);
    }
    for _ in 0..2_000 {
        reader.push(&[b'x'; 10_000]);
        assert!(reader.next().is_none());
        assert!(reader.pending_bytes() < 4 * MAX_ENTRY_BYTES);
    }
    reader.push(b"\n");
    reader.push(TWO);
    assert_eq!(reader.next().map(Router::nickname), Some(&b"a"[..]));
    assert_eq!(reader.oversized_count(), 1);
}
