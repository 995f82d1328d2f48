//! Microdescriptors: the part of a server descriptor that a client needs (`GETINFO md/...`).

use super::descriptor::{each_word, object, once, or_address};
use super::entry::{Entry, Fields, Line, List, Out, SpanKind, Taken};
use super::policy::PortPolicy;
use super::text;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::OnceLock;

/// The fields of a microdescriptor.
#[derive(Debug, Default)]
pub struct Micro {
    // Positions in the text, 0 where it has none.
    onion_key: u32,
    ntor_onion_key: u32,
    policy: u32,
    ipv6_policy: u32,
    ed25519: u32,
    rsa1024: u32,
    begun: bool,
    digest: OnceLock<[u8; 44]>,
}

impl Fields for Micro {
    const OBJECTS: bool = true;
    const ANNOTATIONS: bool = true;

    #[inline]
    fn begins(text: &[u8]) -> bool {
        match text.strip_prefix(b"onion-key") {
            Some(rest) => matches!(rest.first(), None | Some(b'\n' | b'\r')),
            None => false,
        }
    }

    fn reset(&mut self) {
        *self = Micro::default();
    }

    fn line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken {
        let (keyword, rest) = text::first_word(line.text);
        let from = line.text.len() - rest.len();
        match keyword {
            // A tor that has given up TAP leaves the key out.
            b"onion-key" if line.object.is_empty() && !self.begun => {
                self.begun = true;
                Taken::Known
            }
            b"onion-key" => {
                self.begun = true;
                object(&mut self.onion_key, line, out)
            }
            b"ntor-onion-key" => once(&mut self.ntor_onion_key, line, from, out),
            b"a" => or_address(line, from, out),
            b"family" => {
                each_word(line, from, SpanKind::Family, out);
                Taken::Known
            }
            b"family-ids" => {
                each_word(line, from, SpanKind::FamilyId, out);
                Taken::Known
            }
            b"p" | b"p6" if PortPolicy::parse(rest).is_none() => Taken::Malformed,
            b"p" => once(&mut self.policy, line, from, out),
            b"p6" => once(&mut self.ipv6_policy, line, from, out),
            b"id" => {
                let (kind, key) = text::first_word(rest);
                let from = line.text.len() - key.len();
                match kind {
                    b"ed25519" => once(&mut self.ed25519, line, from, out),
                    b"rsa1024" => once(&mut self.rsa1024, line, from, out),
                    _ => Taken::Unknown,
                }
            }
            _ => Taken::Unknown,
        }
    }
}

/// A microdescriptor.
pub type Microdescriptor = Entry<Micro>;

/// The microdescriptors of a document.
pub type Microdescriptors = List<Micro>;

impl Microdescriptor {
    /// The TAP onion key with its BEGIN and END lines, "" if there is none.
    pub fn onion_key(&self) -> &[u8] {
        self.string(self.fields.onion_key)
    }

    /// The ntor key in base64.
    pub fn ntor_onion_key(&self) -> &[u8] {
        self.string(self.fields.ntor_onion_key)
    }

    /// Addresses, without brackets, with their ports.
    pub fn or_addresses(&self) -> impl Iterator<Item = (&[u8], u16)> {
        self.parts(SpanKind::Address)
    }

    /// The relays of its family: fingerprints or names.
    pub fn family(&self) -> impl Iterator<Item = &[u8]> {
        self.parts(SpanKind::Family).map(|(word, _)| word)
    }

    /// The keys of the families that it belongs to.
    pub fn family_ids(&self) -> impl Iterator<Item = &[u8]> {
        self.parts(SpanKind::FamilyId).map(|(word, _)| word)
    }

    /// Which ports it lets exits to IPv4 addresses go to, as `accept 80,443`; "" for none.
    pub fn policy(&self) -> &[u8] {
        self.string(self.fields.policy)
    }

    /// The same for IPv6.
    pub fn ipv6_policy(&self) -> &[u8] {
        self.string(self.fields.ipv6_policy)
    }

    /// Whether exits to this port are allowed, to most addresses of this one's family; without
    /// an address, of either family. A missing policy allows nothing.
    pub fn can_exit_to(&self, address: Option<IpAddr>, port: u16) -> bool {
        let allows = |policy| PortPolicy::parse(policy).is_some_and(|policy| policy.allows(port));
        match address {
            Some(IpAddr::V4(_)) => allows(self.policy()),
            Some(IpAddr::V6(_)) => allows(self.ipv6_policy()),
            None => allows(self.policy()) || allows(self.ipv6_policy()),
        }
    }

    /// The Ed25519 identity in base64.
    pub fn ed25519(&self) -> &[u8] {
        self.string(self.fields.ed25519)
    }

    /// The RSA identity in base64, which only old ones have.
    pub fn rsa1024(&self) -> &[u8] {
        self.string(self.fields.rsa1024)
    }

    /// Its SHA-256 digest in base64 without padding, by which `m` lines name it.
    pub fn digest(&self) -> &[u8] {
        text::until_nul(self.digest_c())
    }
}

/// The fields that C reads in place: each is followed by a NUL.
impl Microdescriptor {
    pub(crate) fn digest_c(&self) -> &[u8] {
        self.fields.digest.get_or_init(|| {
            let mut digest = [0; 44];
            let mut body = self.raw();
            // Annotations are not part of it.
            while body.first() == Some(&b'@') {
                let line = memchr::memchr(b'\n', body).map_or(body.len(), |end| end + 1);
                body = &body[line..];
            }
            if !body.is_empty() {
                let text = data_encoding::BASE64_NOPAD.encode(&Sha256::digest(body));
                digest[..43].copy_from_slice(text.as_bytes());
            }
            digest
        })
    }
    /// One of the texts.
    pub(crate) fn text_c(&self, field: impl Fn(&Micro) -> u32) -> &[u8] {
        self.tail(field(&self.fields))
    }
}

impl Microdescriptors {
    /// The microdescriptor with this digest (base64, from an `m` line).
    pub fn find_digest(&self, digest: &[u8]) -> Option<&Microdescriptor> {
        let wanted = digest.strip_suffix(b"=").unwrap_or(digest);
        self.entries().iter().find(|entry| entry.digest() == wanted)
    }
}
