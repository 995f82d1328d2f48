//! Commands that the program writes itself, kept from breaking the conversation.

use crate::proto::encode::{check_line, ArgumentError, Builder, Command};

impl Command {
    /// One line of the program's own, with data when the line begins with a plus sign.
    ///
    /// Refused is what would not be exactly one command with exactly one reply: line ends, data
    /// without a plus sign or the other way round, and the few commands that this tor never
    /// answers, answers twice or crashes on; and those that would make untrue what the library
    /// believes of the connection, see [`TAKEN`]. Everything else is tor's to judge.
    pub fn raw(line: &[u8], data: Option<&[u8]>) -> Result<Command, ArgumentError> {
        let refuse = |reason: &str| Err(ArgumentError::new("command", reason));
        let is_control = |byte: &u8| (*byte < b' ') & (*byte != b'\t') | (*byte == 0x7f);
        // All of them, without a branch for each.
        if line.iter().fold(false, |any, byte| any | is_control(byte)) {
            check_line("command", line)?;
            // tor ends its words at some of them, and not everywhere at the same.
            return refuse("holds a control character");
        }
        match line.first() {
            None => return refuse("is empty"),
            Some(b' ' | b'\t') => {
                return refuse("begins with a blank, where tor would read an empty keyword (510)")
            }
            Some(_) => {}
        }
        let (keyword, arguments) = split_word(line);
        match (keyword.starts_with(b"+"), data) {
            (true, None) => {
                return refuse("begins with a plus sign but comes without data, for which tor would wait")
            }
            (false, Some(_)) => {
                return refuse("comes with data but without a plus sign in front, so tor would take each line of the data for a command")
            }
            _ => {}
        }
        if keyword == b"+" {
            return refuse("is a plus sign without a keyword (510)");
        }
        // What is longer is none of those that are looked for.
        let mut upper = [0; LONGEST];
        let keyword = upper.get_mut(..keyword.len()).map_or(&[][..], |upper| {
            upper.copy_from_slice(keyword);
            upper.make_ascii_uppercase();
            upper
        });
        if let Some((_, reason)) = TAKEN.iter().find(|(taken, _)| *taken == keyword) {
            return refuse(reason);
        }
        if let Some(reason) = trap(keyword, arguments) {
            return refuse(reason);
        }
        let mut command = Builder::new("");
        if SECRET.contains(&keyword) {
            command.secret();
        }
        command.append(line);
        let command = match data {
            Some(data) => command.finish_with_data("data", data)?,
            None => command.finish()?,
        };
        let secret = SECRET_REPLY.contains(&keyword)
            || keyword == b"GETINFO" && has_word(arguments, b"config-text");
        Ok(command.with_secret_reply(secret))
    }
}

/// No keyword that matters here is longer.
const LONGEST: usize = 24;
const SECRET: [&[u8]; 6] = [
    b"AUTHENTICATE",
    b"ADD_ONION",
    b"ONION_CLIENT_AUTH_ADD",
    b"SETCONF",
    b"RESETCONF",
    b"+LOADCONF",
];
const SECRET_REPLY: [&[u8]; 3] = [b"ADD_ONION", b"ONION_CLIENT_AUTH_VIEW", b"GETCONF"];

/// Commands that change what the library has said of the connection to others, and what does it
/// instead.
///
/// Of the others that change something of which it knows, the manual of torctl_request() speaks:
/// QUIT, TAKEOWNERSHIP and DROPOWNERSHIP end or bind tor and the connection, which is seen when it
/// happens; SIGNAL NEWNYM is not counted for torctl_new_identity(); SETCONF, RESETCONF and
/// +LOADCONF of __LeaveStreamsUnattached and __OwningControllerProcess take from an attacher, or
/// from a tor that was launched, what it needs. PROTOCOLINFO and USEFEATURE change nothing.
const TAKEN: [(&[u8], &str); 3] = [
    (
        b"SETEVENTS",
        "SETEVENTS would take their events from all queues and listeners of the controller; torctl_queue_new() and torctl_listener_add() ask for events",
    ),
    (
        b"AUTHENTICATE",
        "AUTHENTICATE is the login's: the connection is let in already, and a second one that fails ends it",
    ),
    (
        b"AUTHCHALLENGE",
        "AUTHCHALLENGE is the login's: the connection is let in already",
    ),
];

