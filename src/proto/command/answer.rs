//! Whether a reply can be about what was asked, as far as its shape tells.
//!
//! tor answers in order and names no question, so that one reply too many or too few makes every
//! later one the answer to something else. What cannot be the answer shows that.

use crate::proto::encode::Command;
use crate::proto::reply::{Reply, ReplyLine};

/// What a command's success looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerShape {
    /// Not known.
    Any,
    /// One line that says so: SETCONF, SETEVENTS, SIGNAL and most others.
    Done,
    /// GETINFO: the keys that were asked, each with a value.
    Keys,
    /// GETCONF: options. tor names them in its own spelling, and answers an abbreviation, an older
    /// name and HiddenServiceOptions under other names, so that a name proves nothing.
    Options,
    /// MAPADDRESS: pairs.
    Pairs,
    /// The first line begins so.
    Begins(&'static str),
}

/// The commands, without the plus sign of those that take data.
const SHAPES: [(&str, AnswerShape); 34] = [
    ("GETINFO", AnswerShape::Keys),
    ("GETCONF", AnswerShape::Options),
    ("MAPADDRESS", AnswerShape::Pairs),
    ("EXTENDCIRCUIT", AnswerShape::Begins("EXTENDED ")),
    ("ADD_ONION", AnswerShape::Begins("ServiceID=")),
    (
        "ONION_CLIENT_AUTH_VIEW",
        AnswerShape::Begins("ONION_CLIENT_AUTH_VIEW"),
    ),
    ("PROTOCOLINFO", AnswerShape::Begins("PROTOCOLINFO ")),
    // The login looks itself, and says more.
    ("AUTHCHALLENGE", AnswerShape::Any),
    ("AUTHENTICATE", AnswerShape::Done),
    ("SETCONF", AnswerShape::Done),
    ("RESETCONF", AnswerShape::Done),
    ("LOADCONF", AnswerShape::Done),
    ("SAVECONF", AnswerShape::Done),
    ("SETEVENTS", AnswerShape::Done),
    ("SIGNAL", AnswerShape::Done),
    ("USEFEATURE", AnswerShape::Done),
    ("RESOLVE", AnswerShape::Done),
    ("TAKEOWNERSHIP", AnswerShape::Done),
    ("DROPOWNERSHIP", AnswerShape::Done),
    ("DROPGUARDS", AnswerShape::Done),
    ("DROPTIMEOUTS", AnswerShape::Done),
    ("SETCIRCUITPURPOSE", AnswerShape::Done),
    ("CLOSECIRCUIT", AnswerShape::Done),
    ("ATTACHSTREAM", AnswerShape::Done),
    ("REDIRECTSTREAM", AnswerShape::Done),
    ("CLOSESTREAM", AnswerShape::Done),
    ("POSTDESCRIPTOR", AnswerShape::Done),
    ("HSFETCH", AnswerShape::Done),
    ("HSPOST", AnswerShape::Done),
    ("DEL_ONION", AnswerShape::Done),
    ("ONION_CLIENT_AUTH_ADD", AnswerShape::Done),
    ("ONION_CLIENT_AUTH_REMOVE", AnswerShape::Done),
    ("QUIT", AnswerShape::Done),
    ("SETROUTERPURPOSE", AnswerShape::Done),
];

