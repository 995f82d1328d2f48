//! Microdescriptors
//!
//! The part of a server descriptor that clients need: the values of `GETINFO md/...`. A consensus
//! names them by their digests.

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

use crate::proto::dir::{
    Annotation, Micro, Microdescriptor, MicrodescriptorReader, Microdescriptors, Walk,
};

/// A microdescriptor. It lives in what it was asked of, or is the caller's own if it came from
/// torctl_microdescriptor_dup(). It never changes: any number of threads may use it concurrently.
/// Strings from it live as long as it does.
pub struct torctl_microdescriptor(());

/// All the microdescriptors of a document. Freed by torctl_microdescriptors_free(). It never
/// changes: any number of threads may use it concurrently.
pub struct torctl_microdescriptors(());

/// Takes a document in pieces and gives its microdescriptors one by one. Holds one that is not
/// complete yet and what was not taken. Freed by torctl_microdescriptor_reader_free(). One thread
/// at a time may use it.
pub struct torctl_microdescriptor_reader(());

/// Is called for each microdescriptor of a document, which lives until it returns;
/// torctl_microdescriptor_dup() keeps it longer. Returns 0 to go on, anything else to stop.
pub type torctl_microdescriptor_fn = Option<
    unsafe extern "C-unwind" fn(
        microdescriptor: *const Microdescriptor,
        user_data: *mut c_void,
    ) -> i32,
>;

/// Reads all the microdescriptors of a text: the value of `GETINFO md/...`. The text is copied.
/// Lines may end in LF or CRLF; a line that is malformed costs nothing but itself, and what
/// belongs to no microdescriptor is skipped.
///
/// Sets `*out` to a list that the caller frees with torctl_microdescriptors_free(). It is empty
/// if the text is, or is a document of this kind without any. A text that is a document of another kind,
/// or none that is known, gives TORCTL_ERR_NOT_FOUND; the message says what it is, and so does
/// torctl_document_kind().
///
/// # Safety
/// The text has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_microdescriptors_parse(
    text: *const c_void,
    size_bytes: usize,
    out: Option<&mut MaybeUninit<*mut Microdescriptors>>,
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

/// How many microdescriptors there are.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_count(
    microdescriptors: Option<&Microdescriptors>,
) -> usize {
    microdescriptors.map_or(0, |microdescriptors| microdescriptors.entries().len())
}

/// One of them, in the order of the document.
///
/// Returns an object that lives in the list; NULL if the index is too large.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_get(
    microdescriptors: Option<&Microdescriptors>,
    index: usize,
) -> *const Microdescriptor {
    lend(microdescriptors.and_then(|microdescriptors| microdescriptors.entries().get(index)))
}

/// The microdescriptor with this digest, as torctl_router_microdesc_digest() gives it.
///
/// Returns an object that lives in the list; NULL if there is none.
///
/// # Safety
/// The digest is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_microdescriptors_find(
    microdescriptors: Option<&Microdescriptors>,
    digest: *const c_char,
) -> *const Microdescriptor {
    guard_or(std::ptr::null(), || {
        // SAFETY: passed on.
        let digest = unsafe { optional_bytes(digest) };
        let found = microdescriptors.zip(digest);
        lend(found.and_then(|(microdescriptors, digest)| microdescriptors.find_digest(digest)))
    })
}

/// How many bytes of the text belong to no microdescriptor.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_skipped_bytes(
    microdescriptors: Option<&Microdescriptors>,
) -> usize {
    microdescriptors.map_or(0, Microdescriptors::skipped_bytes)
}

/// What these bytes are: the kind of the first other document among them.
///
/// Returns one of the TORCTL_DOCUMENT constants; TORCTL_DOCUMENT_UNKNOWN also if there is none.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_skipped_kind(
    microdescriptors: Option<&Microdescriptors>,
) -> i32 {
    number(microdescriptors.and_then(|microdescriptors| microdescriptors.skipped().kind))
}

/// Frees a list and all that is in it. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_microdescriptors_free(microdescriptors: Option<Box<Microdescriptors>>) {
    guard_or((), || drop(microdescriptors));
}

/// Calls `each` for each microdescriptor of a text, in order, without keeping them: nothing is
/// copied but one at a time. For the text see torctl_microdescriptors_parse().
///
/// Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK, also when `each` stopped
/// it; TORCTL_ERR_NOT_FOUND as torctl_microdescriptors_parse() does.
///
/// # Safety
/// The text has that size, and the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_microdescriptors_walk(
    text: *const c_void,
    size_bytes: usize,
    each: torctl_microdescriptor_fn,
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

fn walk(
    text: &[u8],
    each: torctl_microdescriptor_fn,
    user_data: *mut c_void,
) -> Result<usize, Error> {
    let each = each.ok_or_else(|| null("each"))?;
    let mut walk = Walk::<Micro>::new(text);
    let mut count = 0;
    while let Some(microdescriptor) = walk.next() {
        count += 1;
        // SAFETY: by the header the function takes this pointer, and the object until it returns.
        if unsafe { each(microdescriptor, user_data) } != 0 {
            break;
        }
    }
    match walk.is_other_document() {
        true => Err(other_document::<Micro>("text", walk.skipped())),
        false => Ok(count),
    }
}

/// Makes a reader for a document that arrives in pieces.
///
/// Returns a reader that the caller frees with torctl_microdescriptor_reader_free().
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_new() -> *mut MicrodescriptorReader {
    guard_or(std::ptr::null_mut(), || {
        give(Some(MicrodescriptorReader::new()))
    })
}

