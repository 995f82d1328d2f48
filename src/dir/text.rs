//! The small pieces that directory documents and GETINFO values are made of: words, numbers,
//! times, hexadecimal and base64 text, addresses with ports.

use super::token::{is_blank, Words};
use crate::proto::event::scan;
pub use crate::proto::event::value::{signed, time_us as time, unsigned as number};
use crate::proto::mask::{are_hex, base64_of};
use std::net::IpAddr;

const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789ABCDEF";
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    table
};

/// The value of each base64 character as the first, second, third and last of four; the highest
/// bit for everything else.
const BASE64: [[u32; 256]; 4] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [[1 << 31; 256]; 4];
    let mut value = 0;
    while value < 64 {
        let character = alphabet[value] as usize;
        table[0][character] = (value as u32) << 18;
        table[1][character] = (value as u32) << 12;
        table[2][character] = (value as u32) << 6;
        table[3][character] = value as u32;
        value += 1;
    }
    table
};

/// Forty hexadecimal digits and the NUL that C wants after them; all zero when absent.
pub(crate) type Hex40 = [u8; 41];

/// The number of base64 characters, without padding, that stand for a 20-byte digest.
pub(crate) const DIGEST_BASE64: usize = 27;

/// Writes the 20 bytes that 27 base64 characters stand for as 40 upper-case hexadecimal digits.
/// False, and `out` undefined, when the text is anything else.
///
/// A table of our own because this runs twice for each of 8,000 relays, straight from one text
/// form to the other.
#[inline]
pub(crate) fn hex_from_base64(text: &[u8], out: &mut Hex40) -> bool {
    let Some(text) = text.first_chunk::<DIGEST_BASE64>() else {
        return false;
    };
    let four = |a: u8, b: u8, c: u8, d: u8| {
        BASE64[0][a as usize]
            | BASE64[1][b as usize]
            | BASE64[2][c as usize]
            | BASE64[3][d as usize]
    };
    let mut bad = 0;
    for (from, to) in text.chunks_exact(4).zip(out.chunks_exact_mut(6)) {
        let bits = four(from[0], from[1], from[2], from[3]);
        bad |= bits;
        to[0..2].copy_from_slice(&HEX[(bits >> 16 & 255) as usize]);
        to[2..4].copy_from_slice(&HEX[(bits >> 8 & 255) as usize]);
        to[4..6].copy_from_slice(&HEX[(bits & 255) as usize]);
    }
    // 'A' is zero.
    let bits = four(text[24], text[25], text[26], b'A');
    bad |= bits;
    out[36..38].copy_from_slice(&HEX[(bits >> 16 & 255) as usize]);
    out[38..40].copy_from_slice(&HEX[(bits >> 8 & 255) as usize]);
    out[40] = 0;
    bad >> 31 == 0
}

/// Whether all characters are of base64, padding not included.
pub(super) fn is_base64(text: &[u8]) -> bool {
    base64_end(text, 0, text.len()) == text.len()
}

/// Where the characters of base64 end that stand at `at`, in front of `limit`.
#[inline(always)]
pub(super) fn base64_end(text: &[u8], mut at: usize, limit: usize) -> usize {
    while at < limit {
        let Some(chunk) = text[at..].first_chunk() else {
            let is_one = |byte: &&u8| BASE64[3][**byte as usize] >> 31 == 0;
            return at + text[at..limit].iter().take_while(is_one).count();
        };
        let count = (!base64_of(*chunk)).trailing_zeros() as usize;
        at += count;
        if count < chunk.len() {
            break;
        }
    }
    at.min(limit)
}

/// `YYYY-MM-DD` and `HH:MM:SS`, in microseconds since 1970.
pub(super) fn date_and_time(date: &[u8], clock: &[u8]) -> Option<i64> {
    let mut both = *b"0000-00-00 00:00:00";
    both.first_chunk_mut::<10>()?
        .copy_from_slice(date.first_chunk::<10>().filter(|_| date.len() == 10)?);
    both.last_chunk_mut::<8>()?
        .copy_from_slice(clock.first_chunk::<8>().filter(|_| clock.len() == 8)?);
    time(&both)
}

/// The date and the time that the text begins with, and their size in it.
pub(super) fn leading_time(text: &[u8]) -> Option<(i64, usize)> {
    // As tor writes it.
    if let Some((both, behind)) = text.split_first_chunk::<19>() {
        if behind.first().is_none_or(|byte| is_blank(*byte)) {
            if let Some(time) = time(both) {
                return Some((time, both.len()));
            }
        }
    }
    let mut words = Words::of(text);
    let (date, clock) = (words.next()?, words.next()?);
    let time = date_and_time(date.text, clock.text)?;
    Some((time, clock.at + clock.text.len()))
}

/// The 40 hexadecimal digits that the words begin with, in upper case, whether or not there are
/// blanks between them; what stands behind them does not matter.
pub(super) fn leading_hex_digest(words: &mut Words<'_>) -> Option<Hex40> {
    let (mut out, mut size) = ([0; 41], 0);
    while size < 40 {
        let word = words.next()?.text;
        let end = size + word.len();
        if end > 40 {
            return None;
        }
        out[size..end].copy_from_slice(word);
        size = end;
    }
    let (digits, _nul) = out.split_last_chunk_mut::<1>()?;
    let piece = |from: usize| digits[from..].first_chunk().is_some_and(|it| are_hex(*it));
    if ![0, 16, 24].into_iter().all(piece) {
        return None;
    }
    digits.make_ascii_uppercase();
    Some(out)
}

