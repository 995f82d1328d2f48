//! Entries one by one: from a text that is there ([`Walk`]), or from one that arrives in pieces
//! ([`Reader`]).

use super::bounds::{ends_entry, Seeker, Skipped};
use super::entry::Entry;
use super::fields::EntryFields;
use super::parse::{is_odd, Rest};
use super::wire::WireData;
use crate::proto::lines::{append_unstuffed, LineEnds};

/// Goes through a text and shows each entry in turn in one object that is used again, so that
/// nothing is allocated once the largest has been seen.
#[derive(Debug)]
pub struct Walk<'a, F> {
    rest: &'a [u8],
    /// So much of `rest` was looked at for bytes that make it odd.
    checked: usize,
    is_odd: bool,
    entry: Entry<F>,
    seeker: Seeker,
    has_entry: bool,
}

/// So much is looked at ahead of the entries: more would be out of the processor's cache when they
/// are read.
const CHECK_BYTES: usize = 16 << 10;

impl<'a, F: EntryFields> Walk<'a, F> {
    /// A walk through this text.
    pub fn new(text: &'a [u8]) -> Walk<'a, F> {
        Walk {
            rest: text,
            checked: 0,
            is_odd: false,
            entry: Entry::new(),
            seeker: Seeker::default(),
            has_entry: false,
        }
    }

    /// The next entry, until the one after it is asked for.
    #[allow(clippy::should_implement_trait)] // An Iterator could not lend its entry.
    pub fn next(&mut self) -> Option<&Entry<F>> {
        let begin = self.seeker.seek::<F>(self.rest, 0);
        self.pass(begin);
        if self.checked < self.rest.len().min(CHECK_BYTES / 4) {
            self.check();
        }
        let mut size = self.entry.read_found(self.rest, self.is_odd);
        if size > self.checked {
            size = self.entry.read(self.rest);
        }
        self.pass(size);
        self.has_entry |= size > 0;
        (size > 0).then_some(&self.entry)
    }

    #[inline(always)]
    fn pass(&mut self, size: usize) {
        self.rest = &self.rest[size..];
        self.checked = self.checked.saturating_sub(size);
    }

    /// Looks whether what comes next may be odd.
    #[inline(never)]
    fn check(&mut self) {
        let (old, new) = (self.checked, self.rest.len().min(CHECK_BYTES));
        self.is_odd = self.is_odd && is_odd(&self.rest[..old]) || is_odd(&self.rest[old..new]);
        self.checked = new;
    }

    /// The entry that was shown last.
    pub fn into_entry(self) -> Entry<F> {
        self.entry
    }

    /// What belongs to no entry so far.
    pub fn skipped(&self) -> &Skipped {
        self.seeker.skipped()
    }

    /// Whether what was walked through is no document of this kind, not even an empty one.
    pub fn is_other_document(&self) -> bool {
        !self.has_entry && self.skipped().is_other_document()
    }
}

/// An entry of more bytes than this is not one: what is larger is skipped and counted.
pub const MAX_ENTRY_BYTES: usize = 4 << 20;

/// Longer than any keyword that an entry begins with.
const KEYWORD_BYTES: usize = 16;

/// Takes a document in pieces, cut anywhere, and gives its entries. Keeps the piece that was
/// pushed last and at most one entry that is not complete yet.
#[derive(Debug)]
pub struct Reader<F> {
    // The entry that was given last; the text is in its memory, with a NUL behind it once it is
    // finished.
    entry: Entry<F>,
    // at <= line <= searched <= size; text[at..] is what was not given out yet, `line` begins a
    // line, and text[line..searched] has no LF.
    at: usize,
    line: usize,
    searched: usize,
    // Stands at `at`.
    ends: LineEnds,
    place: SeekState,
    seeker: Seeker,
    finished: bool,
    may_be_odd: bool,
    oversized: u64,
    has_entry: bool,
}

/// Where the line that is looked at next stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SeekState {
    /// In no entry: one is looked for.
    Outside,
    /// In the annotations or at the first line of the entry at `at`.
    AtBegin,
    /// Behind its first line.
    Inside,
}

impl<F: EntryFields> Default for Reader<F> {
    fn default() -> Reader<F> {
        Reader::new()
    }
}

impl<F: EntryFields> Reader<F> {
    /// A reader at the beginning of a document.
    pub fn new() -> Reader<F> {
        Reader {
            entry: Entry::new(),
            at: 0,
            line: 0,
            searched: 0,
            ends: LineEnds::default(),
            place: SeekState::Outside,
            seeker: Seeker::default(),
            finished: false,
            may_be_odd: false,
            oversized: 0,
            has_entry: false,
        }
    }

