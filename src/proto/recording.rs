//! The text of a recorded conversation, which people read and edit.
//!
//! ```text
//! torctl recording 1
//! # A comment. Empty lines are skipped as well.
//! 0.000120 = CONNECTED
//! 0.000455 > GETINFO version
//! 0.001020 < 250-version=0.4.9.8
//! 0.001020 < 250 OK
//! ```
//!
//! A line has the seconds since the beginning, which can be left out and mean nothing to a replay;
//! who wrote it (`>` the program, `<` tor, `=` the library, of the connection); and what was written.
//! There `\\` stands for a backslash, and `\x1b` for a byte that is not printed.

use std::collections::VecDeque;
use std::io::Write as _;

use super::shown::{command_name, PLACEHOLDER};

/// The first line.
pub const HEAD: &str = "torctl recording 1";

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program's.
    Program,
    /// tor's.
    Tor,
    /// The library's, of the connection.
    Connection,
}

impl Origin {
    fn sign(self) -> u8 {
        match self {
            Origin::Program => b'>',
            Origin::Tor => b'<',
            Origin::Connection => b'=',
        }
    }
}

/// Writes a line.
pub fn push_line(out: &mut Vec<u8>, since_us: u64, origin: Origin, text: &[u8]) {
    let (seconds, micros) = (since_us / 1_000_000, since_us % 1_000_000);
    // Nothing that is written to memory fails.
    let _ = write!(out, "{seconds}.{micros:06} {}", char::from(origin.sign()));
    if !text.is_empty() {
        out.push(b' ');
    }
    for byte in text {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' | b' '..=b'~' | 0x80.. => out.push(*byte),
            _ => drop(write!(out, "\\x{byte:02x}")),
        }
    }
    out.push(b'\n');
}

/// Something that happened on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A command with its data, lines joined by LF.
    Command {
        /// What it was.
        text: Vec<u8>,
        /// Which entry is its answer.
        answer: Option<usize>,
    },
    /// An answer, as tor sent it.
    Answer(Vec<u8>),
    /// An event, as tor sent it.
    Event(Vec<u8>),
    /// tor hung up.
    End,
}

/// A recorded conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// Its connections, one after the other, without logins.
    pub connections: Vec<Vec<Entry>>,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct RecordingError {
    line: usize,
    why: &'static str,
}

impl Recording {
    /// Reads the text.
    pub fn parse(text: &[u8]) -> Result<Recording, RecordingError> {
        let mut reader = Reader::default();
        let mut lines = text.split(|byte| *byte == b'\n').enumerate();
        let wrong = |index, why| RecordingError {
            line: index + 1,
            why,
        };
        let head = lines.next().map(|(_, head)| trim(head));
        if head != Some(HEAD.as_bytes()) {
            return Err(wrong(0, "is not \"torctl recording 1\""));
        }
        for (index, line) in lines {
            let line = trim(line);
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let (origin, text) = split(line).map_err(|why| wrong(index, why))?;
            let text = unescape(text).ok_or(wrong(index, "has a \\ before something else"))?;
            let read = match origin {
                Origin::Program => reader.command(text),
                Origin::Tor => reader.answer(text),
                Origin::Connection => reader.connection(&text),
            };
            read.map_err(|why| wrong(index, why))?;
        }
        reader.next_connection();
        Ok(Recording {
            connections: reader.done,
        })
    }
}

fn trim(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Whose line it is, and what it says.
fn split(line: &[u8]) -> Result<(Origin, &[u8]), &'static str> {
    let is_time = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b' ');
    let size = line.iter().take_while(|byte| is_time(byte)).count();
    let (sign, text) = line[size..].split_first().ok_or("ends behind the time")?;
    let origin = [Origin::Program, Origin::Tor, Origin::Connection];
    let origin = origin.into_iter().find(|origin| origin.sign() == *sign);
    let origin = origin.ok_or("has neither >, < nor = behind the time")?;
    Ok((origin, text.strip_prefix(b" ").unwrap_or(text)))
}

fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = match &rest[at + 1..] {
            [b'\\', rest @ ..] => {
                out.push(b'\\');
                rest
            }
            [b'x', high, low, rest @ ..] => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                out.push((digit(*high)? * 16 + digit(*low)?) as u8);
                rest
            }
            _ => return None,
        };
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// A command that is to be answered.
enum Asked {
    /// The entry with this index.
    Entry(usize),
    /// The last of a login.
    Login,
    /// One before.
    ForLogin,
}

/// A connection as far as it is read.
#[derive(Default)]
struct Reader {
    done: Vec<Vec<Entry>>,
    entries: Vec<Entry>,
    /// Commands without an answer, in their order.
    asked: VecDeque<Asked>,
    /// A command's or a message's first lines.
    begun: Option<(Origin, Vec<u8>)>,
    /// They end in a data block.
    is_data: bool,
    has_login: bool,
    is_let_in: bool,
}

