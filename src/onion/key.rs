//! Keys of onion services and of their clients: made from randomness that is given, and the texts
//! and files that tor keeps them in.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::scalar::clamp_integer;
use sha2::{Digest, Sha512};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

use super::key_text::{parse_service_key, parse_x25519, service_key_text, x25519_base32};
use crate::proto::onion_address::OnionAddress;

/// What tor's file with the key of a HiddenServiceDir begins with.
const FILE_HEAD: &[u8; 32] = b"== ed25519v1-secret: type0 ==\0\0\0";

/// The private key of an onion service, in the expanded form that tor uses.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceKey {
    secret: Zeroizing<[u8; 64]>,
}

impl ServiceKey {
    /// The key that comes of this seed, as tor makes its own.
    pub fn from_seed(seed: &[u8; 32]) -> ServiceKey {
        let mut hash = Sha512::digest(seed);
        let mut secret = Zeroizing::new([0; 64]);
        secret.copy_from_slice(&hash);
        hash.as_mut_slice().zeroize();
        let mut scalar = Zeroizing::new([0; 32]);
        scalar.copy_from_slice(&secret[..32]);
        secret[..32].copy_from_slice(&*Zeroizing::new(clamp_integer(*scalar)));
        ServiceKey { secret }
    }

    /// Reads `ED25519-V3:` and base64, as ADD_ONION has it, with or without a line end; or the
    /// bytes of tor's file `hs_ed25519_secret_key`.
    pub fn parse(bytes: &[u8]) -> Option<ServiceKey> {
        let secret = match bytes.strip_prefix(FILE_HEAD) {
            Some(key) => Zeroizing::new(<[u8; 64]>::try_from(key).ok()?),
            None => parse_service_key(bytes.trim_ascii())?,
        };
        Some(ServiceKey { secret })
    }

    /// As ADD_ONION has it.
    pub fn text(&self) -> Zeroizing<String> {
        service_key_text(&self.secret)
    }

    /// The public key.
    pub fn public_key(&self) -> [u8; 32] {
        let mut scalar = Zeroizing::new([0; 32]);
        scalar.copy_from_slice(&self.secret[..32]);
        EdwardsPoint::mul_base_clamped(*scalar).compress().0
    }

    /// The address of the service.
    pub fn address(&self) -> OnionAddress {
        OnionAddress::from_public_key(&self.public_key())
    }
}

/// Not the key.
impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceKey of {}", self.address())
    }
}

/// The pair of keys by which an onion service knows a client.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientKey {
    private: Zeroizing<[u8; 32]>,
}

impl ClientKey {
    /// The pair that comes of these random bytes.
    pub fn from_random(random: &[u8; 32]) -> ClientKey {
        ClientKey {
            private: Zeroizing::new(clamp_integer(*random)),
        }
    }

    /// Reads a private key in any form that tor has for it.
    pub fn parse(text: &[u8]) -> Option<ClientKey> {
        let text = text.trim_ascii();
        // The text of a file of ClientOnionAuthDir has the address in front.
        let key = match text.split(|byte| *byte == b':').next() {
            Some(address) if OnionAddress::parse(address).is_ok() => {
                text.get(address.len() + 1..).unwrap_or_default()
            }
            _ => text,
        };
        let private = parse_x25519(key)?;
        Some(ClientKey { private })
    }

    /// The public key, in base32, as ADD_ONION's ClientAuthV3 has it.
    pub fn public_text(&self) -> String {
        let public = MontgomeryPoint::mul_base_clamped(*self.private);
        x25519_base32(&public.0).to_string()
    }

    /// The private key, in base32.
    pub fn private_text(&self) -> Zeroizing<String> {
        x25519_base32(&self.private)
    }

    /// The line of a file `NAME.auth` in `authorized_clients` of the service's directory.
    pub fn auth_text(&self) -> String {
        format!("descriptor:x25519:{}", self.public_text())
    }

