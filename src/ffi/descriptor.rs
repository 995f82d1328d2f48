//! Server descriptors: what a relay says of itself.
//!
//! `torctl_descriptor` is one descriptor: borrowed from a list, a reader or a callback, or the
//! program's own after `torctl_descriptor_dup`. `torctl_descriptors` is a list of them,
//! `torctl_descriptor_reader` takes a document in pieces. Descriptors and lists never change, so
//! any number of threads may read them at once; a reader is for one thread at a time.

use std::ffi::{c_char, c_void};

use super::document::{bytes, give, lend, name, string, target, Target};
use crate::proto::dir::{Descriptor, Descriptors, Reader, Server, Walk};

/// A reader of server descriptors.
pub type DescriptorReader = Reader<Server>;

/// Called for each server descriptor of a document. It may be used until the call returns
/// (`torctl_descriptor_dup` makes a copy that stays). Returns 0 to go on, anything else to stop.
#[allow(non_camel_case_types)] // The name that C sees.
pub type torctl_descriptor_fn =
    Option<unsafe extern "C-unwind" fn(descriptor: &Descriptor, user_data: *mut c_void) -> i32>;

/// Reads all the server descriptors of a text: the value of `GETINFO desc/...`. The text is
/// copied; LF and CRLF line ends are both taken.
///
/// Returns a list, which is empty if the text has none: free it with `torctl_descriptors_free`.
/// NULL only if the text is of 4 GiB or more.
#[no_mangle]
pub extern "C" fn torctl_descriptors_parse(
    text: *const c_void,
    size_bytes: usize,
) -> *mut Descriptors {
    give(Descriptors::from_bytes(bytes(text, size_bytes).to_vec()))
}

/// The number of server descriptors in the list.
#[no_mangle]
pub extern "C" fn torctl_descriptors_count(descriptors: Option<&Descriptors>) -> usize {
    descriptors.map_or(0, |descriptors| descriptors.entries().len())
}

/// One of the list, counted from 0 in the order of the document; NULL when there is none. It lives
/// as long as the list.
#[no_mangle]
pub extern "C" fn torctl_descriptors_get(
    descriptors: Option<&Descriptors>,
    index: usize,
) -> *const Descriptor {
    lend(descriptors.and_then(|descriptors| descriptors.entries().get(index)))
}

/// The descriptor of the relay with this identity, in any form that `torctl_routers_find` takes;
/// NULL when there is none. It lives as long as the list.
#[no_mangle]
pub extern "C" fn torctl_descriptors_find(
    descriptors: Option<&Descriptors>,
    fingerprint: *const c_char,
) -> *const Descriptor {
    let (Some(descriptors), Some(fingerprint)) = (descriptors, name(fingerprint)) else {
        return std::ptr::null();
    };
    lend(descriptors.find_fingerprint(fingerprint))
}

/// The first descriptor with this nickname, in either case; NULL when there is none. It lives as
/// long as the list.
#[no_mangle]
pub extern "C" fn torctl_descriptors_find_nickname(
    descriptors: Option<&Descriptors>,
    nickname: *const c_char,
) -> *const Descriptor {
    let (Some(descriptors), Some(nickname)) = (descriptors, name(nickname)) else {
        return std::ptr::null();
    };
    lend(descriptors.find_nickname(nickname))
}

/// Frees a list and what is in it. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_descriptors_free(descriptors: Option<Box<Descriptors>>) {
    drop(descriptors);
}

/// Calls a function for each server descriptor of a text, in order, without keeping them. Nothing
/// is copied but one at a time.
///
/// Returns the number of server descriptors that the function was called for.
#[no_mangle]
pub extern "C" fn torctl_descriptors_walk(
    text: *const c_void,
    size_bytes: usize,
    each: torctl_descriptor_fn,
    user_data: *mut c_void,
) -> usize {
    let Some(each) = each else { return 0 };
    let mut walk = Walk::<Server>::new(bytes(text, size_bytes));
    let mut count = 0;
    while let Some(descriptor) = walk.next() {
        count += 1;
        // SAFETY: The program passed the function for this purpose, with this argument.
        if unsafe { each(descriptor, user_data) } != 0 {
            break;
        }
    }
    count
}

/// Makes a reader for a document that arrives in pieces. Free it with
/// `torctl_descriptor_reader_free`.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_new() -> *mut DescriptorReader {
    give(Some(DescriptorReader::new()))
}

/// Gives the reader the next piece of its document, cut anywhere. The piece is copied, so take
/// what is complete with `torctl_descriptor_reader_next` before the next one. What was taken may
/// no longer be used.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_push(
    reader: Option<&mut DescriptorReader>,
    piece: *const c_void,
    size_bytes: usize,
) {
    if let Some(reader) = reader {
        reader.push(bytes(piece, size_bytes));
    }
}

/// Tells the reader that the document is complete, so that its last server descriptor is too.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_finish(reader: Option<&mut DescriptorReader>) {
    if let Some(reader) = reader {
        reader.finish();
    }
}

/// Takes the next server descriptor that is complete. It may be used until the reader is next
/// called.
///
/// Returns NULL when the next piece is needed, or there is no more.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_next(
    reader: Option<&mut DescriptorReader>,
) -> *const Descriptor {
    lend(reader.and_then(DescriptorReader::next))
}