impl Reader {
    /// Goes on with the lines that were begun, or begins.
    fn begun(&mut self, origin: Origin) -> Result<Vec<u8>, &'static str> {
        match self.begun.take() {
            None => Ok(Vec::new()),
            Some((begun, text)) if begun == origin => Ok(text),
            Some(_) => Err("stands between the lines of one message"),
        }
    }

    fn command(&mut self, line: Vec<u8>) -> Result<(), &'static str> {
        let mut text = self.begun(Origin::Program)?;
        let is_first = text.is_empty();
        if !is_first {
            text.push(b'\n');
        }
        text.extend_from_slice(&line);
        if is_first && line.starts_with(b"+") || !is_first && line != b"." {
            self.begun = Some((Origin::Program, text));
            return Ok(());
        }
        let asked = match command_name(&text).as_slice() {
            b"AUTHENTICATE" => Asked::Login,
            b"PROTOCOLINFO" | b"AUTHCHALLENGE" => Asked::ForLogin,
            _ => Asked::Entry(self.entries.len()),
        };
        match asked {
            Asked::Entry(_) => self.entries.push(Entry::Command { text, answer: None }),
            Asked::Login | Asked::ForLogin => self.has_login = true,
        }
        self.asked.push_back(asked);
        Ok(())
    }

    fn answer(&mut self, line: Vec<u8>) -> Result<(), &'static str> {
        let mut text = self.begun(Origin::Tor)?;
        let is_data = self.is_data;
        let mark = line.get(3).copied();
        if !is_data && (line.len() < 4 || !line[..3].iter().all(u8::is_ascii_digit)) {
            return Err("is no line of an answer or event");
        }
        text.extend_from_slice(&line);
        text.extend_from_slice(b"\r\n");
        self.is_data = match is_data {
            true => line != b".",
            false => mark == Some(b'+'),
        };
        if is_data || mark != Some(b' ') {
            self.begun = Some((Origin::Tor, text));
        } else if text.starts_with(b"6") {
            self.entries.push(Entry::Event(text));
        } else {
            match self.asked.pop_front() {
                None => return Err("answers nothing"),
                Some(Asked::ForLogin) => {}
                Some(Asked::Login) => self.is_let_in = text.starts_with(b"250"),
                Some(Asked::Entry(command)) => {
                    let index = self.entries.len();
                    self.entries.push(Entry::Answer(text));
                    if let Some(Entry::Command { answer, .. }) = self.entries.get_mut(command) {
                        *answer = Some(index);
                    }
                }
            }
        }
        Ok(())
    }

    fn connection(&mut self, text: &[u8]) -> Result<(), &'static str> {
        let word = text.split(|byte| *byte == b' ').next();
        match word {
            Some(b"CONNECTED") => self.next_connection(),
            // It ended in the middle of them.
            Some(b"ENDED") => {
                self.begun = None;
                if !text.ends_with(b"CAUSE=LOCAL") {
                    self.entries.push(Entry::End);
                }
            }
            Some(b"LOST") => {}
            _ => return Err("is neither CONNECTED, ENDED nor LOST"),
        }
        Ok(())
    }

    /// What was an attempt to log in and no more is left out.
    fn next_connection(&mut self) {
        let is_login = self.has_login && !self.is_let_in;
        let entries = std::mem::take(&mut self.entries);
        let is_nothing = entries.is_empty() && !self.is_let_in;
        let done = std::mem::take(&mut self.done);
        *self = Reader {
            done,
            ..Reader::default()
        };
        if !is_login && !is_nothing {
            self.done.push(entries);
        }
    }
}

/// Whether a command is what was recorded: placeholders there stand for anything.
pub fn is_same(recorded: &[u8], command: &[u8]) -> bool {
    let mut parts = split_at_placeholders(recorded);
    let Some(rest) = parts.next().and_then(|first| command.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    let Some(mut rest) = rest.strip_suffix(last) else {
        return false;
    };
    for part in parts {
        match memchr::memmem::find(rest, part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

fn split_at_placeholders(text: &[u8]) -> std::vec::IntoIter<&[u8]> {
    let mut parts = Vec::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(text, PLACEHOLDER) {
        parts.push(&text[from..at]);
        from = at + PLACEHOLDER.len();
    }
    parts.push(&text[from..]);
    parts.into_iter()
}

/// Never panics.
#[doc(hidden)]
pub fn fuzz_recording(bytes: &[u8]) {
    if let Ok(recording) = Recording::parse(bytes) {
        for entry in recording.connections.iter().flatten() {
            if let Entry::Command { text, .. } = entry {
                assert!(is_same(text, text));
            }
        }
    }
    let mut out = Vec::new();
    let line: Vec<u8> = bytes.iter().copied().filter(|it| *it != b'\n').collect();
    push_line(&mut out, 1, Origin::Tor, &line);
    let read = split(&out[..out.len() - 1]).map(|(_, text)| unescape(text));
    assert_eq!(read, Ok(Some(line)));
}

#[cfg(test)]
mod tests;
