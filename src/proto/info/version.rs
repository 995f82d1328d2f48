//! Versions of tor.

use std::cmp::Ordering;
use std::fmt;

/// How far a version of the old way of counting was, up to 0.1: `0.0.9pre1`, `0.0.9rc5`, `0.0.9.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stage {
    Pre,
    Candidate,
    Release,
}

/// A version of tor, as in `0.4.9.11`, `0.4.9.2-alpha-dev`, `Tor 0.4.8.10 (git-...)`, `0.0.9pre1-cvs`.
/// Ordered as tor does: by its first three numbers, then its stage, then the fourth, then by what stands
/// behind them: nothing, then word by word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    first: [u32; 3],
    stage: Stage,
    last: u32,
    /// `alpha`, `rc`, `alpha-dev` ... or nothing.
    tag: String,
}

impl Version {
    /// Reads a version. Numbers that are missing at the end are 0; a `Tor ` in front and a `
    /// (git-...)` or other remark behind do not matter.
    pub fn parse(text: &[u8]) -> Option<Version> {
        let text = text.trim_ascii();
        let text = text
            .strip_prefix(b"Tor ")
            .unwrap_or(text)
            .trim_ascii_start();
        let word = text.split(u8::is_ascii_whitespace).next()?;
        let (numbers, tag) = match memchr::memchr(b'-', word) {
            Some(dash) => (&word[..dash], &word[dash + 1..]),
            None => (word, &[][..]),
        };
        let number = |part| u32::try_from(crate::proto::event::number::unsigned(part)?).ok();
        let mut parts = numbers.split(|byte| *byte == b'.');
        let mut first = [0; 3];
        let (mut stage, mut last) = (Stage::Release, 0);
        for place in &mut first {
            let Some(part) = parts.next() else { break };
            let digits = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, rest) = part.split_at(digits);
            *place = number(digits)?;
            (stage, last) = match rest {
                [] => continue,
                [b'p', b'r', b'e', last @ ..] => (Stage::Pre, number(last)?),
                [b'r', b'c', last @ ..] => (Stage::Candidate, number(last)?),
                _ => return None,
            };
            break;
        }
        if stage == Stage::Release {
            last = parts.next().map_or(Some(0), number)?;
        }
        if parts.next().is_some() || !tag.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        Some(Version {
            first,
            stage,
            last,
            tag: String::from_utf8_lossy(tag).into_owned(),
        })
    }

    /// The four numbers.
    pub fn numbers(&self) -> [u32; 4] {
        let [a, b, c] = self.first;
        [a, b, c, self.last]
    }

    /// What stands behind the first dash; "" for a stable version.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether this is the other version or a later one. A tag counts only if the other has one:
    /// 0.4.9.2-alpha is at least 0.4.9.2.
    pub fn is_at_least(&self, other: &Version) -> bool {
        let numbers = |it: &Version| (it.first, it.stage, it.last);
        match numbers(self).cmp(&numbers(other)) {
            Ordering::Equal => other.tag.is_empty() || self.tag >= other.tag,
            order => order == Ordering::Greater,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.first;
        let between = match self.stage {
            Stage::Pre => "pre",
            Stage::Candidate => "rc",
            Stage::Release => ".",
        };
        write!(f, "{a}.{b}.{c}{between}{}", self.last)?;
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
        assert_eq!(version("Tor 0.2.0.18-alpha (r13381)").tag(), "alpha");
        for (text, numbers, tag) in [
            ("0.0.9pre1-cvs", [0, 0, 9, 1], "cvs"),
            ("Tor 0.0.9rc5", [0, 0, 9, 5], ""),
            ("0.3.4rc1", [0, 3, 4, 1], ""),
            ("0.0.2pre13", [0, 0, 2, 13], ""),
        ] {
            let old = version(text);
            assert_eq!((old.numbers(), old.tag()), (numbers, tag), "{text}");
            assert_eq!(old.to_string(), text.trim_start_matches("Tor "));
        }
        for bad in [
            "",
            "Tor",
            "0.4.x",
            "0.4.8.1.2",
            "-alpha",
            "0..1",
            "4294967296",
            "0.1-\u{1}",
            "0.0.9pre",
            "0.0.9rc",
            "0.0.9pre1.2",
            "0.0.9beta1",
            "0.0.9.1rc2",
        ] {
            assert_eq!(Version::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn order() {
        let sorted = [
            "0.0.8.1",
            "0.0.9pre1",
            "0.0.9pre1-cvs",
            "0.0.9pre6",
            "0.0.9rc1",
            "0.0.9rc5-cvs",
            "0.0.9",
            "0.0.9.1",
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
