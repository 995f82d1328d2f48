//! Directory documents: router status entries, server descriptors, microdescriptors and the
//! outer layer of v3 onion descriptors.
//!
//! All of them by the same rules: fields are decoded once, in one pass; a line that is unknown
//! or malformed is kept as it came and counted, and costs no other field of its entry; a document
//! can be read all at once ([`List`]), entry by entry ([`Walk`]) or as it arrives ([`Reader`]).

mod descriptor;
mod entry;
mod micro;
mod policy;
mod status;
mod stream;
pub mod text;

pub use descriptor::{Descriptor, Descriptors, Server};
pub use entry::{Entry, Fields, Line, List, Out, Taken, MAX_TEXT_BYTES};
pub use micro::{Micro, Microdescriptor, Microdescriptors};
pub use policy::{decide, decide_port, fuzz_policy, rules, Pattern, PortPolicy, Rule};
pub use status::{flag_bit, Router, Routers, Status, FLAGS, FLAG_UNKNOWN};
pub use stream::{Reader, Walk, MAX_ENTRY_BYTES};

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
