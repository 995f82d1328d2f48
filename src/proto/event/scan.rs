//! Finding bytes in short tokens, eight at a time.
//!
//! The tokens of an event are a few to a few dozen bytes long: too short for a call into a general
//! search to pay, too long to look at byte by byte. The line that is scanned is followed by
//! [`PAD`], so that a search for a blank needs no end test of its own.

/// Stands behind every line in a buffer that is scanned.
pub(super) const PAD: [u8; 8] = [b' '; 8];

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bit of every byte of `word` that equals `byte`, exact up to the first such byte.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    let zero_there = word ^ (LOW * byte as u64);
    zero_there.wrapping_sub(LOW) & !zero_there & HIGH
}

#[inline(always)]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}

/// Where the first blank at or after `from` stands; the length of `bytes` if there is none.
#[inline(always)]
pub(super) fn blank(bytes: &[u8], from: usize) -> usize {
    either(bytes, from, b' ', b' ')
}

/// Where the first of two bytes stands, at or after `from`; the length of `bytes` if neither does.
#[inline(always)]
pub(super) fn either(bytes: &[u8], from: usize, a: u8, b: u8) -> usize {
    let mut at = from;
    while let Some(word) = word_at(bytes, at) {
        let found = equal(word, a) | equal(word, b);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.iter().position(|&byte| byte == a || byte == b) {
        Some(offset) => at + offset,
        None => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_of_two_at_every_offset() {
        let mut bytes = vec![b'!'; 40];
        for at in 0..bytes.len() {
            // A byte one above the wanted one right behind it is what a sloppy word test reports.
            bytes[at] = b' ';
            assert_eq!(blank(&bytes, 0), at);
            assert_eq!(blank(&bytes, at), at);
            assert_eq!(blank(&bytes, at + 1), bytes.len());
            bytes[at] = b'=';
            assert_eq!(either(&bytes, 0, b' ', b'='), at);
            bytes[at] = b'!';
        }
        assert_eq!(either(b"a\xa0\xbd=", 0, b' ', b'='), 3);
        assert_eq!(blank(b"", 0), 0);
        assert_eq!(blank(b"abc", 9), 3);
    }
}
