//! Commands as the bytes that go to tor.
//!
//! Whatever a program passes becomes part of one command or is refused: no argument can end the
//! line that it stands in.

use crate::proto::quote;
use std::fmt;
use zeroize::Zeroize;

/// The longest command that tor reads, line ends and data counted. It answers 500 to one byte more
/// and hangs up.
pub const MAX_COMMAND_BYTES: usize = 1_048_575;

/// An argument that cannot be sent. The message never holds the argument itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{argument}: {reason}")]
pub struct ArgumentError {
    argument: String,
    reason: String,
}

impl ArgumentError {
    /// An error about this argument.
    pub fn new(argument: impl Into<String>, reason: impl Into<String>) -> ArgumentError {
        ArgumentError {
            argument: argument.into(),
            reason: reason.into(),
        }
    }

    /// The name of the argument.
    pub fn argument(&self) -> &str {
        &self.argument
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// One command, ready to be written as it is.
pub struct Command {
    pub(super) bytes: Vec<u8>,
    // Where the first line ends, without its CRLF.
    pub(super) line_end: usize,
    secret: bool,
    secret_reply: bool,
}

impl Command {
    /// All the bytes, with the line end or the end of the data.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its first line, without the line's end.
    pub(crate) fn line(&self) -> &[u8] {
        &self.bytes[..self.line_end]
    }

    /// The word that the command begins with, with its plus sign if it has one.
    pub fn keyword(&self) -> &[u8] {
        let line = &self.bytes[..self.line_end];
        // A short word: a call into a general search would cost more.
        let blank = line.iter().position(|byte| matches!(byte, b' ' | b'\t'));
        &line[..blank.unwrap_or(line.len())]
    }

    /// Whether the bytes hold a secret. They are wiped when the command is dropped.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Whether tor's reply will hold a secret, such as the key of a new onion service.
    pub fn has_secret_reply(&self) -> bool {
        self.secret_reply
    }

    /// The same once more.
    pub(crate) fn copy(&self) -> Command {
        Command {
            bytes: self.bytes.clone(),
            ..*self
        }
    }

    /// The same command, its reply marked as holding a secret.
    pub(crate) fn with_secret_reply(mut self, secret: bool) -> Command {
        self.secret_reply = secret;
        self
    }
}

/// The command without its secrets and its data.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = &self.bytes[..self.line_end];
        if self.secret {
            write!(f, "{} [secret]", self.keyword().escape_ascii())
        } else if line.len() + 2 < self.bytes.len() {
            let data = self.bytes.len() - line.len();
            write!(f, "{} [data, {data} bytes]", line.escape_ascii())
        } else {
            write!(f, "{}", line.escape_ascii())
        }
    }
}

impl Drop for Command {
    fn drop(&mut self) {
        if self.secret {
            self.bytes.zeroize();
        }
    }
}

/// Refuses the bytes that could end a command or cut it short.
pub fn check_line(argument: &str, value: &[u8]) -> Result<(), ArgumentError> {
    let reason = match value.iter().find(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        None => return Ok(()),
        Some(b'\r') => "holds a carriage return (CR), which could end the command",
        Some(b'\n') => "holds a line feed (LF), which would end the command",
        Some(_) => "holds a NUL byte, at which tor would stop reading",
    };
    Err(ArgumentError::new(argument, reason))
}

/// Refuses what is not one word to tor: nothing, blanks, quotes, control characters.
pub fn check_word(argument: &str, value: &[u8]) -> Result<(), ArgumentError> {
    check_line(argument, value)?;
    let reason = match value
        .iter()
        .find(|byte| **byte <= b' ' || matches!(byte, b'"' | 0x7f))
    {
        None if value.is_empty() => "is empty",
        None => return Ok(()),
        Some(b' ' | b'\t') => "holds a blank, which would make two arguments of it",
        Some(b'"') => "holds a quotation mark, which tor does not take here",
        Some(_) => "holds a control character",
    };
    Err(ArgumentError::new(argument, reason))
}

/// A command in the making. Each argument is preceded by a blank.
pub struct Builder {
    bytes: Vec<u8>,
    secret: bool,
}