/// What tor does with this command instead of answering it once, if so.
fn trap(keyword: &[u8], arguments: &[u8]) -> Option<&'static str> {
    let mut words = words(arguments);
    match keyword {
        b"+HSPOST" => (!words.any(|word| has_key(word, b"HSADDRESS"))).then_some(
            "HSPOST without HSADDRESS= is never answered by tor, and every later reply would be taken for its answer",
        ),
        b"ADD_ONION" => words.any(|word| has_key(word, b"ClientAuth")).then_some(
            "ADD_ONION with ClientAuth= (of version 2 services) is never answered by tor; ClientAuthV3= is what there is today",
        ),
        b"ONION_CLIENT_AUTH_ADD" => words.any(is_long_name).then_some(
            "ONION_CLIENT_AUTH_ADD with a ClientName of more than 16 bytes is answered twice by tor",
        ),
        b"SETCIRCUITPURPOSE" => words
            .next()
            .is_none()
            .then_some("SETCIRCUITPURPOSE without arguments crashes tor"),
        b"EXTENDCIRCUIT" => {
            let new = words.next() == Some(b"0");
            let path = words.clone().next().is_some_and(|word| !word.contains(&b'='));
            let controller = words.any(|word| word.eq_ignore_ascii_case(b"purpose=controller"));
            (new && controller && !path).then_some(
                "EXTENDCIRCUIT 0 with purpose=controller but without a path makes tor give this purpose to some other circuit",
            )
        }
        _ => None,
    }
}

/// Splits at the blanks after the first word.
fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    let blank = text.iter().position(|byte| matches!(byte, b' ' | b'\t'));
    text.split_at(blank.unwrap_or(text.len()))
}

fn has_word(arguments: &[u8], word: &[u8]) -> bool {
    arguments.len() > word.len() && words(arguments).any(|other| other == word)
}

/// The words between blanks. A quoted value with blanks inside falls apart, which only makes more
/// of them.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    text.split(|byte| matches!(byte, b' ' | b'\t'))
        .filter(|word| !word.is_empty())
}

/// Whether the word is `key=...`, in any case, as tor compares.
fn has_key(word: &[u8], key: &[u8]) -> bool {
    word.len() > key.len() && word[key.len()] == b'=' && word[..key.len()].eq_ignore_ascii_case(key)
}

fn is_long_name(word: &[u8]) -> bool {
    has_key(word, b"ClientName") && word.len() > b"ClientName=".len() + 16
}

