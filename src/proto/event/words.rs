//! The words of tor's events that come from a fixed set, and the numbers they have in the C header.
//!
//! A number is never given to another word. 0 is the number of every word that is not in the
//! table, and of a field that is absent; the text of the field tells which it is.

use super::names::{Name, NameTable};
use super::scan::either;
use super::text::Text;

/// The words of one field, or the flags of one list.
#[derive(Debug)]
pub struct Words {
    /// What the C names of the numbers begin with.
    pub prefix: &'static str,
    names: NameTable<i32, 64>,
}

/// A word and its number.
pub type Word = Name<i32>;

const fn word(number: i32, text: &'static str) -> Word {
    Name::new(text, number)
}

impl Words {
    const fn new(prefix: &'static str, table: &'static [Word]) -> Words {
        Words {
            prefix,
            names: NameTable::new(table),
        }
    }

    /// The number of tor's word; 0 for one that this version does not know.
    #[inline]
    pub fn number(&self, text: &[u8]) -> i32 {
        self.names.find(text).map_or(0, |name| name.value)
    }

    /// tor's word for a number.
    pub fn word(&self, number: i32) -> Option<&'static str> {
        let mut rest = self.all().iter();
        rest.find(|word| word.value == number).map(|word| word.text)
    }

    /// All of its words.
    pub fn all(&self) -> &'static [Word] {
        self.names.all()
    }

    /// The flags of a list, separated by commas, added up. Where the numbers are bits.
    pub fn flags(&self, list: Text<'_>) -> u32 {
        let text = list.bytes();
        let mut flags = 0;
        let mut start = 0;
        // Trick: tor's order (docs/internals/tricks.md).
        for word in self.all() {
            let Some(rest) = list.tail().get(start..) else {
                break;
            };
            let end = start + word.text.len();
            if !word.begins(rest) || end > text.len() {
                continue;
            }
            match text.get(end) {
                None => return flags | word.value as u32,
                Some(b',') => {
                    flags |= word.value as u32;
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
    use super::super::text::TextSpan;
    use super::*;

    #[test]
    fn words_and_numbers_agree() {
        for words in TABLES {
            for (index, word) in words.all().iter().enumerate() {
                assert!(word.value > 0);
                assert_eq!(words.number(word.text.as_bytes()), word.value);
                let before = &words.all()[..index];
                assert!(before.iter().all(|other| other.text != word.text));
                // The first word of a number is the one that tor uses today.
                if before.iter().all(|other| other.value != word.value) {
                    assert_eq!(words.word(word.value), Some(word.text));
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
                words.flags(TextSpan::new(0, list.len()).of(&buffer))
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
                assert_eq!(word.value.count_ones(), 1);
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
        assert_eq!(SIGNAL.word(SIGNAL.number(b"HUP")), Some("RELOAD"));
    }
}