    /// The line of a file `NAME.auth_private` in the client's ClientOnionAuthDir.
    pub fn auth_private_text(&self, address: &OnionAddress) -> Zeroizing<String> {
        let private = self.private_text();
        let mut text = Zeroizing::new(String::with_capacity(128));
        text.push_str(&address.to_string());
        text.push_str(":descriptor:x25519:");
        text.push_str(&private);
        text
    }
}

/// Not the private key.
impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientKey {}", self.public_text())
    }
}

/// Never panics; what is read is written as the same.
pub fn fuzz_keys(bytes: &[u8]) {
    if let Some(key) = ServiceKey::parse(bytes) {
        assert_eq!(ServiceKey::parse(key.text().as_bytes()), Some(key));
    }
    if let Some(key) = ClientKey::parse(bytes) {
        let address = OnionAddress::from_public_key(&[7; 32]);
        let text = key.auth_private_text(&address);
        assert_eq!(text.len(), 127);
        assert_eq!(ClientKey::parse(text.as_bytes()), Some(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A key and the address that tor 0.4.9.11 gave it.
    const KEY: &str = "ED25519-V3:wBggVal/3czmIwBYk30gWa4RgxZ0zGkzWXL4iiFNFWwFu6dQlLhirtPrEOuaG+I4eNvJaW/ibN6r4ptPFX5ADQ==";
    const ADDRESS: &str = "3g66pkvxq4ju6ofzn3y5scr5jczmvxj7ds2f5gn52lug3bvrjy3dd6id";

    #[test]
    fn an_address_follows_from_the_key() {
        let key = ServiceKey::parse(KEY.as_bytes()).unwrap();
        assert_eq!(key.address().to_string(), ADDRESS);
        assert_eq!(key.text().as_str(), KEY);
        let line = format!("{KEY}\n");
        assert_eq!(ServiceKey::parse(line.as_bytes()), Some(key.clone()));
        let file = [&FILE_HEAD[..], &key.secret[..]].concat();
        assert_eq!(ServiceKey::parse(&file), Some(key.clone()));
        assert_eq!(ServiceKey::parse(&file[..95]), None);
        assert!(!format!("{key:?}").contains("wBgg"));
    }

    #[test]
    fn seeds_make_keys_as_the_standard_has_it() {
        // RFC 8032, section 7.1, test 1.
        let seed = data_encoding::HEXLOWER
            .decode(b"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
            .unwrap();
        let key = ServiceKey::from_seed(&seed.try_into().unwrap());
        let public = data_encoding::HEXLOWER.encode(&key.public_key());
        assert_eq!(
            public,
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        assert_eq!(ServiceKey::parse(key.text().as_bytes()), Some(key));
    }

    #[test]
    fn clients_keys_are_those_of_the_standard() {
        // RFC 7748, section 5.2: the first iteration, in which the scalar and the point are both 9.
        let mut random = [0; 32];
        random[0] = 9;
        let key = ClientKey::from_random(&random);
        let public = parse_x25519(key.public_text().as_bytes()).unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&public[..]),
            "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
        );
        assert_eq!(ClientKey::parse(key.private_text().as_bytes()), Some(key));
    }

    #[test]
    fn texts_of_clients() {
        let key = ClientKey::from_random(&[9; 32]);
        let address = OnionAddress::parse(ADDRESS.as_bytes()).unwrap();
        let public = key.public_text();
        let private = key.private_text();
        assert_eq!(key.auth_text(), format!("descriptor:x25519:{public}"));
        let text = format!("{ADDRESS}:descriptor:x25519:{}", private.as_str());
        assert_eq!(*key.auth_private_text(&address), text);
        let line = format!("{text}\n");
        assert_eq!(ClientKey::parse(line.as_bytes()), Some(key.clone()));
        assert!(!format!("{key:?}").contains(private.as_str()));
        assert_eq!(ClientKey::parse(ADDRESS.as_bytes()), None);
        assert_eq!(ClientKey::parse(b""), None);
    }

    #[test]
    fn survives_mutants() {
        let line = format!("{ADDRESS}:descriptor:x25519:{}", "A".repeat(51) + "Q");
        crate::proto::mutate::mutants(&[KEY.as_bytes(), line.as_bytes()], 1_000, fuzz_keys);
    }
}
