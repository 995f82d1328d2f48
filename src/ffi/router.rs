//! Router status entries: what the consensus says of each relay.
//!
//! `torctl_router` is one entry: borrowed from a list, a reader or a callback, or the program's
//! own after `torctl_router_dup`. `torctl_routers` is a list of them, `torctl_router_reader` takes
//! a document in pieces. Entries and lists never change, so any number of threads may read them at
//! once; a reader is for one thread at a time.

use std::ffi::{c_char, c_void};

use super::document::{bytes, give, lend, name, string};
use crate::engine::event::Event;
use crate::proto::dir::{data_block, flag_name, Reader, Router, Routers, Status, Walk};
use crate::proto::event::Kind;

/// A reader of router status entries.
pub type RouterReader = Reader<Status>;

/// Flag of a relay: `Authority`, it is a directory authority.
pub const TORCTL_FLAG_AUTHORITY: u64 = 1;
/// Flag of a relay: `BadExit`, not to be used as an exit.
pub const TORCTL_FLAG_BAD_EXIT: u64 = 2;
/// Flag of a relay: `Exit`, useful for exits.
pub const TORCTL_FLAG_EXIT: u64 = 4;
/// Flag of a relay: `Fast`, it has bandwidth enough for most circuits.
pub const TORCTL_FLAG_FAST: u64 = 8;
/// Flag of a relay: `Guard`, fit to be an entry guard.
pub const TORCTL_FLAG_GUARD: u64 = 16;
/// Flag of a relay: `HSDir`, it keeps onion service descriptors.
pub const TORCTL_FLAG_HSDIR: u64 = 32;
/// Flag of a relay: `MiddleOnly`, to be used in the middle of circuits alone.
pub const TORCTL_FLAG_MIDDLE_ONLY: u64 = 64;
/// Flag of a relay: `Named`, no longer given.
pub const TORCTL_FLAG_NAMED: u64 = 128;
/// Flag of a relay: `NoEdConsensus`, the authorities disagree on its Ed25519 identity.
pub const TORCTL_FLAG_NO_ED_CONSENSUS: u64 = 256;
/// Flag of a relay: `Running`.
pub const TORCTL_FLAG_RUNNING: u64 = 512;
/// Flag of a relay: `Stable`, fit for circuits that last long.
pub const TORCTL_FLAG_STABLE: u64 = 1024;
/// Flag of a relay: `StaleDesc`, its descriptor is old.
pub const TORCTL_FLAG_STALE_DESC: u64 = 2048;
/// Flag of a relay: `Sybil`, too many relays at one address.
pub const TORCTL_FLAG_SYBIL: u64 = 4096;
/// Flag of a relay: `Unnamed`, no longer given.
pub const TORCTL_FLAG_UNNAMED: u64 = 8192;
/// Flag of a relay: `V2Dir`, it answers directory requests.
pub const TORCTL_FLAG_V2DIR: u64 = 16384;
/// Flag of a relay: `Valid`.
pub const TORCTL_FLAG_VALID: u64 = 32768;
/// Flag of a relay: any that this version of the library does not know; see
/// `torctl_router_flags_text`.
pub const TORCTL_FLAG_UNKNOWN: u64 = 4_611_686_018_427_387_904;

/// Called for each entry of a document. The entry may be used until the call returns
/// (`torctl_router_dup` makes a copy that stays). Returns 0 to go on, anything else to stop.
#[allow(non_camel_case_types)] // The name that C sees.
pub type torctl_router_fn =
    Option<unsafe extern "C-unwind" fn(router: &Router, user_data: *mut c_void) -> i32>;

/// Reads all the router status entries of a text: the value of `GETINFO ns/...`, the data of an
/// NS or NEWCONSENSUS event, a consensus of either flavour. The text is copied; LF and CRLF line
/// ends are both taken.
///
/// Returns a list, which has no entries if the text has none: free it with
/// `torctl_routers_free`. NULL only if the text is of 4 GiB or more.
#[no_mangle]
pub extern "C" fn torctl_routers_parse(text: *const c_void, size_bytes: usize) -> *mut Routers {
    give(Routers::from_bytes(bytes(text, size_bytes).to_vec()))
}