impl AnswerShape {
    /// That of this command's success.
    pub fn of(command: &Command) -> AnswerShape {
        let keyword = command.keyword();
        let keyword = keyword.strip_prefix(b"+").unwrap_or(keyword);
        let found = SHAPES
            .iter()
            .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(keyword));
        found.map_or(AnswerShape::Any, |(_, shape)| *shape)
    }

    /// Whether the reply can be about the command, which has this shape.
    pub fn can_be(self, command: &Command, reply: &Reply) -> bool {
        // tor's replies begin with 2, 4 and 5; its events with 6.
        if !reply
            .lines()
            .all(|line| matches!(line.code / 100, 2 | 4 | 5))
        {
            return false;
        }
        if self == AnswerShape::Pairs {
            // Some may have failed.
            let mut done = reply.lines().filter(|line| line.code / 100 == 2);
            return done.all(|line| line.text.contains(&b'='));
        }
        // A refusal may be about anything.
        if !reply.is_ok() {
            return true;
        }
        let first = reply.line(0);
        match self {
            AnswerShape::Any | AnswerShape::Pairs => true,
            AnswerShape::Done => reply.len() == 1 && first.is_some_and(is_plain),
            AnswerShape::Keys => Keys::of(command).are_in(reply),
            AnswerShape::Options => {
                let asks_nothing = command.line() == command.keyword();
                asks_nothing || reply.lines().all(|line| is_option(line.text))
            }
            AnswerShape::Begins(with) => {
                first.is_some_and(|line| line.text.starts_with(with.as_bytes()))
            }
        }
    }

    /// The same of lines that came ahead of the whole reply, in their form on the wire.
    pub fn can_begin(self, command: &Command, lines: &[u8]) -> bool {
        if self != AnswerShape::Keys {
            return true;
        }
        let keys = Keys::of(command);
        let mut lines = lines.split_inclusive(|byte| *byte == b'\n');
        lines.all(|line| match line {
            [b'2', _, _, _, text @ ..] => keys.have(text),
            // A refusal, or the end of another key's data.
            _ => true,
        })
    }
}

/// What other commands answer is not said of this one.
fn is_plain(line: ReplyLine<'_>) -> bool {
    let others = SHAPES.iter().filter_map(|(_, shape)| match shape {
        AnswerShape::Begins(with) => Some(with.as_bytes()),
        _ => None,
    });
    let mut others = others.chain([&b"AUTHCHALLENGE "[..]]);
    line.data.is_none() && !others.any(|with| line.text.starts_with(with))
}

/// `Name` or `Name=value`; the last line of a reply without any is not.
fn is_option(text: &[u8]) -> bool {
    let name = text.split(|byte| *byte == b'=').next().unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text != b"OK" && !name.is_empty() && name.iter().all(is_name)
}

/// The keys that a GETINFO asks.
struct Keys<'a>(&'a [u8]);

impl<'a> Keys<'a> {
    fn of(command: &'a Command) -> Keys<'a> {
        let line = command.line();
        Keys(&line[command.keyword().len()..])
    }

    fn all(&self) -> impl Iterator<Item = &'a [u8]> {
        let words = self.0.split(|byte| matches!(byte, b' ' | b'\t'));
        words.filter(|word| !word.is_empty())
    }

    /// Whether `key=...` answers one of them.
    fn have(&self, text: &[u8]) -> bool {
        self.all().any(|key| is_key(text, key))
    }

    /// tor answers in the order in which it was asked. Fewer answers than that are no sign of
    /// another question.
    fn are_in(&self, reply: &Reply) -> bool {
        let mut asked = self.all().peekable();
        let asks_nothing = asked.peek().is_none();
        let last = reply.len() - 1;
        let mut answers = 0;
        for (index, line) in reply.lines().enumerate() {
            if index == last && line.text == b"OK" && line.data.is_none() {
                break;
            }
            answers += 1;
            if !asked.next().is_some_and(|key| is_key(line.text, key)) {
                return false;
            }
        }
        answers > 0 || asks_nothing
    }
}

