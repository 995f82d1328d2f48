//! Addresses that tor maps to others: ADDRMAP.

use std::ffi::c_char;

use super::field::{arg, text, time_us, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{Key, Kind, KindSet};

/// One kind.
const ADDRMAP: KindSet = KindSet::of(Kind::AddrMap);

/// The address or name that is mapped; may be a pattern such as *.example.com.
#[no_mangle]
pub extern "C" fn torctl_addrmap_from(event: Option<&Event>) -> *const c_char {
    text(arg(event, ADDRMAP, 0))
}

/// What it is mapped to; "<error>" when the name could not be resolved.
#[no_mangle]
pub extern "C" fn torctl_addrmap_to(event: Option<&Event>) -> *const c_char {
    text(arg(event, ADDRMAP, 1))
}

/// 1 if the name could not be resolved, 0 otherwise.
#[no_mangle]
pub extern "C" fn torctl_addrmap_is_error(event: Option<&Event>) -> i32 {
    i32::from(arg(event, ADDRMAP, 1).bytes() == b"<error>")
}

/// When the mapping ends in the local time of the machine that tor runs on, YYYY-MM-DD HH:MM:SS,
/// or "NEVER". torctl_addrmap_expires_unix_us() is the one to compute with.
#[no_mangle]
pub extern "C" fn torctl_addrmap_expiry_local(event: Option<&Event>) -> *const c_char {
    text(arg(event, ADDRMAP, 2))
}

/// 1 if the mapping does not end, 0 otherwise.
#[no_mangle]
pub extern "C" fn torctl_addrmap_never_expires(event: Option<&Event>) -> i32 {
    i32::from(arg(event, ADDRMAP, 2).bytes() == b"NEVER")
}

/// What went wrong: "yes" (error=yes), or "internal" for an address that tor could not even begin
/// to resolve; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_addrmap_error(event: Option<&Event>) -> *const c_char {
    let keyword = value(event, ADDRMAP, Key::Error);
    if keyword.bytes().is_empty() {
        return text(arg(event, ADDRMAP, 3));
    }
    text(keyword)
}

/// When the mapping ends (EXPIRES): microseconds since 1970 in UTC; 0 when absent. May be in the
/// past when it failed.
#[no_mangle]
pub extern "C" fn torctl_addrmap_expires_unix_us(event: Option<&Event>) -> i64 {
    time_us(value(event, ADDRMAP, Key::Expires))
}

/// 1 if the answer came from the cache of tor, 0 if not, -1 when absent (CACHED).
#[no_mangle]
pub extern "C" fn torctl_addrmap_cached(event: Option<&Event>) -> i32 {
    match value(event, ADDRMAP, Key::Cached).bytes() {
        b"YES" => 1,
        b"NO" => 0,
        _ => -1,
    }
}

/// The number of the stream that caused it (STREAMID); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_addrmap_stream_id(event: Option<&Event>) -> u64 {
    unsigned(value(event, ADDRMAP, Key::StreamId))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

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
}
