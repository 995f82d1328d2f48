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

/// The fingerprint of a relay, counted from 0: 40 hexadecimal digits without $; "" when there is
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

/// The router status entries as text: lines r, a, s, w, p, each ended by LF. All relays that
/// changed (NS) or all there are (NEWCONSENSUS).
#[no_mangle]
pub extern "C" fn torctl_ns_document(event: Option<&Event>) -> *const c_char {
    text(data(event, NS))
}

/// The length of torctl_ns_document() in bytes.
#[no_mangle]
pub extern "C" fn torctl_ns_document_size_bytes(event: Option<&Event>) -> usize {
    data(event, NS).bytes().len()
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, message, read};
    use super::*;

    #[test]
    fn relays_with_new_descriptors() {
        let a = "5F72F77BDF23C896B823D4EDC6F745A83038C51E";
        let made = event(&format!("NEWDESC ${a}~one ${a}"));
        let new = Some(&made);
        assert_eq!(torctl_newdesc_count(new), 2);
        assert_eq!(read(torctl_newdesc_fingerprint(new, 1)), a);
        assert_eq!(read(torctl_newdesc_nickname(new, 0)), "one");
        assert_eq!(read(torctl_newdesc_nickname(new, 1)), "");
        assert_eq!(read(torctl_newdesc_fingerprint(new, 2)), "");
    }

    #[test]
    fn router_status_entries_are_a_document() {
        for kind in [Kind::Ns, Kind::NewConsensus] {
            let raw = format!("650+{}\r\nr a\r\n..s\r\n.\r\n650 OK\r\n", kind.name());
            let made = message(kind, &raw);
            assert_eq!(read(torctl_ns_document(Some(&made))), "r a\\n.s\\n");
            assert_eq!(torctl_ns_document_size_bytes(Some(&made)), 7);
        }
        let other = message(
            Kind::HsDescContent,
            "650+HS_DESC_CONTENT a b c\r\nx\r\n.\r\n650 OK\r\n",
        );
        assert_eq!(read(torctl_ns_document(Some(&other))), "");
    }
}
