//! Server descriptors
//!
//! What a relay says of itself: the values of `GETINFO desc/...`. Numbers that are not given are 0,
//! texts "", unless a comment says otherwise.

use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;

use super::args::{empty, null, optional_bytes, Out};
use super::document::{document, give, lend, list, string, target, Target};
use super::document_kind::number;
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::document::other_document;
use crate::engine::error::Error;

use crate::proto::dir::{Annotation, Descriptor, DescriptorReader, Descriptors, Server, Walk};

/// A server descriptor. It lives in what it was asked of, or is the caller's own if it came from
/// torctl_descriptor_dup(). It never changes: any number of threads may use it concurrently. Strings
/// from it live as long as it does.
pub struct torctl_descriptor(());

/// All the server descriptors of a document. Freed by torctl_descriptors_free(). It never changes:
/// any number of threads may use it concurrently.
pub struct torctl_descriptors(());

/// Takes a document in pieces and gives its server descriptors one by one. Holds one that is not
/// complete yet and what was not taken. Freed by torctl_descriptor_reader_free(). One thread at a
/// time may use it.
pub struct torctl_descriptor_reader(());

/// Is called for each server descriptor of a document, which lives until it returns;
/// torctl_descriptor_dup() keeps it longer. Returns 0 to go on, anything else to stop.
pub type torctl_descriptor_fn = Option<
    unsafe extern "C-unwind" fn(descriptor: *const Descriptor, user_data: *mut c_void) -> i32,
>;

/// Reads all the server descriptors of a text: the value of `GETINFO desc/...`. The text is
/// copied. Lines may end in LF or CRLF; a line that is malformed costs nothing but itself, and
/// what belongs to no server descriptor is skipped.
///
/// Sets `*out` to a list that the caller frees with torctl_descriptors_free(). It is empty if
/// the text is, or is a document of this kind without any. A text that is a document of another kind, or
/// none that is known, gives TORCTL_ERR_NOT_FOUND; the message says what it is, and so does
/// torctl_document_kind().
///
/// # Safety
/// The text has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_descriptors_parse(
    text: *const c_void,
    size_bytes: usize,
    out: Option<&mut MaybeUninit<*mut Descriptors>>,
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

/// How many server descriptors there are.
#[no_mangle]
pub extern "C" fn torctl_descriptors_count(descriptors: Option<&Descriptors>) -> usize {
    descriptors.map_or(0, |descriptors| descriptors.entries().len())
}

/// One of them, in the order of the document.
///
/// Returns an object that lives in the list; NULL if the index is too large.
#[no_mangle]
pub extern "C" fn torctl_descriptors_get(
    descriptors: Option<&Descriptors>,
    index: usize,
) -> *const Descriptor {
    lend(descriptors.and_then(|descriptors| descriptors.entries().get(index)))
}

/// The descriptor of the relay with this identity, in any form that torctl_routers_find() takes.
///
/// Returns an object that lives in the list; NULL if there is none.
///
/// # Safety
/// The fingerprint is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_descriptors_find(
    descriptors: Option<&Descriptors>,
    fingerprint: *const c_char,
) -> *const Descriptor {
    guard_or(std::ptr::null(), || {
        // SAFETY: passed on.
        let fingerprint = unsafe { optional_bytes(fingerprint) };
        let found = descriptors.zip(fingerprint);
        lend(found.and_then(|(descriptors, fingerprint)| descriptors.find_fingerprint(fingerprint)))
    })
}

/// The first descriptor with this nickname, in either case.
///
/// Returns an object that lives in the list; NULL if there is none.
///
/// # Safety
/// The nickname is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_descriptors_find_nickname(
    descriptors: Option<&Descriptors>,
    nickname: *const c_char,
) -> *const Descriptor {
    guard_or(std::ptr::null(), || {
        // SAFETY: passed on.
        let nickname = unsafe { optional_bytes(nickname) };
        let found = descriptors.zip(nickname);
        lend(found.and_then(|(descriptors, nickname)| descriptors.find_nickname(nickname)))
    })
}

/// How many bytes of the text belong to no server descriptor.
#[no_mangle]
pub extern "C" fn torctl_descriptors_skipped_bytes(descriptors: Option<&Descriptors>) -> usize {
    descriptors.map_or(0, Descriptors::skipped_bytes)
}

