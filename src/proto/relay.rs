//! How relays are named: fingerprints and nicknames.

use data_encoding::{HEXUPPER, HEXUPPER_PERMISSIVE};
use std::fmt;

/// The fingerprint of a relay's identity key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 20]);

impl Fingerprint {
    /// Reads 40 hex digits, with or without a dollar sign in front.
    pub fn parse(text: &[u8]) -> Option<Fingerprint> {
        let hex = text.strip_prefix(b"$").unwrap_or(text);
        let mut bytes = [0; 20];
        if hex.len() != 40 {
            return None;
        }
        HEXUPPER_PERMISSIVE.decode_mut(hex, &mut bytes).ok()?;
        Some(Fingerprint(bytes))
    }
}

/// 40 hex digits, in capitals as tor writes them.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXUPPER.encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether this can be the nickname of a relay: 1 to 19 letters and digits.
pub fn is_nickname(text: &[u8]) -> bool {
    (1..=19).contains(&text.len()) && text.iter().all(u8::is_ascii_alphanumeric)
}

/// The form of a relay's name that goes into commands: `$FP`, `$FP~nickname` or a nickname. An
/// equal sign before the nickname, which old tors wrote, would be read as a keyword argument.
pub fn canonical_relay(text: &[u8]) -> Option<String> {
    if is_nickname(text) {
        return Some(String::from_utf8_lossy(text).into_owned());
    }
    let end = memchr::memchr2(b'~', b'=', text).unwrap_or(text.len());
    let fingerprint = Fingerprint::parse(&text[..end])?;
    match text.get(end + 1..) {
        None => Some(format!("${fingerprint}")),
        Some(name) if is_nickname(name) => {
            Some(format!("${fingerprint}~{}", String::from_utf8_lossy(name)))
        }
        Some(_) => None,
    }
}

/// Never panics; what comes out is a name of the same relay.
pub fn fuzz_relay(bytes: &[u8]) {
    if let Some(name) = canonical_relay(bytes) {
        assert_eq!(canonical_relay(name.as_bytes()), Some(name));
    }
}

/// The 40 upper-case digits of `$FP`, `FP`, `$FP~name` or `$FP=name`.
pub fn fingerprint_of(text: &[u8]) -> Option<[u8; 40]> {
    let text = text.strip_prefix(b"$").unwrap_or(text);
    let (digits, name) = text.split_first_chunk::<40>()?;
    let named = matches!(name.first(), None | Some(b'~' | b'='));
    if !named || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    Some(digits.map(|digit| digit.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FP: &str = "5152A1D4F6B9C3E07A8899AABBCCDDEEFF00E337";

    #[test]
    fn fingerprints() {
        let parsed = Fingerprint::parse(FP.as_bytes()).unwrap();
        assert_eq!(parsed.to_string(), FP);
        assert_eq!(format!("{parsed:?}"), FP);
        let dollar = format!("${}", FP.to_ascii_lowercase());
        assert_eq!(Fingerprint::parse(dollar.as_bytes()), Some(parsed));
        for text in ["", "$", &FP[1..], &format!("{FP}0"), &FP.replace('A', "G")] {
            assert_eq!(Fingerprint::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn names_of_relays() {
        for (text, name) in [
            ("moria1".to_owned(), "moria1".to_owned()),
            (FP.to_owned(), format!("${FP}")),
            (
                format!("${}~a", FP.to_ascii_lowercase()),
                format!("${FP}~a"),
            ),
            (format!("${FP}=a"), format!("${FP}~a")),
        ] {
            assert_eq!(canonical_relay(text.as_bytes()), Some(name));
        }
        for text in ["", "a b", "a-b", "12345678901234567890", "$abc"] {
            assert_eq!(canonical_relay(text.as_bytes()), None, "{text}");
        }
        assert_eq!(canonical_relay(format!("${FP}~").as_bytes()), None);
        assert_eq!(canonical_relay(format!("${FP}~a,b").as_bytes()), None);
    }

    #[test]
    fn survives_mutants() {
        let name = format!("${FP}~nick");
        crate::proto::mutate::mutants(&[name.as_bytes(), b"moria1"], 20_000, fuzz_relay);
    }

    #[test]
    fn digits_of_names() {
        let digits = b"515BCBFCF2442AD59538C38379BE4A410189E337";
        for text in [
            "515bcbfcf2442ad59538c38379be4a410189e337",
            "$515BCBFCF2442AD59538C38379BE4A410189E337",
            "$515BCBFCF2442AD59538C38379BE4A410189E337~name",
            "$515BCBFCF2442AD59538C38379BE4A410189E337=name",
        ] {
            assert_eq!(fingerprint_of(text.as_bytes()).as_ref(), Some(digits));
        }
        for text in [
            "",
            "$",
            "515B",
            "$515BCBFCF2442AD59538C38379BE4A410189E3377",
            "name",
        ] {
            assert_eq!(fingerprint_of(text.as_bytes()), None);
        }
    }
}
