//! Router status entries
//!
//! What the consensus says of each relay: the values of `GETINFO ns/...`, the data of NS and
//! NEWCONSENSUS events, a consensus of either flavour. Numbers that are not given are 0, texts "",
//! unless a comment says otherwise.

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;

use super::args::{empty, null, optional_bytes, required, Out};
use super::document::{document, give, lend, list, list_of, string};
use super::document_kind::number;
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::document::other_document;
use crate::engine::error::Error;

use crate::engine::event::Event;
use crate::proto::dir::{flag_name, Router, RouterReader, Routers, Status, Walk, WireData};
use crate::proto::event::{append_data, Kind};

/// A router status entry. It lives in what it was asked of, or is the caller's own if it came from
/// torctl_router_dup(). It never changes: any number of threads may use it concurrently. Strings from
/// it live as long as it does.
pub struct torctl_router(());

/// All the router status entries of a document. Freed by torctl_routers_free(). It never changes:
/// any number of threads may use it concurrently.
pub struct torctl_routers(());

/// Takes a document in pieces and gives its router status entries one by one. Holds one that is
/// not complete yet and what was not taken. Freed by torctl_router_reader_free(). One thread at a
/// time may use it.
pub struct torctl_router_reader(());

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
/// torctl_router_flags_text().
pub const TORCTL_FLAG_UNKNOWN: u64 = 4_611_686_018_427_387_904;

/// Is called for each router status entry of a document, which lives until it returns;
/// torctl_router_dup() keeps it longer. Returns 0 to go on, anything else to stop.
pub type torctl_router_fn =
    Option<unsafe extern "C-unwind" fn(router: *const Router, user_data: *mut c_void) -> i32>;

/// Reads all the router status entries of a text: the value of `GETINFO ns/...`, a consensus. The
/// text is copied. Lines may end in LF or CRLF; a line that is malformed costs nothing but itself,
/// and what belongs to no router status entry is skipped.
///
/// Sets `*out` to a list that the caller frees with torctl_routers_free(). It is empty if
/// the text is, or is a document of this kind without any. A text that is a document of another kind, or
/// none that is known, gives TORCTL_ERR_NOT_FOUND; the message says what it is, and so does
/// torctl_document_kind().
///
/// # Safety
/// The text has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_routers_parse(
    text: *const c_void,
    size_bytes: usize,
    out: Option<&mut MaybeUninit<*mut Routers>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        let out = out.require("out")?;
        // SAFETY: passed on.
        out.set_box(list(unsafe { document(text, size_bytes) }?)?);
        Ok(TORCTL_OK)
    })
}

/// Reads all the router status entries of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS; another
/// kind of event gives TORCTL_ERR_INVALID.
///
/// Sets `*out` to a list that the caller frees with torctl_routers_free(), before or after the
/// event.
#[no_mangle]
pub extern "C" fn torctl_routers_from_event(
    event: Option<&Event>,
    out: Option<&mut MaybeUninit<*mut Routers>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        let out = out.require("out")?;
        let mut text = Vec::new();
        append_data(event_message(event)?, &mut text);
        out.set_box(list_of(text)?);
        Ok(TORCTL_OK)
    })
}

/// The bytes of an event that has entries.
fn event_message(event: Option<&Event>) -> Result<&[u8], Error> {
    let event = required(event, "event")?;
    match event.kind() {
        Kind::Ns | Kind::NewConsensus => Ok(event.raw()),
        _ => Err(Error::Invalid(
            "event has no router status entries".to_string(),
        )),
    }
}

/// How many router status entries there are.
#[no_mangle]
pub extern "C" fn torctl_routers_count(routers: Option<&Routers>) -> usize {
    routers.map_or(0, |routers| routers.entries().len())
}

/// One of them, in the order of the document.
///
/// Returns an object that lives in the list; NULL if the index is too large.
#[no_mangle]
pub extern "C" fn torctl_routers_get(routers: Option<&Routers>, index: usize) -> *const Router {
    lend(routers.and_then(|routers| routers.entries().get(index)))
}

/// The entry of the relay with this identity: 40 hexadecimal digits in either case, also as `$FP`,
/// `$FP~nickname` or `$FP=nickname`. The first of several. The first look-up may make an index, so that
/// all of them are fast.
///
/// Returns an object that lives in the list; NULL if there is none.
///
/// # Safety
/// The fingerprint is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_routers_find(
    routers: Option<&Routers>,
    fingerprint: *const c_char,
) -> *const Router {
    guard_or(std::ptr::null(), || {
        // SAFETY: passed on.
        let fingerprint = unsafe { optional_bytes(fingerprint) };
        let found = routers.zip(fingerprint);
        lend(found.and_then(|(routers, fingerprint)| routers.find_fingerprint(fingerprint)))
    })
}