/// Frees a reader. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_descriptor_reader_free(reader: Option<Box<DescriptorReader>>) {
    drop(reader);
}

/// Makes a copy that depends on nothing else. Free it with `torctl_descriptor_free`. NULL gives
/// NULL.
#[no_mangle]
pub extern "C" fn torctl_descriptor_dup(descriptor: Option<&Descriptor>) -> *mut Descriptor {
    give(descriptor.map(Descriptor::dup))
}

/// Frees a copy that `torctl_descriptor_dup` made, and no other. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_descriptor_free(descriptor: Option<Box<Descriptor>>) {
    drop(descriptor);
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
    descriptor.map_or(0, |descriptor| descriptor.or_addresses().count())
}

/// One of its further addresses, counted from 0, an IPv6 address without brackets; "" when there
/// is none.
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
    let address = descriptor.and_then(|descriptor| descriptor.or_addresses().nth(index));
    address.map_or(0, |(_, port)| port)
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

/// Returns 1 if it speaks this version of this subprotocol, else 0.
#[no_mangle]
pub extern "C" fn torctl_descriptor_supports(
    descriptor: Option<&Descriptor>,
    protocol: *const c_char,
    version: u32,
) -> i32 {
    match (descriptor, name(protocol)) {
        (Some(descriptor), Some(protocol)) => descriptor.supports(protocol, version).into(),
        _ => 0,
    }
}

/// How many relays it says to be of one family with.
#[no_mangle]
pub extern "C" fn torctl_descriptor_family_count(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, |descriptor| descriptor.family().count())
}

/// One of the family, counted from 0: `$FINGERPRINT`, `$FINGERPRINT~nickname` or a nickname; ""
/// when there is none.
#[no_mangle]
pub extern "C" fn torctl_descriptor_family(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.family_c(index)))
}

/// How many rules its exit policy for IPv4 has.
#[no_mangle]
pub extern "C" fn torctl_descriptor_rule_count(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, |descriptor| descriptor.rule_lines().count())
}

/// One of the rules, counted from 0, as in "reject 10.0.0.0/8:*"; "" when there is none. The first
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

/// Returns 1 if the exit policy lets through what goes to this IPv4 or IPv6 address and port, else
/// 0, also when the text is not an address. NULL asks whether there is some address for which it
/// does.
#[no_mangle]
pub extern "C" fn torctl_descriptor_can_exit_to(
    descriptor: Option<&Descriptor>,
    address: *const c_char,
    port: u16,
) -> i32 {
    let Some(descriptor) = descriptor else {
        return 0;
    };
    match target(address) {
        Target::Anywhere => descriptor.can_exit_to(None, port).into(),
        Target::Address(address) => descriptor.can_exit_to(Some(address), port).into(),
        Target::Nowhere => 0,
    }
}

/// Returns 1 if the relay has used up its allowance for now, else 0.
#[no_mangle]
pub extern "C" fn torctl_descriptor_is_hibernating(descriptor: Option<&Descriptor>) -> i32 {
    descriptor.is_some_and(Descriptor::is_hibernating).into()
}

/// Returns 1 if it keeps extra-info documents, else 0.
#[no_mangle]
pub extern "C" fn torctl_descriptor_caches_extra_info(descriptor: Option<&Descriptor>) -> i32 {
    descriptor.is_some_and(Descriptor::caches_extra_info).into()
}

/// Returns 1 if it keeps onion service descriptors, else 0.
#[no_mangle]
pub extern "C" fn torctl_descriptor_is_hidden_service_dir(descriptor: Option<&Descriptor>) -> i32 {
    descriptor
        .is_some_and(Descriptor::is_hidden_service_dir)
        .into()
}

/// Returns 1 if it answers directory requests on its OR port, else 0.
#[no_mangle]
pub extern "C" fn torctl_descriptor_is_tunnelled_dir_server(
    descriptor: Option<&Descriptor>,
) -> i32 {
    descriptor
        .is_some_and(Descriptor::is_tunnelled_dir_server)
        .into()
}

/// Returns 1 if it lets circuits of one hop exit, else 0.
#[no_mangle]
pub extern "C" fn torctl_descriptor_allows_single_hop_exits(
    descriptor: Option<&Descriptor>,
) -> i32 {
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

/// How many lines this version of the library does not know or does not understand.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra_count(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, Descriptor::extra_count)
}

/// One of these lines, counted from 0, as it came, with the BEGIN to END lines behind it if it has
/// them; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.extra_tail(index)))
}

/// Returns 1 if the keyword of that line is known but what follows is not what it should be,
/// else 0.
#[no_mangle]
pub extern "C" fn torctl_descriptor_extra_is_malformed(
    descriptor: Option<&Descriptor>,
    index: usize,
) -> i32 {
    let extra = descriptor.and_then(|descriptor| descriptor.extras().nth(index));
    extra.is_some_and(|(_, malformed)| malformed).into()
}

/// The whole text as it came.
#[no_mangle]
pub extern "C" fn torctl_descriptor_raw(descriptor: Option<&Descriptor>) -> *const c_char {
    string(descriptor.map(Descriptor::raw_with_nul))
}

/// The length of `torctl_descriptor_raw` in bytes.
#[no_mangle]
pub extern "C" fn torctl_descriptor_raw_size_bytes(descriptor: Option<&Descriptor>) -> usize {
    descriptor.map_or(0, Descriptor::raw_size)
}
