//! Where the words of a line end.
//!
//! All blanks are found in one pass, many bytes at a time, and kept as one bit for each byte. To find
//! the next one is then a matter of counting zeros: the length of a word, which no processor can
//! foresee, decides about no branch.

use crate::proto::mask::{mask, BLOCK};

/// So many bytes that are no blanks must stand behind a line, for whole blocks are looked at.
pub(super) const PADDING: usize = BLOCK;

/// The blanks of one line. The memory is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// One bit for each byte. One more is set for the line's end, so that every word has an end, and
    /// behind that come 64 that are not.
    blanks: Vec<u64>,
}

impl Marks {
    /// Finds the blanks of the line of this length that `padded` begins with.
    #[inline]
    pub(super) fn find(&mut self, padded: &[u8], len: usize) {
        self.blanks.clear();
        for chunk in padded.chunks_exact(BLOCK).take(len / BLOCK + 1) {
            let mut block = [0; BLOCK];
            block.copy_from_slice(chunk);
            self.blanks.push(mask(&block, b' '));
        }
        if let Some(last) = self.blanks.last_mut() {
            *last |= 1 << (len % BLOCK);
        }
        self.blanks.push(0);
    }

    /// The blanks of the line.
    #[inline(always)]
    pub(super) fn blanks(&self) -> Blanks<'_> {
        Blanks(&self.blanks)
    }

    /// Bytes that it holds on to.
    pub(super) fn capacity_bytes(&self) -> usize {
        self.blanks.capacity() * size_of::<u64>()
    }
}

/// The blanks of one line.
#[derive(Clone, Copy)]
pub(super) struct Blanks<'a>(&'a [u64]);

impl Blanks<'_> {
    /// Where the first blank at or after `at` stands, or the end of the line, beyond which `at` must
    /// not be.
    #[inline(always)]
    pub(super) fn from(self, at: usize) -> usize {
        match self.window(at) {
            0 => self.far(at),
            window => at + window.trailing_zeros() as usize,
        }
    }

    /// The bits from `at` on, as many as a block has.
    #[inline(always)]
    fn window(self, at: usize) -> u64 {
        let (index, shift) = (at / BLOCK, at % BLOCK);
        match (self.0.get(index), self.0.get(index + 1)) {
            (Some(low), Some(high)) => low >> shift | high << 1 << (BLOCK - 1 - shift),
            _ => 0,
        }
    }

    /// Behind a word that is longer than a block: mostly a path, the rest is what others chose.
    #[inline(never)]
    fn far(self, mut at: usize) -> usize {
        while at / BLOCK + 1 < self.0.len() {
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

    fn check(marks: &mut Marks, line: &[u8]) {
        marks.find(&[line, &[0; PADDING]].concat(), line.len());
        for at in 0..=line.len() {
            assert_eq!(
                marks.blanks().from(at),
                plain(line, at),
                "{} {at}",
                line.escape_ascii()
            );
        }
    }

    #[test]
    fn words_of_every_length_at_every_place() {
        let mut marks = Marks::default();
        for len in (0..70).chain([127, 128, 129, 200]) {
            let mut line = vec![b'!'; len];
            check(&mut marks, &line);
            for blank in 0..len {
                line[blank] = b' ';
                check(&mut marks, &line);
                line[blank] = b'!';
            }
        }
    }

    #[test]
    fn lines_of_all_sorts() {
        let mut seed = 1u64;
        let mut marks = Marks::default();
        for _ in 0..2000 {
            let mut next = || {
                seed = seed
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                (seed >> 33) as usize
            };
            let len = next() % 300;
            let line = (0..len).map(|_| b"aaaaaaaaaaaa! \xa0\x1f\0"[next() % 17]);
            check(&mut marks, &line.collect::<Vec<_>>());
        }
    }
}
