//! The keywords of the frequent kinds in the order in which tor writes them.
//!
//! Trick: tor's order (docs/internals/tricks.md).

use super::key::Key;
use super::Kind;

include!(concat!(env!("OUT_DIR"), "/grammar.rs"));

/// How much of a line decides whether a keyword stands there.
pub(super) const WINDOW: usize = 40;

/// What a line has where a keyword with its `=` stands: three words of eight bytes, which overlap
/// in a short one and leave no gap in a long one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) key: Key,
    equals_at: u8,
    middle_at: u8,
    last_at: u8,
    first: u64,
    /// In a keyword of less than eight bytes these are the first, too.
    middle: u64,
    last: u64,
    /// Which bytes of each word count: those of the keyword.
    mask: u64,
}

const fn forms<const N: usize>(keys: [Key; N]) -> [Form; N] {
    let mut forms = [Form::of(Key::Id); N];
    let mut index = 0;
    while index < N {
        forms[index] = Form::of(keys[index]);
        index += 1;
    }
    forms
}

impl Form {
    const fn of(key: Key) -> Form {
        let name = key.name().as_bytes();
        let len = name.len() + 1;
        assert!(len <= 24, "three words must do");
        let last_at = len.saturating_sub(8);
        let middle_at = if last_at < 8 { last_at } else { 8 };
        Form {
            key,
            equals_at: name.len() as u8,
            middle_at: middle_at as u8,
            last_at: last_at as u8,
            first: word_of(name, 0),
            middle: word_of(name, middle_at),
            last: word_of(name, last_at),
            mask: if len < 8 {
                u64::MAX >> (64 - 8 * len)
            } else {
                u64::MAX
            },
        }
    }

    /// Whether the window begins with the keyword.
    #[inline(always)]
    pub(super) fn fits(&self, window: &[u8; WINDOW]) -> bool {
        // The masks are for the compiler: it sees that no position is outside.
        let first = word_in(window, 0) ^ self.first;
        let middle = word_in(window, self.middle_at as usize & 0x1f) ^ self.middle;
        let last = word_in(window, self.last_at as usize & 0x1f) ^ self.last;
        (first | middle | last) & self.mask == 0
    }

    /// Where in the window the `=` stands.
    #[inline(always)]
    pub(super) fn equals_at(&self) -> usize {
        self.equals_at as usize & 0x1f
    }
}

#[inline(always)]
fn word_in(window: &[u8; WINDOW], at: usize) -> u64 {
    match window[at..].first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => 0,
    }
}

/// Eight bytes of a name with a `=` behind it, from `at` on; zeros behind that.
const fn word_of(name: &[u8], at: usize) -> u64 {
    let mut word = 0;
    let mut index = 0;
    while index < 8 && at + index <= name.len() {
        let byte = if at + index < name.len() {
            name[at + index]
        } else {
            b'='
        };
        word |= (byte as u64) << (8 * index);
        index += 1;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> [u8; WINDOW] {
        let mut window = [0; WINDOW];
        window[..text.len()].copy_from_slice(text.as_bytes());
        window
    }

    #[test]
    fn every_keyword_fits_its_own_form_only() {
        for form in Kind::all().flat_map(usual_order) {
            let name = form.key.name();
            let mut window = window(&format!("{name}=1234567"));
            assert!(form.fits(&window), "{name}");
            assert_eq!(form.equals_at(), name.len());
            for at in 0..=name.len() {
                window[at] ^= 0x40;
                assert!(!form.fits(&window), "{name} {at}");
                window[at] ^= 0x40;
            }
            for other in Kind::all().flat_map(usual_order) {
                assert_eq!(other.fits(&window), other.key == form.key);
            }
        }
    }
}
