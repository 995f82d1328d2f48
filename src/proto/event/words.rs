//! The words of tor's events that come from a fixed set, and the numbers they have in the C header.
//!
//! A number is never given to another word. 0 is the number of every word that is not in the
//! table, and of a field that is absent; the text of the field tells which it is.

use super::scan::{either, ends};
use super::text::Text;

/// The words of one field, or the flags of one list.
#[derive(Debug)]
pub struct Words {
    /// What the C names of the numbers begin with.
    pub prefix: &'static str,
    table: &'static [Word],
    // Open addressing: for a hash one more than the index in the table; 0 in a free slot.
    slots: [u8; SLOTS],
}

/// Twice as many as the longest table has words.
const SLOTS: usize = 64;

/// A word of a table.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Its number.
    pub number: i32,
    /// How tor spells it.
    pub text: &'static str,
    // With the length enough to know it by.
    ends: (u64, u64),
}

impl Word {
    /// Whether the text begins with this word.
    #[inline(always)]
    fn begins(&self, text: &[u8]) -> bool {
        match text.first_chunk() {
            // Most do not: that is seen at once.
            Some(first) if self.text.len() >= 8 => {
                u64::from_le_bytes(*first) == self.ends.0 && text.starts_with(self.text.as_bytes())
            }
            _ => text.starts_with(self.text.as_bytes()),
        }
    }
}

const fn word(number: i32, text: &'static str) -> Word {
    // The ends do not tell longer words apart in general; in one table they do, a test proves it.
    Word {
        number,
        text,
        ends: ends(text.as_bytes()),
    }
}

#[inline(always)]
const fn slot_of(ends: (u64, u64)) -> usize {
    let mixed = (ends.0 ^ ends.1.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - SLOTS.ilog2())) as usize
}

impl Words {
    const fn new(prefix: &'static str, table: &'static [Word]) -> Words {
        assert!(table.len() * 2 <= SLOTS);
        let mut slots = [0; SLOTS];
        let mut index = 0;
        while index < table.len() {
            let mut slot = slot_of(table[index].ends);
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            index += 1;
            slots[slot] = index as u8;
        }
        Words {
            prefix,
            table,
            slots,
        }
    }

    /// The number of tor's word; 0 for one that this version does not know.
    #[inline]
    pub fn number(&self, text: &[u8]) -> i32 {
        let ends = ends(text);
        let mut slot = slot_of(ends);
        loop {
            let index = (self.slots[slot] as usize).wrapping_sub(1);
            let Some(word) = self.table.get(index) else {
                return 0;
            };
            if word.ends == ends && word.text.len() == text.len() {
                // Between the ends there may be something else.
                let is_same = text.len() <= 16 || word.text.as_bytes() == text;
                return if is_same { word.number } else { 0 };
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// tor's word for a number.
    pub fn word(&self, number: i32) -> Option<&'static str> {
        let mut rest = self.table.iter();
        rest.find(|word| word.number == number)
            .map(|word| word.text)
    }

    /// All of its words.
    pub fn all(&self) -> &'static [Word] {
        self.table
    }

    /// The flags of a list, separated by commas, added up. Where the numbers are bits.
    pub fn flags(&self, list: Text<'_>) -> u32 {
        let text = list.bytes();
        let mut flags = 0;
        let mut start = 0;
        // tor writes them in the order of the table.
        for word in self.table {
            let Some(rest) = list.tail().get(start..) else {
                break;
            };
            let end = start + word.text.len();
            if !word.begins(rest) || end > text.len() {
                continue;
            }
            match text.get(end) {
                None => return flags | word.number as u32,
                Some(b',') => {
                    flags |= word.number as u32;
                    start = end + 1;
                }
                Some(_) => {}
            }
        }
        while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
            let len = either(rest, 0, b',', b',');
            flags |= self.flag(&rest[..len]);
            start += len + 1;
        }
        flags
    }

    #[inline]
    fn flag(&self, word: &[u8]) -> u32 {
        match self.number(word) {
            0 => OTHER_FLAG,
            bit => bit as u32,
        }
    }
}

/// Stands in a set of flags for every flag that this version does not know.
pub const OTHER_FLAG: u32 = 1 << 30;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

#[cfg(test)]
mod tests {
    use super::super::text::Span;
    use super::*;

    #[test]
    fn words_and_numbers_agree() {
        for words in TABLES {
            for (index, word) in words.all().iter().enumerate() {
                assert!(word.number > 0);
                assert_eq!(words.number(word.text.as_bytes()), word.number);
                let before = &words.all()[..index];
                assert!(before.iter().all(|other| other.text != word.text));
                // The first word of a number is the one that tor uses today.
                if before.iter().all(|other| other.number != word.number) {
                    assert_eq!(words.word(word.number), Some(word.text));
                }
                for at in 0..word.text.len() {
                    let mut other = word.text.as_bytes().to_vec();
                    other[at] ^= 0x40;
                    assert_eq!(words.number(&other), 0);
                }
            }
            assert_eq!(words.number(b""), 0);
            assert_eq!(words.number(b"SOMETHING_NEW"), 0);
            assert_eq!(words.word(0), None);
        }
    }

    #[test]
    fn flags_add_up_and_strangers_show() {
        // Whatever stands behind the list in memory must not matter.
        let flags = |words: &Words, list: &str| {
            let found = [&b"\0"[..], &[0; 80], &[b','; 80]].map(|behind| {
                let buffer = [list.as_bytes(), &[0][..], behind].concat();
                words.flags(Span::new(0, list.len()).of(&buffer))
            });
            assert!(
                found.iter().all(|flags| *flags == found[0]),
                "{list} {found:?}"
            );
            found[0]
        };
        for (list, expected) in [
            ("", 0),
            ("IS_INTERNAL,NEED_UPTIME", 2 | 8),
            ("NEW_FLAG,ONEHOP_TUNNEL", 1 | OTHER_FLAG),
            (",IS_INTERNAL,", 2 | OTHER_FLAG),
            ("IS_INTERNAL,", 2),
            ("IS_INTERNAL,,", 2 | OTHER_FLAG),
            (",", OTHER_FLAG),
        ] {
            assert_eq!(flags(&CIRC_FLAGS, list), expected, "{list}");
        }
        let all = ISO_FIELDS.all().iter().map(|word| word.text);
        let list = all.collect::<Vec<_>>().join(",");
        assert_eq!(flags(&ISO_FIELDS, &list), 255);
        for count in 1..100 {
            let list = "DESTPORT,".repeat(count);
            assert_eq!(flags(&ISO_FIELDS, &list), 1);
            assert_eq!(flags(&ISO_FIELDS, &list[..list.len() - 1]), 1);
        }
        for words in [&CIRC_FLAGS, &ISO_FIELDS] {
            for word in words.all() {
                assert_eq!(word.number.count_ones(), 1);
            }
        }
    }

    #[test]
    fn older_names_mean_the_same() {
        assert_eq!(SIGNAL.number(b"HUP"), SIGNAL.number(b"RELOAD"));
        assert_eq!(
            CIRC_REASON.number(b"OR_CONN_CLOSED"),
            CIRC_REASON.number(b"CHANNEL_CLOSED")
        );
        assert_eq!(SIGNAL.word(1), Some("RELOAD"));
    }
}
