//! Annotations: what tor and archives write in front of an entry, in lines that begin with `@`.

use super::line::{Line, Taken};
use super::spans::{EntrySpans, SpanKind};
use super::time;
use super::token::LineWords;

/// Which annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Annotation {
    Type,
    Source,
    DownloadedAt,
    LastListed,
    Purpose,
}

/// Which annotations an entry has had.
#[derive(Default)]
pub(super) struct SeenAnnotations(u8);

/// Takes an annotation.
#[inline(never)]
pub(super) fn line(line: &Line<'_>, seen: &mut SeenAnnotations, out: &mut EntrySpans) -> Taken {
    let (keyword, words) = LineWords::of_item(line);
    let (which, value) = match keyword {
        b"@type" => (Annotation::Type, words.rest()),
        b"@source" => (Annotation::Source, words.rest()),
        b"@downloaded-at" => (Annotation::DownloadedAt, words.rest()),
        b"@last-listed" => (Annotation::LastListed, words.rest()),
        b"@purpose" => (Annotation::Purpose, words.rest()),
        _ => return Taken::Unknown,
    };
    let (bit, mut from) = (1 << which as u8, words.at());
    if seen.0 & bit != 0 {
        return Taken::Unknown;
    }
    let value = value.trim_ascii_end();
    let value = match which {
        // tor puts it between quotation marks, with escapes within.
        Annotation::Source => match value.strip_prefix(b"\"") {
            Some(quoted) => {
                from += 1;
                quoted.strip_suffix(b"\"")
            }
            None => Some(value),
        },
        Annotation::DownloadedAt | Annotation::LastListed => {
            time::leading_time(value).map(|(_, size)| &value[..size])
        }
        Annotation::Purpose => words.clone().next().map(|word| word.text),
        Annotation::Type => Some(value),
    };
    match value {
        Some(value) if !value.is_empty() => {
            seen.0 |= bit;
            out.part_with_note(line, from, value.len(), SpanKind::Annotation, which as u16);
            Taken::Known
        }
        _ => Taken::Malformed,
    }
}
