//! The keywords of tor's events, by number.

use super::scan::ends;

macro_rules! keys {
    ($($name:ident = $word:literal,)*) => {
        /// A keyword that tor's events are known to use.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, clippy::upper_case_acronyms)] // Each is tor's own word.
        pub enum Key { $($name,)* }

        const ALL: &[(Key, &str)] = &[$((Key::$name, $word),)*];
    };
}

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

const NONE: u8 = 0xff;
const TABLE_SIZE: usize = 512;

// Open addressing over a hash of a few bytes: filled by the compiler, a probe or two a look-up.
static TABLE: [u8; TABLE_SIZE] = {
    let mut table = [NONE; TABLE_SIZE];
    let mut number = 0;
    while number < ALL.len() {
        let word = ALL[number].1.as_bytes();
        let mut slot = hash(ends(word), word.len());
        while table[slot] != NONE {
            slot = (slot + 1) % TABLE_SIZE;
        }
        table[slot] = number as u8;
        number += 1;
    }
    table
};

#[inline(always)]
const fn hash(ends: (u64, u64), len: usize) -> usize {
    let mixed = (ends.0 ^ ends.1.rotate_left(29) ^ len as u64).wrapping_mul(FACTOR);
    (mixed >> (64 - TABLE_SIZE.ilog2())) as usize
}

// Any odd number with bits everywhere does; this one leaves few words without a slot of their own.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// What tells a keyword from all others, ready to compare.
struct Signature {
    ends: (u64, u64),
    len: usize,
    key: Key,
}

static SIGNATURES: [Signature; Key::COUNT] = {
    let mut signatures = [const {
        Signature {
            ends: (0, 0),
            len: 0,
            key: Key::Id,
        }
    }; Key::COUNT];
    let mut number = 0;
    while number < ALL.len() {
        let (key, word) = ALL[number];
        signatures[number] = Signature {
            ends: ends(word.as_bytes()),
            len: word.len(),
            key,
        };
        number += 1;
    }
    signatures
};

impl Key {
    /// How many there are.
    pub const COUNT: usize = ALL.len();

    /// tor's words, by number.
    pub(super) const NAMES: [&'static str; Key::COUNT] = {
        let mut names = [""; Key::COUNT];
        let mut number = 0;
        while number < Key::COUNT {
            names[number] = ALL[number].1;
            number += 1;
        }
        names
    };

    /// tor's word for it.
    pub fn name(self) -> &'static str {
        ALL[self as usize].1
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Key> {
        ALL.iter().map(|&(key, _)| key)
    }

    /// The keyword with this exact spelling.
    #[inline]
    pub fn from_word(word: &[u8]) -> Option<Key> {
        let ends = ends(word);
        let mut slot = hash(ends, word.len());
        // Most keywords stand in their first slot, and there is always a free one.
        loop {
            let signature = SIGNATURES.get(TABLE[slot] as usize)?;
            if signature.ends == ends && signature.len == word.len() {
                let key = signature.key;
                // The ends say nothing about what stands between them.
                return (word.len() <= 16 || key.name().as_bytes() == word).then_some(key);
            }
            slot = (slot + 1) % TABLE_SIZE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_by_its_word_and_only_by_it() {
        for key in Key::all() {
            assert_eq!(Key::from_word(key.name().as_bytes()), Some(key));
            let mut longer = key.name().as_bytes().to_vec();
            longer.push(b'X');
            assert_eq!(Key::from_word(&longer), None);
            for at in 0..key.name().len() {
                let mut other = key.name().as_bytes().to_vec();
                other[at] ^= 0x40;
                assert_eq!(Key::from_word(&other), None);
            }
        }
        for word in [&b""[..], b"I", b"id", b"purpose", b"PURPOSE_", b"\xff\xff"] {
            assert_eq!(Key::from_word(word), None);
        }
    }

    #[test]
    fn look_ups_stay_short() {
        let probes: usize = Key::all()
            .map(|key| {
                let word = key.name().as_bytes();
                let mut slot = hash(ends(word), word.len());
                let mut steps = 1;
                while TABLE[slot] != key as u8 {
                    slot = (slot + 1) % TABLE_SIZE;
                    steps += 1;
                }
                assert!(steps <= 4, "{} takes {steps} probes", key.name());
                steps
            })
            .sum();
        assert!(probes <= Key::COUNT * 5 / 4, "{probes} probes in all");
    }
}
