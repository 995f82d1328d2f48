//! The kinds of events, and sets of them.

use super::names::{Name, NameTable};
use super::scan::equal;

include!(concat!(env!("OUT_DIR"), "/kinds.rs"));

static NAMES: NameTable<Kind, 128> = NameTable::new(&SENT);

impl Kind {
    /// tor's word for the kind; "STATE" and "GAP" for the library's own, "" for an unknown one.
    #[inline]
    pub fn name(self) -> &'static str {
        let name = self.name_with_nul();
        &name[..name.len() - 1]
    }

    /// [`Kind::name`] with a NUL behind it.
    #[inline]
    pub fn name_with_nul(self) -> &'static str {
        BY_NUMBER[self as usize]
    }

    /// Every kind that tor can send.
    pub fn all() -> impl Iterator<Item = Kind> {
        ALL.iter().copied().filter(|kind| !kind.is_ours())
    }

    /// The kind with this number, if there is one.
    pub fn from_number(number: i32) -> Option<Kind> {
        match number {
            0 => Some(Kind::Unknown),
            _ => ALL.iter().copied().find(|kind| *kind as i32 == number),
        }
    }

    /// The kind of the event whose line, without its code, begins here.
    #[inline(always)]
    pub fn of_line(line: &[u8]) -> Kind {
        let Some(chunk) = line.first_chunk() else {
            return Kind::of_any_line(line);
        };
        let word = u64::from_le_bytes(*chunk);
        // What stands behind the first blank is cut off.
        let blanks = equal(word, b' ');
        let word = word & (blanks ^ blanks.wrapping_sub(1));
        let (short, kind) = SHORT[short_slot(word)];
        match word == short {
            true => kind,
            false => Kind::of_any_line(line),
        }
    }

    /// The same for a word of any length.
    #[inline(never)]
    fn of_any_line(line: &[u8]) -> Kind {
        // Every kind's name is shorter than this.
        let word = &line[..line.len().min(32)];
        let len = word.iter().position(|byte| *byte <= b' ');
        Kind::from_word(&word[..len.unwrap_or(word.len())])
    }

    /// The kind that tor means by this word. Never State or Gap, which no peer can send.
    pub fn from_word(word: &[u8]) -> Kind {
        NAMES.find(word).map_or(Kind::Unknown, |name| name.value)
    }
}

/// The kinds whose names are shorter than eight bytes, each with a blank behind it, by their slots.
static SHORT: [(u64, Kind); 64] = {
    // No word without a blank in it is looked up.
    let mut table = [(0, Kind::Unknown); 64];
    let mut index = 0;
    while index < SENT.len() {
        let Name { text, value, .. } = SENT[index];
        let name = text.as_bytes();
        if name.len() < 8 {
            let mut word = [0; 8];
            word[name.len()] = b' ';
            let mut at = 0;
            while at < name.len() {
                word[at] = name[at];
                at += 1;
            }
            let word = u64::from_le_bytes(word);
            let slot = short_slot(word);
            assert!(
                table[slot].0 == 0,
                "two kinds in one slot: find another factor"
            );
            table[slot] = (word, value);
        }
        index += 1;
    }
    table
};

/// The slot of a word. The factor is one that gives each of the kinds its own.
#[inline(always)]
const fn short_slot(word: u64) -> usize {
    (word.wrapping_mul(0x5384_5412_7b09_6493) >> 58) as usize
}

/// A set of kinds: bit `n` stands for the kind with number `n`, as in the C header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindSet(pub u64);

impl KindSet {
    /// The set with this one kind.
    pub const fn of(kind: Kind) -> KindSet {
        KindSet(1 << kind as u32)
    }

    /// The bits above those of the kinds, each for a name that a program asked for and that this
    /// version does not know. They are no part of the C interface.
    pub const NAMED: KindSet = KindSet(!0 << KindSet::FIRST_NAME);

    const FIRST_NAME: u32 = 48;

    /// What the library makes itself and tor is not asked for, with the unknown, which tor cannot be
    /// asked for.
    pub const OURS: KindSet = KindSet(0xff << 40 | 1);