/// Reads all the router status entries of an NS or NEWCONSENSUS event.
///
/// Returns a list as `torctl_routers_parse` does; an empty one for other kinds of events. The
/// list does not need the event.
#[no_mangle]
pub extern "C" fn torctl_routers_from_event(event: Option<&Event>) -> *mut Routers {
    give(Routers::from_bytes(event_block(event).to_vec()))
}

/// The entries of an event, as they stand in it.
fn event_block(event: Option<&Event>) -> &[u8] {
    match event {
        Some(event) if matches!(event.kind(), Kind::Ns | Kind::NewConsensus) => {
            // Nearly always the block can be read where it is, which spares a second copy.
            data_block(event.raw()).unwrap_or_else(|| event.data().bytes())
        }
        _ => &[],
    }
}

/// The number of entries in the list.
#[no_mangle]
pub extern "C" fn torctl_routers_count(routers: Option<&Routers>) -> usize {
    routers.map_or(0, |routers| routers.entries().len())
}

/// An entry of the list, counted from 0 in the order of the document; NULL when there is none.
/// It lives as long as the list.
#[no_mangle]
pub extern "C" fn torctl_routers_get(routers: Option<&Routers>, index: usize) -> *const Router {
    lend(routers.and_then(|routers| routers.entries().get(index)))
}

/// The entry of the relay with this identity, written `$FP`, `FP`, `$FP~nickname` or
/// `$FP=nickname` with 40 hexadecimal digits in either case; NULL when there is none. It lives as
/// long as the list.
#[no_mangle]
pub extern "C" fn torctl_routers_find(
    routers: Option<&Routers>,
    fingerprint: *const c_char,
) -> *const Router {
    let (Some(routers), Some(fingerprint)) = (routers, name(fingerprint)) else {
        return std::ptr::null();
    };
    lend(routers.find_fingerprint(fingerprint))
}

/// The first entry with this nickname, in either case; NULL when there is none. Nicknames are not
/// unique, and anybody may take any. The entry lives as long as the list.
#[no_mangle]
pub extern "C" fn torctl_routers_find_nickname(
    routers: Option<&Routers>,
    nickname: *const c_char,
) -> *const Router {
    let (Some(routers), Some(nickname)) = (routers, name(nickname)) else {
        return std::ptr::null();
    };
    lend(routers.find_nickname(nickname))
}

/// Frees a list and its entries. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_routers_free(routers: Option<Box<Routers>>) {
    drop(routers);
}

/// Calls a function for each router status entry of a text, in order, without keeping them: see
/// `torctl_routers_parse` for the text. Nothing is copied but one entry at a time.
///
/// Returns the number of entries that the function was called for.
#[no_mangle]
pub extern "C" fn torctl_routers_walk(
    text: *const c_void,
    size_bytes: usize,
    each: torctl_router_fn,
    user_data: *mut c_void,
) -> usize {
    walk(bytes(text, size_bytes), each, user_data)
}

/// Calls a function for each router status entry of an NS or NEWCONSENSUS event, as
/// `torctl_routers_walk` does; never for other kinds of events.
#[no_mangle]
pub extern "C" fn torctl_routers_walk_event(
    event: Option<&Event>,
    each: torctl_router_fn,
    user_data: *mut c_void,
) -> usize {
    walk(event_block(event), each, user_data)
}

fn walk(text: &[u8], call: torctl_router_fn, user_data: *mut c_void) -> usize {
    let Some(call) = call else { return 0 };
    let mut walk = Walk::<Status>::new(text);
    let mut count = 0;
    while let Some(router) = walk.next() {
        count += 1;
        // SAFETY: The program passed the function for this purpose, with this argument.
        if unsafe { call(router, user_data) } != 0 {
            break;
        }
    }
    count
}

/// Makes a reader for a document that arrives in pieces. Free it with
/// `torctl_router_reader_free`.
#[no_mangle]
pub extern "C" fn torctl_router_reader_new() -> *mut RouterReader {
    give(Some(RouterReader::new()))
}

/// Gives the reader the next piece of its document, cut anywhere. The piece is copied, so take
/// the entries with `torctl_router_reader_next` before the next one. An entry that was taken may
/// no longer be used.
#[no_mangle]
pub extern "C" fn torctl_router_reader_push(
    reader: Option<&mut RouterReader>,
    piece: *const c_void,
    size_bytes: usize,
) {
    if let Some(reader) = reader {
        reader.push(bytes(piece, size_bytes));
    }
}

