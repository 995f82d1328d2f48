//! Entries one by one: from a text that is there ([`Walk`]), or from one that arrives in pieces
//! ([`Reader`]).

use super::entry::{begins_entry, skip_to_entry, Entry, Fields};

/// Goes through a text and shows each entry in turn in one object that is used again, so that
/// nothing is allocated once the largest has been seen.
#[derive(Debug)]
pub struct Walk<'a, F> {
    rest: &'a [u8],
    entry: Entry<F>,
}

impl<'a, F: Fields> Walk<'a, F> {
    /// A walk through this text.
    pub fn new(text: &'a [u8]) -> Walk<'a, F> {
        Walk::with_entry(text, Entry::new())
    }

    /// A walk that uses the memory of this entry.
    pub fn with_entry(text: &'a [u8], entry: Entry<F>) -> Walk<'a, F> {
        Walk { rest: text, entry }
    }

    /// The next entry, until the one after it is asked for.
    #[allow(clippy::should_implement_trait)] // An Iterator could not lend its entry.
    pub fn next(&mut self) -> Option<&Entry<F>> {
        self.rest = &self.rest[skip_to_entry::<F>(self.rest)..];
        let size = self.entry.read(self.rest);
        self.rest = &self.rest[size..];
        (size > 0).then_some(&self.entry)
    }

    /// The entry that was shown last.
    pub fn into_entry(self) -> Entry<F> {
        self.entry
    }
}

/// An entry of more bytes than this is not one: what is larger is skipped and counted.
pub const MAX_ENTRY_BYTES: usize = 4 << 20;

/// Takes a document in pieces, cut anywhere, and gives its entries. Keeps the piece that was
/// pushed last and at most one entry that is not complete yet.
#[derive(Debug)]
pub struct Reader<F> {
    text: Vec<u8>,
    // at <= line <= searched <= text.len(); text[at..] is what was not given out yet, `line`
    // begins a line, and text[line..searched] has no LF.
    at: usize,
    line: usize,
    searched: usize,
    // Whether text[at..line] has an entry's first line in it.
    begun: bool,
    finished: bool,
    oversized: u64,
    entry: Entry<F>,
}

impl<F: Fields> Default for Reader<F> {
    fn default() -> Reader<F> {
        Reader::new()
    }
}

impl<F: Fields> Reader<F> {
    /// A reader at the beginning of a document.
    pub fn new() -> Reader<F> {
        Reader {
            text: Vec::new(),
            at: 0,
            line: 0,
            searched: 0,
            begun: false,
            finished: false,
            oversized: 0,
            entry: Entry::new(),
        }
    }

    /// Takes the next piece of the document.
    pub fn push(&mut self, piece: &[u8]) {
        self.text.drain(..self.at);
        self.line -= self.at;
        self.searched -= self.at;
        self.at = 0;
        if self.text.is_empty() {
            // A large piece must not be paid for ever after.
            self.text.shrink_to(64 << 10);
        }
        self.text.extend_from_slice(piece);
    }

    /// The document is complete: what is there is the last entry.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// The next entry that is complete, until anything else is asked of the reader. None if more
    /// is needed (or, after [`finish`](Reader::finish), when there is no more).
    #[allow(clippy::should_implement_trait)] // An Iterator could not lend its entry.
    pub fn next(&mut self) -> Option<&Entry<F>> {
        loop {
            let end = self.find_end()?;
            let size = end - self.at;
            if size > MAX_ENTRY_BYTES {
                self.oversized += 1;
                self.at = end;
                continue;
            }
            // The entry's text may end before the next entry begins.
            let took = self.entry.read(&self.text[self.at..end]);
            self.at = end;
            if took > 0 {
                return Some(&self.entry);
            }
        }
    }

    /// How many entries were larger than [`MAX_ENTRY_BYTES`].
    pub fn oversized_count(&self) -> u64 {
        self.oversized
    }

    /// How many bytes wait for more to come.
    pub fn pending_bytes(&self) -> usize {
        self.text.len() - self.at
    }

    /// Where the entry at `at` ends, if that is known: where another one begins.
    fn find_end(&mut self) -> Option<usize> {
        loop {
            let Some(size) = memchr::memchr(b'\n', &self.text[self.searched..]) else {
                self.searched = self.text.len();
                self.forget_oversized();
                return self.last_end();
            };
            let end = self.searched + size + 1;
            let line = &self.text[self.line..end];
            if !self.begun {
                if begins_entry::<F>(line) && self.line == self.at || self.at < self.line {
                    // The first line, or one behind an annotation.
                    self.begun = F::begins(line);
                } else {
                    // In front of the first entry, or behind the last one.
                    self.at = end;
                }
            } else if begins_entry::<F>(line) || F::ends(line) {
                // The line is looked at again, as the first of what follows.
                self.begun = false;
                self.searched = self.line;
                return Some(self.line);
            }
            self.line = end;
            self.searched = end;
            self.forget_oversized();
        }
    }

    fn last_end(&mut self) -> Option<usize> {
        let size = self.text.len() - self.at;
        if !self.finished || size == 0 {
            return None;
        }
        // The document may lack its last LF: that line can still be the first of an entry.
        let line = &self.text[self.line..];
        let end = match self.begun && (begins_entry::<F>(line) || F::ends(line)) {
            true => self.line,
            false => self.text.len(),
        };
        self.begun = false;
        (self.line, self.searched) = (end, end);
        Some(end)
    }

    /// Of an entry or a line that is too large only that need be known: what is behind the limit
    /// goes, one byte more than allowed stays.
    fn forget_oversized(&mut self) {
        if self.line - self.at > 2 * MAX_ENTRY_BYTES {
            let keep = self.at + MAX_ENTRY_BYTES + 1;
            self.text.drain(keep..self.line);
            self.searched -= self.line - keep;
            self.line = keep;
        }
        if self.searched - self.line > 2 * MAX_ENTRY_BYTES {
            let keep = self.line + MAX_ENTRY_BYTES + 1;
            self.text.drain(keep..self.searched);
            self.searched = keep;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::dir::{Microdescriptor, Router, Status};

    const TWO: &[u8] = b"r a AAAAAAAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAAAAAA \
2038-01-01 00:00:00 1.2.3.4 1 2\ns Exit\nr b AAAAAAAAAAAAAAAAAAAAAAAAAAA \
AAAAAAAAAAAAAAAAAAAAAAAAAAA 2038-01-01 00:00:00 1.2.3.4 1 2\ns Fast";

    fn read_in_pieces(text: &[u8], size: usize) -> Vec<Vec<u8>> {
        let mut reader = Reader::<Status>::new();
        let mut seen = Vec::new();
        for piece in text.chunks(size) {
            reader.push(piece);
            while let Some(router) = reader.next() {
                seen.push(router.raw().to_vec());
            }
        }
        reader.finish();
        while let Some(router) = reader.next() {
            seen.push(router.raw().to_vec());
        }
        assert_eq!(reader.pending_bytes(), 0);
        seen
    }

    #[test]
    fn pieces_of_any_size_give_the_same_entries() {
        let document = [
            b"preamble\nx\n",
            TWO,
            b"\ndirectory-footer\nr\nbandwidth-weights\n",
        ]
        .concat();
        let mut walk = Walk::<Status>::new(&document);
        let mut expected = Vec::new();
        while let Some(router) = walk.next() {
            expected.push(router.raw().to_vec());
        }
        assert_eq!(expected.len(), 2);
        assert_eq!(
            [&expected[0][..], &expected[1][..]].concat(),
            [TWO, b"\n"].concat()
        );
        for size in 1..=document.len() {
            assert_eq!(read_in_pieces(&document, size), expected, "{size}");
        }
        assert_eq!(read_in_pieces(TWO, 7).concat(), TWO);
        assert!(read_in_pieces(b"", 1).is_empty());
        assert!(read_in_pieces(b"no entry", 3).is_empty());
    }

    #[test]
    fn an_entry_is_given_as_soon_as_the_next_begins() {
        let mut reader = Reader::<Status>::new();
        let second = TWO.windows(3).position(|window| window == b"r b").unwrap();
        reader.push(&TWO[..second]);
        assert!(reader.next().is_none());
        reader.push(&TWO[second..]);
        assert_eq!(reader.next().map(Router::nickname), Some(&b"a"[..]));
        assert!(reader.next().is_none());
        reader.finish();
        assert_eq!(reader.next().map(Router::nickname), Some(&b"b"[..]));
        assert!(reader.next().is_none());
    }

    #[test]
    fn annotations_belong_to_the_entry_behind_them() {
        let text = b"@last-listed 2024-01-01 00:00:00\n@x\nonion-key\np accept 80\n\
@last-listed 2024-01-02 00:00:00\nonion-key\np reject 25\n";
        for size in 1..text.len() {
            let mut reader = Reader::<crate::proto::dir::Micro>::new();
            let mut seen = Vec::new();
            let mut take = |reader: &mut Reader<_>| {
                while let Some(entry) = reader.next() {
                    let entry: &Microdescriptor = entry;
                    seen.push((entry.policy().to_vec(), entry.extra_count()));
                }
            };
            for piece in text.chunks(size) {
                reader.push(piece);
                take(&mut reader);
            }
            reader.finish();
            take(&mut reader);
            assert_eq!(
                seen,
                [(b"accept 80".to_vec(), 2), (b"reject 25".to_vec(), 1)]
            );
        }
    }

    #[test]
    fn an_endless_entry_does_not_fill_the_memory() {
        let mut reader = Reader::<Status>::new();
        reader.push(b"r endless\n");
        for _ in 0..5_000 {
            reader.push(&[&[b'x'; 10_000][..], b"\n"].concat());
            assert!(reader.next().is_none());
            assert!(reader.pending_bytes() < 3 * MAX_ENTRY_BYTES);
        }
        for _ in 0..2_000 {
            reader.push(&[b'x'; 10_000]);
            assert!(reader.next().is_none());
            assert!(reader.pending_bytes() < 4 * MAX_ENTRY_BYTES);
        }
        reader.push(b"\n");
        reader.push(TWO);
        assert_eq!(reader.next().map(Router::nickname), Some(&b"a"[..]));
        assert_eq!(reader.oversized_count(), 1);
    }
}