    /// Takes the next piece of the document.
    pub fn push(&mut self, piece: &[u8]) {
        self.push_by(|text| text.extend_from_slice(piece));
    }

    /// Takes the next piece of the data of an event message, if there is more. With the last one
    /// the document is complete.
    pub fn push_from(&mut self, data: &mut WireData<'_>) -> bool {
        let Some(lines) = data.lines() else {
            return false;
        };
        let mut end = None;
        self.push_by(|text| end = append_unstuffed(lines, text));
        data.took(end.unwrap_or(lines.len()), end.is_some());
        if data.is_empty() {
            self.finish();
        }
        true
    }

    /// Takes what the function puts behind the text that it gets.
    pub fn push_by(&mut self, append: impl FnOnce(&mut Vec<u8>)) {
        // What was given out lies in the text that goes.
        self.entry.clear();
        let (at, finished) = (self.at, self.finished);
        let text = &mut self.entry.body_mut().bytes;
        if finished {
            text.pop();
        }
        text.drain(..at);
        if text.is_empty() {
            // A large piece must not occupy memory from then on.
            text.shrink_to(KEPT_BYTES);
        }
        let old = text.len();
        append(text);
        self.may_be_odd = self.may_be_odd && is_odd(&text[..old]) || is_odd(&text[old..]);
        if finished {
            text.push(0);
        }
        self.line -= at;
        self.searched -= at;
        self.ends.shift(at);
        self.seeker.shift(at);
        self.at = 0;
    }

    /// The document is complete: what is there is the last entry.
    pub fn finish(&mut self) {
        if !self.finished {
            self.finished = true;
            self.entry.body_mut().bytes.push(0);
        }
    }

    /// The next entry that is complete, until anything else is asked of the reader. None if more
    /// is needed (or, after [`finish`](Reader::finish), when there is no more).
    #[allow(clippy::should_implement_trait)] // An Iterator could not lend its entry.
    #[inline]
    pub fn next(&mut self) -> Option<&Entry<F>> {
        loop {
            if self.place == SeekState::Outside {
                if !self.begins_here() {
                    self.seek()?;
                }
                // Nearly always the next one begins in this text too.
                let (at, size) = (self.at, self.text().len());
                let mut ends = self.ends.clone();
                if self.read(at, size, &mut ends, self.rest()) {
                    let took = self.entry.raw_size();
                    self.go_to(at + took, ends);
                    if took > MAX_ENTRY_BYTES {
                        self.skip_oversized(took);
                        continue;
                    }
                    self.has_entry = true;
                    return Some(&self.entry);
                }
            }
            let end = self.find_end()?;
            let at = self.at;
            let mut ends = LineEnds::from(at);
            self.go_to(end, LineEnds::from(end));
            if end - at > MAX_ENTRY_BYTES {
                self.skip_oversized(end - at);
                continue;
            }
            if self.read(at, end, &mut ends, Rest::Nothing) {
                self.has_entry = true;
                return Some(&self.entry);
            }
        }
    }

    #[inline(always)]
    fn read(&mut self, at: usize, size: usize, ends: &mut LineEnds, rest: Rest) -> bool {
        let odd = self.may_be_odd;
        let read = self.entry.read_in_place(at, size, ends, rest, odd);
        read.is_some()
    }

    #[inline(always)]
    fn rest(&self) -> Rest {
        match self.finished {
            true => Rest::Nothing,
            false => Rest::More,
        }
    }

    /// An entry has ended here, or was skipped.
    #[inline(always)]
    fn go_to(&mut self, at: usize, ends: LineEnds) {
        (self.at, self.line, self.searched, self.ends) = (at, at, at, ends);
        self.place = SeekState::Outside;
    }

    fn skip_oversized(&mut self, size: usize) {
        self.oversized += 1;
        self.seeker.skipped_mut().bytes += size;
    }

    /// Whether an entry begins right here, where nothing was looked at yet.
    #[inline(always)]
    fn begins_here(&mut self) -> bool {
        let rest = &self.text()[self.at..];
        let is_known = rest.len() > KEYWORD_BYTES || self.finished;
        let is_new = self.searched == self.at && !self.seeker.is_in_descriptor();
        let begins = is_new && is_known && F::begins(rest);
        if begins {
            self.place = SeekState::AtBegin;
        }
        begins
    }