/// What these bytes are: the kind of the first other document among them.
///
/// Returns one of the TORCTL_DOCUMENT constants; TORCTL_DOCUMENT_UNKNOWN also if there is none.
#[no_mangle]
pub extern "C" fn torctl_descriptors_skipped_kind(descriptors: Option<&Descriptors>) -> i32 {
    number(descriptors.and_then(|descriptors| descriptors.skipped().kind))
}

/// Frees a list and all that is in it. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_descriptors_free(descriptors: Option<Box<Descriptors>>) {
    guard_or((), || drop(descriptors));
}

/// Calls `each` for each server descriptor of a text, in order, without keeping them: nothing is
/// copied but one at a time. For the text see torctl_descriptors_parse().
///
/// Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK, also when `each` stopped
/// it; TORCTL_ERR_NOT_FOUND as torctl_descriptors_parse() does.
///
/// # Safety
/// The text has that size, and the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_descriptors_walk(
    text: *const c_void,
    size_bytes: usize,
    each: torctl_descriptor_fn,
    user_data: *mut c_void,
    count: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let count = Out::new(count, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let text = unsafe { document(text, size_bytes) }?;
        count.set(walk(text, each, user_data)?);
        Ok(TORCTL_OK)
    })
}

fn walk(text: &[u8], each: torctl_descriptor_fn, user_data: *mut c_void) -> Result<usize, Error> {
    let each = each.ok_or_else(|| null("each"))?;
    let mut walk = Walk::<Server>::new(text);
    let mut count = 0;
    while let Some(descriptor) = walk.next() {
        count += 1;
        // SAFETY: by the header the function takes this pointer, and the object until it returns.
        if unsafe { each(descriptor, user_data) } != 0 {
            break;
        }
    }
    match walk.is_other_document() {
        true => Err(other_document::<Server>("text", walk.skipped())),
        false => Ok(count),
    }
}

/// Makes a reader for a document that arrives in pieces.
///
/// Returns a reader that the caller frees with torctl_descriptor_reader_free().
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_new() -> *mut DescriptorReader {
    guard_or(std::ptr::null_mut(), || give(Some(DescriptorReader::new())))
}

/// Takes the next piece of the document, cut anywhere. The reader copies it; take what it has with
/// torctl_descriptor_reader_next() before the next piece comes, for the reader keeps what was not
/// taken.
///
/// # Safety
/// The piece has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_descriptor_reader_push(
    reader: Option<&mut DescriptorReader>,
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

/// Says that the document is complete, so that its last server descriptor is too.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_finish(reader: Option<&mut DescriptorReader>) {
    if let Some(reader) = reader {
        reader.finish();
    }
}

/// The next server descriptor that is complete.
///
/// Returns an object that lives until the reader is next called; NULL if the next piece is needed
/// first, or there is no more.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_next(
    reader: Option<&mut DescriptorReader>,
) -> *const Descriptor {
    guard_or(std::ptr::null(), || {
        lend(reader.and_then(DescriptorReader::next))
    })
}

/// How many bytes so far belong to no server descriptor; those of one that is larger than 4 MiB are among them.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_skipped_bytes(
    reader: Option<&DescriptorReader>,
) -> usize {
    reader.map_or(0, |reader| reader.skipped().bytes)
}

/// What these bytes are, as torctl_descriptors_skipped_kind() says it.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_skipped_kind(reader: Option<&DescriptorReader>) -> i32 {
    number(reader.and_then(|reader| reader.skipped().kind))
}

/// Frees a reader. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_free(reader: Option<Box<DescriptorReader>>) {
    guard_or((), || drop(reader));
}

/// Copies a server descriptor, to keep it longer than what it was asked of.
///
/// Returns an object that the caller frees with torctl_descriptor_free(); NULL for NULL.
#[no_mangle]
pub extern "C" fn torctl_descriptor_dup(descriptor: Option<&Descriptor>) -> *mut Descriptor {
    guard_or(std::ptr::null_mut(), || {
        give(descriptor.map(Descriptor::dup))
    })
}

/// Frees a server descriptor from torctl_descriptor_dup(), and no other. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_descriptor_free(descriptor: Option<Box<Descriptor>>) {
    guard_or((), || drop(descriptor));
}

