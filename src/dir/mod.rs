//! Directory documents: router status entries, server descriptors, microdescriptors and the
//! outer layer of v3 onion descriptors.
//!
//! All of them by the same rules: fields are decoded once, in one pass; a line that is unknown
//! or malformed is kept as it came and counted, and costs no other field of its entry; a document
//! can be read as a whole ([`List`]), entry by entry ([`Walk`]) or as it arrives ([`Reader`]).
#![forbid(unsafe_code)]

mod annotation;
mod bounds;
mod descriptor;
mod digest;
mod entry;
mod fields;
mod flags;
mod line;
mod list;
mod micro;
mod onion;
mod parse;
mod policy;
mod router;
mod spans;
mod status;
mod stream;
mod subprotocol;
mod take;
mod time;
mod token;
mod wire;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod sample;

pub use bounds::Skipped;
pub use descriptor::{Descriptor, Descriptors, Server};
pub use entry::{Entry, MAX_TEXT_BYTES};
pub use fields::{DocumentKind, EntryFields};
pub use flags::{flag_bit, flag_name, FLAGS, FLAG_UNKNOWN};
pub use line::{Line, Taken};
pub use list::List;
pub use micro::{Micro, Microdescriptor, Microdescriptors};
pub use onion::{fuzz_onion, Certificate, Onion, OnionDescriptor};
pub use policy::{decide, decide_port, fuzz_policy, rules, Pattern, PortPolicy, Rule};
pub use router::{Router, Routers};
pub use spans::EntrySpans;
pub use status::Status;
pub use stream::{Reader, Walk, MAX_ENTRY_BYTES};
pub use wire::WireData;

pub(crate) use annotation::Annotation;
pub(crate) use spans::SpanKind;

/// A reader of router status entries.
pub type RouterReader = Reader<Status>;

/// A reader of server descriptors.
pub type DescriptorReader = Reader<Server>;

/// A reader of microdescriptors.
pub type MicrodescriptorReader = Reader<Micro>;

/// For the fuzzer: reads the bytes as each kind of document, whole and in pieces, and checks what
/// must hold of any bytes.
pub fn fuzz_documents(data: &[u8]) {
    check::<Status>(data);
    check::<Server>(data);
    check::<Micro>(data);
}

/// Whatever the bytes are, all three ways give the same entries, and every byte of an entry.
fn check<F: EntryFields>(data: &[u8]) {
    let list = List::<F>::from_bytes(data.to_vec()).expect("the data are small");
    let mut walk = Walk::<F>::new(data);
    let mut reader = Reader::<F>::new();
    let half = data.len() / 2;
    reader.push(&data[..half]);
    let mut in_list = list.entries().iter();
    let mut size = list.skipped().bytes;
    let mut compare = |entry: &Entry<F>| {
        let other = in_list.next().expect("the list has this entry too");
        assert_eq!(entry.raw(), other.raw());
        assert!(entry.extras().eq(other.extras()));
        assert_eq!(entry.malformed_count(), other.malformed_count());
        assert_eq!(entry.dup().raw(), entry.raw());
        size += entry.raw_size();
    };
    while let Some(entry) = reader.next() {
        compare(entry);
    }
    reader.push(&data[half..]);
    reader.finish();
    while let Some(entry) = reader.next() {
        compare(entry);
    }
    assert_eq!(size, data.len());
    let mut place = data;
    for entry in list.entries() {
        let at = memchr::memmem::find(place, entry.raw()).expect("raw is the text itself");
        place = &place[at + entry.raw_size()..];
        let walked = walk.next().expect("the walk has this entry too");
        assert_eq!(walked.raw(), entry.raw());
    }
    assert!(walk.next().is_none());
    assert_eq!(walk.skipped(), list.skipped());
    assert_eq!(reader.skipped(), list.skipped());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::mutate::mutants;

    #[test]
    fn damaged_documents() {
        let ns = &b"r a AAAAAAAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAAAAAA \
2038-01-01 00:00:00 1.2.3.4 1 2\na [2001:db8::1]:9001\ns Exit Fast Odd\r\nv Tor 0.4.8.1\n\
pr Link=1-5\nw Bandwidth=1 Measured=2 Unmeasured=1\np accept 80\nm sha\nid ed25519 x\nodd line\n\
\ndirectory-footer\n"[..];
        let server = &b"@source x\nrouter a 1.2.3.4 1 2 3\nor-address [::1]:9\nfamily $A b\n\
accept *:80\nreject *:*\nonion-key\n-----BEGIN X-----\nAA==\n-----END X-----\nodd\n\
-----BEGIN Y-----\nBB\n-----END Y-----\nbandwidth 1 2 3\nfingerprint 515B CBFC F244 2AD5 9538 \
C383 79BE 4A41 0189 E337\nextra-info-digest 515BCBFCF2442AD59538C38379BE4A410189E337 x\n"[..];
        let micro = &b"onion-key\n-----BEGIN X-----\nAA==\n-----END X-----\na [::1]:9\n\
family a b\np accept 1\np6 reject 2\nid ed25519 x\nid rsa1024 y\nonion-key\n"[..];
        mutants(&[ns, server, micro], 1500, fuzz_documents);
    }
}
