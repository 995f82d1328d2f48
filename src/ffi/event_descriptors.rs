//! News about relays: NEWDESC, DESCCHANGED, NS and NEWCONSENSUS.

use std::ffi::c_char;

use super::field::{data, first_part, part_count, second_part, text};
use crate::engine::event::Event;
use crate::proto::event::{Kind, KindSet, List};

/// New descriptors.
const NEWDESC: KindSet = KindSet::of(Kind::NewDesc);

/// Router status entries.
const NS: KindSet = KindSet::of(Kind::Ns).union(KindSet::of(Kind::NewConsensus));

/// How many relays have a new descriptor.
#[no_mangle]
pub extern "C" fn torctl_newdesc_count(event: Option<&Event>) -> usize {
    part_count(event, NEWDESC, List::Relays)
}

/// The fingerprint of a relay, counted from 0: 40 hexadecimal digits without `$`; "" when there is
/// none.
#[no_mangle]
pub extern "C" fn torctl_newdesc_fingerprint(event: Option<&Event>, index: usize) -> *const c_char {
    text(first_part(event, NEWDESC, List::Relays, index))
}

/// The nickname of a relay, counted from 0; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_newdesc_nickname(event: Option<&Event>, index: usize) -> *const c_char {
    text(second_part(event, NEWDESC, List::Relays, index))
}

/// The router status entries as text: lines `r`, `a`, `s`, `w`, `p`, each ended by LF. All relays
/// that changed (NS) or all there are (NEWCONSENSUS).
#[no_mangle]
pub extern "C" fn torctl_ns_document(event: Option<&Event>) -> *const c_char {
    text(data(event, NS))
}

/// The length of `torctl_ns_document` in bytes.
#[no_mangle]
pub extern "C" fn torctl_ns_document_size_bytes(event: Option<&Event>) -> usize {
    data(event, NS).bytes().len()
}
