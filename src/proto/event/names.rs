//! Words that are known, found by their bytes: the one table behind keywords, the words of fields
//! and the kinds of events.
//!
//! Trick: the ends of a word (docs/internals/tricks.md).

use super::scan::ends;

/// A word, and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Name<T> {
    /// How tor spells it.
    pub text: &'static str,
    /// What it means.
    pub value: T,
    // With the length enough to know most words by.
    ends: (u64, u64),
}

impl<T> Name<T> {
    pub(super) const fn new(text: &'static str, value: T) -> Name<T> {
        Name {
            text,
            value,
            ends: ends(text.as_bytes()),
        }
    }

    /// Whether the text begins with this word.
    #[inline(always)]
    pub(super) fn begins(&self, text: &[u8]) -> bool {
        match text.first_chunk() {
            // Most do not: eight bytes show it.
            Some(first) if self.text.len() >= 8 => {
                u64::from_le_bytes(*first) == self.ends.0 && text.starts_with(self.text.as_bytes())
            }
            _ => text.starts_with(self.text.as_bytes()),
        }
    }
}

/// A table of words. It has at least twice as many slots as words, and a power of two of them.
#[derive(Debug)]
pub(super) struct NameTable<T: 'static, const SLOTS: usize> {
    names: &'static [Name<T>],
    // Open addressing: for a hash one more than the index of the name; 0 in a free slot.
    slots: [u8; SLOTS],
}

impl<T, const SLOTS: usize> NameTable<T, SLOTS> {
    pub(super) const fn new(names: &'static [Name<T>]) -> NameTable<T, SLOTS> {
        assert!(names.len() * 2 <= SLOTS && names.len() < 255 && SLOTS.is_power_of_two());
        let mut slots = [0; SLOTS];
        let mut index = 0;
        while index < names.len() {
            let name = &names[index];
            let mut slot = slot_of::<SLOTS>(name.ends, name.text.len());
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            index += 1;
            slots[slot] = index as u8;
        }
        NameTable { names, slots }
    }

    /// All of them, in the order in which they were given.
    pub(super) const fn all(&self) -> &'static [Name<T>] {
        self.names
    }

    /// The name with exactly this spelling.
    #[inline]
    pub(super) fn find(&self, word: &[u8]) -> Option<&'static Name<T>> {
        let ends = ends(word);
        let mut slot = slot_of::<SLOTS>(ends, word.len());
        loop {
            // There is always a free slot, which ends this.
            let index = (self.slots[slot] as usize).wrapping_sub(1);
            let name = self.names.get(index)?;
            if name.ends == ends && name.text.len() == word.len() {
                // Between the ends of a long word there may be something else.
                let is_same = word.len() <= 16 || name.text.as_bytes() == word;
                return is_same.then_some(name);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

#[inline(always)]
const fn slot_of<const SLOTS: usize>(ends: (u64, u64), len: usize) -> usize {
    // Any odd factor with bits everywhere does.
    let mixed = (ends.0 ^ ends.1.rotate_left(29) ^ len as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - SLOTS.ilog2())) as usize
}

#[cfg(test)]
impl<T, const SLOTS: usize> NameTable<T, SLOTS> {
    /// How many slots are looked at to find each of the names.
    pub(super) fn probes(&self) -> Vec<usize> {
        let probes = self.names.iter().enumerate().map(|(index, name)| {
            let first = slot_of::<SLOTS>(name.ends, name.text.len());
            let is_it = |step: &usize| self.slots[(first + step) % SLOTS] as usize == index + 1;
            (0..SLOTS).find(is_it).map_or(SLOTS, |step| step + 1)
        });
        probes.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_exact_spelling() {
        static NAMES: NameTable<u8, 8> = NameTable::new(&[
            Name::new("READ", 1),
            Name::new("DELIVERED_OVERHEAD_READ", 2),
            Name::new("DELIVERED_0VERHEAD_READ", 3),
        ]);
        let found = |word: &[u8]| NAMES.find(word).map(|name| name.value);
        assert_eq!(found(b"READ"), Some(1));
        // The same ends, and something else between them.
        assert_eq!(found(b"DELIVERED_OVERHEAD_READ"), Some(2));
        for word in [
            &b""[..],
            b"REA",
            b"read",
            b"READ\0",
            b"DELIVERED_xVERHEAD_READ",
            b"\xff\xff",
        ] {
            assert_eq!(found(word), None);
        }
    }
}