/// Tells the reader that the document is complete, so that its last entry is too.
#[no_mangle]
pub extern "C" fn torctl_router_reader_finish(reader: Option<&mut RouterReader>) {
    if let Some(reader) = reader {
        reader.finish();
    }
}

/// Takes the next entry that is complete. It may be used until the reader is next called.
///
/// Returns NULL when the next piece is needed, or there is no more.
#[no_mangle]
pub extern "C" fn torctl_router_reader_next(reader: Option<&mut RouterReader>) -> *const Router {
    lend(reader.and_then(RouterReader::next))
}

/// Frees a reader. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_router_reader_free(reader: Option<Box<RouterReader>>) {
    drop(reader);
}

/// Makes a copy of an entry that depends on nothing else. Free it with `torctl_router_free`.
/// NULL gives NULL.
#[no_mangle]
pub extern "C" fn torctl_router_dup(router: Option<&Router>) -> *mut Router {
    give(router.map(Router::dup))
}

/// Frees a copy that `torctl_router_dup` made, and no other entry. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_router_free(router: Option<Box<Router>>) {
    drop(router);
}

/// The nickname; "" when the first line of the entry is malformed, as with the other fields of
/// that line.
#[no_mangle]
pub extern "C" fn torctl_router_nickname(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::nickname_c))
}

/// The relay's identity: 40 hexadecimal digits in upper case, without `$`.
#[no_mangle]
pub extern "C" fn torctl_router_fingerprint(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::fingerprint_c))
}

/// The digest of its server descriptor: 40 hexadecimal digits. A tor that uses microdescriptors
/// gives the first 20 bytes of the microdescriptor's digest here; a consensus of that flavour has
/// none ("").
#[no_mangle]
pub extern "C" fn torctl_router_digest(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::digest_c))
}

/// When its descriptor was published, in microseconds since 1970 UTC. Today's consensus says
/// 2038-01-01 of every relay.
#[no_mangle]
pub extern "C" fn torctl_router_published_unix_us(router: Option<&Router>) -> i64 {
    router.map_or(0, Router::published_us)
}

/// The IPv4 address.
#[no_mangle]
pub extern "C" fn torctl_router_address(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::address_c))
}

/// The port for clients and other relays.
#[no_mangle]
pub extern "C" fn torctl_router_or_port(router: Option<&Router>) -> u16 {
    router.map_or(0, Router::or_port)
}

/// The port for directory requests; 0 for none.
#[no_mangle]
pub extern "C" fn torctl_router_dir_port(router: Option<&Router>) -> u16 {
    router.map_or(0, Router::dir_port)
}

/// How many more addresses the relay has (`a` lines).
#[no_mangle]
pub extern "C" fn torctl_router_or_address_count(router: Option<&Router>) -> usize {
    router.map_or(0, |router| router.or_addresses().count())
}

/// One of its further addresses, counted from 0, an IPv6 address without brackets; "" when there
/// is none.
#[no_mangle]
pub extern "C" fn torctl_router_or_address(router: Option<&Router>, index: usize) -> *const c_char {
    string(router.map(|router| router.or_address_c(index)))
}

/// The port of one of its further addresses.
#[no_mangle]
pub extern "C" fn torctl_router_or_address_port(router: Option<&Router>, index: usize) -> u16 {
    let address = router.and_then(|router| router.or_addresses().nth(index));
    address.map_or(0, |(_, port)| port)
}

/// Its flags: `TORCTL_FLAG_...`, or-ed.
#[no_mangle]
pub extern "C" fn torctl_router_flags(router: Option<&Router>) -> u64 {
    router.map_or(0, Router::flags)
}

/// Its flags as tor wrote them, with blanks between.
#[no_mangle]
pub extern "C" fn torctl_router_flags_text(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::flags_text_c))
}

/// Returns 1 if the relay has the flag of this name, known to the library or not, else 0.
#[no_mangle]
pub extern "C" fn torctl_router_has_flag(router: Option<&Router>, flag: *const c_char) -> i32 {
    match (router, name(flag)) {
        (Some(router), Some(flag)) => router.has_flag(flag).into(),
        _ => 0,
    }
}

/// Tor's word for one of `TORCTL_FLAG_...`; "" for anything else. Static.
#[no_mangle]
pub extern "C" fn torctl_flag_name(flag: u64) -> *const c_char {
    string(Some(flag_name(flag).to_bytes_with_nul()))
}

