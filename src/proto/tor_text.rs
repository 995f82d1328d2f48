//! tor's own words, byte for byte: whoever writes them into a message for people has them escaped.

use std::fmt;

use super::quote::printable;

/// Bytes that tor sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TorText(Vec<u8>);

impl TorText {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether they begin with this text.
    pub fn starts_with(&self, text: &str) -> bool {
        self.0.starts_with(text.as_bytes())
    }

    /// Whether this text stands in them.
    pub fn contains(&self, text: &str) -> bool {
        memchr::memmem::find(&self.0, text.as_bytes()).is_some()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

impl From<Vec<u8>> for TorText {
    fn from(bytes: Vec<u8>) -> TorText {
        TorText(bytes)
    }
}

impl From<&[u8]> for TorText {
    fn from(bytes: &[u8]) -> TorText {
        TorText(bytes.to_vec())
    }
}

impl From<String> for TorText {
    fn from(text: String) -> TorText {
        TorText(text.into_bytes())
    }
}

impl From<&str> for TorText {
    fn from(text: &str) -> TorText {
        TorText(text.as_bytes().to_vec())
    }
}

impl PartialEq<str> for TorText {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for TorText {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

/// On one line, without control characters.
impl fmt::Display for TorText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&printable(&self.0))
    }
}

impl fmt::Debug for TorText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&printable(&self.0), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_and_shown_escaped() {
        let said = TorText::from(&b"a\x1b\0\xff\r"[..]);
        assert_eq!(said.as_bytes(), b"a\x1b\0\xff\r");
        assert_eq!(said.to_string(), "a\\u{1b}\\u{0}\\xff\\r");
        assert!(said.starts_with("a\x1b") && said.contains("\0") && !said.contains("b"));
    }
}
