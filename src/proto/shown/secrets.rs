//! Which parts of a line are secrets.

use memchr::memmem;

use crate::proto::command::conf::is_secret;
use crate::proto::quote::quoted_len;
use crate::proto::redacted::{is_plain, told, Disclosure};

/// What stands where a secret was.
pub const PLACEHOLDER: &[u8] = b"[secret]";

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is a command or a line of an answer.
    Line,
    /// In a data block that is shown.
    Data,
    /// In one that is a torrc.
    Torrc,
    /// In one of which nobody knows what it is.
    Unknown,
}

/// A command's keyword in capitals, without its plus sign.
pub fn command_name(line: &[u8]) -> Vec<u8> {
    let line = line.strip_prefix(b"+").unwrap_or(line);
    line[..word_end(line, 0)].to_ascii_uppercase()
}

/// A line of what goes to tor, and where the next one stands.
pub(super) fn of_command(line: &[u8], place: Place) -> (Vec<u8>, Place) {
    if place != Place::Line {
        return of_data(line, place);
    }
    let name = command_name(line);
    let next = match line.first() {
        Some(b'+') if name == b"LOADCONF" => Place::Torrc,
        Some(b'+') if is_plain(&name) => Place::Data,
        Some(b'+') => Place::Unknown,
        _ => Place::Line,
    };
    if is_plain(&name) {
        return (line.to_vec(), next);
    }
    let mut at = word_end(line, 0);
    let mut shown = line[..at].to_vec();
    loop {
        let blanks = at;
        while matches!(line.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        if at == line.len() {
            return (shown, next);
        }
        shown.extend_from_slice(&line[blanks..at]);
        let word = &line[at..word_end(line, at)];
        if matches!(told(&name, word), Disclosure::Nothing) && name != b"AUTHCHALLENGE" {
            // Nobody knows which blanks part it.
            shown.extend_from_slice(PLACEHOLDER);
            return (shown, next);
        }
        at = push_argument(&mut shown, &name, line, at);
    }
}

/// Shows an argument; where the next one begins.
fn push_argument(shown: &mut Vec<u8>, name: &[u8], line: &[u8], at: usize) -> usize {
    if matches!(name, b"SETCONF" | b"RESETCONF") {
        let (equals, end) = value(line, at);
        let is_shown = equals == end || !is_secret(&line[at..equals]);
        push(
            shown,
            &line[at..end],
            if is_shown { end } else { equals + 1 } - at,
        );
        return end;
    }
    let end = word_end(line, at);
    let argument = &line[at..end];
    let size = match told(name, argument) {
        _ if name == b"AUTHCHALLENGE" && argument.eq_ignore_ascii_case(b"SAFECOOKIE") => end - at,
        // A public key.
        Disclosure::Name if argument.starts_with(b"ClientAuthV3=") => end - at,
        Disclosure::Whole => end - at,
        Disclosure::Name => upto(argument, b'='),
        Disclosure::Kind => upto(argument, b':'),
        Disclosure::Nothing => 0,
    };
    push(shown, argument, size);
    end
}

/// The argument's first bytes, and a placeholder for the others.
fn push(shown: &mut Vec<u8>, argument: &[u8], size: usize) {
    shown.extend_from_slice(&argument[..size]);
    if size < argument.len() {
        shown.extend_from_slice(PLACEHOLDER);
    }
}

fn upto(argument: &[u8], sign: u8) -> usize {
    memchr::memchr(sign, argument).map_or(0, |at| at + 1)
}

fn word_end(line: &[u8], from: usize) -> usize {
    let blank = memchr::memchr2(b' ', b'\t', &line[from..]);
    blank.map_or(line.len(), |blank| from + blank)
}

/// Where the equals sign of the setting stands that begins here, and where its value ends. Both are
/// the end of the word if it has none.
fn value(line: &[u8], at: usize) -> (usize, usize) {
    let end = word_end(line, at);
    let Some(equals) = memchr::memchr(b'=', &line[at..end]) else {
        return (end, end);
    };
    let equals = at + equals;
    let end = match line.get(equals + 1) {
        // Without the second quote nobody can say where it ends.
        Some(b'"') => quoted_len(&line[equals + 1..]).map_or(line.len(), |it| equals + 1 + it),
        _ => end,
    };
    (equals, end)
}

/// A line of what comes from tor, and where the next one stands.
pub(super) fn of_answer(line: &[u8], place: Place) -> (Vec<u8>, Place) {
    if place != Place::Line {
        return of_data(line, place);
    }
    let (code, text) = line.split_at(line.len().min(4));
    let next = match code.get(3) {
        Some(b'+') if text.starts_with(b"config-text=") => Place::Torrc,
        Some(b'+') => Place::Data,
        _ => Place::Line,
    };
    let mut shown = code.to_vec();
    let equals = memchr::memchr(b'=', text);
    if let Some(values) = text.strip_prefix(b"AUTHCHALLENGE ") {
        shown.extend_from_slice(b"AUTHCHALLENGE");
        for word in values.split(|byte| *byte == b' ') {
            shown.push(b' ');
            push(&mut shown, word, upto(word, b'='));
        }
    } else if text.starts_with(b"PrivateKey=") {
        push(&mut shown, text, upto(text, b':'));
    } else if text.starts_with(b"CLIENT ") {
        // The address, then the key.
        let key = (word_end(text, b"CLIENT ".len()) + 1).min(text.len());
        let end = word_end(text, key);
        shown.extend_from_slice(&text[..key]);
        push(&mut shown, &text[key..end], upto(&text[key..end], b':'));
        shown.extend_from_slice(&text[end..]);
    } else if let Some(option) = text.strip_prefix(b"config-text=") {
        shown.extend_from_slice(b"config-text=");
        shown.extend_from_slice(&of_torrc(option));
    } else if let Some(equals) = equals.filter(|equals| is_option(&text[..*equals])) {
        push(&mut shown, text, equals + 1);
    } else {
        shown.extend_from_slice(text);
    }
    (without_password(shown), next)
}

fn is_option(name: &[u8]) -> bool {
    let is_name = name
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    is_name && is_secret(name)
}

/// A line of a data block.
fn of_data(line: &[u8], place: Place) -> (Vec<u8>, Place) {
    if line == b"." {
        return (line.to_vec(), Place::Line);
    }
    let shown = match place {
        Place::Torrc => of_torrc(line),
        Place::Unknown => PLACEHOLDER.to_vec(),
        Place::Line | Place::Data => without_password(line.to_vec()),
    };
    (shown, place)
}

/// A line of a torrc.
fn of_torrc(line: &[u8]) -> Vec<u8> {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let start = blanks.count();
    let end = word_end(line, start);
    // What is added to a list, or cleared.
    let name = &line[start..end];
    let name = name
        .strip_prefix(b"+")
        .or(name.strip_prefix(b"/"))
        .unwrap_or(name);
    let mut shown = Vec::new();
    match end < line.len() && is_secret(name) {
        true => push(&mut shown, line, end + 1),
        false => shown.extend_from_slice(line),
    }
    shown
}

/// A stream's or circuit's line without the password that its program gave to the SOCKS port.
fn without_password(shown: Vec<u8>) -> Vec<u8> {
    const NAME: &[u8] = b" SOCKS_PASSWORD=";
    let Some(at) = memmem::find(&shown, NAME) else {
        return shown;
    };
    let start = at + NAME.len();
    let end = match shown.get(start) {
        Some(b'"') => quoted_len(&shown[start..]).map_or(shown.len(), |it| start + it),
        _ => word_end(&shown, start),
    };
    [&shown[..start], b"\"", PLACEHOLDER, b"\"", &shown[end..]].concat()
}
