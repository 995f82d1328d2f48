//! Taking the arguments of lines: what the documents have in common.
//!
//! A field is filled in once: a second line with its keyword is left as it came. A word of a line
//! ends at a blank, whatever stands behind it.

use super::digest;
use super::line::{Line, Taken};
use super::spans::{EntrySpans, SpanKind};
use super::time;
use super::token::{word_end, LineWord, LineWords};
use crate::proto::text;
use crate::proto::text::is_blank;

/// Where in an entry a field stands; 0 for a field that it does not have.
pub(super) trait Position: Copy + Default + PartialEq + TryFrom<usize> {}

impl Position for u16 {}
impl Position for u32 {}

/// The part of the line becomes the field; a second such line stays as it is, and so does one that
/// is too far from the beginning of the entry for the position.
#[inline(always)]
pub(super) fn part<P: Position>(
    field: &mut P,
    line: &Line<'_>,
    from: usize,
    len: usize,
    out: &mut EntrySpans,
) -> Taken {
    match P::try_from(line.at + from) {
        Ok(at) if *field == P::default() => {
            out.word(line, from, len);
            *field = at;
            Taken::Known
        }
        _ => Taken::Unknown,
    }
}

/// What stands from there to the end of the line becomes the field, as with [`part`].
#[inline(always)]
pub(super) fn to_end<P: Position>(
    field: &mut P,
    line: &Line<'_>,
    from: usize,
    out: &mut EntrySpans,
) -> Taken {
    match P::try_from(line.at + from) {
        Ok(at) if *field == P::default() => {
            out.mark_end(line);
            *field = at;
            Taken::Known
        }
        _ => Taken::Unknown,
    }
}

/// The rest of the line becomes the field, blanks within it included.
pub(super) fn tail<P: Position>(
    field: &mut P,
    line: &Line<'_>,
    words: &LineWords<'_>,
    out: &mut EntrySpans,
) -> Taken {
    match words.rest() {
        [] => Taken::Malformed,
        _ => to_end(field, line, words.at(), out),
    }
}

/// The same of a text that may be empty.
pub(super) fn free_text<P: Position>(
    field: &mut P,
    line: &Line<'_>,
    words: &LineWords<'_>,
    out: &mut EntrySpans,
) -> Taken {
    to_end(field, line, words.at(), out)
}

/// The next word of the line becomes the field.
pub(super) fn word<P: Position>(
    field: &mut P,
    line: &Line<'_>,
    words: &mut LineWords<'_>,
    out: &mut EntrySpans,
) -> Taken {
    match words.next() {
        Some(word) => part(field, line, word.at, word.text.len(), out),
        None => Taken::Malformed,
    }
}

/// The next word, which must be base64, becomes the field; without its padding.
pub(super) fn key<P: Position>(
    field: &mut P,
    line: &Line<'_>,
    words: &LineWords<'_>,
    out: &mut EntrySpans,
) -> Taken {
    match leading_base64(line.tail, words.at(), line.text.len()) {
        Some(size) => part(field, line, words.at(), size, out),
        None => Taken::Malformed,
    }
}

/// The size of a base64 text without its padding; none if it is not base64.
pub(super) fn base64_size(text: &[u8]) -> Option<usize> {
    let size = leading_base64(text, 0, text.len())?;
    let is_padding = text[size..].iter().all(|byte| *byte == b'=');
    is_padding.then_some(size)
}

const MAX_PADDING: usize = 2;

/// The size without its padding of the word at `at`, in front of `limit`; none if it is not base64.
#[inline(always)]
fn leading_base64(text: &[u8], at: usize, limit: usize) -> Option<usize> {
    let size = digest::base64_end(text, at, limit) - at;
    let behind = &text[at + size..limit];
    let padding = behind.iter().take_while(|byte| **byte == b'=').count();
    let is_word = behind.get(padding).is_none_or(|byte| is_blank(*byte));
    (size > 0 && padding <= MAX_PADDING && is_word).then_some(size)
}

/// The object of the line becomes the field.
pub(super) fn object(field: &mut u32, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
    match (*field, line.object.is_empty()) {
        (0, false) => *field = out.object(line),
        (0, true) => return Taken::Malformed,
        _ => return Taken::Unknown,
    }
    Taken::Known
}

/// Each word becomes one of many.
pub(super) fn each_word(
    line: &Line<'_>,
    words: LineWords<'_>,
    kind: SpanKind,
    out: &mut EntrySpans,
) -> Taken {
    let (text, mut at) = (line.text, words.at());
    while at < text.len() {
        let end = word_end(line.tail, at, text.len());
        if end > at {
            out.part(line, at, end - at, kind);
        }
        at = end + 1;
    }
    Taken::Known
}

/// An `ADDRESS:PORT` becomes one of many.
pub(super) fn or_address(
    line: &Line<'_>,
    words: &mut LineWords<'_>,
    out: &mut EntrySpans,
) -> Taken {
    let Some(LineWord { text, at }) = words.next() else {
        return Taken::Malformed;
    };
    match text::host_port(text) {
        Some((host, port)) => {
            let from = at + usize::from(text[0] == b'[');
            out.part_with_note(line, from, host.len(), SpanKind::Address, port);
            Taken::Known
        }
        None => Taken::Malformed,
    }
}

/// `accept PORTS` or `reject PORTS` becomes the field.
pub(super) fn port_policy<P: Position>(
    field: &mut P,
    line: &Line<'_>,
    words: &mut LineWords<'_>,
    out: &mut EntrySpans,
) -> Taken {
    let from = words.at();
    let rest = words.rest();
    let ports = rest
        .strip_prefix(b"accept ")
        .or_else(|| rest.strip_prefix(b"reject "));
    if ports.is_some_and(|ports| out.are_ports(ports)) {
        return to_end(field, line, from, out);
    }
    let word = words.next().map(|word| word.text);
    match (word, words.next()) {
        (Some(b"accept" | b"reject"), Some(ports)) if out.are_ports(ports.text) => {
            let len = ports.at + ports.text.len() - from;
            part(field, line, from, len, out)
        }
        _ => Taken::Malformed,
    }
}

/// A value of its own, of an entry that does not have it yet.
pub(super) fn value<T>(field: &mut Option<T>, value: Option<T>) -> Taken {
    match (&field, value) {
        (Some(_), _) => Taken::Unknown,
        (None, None) => Taken::Malformed,
        (None, value) => {
            *field = value;
            Taken::Known
        }
    }
}

/// The line is there, whatever stands in it: older relays name versions behind some of these
/// keywords.
pub(super) fn switch(field: &mut bool) -> Taken {
    match std::mem::replace(field, true) {
        true => Taken::Unknown,
        false => Taken::Known,
    }
}

/// The next word as a number.
pub(super) fn number(words: &mut LineWords<'_>) -> Option<u64> {
    text::number(words.next()?.text)
}

/// The next two words as a date and a time of day, in microseconds since 1970.
pub(super) fn time(words: &LineWords<'_>) -> Option<i64> {
    time::leading_time(words.rest()).map(|(time, _)| time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_with_and_without_padding() {
        for (text, size) in [
            ("AAAA", Some(4)),
            ("AA==", Some(2)),
            ("a+/9=", Some(4)),
            ("none", Some(4)),
            ("", None),
            ("=", None),
            ("A===", None),
            ("A=A", None),
            ("A-B", None),
            ("A B", None),
            ("A=\tB", None),
        ] {
            assert_eq!(base64_size(text.as_bytes()), size, "{text}");
        }
    }
}