/// Whether the text is `key=...`.
fn is_key(text: &[u8], key: &[u8]) -> bool {
    text.strip_prefix(key)
        .is_some_and(|rest| rest.first() == Some(&b'='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn can_be(line: &str, reply: &str) -> bool {
        let data = line.starts_with('+').then_some(&b"data"[..]);
        let command = Command::raw(line.as_bytes(), data).unwrap();
        let reply = Reply::new(reply.replace('\n', "\r\n").into_bytes());
        AnswerShape::of(&command).can_be(&command, &reply)
    }

    #[test]
    fn what_tor_answers_can_be() {
        for (line, reply) in [
            ("getinfo  version", "250-version=1\n250 OK\n"),
            ("GETINFO a b", "250-a=\n250+b=\nx\n.\n250 OK\n"),
            ("GETINFO a b", "250-a=1\n250 OK\n"),
            ("GETINFO a a", "250-a=1\n250-a=1\n250 OK\n"),
            ("GETINFO", "250 OK\n"),
            ("GETINFO a", "552 Unrecognized key \"a\"\n"),
            (
                "GETCONF Log SocksPort",
                "250-Log=notice file /x\n250 SocksPort\n",
            ),
            ("GETCONF DirServer", "250 DirAuthority=x\n"),
            (
                "GETCONF __LeaveStreamsUnattached",
                "250 __LeaveStreamsUnattached=0\n",
            ),
            ("GETCONF", "250 OK\n"),
            ("MAPADDRESS a=b c=d", "512-syntax error\n250 c=d\n"),
            ("EXTENDCIRCUIT 0", "250 EXTENDED 7\n"),
            ("ADD_ONION NEW:BEST Port=1", "250-ServiceID=x\n250 OK\n"),
            (
                "ONION_CLIENT_AUTH_VIEW",
                "250-ONION_CLIENT_AUTH_VIEW\n250 OK\n",
            ),
            (
                "ONION_CLIENT_AUTH_ADD a b",
                "252 Registered client and decrypted descriptor\n",
            ),
            ("+POSTDESCRIPTOR", "251 not added: a=b\n"),
            ("SIGNAL RELOAD", "250 OK\n"),
            ("SETCONF a", "513 no\n"),
            ("FUTURE", "250-anything=x\n250 goes\n"),
            ("CLOSECIRCUIT 1", "552 Unknown circuit \"1\"\n"),
        ] {
            assert!(can_be(line, reply), "{line}: {reply}");
        }
    }

    #[test]
    fn what_answers_another_question_cannot() {
        for (line, reply) in [
            ("GETINFO version", "250 OK\n"),
            ("GETINFO version", "250-other=1\n250 OK\n"),
            ("GETINFO version", "250-version\n250 OK\n"),
            ("GETINFO version", "250-versions=1\n250 OK\n"),
            ("GETINFO version", "250-version=1\n250-version=2\n250 OK\n"),
            ("GETINFO a b", "250-b=1\n250-a=1\n250 OK\n"),
            ("GETINFO a", "250 EXTENDED 7\n"),
            ("GETINFO", "250-a=1\n250 OK\n"),
            ("GETCONF Log", "250 OK\n"),
            ("GETCONF Log", "250-status/bootstrap-phase=x\n250 OK\n"),
            ("MAPADDRESS a=b", "250 OK\n"),
            ("MAPADDRESS a=b c=d", "512-no\n250 OK\n"),
            ("EXTENDCIRCUIT 0", "250 OK\n"),
            ("EXTENDCIRCUIT 0", "250-version=1\n250 OK\n"),
            ("ADD_ONION NEW:BEST Port=1", "250 OK\n"),
            ("ONION_CLIENT_AUTH_VIEW", "250 OK\n"),
            ("PROTOCOLINFO 1", "250 OK\n"),
            ("SIGNAL RELOAD", "250-version=1\n250 OK\n"),
            ("SIGNAL RELOAD", "250 EXTENDED 7\n"),
            ("+LOADCONF", "250+config-text=\nx\n.\n250 OK\n"),
            ("FUTURE", "150 what\n"),
            ("SIGNAL RELOAD", "350 more\n"),
            ("SIGNAL RELOAD", "950 what\n"),
            ("SIGNAL RELOAD", "050 what\n"),
        ] {
            assert!(!can_be(line, reply), "{line}: {reply}");
        }
    }

    #[test]
    fn data_ahead_of_the_reply_is_looked_at_too() {
        let command = Command::raw(b"GETINFO ns/all", None).unwrap();
        let can_begin = |lines: &[u8]| AnswerShape::of(&command).can_begin(&command, lines);
        assert!(can_begin(b"250+ns/all=\r\n") && can_begin(b".\r\n250+ns/all=\r\n"));
        assert!(!can_begin(b"250+md/all=\r\n") && !can_begin(b"250-x=y\r\n250+ns/all=\r\n"));
    }
}
