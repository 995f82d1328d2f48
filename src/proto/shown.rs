//! The lines of a conversation as others may see them: whole lines out of pieces, with a placeholder
//! for each secret.
//!
//! What is known as a secret stands in `secrets`. Everything else is shown, addresses and names
//! included.

use zeroize::{Zeroize, Zeroizing};

use self::secrets::Place;

mod secrets;

pub use secrets::{command_name, PLACEHOLDER};

/// Who wrote the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This program: commands.
    Ours,
    /// tor: replies and events.
    Theirs,
}

/// What stands behind the part of a line that is shown, where it is too long.
const CUT: &[u8] = b"[...]";

/// Bytes of one side to lines.
#[derive(Debug)]
pub struct ShownLines {
    side: Side,
    /// A line's beginning, for which the end has not come. It may be that of a secret.
    held: Zeroizing<Vec<u8>>,
    /// The rest of the line is left out.
    is_cut: bool,
    place: Place,
    line_bytes: usize,
}

impl ShownLines {
    /// Those of a new connection. Of a line, no more than so many bytes are held.
    pub fn new(side: Side, line_bytes: usize) -> ShownLines {
        ShownLines {
            side,
            held: Zeroizing::default(),
            is_cut: false,
            place: Place::Line,
            line_bytes,
        }
    }

    /// The next bytes. `each` gets every line that they end, without its line end.
    pub fn feed(&mut self, mut bytes: &[u8], each: &mut dyn FnMut(Vec<u8>)) {
        while let Some(lf) = memchr::memchr(b'\n', bytes) {
            let (line, rest) = (&bytes[..lf], &bytes[lf + 1..]);
            bytes = rest;
            if self.held.is_empty() && !self.is_cut && line.len() <= self.line_bytes {
                each(self.show(line));
            } else {
                self.hold(line);
                let held = std::mem::take(&mut self.held);
                let mut shown = self.show(&held);
                if std::mem::take(&mut self.is_cut) {
                    shown.extend_from_slice(CUT);
                }
                each(shown);
            }
        }
        self.hold(bytes);
    }

    /// Leaves no copy behind where the line grows.
    fn hold(&mut self, bytes: &[u8]) {
        let room = self.line_bytes - self.held.len();
        self.is_cut |= bytes.len() > room;
        let bytes = &bytes[..bytes.len().min(room)];
        let size = self.held.len() + bytes.len();
        if size > self.held.capacity() {
            let mut larger = Vec::with_capacity(size.max(self.held.capacity() * 2));
            larger.extend_from_slice(&self.held);
            std::mem::swap(&mut *self.held, &mut larger);
            larger.zeroize();
        }
        self.held.extend_from_slice(bytes);
    }

    fn show(&mut self, line: &[u8]) -> Vec<u8> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (shown, next) = match self.side {
            Side::Ours => secrets::of_command(line, self.place),
            Side::Theirs => secrets::of_answer(line, self.place),
        };
        self.place = next;
        shown
    }
}

/// Never panics, and shows the same however the bytes are cut.
#[doc(hidden)]
pub fn fuzz_shown(bytes: &[u8]) {
    for side in [Side::Ours, Side::Theirs] {
        let show = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let mut lines = ShownLines::new(side, 100);
            let mut shown = Vec::new();
            pieces.for_each(|piece| lines.feed(piece, &mut |line| shown.push(line)));
            shown
        };
        let whole = show(&mut std::iter::once(bytes));
        assert_eq!(show(&mut bytes.chunks(1)), whole);
        assert_eq!(show(&mut bytes.chunks(7)), whole);
    }
}

#[cfg(test)]
mod tests;
