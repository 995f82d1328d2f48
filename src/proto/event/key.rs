//! The keywords of tor's events, by number.

use super::names::{Name, NameTable};

macro_rules! keys {
    ($($name:ident = $word:literal,)*) => {
        /// A keyword that tor's events are known to use.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, clippy::upper_case_acronyms)] // Each is tor's own word.
        pub enum Key { $($name,)* }

        static ALL: [Name<Key>; [$($word),*].len()] = [$(Name::new($word, Key::$name)),*];
    };
}

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

static NAMES: NameTable<Key, 512> = NameTable::new(&ALL);

impl Key {
    /// How many there are.
    pub const COUNT: usize = ALL.len();

    /// tor's word for it.
    pub const fn name(self) -> &'static str {
        ALL[self as usize].text
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Key> {
        NAMES.all().iter().map(|name| name.value)
    }

    /// The keyword with this exact spelling.
    #[inline]
    pub fn from_word(word: &[u8]) -> Option<Key> {
        NAMES.find(word).map(|name| name.value)
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
        let probes = NAMES.probes();
        assert!(probes.iter().all(|probes| *probes <= 4), "{probes:?}");
        assert!(
            probes.iter().sum::<usize>() <= Key::COUNT * 5 / 4,
            "{probes:?}"
        );
    }
}