/// The nickname; "" when the first line is
/// malformed, as with the other fields of that line.
#[no_mangle]
pub extern "C" fn torctl_descriptor_nickname(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::nickname_c))
}

/// The IPv4 address.
#[no_mangle]
pub extern "C" fn torctl_descriptor_address(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::address_c))
}

/// The port for clients and other relays.
#[no_mangle]
pub extern "C" fn torctl_descriptor_or_port(descriptor: Option<&Descriptor>) -> u16 {
    descriptor.map_or(0, Descriptor::or_port)
}

/// The port for applications; 0 with every relay of this age.
#[no_mangle]
pub extern "C" fn torctl_descriptor_socks_port(descriptor: Option<&Descriptor>) -> u16 {
    descriptor.map_or(0, Descriptor::socks_port)
}

/// The port for directory requests; 0 for none.
#[no_mangle]
pub extern "C" fn torctl_descriptor_dir_port(descriptor: Option<&Descriptor>) -> u16 {
    descriptor.map_or(0, Descriptor::dir_port)
}

/// How many more addresses the relay has.
#[no_mangle]
pub extern "C" fn torctl_descriptor_or_address_count(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, Descriptor::or_address_count)
}

/// One of its further addresses, an IPv6 address without brackets.
#[no_mangle]
pub extern "C" fn torctl_descriptor_or_address(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.or_address_c(index)))
}

/// The port of one of its further addresses.
#[no_mangle]
pub extern "C" fn torctl_descriptor_or_address_port(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> u16 {
    descriptor.map_or(0, |descriptor| descriptor.or_address_port(index))
}

/// The relay's identity: 40 hexadecimal digits in upper case, without `$` or blanks.
#[no_mangle]
pub extern "C" fn torctl_descriptor_fingerprint(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::fingerprint_c))
}

/// When the relay made the descriptor, in microseconds since 1970 UTC.
#[no_mangle]
pub extern "C" fn torctl_descriptor_published_unix_us(descriptor: Option<&Descriptor>) -> i64 {
    descriptor.map_or(0, Descriptor::published_us)
}

/// For how many seconds the relay had been running then; -1 when not given.
#[no_mangle]
pub extern "C" fn torctl_descriptor_uptime_s(descriptor: Option<&Descriptor>) -> i64 {
    let uptime = descriptor.and_then(Descriptor::uptime);
    uptime
        .and_then(|uptime| i64::try_from(uptime).ok())
        .unwrap_or(-1)
}

/// How many bytes a second the relay is willing to carry for long; 0 when not given.
#[no_mangle]
pub extern "C" fn torctl_descriptor_bandwidth_average_bytes(
    descriptor: Option<&Descriptor>,
) -> u64 {
    bandwidth(descriptor, 0)
}

/// How many bytes a second the relay is willing to carry for a short time; 0 when not given.
#[no_mangle]
pub extern "C" fn torctl_descriptor_bandwidth_burst_bytes(descriptor: Option<&Descriptor>) -> u64 {
    bandwidth(descriptor, 1)
}

/// How many bytes a second the relay is known to have carried; 0 when not given.
#[no_mangle]
pub extern "C" fn torctl_descriptor_bandwidth_observed_bytes(
    descriptor: Option<&Descriptor>,
) -> u64 {
    bandwidth(descriptor, 2)
}

fn bandwidth(descriptor: Option<&Descriptor>, index: usize) -> u64 {
    descriptor
        .and_then(Descriptor::bandwidth)
        .map_or(0, |bandwidth| bandwidth[index])
}

/// Its software and system, as in "Tor 0.4.9.11 on Linux".
#[no_mangle]
pub extern "C" fn torctl_descriptor_platform(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::platform_c))
}

/// How to reach the operator. Free text, bytes of any kind.
#[no_mangle]
pub extern "C" fn torctl_descriptor_contact(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::contact_c))
}

/// The subprotocols it speaks, as in "Cons=1-2 Link=3-5".
#[no_mangle]
pub extern "C" fn torctl_descriptor_protocols(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::protocols_c))
}

/// Whether it speaks this version of this subprotocol, as torctl_router_supports() says it.
///
/// # Safety
/// The protocol is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_descriptor_supports(
    descriptor: Option<&Descriptor>,
    protocol: *const c_char,
    version: u32,
) -> c_int {
    guard_or(0, || {
        // SAFETY: passed on.
        let protocol = unsafe { optional_bytes(protocol) };
        let asked = descriptor.zip(protocol);
        asked
            .is_some_and(|(descriptor, protocol)| descriptor.supports(protocol, version))
            .into()
    })
}

