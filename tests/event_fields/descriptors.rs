//! News about relays: NEWDESC, DESCCHANGED, NS and NEWCONSENSUS.

use super::{event, message, read};
use torctl::ffi::event_fields::*;
use torctl::proto::event::Kind;

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
