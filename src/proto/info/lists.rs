//! Lists of guards, mappings, options and addresses.

use crate::proto::quote;
use crate::proto::text::{self, first_word, lines, words};

/// A line of `entry-guards`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryGuard {
    /// 40 hexadecimal digits in upper case.
    pub fingerprint: [u8; 40],
    /// Empty if tor does not know it.
    pub nickname: Vec<u8>,
    /// tor's word for what it knows of it.
    pub state: Vec<u8>,
    /// Since when it is so, in microseconds since 1970, if tor says that.
    pub since_us: Option<i64>,
}

/// The lines of `entry-guards`.
pub fn entry_guards(value: &[u8]) -> impl Iterator<Item = EntryGuard> + '_ {
    lines(value).filter_map(|line| {
        let (name, rest) = first_word(line);
        let (state, since) = first_word(rest);
        let nickname = memchr::memchr2(b'~', b'=', name).map_or(&[][..], |at| &name[at + 1..]);
        Some(EntryGuard {
            fingerprint: crate::proto::relay::fingerprint_of(name)?,
            nickname: nickname.to_vec(),
            state: Some(state.to_vec()).filter(|state| !state.is_empty())?,
            since_us: text::time(since),
        })
    })
}

/// A line of `address-mappings/...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The address that is asked for.
    pub from: Vec<u8>,
    /// The one that is used for it.
    pub to: Vec<u8>,
    /// When that ends, in microseconds since 1970; none for never.
    pub expires_us: Option<i64>,
}

/// The lines of `address-mappings/...`.
pub fn mappings(value: &[u8]) -> impl Iterator<Item = Mapping> + '_ {
    lines(value).filter_map(|line| {
        let (from, rest) = first_word(line);
        let (to, expiry) = first_word(rest);
        let expires_us = match expiry {
            b"NEVER" => None,
            _ => Some(text::time(&quote::unquote(expiry)?.0)?),
        };
        (!from.is_empty() && !to.is_empty()).then(|| Mapping {
            from: from.to_vec(),
            to: to.to_vec(),
            expires_us,
        })
    })
}

/// The lines of `config/names`: an option and the type of its value.
pub fn config_names(value: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    lines(value)
        .map(first_word)
        .filter(|(name, kind)| !name.is_empty() && !kind.is_empty())
}

/// The lines of `config/defaults`: an option and its value. An option that can be given many times
/// comes that often.
pub fn config_defaults(value: &[u8]) -> impl Iterator<Item = (&[u8], Vec<u8>)> {
    lines(value).filter_map(|line| {
        let (name, quoted) = first_word(line);
        let (default, _) = quote::unquote(quoted)?;
        (!name.is_empty()).then_some((name, default))
    })
}

/// The lines of `onions/current` and `onions/detached`: addresses without `.onion`.
pub fn addresses(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines(value).filter(|line| !line.is_empty())
}

/// The words of `events/names` and its like.
pub fn words_of(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    words(value)
}

/// The value of `ip-to-country/...`: two letters; none where tor does not know (`??`).
pub fn country(value: &[u8]) -> Option<[u8; 2]> {
    let code: [u8; 2] = value.try_into().ok()?;
    code.iter().all(u8::is_ascii_alphanumeric).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards() {
        let value = b"$BFAB10BBCF78461683133C3FF9C4927D32BD941A~auth3 up\n\
$EE6D3CAA7236B66EB6982447B9AE7C1CE1978503~ down 2024-05-06 07:08:09\n\
$AB089F8C7C73C3A806C2C02E246B5B186FA77182 never-connected\nnobody up\n\
$AB089F8C7C73C3A806C2C02E246B5B186FA77182~x\n$AB089F8C7C73C3A806C2C02E246B5B186FA77182~x odd\n";
        let guards: Vec<_> = entry_guards(value).collect();
        assert_eq!(guards.len(), 4);
        assert_eq!(
            &guards[0].fingerprint,
            b"BFAB10BBCF78461683133C3FF9C4927D32BD941A"
        );
        assert_eq!(
            (&guards[0].nickname[..], &guards[0].state),
            (&b"auth3"[..], &b"up".to_vec())
        );
        assert_eq!(guards[0].since_us, None);
        assert_eq!(guards[1].state, b"down");
        assert_eq!(guards[1].since_us, Some(1_714_979_289_000_000));
        assert!(guards[1].nickname.is_empty() && guards[2].nickname.is_empty());
        assert_eq!(guards[2].state, b"never-connected");
        assert_eq!(guards[3].state, b"odd");
        assert_eq!(entry_guards(b"").count(), 0);
    }

    #[test]
    fn address_mappings() {
        let value = b"www.example.org 10.192.0.1 NEVER\n*.x.com y.exit \"2024-05-06 07:08:09\"\n\
bad line\na b never\n";
        let mappings: Vec<_> = mappings(value).collect();
        assert_eq!(mappings.len(), 2);
        assert_eq!(mappings[0].from, b"www.example.org");
        assert_eq!(
            (&mappings[0].to[..], mappings[0].expires_us),
            (&b"10.192.0.1"[..], None)
        );
        assert_eq!(mappings[1].expires_us, Some(1_714_979_289_000_000));
    }

    #[test]
    fn options() {
        let names = include_bytes!("../../../tests/data/dir/config-names.txt");
        let names: Vec<_> = config_names(names).collect();
        assert_eq!(names.len(), 383);
        assert!(names.contains(&(&b"ContactInfo"[..], &b"String"[..])));
        let text = include_bytes!("../../../tests/data/dir/config-defaults.txt");
        let defaults: Vec<_> = config_defaults(text).collect();
        assert_eq!(defaults.len(), 268);
        assert!(defaults.contains(&(&b"SocksTimeout"[..], b"2 minutes".to_vec())));
        let odd = b"Log \"a \\\"b\\\" \\303\\251\"\nNoValue\nUnquoted x\n";
        let odd: Vec<_> = config_defaults(odd).collect();
        assert_eq!(odd, [(&b"Log"[..], b"a \"b\" \xc3\xa9".to_vec())]);
    }

    #[test]
    fn short_ones() {
        assert_eq!(country(b"au"), Some(*b"au"));
        assert_eq!(country(b"??"), None);
        assert_eq!(country(b""), None);
        assert_eq!(addresses(b"a\nb\n").collect::<Vec<_>>(), [b"a", b"b"]);
        assert_eq!(addresses(b"").count(), 0);
        assert_eq!(words_of(b"CIRC BW").count(), 2);
    }
}
