//! One token of an event line: a word, a quoted string or `KEY=value`.

use super::key::Key;
use super::scan::{self, blank};

/// How a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// As it is, quotes or not.
    Plain,
    /// In quotes, with escapes to undo.
    Escaped,
}

/// A token; positions are in the line that was scanned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Where the `=` stands; 0 for a token without a keyword (no line begins with `=`).
    pub(super) name_end: usize,
    pub(super) key: Option<Key>,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoting: Quoting,
    /// Where the search for the next token begins.
    pub(super) next: usize,
}

/// Which rules the values of a kind follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A quoted value is a C string.
    Usual,
    /// Like `Usual`, but text that only looks like a quoted value is none: it comes from a host
    /// name that an application chose.
    Strict,
    /// tor writes most of the quoted values without escapes (STATUS_GENERAL and STATUS_CLIENT).
    Status,
    /// All of them (STATUS_SERVER).
    StatusServer,
}

impl Style {
    fn writes_literally(self, key: Option<Key>) -> bool {
        let Some(key) = key else { return false };
        match self {
            Style::Usual | Style::Strict => false,
            Style::Status => matches!(
                key,
                Key::Summary
                    | Key::Warning
                    | Key::Host
                    | Key::Hostid
                    | Key::Hostaddr
                    | Key::Recommended
                    | Key::Data
            ),
            Style::StatusServer => matches!(key, Key::Reason),
        }
    }
}

/// The token that begins with the word from `at` to `end`, which is not empty. Where `positional`
/// says so, the token has no keyword whatever it looks like.
pub(super) fn token(line: &[u8], at: usize, end: usize, positional: bool, style: Style) -> Token {
    if !positional {
        if let Some((key, equals)) = name(line, at, end) {
            return value(line, equals, end, key, style);
        }
    }
    if line[at] == b'"' && style != Style::Strict {
        if let Some((close, quoting)) = c_string(line, at + 1) {
            return Token {
                name_end: 0,
                key: None,
                start: at + 1,
                end: close,
                quoting,
                next: close + 1,
            };
        }
    }
    Token {
        name_end: 0,
        key: None,
        start: at,
        end,
        quoting: Quoting::Plain,
        next: end,
    }
}

/// The keyword that the word from `at` to `end` begins with, and where its `=` stands.
fn name(line: &[u8], at: usize, end: usize) -> Option<(Option<Key>, usize)> {
    // A path is long.
    line.get(at).filter(|byte| byte.is_ascii_alphabetic())?;
    let len = memchr::memchr(b'=', &line[at..end])?;
    let name = &line[at..at + len];
    let key = Key::from_word(name);
    (key.is_some() || is_name(name)).then_some((key, at + len))
}

/// The token whose `=` stands at `equals`, in a word that ends at `stop`.
fn value(line: &[u8], equals: usize, stop: usize, key: Option<Key>, style: Style) -> Token {
    let start = equals + 1;
    let made = |start, end, quoting, next| Token {
        name_end: equals,
        key,
        start,
        end,
        quoting,
        next,
    };
    if line.get(start) == Some(&b'"') {
        if style.writes_literally(key) {
            let close = literal(line, start + 1);
            // The first bytes of a strange SOCKS request are quoted twice, the inner time with
            // escapes.
            let twice = close >= start + 3 && line[start + 1] == b'"' && line[close - 1] == b'"';
            if twice && key == Some(Key::Data) {
                return made(start + 2, close - 1, Quoting::Escaped, close + 1);
            }
            return made(start + 1, close, Quoting::Plain, close + 1);
        }
        if let Some((close, quoting)) = c_string(line, start + 1) {
            return made(start + 1, close, quoting, close + 1);
        }
        if style != Style::Strict {
            let close = literal(line, start + 1);
            return made(start + 1, close, Quoting::Plain, close + 1);
        }
    }
    if stop == start && matches!(key, Some(Key::Reason | Key::RemoteReason)) {
        // tor prints a reason that it has no word for as "REASON= UNKNOWN_99".
        if line[start..].starts_with(b" UNKNOWN_") {
            let stop = blank(line, start + 1);
            return made(start + 1, stop, Quoting::Plain, stop);
        }
    }
    made(start, stop, Quoting::Plain, stop)
}

