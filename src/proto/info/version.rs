//! Versions of tor.

use std::cmp::Ordering;
use std::fmt;

/// A version of tor, as in `0.4.9.11`, `0.4.9.2-alpha-dev`, `Tor 0.4.8.10 (git-...)`. Ordered by its
/// four numbers, then by what stands behind them: nothing, then word by word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    numbers: [u32; 4],
    /// `alpha`, `rc`, `alpha-dev` ... or nothing.
    tag: String,
}

impl Version {
    /// Reads a version. Numbers that are missing at the end are 0; a `Tor ` in front and a ` (git-...)`
    /// or other remark behind do not matter.
    pub fn parse(text: &[u8]) -> Option<Version> {
        let text = text.trim_ascii();
        let text = text.strip_prefix(b"Tor ").unwrap_or(text);
        let word = text.split(u8::is_ascii_whitespace).next()?;
        let (numbers_text, tag) = match memchr::memchr(b'-', word) {
            Some(dash) => (&word[..dash], &word[dash + 1..]),
            None => (word, &[][..]),
        };
        let mut numbers = [0; 4];
        for (count, part) in numbers_text.split(|byte| *byte == b'.').enumerate() {
            let number = crate::proto::event::value::unsigned(part)?;
            *numbers.get_mut(count)? = u32::try_from(number).ok()?;
        }
        if !tag.iter().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        Some(Version {
            numbers,
            tag: String::from_utf8_lossy(tag).into_owned(),
        })
    }

    /// The four numbers.
    pub fn numbers(&self) -> [u32; 4] {
        self.numbers
    }

    /// What stands behind the first dash; "" for a stable version.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether this is the other version or a later one. A tag counts only if the other has one:
    /// 0.4.9.2-alpha is at least 0.4.9.2.
    pub fn is_at_least(&self, other: &Version) -> bool {
        match self.numbers.cmp(&other.numbers) {
            Ordering::Equal => other.tag.is_empty() || self.tag >= other.tag,
            order => order == Ordering::Greater,
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let numbers = self.numbers.cmp(&other.numbers);
        numbers.then_with(|| self.tag.cmp(&other.tag))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.numbers;
        write!(f, "{a}.{b}.{c}.{d}")?;
        match self.tag.as_str() {
            "" => Ok(()),
            tag => write!(f, "-{tag}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_form() {
        assert_eq!(version("0.4.9.11").numbers(), [0, 4, 9, 11]);
        assert_eq!(version("Tor 0.4.8.10 (git-0123abcd)"), version("0.4.8.10"));
        assert_eq!(version("0.4.9.2-alpha-dev").tag(), "alpha-dev");
        assert_eq!(
            version("0.4.9.2-alpha-dev").to_string(),
            "0.4.9.2-alpha-dev"
        );
        assert_eq!(version(" 0.4.8\n").numbers(), [0, 4, 8, 0]);
        assert_eq!(version("0.4.6.1-rc (git-x) on Linux").tag(), "rc");
        for bad in [
            "",
            "Tor",
            "0.4.x",
            "0.4.8.1.2",
            "-alpha",
            "0..1",
            "4294967296",
            "0.1-\u{1}",
        ] {
            assert_eq!(Version::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn order() {
        let sorted = [
            "0.2.9.17",
            "0.4.8.9",
            "0.4.8.10",
            "0.4.9.1-alpha",
            "0.4.9.1-alpha-dev",
            "0.4.9.2-alpha",
            "0.4.9.3-rc",
            "0.4.9.4",
            "0.4.10.1",
            "1.0",
        ];
        for pair in sorted.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
            assert!(version(pair[1]).is_at_least(&version(pair[0])));
            assert!(!version(pair[0]).is_at_least(&version(pair[1])));
        }
        assert!(version("0.4.9.2-alpha").is_at_least(&version("0.4.9.2")));
        assert!(!version("0.4.9.2").is_at_least(&version("0.4.9.2-alpha")));
        assert!(version("0.4.9.2-dev").is_at_least(&version("0.4.9")));
    }
}
