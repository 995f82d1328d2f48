//! Microdescriptors: the part of a server descriptor that clients need.
//!
//! `torctl_microdescriptor` is one of them: borrowed from a list, a reader or a callback, or the
//! program's own after `torctl_microdescriptor_dup`. `torctl_microdescriptors` is a list,
//! `torctl_microdescriptor_reader` takes a document in pieces. Microdescriptors and lists never
//! change, so any number of threads may read them at once; a reader is for one thread at a time.

use std::ffi::{c_char, c_void};

use super::document::{bytes, give, lend, name, string, target, Target};
use crate::proto::dir::{Micro, Microdescriptor, Microdescriptors, Reader, Walk};

/// A reader of microdescriptors.
pub type MicrodescriptorReader = Reader<Micro>;

/// Called for each microdescriptor of a document. It may be used until the call returns
/// (`torctl_microdescriptor_dup` makes a copy that stays). Returns 0 to go on, anything else to
/// stop.
#[allow(non_camel_case_types)] // The name that C sees.
pub type torctl_microdescriptor_fn = Option<
    unsafe extern "C-unwind" fn(microdescriptor: &Microdescriptor, user_data: *mut c_void) -> i32,
>;

/// Reads all the microdescriptors of a text: the value of `GETINFO md/...`. The text is copied; LF
/// and CRLF line ends are both taken.
///
/// Returns a list, which is empty if the text has none: free it with
/// `torctl_microdescriptors_free`. NULL only if the text is of 4 GiB or more.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_parse(
    text: *const c_void,
    size_bytes: usize,
) -> *mut Microdescriptors {
    give(Microdescriptors::from_bytes(
        bytes(text, size_bytes).to_vec(),
    ))
}

/// The number of microdescriptors in the list.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_count(
    microdescriptors: Option<&Microdescriptors>,
) -> usize {
    microdescriptors.map_or(0, |microdescriptors| microdescriptors.entries().len())
}

/// One of the list, counted from 0 in the order of the document; NULL when there is none. It lives
/// as long as the list.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_get(
    microdescriptors: Option<&Microdescriptors>,
    index: usize,
) -> *const Microdescriptor {
    lend(microdescriptors.and_then(|microdescriptors| microdescriptors.entries().get(index)))
}

/// The microdescriptor with this digest, as `torctl_router_microdesc_digest` has it; NULL when
/// there is none. It lives as long as the list.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_find(
    microdescriptors: Option<&Microdescriptors>,
    digest: *const c_char,
) -> *const Microdescriptor {
    let (Some(microdescriptors), Some(digest)) = (microdescriptors, name(digest)) else {
        return std::ptr::null();
    };
    lend(microdescriptors.find_digest(digest))
}

/// Frees a list and what is in it. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_free(microdescriptors: Option<Box<Microdescriptors>>) {
    drop(microdescriptors);
}

/// Calls a function for each microdescriptor of a text, in order, without keeping them. Nothing is
/// copied but one at a time.
///
/// Returns the number of microdescriptors that the function was called for.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_walk(
    text: *const c_void,
    size_bytes: usize,
    each: torctl_microdescriptor_fn,
    user_data: *mut c_void,
) -> usize {
    let Some(each) = each else { return 0 };
    let mut walk = Walk::<Micro>::new(bytes(text, size_bytes));
    let mut count = 0;
    while let Some(microdescriptor) = walk.next() {
        count += 1;
        // SAFETY: The program passed the function for this purpose, with this argument.
        if unsafe { each(microdescriptor, user_data) } != 0 {
            break;
        }
    }
    count
}

/// Makes a reader for a document that arrives in pieces. Free it with
/// `torctl_microdescriptor_reader_free`.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_new() -> *mut MicrodescriptorReader {
    give(Some(MicrodescriptorReader::new()))
}

/// Gives the reader the next piece of its document, cut anywhere. The piece is copied, so take
/// what is complete with `torctl_microdescriptor_reader_next` before the next one. What was taken
/// may no longer be used.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_push(
    reader: Option<&mut MicrodescriptorReader>,
    piece: *const c_void,
    size_bytes: usize,
) {
    if let Some(reader) = reader {
        reader.push(bytes(piece, size_bytes));
    }
}