/// The first entry with this nickname, in either case. Nicknames are not unique, and anybody may
/// take any.
///
/// Returns an object that lives in the list; NULL if there is none.
///
/// # Safety
/// The nickname is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_routers_find_nickname(
    routers: Option<&Routers>,
    nickname: *const c_char,
) -> *const Router {
    guard_or(std::ptr::null(), || {
        // SAFETY: passed on.
        let nickname = unsafe { optional_bytes(nickname) };
        let found = routers.zip(nickname);
        lend(found.and_then(|(routers, nickname)| routers.find_nickname(nickname)))
    })
}

/// How many bytes of the text belong to no router status entry.
#[no_mangle]
pub extern "C" fn torctl_routers_skipped_bytes(routers: Option<&Routers>) -> usize {
    routers.map_or(0, Routers::skipped_bytes)
}

/// What these bytes are: the kind of the first other document among them.
///
/// Returns one of the TORCTL_DOCUMENT constants; TORCTL_DOCUMENT_UNKNOWN also if there is none.
#[no_mangle]
pub extern "C" fn torctl_routers_skipped_kind(routers: Option<&Routers>) -> i32 {
    number(routers.and_then(|routers| routers.skipped().kind))
}

/// Frees a list and all that is in it. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_routers_free(routers: Option<Box<Routers>>) {
    guard_or((), || drop(routers));
}

/// Calls `each` for each router status entry of a text, in order, without keeping them: nothing is
/// copied but one at a time. For the text see torctl_routers_parse().
///
/// Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK, also when `each` stopped
/// it; TORCTL_ERR_NOT_FOUND as torctl_routers_parse() does.
///
/// # Safety
/// The text has that size, and the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_routers_walk(
    text: *const c_void,
    size_bytes: usize,
    each: torctl_router_fn,
    user_data: *mut c_void,
    count: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let count = Out::new(count, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let text = unsafe { document(text, size_bytes) }?;
        count.set(show(&mut Walk::new(text), each, user_data)?);
        Ok(TORCTL_OK)
    })
}

/// Calls `each` for each router status entry of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS, as
/// torctl_routers_walk() does; another kind of event gives TORCTL_ERR_INVALID.
///
/// # Safety
/// The function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_routers_walk_event(
    event: Option<&Event>,
    each: torctl_router_fn,
    user_data: *mut c_void,
    count: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let count = Out::new(count, 0);
    guard(Out::object(err), || {
        let each = each.ok_or_else(|| null("each"))?;
        let mut data = WireData::of(event_message(event)?);
        // These events often have one entry: making room for it anew would take as long as
        // reading it.
        let mut reader = SPARE
            .try_with(Cell::take)
            .ok()
            .flatten()
            .unwrap_or_default();
        let mut shown = 0;
        'pieces: while reader.push_from(&mut data) {
            while let Some(router) = reader.next() {
                shown += 1;
                // SAFETY: by the header the function takes this pointer, and the object until it
                // returns.
                if unsafe { each(router, user_data) } != 0 {
                    break 'pieces;
                }
            }
        }
        count.set(shown);
        reader.restart();
        if reader.capacity_bytes() <= KEEP_BYTES {
            let _ = SPARE.try_with(|spare| spare.set(Some(reader)));
        }
        Ok(TORCTL_OK)
    })
}

thread_local! {
    /// The reader that the last walk through an event of this thread left.
    static SPARE: Cell<Option<Box<RouterReader>>> = const { Cell::new(None) };
}

/// A larger one is not kept.
const KEEP_BYTES: usize = 32 << 10;

fn show(
    walk: &mut Walk<'_, Status>,
    each: torctl_router_fn,
    user_data: *mut c_void,
) -> Result<usize, Error> {
    let each = each.ok_or_else(|| null("each"))?;
    let mut count = 0;
    while let Some(router) = walk.next() {
        count += 1;
        // SAFETY: by the header the function takes this pointer, and the object until it returns.
        if unsafe { each(router, user_data) } != 0 {
            break;
        }
    }
    match walk.is_other_document() {
        true => Err(other_document::<Status>("text", walk.skipped())),
        false => Ok(count),
    }
}

