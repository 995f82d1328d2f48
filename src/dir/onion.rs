//! The outer layer of v3 onion service descriptors (`GETINFO hs/client/desc/id/...`,
//! HS_DESC_CONTENT). What is inside is encrypted and stays as it is.

use super::entry::Entry;
use super::fields::{DocumentKind, EntryFields};
use super::line::{Line, Taken};
use super::spans::EntrySpans;
use super::take;
use super::token::{has_keyword, LineWords};
use crate::proto::text;

/// The fields of the outer layer.
#[derive(Debug, Default)]
pub struct Onion {
    version: Option<u32>,
    lifetime_minutes: Option<u32>,
    revision_counter: Option<u64>,
    certificate: Option<Certificate>,
    // Positions in the text, 0 where there is none.
    certificate_text: u32,
    superencrypted: u32,
    signature: u32,
}

/// What an Ed25519 certificate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What it is for; 8 in a descriptor.
    pub kind: u8,
    /// When it expires, in microseconds since 1970.
    pub expires_us: i64,
    /// The key that it certifies.
    pub key: [u8; 32],
    /// The key that signed it, in a descriptor the blinded key of the service.
    pub signing_key: Option<[u8; 32]>,
}

impl Certificate {
    /// Reads a certificate with its BEGIN and END lines.
    pub fn parse(object: &[u8]) -> Option<Certificate> {
        let mut base64 = Vec::new();
        for line in text::lines(object).filter(|line| !line.starts_with(b"-----")) {
            base64.extend_from_slice(line);
        }
        let bytes = data_encoding::BASE64.decode(&base64).ok()?;
        // version, kind, hours since 1970, kind of key, key, number of extensions
        let (head, mut rest) = bytes.split_first_chunk::<40>()?;
        if head[0] != 1 {
            return None;
        }
        let hours = u32::from_be_bytes([head[2], head[3], head[4], head[5]]);
        let key = head[7..39].try_into().ok()?;
        let mut signing_key = None;
        for _ in 0..head[39] {
            // size, kind, flags, data
            let ([high, low, kind, _flags], tail) = rest.split_first_chunk::<4>()?;
            let size = usize::from(u16::from_be_bytes([*high, *low]));
            let data = tail.get(..size)?;
            if *kind == 4 {
                signing_key = data.try_into().ok();
            }
            rest = &tail[size..];
        }
        // What is left is the signature.
        (rest.len() == 64).then_some(Certificate {
            kind: head[1],
            expires_us: i64::from(hours) * 3_600_000_000,
            key,
            signing_key,
        })
    }
}

impl EntryFields for Onion {
    const KIND: DocumentKind = DocumentKind::Onion;
    const ANNOTATIONS: bool = false;

    fn begins(text: &[u8]) -> bool {
        has_keyword(text, b"hs-descriptor")
    }

    fn reset(&mut self) {
        *self = Onion::default();
    }

    fn line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
        let (keyword, mut words) = LineWords::of_item(line);
        let words = &mut words;
        match keyword {
            b"" => Taken::Known,
            b"hs-descriptor" => take::value(&mut self.version, small(words)),
            b"descriptor-lifetime" => take::value(&mut self.lifetime_minutes, small(words)),
            b"revision-counter" => take::value(&mut self.revision_counter, take::number(words)),
            b"descriptor-signing-key-cert" if self.certificate_text == 0 => {
                match Certificate::parse(line.object) {
                    Some(certificate) => {
                        self.certificate = Some(certificate);
                        take::object(&mut self.certificate_text, line, out)
                    }
                    None => Taken::Malformed,
                }
            }
            b"superencrypted" => take::object(&mut self.superencrypted, line, out),
            b"signature" => take::key(&mut self.signature, line, words, out),
            _ => Taken::Unknown,
        }
    }
}

fn small(words: &mut LineWords<'_>) -> Option<u32> {
    take::number(words).and_then(|number| u32::try_from(number).ok())
}

/// The outer layer of an onion service descriptor.
pub type OnionDescriptor = Entry<Onion>;

impl OnionDescriptor {
    /// Reads the descriptor in the text; what stands in front of it or behind it is left out.
    /// None if there is none.
    pub fn from_bytes(text: &[u8]) -> Option<OnionDescriptor> {
        let mut walk = super::Walk::<Onion>::new(text);
        walk.next()?;
        Some(walk.into_entry())
    }

    /// The version of the format: 3.
    pub fn version(&self) -> Option<u32> {
        self.fields.version
    }