/// How many relays it says to be of one family with.
#[no_mangle]
pub extern "C" fn torctl_descriptor_family_count(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, Descriptor::family_count)
}

/// One of the family: `$FINGERPRINT`, `$FINGERPRINT~nickname` or a nickname.
#[no_mangle]
pub extern "C" fn torctl_descriptor_family(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.family_c(index)))
}

/// How many rules its exit policy for IPv4 has. One that is malformed is among them, and among the extra
/// lines.
#[no_mangle]
pub extern "C" fn torctl_descriptor_rule_count(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, Descriptor::rule_count)
}

/// One of the rules, as in "reject 10.0.0.0/8:*". The first
/// that matches decides.
#[no_mangle]
pub extern "C" fn torctl_descriptor_rule(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.rule_c(index)))
}

/// Its exit policy for IPv6: "accept PORTS" or "reject PORTS"; "" for no exit.
#[no_mangle]
pub extern "C" fn torctl_descriptor_ipv6_policy(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::ipv6_policy_c))
}

/// Whether the descriptor has an exit policy. One without any rule is not whole: then it is not known
/// where exits may lead.
#[no_mangle]
pub extern "C" fn torctl_descriptor_has_policy(descriptor: Option<&Descriptor>) -> c_int {
    descriptor.is_some_and(Descriptor::has_policy).into()
}

/// Whether the exit policy lets through what goes to this IPv4 or IPv6 address and port, else
/// 0, also when the text is not an address. NULL asks whether there is some address for which it
/// does.
///
/// A policy that cannot be read does not open what it may have closed: a reject that is malformed counts
/// as a reject of everything, an accept that is malformed accepts nothing. 0 as well for the port 0,
/// and if torctl_descriptor_has_policy() is 0.
///
/// # Safety
/// The address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_descriptor_can_exit_to(
    descriptor: Option<&Descriptor>,
    address: *const c_char,
    port: u16,
) -> c_int {
    guard_or(0, || {
        let Some(descriptor) = descriptor else {
            return 0;
        };
        // SAFETY: passed on.
        match unsafe { target(address) } {
            Target::Anywhere => descriptor.can_exit_to(None, port).into(),
            Target::Address(address) => descriptor.can_exit_to(Some(address), port).into(),
            Target::Nowhere => 0,
        }
    })
}

/// Returns 1 if the relay has used up its allowance for now.
#[no_mangle]
pub extern "C" fn torctl_descriptor_is_hibernating(descriptor: Option<&Descriptor>) -> c_int {
    descriptor.is_some_and(Descriptor::is_hibernating).into()
}

/// Whether it keeps extra-info documents.
#[no_mangle]
pub extern "C" fn torctl_descriptor_caches_extra_info(descriptor: Option<&Descriptor>) -> c_int {
    descriptor.is_some_and(Descriptor::caches_extra_info).into()
}

/// Whether it keeps onion service descriptors.
#[no_mangle]
pub extern "C" fn torctl_descriptor_is_hidden_service_dir(
    descriptor: Option<&Descriptor>,
) -> c_int {
    descriptor
        .is_some_and(Descriptor::is_hidden_service_dir)
        .into()
}

/// Whether it answers directory requests on its OR port.
#[no_mangle]
pub extern "C" fn torctl_descriptor_is_tunnelled_dir_server(
    descriptor: Option<&Descriptor>,
) -> c_int {
    descriptor
        .is_some_and(Descriptor::is_tunnelled_dir_server)
        .into()
}

/// Whether it lets circuits of one hop exit.
#[no_mangle]
pub extern "C" fn torctl_descriptor_allows_single_hop_exits(
    descriptor: Option<&Descriptor>,
) -> c_int {
    descriptor
        .is_some_and(Descriptor::allows_single_hop_exits)
        .into()
}

/// When the relay was last overloaded, in microseconds since 1970 UTC; 0 when it says nothing of
/// it.
#[no_mangle]
pub extern "C" fn torctl_descriptor_overload_unix_us(descriptor: Option<&Descriptor>) -> i64 {
    descriptor.map_or(0, Descriptor::overload_us)
}