/// Makes a reader for a document that arrives in pieces.
///
/// Returns a reader that the caller frees with torctl_router_reader_free().
#[no_mangle]
pub extern "C" fn torctl_router_reader_new() -> *mut RouterReader {
    guard_or(std::ptr::null_mut(), || give(Some(RouterReader::new())))
}

/// Takes the next piece of the document, cut anywhere. The reader copies it; take what it has with
/// torctl_router_reader_next() before the next piece comes, for the reader keeps what was not
/// taken.
///
/// # Safety
/// The piece has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_router_reader_push(
    reader: Option<&mut RouterReader>,
    piece: *const c_void,
    size_bytes: usize,
) {
    guard_or((), || {
        // SAFETY: passed on.
        if let (Some(reader), Ok(piece)) = (reader, unsafe { document(piece, size_bytes) }) {
            reader.push(piece);
        }
    });
}

/// Says that the document is complete, so that its last router status entry is too.
#[no_mangle]
pub extern "C" fn torctl_router_reader_finish(reader: Option<&mut RouterReader>) {
    if let Some(reader) = reader {
        reader.finish();
    }
}

/// The next router status entry that is complete.
///
/// Returns an object that lives until the reader is next called; NULL if the next piece is needed
/// first, or there is no more.
#[no_mangle]
pub extern "C" fn torctl_router_reader_next(reader: Option<&mut RouterReader>) -> *const Router {
    guard_or(std::ptr::null(), || {
        lend(reader.and_then(RouterReader::next))
    })
}

/// How many bytes so far belong to no router status entry; those of one that is larger than 4 MiB are among them.
#[no_mangle]
pub extern "C" fn torctl_router_reader_skipped_bytes(reader: Option<&RouterReader>) -> usize {
    reader.map_or(0, |reader| reader.skipped().bytes)
}

/// What these bytes are, as torctl_routers_skipped_kind() says it.
#[no_mangle]
pub extern "C" fn torctl_router_reader_skipped_kind(reader: Option<&RouterReader>) -> i32 {
    number(reader.and_then(|reader| reader.skipped().kind))
}

/// Frees a reader. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_router_reader_free(reader: Option<Box<RouterReader>>) {
    guard_or((), || drop(reader));
}

/// Copies a router status entry, to keep it longer than what it was asked of.
///
/// Returns an object that the caller frees with torctl_router_free(); NULL for NULL.
#[no_mangle]
pub extern "C" fn torctl_router_dup(router: Option<&Router>) -> *mut Router {
    guard_or(std::ptr::null_mut(), || give(router.map(Router::dup)))
}

/// Frees a router status entry from torctl_router_dup(), and no other. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_router_free(router: Option<Box<Router>>) {
    guard_or((), || drop(router));
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
    router.map_or(0, Router::or_address_count)
}

/// One of its further addresses, an IPv6 address without brackets.
#[no_mangle]
pub extern "C" fn torctl_router_or_address(router: Option<&Router>, index: usize) -> *const c_char {
    string(router.map(|router| router.or_address_c(index)))
}

/// The port of one of its further addresses.
#[no_mangle]
pub extern "C" fn torctl_router_or_address_port(router: Option<&Router>, index: usize) -> u16 {
    router.map_or(0, |router| router.or_address_port(index))
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

/// Whether the relay has the flag of this name, known to this version or not.
///
/// # Safety
/// The flag is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_router_has_flag(
    router: Option<&Router>,
    flag: *const c_char,
) -> c_int {
    guard_or(0, || {
        // SAFETY: passed on.
        let flag = unsafe { optional_bytes(flag) };
        let asked = router.zip(flag);
        asked
            .is_some_and(|(router, flag)| router.has_flag(flag))
            .into()
    })
}

/// Tor's word for one of `TORCTL_FLAG_...`; "" for anything else.
///
/// Returns a string that lives for ever.
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

/// Whether the bandwidth was not measured but is the relay's own word.
#[no_mangle]
pub extern "C" fn torctl_router_is_unmeasured(router: Option<&Router>) -> c_int {
    router.is_some_and(Router::is_unmeasured).into()
}

/// How much of the time it has been a guard, in percent; -1 when not given.
#[no_mangle]
pub extern "C" fn torctl_router_guard_fraction(router: Option<&Router>) -> c_int {
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
/// that uses microdescriptors has this in torctl_microdescriptor_policy().
#[no_mangle]
pub extern "C" fn torctl_router_policy_summary(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::policy_c))
}