    /// For how many minutes a directory keeps it.
    pub fn lifetime_minutes(&self) -> Option<u32> {
        self.fields.lifetime_minutes
    }

    /// Grows with each descriptor that the service makes.
    pub fn revision_counter(&self) -> Option<u64> {
        self.fields.revision_counter
    }

    /// The certificate of the key that signs it.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.fields.certificate.as_ref()
    }

    /// The certificate with its BEGIN and END lines.
    pub fn certificate_text(&self) -> &[u8] {
        self.string(self.fields.certificate_text)
    }

    /// The encrypted part with its BEGIN and END lines.
    pub fn superencrypted(&self) -> &[u8] {
        self.string(self.fields.superencrypted)
    }

    /// The signature in base64.
    pub fn signature(&self) -> &[u8] {
        self.string(self.fields.signature)
    }
}

/// The fields that C reads in place: each is followed by a NUL.
impl OnionDescriptor {
    pub(crate) fn certificate_text_c(&self) -> Option<&[u8]> {
        self.tail(self.fields.certificate_text)
    }
    pub(crate) fn superencrypted_c(&self) -> Option<&[u8]> {
        self.tail(self.fields.superencrypted)
    }
    pub(crate) fn signature_c(&self) -> Option<&[u8]> {
        self.tail(self.fields.signature)
    }
}

/// For the fuzzer.
pub fn fuzz_onion(data: &[u8]) {
    Certificate::parse(data);
    if let Some(descriptor) = OnionDescriptor::from_bytes(data) {
        assert!(memchr::memmem::find(data, descriptor.raw()).is_some());
        let _ = (descriptor.superencrypted(), descriptor.signature());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::mutate::mutants;

    const REAL: &[u8] = include_bytes!("../../tests/data/dir/onion-descriptor.txt");

    #[test]
    fn a_real_descriptor() {
        let descriptor = OnionDescriptor::from_bytes(REAL).unwrap();
        assert_eq!(descriptor.version(), Some(3));
        assert_eq!(descriptor.lifetime_minutes(), Some(180));
        assert_eq!(descriptor.revision_counter(), Some(10_258_784));
        let certificate = descriptor.certificate().unwrap();
        assert_eq!(certificate.kind, 8);
        assert_eq!(certificate.expires_us % 3_600_000_000, 0);
        let made = text::time(b"2026-11-23 15:29:27").unwrap();
        let hours = (certificate.expires_us - made) / 3_600_000_000;
        assert!((1..=60).contains(&hours), "{hours}");
        assert_eq!(
            text::hex(&certificate.signing_key.unwrap()[..4]),
            "6B6004A1"
        );
        assert_eq!(text::hex(&certificate.key[..4]), "CE3ED38D");
        assert!(descriptor
            .certificate_text()
            .ends_with(b"-----END ED25519 CERT-----"));
        assert!(descriptor
            .superencrypted()
            .starts_with(b"-----BEGIN MESSAGE-----\nAZrARlAh"));
        assert!(descriptor
            .superencrypted()
            .ends_with(b"\n-----END MESSAGE-----"));
        assert_eq!(descriptor.signature().len(), 86);
        assert_eq!(
            (descriptor.extra_count(), descriptor.malformed_count()),
            (0, 0)
        );
        assert_eq!(descriptor.raw(), REAL);
    }

    #[test]
    fn none_at_all_and_a_bad_one() {
        // What HS_DESC_CONTENT holds when a fetch failed.
        assert!(OnionDescriptor::from_bytes(b"\n").is_none());
        let bad = b"x\nhs-descriptor three\ndescriptor-lifetime 4294967296\nrevision-counter 1\n\
revision-counter 2\nsuperencrypted\ndescriptor-signing-key-cert\n-----BEGIN ED25519 CERT-----\n\
AAAA\n-----END ED25519 CERT-----\n";
        let descriptor = OnionDescriptor::from_bytes(bad).unwrap();
        assert_eq!(
            (descriptor.version(), descriptor.lifetime_minutes()),
            (None, None)
        );
        assert_eq!(descriptor.revision_counter(), Some(1));
        assert_eq!(
            (descriptor.extra_count(), descriptor.malformed_count()),
            (5, 4)
        );
        assert!(descriptor.certificate().is_none());
    }

    #[test]
    fn damaged_descriptors() {
        let end = memchr::memmem::find(REAL, b"superencrypted").unwrap();
        let certificate = memchr::memmem::find(REAL, b"-----BEGIN").unwrap();
        mutants(&[&REAL[..end], &REAL[certificate..end]], 1000, fuzz_onion);
    }
}