    /// Goes to where the next entry begins, if that is known.
    #[inline(never)]
    fn seek(&mut self) -> Option<()> {
        while let Some(next) = self.next_line() {
            let line = self.line;
            let bytes = self.entry.own_bytes();
            let text = &bytes[..bytes.len() - usize::from(self.finished)];
            if let Some(begin) = self.seeker.look::<F>(&text[line..next], line) {
                self.skip_to(begin);
                (self.line, self.searched) = (begin, begin);
                self.place = SeekState::AtBegin;
                return Some(());
            }
            (self.line, self.searched) = (next, next);
            let kept = self.seeker.kept_from().unwrap_or(next);
            if next - kept > MAX_ENTRY_BYTES {
                self.seeker.forget_annotations();
                self.skip_to(next);
            } else {
                self.skip_to(kept);
            }
        }
        if self.finished {
            // No entry stands behind the last annotations.
            self.skip_to(self.line);
        }
        None
    }

    /// What stands in front of this belongs to no entry.
    fn skip_to(&mut self, at: usize) {
        if at > self.at {
            self.seeker.skipped_mut().bytes += at - self.at;
            (self.at, self.ends) = (at, LineEnds::from(at));
        }
    }

    /// Where the line behind this one begins, if that is known.
    fn next_line(&mut self) -> Option<usize> {
        let (text, searched) = (self.text(), self.searched);
        if let Some(size) = memchr::memchr(b'\n', &text[searched..]) {
            return Some(searched + size + 1);
        }
        let size = text.len();
        // The document may lack its last LF.
        let is_last = self.finished && self.line < size;
        self.searched = size;
        self.forget_oversized();
        is_last.then(|| self.text().len())
    }

    /// How many entries were larger than [`MAX_ENTRY_BYTES`].
    pub fn oversized_count(&self) -> u64 {
        self.oversized
    }

    /// What belongs to no entry so far.
    pub fn skipped(&self) -> &Skipped {
        self.seeker.skipped()
    }

    /// Whether what was read so far is no document of this kind, not even an empty one.
    pub fn is_other_document(&self) -> bool {
        !self.has_entry && self.skipped().is_other_document()
    }

    /// How many bytes wait for more to come.
    pub fn pending_bytes(&self) -> usize {
        self.text().len() - self.at
    }

    /// The memory that it holds.
    pub fn capacity_bytes(&self) -> usize {
        self.entry.capacity_bytes()
    }

    /// Begins another document in the same memory.
    pub fn restart(&mut self) {
        self.entry.clear();
        self.entry.body_mut().bytes.clear();
        self.go_to(0, LineEnds::default());
        self.seeker = Seeker::default();
        (self.finished, self.may_be_odd, self.has_entry) = (false, false, false);
        self.oversized = 0;
    }

    #[inline(always)]
    fn text(&self) -> &[u8] {
        let bytes = self.entry.own_bytes();
        &bytes[..bytes.len() - usize::from(self.finished)]
    }

    /// Where the entry at `at` ends, if that is known.
    #[inline(never)]
    fn find_end(&mut self) -> Option<usize> {
        while let Some(next) = self.next_line() {
            let line = &self.text()[self.line..next];
            match self.place {
                SeekState::Inside if ends_entry::<F>(line) => return Some(self.line),
                SeekState::Inside => {}
                _ if F::begins(line) => self.place = SeekState::Inside,
                _ => {}
            }
            (self.line, self.searched) = (next, next);
            self.forget_oversized();
        }
        let size = self.text().len();
        (self.finished && self.at < size).then_some(size)
    }

    /// Of an entry or a line that is too large only that need be known: what is behind the limit
    /// goes, one byte more than allowed stays.
    fn forget_oversized(&mut self) {
        let text = &mut self.entry.body_mut().bytes;
        let old = text.len();
        if self.line - self.at > 2 * MAX_ENTRY_BYTES {
            let keep = self.at + MAX_ENTRY_BYTES + 1;
            text.drain(keep..self.line);
            self.searched -= self.line - keep;
            self.line = keep;
        }
        if self.searched - self.line > 2 * MAX_ENTRY_BYTES {
            let keep = self.line + MAX_ENTRY_BYTES + 1;
            text.drain(keep..self.searched);
            self.searched = keep;
        }
        self.seeker.skipped_mut().bytes += old - text.len();
    }
}

/// So much is kept of the memory of a piece that was larger.
const KEPT_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests;
