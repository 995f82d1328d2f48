//! Digests of documents, in base64 and in hexadecimal.

use super::token::LineWords;
use crate::proto::mask::{are_hex, base64_of};

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

/// The 40 hexadecimal digits that the words begin with, in upper case, whether or not there are
/// blanks between them; what stands behind them does not matter.
pub(super) fn leading_hex_digest(words: &mut LineWords<'_>) -> Option<Hex40> {
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

#[cfg(test)]
mod tests;
