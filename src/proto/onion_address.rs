//! Addresses of onion services, version 3.

use data_encoding::{Encoding, Specification};
use once_cell::race::OnceBox;
use sha3::{Digest, Sha3_256};
use std::fmt;

/// The characters of an address, without `.onion`.
const ADDRESS_CHARS: usize = 56;
/// Public key, checksum, version.
const ADDRESS_BYTES: usize = 35;
const VERSION: u8 = 3;

/// base32 in small letters, as addresses are written; capitals are read as well.
pub(crate) fn base32_lower() -> &'static Encoding {
    // Nobody waits for another thread that makes it, which a forked child would not have.
    static ENCODING: OnceBox<Encoding> = OnceBox::new();
    ENCODING.get_or_init(|| {
        let mut rules = Specification::new();
        rules.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
        rules.translate.from.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        rules.translate.to.push_str("abcdefghijklmnopqrstuvwxyz");
        Box::new(rules.encoding().expect("32 symbols make a base32"))
    })
}

/// The address of a version 3 onion service, checksum and all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OnionAddress {
    public_key: [u8; 32],
}

/// Why something is not the address of an onion service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OnionAddressError {
    /// Not 56 characters.
    #[error("is not a version 3 onion address: it must have 56 characters before .onion")]
    Length,
    /// 16 characters: an address of version 2, which is gone.
    #[error("is an onion address of version 2, which tor no longer knows")]
    Version2,
    /// A character that base32 does not have.
    #[error(
        "is not an onion address: only the letters a to z and the digits 2 to 7 can stand in one"
    )]
    Character,
    /// Another version.
    #[error("is not an onion address of version 3")]
    Version,
    /// Probably mistyped.
    #[error("is not an onion address: its checksum is wrong, so it may be mistyped")]
    Checksum,
}

impl OnionAddress {
    /// The address of the service with this public key.
    pub fn from_public_key(public_key: &[u8; 32]) -> OnionAddress {
        OnionAddress {
            public_key: *public_key,
        }
    }

    /// Reads an address, with or without `.onion`, in any case.
    pub fn parse(text: &[u8]) -> Result<OnionAddress, OnionAddressError> {
        let name = match text.len().checked_sub(6) {
            Some(end) if text[end..].eq_ignore_ascii_case(b".onion") => &text[..end],
            _ => text,
        };
        match name.len() {
            ADDRESS_CHARS => {}
            16 => return Err(OnionAddressError::Version2),
            _ => return Err(OnionAddressError::Length),
        }
        let mut bytes = [0; ADDRESS_BYTES];
        base32_lower()
            .decode_mut(name, &mut bytes)
            .map_err(|_| OnionAddressError::Character)?;
        let mut public_key = [0; 32];
        public_key.copy_from_slice(&bytes[..32]);
        if bytes[34] != VERSION {
            return Err(OnionAddressError::Version);
        }
        if bytes[32..34] != checksum(&public_key) {
            return Err(OnionAddressError::Checksum);
        }
        Ok(OnionAddress { public_key })
    }

    /// The service's public key.
    pub fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }
}

fn checksum(public_key: &[u8; 32]) -> [u8; 2] {
    let mut hash = Sha3_256::new();
    hash.update(b".onion checksum");
    hash.update(public_key);
    hash.update([VERSION]);
    let hash = hash.finalize();
    [hash[0], hash[1]]
}

/// The 56 characters, without `.onion`, as commands take them.
impl fmt::Display for OnionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; ADDRESS_BYTES];
        bytes[..32].copy_from_slice(&self.public_key);
        bytes[32..34].copy_from_slice(&checksum(&self.public_key));
        bytes[34] = VERSION;
        f.write_str(&base32_lower().encode(&bytes))
    }
}

impl fmt::Debug for OnionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Never panics; what is read is written as the same.
pub fn fuzz_onion_address(bytes: &[u8]) {
    if let Ok(address) = OnionAddress::parse(bytes) {
        assert!(bytes
            .to_ascii_lowercase()
            .starts_with(address.to_string().as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The Tor Project's own site.
    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";

    #[test]
    fn addresses() {
        let address = OnionAddress::parse(SITE.as_bytes()).unwrap();
        assert_eq!(address.to_string(), SITE);
        for text in [
            format!("{SITE}.onion"),
            SITE.to_ascii_uppercase(),
            format!("{}.ONION", SITE.to_ascii_uppercase()),
        ] {
            assert_eq!(OnionAddress::parse(text.as_bytes()), Ok(address));
        }
        assert_eq!(OnionAddress::from_public_key(address.public_key()), address);
    }

    #[test]
    fn what_is_no_address() {
        let parse = |text: String| OnionAddress::parse(text.as_bytes()).unwrap_err();
        assert_eq!(
            parse(format!("b{}", &SITE[1..])),
            OnionAddressError::Checksum
        );
        // tor answers DEL_ONION of this one with 512.
        assert_eq!(
            parse(format!("{}e", &SITE[..55])),
            OnionAddressError::Version
        );
        assert_eq!(
            parse(format!("1{}", &SITE[1..])),
            OnionAddressError::Character
        );
        assert_eq!(parse(format!("{SITE}a")), OnionAddressError::Length);
        assert_eq!(parse(String::new()), OnionAddressError::Length);
        assert_eq!(parse(".onion".to_owned()), OnionAddressError::Length);
        assert_eq!(
            parse("expyuzz4wqqyqhjn.onion".to_owned()),
            OnionAddressError::Version2
        );
    }

    #[test]
    fn survives_mutants() {
        crate::proto::mutate::mutants(&[SITE.as_bytes(), b".onion"], 5_000, fuzz_onion_address);
    }
}
