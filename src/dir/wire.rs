//! The data blocks of an event message, piece by piece.

/// What was not read yet of an event message's data blocks.
#[derive(Debug)]
pub struct WireData<'a> {
    // Empty, or it begins in a block.
    rest: &'a [u8],
}

/// So much is read in one step.
pub(super) const PIECE_BYTES: usize = 16 << 10;

impl<'a> WireData<'a> {
    /// All the data of the message.
    pub fn of(message: &'a [u8]) -> WireData<'a> {
        let mut data = WireData { rest: message };
        data.go_to_block();
        data
    }

    fn go_to_block(&mut self) {
        let mut in_block = false;
        while let (false, Some(end)) = (in_block, memchr::memchr(b'\n', self.rest)) {
            in_block = self.rest.get(3) == Some(&b'+');
            self.rest = &self.rest[end + 1..];
        }
        if !in_block {
            self.rest = &[];
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next whole lines of a block; the end of the block may be among them.
    pub(super) fn lines(&self) -> Option<&'a [u8]> {
        let Some(piece) = self.rest.get(..PIECE_BYTES) else {
            return (!self.rest.is_empty()).then_some(self.rest);
        };
        let size = match memchr::memrchr(b'\n', piece) {
            Some(end) => end + 1,
            None => memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |end| end + 1),
        };
        Some(&self.rest[..size])
    }

    pub(super) fn took(&mut self, size: usize, is_end: bool) {
        self.rest = &self.rest[size..];
        if is_end {
            self.go_to_block();
        }
    }
}