/// Where the C string that begins at `from` has its closing quote, if it is well-formed: no
/// unescaped quote inside, and a blank or the end of the line behind it.
pub(super) fn c_string(line: &[u8], from: usize) -> Option<(usize, Quoting)> {
    let mut quoting = Quoting::Plain;
    let mut at = from;
    loop {
        at = scan::either(line, at, b'"', b'\\');
        match line.get(at)? {
            b'\\' => {
                quoting = Quoting::Escaped;
                at += 2;
            }
            _ => {
                let ends = line.get(at + 1).is_none_or(|&byte| byte == b' ');
                return ends.then_some((at, quoting));
            }
        }
    }
}

/// Where text ends that was put between quotes as it was: at the first quote with the next keyword
/// or the end of the line behind it; at the end of the line if there is none.
fn literal(line: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(offset) = line.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
        let quote = at + offset;
        if quote + 1 == line.len() || keyword_follows(&line[quote + 1..]) {
            return quote;
        }
        at = quote + 1;
    }
    line.len()
}

fn keyword_follows(text: &[u8]) -> bool {
    let Some(text) = text.strip_prefix(b" ") else {
        return false;
    };
    let name = text
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_')
        .count();
    name > 0 && text.get(name) == Some(&b'=')
}

/// Whether this can be a keyword: letters, digits, `_` and `-`, a letter first.
fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Where the target of a STREAM event ends that begins at `start`.
///
/// An application chooses the host name, and tor passes on blanks and all: the name may read like
/// keywords. What follows it is tor's own, so the target is as long as this can hold: it ends at
/// the last word that ends in a port and is not tor's SOURCE_ADDR, and before any keyword that
/// would otherwise stand there twice.
pub(super) fn stream_target_end(line: &[u8], start: usize) -> usize {
    let mut at = blank(line, start);
    let mut target_end = at;
    let mut seen = 0u128;
    loop {
        let before = at;
        let Some(begin) = skip_blanks(line, at) else {
            return target_end;
        };
        let end = blank(line, begin);
        let token = token(line, begin, end, false, Style::Strict);
        at = token.next;
        if target_goes_on(line, &token) {
            target_end = token.end;
            seen = 0;
        } else if let Some(key) = token.key {
            if seen >> key as u32 & 1 == 1 {
                target_end = before.min(line.len());
                seen = 0;
            }
            seen |= 1 << key as u32;
        }
    }
}

/// Where the next token begins at or after `at`, if there is one.
#[inline(always)]
pub(super) fn skip_blanks(line: &[u8], mut at: usize) -> Option<usize> {
    while *line.get(at)? == b' ' {
        at += 1;
    }
    Some(at)
}

/// Whether a token behind the first word of a target proves that the target reaches this far.
pub(super) fn target_goes_on(line: &[u8], token: &Token) -> bool {
    // Behind a closing quote `next` is further on than `end`.
    let value = &line[token.start..token.end];
    token.end == token.next
        && match token.key {
            Some(key) => value_goes_on(key, value),
            None => ends_in_port(value),
        }
}

/// Whether a value that stands without quotes does: it ends in a port, which only one keyword's
/// may.
#[inline(always)]
pub(super) fn value_goes_on(key: Key, value: &[u8]) -> bool {
    key != Key::SourceAddr && ends_in_port(value)
}

#[inline(always)]
fn ends_in_port(text: &[u8]) -> bool {
    text.last().is_some_and(u8::is_ascii_digit)
        && text
            .iter()
            .rposition(|byte| !byte.is_ascii_digit())
            .is_some_and(|at| text[at] == b':')
}

// One bit for each keyword in `stream_target_end`.
const _: () = assert!(Key::COUNT <= 128);
