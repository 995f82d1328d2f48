//! Microdescriptors: the part of a server descriptor that a client needs (`GETINFO md/...`).

use super::entry::Entry;
use super::fields::{DocumentKind, EntryFields};
use super::line::{Line, Taken};
use super::list::List;
use super::policy::PortPolicy;
use super::spans::{EntrySpans, SpanKind};
use super::take;
use super::token::{has_keyword, LineWords};
use crate::proto::text;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::OnceLock;

/// The fields of a microdescriptor.
#[derive(Debug, Default)]
pub struct Micro {
    // Positions in the text, 0 where it has none.
    onion_key: u32,
    ed25519: u32,
    rsa1024: u32,
    begun: bool,
    has_family: bool,
    has_family_ids: bool,
    digest: OnceLock<[u8; 44]>,
    lines: Lines,
}

impl EntryFields for Micro {
    const KIND: DocumentKind = DocumentKind::Microdescriptors;
    const ANNOTATIONS: bool = true;

    #[inline]
    fn begins(text: &[u8]) -> bool {
        has_keyword(text, b"onion-key")
    }

    #[inline]
    fn ends(text: &[u8]) -> bool {
        Micro::begins(text)
    }

    fn reset(&mut self) {
        *self = Micro::default();
    }

    fn line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
        let (keyword, mut words) = LineWords::of_item(line);
        let words = &mut words;
        match keyword {
            b"" => Taken::Known,
            // A tor that has given up TAP leaves the key out.
            b"onion-key" if line.object.is_empty() && !self.begun => {
                self.begun = true;
                Taken::Known
            }
            b"onion-key" => {
                self.begun = true;
                take::object(&mut self.onion_key, line, out)
            }
            b"a" => take::or_address(line, words, out),
            b"family" if !std::mem::replace(&mut self.has_family, true) => {
                take::each_word(line, words.clone(), SpanKind::Family, out)
            }
            b"family-ids" if !std::mem::replace(&mut self.has_family_ids, true) => {
                take::each_word(line, words.clone(), SpanKind::FamilyId, out)
            }
            b"id" => match words.next().map(|word| word.text) {
                Some(b"ed25519") => take::key(&mut self.ed25519, line, words, out),
                Some(b"rsa1024") => take::key(&mut self.rsa1024, line, words, out),
                _ => Taken::Unknown,
            },
            _ => self.lines.take(keyword, line, words, out),
        }
    }
}

/// A microdescriptor.
pub type Microdescriptor = Entry<Micro>;

/// The microdescriptors of a document.
pub type Microdescriptors = List<Micro>;

impl Microdescriptor {
    /// The keys of the families that it belongs to.
    pub fn family_ids(&self) -> impl Iterator<Item = &[u8]> {
        self.parts(SpanKind::FamilyId).map(|(word, _)| word)
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

    /// Its digest, and the NUL behind it.
    pub(crate) fn digest_c(&self) -> Option<&[u8]> {
        let digest = self.fields.digest.get_or_init(|| {
            let mut digest = [0; 44];
            let mut body = self.raw();
            // Annotations are not part of it.
            while !body.is_empty() && !Micro::begins(body) {
                let line = memchr::memchr(b'\n', body).map_or(body.len(), |end| end + 1);
                body = &body[line..];
            }
            if !body.is_empty() {
                // tor's lines end in LF alone, whatever this text has been through, and each has an end.
                let mut sum = Sha256::new();
                for line in text::lines(body) {
                    sum.update(line);
                    sum.update(b"\n");
                }
                let text = data_encoding::BASE64_NOPAD.encode(&sum.finalize());
                digest[..43].copy_from_slice(text.as_bytes());
            }
            digest
        });
        text::own(digest)
    }
}

include!(concat!(env!("OUT_DIR"), "/methods_microdescriptor.rs"));

impl Microdescriptors {
    /// The microdescriptor with this digest (base64, from an `m` line).
    pub fn find_digest(&self, digest: &[u8]) -> Option<&Microdescriptor> {
        let wanted = digest.strip_suffix(b"=").unwrap_or(digest);
        self.find_key(Microdescriptor::digest, wanted)
            .filter(|_| !wanted.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Routers;
    use super::*;

    const REAL: &[u8] = include_bytes!("../../tests/data/dir/microdescriptors.txt");

    #[test]
    fn real_microdescriptors_have_the_digests_of_the_consensus() {
        let list = Microdescriptors::from_bytes(REAL.to_vec()).unwrap();
        assert_eq!(list.entries().len(), 5);
        let first = &list.entries()[0];
        assert!(first
            .onion_key()
            .starts_with(b"-----BEGIN RSA PUBLIC KEY-----\nMIGJAoGBALiAdWjo"));
        assert_eq!(
            first.ntor_onion_key(),
            b"/5/p9PXHprq4vZ/IqqJzoZ9U5pofW+HjCZgit96+WhY"
        );
        assert_eq!(
            first.ed25519(),
            b"d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc"
        );
        assert_eq!(first.policy(), b"reject 6881-6999");
        assert_eq!(first.ipv6_policy(), b"reject 6881-6999");
        assert_eq!(first.family().count(), 3);
        assert!(first.can_exit_to(None, 80) && !first.can_exit_to(None, 6900));
        let consensus = include_bytes!("../../tests/data/dir/consensus-microdesc.txt");
        let routers = Routers::from_bytes(consensus.to_vec()).unwrap();
        for router in routers.entries() {
            let found = list.find_digest(router.microdesc_digest()).unwrap();
            assert_eq!((found.extra_count(), found.malformed_count()), (0, 0));
        }
        assert!(list.find_digest(b"").is_none());
        let raw: Vec<u8> = list
            .entries()
            .iter()
            .flat_map(|one| one.raw().to_vec())
            .collect();
        assert_eq!(raw, REAL);
    }

    #[test]
    fn without_a_tap_key_and_with_everything_else() {
        let text = b"@last-listed 2024-01-01 00:00:00\nonion-key\nntor-onion-key k\n\
a [2001:db8::1]:9001\nfamily-ids ed25519:aa  ed25519:bb\np6 accept 22\np maybe\nid rsa1024 r\n\
id ed448 x\nonion-key\nx\n";
        let list = Microdescriptors::from_bytes(text.to_vec()).unwrap();
        assert_eq!(list.entries().len(), 2);
        let first = &list.entries()[0];
        assert_eq!(first.onion_key(), b"");
        assert_eq!(first.last_listed_unix_us(), Some(1_704_067_200_000_000));
        assert_eq!(
            first.or_addresses().next(),
            Some((&b"2001:db8::1"[..], 9001))
        );
        assert_eq!(
            first.family_ids().collect::<Vec<_>>(),
            [&b"ed25519:aa"[..], b"ed25519:bb"]
        );
        assert_eq!(first.rsa1024(), b"r");
        assert!(!first.can_exit_to(Some("1.2.3.4".parse().unwrap()), 22));
        assert!(first.can_exit_to(Some("::1".parse().unwrap()), 22));
        assert_eq!((first.extra_count(), first.malformed_count()), (2, 1));
        assert_eq!(list.entries()[1].digest().len(), 43);
        assert_eq!(Microdescriptor::new().digest(), b"");
    }
}
