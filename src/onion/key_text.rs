//! The keys of services and of their clients, as text.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64_NOPAD};
use zeroize::Zeroizing;

use crate::proto::onion_address::base32_lower;

/// Reads an x25519 key, public or private: base32 (52 characters) or base64 (43, or 44 with its
/// padding), alone or behind `x25519:` or `descriptor:x25519:` as in tor's files and commands.
/// Zeros are no key: tor refuses them, and repeats a private one in its refusal.
pub fn parse_x25519(text: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let text = text.strip_prefix(b"descriptor:").unwrap_or(text);
    let text = text.strip_prefix(b"x25519:").unwrap_or(text);
    let mut key = Zeroizing::new([0; 32]);
    // The longest form decodes into 33 bytes before its padding is counted.
    let mut buffer = Zeroizing::new([0; 33]);
    let encoding = match text.len() {
        52 => base32_lower(),
        43 => &BASE64_NOPAD,
        44 => &BASE64,
        _ => return None,
    };
    let size = encoding.decode_len(text.len()).ok()?;
    if encoding.decode_mut(text, &mut buffer[..size]).ok()? != 32 {
        return None;
    }
    key.copy_from_slice(&buffer[..32]);
    (*key != [0; 32]).then_some(key)
}

/// The key in base32, in the form that `ClientAuthV3=` and tor's files have it.
pub fn x25519_base32(key: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(key))
}

/// The key in base64, as ONION_CLIENT_AUTH_ADD has it.
pub fn x25519_base64(key: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(BASE64.encode(key))
}

/// Reads the private key of a service as tor gives it out: 64 bytes in base64, alone or behind
/// `ED25519-V3:`.
pub fn parse_service_key(text: &[u8]) -> Option<Zeroizing<[u8; 64]>> {
    let text = text.strip_prefix(b"ED25519-V3:").unwrap_or(text);
    let encoding = match text.len() {
        86 => &BASE64_NOPAD,
        88 => &BASE64,
        _ => return None,
    };
    let mut buffer = Zeroizing::new([0; 66]);
    let size = encoding.decode_len(text.len()).ok()?;
    if encoding.decode_mut(text, &mut buffer[..size]).ok()? != 64 {
        return None;
    }
    let mut key = Zeroizing::new([0; 64]);
    key.copy_from_slice(&buffer[..64]);
    Some(key)
}

/// The key as ADD_ONION takes it.
pub fn service_key_text(key: &[u8; 64]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(99));
    text.push_str("ED25519-V3:");
    BASE64.encode_append(key, &mut text);
    text
}

/// Never panics; what is read is written as the same.
pub fn fuzz_key_text(bytes: &[u8]) {
    if let Some(key) = parse_x25519(bytes) {
        assert_eq!(
            parse_x25519(x25519_base32(&key).as_bytes()),
            Some(key.clone())
        );
        assert_eq!(parse_x25519(x25519_base64(&key).as_bytes()), Some(key));
    }
    if let Some(key) = parse_service_key(bytes) {
        assert_eq!(
            parse_service_key(service_key_text(&key).as_bytes()),
            Some(key)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A key that tor 0.4.9.11 made.
    const KEY: &str = "ED25519-V3:qO/2z0vZ3Jfh+DCpBHfOn+Pal348d4AdFVAU7OVkLUpVfPirl0j1PuKDEtLoBoR8Z9IMLCg/bRrye9RdlmsxTQ==";
    const CLIENT: &str = "JSXPFMICWELKXMK7MEKCD76JTW3G2LD5J2A4OPJOD4UM5XQZIRZA";

    #[test]
    fn client_keys() {
        let key = parse_x25519(CLIENT.as_bytes()).unwrap();
        assert_eq!(x25519_base32(&key).as_str(), CLIENT);
        let base64 = x25519_base64(&key);
        for text in [
            CLIENT.to_ascii_lowercase(),
            format!("descriptor:x25519:{CLIENT}"),
            base64.to_string(),
            format!("x25519:{}", base64.trim_end_matches('=')),
        ] {
            assert_eq!(parse_x25519(text.as_bytes()), Some(key.clone()), "{text}");
        }
        for text in [
            "",
            "AAAA",
            &CLIENT[1..],
            &CLIENT.replace('J', "1"),
            &format!("{CLIENT}="),
        ] {
            assert_eq!(parse_x25519(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn service_keys() {
        let key = parse_service_key(KEY.as_bytes()).unwrap();
        assert_eq!(service_key_text(&key).as_str(), KEY);
        let bare = KEY.trim_start_matches("ED25519-V3:").trim_end_matches('=');
        assert_eq!(parse_service_key(bare.as_bytes()), Some(key));
        for text in ["", "ED25519-V3:", "RSA1024:AAAA", &KEY[..KEY.len() - 3]] {
            assert_eq!(parse_service_key(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn survives_mutants() {
        let seeds = [KEY.as_bytes(), CLIENT.as_bytes()];
        crate::proto::mutate::mutants(&seeds, 5_000, fuzz_key_text);
    }
}
