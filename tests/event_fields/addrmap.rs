//! Addresses that tor maps to others: ADDRMAP.

use super::{event, read};
use torctl::ffi::event_fields::*;

#[test]
fn every_field_of_a_mapping() {
    let made = event(
        "ADDRMAP example.com 1.2.3.4 \"2026-11-23 10:35:17\" EXPIRES=\"2026-11-23 09:35:17\" CACHED=\"YES\" STREAMID=27",
    );
    let map = Some(&made);
    assert_eq!(read(torctl_addrmap_from(map)), "example.com");
    assert_eq!(read(torctl_addrmap_to(map)), "1.2.3.4");
    assert_eq!(torctl_addrmap_is_error(map), 0);
    assert_eq!(read(torctl_addrmap_error(map)), "");
    assert_eq!(
        read(torctl_addrmap_expiry_local(map)),
        "2026-11-23 10:35:17"
    );
    assert_eq!(torctl_addrmap_never_expires(map), 0);
    assert_eq!(torctl_addrmap_expires_unix_us(map), 1_795_426_517_000_000);
    assert_eq!(torctl_addrmap_cached(map), 1);
    assert_eq!(torctl_addrmap_stream_id(map), 27);
}

/// tor writes this after `MAPADDRESS a=`.
#[test]
fn an_address_that_is_mapped_to_nothing_any_more() {
    let made = event("ADDRMAP a  NEVER CACHED=\"YES\"");
    let map = Some(&made);
    assert_eq!(read(torctl_addrmap_from(map)), "a");
    assert_eq!(read(torctl_addrmap_to(map)), "");
    assert_eq!(torctl_addrmap_never_expires(map), 1);
    assert_eq!(torctl_addrmap_cached(map), 1);
}

#[test]
fn failures_and_mappings_without_end() {
    let made = event("ADDRMAP a <error> \"2026-11-23 10:35:17\" error=yes CACHED=\"NO\"");
    assert_eq!(torctl_addrmap_is_error(Some(&made)), 1);
    assert_eq!(read(torctl_addrmap_error(Some(&made))), "yes");
    assert_eq!(torctl_addrmap_cached(Some(&made)), 0);
    let made = event("ADDRMAP a <error> \"2026-11-23 10:35:17\" internal CACHED=\"NO\"");
    assert_eq!(read(torctl_addrmap_error(Some(&made))), "internal");
    let made = event("ADDRMAP *.x.com [fe80::1] NEVER CACHED=\"MAYBE\"");
    assert_eq!(torctl_addrmap_never_expires(Some(&made)), 1);
    assert_eq!(read(torctl_addrmap_to(Some(&made))), "[fe80::1]");
    assert_eq!(torctl_addrmap_expires_unix_us(Some(&made)), 0);
    assert_eq!(torctl_addrmap_cached(Some(&made)), -1);
    assert_eq!(torctl_addrmap_is_error(None), 0);
}
