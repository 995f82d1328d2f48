//! Writing requests to the socket.

use std::io::{self, IoSlice};
use std::os::fd::AsFd;

use super::{Entry, Pending};
use crate::engine::sys;

/// Commands written by one system call.
const SLICES: usize = 64;

impl Pending {
    /// Writes what the socket takes now.
    pub(crate) fn write_to(&mut self, fd: impl AsFd) -> io::Result<()> {
        while self.has_unwritten() {
            let sent = match self.unwritten() {
                1 => sys::send_all(&fd, &[self.first_slice()]),
                _ => self.send_many(&fd),
            };
            match sent {
                Ok(count) => self.note_written(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What is to be written of the first command that is not written.
    fn first_slice(&self) -> IoSlice<'_> {
        let first = self.unsent.front().map_or(&[][..], Entry::bytes);
        IoSlice::new(&first[self.written_bytes..])
    }

    fn send_many(&self, fd: impl AsFd) -> io::Result<usize> {
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut used = 1;
        slices[0] = self.first_slice();
        let others = self.unsent.range(1..).filter(|it| !it.is_withdrawn());
        for (slice, entry) in slices[1..].iter_mut().zip(others) {
            *slice = IoSlice::new(entry.bytes());
            used += 1;
        }
        sys::send_all(fd, &slices[..used])
    }
}
