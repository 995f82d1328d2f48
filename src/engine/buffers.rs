//! Buffers, used again: for what a read brings, and for where its events stand.
//!
//! Trick: buffers used again (docs/internals/tricks.md).

use std::sync::Mutex;

use super::block::EventSpan;
use super::park::lock;
use super::sys::PerProcess;

/// The most bytes of one read. A little less than what malloc gets from the system anew each time.
pub(crate) const READ_BYTES: usize = 120 << 10;
/// The most bytes of one read until that much was there to read. Most programs never need more.
pub(crate) const FIRST_READ_BYTES: usize = 4 << 10;
/// Enough for a read that brings short events.
pub(super) const SPANS: usize = 8192;
/// More threads than this seldom read concurrently.
const KEPT: usize = 20;
/// A larger buffer is not kept: as much as a queue holds if the program does not say how much.
const LARGEST_BYTES: usize = 4 << 20;

/// What is kept for the next who needs one.
type Kept<T> = PerProcess<Mutex<Vec<Vec<T>>>>;

static LARGE: Kept<u8> = PerProcess::new(Mutex::new(Vec::new()), Mutex::default);
static SMALL: Kept<u8> = PerProcess::new(Mutex::new(Vec::new()), Mutex::default);
/// The buffer of one large message.
static LARGEST: Kept<u8> = PerProcess::new(Mutex::new(Vec::new()), Mutex::default);
static SPAN_LISTS: Kept<EventSpan> = PerProcess::new(Mutex::new(Vec::new()), Mutex::default);

#[cfg(test)]
thread_local! {
    /// What stood in the buffers that this thread has kept.
    pub(super) static KEPT_HERE: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// A buffer of [`READ_BYTES`] or [`FIRST_READ_BYTES`].
pub(super) fn take_buffer(bytes: usize) -> Vec<u8> {
    let buffer = pool(bytes).and_then(|buffers| lock(buffers).pop());
    buffer.unwrap_or_else(|| vec![0; bytes])
}

/// The buffer that the last large message has left, so that the next one costs no fresh memory.
pub(super) fn take_largest() -> Option<Vec<u8>> {
    lock(LARGEST.get()).pop()
}

/// Keeps a buffer for the next read if it is one of [`take_buffer`], be it cut short, or the
/// largest.
pub(super) fn keep_buffer(mut buffer: Vec<u8>) {
    #[cfg(test)]
    KEPT_HERE.with_borrow_mut(|kept| kept.extend_from_slice(&buffer));
    let bytes = buffer.capacity();
    let Some(buffers) = pool(bytes) else {
        return keep_larger(&mut lock(LARGEST.get()), buffer);
    };
    let mut buffers = lock(buffers);
    if buffers.len() < KEPT {
        buffer.resize(bytes, 0);
        buffers.push(buffer);
    }
}

/// Keeps a buffer that is larger than those of [`take_buffer`] and than the one that is kept.
fn keep_larger(kept: &mut Vec<Vec<u8>>, buffer: Vec<u8>) {
    let size = buffer.len();
    if (READ_BYTES..=LARGEST_BYTES).contains(&size) && buffer.capacity() <= LARGEST_BYTES {
        kept.retain(|other| other.len() > size);
        if kept.is_empty() {
            kept.push(buffer);
        }
    }
}

fn pool(bytes: usize) -> Option<&'static Mutex<Vec<Vec<u8>>>> {
    match bytes {
        READ_BYTES => Some(LARGE.get()),
        FIRST_READ_BYTES => Some(SMALL.get()),
        _ => None,
    }
}

/// An empty list with room for many.
pub(super) fn take_spans() -> Vec<EventSpan> {
    let spans = lock(SPAN_LISTS.get()).pop();
    spans.unwrap_or_else(|| Vec::with_capacity(SPANS))
}

/// Keeps a list for the next read if it is one of [`take_spans`].
pub(super) fn keep_spans(mut spans: Vec<EventSpan>) {
    if spans.capacity() != SPANS {
        return;
    }
    let mut lists = lock(SPAN_LISTS.get());
    if lists.len() < KEPT {
        spans.clear();
        lists.push(spans);
    }
}

/// Frees what nobody uses; called when the last controller goes.
pub(super) fn free_idle() {
    let large = std::mem::take(&mut *lock(LARGE.get()));
    let small = std::mem::take(&mut *lock(SMALL.get()));
    let largest = std::mem::take(&mut *lock(LARGEST.get()));
    let lists = std::mem::take(&mut *lock(SPAN_LISTS.get()));
    drop((large, small, largest, lists));
}

#[cfg(test)]
mod tests {
    use super::super::block::Block;
    use super::*;
    use crate::proto::event::Kind;

    #[test]
    fn one_large_buffer_is_kept_the_largest() {
        let mut kept = Vec::new();
        for (size, expected) in [
            (READ_BYTES - 1, None),
            (READ_BYTES + 2, Some(READ_BYTES + 2)),
            (READ_BYTES + 1, Some(READ_BYTES + 2)),
            (LARGEST_BYTES, Some(LARGEST_BYTES)),
            (LARGEST_BYTES + 1, Some(LARGEST_BYTES)),
        ] {
            keep_larger(&mut kept, vec![0; size]);
            assert_eq!(kept.first().map(Vec::len), expected);
            assert!(kept.len() <= 1);
        }
    }

    #[test]
    fn a_buffer_that_was_cut_short_is_whole_again() {
        for bytes in [READ_BYTES, FIRST_READ_BYTES] {
            let mut buffer = take_buffer(bytes);
            assert_eq!(buffer.len(), bytes);
            buffer.truncate(1000);
            keep_buffer(buffer);
            keep_buffer(vec![0; 10]);
            assert_eq!(take_buffer(bytes).len(), bytes);
        }
        let mut spans = take_spans();
        let block = Block::of_one(Kind::Bw, b"650 BW 1 2\r\n".to_vec());
        spans.push(block.span(0));
        keep_spans(spans);
        let spans = take_spans();
        assert!(spans.is_empty() && spans.capacity() == SPANS);
    }
}