impl Builder {
    /// A command with this keyword; a plus sign in front when it takes data.
    pub fn new(keyword: &'static str) -> Builder {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(keyword.as_bytes());
        Builder {
            bytes,
            secret: false,
        }
    }

    /// Marks the command as holding a secret.
    pub fn secret(&mut self) {
        self.secret = true;
    }

    /// Makes room, and leaves no copy of a secret behind.
    fn reserve(&mut self, extra: usize) {
        let size = self.bytes.len().saturating_add(extra);
        if size <= self.bytes.capacity() {
            return;
        }
        let mut larger = Vec::with_capacity(size.max(self.bytes.capacity().saturating_mul(2)));
        larger.extend_from_slice(&self.bytes);
        let mut old = std::mem::replace(&mut self.bytes, larger);
        if self.secret {
            old.zeroize();
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// Adds checked bytes, without a blank in front.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        debug_assert!(check_line("append", bytes).is_ok());
        self.push(bytes);
    }

    /// Adds text of the library's own: a number, a flag, a word from a table.
    pub(crate) fn literal(&mut self, text: &str) {
        debug_assert!(check_line("literal", text.as_bytes()).is_ok());
        self.push(b" ");
        self.push(text.as_bytes());
    }

    /// Adds a word of the program's, as it is.
    pub fn word(&mut self, argument: &str, value: &[u8]) -> Result<(), ArgumentError> {
        check_word(argument, value)?;
        self.push(b" ");
        self.push(value);
        Ok(())
    }

    /// Adds `key=value` with a word of the program's.
    pub fn key_word(
        &mut self,
        key: &'static str,
        argument: &str,
        value: &[u8],
    ) -> Result<(), ArgumentError> {
        check_word(argument, value)?;
        self.literal(key);
        self.push(b"=");
        self.push(value);
        Ok(())
    }

    /// Adds `key="value"`. The key has been checked to be a word.
    pub(crate) fn quoted(
        &mut self,
        key: &[u8],
        argument: &str,
        value: &[u8],
    ) -> Result<(), ArgumentError> {
        check_line(argument, value)?;
        self.push(b" ");
        self.push(key);
        self.push(b"=");
        self.reserve(quote::quoted_size_limit(value.len()));
        quote::quote_into(value, &mut self.bytes);
        Ok(())
    }

    /// The command, without data.
    pub fn finish(mut self) -> Result<Command, ArgumentError> {
        let line_end = self.bytes.len();
        self.push(b"\r\n");
        self.done(line_end)
    }

    /// The command with its data: lines end in CRLF, a dot in front is doubled, a lone dot ends it.
    pub fn finish_with_data(
        mut self,
        argument: &str,
        data: &[u8],
    ) -> Result<Command, ArgumentError> {
        if data.contains(&0) {
            let reason = "holds a NUL byte, at which tor would stop reading";
            return Err(ArgumentError::new(argument, reason));
        }
        // Too long already as it stands, and not worth the copy.
        if data.len() > MAX_COMMAND_BYTES {
            return Err(too_long(data.len()));
        }
        let line_end = self.bytes.len();
        let lines = memchr::memchr_iter(b'\n', data).count();
        // At worst each line gains a dot and a CR.
        self.reserve(data.len() + 2 * lines + 16);
        self.bytes.extend_from_slice(b"\r\n");
        for line in data.split_inclusive(|byte| *byte == b'\n') {
            if line[0] == b'.' {
                self.bytes.push(b'.');
            }
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            self.bytes
                .extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
            self.bytes.extend_from_slice(b"\r\n");
        }
        self.bytes.extend_from_slice(b".\r\n");
        self.done(line_end)
    }

    fn done(mut self, line_end: usize) -> Result<Command, ArgumentError> {
        if self.bytes.len() > MAX_COMMAND_BYTES {
            return Err(too_long(self.bytes.len()));
        }
        Ok(Command {
            bytes: std::mem::take(&mut self.bytes),
            line_end,
            secret: self.secret,
            secret_reply: false,
        })
    }
}

fn too_long(size: usize) -> ArgumentError {
    let reason = format!(
        "would be {size} bytes long; tor reads at most {MAX_COMMAND_BYTES} and hangs up on more"
    );
    ArgumentError::new("command", reason)
}

impl Drop for Builder {
    fn drop(&mut self) {
        if self.secret {
            self.bytes.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(result: Result<Command, ArgumentError>) -> String {
        result.expect_err("must be refused").to_string()
    }

    #[test]
    fn words_are_one_argument_or_refused() {
        let mut builder = Builder::new("GETINFO");
        builder.literal("a");
        assert!(builder.word("key", "é=x".as_bytes()).is_ok());
        for (value, reason) in [
            (&b""[..], "is empty"),
            (b"a b", "blank"),
            (b"a\tb", "blank"),
            (b"a\"b", "quotation mark"),
            (b"a\x1bb", "control"),
            (b"a\rb", "(CR)"),
            (b"a\nQUIT", "(LF)"),
            (b"a\0", "NUL"),
        ] {
            let error = builder.word("key", value).unwrap_err();
            assert_eq!(error.argument(), "key");
            assert!(error.reason().contains(reason), "{error}");
        }
        let command = builder.finish().unwrap();
        assert_eq!(command.as_bytes(), "GETINFO a é=x\r\n".as_bytes());
        assert_eq!(command.keyword(), b"GETINFO");
    }

    #[test]
    fn quoted_values_take_all_but_line_ends_and_nul() {
        let mut builder = Builder::new("SETCONF");
        builder
            .quoted(b"ContactInfo", "value", b"a b\"\\\t")
            .unwrap();
        for value in [&b"a\rb"[..], b"a\nb", b"a\0b"] {
            assert!(builder.quoted(b"ContactInfo", "value", value).is_err());
        }
        assert_eq!(
            builder.finish().unwrap().as_bytes(),
            b"SETCONF ContactInfo=\"a b\\\"\\\\\\t\"\r\n"
        );
    }

    #[test]
    fn data_is_stuffed_and_ends_once() {
        for (data, body) in [
            (&b"a\nb"[..], &b"a\r\nb\r\n"[..]),
            (b"a\r\nb\r\n", b"a\r\nb\r\n"),
            (b".\n..\n.a\nb.\n", b"..\r\n...\r\n..a\r\nb.\r\n"),
            (b".", b"..\r\n"),
            (b"\n\n", b"\r\n\r\n"),
            (b"a\rb\n", b"a\rb\r\n"),
            (b"", b""),
        ] {
            let command = Builder::new("+LOADCONF")
                .finish_with_data("data", data)
                .unwrap();
            let expected = [&b"+LOADCONF\r\n"[..], body, b".\r\n"].concat();
            assert_eq!(command.as_bytes(), expected, "{data:?}");
        }
        assert!(refusal(Builder::new("+X").finish_with_data("data", b"a\0")).contains("NUL"));
    }

    #[test]
    fn the_limit_counts_everything() {
        let fill = |size: usize| {
            let mut builder = Builder::new("GETINFO");
            builder
                .word("key", &vec![b'a'; size])
                .map(|()| builder.finish())
        };
        let most = MAX_COMMAND_BYTES - "GETINFO \r\n".len();
        assert_eq!(
            fill(most).unwrap().unwrap().as_bytes().len(),
            MAX_COMMAND_BYTES
        );
        assert!(refusal(fill(most + 1).unwrap()).contains("1048576 bytes"));
        let dots = vec![b'.'; MAX_COMMAND_BYTES - 10];
        assert!(Builder::new("+X").finish_with_data("data", &dots).is_ok());
        assert!(Builder::new("+XX").finish_with_data("data", &dots).is_err());
        let long = vec![b'a'; MAX_COMMAND_BYTES + 1];
        assert!(Builder::new("+X").finish_with_data("data", &long).is_err());
    }

    #[test]
    fn traces_hold_no_secret_and_no_data() {
        let mut builder = Builder::new("AUTHENTICATE");
        builder.secret();
        builder.literal("616263");
        let command = builder.finish().unwrap();
        assert_eq!(format!("{command:?}"), "AUTHENTICATE [secret]");
        let command = Builder::new("+LOADCONF")
            .finish_with_data("data", b"abc\n")
            .unwrap();
        assert_eq!(format!("{command:?}"), "+LOADCONF [data, 10 bytes]");
        let command = Builder::new("QUIT").finish().unwrap();
        assert_eq!(format!("{command:?}"), "QUIT");
    }
}