    /// How many names can be told apart.
    pub const MAX_NAMES: usize = 64 - KindSet::FIRST_NAME as usize;

    /// The bit for the name with this index.
    pub const fn bit_of_name(index: usize) -> u8 {
        assert!(index < KindSet::MAX_NAMES);
        KindSet::FIRST_NAME as u8 + index as u8
    }

    /// The set with this one bit: the number of a kind, or that of a name.
    #[inline]
    pub const fn of_bit(bit: u8) -> KindSet {
        KindSet(1 << bit)
    }

    /// Whether the bit is in the set.
    #[inline]
    pub const fn has_bit(self, bit: u8) -> bool {
        self.0 >> bit & 1 == 1
    }

    /// Whether any bit is in both sets.
    #[inline]
    pub const fn meets(self, other: KindSet) -> bool {
        self.0 & other.0 != 0
    }

    /// The set with all that whoever asks for it gets: who wants the unknown gets what others asked
    /// for by name, too.
    pub const fn with_unknown(self) -> KindSet {
        match self.has(Kind::Unknown) {
            true => self.union(KindSet::NAMED),
            false => self,
        }
    }

    /// The indices of the names in the set.
    pub fn names(self) -> impl Iterator<Item = usize> {
        (0..KindSet::MAX_NAMES).filter(move |index| self.has_bit(KindSet::bit_of_name(*index)))
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the kind is in the set.
    #[inline]
    pub const fn has(self, kind: Kind) -> bool {
        self.0 >> (kind as u32) & 1 == 1
    }

    /// The kinds of either set.
    pub const fn union(self, other: KindSet) -> KindSet {
        KindSet(self.0 | other.0)
    }

    /// The kinds of this set that are not in the other.
    pub const fn without(self, other: KindSet) -> KindSet {
        KindSet(self.0 & !other.0)
    }

    /// The kinds in the set that tor sends, in the order of their numbers.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::all().filter(move |kind| self.has(*kind))
    }
}

const _: () = assert!(Kind::COUNT <= KindSet::FIRST_NAME as usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_bits_of_their_own() {
        let last = KindSet::of_bit(KindSet::bit_of_name(KindSet::MAX_NAMES - 1));
        assert_eq!(last.0, 1 << 63);
        assert_eq!(KindSet::NAMED.names().count(), KindSet::MAX_NAMES);
        assert_eq!(last.names().collect::<Vec<_>>(), [KindSet::MAX_NAMES - 1]);
        for kind in Kind::all() {
            assert!(!KindSet::NAMED.has(kind));
            assert_eq!(KindSet::of(kind).with_unknown(), KindSet::of(kind));
        }
        let unknown = KindSet::of(Kind::Unknown).with_unknown();
        assert!(unknown.meets(last) && unknown.has(Kind::Unknown));
        assert!(!unknown.has(Kind::Bw));
    }

    #[test]
    fn names_words_and_numbers_agree() {
        for kind in Kind::all() {
            assert_eq!(Kind::from_word(kind.name().as_bytes()), kind);
            assert_eq!(Kind::from_number(kind as i32), Some(kind));
            for behind in ["", " ", " 1 2 3 4 5", "\r\n", "\r\n650 OK"] {
                let line = format!("{}{behind}", kind.name());
                assert_eq!(Kind::of_line(line.as_bytes()), kind, "{line}");
            }
            for at in 0..kind.name().len() {
                let mut line = format!("{} 1 2 3 4 5", kind.name()).into_bytes();
                line[at] ^= 0x20;
                assert_ne!(Kind::of_line(&line), kind);
            }
            assert!(KindSet::of(kind).has(kind));
        }
        assert_eq!(Kind::from_word(b"STATE"), Kind::Unknown);
        assert_eq!(Kind::of_line(b"STATE 1 2 3 4"), Kind::Unknown);
        assert_eq!(Kind::from_number(34), None);
        assert_eq!(
            KindSet::of(Kind::Bw).kinds().collect::<Vec<_>>(),
            [Kind::Bw]
        );
    }
}
