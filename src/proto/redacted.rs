//! What was asked, for whoever has to say that it was refused: a command without its secrets.

use std::fmt;

use zeroize::Zeroize;

use super::encode::Command;
use super::quote::{printable, quoted_len};

/// No message needs more of a command.
const SHOWN: usize = 200;

/// The first line of a command, with the arguments that hold no secret. Empty if nobody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedactedCommand {
    line: Vec<u8>,
}

impl RedactedCommand {
    /// What is told of this line.
    pub fn of_line(line: &[u8]) -> RedactedCommand {
        let mut line = line.to_vec();
        let size = harmless(&mut line);
        line[size..].zeroize();
        line.truncate(size);
        RedactedCommand { line }
    }

    /// The keyword, without a plus sign.
    pub fn keyword(&self) -> &[u8] {
        self.words().next().unwrap_or_default()
    }

    /// The keyword and the arguments that are told; the values of options and the keys of services
    /// are not.
    pub fn words(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|word| !word.is_empty())
    }

    /// Whether nobody knows.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }
}

impl fmt::Display for RedactedCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.line[..self.line.len().min(SHOWN)];
        f.write_str(&printable(shown))?;
        match shown.len() < self.line.len() {
            true => f.write_str("..."),
            false => Ok(()),
        }
    }
}

impl Command {
    /// What is kept of the command once it is written, in the same place: its first line, and of
    /// one with a secret only what is none.
    pub(crate) fn forget_data(&mut self) {
        if self.is_secret() {
            let size = harmless(&mut self.bytes[..self.line_end]);
            self.bytes[size..].zeroize();
            self.line_end = size;
        }
        self.bytes.truncate(self.line_end);
        if self.bytes.capacity() > 8 * SHOWN && self.bytes.capacity() > 2 * self.line_end {
            self.bytes.shrink_to_fit();
        }
    }

    /// What a refusal says of the command.
    pub(crate) fn asked(&self) -> RedactedCommand {
        RedactedCommand::of_line(&self.bytes[..self.line_end])
    }
}

/// How much of an argument is told.
pub(super) enum Disclosure {
    Whole,
    /// What stands before the equals sign.
    Name,
    /// What stands before the colon.
    Kind,
    Nothing,
}