/// Tells the reader that the document is complete, so that its last microdescriptor is too.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_finish(reader: Option<&mut MicrodescriptorReader>) {
    if let Some(reader) = reader {
        reader.finish();
    }
}

/// Takes the next microdescriptor that is complete. It may be used until the reader is next
/// called.
///
/// Returns NULL when the next piece is needed, or there is no more.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_next(
    reader: Option<&mut MicrodescriptorReader>,
) -> *const Microdescriptor {
    lend(reader.and_then(MicrodescriptorReader::next))
}

/// Frees a reader. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_free(reader: Option<Box<MicrodescriptorReader>>) {
    drop(reader);
}

/// Makes a copy that depends on nothing else. Free it with `torctl_microdescriptor_free`. NULL
/// gives NULL.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_dup(
    microdescriptor: Option<&Microdescriptor>,
) -> *mut Microdescriptor {
    give(microdescriptor.map(Microdescriptor::dup))
}

/// Frees a copy that `torctl_microdescriptor_dup` made, and no other. NULL is fine.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_free(microdescriptor: Option<Box<Microdescriptor>>) {
    drop(microdescriptor);
}

/// Its SHA-256 digest in base64 without padding, by which a consensus names it. Computed when
/// first asked for.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_digest(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::digest_c))
}

/// The relay's Ed25519 identity in base64.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_ed25519(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::ed25519_c))
}

/// The relay's RSA identity in base64; only old ones have it.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_rsa1024(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::rsa1024_c))
}

/// Its ntor key in base64.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_ntor_onion_key(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::ntor_onion_key_c))
}

/// Its TAP onion key with its BEGIN and END lines; "" when it has none.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_onion_key(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::onion_key_c))
}

/// How many addresses it names besides the one in the consensus.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_or_address_count(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, |microdescriptor| microdescriptor.or_addresses().count())
}

/// One of these addresses, counted from 0, an IPv6 address without brackets; "" when there is
/// none.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_or_address(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.or_address_c(index)))
}

/// The port of one of its further addresses.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_or_address_port(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> u16 {
    let address =
        microdescriptor.and_then(|microdescriptor| microdescriptor.or_addresses().nth(index));
    address.map_or(0, |(_, port)| port)
}

/// How many relays are of one family with it.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_family_count(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, |microdescriptor| microdescriptor.family().count())
}

/// One of the family, counted from 0: `$FINGERPRINT` or a nickname; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_family(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.family_c(index)))
}

/// How many families it proves to belong to.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_family_id_count(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, |microdescriptor| microdescriptor.family_ids().count())
}

/// One of these families, counted from 0, as in "ed25519:KEY"; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_family_id(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.family_id_c(index)))
}

/// Which ports it lets exits to IPv4 go to: "accept PORTS" or "reject PORTS"; "" for no exit.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_policy(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::policy_c))
}

/// The same for IPv6.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_ipv6_policy(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::ipv6_policy_c))
}

/// Returns 1 if its policy lets exits to this port through, to most addresses of the family that
/// this IPv4 or IPv6 address has, else 0, also when the text is not an address. NULL asks for both
/// families.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_can_exit_to(
    microdescriptor: Option<&Microdescriptor>,
    address: *const c_char,
    port: u16,
) -> i32 {
    let Some(microdescriptor) = microdescriptor else {
        return 0;
    };
    match target(address) {
        Target::Anywhere => microdescriptor.can_exit_to(None, port).into(),
        Target::Address(address) => microdescriptor.can_exit_to(Some(address), port).into(),
        Target::Nowhere => 0,
    }
}

/// How many lines this version of the library does not know or does not understand.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_extra_count(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, Microdescriptor::extra_count)
}

/// One of these lines, counted from 0, as it came, with the BEGIN to END lines behind it if it has
/// them; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_extra(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.extra_tail(index)))
}

/// Returns 1 if the keyword of that line is known but what follows is not what it should be,
/// else 0.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_extra_is_malformed(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> i32 {
    let extra = microdescriptor.and_then(|microdescriptor| microdescriptor.extras().nth(index));
    extra.is_some_and(|(_, malformed)| malformed).into()
}

/// The whole text as it came.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_raw(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(Microdescriptor::raw_with_nul))
}

/// The length of `torctl_microdescriptor_raw` in bytes.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_raw_size_bytes(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, Microdescriptor::raw_size)
}
