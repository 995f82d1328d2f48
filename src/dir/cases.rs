//! What documents in archives, and what dir-spec allows, must be read as: each by all ways of
//! reading.

use super::*;
use crate::proto::step_count::testing::{grows_evenly, steps};
use crate::proto::text;
use std::net::IpAddr;

macro_rules! data {
    ($name:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/dir/",
            $name
        ))
        .as_slice()
    };
}

mod documents;
mod lines;
mod lookup;

/// Each entry as its text and the lines that are not understood.
type Read = Vec<(Vec<u8>, Vec<(Vec<u8>, bool)>)>;

fn show<F: EntryFields>(read: &mut Read, entry: &Entry<F>) {
    let extras = entry.extras().map(|(line, bad)| (line.to_vec(), bad));
    read.push((entry.raw().to_vec(), extras.collect()));
}

/// Reads a text whole, one by one, and in pieces split at every byte, and checks that all agree.
fn read<F: EntryFields>(text: &[u8]) -> List<F> {
    let list = List::<F>::from_bytes(text.to_vec()).unwrap();
    let mut expected = Read::new();
    for entry in list.entries() {
        show(&mut expected, entry);
        let copy = entry.dup();
        assert_eq!(copy.raw(), entry.raw());
        assert!(copy.extras().eq(entry.extras()));
    }
    let mut walked = Read::new();
    let mut walk = Walk::<F>::new(text);
    while let Some(entry) = walk.next() {
        show(&mut walked, entry);
    }
    assert_eq!(walked, expected);
    assert_eq!(walk.skipped(), list.skipped());
    assert_eq!(walk.is_other_document(), list.is_other_document());
    let in_pieces = |pieces: &[&[u8]]| {
        let mut reader = Reader::<F>::new();
        let mut pushed = Read::new();
        for piece in pieces {
            reader.push(piece);
            while let Some(entry) = reader.next() {
                show(&mut pushed, entry);
            }
        }
        reader.finish();
        while let Some(entry) = reader.next() {
            show(&mut pushed, entry);
        }
        assert_eq!(pushed, expected);
        assert_eq!(reader.skipped(), list.skipped());
        assert_eq!(reader.is_other_document(), list.is_other_document());
        assert_eq!(reader.pending_bytes(), 0);
    };
    for at in 0..=text.len() {
        in_pieces(&[&text[..at], &text[at..]]);
    }
    for size in [1, 2, 3, 7] {
        in_pieces(&text.chunks(size).collect::<Vec<_>>());
    }
    let raw: usize = list.entries().iter().map(Entry::raw_size).sum();
    assert_eq!(raw + list.skipped_bytes(), text.len());
    list
}

fn one<F: EntryFields>(text: &[u8]) -> Entry<F> {
    let list = read::<F>(text);
    assert_eq!(list.entries().len(), 1);
    list.entries()[0].dup()
}

fn extras<F: EntryFields>(entry: &Entry<F>) -> Vec<(String, bool)> {
    let text = |line: &[u8]| line.escape_ascii().to_string();
    let extras = entry.extras().map(|(line, bad)| (text(line), bad));
    extras.collect()
}

/// The text with CRLF for LF.
fn crlf(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    text.replace('\n', "\r\n").into_bytes()
}

const EXTRA_INFO: &[u8] = data!("extra-info.txt");