/// Whether the entry says which ports the relay lets exits go to. A tor that uses microdescriptors, as
/// clients do, has no word of it here: then torctl_microdescriptor_can_exit_to() answers. A policy that
/// cannot be read is none.
#[no_mangle]
pub extern "C" fn torctl_router_has_policy(router: Option<&Router>) -> c_int {
    router.is_some_and(Router::has_policy).into()
}

/// Whether the policy summary lets exits to this port through, to most addresses.
///
/// Returns 1 only if that is known. 0 means no only if torctl_router_has_policy() is 1; else it is not
/// known, also for a relay that has TORCTL_FLAG_EXIT. 0 for the port 0, which is none.
#[no_mangle]
pub extern "C" fn torctl_router_allows_port(router: Option<&Router>, port: u16) -> c_int {
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

/// Whether it speaks this version of this subprotocol, as in ("Link", 5). Versions are 0 to 63, as for
/// tor; nothing is believed of a subprotocol that is said to have others.
///
/// # Safety
/// The protocol is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_router_supports(
    router: Option<&Router>,
    protocol: *const c_char,
    version: u32,
) -> c_int {
    guard_or(0, || {
        // SAFETY: passed on.
        let protocol = unsafe { optional_bytes(protocol) };
        let asked = router.zip(protocol);
        asked
            .is_some_and(|(router, protocol)| router.supports(protocol, version))
            .into()
    })
}

/// The SHA-256 digest of its microdescriptor: 43 characters of base64. Only a consensus of that flavour
/// has it. A vote has more than one: see torctl_router_vote_digest_of_method().
#[no_mangle]
pub extern "C" fn torctl_router_microdesc_digest(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::microdesc_c))
}

/// How many digests of its microdescriptor a vote gives, each for some consensus methods.
#[no_mangle]
pub extern "C" fn torctl_router_vote_digest_count(router: Option<&Router>) -> usize {
    router.map_or(0, Router::method_digest_count)
}

/// The consensus methods for which one of these digests is, as in "28,29".
#[no_mangle]
pub extern "C" fn torctl_router_vote_methods(
    router: Option<&Router>,
    index: usize,
) -> *const c_char {
    string(router.map(|router| router.methods_c(index)))
}

/// One of these digests: SHA-256, 43 characters of base64.
#[no_mangle]
pub extern "C" fn torctl_router_vote_digest(
    router: Option<&Router>,
    index: usize,
) -> *const c_char {
    string(router.map(|router| router.method_digest_c(index)))
}

/// The one of these digests that is for this consensus method; "" if the vote has none for it.
#[no_mangle]
pub extern "C" fn torctl_router_vote_digest_of_method(
    router: Option<&Router>,
    method: u32,
) -> *const c_char {
    string(router.map(|router| router.digest_of_method_c(method)))
}

/// What a vote says of how long and how often the relay was seen, as in "wfu=1.000000 tk=119 mtbf=119".
#[no_mangle]
pub extern "C" fn torctl_router_stats_text(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::stats_c))
}

/// Its Ed25519 identity in base64, or "none"; votes have it.
#[no_mangle]
pub extern "C" fn torctl_router_ed25519(router: Option<&Router>) -> *const c_char {
    string(router.map(Router::ed25519_c))
}

/// How many lines of the entry this version does not know or does not understand.
#[no_mangle]
pub extern "C" fn torctl_router_extra_count(router: Option<&Router>) -> usize {
    router.map_or(0, Router::extra_count)
}

/// One of these lines as it came, with the BEGIN to END lines behind it if it has them.
#[no_mangle]
pub extern "C" fn torctl_router_extra(router: Option<&Router>, index: usize) -> *const c_char {
    string(router.map(|router| router.extra_tail(index)))
}

/// Whether the first word of that line is known but what follows is not what it should be.
#[no_mangle]
pub extern "C" fn torctl_router_extra_is_malformed(router: Option<&Router>, index: usize) -> c_int {
    router
        .is_some_and(|router| router.extra_is_malformed(index))
        .into()
}

/// The whole entry as it came; that of an event or an answer of tor with LF at the end of each line.
/// Put together when it is first asked for.
#[no_mangle]
pub extern "C" fn torctl_router_raw(router: Option<&Router>) -> *const c_char {
    guard_or(empty(), || string(router.map(Router::raw_with_nul)))
}

/// The size of the raw text, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_router_raw_size_bytes(router: Option<&Router>) -> usize {
    router.map_or(0, Router::raw_size)
}