/// The bytes in upper-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXUPPER.encode(bytes)
}

/// A port: 0 to 65535.
#[inline]
pub fn port(text: &[u8]) -> Option<u16> {
    u16::try_from(number(text)?).ok()
}

/// The words of a line, split at runs of SP and TAB.
pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    text.split(|byte| is_blank(*byte))
        .filter(|word| !word.is_empty())
}

/// The lines of a text, without CR and LF, empty ones included; no line after the last LF.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, next) = match memchr::memchr(b'\n', rest) {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        rest = next;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// Splits a line behind its first word: the word, and the rest without the blank between.
#[inline]
pub fn first_word(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', line) {
        Some(end) => (&line[..end], &line[end + 1..]),
        None => (line, &line[line.len()..]),
    }
}

/// Splits `host:port` at the last colon; the brackets of an IPv6 host are taken off. The host
/// may be empty, the port must be a number.
#[inline]
pub fn host_port(text: &[u8]) -> Option<(&[u8], u16)> {
    leading_host_port(text, text.len())
}

/// The same of the first `size` bytes of a text. What stands behind them is not taken for a part of
/// them, but numbers are read faster where the text does not end.
#[inline(always)]
pub(crate) fn leading_host_port(text: &[u8], size: usize) -> Option<(&[u8], u16)> {
    // Close to the end, unless the port has zeros in front.
    let near = (size.saturating_sub(6)..size).rfind(|at| text[*at] == b':');
    let colon = near.or_else(|| memchr::memrchr(b':', &text[..size]))?;
    let port = match leading_number(&text[colon + 1..]) {
        Some((number, rest)) if text.len() - rest.len() == size => u16::try_from(number).ok()?,
        _ => port(&text[colon + 1..size])?,
    };
    let host = match text[..colon].strip_prefix(b"[") {
        Some(inner) => inner.strip_suffix(b"]")?,
        None => &text[..colon],
    };
    Some((host, port))
}

/// An IPv4 or IPv6 address, brackets allowed.
pub fn address(text: &[u8]) -> Option<IpAddr> {
    let text = match text.strip_prefix(b"[") {
        Some(inner) => inner.strip_suffix(b"]")?,
        None => text,
    };
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The length of the dotted IPv4 address that the text begins with and a blank ends.
#[inline(always)]
pub(crate) fn leading_ipv4(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for end in [b'.', b'.', b'.', b' '] {
        let (value, digits) = scan::leading_number(text.get(at..)?);
        if !(1..=3).contains(&digits) || value > 255 || text.get(at + digits) != Some(&end) {
            return None;
        }
        at += digits + 1;
    }
    Some(at - 1)
}

/// The decimal number that the text begins with, and the rest.
#[inline(always)]
pub(crate) fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (value, digits) = scan::leading_number(text);
    if digits >= 19 {
        // The next one could be too much: the careful way.
        let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        return Some((number(&text[..end])?, &text[end..]));
    }
    (digits > 0).then(|| (value, &text[digits..]))
}

/// Versions of a subprotocol are 0 to this, as tor counts them.
const MAX_PROTOCOL_VERSION: u64 = 63;

/// Whether a list such as `Cons=1-2 Link=1,3-5` has this version of this subprotocol. As in tor,
/// nothing is believed of a subprotocol whose versions are not what versions can be.
pub fn supports(protocols: &[u8], name: &[u8], version: u32) -> bool {
    let version = u64::from(version);
    words(protocols)
        .filter_map(|word| word.strip_prefix(name)?.strip_prefix(b"="))
        .any(|versions| has_version(versions, version).unwrap_or(false))
}

/// None if the list is not one of versions.
fn has_version(versions: &[u8], version: u64) -> Option<bool> {
    let mut has = false;
    for range in versions.split(|byte| *byte == b',') {
        let (first, last) = match memchr::memchr(b'-', range) {
            Some(dash) => (number(&range[..dash])?, number(&range[dash + 1..])?),
            None => (number(range)?, number(range)?),
        };
        if first > last || last > MAX_PROTOCOL_VERSION {
            return None;
        }
        has |= (first..=last).contains(&version);
    }
    Some(has)
}

/// A text that C can read in place: copied in front of NULs, empty when it does not fit.
#[inline]
pub(crate) fn fixed<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    if text.len() >= N {
        return None;
    }
    out[..text.len()].copy_from_slice(text);
    Some(out)
}

/// A text of its own in front of NULs, if there is one.
#[inline]
pub(crate) fn own<const N: usize>(text: &[u8; N]) -> Option<&[u8]> {
    (text[0] != 0).then_some(text)
}

/// What stands in front of the first NUL.
#[inline]
pub(crate) fn until_nul(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}

/// For the fuzzer: none of the above may panic.
pub fn fuzz_text(data: &[u8]) {
    let mut out = [0; 41];
    hex_from_base64(data, &mut out);
    leading_hex_digest(&mut Words::of(data));
    leading_time(data);
    leading_number(data);
    host_port(data);
    leading_ipv4(data);
    address(data);
    for line in lines(data) {
        let _ = (first_word(line), words(line).count());
        supports(line, b"Link", 4);
    }
}

#[cfg(test)]
mod tests;
