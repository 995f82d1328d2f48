//! Where the words of a line end.
//!
//! All blanks are found in one pass and kept as one bit for each byte.
//!
//! Trick: a mask of 64 bytes (docs/internals/tricks.md).

use crate::proto::mask::{mask, BLOCK};

/// So many bytes that are no blanks must stand behind a line, for whole blocks are looked at.
/// Trick: reading past the end (docs/internals/tricks.md).
pub(super) const PADDING: usize = BLOCK;

/// Longer lines have no marks.
pub(super) const MAX_LINE: usize = 16 * BLOCK - 1;

/// The blanks of one line.
pub(super) struct Marks {
    /// One bit for each byte. One more is set for the line's end, so that every word has an end,
    /// and behind that come 64 that are not.
    blanks: [u64; 17],
}

impl Marks {
    /// Finds the blanks of the line of this length that `padded` begins with.
    #[inline(always)]
    pub(super) fn of(padded: &[u8], len: usize) -> Marks {
        let last = len / BLOCK % 16;
        let mut blanks = [0; 17];
        for (bits, chunk) in blanks[..=last].iter_mut().zip(padded.chunks_exact(BLOCK)) {
            let mut block = [0; BLOCK];
            block.copy_from_slice(chunk);
            *bits = mask(&block, b' ');
        }
        blanks[last] |= 1 << (len % BLOCK);
        Marks { blanks }
    }

    /// Where the first blank at or after `at` stands, or the end of the line, beyond which `at`
    /// must not be.
    #[inline(always)]
    pub(super) fn blank(&self, at: usize) -> usize {
        match self.window(at) {
            0 => self.far_blank(at),
            window => at + window.trailing_zeros() as usize,
        }
    }

    /// The bits from `at` on, as many as a block has.
    #[inline(always)]
    fn window(&self, at: usize) -> u64 {
        // No line has more blocks; so that the compiler sees it, too.
        let (index, shift) = (at / BLOCK % 16, at % BLOCK);
        self.blanks[index] >> shift | self.blanks[index + 1] << 1 << (BLOCK - 1 - shift)
    }

    /// Behind a word that is longer than a block: mostly a path, the rest is what others chose.
    #[inline(never)]
    fn far_blank(&self, mut at: usize) -> usize {
        while at <= MAX_LINE {
            let window = self.window(at);
            at += window.trailing_zeros() as usize;
            if window != 0 {
                break;
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plain way to find a blank.
    fn plain(line: &[u8], at: usize) -> usize {
        let len = line[at..].iter().position(|&byte| byte == b' ');
        len.map_or(line.len(), |len| at + len)
    }

    fn check(line: &[u8]) {
        let marks = Marks::of(&[line, &[0; PADDING]].concat(), line.len());
        for at in 0..=line.len() {
            assert_eq!(
                marks.blank(at),
                plain(line, at),
                "{} {at}",
                line.escape_ascii()
            );
        }
    }

    #[test]
    fn words_of_every_length_at_every_place() {
        for len in (0..70).chain([127, 128, 129, 200, 960, MAX_LINE - 1, MAX_LINE]) {
            let mut line = vec![b'!'; len];
            check(&line);
            for blank in (0..len.min(200)).chain(len.saturating_sub(70)..len) {
                line[blank] = b' ';
                check(&line);
                line[blank] = b'!';
            }
        }
    }

    #[test]
    fn lines_of_all_sorts() {
        let mut seed = 1u64;
        for _ in 0..2000 {
            let mut next = || {
                seed = seed
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                (seed >> 33) as usize
            };
            let len = next() % 300;
            let line = (0..len).map(|_| b"aaaaaaaaaaaa! \xa0\x1f\0"[next() % 17]);
            check(&line.collect::<Vec<_>>());
        }
    }
}