/// The weight of its bandwidth in the consensus, in kilobytes a second; -1 when not given.
#[no_mangle]
pub extern "C" fn torctl_router_bandwidth_kb(router: Option<&Router>) -> i64 {
    kilobytes(router.and_then(Router::bandwidth_kb))
}

/// What a bandwidth authority measured, in kilobytes a second; -1 when not given. Votes have it.
#[no_mangle]
pub extern "C" fn torctl_router_measured_kb(router: Option<&Router>) -> i64 {
    kilobytes(router.and_then(Router::measured_kb))
}

fn kilobytes(value: Option<u64>) -> i64 {
    value
        .and_then(|value| i64::try_from(value).ok())
        .unwrap_or(-1)
}

/// Returns 1 if the bandwidth was not measured but is the relay's own word, else 0.
#[no_mangle]
pub extern "C" fn torctl_router_is_unmeasured(router: Option<&Router>) -> i32 {
    router.is_some_and(Router::is_unmeasured).into()
}

/// How much of the time it has been a guard, in percent; -1 when not given.
#[no_mangle]
pub extern "C" fn torctl_router_guard_fraction(router: Option<&Router>) -> i32 {
    router
        .and_then(Router::guard_fraction)
        .map_or(-1, i32::from)
}

/// Everything that the `w` line says, as tor wrote it.
#[no_mangle]
pub extern "C" fn torctl_router_bandwidth_text(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::bandwidth_text_c))
}

/// Which ports it lets exits go to: "accept PORTS" or "reject PORTS". "" when not given: a tor
/// that uses microdescriptors has this in `torctl_microdescriptor_policy`.
#[no_mangle]
pub extern "C" fn torctl_router_policy_summary(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::policy_c))
}

/// Returns 1 if the policy summary lets exits to this port through, to most addresses, else 0.
#[no_mangle]
pub extern "C" fn torctl_router_allows_port(router: Option<&Router>, port: u16) -> i32 {
    router.is_some_and(|router| router.allows_port(port)).into()
}

/// The version it runs, as in "Tor 0.4.9.11"; only a whole consensus has it.
#[no_mangle]
pub extern "C" fn torctl_router_version(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::version_c))
}

/// The subprotocols it speaks, as in "Cons=1-2 Link=3-5"; only a whole consensus has them.
#[no_mangle]
pub extern "C" fn torctl_router_protocols(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::protocols_c))
}

/// Returns 1 if it speaks this version of this subprotocol, else 0.
#[no_mangle]
pub extern "C" fn torctl_router_supports(
    router: Option<&Router>,
    protocol: *const c_char,
    version: u32,
) -> i32 {
    match (router, name(protocol)) {
        (Some(router), Some(protocol)) => router.supports(protocol, version).into(),
        _ => 0,
    }
}

/// The SHA-256 digest of its microdescriptor in base64 without padding; only a consensus of that
/// flavour has it.
#[no_mangle]
pub extern "C" fn torctl_router_microdesc_digest(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::microdesc_c))
}

/// Its Ed25519 identity in base64, or "none"; votes have it.
#[no_mangle]
pub extern "C" fn torctl_router_ed25519(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::ed25519_c))
}

/// How many lines of the entry this version of the library does not know or does not understand.
#[no_mangle]
pub extern "C" fn torctl_router_extra_count(router: Option<&Router>) -> usize {
    router.map_or(0, Router::extra_count)
}

/// One of these lines, counted from 0, as tor wrote it; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_router_extra(router: Option<&Router>, index: usize) -> *const c_char {
    string(router.map(|router| router.extra_tail(index)))
}

/// Returns 1 if the keyword of that line is known but what follows is not what it should be,
/// else 0.
#[no_mangle]
pub extern "C" fn torctl_router_extra_is_malformed(router: Option<&Router>, index: usize) -> i32 {
    let extra = router.and_then(|router| router.extras().nth(index));
    extra.is_some_and(|(_, malformed)| malformed).into()
}

/// The whole entry as tor wrote it.
#[no_mangle]
pub extern "C" fn torctl_router_raw(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::raw_with_nul))
}

/// The length of `torctl_router_raw` in bytes.
#[no_mangle]
pub extern "C" fn torctl_router_raw_size_bytes(router: Option<&Router>) -> usize {
    router.map_or(0, Router::raw_size)
}
