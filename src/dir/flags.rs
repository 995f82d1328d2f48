//! The flags of router status entries: tor's words for them and their bits.

use crate::proto::mask::{mask, BLOCK};
use crate::proto::text;
use std::ffi::CStr;

include!(concat!(env!("OUT_DIR"), "/flags.rs"));

/// Stands for any flag that [`FLAGS`] does not have.
pub const FLAG_UNKNOWN: u64 = 1 << 62;

/// The bits of the flags that the text begins with: the first `size` bytes of it.
#[inline]
pub(super) fn flags_of(text: &[u8], size: usize) -> u64 {
    // All the words' ends in one step.
    // Trick: a mask of 64 bytes (docs/internals/tricks.md).
    let Some(block) = text.first_chunk().filter(|_| size < BLOCK) else {
        return each_flag(&text[..size]);
    };
    let mut ends = mask(block, b' ') & ((1 << size) - 1) | 1 << size;
    let (mut flags, mut at) = (0, 0);
    while ends != 0 {
        let end = ends.trailing_zeros() as usize;
        ends &= ends - 1;
        let eight = text.get(at..).and_then(<[u8]>::first_chunk);
        flags |= match (end - at, eight) {
            (0, _) => 0,
            (len @ 1..=7, Some(eight)) => {
                short_flag_bit(u64::from_le_bytes(*eight) & ((1 << (8 * len)) - 1))
            }
            _ => flag_bit(&text[at..end]),
        };
        at = end + 1;
    }
    if flags & FLAG_UNKNOWN != 0 && memchr::memchr(b'\t', &text[..size]).is_some() {
        // These words are separated by something else too.
        return each_flag(&text[..size]);
    }
    flags
}

/// The same, a word at a time.
pub(super) fn each_flag(words: &[u8]) -> u64 {
    text::words(words)
        .map(flag_bit)
        .fold(0, |flags, bit| flags | bit)
}

/// The bit of a flag whose word has at most seven letters, the first in the lowest byte.
#[inline]
fn short_flag_bit(word: u64) -> u64 {
    let (known, bit) = SHORT[slot(word)];
    if known == word {
        bit
    } else {
        FLAG_UNKNOWN
    }
}

/// The short words in places of their own, so that no chain of comparisons is guessed wrong.
static SHORT: [(u64, u64); 16] = {
    let mut table = [(0, FLAG_UNKNOWN); 16];
    let mut index = 0;
    while index < FLAGS.len() {
        let (word, bit) = (FLAGS[index].0.as_bytes(), FLAGS[index].1);
        if word.len() < 8 {
            let (mut number, mut at) = (0, 0);
            while at < word.len() {
                number |= (word[at] as u64) << (8 * at);
                at += 1;
            }
            assert!(table[slot(number)].0 == 0);
            table[slot(number)] = (number, bit);
        }
        index += 1;
    }
    table
};

/// This factor gives each of the words another place; the compiler checks that.
#[inline]
const fn slot(word: u64) -> usize {
    (word.wrapping_mul(0xd3f4_4c52_cea6_63ef) >> 60) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At the end of the text, and far in front of it.
    fn flags_in(line: &str) -> u64 {
        let flags = flags_of(line.as_bytes(), line.len());
        let longer = format!("{line}{}", "\nw Bandwidth=1 Exit".repeat(9));
        assert_eq!(flags_of(longer.as_bytes(), line.len()), flags, "{line}");
        flags
    }

    #[test]
    fn every_flag_by_name() {
        for (word, bit) in FLAGS {
            assert_eq!(flag_bit(word.as_bytes()), bit);
            assert_eq!(flag_name(bit).to_bytes(), word.as_bytes());
            // At the end of a line, where a word is compared in another way, and in front of one.
            assert_eq!(flags_in(word), bit);
            assert_eq!(
                flags_in(&format!("  {word}  Exit-words")),
                bit | FLAG_UNKNOWN
            );
        }
        assert_eq!(flag_bit(b"exit"), FLAG_UNKNOWN);
        assert_eq!(flags_in("exit Exit"), 4 | FLAG_UNKNOWN);
        assert_eq!(flags_in("Exit\tFast \tGuard"), 4 | 8 | 16);
        for line in [
            "Exit Fast Guard HSDir Running Stable V2Dir Valid",
            "Exit\tFast Odd",
            "Authority NoEdConsensus StaleDesc X",
            "BadExit MiddleOnly",
            " Up  Exit ",
            "Unnamed Sybil",
            "Exitment Exi Exit1 Exit",
            "Exit Fast Guard HSDir Running Stable V2Dir Valid Sybil Unnamed Named",
        ] {
            assert_eq!(flags_in(line), each_flag(line.as_bytes()), "{line}");
        }
        assert_eq!(flags_in(""), 0);
        assert_eq!(flag_name(FLAG_UNKNOWN), c"");
        assert_eq!(flag_name(3), c"");
    }
}