/// Moves what may be told of a command's line to its front; the size of that.
fn harmless(line: &mut [u8]) -> usize {
    let end = |line: &[u8], from: usize| {
        let blank = line[from..]
            .iter()
            .position(|it| matches!(it, b' ' | b'\t'));
        blank.map_or(line.len(), |blank| from + blank)
    };
    let keyword_end = end(line, 0);
    let start = usize::from(line.first() == Some(&b'+'));
    let keyword = line[start..keyword_end].to_ascii_uppercase();
    let mut size = keyword_end - start;
    line.copy_within(start..keyword_end, 0);
    let mut at = keyword_end;
    loop {
        while matches!(line.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        if at == line.len() {
            return size;
        }
        let told = told(&keyword, &line[at..end(line, at)]);
        let told_end = match told {
            Disclosure::Whole => end(line, at),
            Disclosure::Name => name_end(line, at, b'='),
            Disclosure::Kind => match name_end(line, at, b':') {
                colon if line.get(colon) == Some(&b':') => colon + 1,
                _ => at,
            },
            Disclosure::Nothing => at,
        };
        let next = match told {
            Disclosure::Name => match value_end(line, told_end) {
                Some(next) => next,
                // Nobody can say where the value ends.
                None => line.len(),
            },
            _ => end(line, at),
        };
        if told_end > at {
            // A blank was there before each argument.
            line[size] = b' ';
            line.copy_within(at..told_end, size + 1);
            size += 1 + told_end - at;
        }
        at = next;
    }
}

fn name_end(line: &[u8], from: usize, sign: u8) -> usize {
    let ends = |byte: &u8| *byte == sign || matches!(byte, b' ' | b'\t');
    let size = line[from..].iter().position(ends);
    size.map_or(line.len(), |size| from + size)
}

/// Where the value ends that follows a name.
fn value_end(line: &[u8], name_end: usize) -> Option<usize> {
    let value = match line.get(name_end) {
        Some(b'=') => name_end + 1,
        _ => return Some(name_end),
    };
    match line.get(value) {
        Some(b'"') => quoted_len(&line[value..]).map(|size| value + size),
        _ => Some(name_end.max(value) + plain_len(&line[value..])),
    }
}

fn plain_len(text: &[u8]) -> usize {
    let blank = text.iter().position(|it| matches!(it, b' ' | b'\t'));
    blank.unwrap_or(text.len())
}

/// Commands without secrets.
const PLAIN: &[&[u8]] = &[
    b"GETINFO",
    b"GETCONF",
    b"SETEVENTS",
    b"SIGNAL",
    b"USEFEATURE",
    b"SAVECONF",
    b"EXTENDCIRCUIT",
    b"SETCIRCUITPURPOSE",
    b"CLOSECIRCUIT",
    b"ATTACHSTREAM",
    b"REDIRECTSTREAM",
    b"CLOSESTREAM",
    b"MAPADDRESS",
    b"RESOLVE",
    b"HSFETCH",
    b"HSPOST",
    b"POSTDESCRIPTOR",
    b"DEL_ONION",
    b"ONION_CLIENT_AUTH_REMOVE",
    b"ONION_CLIENT_AUTH_VIEW",
    b"PROTOCOLINFO",
    b"LOADCONF",
    b"QUIT",
];

/// Whether no argument of the command is a secret.
pub(super) fn is_plain(keyword: &[u8]) -> bool {
    PLAIN.contains(&keyword)
}

/// What is told of a command's argument. Nothing of a command that the library does not know.
pub(super) fn told(keyword: &[u8], argument: &[u8]) -> Disclosure {
    let begins = |start: &[u8]| {
        let same = argument.get(..start.len());
        same.is_some_and(|same| same.eq_ignore_ascii_case(start))
    };
    match keyword {
        b"SETCONF" | b"RESETCONF" => Disclosure::Name,
        b"ADD_ONION" if begins(b"NEW:") => Disclosure::Whole,
        b"ADD_ONION" if begins(b"Flags=") || begins(b"Port=") => Disclosure::Whole,
        b"ADD_ONION" if begins(b"MaxStreams") || begins(b"PoW") => Disclosure::Whole,
        b"ADD_ONION" if begins(b"ClientAuth") => Disclosure::Name,
        b"ADD_ONION" => Disclosure::Kind,
        b"ONION_CLIENT_AUTH_ADD" if begins(b"x25519:") => Disclosure::Kind,
        b"ONION_CLIENT_AUTH_ADD" if begins(b"ClientName=") || begins(b"Flags=") => {
            Disclosure::Whole
        }
        b"ONION_CLIENT_AUTH_ADD" if !argument.contains(&b':') => Disclosure::Whole,
        _ if is_plain(keyword) => Disclosure::Whole,
        _ => Disclosure::Nothing,
    }
}

/// Never panics; what is told begins with the keyword and is no longer than what was asked.
pub fn fuzz_asked(bytes: &[u8]) {
    let line: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|it| !matches!(it, b'\r' | b'\n'))
        .collect();
    let asked = RedactedCommand::of_line(&line);
    assert!(asked.line.len() <= line.len());
    let _ = asked.to_string();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::encode::Builder;

    const BLOB: &str = "ED25519-V3:AAAABBBBCCCC";

    #[test]
    fn what_is_told_holds_no_secret() {
        for (line, told) in [
            ("SETEVENTS HS_DESC BW", "SETEVENTS HS_DESC BW"),
            ("getinfo  a/b\tc", "getinfo a/b c"),
            ("AUTHENTICATE 616263", "AUTHENTICATE"),
            ("AUTHCHALLENGE SAFECOOKIE 00", "AUTHCHALLENGE"),
            ("NEWCOMMAND with=what", "NEWCOMMAND"),
            ("QUIT", "QUIT"),
            ("", ""),
            (
                "SETCONF HashedControlPassword=\"16:AA BB \\\" CC=DD\" Log=x SocksPort",
                "SETCONF HashedControlPassword Log SocksPort",
            ),
            ("SETCONF A= B=\"x", "SETCONF A B"),
            ("SETCONF A=\"x y", "SETCONF A"),
            ("+LOADCONF", "LOADCONF"),
            (
                "+HSPOST SERVER=AA HSADDRESS=b",
                "HSPOST SERVER=AA HSADDRESS=b",
            ),
            (
                "ADD_ONION NEW:BEST Flags=Detach Port=80,unix:/a ClientAuthV3=AAAA",
                "ADD_ONION NEW:BEST Flags=Detach Port=80,unix:/a ClientAuthV3",
            ),
            (
                "ADD_ONION new:ed25519-v3 MaxStreams=3",
                "ADD_ONION new:ed25519-v3 MaxStreams=3",
            ),
            (
                &format!("ADD_ONION {BLOB} Port=80"),
                "ADD_ONION ED25519-V3: Port=80",
            ),
            (
                "ONION_CLIENT_AUTH_ADD abc x25519:AAAA ClientName=x Flags=Permanent",
                "ONION_CLIENT_AUTH_ADD abc x25519: ClientName=x Flags=Permanent",
            ),
        ] {
            let asked = RedactedCommand::of_line(line.as_bytes());
            assert_eq!(asked.to_string(), told, "{line}");
            assert_eq!(asked.is_empty(), line.is_empty());
        }
    }

    #[test]
    fn what_is_shown_is_short_and_can_be_printed() {
        let keys = "a".repeat(5000);
        let asked = RedactedCommand::of_line(format!("GETINFO \x1b{keys}").as_bytes());
        let shown = asked.to_string();
        assert!(
            shown.starts_with("GETINFO \\u{1b}aaa") && shown.ends_with("a..."),
            "{shown}"
        );
        assert!(shown.len() < SHOWN + 20);
        assert_eq!(asked.keyword(), b"GETINFO");
        assert_eq!(asked.words().nth(1).map(<[u8]>::len), Some(5001));
    }

    #[test]
    fn a_written_command_keeps_no_data_and_no_secret() {
        let mut command = Builder::new("+POSTDESCRIPTOR")
            .finish_with_data("data", &[b'x'; 100_000])
            .unwrap();
        command.forget_data();
        assert_eq!(command.as_bytes(), b"+POSTDESCRIPTOR");
        assert!(command.bytes.capacity() < 10_000);
        assert_eq!(command.asked().to_string(), "POSTDESCRIPTOR");
        let line = format!("ADD_ONION {BLOB} Port=80");
        let mut command = Command::raw(line.as_bytes(), None).unwrap();
        assert!(command.is_secret());
        command.forget_data();
        assert_eq!(command.as_bytes(), b"ADD_ONION ED25519-V3: Port=80");
        let asked = command.asked();
        assert_eq!(asked.to_string(), "ADD_ONION ED25519-V3: Port=80");
        command.forget_data();
        assert_eq!(command.asked(), asked);
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 4] = [
            b"SETCONF A=\"x\\\"y\" B=z C",
            b"ADD_ONION ED25519-V3:AAAA Port=80",
            b"+LOADCONF",
            b"GETINFO a b c",
        ];
        crate::proto::mutate::mutants(&seeds, 20_000, fuzz_asked);
    }
}