/// What it says of its overload, as it came.
#[no_mangle]
pub extern "C" fn torctl_descriptor_overload_text(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::overload_c))
}

/// How a bridge wants to be given out.
#[no_mangle]
pub extern "C" fn torctl_descriptor_bridge_distribution(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::bridge_distribution_c))
}

/// The SHA-1 digest of its extra-info document: 40 hexadecimal digits.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra_info_digest(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::extra_info_digest_c))
}

/// The SHA-256 digest of its extra-info document in base64.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra_info_sha256(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::extra_info_sha256_c))
}

/// Its ntor key in base64.
#[no_mangle]
pub extern "C" fn torctl_descriptor_ntor_onion_key(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::ntor_onion_key_c))
}

/// Its Ed25519 identity in base64.
#[no_mangle]
pub extern "C" fn torctl_descriptor_master_key_ed25519(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::master_key_ed25519_c))
}

/// The certificate of its Ed25519 signing key, with its BEGIN and END lines, as all the following.
#[no_mangle]
pub extern "C" fn torctl_descriptor_identity_ed25519(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::identity_ed25519_c))
}

/// Its TAP onion key.
#[no_mangle]
pub extern "C" fn torctl_descriptor_onion_key(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::onion_key_c))
}

/// Its RSA identity key.
#[no_mangle]
pub extern "C" fn torctl_descriptor_signing_key(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::signing_key_c))
}

/// Its identities, signed with the TAP onion key.
#[no_mangle]
pub extern "C" fn torctl_descriptor_onion_key_crosscert(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::onion_key_crosscert_c))
}

/// Its identity, certified with the ntor key.
#[no_mangle]
pub extern "C" fn torctl_descriptor_ntor_crosscert(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::ntor_crosscert_c))
}

/// The RSA signature.
#[no_mangle]
pub extern "C" fn torctl_descriptor_router_signature(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::router_signature_c))
}

/// The Ed25519 signature in base64.
#[no_mangle]
pub extern "C" fn torctl_descriptor_router_sig_ed25519(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(Descriptor::router_sig_ed25519_c))
}

/// What archives say that it is (annotation `@type`): for example "server-descriptor 1.0".
#[no_mangle]
pub extern "C" fn torctl_descriptor_annotated_type(
    descriptor: Option<&Descriptor>,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.annotation_c(Annotation::Type)))
}

/// Where tor has it from (annotation `@source`): an address. Quotation marks around it are left out,
/// escapes within them are not undone.
#[no_mangle]
pub extern "C" fn torctl_descriptor_source(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.annotation_c(Annotation::Source)))
}

/// What tor keeps it for (annotation `@purpose`): "general", "controller" or "bridge".
#[no_mangle]
pub extern "C" fn torctl_descriptor_purpose(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.annotation_c(Annotation::Purpose)))
}

/// When tor got it (annotation `@downloaded-at`), in microseconds since 1970 UTC; 0 when not given.
#[no_mangle]
pub extern "C" fn torctl_descriptor_downloaded_unix_us(descriptor: Option<&Descriptor>) -> i64 {
    descriptor.map_or(0, Descriptor::downloaded_us)
}

/// When a consensus last named it (annotation `@last-listed`), in microseconds since 1970 UTC; 0 when
/// not given.
#[no_mangle]
pub extern "C" fn torctl_descriptor_last_listed_unix_us(descriptor: Option<&Descriptor>) -> i64 {
    descriptor.map_or(0, Descriptor::last_listed_us)
}

/// How many lines of the descriptor this version does not know or does not understand.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra_count(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, Descriptor::extra_count)
}

/// One of these lines as it came, with the BEGIN to END lines behind it if it has them.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.extra_tail(index)))
}

/// Whether the first word of that line is known but what follows is not what it should be.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra_is_malformed(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> c_int {
    descriptor
        .is_some_and(|descriptor| descriptor.extra_is_malformed(index))
        .into()
}

/// The whole descriptor as it came. Put together when it is first asked for.
#[no_mangle]
pub extern "C" fn torctl_descriptor_raw(descriptor: Option<&Descriptor>) -> *const c_char {
    guard_or(empty(), || string(descriptor.map(Descriptor::raw_with_nul)))
}

/// The size of the raw text, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_descriptor_raw_size_bytes(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, Descriptor::raw_size)
}