/// Takes the next piece of the document, cut anywhere. The reader copies it; take what it has with
/// torctl_microdescriptor_reader_next() before the next piece comes, for the reader keeps what was
/// not taken.
///
/// # Safety
/// The piece has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_microdescriptor_reader_push(
    reader: Option<&mut MicrodescriptorReader>,
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

/// Says that the document is complete, so that its last microdescriptor is too.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_finish(reader: Option<&mut MicrodescriptorReader>) {
    if let Some(reader) = reader {
        reader.finish();
    }
}

/// The next microdescriptor that is complete.
///
/// Returns an object that lives until the reader is next called; NULL if the next piece is needed
/// first, or there is no more.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_next(
    reader: Option<&mut MicrodescriptorReader>,
) -> *const Microdescriptor {
    guard_or(std::ptr::null(), || {
        lend(reader.and_then(MicrodescriptorReader::next))
    })
}

/// How many bytes so far belong to no microdescriptor; those of one that is larger than 4 MiB are among them.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_skipped_bytes(
    reader: Option<&MicrodescriptorReader>,
) -> usize {
    reader.map_or(0, |reader| reader.skipped().bytes)
}

/// What these bytes are, as torctl_microdescriptors_skipped_kind() says it.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_skipped_kind(
    reader: Option<&MicrodescriptorReader>,
) -> i32 {
    number(reader.and_then(|reader| reader.skipped().kind))
}

/// Frees a reader. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_reader_free(reader: Option<Box<MicrodescriptorReader>>) {
    guard_or((), || drop(reader));
}

/// Copies a microdescriptor, to keep it longer than what it was asked of.
///
/// Returns an object that the caller frees with torctl_microdescriptor_free(); NULL for NULL.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_dup(
    microdescriptor: Option<&Microdescriptor>,
) -> *mut Microdescriptor {
    guard_or(std::ptr::null_mut(), || {
        give(microdescriptor.map(Microdescriptor::dup))
    })
}

/// Frees a microdescriptor from torctl_microdescriptor_dup(), and no other. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_free(microdescriptor: Option<Box<Microdescriptor>>) {
    guard_or((), || drop(microdescriptor));
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
    microdescriptor.map_or(0, Microdescriptor::or_address_count)
}

/// One of these addresses, an IPv6 address without brackets.
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
    microdescriptor.map_or(0, |microdescriptor| microdescriptor.or_address_port(index))
}

/// How many relays are of one family with it.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_family_count(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, Microdescriptor::family_count)
}

/// One of the family: `$FINGERPRINT` or a nickname.
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
    microdescriptor.map_or(0, Microdescriptor::family_id_count)
}

/// One of these families, as in "ed25519:KEY".
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
/// families. A microdescriptor without a policy lets nothing through, and nor does one with a policy that
/// is malformed. 0 as well for the port 0.
///
/// # Safety
/// The address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_microdescriptor_can_exit_to(
    microdescriptor: Option<&Microdescriptor>,
    address: *const c_char,
    port: u16,
) -> c_int {
    guard_or(0, || {
        let Some(microdescriptor) = microdescriptor else {
            return 0;
        };
        // SAFETY: passed on.
        match unsafe { target(address) } {
            Target::Anywhere => microdescriptor.can_exit_to(None, port).into(),
            Target::Address(address) => microdescriptor.can_exit_to(Some(address), port).into(),
            Target::Nowhere => 0,
        }
    })
}

/// What archives say that it is (annotation `@type`): for example "microdescriptor 1.0".
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_annotated_type(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.annotation_c(Annotation::Type)))
}

/// Where tor has it from (annotation `@source`): an address. Quotation marks around it are left out,
/// escapes within them are not undone.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_source(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.annotation_c(Annotation::Source)))
}

/// What tor keeps it for (annotation `@purpose`): "general", "controller" or "bridge".
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_purpose(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.annotation_c(Annotation::Purpose)))
}

/// When tor got it (annotation `@downloaded-at`), in microseconds since 1970 UTC; 0 when not given.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_downloaded_unix_us(
    microdescriptor: Option<&Microdescriptor>,
) -> i64 {
    microdescriptor.map_or(0, Microdescriptor::downloaded_us)
}

/// When a consensus last named it (annotation `@last-listed`), in microseconds since 1970 UTC; 0 when
/// not given.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_last_listed_unix_us(
    microdescriptor: Option<&Microdescriptor>,
) -> i64 {
    microdescriptor.map_or(0, Microdescriptor::last_listed_us)
}

/// How many lines of the microdescriptor this version does not know or does not understand.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_extra_count(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, Microdescriptor::extra_count)
}

/// One of these lines as it came, with the BEGIN to END lines behind it if it has them.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_extra(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> *const c_char {
    string(microdescriptor.map(|microdescriptor| microdescriptor.extra_tail(index)))
}

/// Whether the first word of that line is known but what follows is not what it should be.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_extra_is_malformed(
    microdescriptor: Option<&Microdescriptor>,
    index: usize,
) -> c_int {
    microdescriptor
        .is_some_and(|microdescriptor| microdescriptor.extra_is_malformed(index))
        .into()
}

/// The whole microdescriptor as it came. Put together when it is first asked for.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_raw(
    microdescriptor: Option<&Microdescriptor>,
) -> *const c_char {
    guard_or(empty(), || {
        string(microdescriptor.map(Microdescriptor::raw_with_nul))
    })
}

/// The size of the raw text, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_microdescriptor_raw_size_bytes(
    microdescriptor: Option<&Microdescriptor>,
) -> usize {
    microdescriptor.map_or(0, Microdescriptor::raw_size)
}
