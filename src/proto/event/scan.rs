//! Finding bytes in short tokens, eight at a time.
//!
//! The tokens of an event are a few to a few dozen bytes long: too short for a call into a general
//! search to pay, too long to look at byte by byte.
//!
//! Trick: eight bytes as a number (docs/internals/tricks.md).

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
/// Eight times the digit 0.
pub(crate) const ZEROS: u64 = LOW * b'0' as u64;

/// The high bit of every byte of `word` that equals `byte`, exact up to the first such byte.
#[inline(always)]
pub(crate) fn equal(word: u64, byte: u8) -> u64 {
    let zero_there = word ^ (LOW * byte as u64);
    zero_there.wrapping_sub(LOW) & !zero_there & HIGH
}

#[inline(always)]
pub(crate) fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}

/// Where the first blank at or after `from` stands; the length of `bytes` if there is none.
#[inline(always)]
pub(crate) fn blank(bytes: &[u8], from: usize) -> usize {
    either(bytes, from, b' ', b' ')
}

/// Where the first of two bytes stands, at or after `from`; the length of `bytes` if neither does.
#[inline(always)]
pub(crate) fn either(bytes: &[u8], from: usize, a: u8, b: u8) -> usize {
    let mut at = from;
    while at < from + 40 {
        let Some(word) = word_at(bytes, at) else {
            break;
        };
        let found = equal(word, a) | equal(word, b);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    far_either(bytes, at, a, b)
}

#[inline(never)]
fn far_either(bytes: &[u8], at: usize, a: u8, b: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    match memchr::memchr2(a, b, rest) {
        Some(offset) => at + offset,
        None => bytes.len(),
    }
}

/// The number that the text begins with, and how many digits it has. Of more than 19 digits, which
/// is what surely fits, only those are taken.
#[inline(always)]
pub(crate) fn leading_number(text: &[u8]) -> (u64, usize) {
    if let Some(word) = word_at(text, 0) {
        let (value, count) = leading_of_eight(word);
        if count < 8 {
            return (value, count);
        }
    }
    long_number(text)
}

/// A number of many digits, or one close to the end of the text.
#[inline(never)]
fn long_number(text: &[u8]) -> (u64, usize) {
    let mut value = 0;
    let mut at = 0;
    while let Some(word) = word_at(text, at).filter(|_| at < 16) {
        let (digits, count) = leading_of_eight(word);
        if count < 8 {
            break;
        }
        value = value * 100_000_000 + digits;
        at += 8;
    }
    while let Some(digit) = text.get(at).map(|byte| byte.wrapping_sub(b'0')) {
        if digit > 9 || at == 19 {
            break;
        }
        value = value * 10 + digit as u64;
        at += 1;
    }
    (value, at)
}

/// The number that eight bytes begin with, and how many digits it has. What is no digit is shifted
/// out, so that there is no branch to be mispredicted at the end of each number.
#[inline(always)]
fn leading_of_eight(word: u64) -> (u64, usize) {
    let digits = word ^ ZEROS;
    // The high bit of every byte above 9, exact up to the first.
    let others = (digits.wrapping_add(LOW * 0x76) | digits) & HIGH;
    let bits = others.trailing_zeros() & !7;
    let kept = if bits == 0 { 0 } else { digits << (64 - bits) };
    (eight_digits(kept), (bits / 8) as usize)
}

/// The number that the first bytes of a chunk are, one to eight of them; absent if one is no digit.
#[inline(always)]
pub(crate) fn short_number(chunk: [u8; 8], len: usize) -> Option<u64> {
    // What stands behind the number is shifted out, and zeros come in before it.
    let digits = (u64::from_le_bytes(chunk) ^ ZEROS) << (64 - 8 * len);
    are_digits(digits).then(|| eight_digits(digits))
}

/// Whether all eight bytes are from 0 to 9.
#[inline(always)]
pub(crate) fn are_digits(digits: u64) -> bool {
    (digits.wrapping_add(LOW * 0x76) | digits) & HIGH == 0
}

/// The number of eight digits from 0 to 9, the first in the lowest byte.
#[inline(always)]
pub(crate) fn eight_digits(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000 << 32 | 1) >> 32
}

/// The first and the last eight bytes of a word, or all of a shorter one: together with the length
/// they tell words of up to 16 bytes apart.
#[inline(always)]
pub(crate) const fn ends(word: &[u8]) -> (u64, u64) {
    match (word.first_chunk(), word.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (short_word(word), 0),
    }
}

/// A word of less than eight bytes.
#[inline(always)]
const fn short_word(word: &[u8]) -> u64 {
    match (word.first_chunk(), word.last_chunk()) {
        (Some(first), Some(last)) => {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            // Where they overlap, they are the same.
            first as u64 | (last as u64) << (8 * (word.len() - 4))
        }
        _ => match word {
            [a, b, c] => u32::from_le_bytes([*a, *b, *c, 0]) as u64,
            [a, b] => u16::from_le_bytes([*a, *b]) as u64,
            [a] => *a as u64,
            _ => 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        let digits = b"9876543210987654321098";
        for len in 0..digits.len() {
            for behind in [
                &b""[..],
                b" ",
                b"\r\n",
                b"/:",
                b"x 12345678",
                b"\xff\x80 1234567",
            ] {
                let text = [&digits[..len], behind].concat();
                let taken = len.min(19);
                let number = std::str::from_utf8(&digits[..taken]).unwrap();
                let expected = (number.parse().unwrap_or(0), taken);
                assert_eq!(leading_number(&text), expected, "{}", text.escape_ascii());
            }
        }
        assert_eq!(leading_number(b"00000000000000000001"), (0, 19));
        assert_eq!(leading_number(b"00000007 "), (7, 8));
        assert_eq!(leading_number(b"-1234567"), (0, 0));
    }

    #[test]
    fn ends_tell_words_apart() {
        for len in 1..=16 {
            let word = vec![b'x'; len];
            for at in 0..len {
                let mut other = word.clone();
                other[at] = b'y';
                assert_ne!(ends(&word), ends(&other), "{len} {at}");
            }
        }
    }

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
        for len in 0..80 {
            let mut bytes = vec![b'!'; len];
            for from in 0..=len {
                assert_eq!(blank(&bytes, from), len);
            }
            for at in 0..len {
                bytes[at] = b' ';
                for from in 0..=at {
                    assert_eq!(blank(&bytes, from), at);
                }
                bytes[at] = b'!';
            }
        }
        assert_eq!(either(b"a\xa0\xbd=", 0, b' ', b'='), 3);
        assert_eq!(blank(b"", 0), 0);
        assert_eq!(blank(b"abc", 9), 3);
    }
}
