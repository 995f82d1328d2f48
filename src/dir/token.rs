//! How a line is cut into words: one rule for the lines of every document.
//!
//! As tor does it: words are separated by runs of SP and TAB, the word `opt` in front of a keyword
//! is passed over, and what stands behind the arguments that a line has is not looked at ("each
//! item must allow extra arguments at the end of the line").

use super::line::Line;
use crate::proto::mask::either_of;
use crate::proto::text::is_blank;

/// Whether the line that the text begins with has this keyword.
#[inline(always)]
pub(super) fn has_keyword<const N: usize>(text: &[u8], keyword: &[u8; N]) -> bool {
    match text.split_first_chunk::<N>() {
        Some((word, rest)) if word == keyword => {
            matches!(rest.first(), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
        }
        _ => false,
    }
}

/// Whether the line that the text begins with has nothing in it.
pub(super) fn is_empty_line(text: &[u8]) -> bool {
    matches!(text, [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..])
}

/// A word, and where in its line it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineWord<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
}

/// The words of a line that were not taken yet.
#[derive(Clone, Debug)]
pub(super) struct LineWords<'a> {
    line: &'a [u8],
    // The line and what stands behind it.
    // Trick: reading past the end (docs/internals/tricks.md).
    tail: &'a [u8],
    // A word begins here, or the line ends.
    at: usize,
}

impl<'a> LineWords<'a> {
    /// All the words of a line.
    pub(super) fn of(line: &'a [u8]) -> LineWords<'a> {
        LineWords {
            line,
            tail: line,
            at: behind_blanks(line, 0),
        }
    }

    /// The keyword of a line and the words behind it.
    #[inline(always)]
    pub(super) fn of_item(line: &Line<'a>) -> (&'a [u8], LineWords<'a>) {
        let (text, tail) = (line.text, line.tail);
        let end = word_end(tail, 0, text.len());
        let keyword = &text[..end];
        if end == 0 || keyword == b"opt" {
            return LineWords::of_odd_item(line);
        }
        let words = LineWords {
            line: text,
            tail,
            at: behind_blanks(text, end),
        };
        (keyword, words)
    }

    /// The same of a line that begins with blanks or `opt`.
    #[inline(never)]
    fn of_odd_item(line: &Line<'a>) -> (&'a [u8], LineWords<'a>) {
        let mut words = LineWords {
            line: line.text,
            tail: line.tail,
            at: behind_blanks(line.text, 0),
        };
        let mut keyword = words.word();
        if keyword == b"opt" && words.at < words.line.len() {
            keyword = words.word();
        }
        (keyword, words)
    }

    /// The next word; "" at the end.
    #[inline(always)]
    fn word(&mut self) -> &'a [u8] {
        let end = word_end(self.tail, self.at, self.line.len());
        let word = &self.line[self.at..end];
        self.at = behind_blanks(self.line, end);
        word
    }

    /// Where the rest begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// All that was not taken.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }
}

/// Where the word ends that begins at `at`, in front of `limit`.
#[inline(always)]
pub(super) fn word_end(text: &[u8], mut at: usize, limit: usize) -> usize {
    while at < limit {
        let Some(chunk) = text[at..].first_chunk() else {
            return last_word_end(text, at, limit);
        };
        let found = either_of(*chunk, b' ', b'\t');
        if found != 0 {
            at += found.trailing_zeros() as usize;
            break;
        }
        at += chunk.len();
    }
    at.min(limit)
}

#[inline(never)]
fn last_word_end(text: &[u8], at: usize, limit: usize) -> usize {
    let rest = &text[at..limit];
    memchr::memchr2(b' ', b'\t', rest).map_or(limit, |size| at + size)
}

impl<'a> Iterator for LineWords<'a> {
    type Item = LineWord<'a>;

    #[inline]
    fn next(&mut self) -> Option<LineWord<'a>> {
        if self.at == self.line.len() {
            return None;
        }
        let at = self.at;
        let text = self.word();
        Some(LineWord { text, at })
    }
}

#[inline(always)]
fn behind_blanks(line: &[u8], mut at: usize) -> usize {
    while line.get(at).is_some_and(|byte| is_blank(*byte)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(tail: &[u8], size: usize) -> Line<'_> {
        Line {
            text: &tail[..size],
            tail,
            at: 0,
            object: &[],
            object_at: 0,
        }
    }

    #[test]
    fn words_are_separated_by_runs_of_blanks() {
        let words = |line: &'static str| {
            let (keyword, words) = LineWords::of_item(&whole(line.as_bytes(), line.len()));
            // What stands behind the line makes no difference.
            let longer = format!("{line}\nx\ty");
            let (same, others) = LineWords::of_item(&whole(longer.as_bytes(), line.len()));
            assert_eq!(same, keyword);
            assert!(others.eq(words.clone()), "{line}");
            let words = words.map(|word| {
                assert!(line.as_bytes()[word.at..].starts_with(word.text));
                std::str::from_utf8(word.text).unwrap()
            });
            (std::str::from_utf8(keyword).unwrap(), words.collect())
        };
        for (line, keyword, rest) in [
            ("a", "a", vec![]),
            ("a b c", "a", vec!["b", "c"]),
            ("a \t b\tc \t", "a", vec!["b", "c"]),
            ("opt a b", "a", vec!["b"]),
            ("opt\ta\tb", "a", vec!["b"]),
            ("opt", "opt", vec![]),
            ("opt  ", "opt", vec![]),
            ("option a", "option", vec!["a"]),
            ("opt opt a", "opt", vec!["a"]),
            ("", "", vec![]),
            (" \t", "", vec![]),
            ("  a b", "a", vec!["b"]),
            (
                "abcdefghijklmnopq rstuvwxyz",
                "abcdefghijklmnopq",
                vec!["rstuvwxyz"],
            ),
        ] {
            assert_eq!(words(line), (keyword, rest), "{line}");
        }
    }

    #[test]
    fn keywords_end() {
        for text in ["r", "r x", "r\tx", "r\nx", "r\r\n"] {
            assert!(has_keyword(text.as_bytes(), b"r"), "{text}");
        }
        assert!(!has_keyword(b"rx", b"r") && !has_keyword(b"", b"r"));
    }
}