/// Never panics; what is let through is one line.
pub fn fuzz_raw(bytes: &[u8]) {
    let half = bytes.len() / 2;
    for data in [None, Some(&bytes[half..])] {
        if let Ok(command) = Command::raw(&bytes[..half], data) {
            let text = command.as_bytes();
            assert!(text.ends_with(b"\r\n") && !text[..half].contains(&b'\n'));
            assert_eq!(data.is_some(), text[0] == b'+');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(line: &str, data: Option<&[u8]>) -> String {
        Command::raw(line.as_bytes(), data)
            .expect_err(line)
            .to_string()
    }

    #[test]
    fn lines_go_out_as_they_are() {
        let bytes = |line: &str, data| {
            let command = Command::raw(line.as_bytes(), data).expect(line);
            String::from_utf8(command.as_bytes().to_vec()).unwrap()
        };
        assert_eq!(bytes("getinfo  version", None), "getinfo  version\r\n");
        assert_eq!(
            bytes("+LOADCONF", Some(b"a\n.b\n")),
            "+LOADCONF\r\na\r\n..b\r\n.\r\n"
        );
        assert_eq!(bytes("QUIT", None), "QUIT\r\n");
        assert_eq!(
            bytes("+hspost HsAddress=x", Some(b"x")),
            "+hspost HsAddress=x\r\nx\r\n.\r\n"
        );
        for line in [
            "EXTENDCIRCUIT 0",
            "EXTENDCIRCUIT 0 a,b purpose=controller",
            "EXTENDCIRCUIT 7 purpose=controller",
            "SETCIRCUITPURPOSE 1",
            "ADD_ONION NEW:BEST Port=80 ClientAuthV3=x",
            "ONION_CLIENT_AUTH_ADD a b ClientName=1234567890123456",
        ] {
            assert_eq!(bytes(line, None), format!("{line}\r\n"));
        }
    }

    #[test]
    fn nothing_becomes_two_commands() {
        assert!(refusal("GETINFO version\r\nQUIT", None).contains("(CR)"));
        assert!(refusal("GETINFO version\nQUIT", None).contains("(LF)"));
        assert!(refusal("GETINFO version\r", None).contains("(CR)"));
        assert!(refusal("GETINFO \0", None).contains("NUL"));
        assert!(refusal("+LOADCONF", None).contains("would wait"));
        assert!(refusal("LOADCONF", Some(b"a")).contains("for a command"));
        assert!(refusal("+LOADCONF", Some(b"a\0")).starts_with("data: "));
        assert!(refusal("", None).contains("empty"));
        assert!(refusal(" GETINFO version", None).contains("510"));
        assert!(refusal("SETCIRCUITPURPOSE\x0b", None).contains("control character"));
        assert!(refusal("GETINFO \x7f", None).contains("control character"));
        assert!(refusal("+ x", Some(b"a")).contains("510"));
    }

    #[test]
    fn what_the_library_has_promised_to_others_is_refused() {
        assert!(refusal("SETEVENTS", None).contains("torctl_queue_new()"));
        assert!(refusal("setevents BW", None).contains("torctl_listener_add()"));
        assert!(refusal("Authenticate \"x\"", None).contains("login"));
        assert!(refusal("AUTHCHALLENGE SAFECOOKIE 00", None).contains("login"));
        for line in ["QUIT", "PROTOCOLINFO 1", "USEFEATURE", "TAKEOWNERSHIP"] {
            assert!(Command::raw(line.as_bytes(), None).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_breaks_tor_is_refused() {
        assert!(refusal("+HSPOST", Some(b"a")).contains("never answered"));
        assert!(refusal("+hspost SERVER=HSADDRESS", Some(b"a")).contains("never answered"));
        assert!(refusal("add_onion NEW:BEST clientauth=a Port=1", None).contains("never answered"));
        let long = "ONION_CLIENT_AUTH_ADD a x25519:b clientname=12345678901234567";
        assert!(refusal(long, None).contains("twice"));
        assert!(refusal("SETCIRCUITPURPOSE", None).contains("crashes"));
        assert!(refusal("setcircuitpurpose  \t", None).contains("crashes"));
        assert!(refusal("EXTENDCIRCUIT 0 purpose=controller", None).contains("path"));
        assert!(refusal("EXTENDCIRCUIT 0  PURPOSE=Controller a,b", None).contains("path"));
    }

    #[test]
    fn secrets_are_marked() {
        let command = Command::raw(b"setconf a=\"abc\"", None).unwrap();
        assert_eq!(format!("{command:?}"), "setconf [secret]");
        assert!(Command::raw(b"ADD_ONION NEW:BEST Port=80", None)
            .unwrap()
            .has_secret_reply());
        assert!(Command::raw(b"GETINFO version config-text", None)
            .unwrap()
            .has_secret_reply());
        assert!(!Command::raw(b"GETINFO version", None)
            .unwrap()
            .has_secret_reply());
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 3] = [
            b"+HSPOST HSADDRESS=x SERVER=y line\n.data\r\n.\r\n a line",
            b"EXTENDCIRCUIT 0 purpose=controller     something else, as long",
            b"ONION_CLIENT_AUTH_ADD a b ClientName=x  something else, as long",
        ];
        crate::proto::mutate::mutants(&seeds, 20_000, fuzz_raw);
    }
}
