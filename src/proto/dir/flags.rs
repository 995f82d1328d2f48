//! The flags of router status entries: tor's words for them and their bits.

use super::text;
use std::ffi::CStr;

/// Tor's word for each flag and its bit, as in the C header; the numbers never change.
pub const FLAGS: [(&str, u64); 16] = [
    ("Authority", 1 << 0),
    ("BadExit", 1 << 1),
    ("Exit", 1 << 2),
    ("Fast", 1 << 3),
    ("Guard", 1 << 4),
    ("HSDir", 1 << 5),
    ("MiddleOnly", 1 << 6),
    ("Named", 1 << 7),
    ("NoEdConsensus", 1 << 8),
    ("Running", 1 << 9),
    ("Stable", 1 << 10),
    ("StaleDesc", 1 << 11),
    ("Sybil", 1 << 12),
    ("Unnamed", 1 << 13),
    ("V2Dir", 1 << 14),
    ("Valid", 1 << 15),
];

/// Tor's word for a flag's bit; "" for anything else.
pub fn flag_name(bit: u64) -> &'static CStr {
    match bit {
        0x1 => c"Authority",
        0x2 => c"BadExit",
        0x4 => c"Exit",
        0x8 => c"Fast",
        0x10 => c"Guard",
        0x20 => c"HSDir",
        0x40 => c"MiddleOnly",
        0x80 => c"Named",
        0x100 => c"NoEdConsensus",
        0x200 => c"Running",
        0x400 => c"Stable",
        0x800 => c"StaleDesc",
        0x1000 => c"Sybil",
        0x2000 => c"Unnamed",
        0x4000 => c"V2Dir",
        0x8000 => c"Valid",
        _ => c"",
    }
}

/// Stands for any flag that [`FLAGS`] does not have.
pub const FLAG_UNKNOWN: u64 = 1 << 62;

/// The bit of a flag's word.
#[inline]
pub fn flag_bit(word: &[u8]) -> u64 {
    match word {
        b"Exit" => 1 << 2,
        b"Fast" => 1 << 3,
        b"Guard" => 1 << 4,
        b"HSDir" => 1 << 5,
        b"V2Dir" => 1 << 14,
        b"Valid" => 1 << 15,
        b"Named" => 1 << 7,
        b"Sybil" => 1 << 12,
        b"Stable" => 1 << 10,
        b"Running" => 1 << 9,
        b"BadExit" => 1 << 1,
        b"Unnamed" => 1 << 13,
        b"Authority" => 1 << 0,
        b"StaleDesc" => 1 << 11,
        b"MiddleOnly" => 1 << 6,
        b"NoEdConsensus" => 1 << 8,
        _ => FLAG_UNKNOWN,
    }
}

/// The bits of a line of flags.
pub(super) fn flags_of(words: &[u8]) -> u64 {
    let (mut flags, mut rest) = (0, words);
    while !rest.is_empty() {
        // A word that ends within eight bytes is taken as one number.
        if let Some(eight) = rest.first_chunk::<8>() {
            let eight = u64::from_le_bytes(*eight);
            let blanks = eight ^ (u64::MAX / 255 * b' ' as u64);
            let found = blanks.wrapping_sub(u64::MAX / 255) & !blanks & (u64::MAX / 255 * 128);
            if found != 0 {
                let bits = found.trailing_zeros() - 7;
                if bits > 0 {
                    flags |= short_flag_bit(eight & ((1 << bits) - 1));
                }
                rest = &rest[(bits / 8) as usize + 1..];
                continue;
            }
        }
        let end = rest.iter().position(|byte| *byte == b' ');
        let (word, next) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &[][..]),
        };
        if !word.is_empty() {
            flags |= flag_bit(word);
        }
        rest = next;
    }
    flags
}

/// The bit of a flag whose word has at most seven letters, the first in the lowest byte.
#[inline]
fn short_flag_bit(word: u64) -> u64 {
    const fn key(word: &[u8]) -> u64 {
        let (mut key, mut at) = (0, 0);
        while at < word.len() {
            key |= (word[at] as u64) << (8 * at);
            at += 1;
        }
        key
    }
    const EXIT: u64 = key(b"Exit");
    const FAST: u64 = key(b"Fast");
    const GUARD: u64 = key(b"Guard");
    const HSDIR: u64 = key(b"HSDir");
    const RUNNING: u64 = key(b"Running");
    const STABLE: u64 = key(b"Stable");
    const V2DIR: u64 = key(b"V2Dir");
    const VALID: u64 = key(b"Valid");
    match word {
        EXIT => 1 << 2,
        FAST => 1 << 3,
        GUARD => 1 << 4,
        HSDIR => 1 << 5,
        RUNNING => 1 << 9,
        STABLE => 1 << 10,
        V2DIR => 1 << 14,
        VALID => 1 << 15,
        // The rare ones.
        _ => {
            let bytes = word.to_le_bytes();
            flag_bit(text::until_nul(&bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_by_name() {
        for (word, bit) in FLAGS {
            assert_eq!(flag_bit(word.as_bytes()), bit);
            assert_eq!(flag_name(bit).to_bytes(), word.as_bytes());
            // At the end of a line, where a word is compared in another way, and in front of one.
            assert_eq!(flags_of(word.as_bytes()), bit);
            assert_eq!(
                flags_of(format!("  {word}  Exit-words").as_bytes()),
                bit | FLAG_UNKNOWN
            );
        }
        assert_eq!(flag_bit(b"exit"), FLAG_UNKNOWN);
        assert_eq!(flags_of(b"exit Exit"), 4 | FLAG_UNKNOWN);
        assert_eq!(flags_of(b""), 0);
        assert_eq!(flag_name(FLAG_UNKNOWN), c"");
        assert_eq!(flag_name(3), c"");
    }
}
