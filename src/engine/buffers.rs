//! Buffers, used again, for what a read brings.
//!
//! Trick: buffers used again (docs/internals/tricks.md).

use std::sync::Mutex;

use super::park::lock;
use super::sys::PerProcess;

/// The most bytes of one read. A little less than what malloc gets from the system anew each time.
pub(crate) const READ_BYTES: usize = 120 << 10;
/// The most bytes of one read until that much was there to read. Most programs never need more.
pub(crate) const FIRST_READ_BYTES: usize = 4 << 10;
/// A larger buffer is not kept: as much as a queue holds if the program does not say how much.
const LARGEST_BYTES: usize = 4 << 20;

/// Vectors that nobody uses now.
pub(super) struct Pool<T: 'static>(PerProcess<Mutex<Vec<Vec<T>>>>);

impl<T: Send> Pool<T> {
    /// More threads than this seldom read concurrently.
    const MAX: usize = 20;

    pub(super) const fn new() -> Pool<T> {
        Pool(PerProcess::new(Mutex::new(Vec::new()), Mutex::default))
    }

    pub(super) fn take(&self) -> Option<Vec<T>> {
        lock(self.0.get()).pop()
    }

    /// Keeps what `prepare` makes of the vector, if there are not enough.
    pub(super) fn put(&self, mut idle: Vec<T>, prepare: impl FnOnce(&mut Vec<T>)) {
        let mut pool = lock(self.0.get());
        if pool.len() < Pool::<T>::MAX {
            prepare(&mut idle);
            pool.push(idle);
        }
    }

    /// Frees what is there, not under the lock.
    pub(super) fn free(&self) {
        let idle = std::mem::take(&mut *lock(self.0.get()));
        drop(idle);
    }
}

static LARGE: Pool<u8> = Pool::new();
static SMALL: Pool<u8> = Pool::new();
/// The buffer of one large message.
static LARGEST: Pool<u8> = Pool::new();

#[cfg(test)]
thread_local! {
    /// What stood in the buffers that this thread has kept.
    pub(super) static KEPT_HERE: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// A buffer of [`READ_BYTES`] or [`FIRST_READ_BYTES`].
pub(super) fn take_buffer(bytes: usize) -> Vec<u8> {
    let buffer = pool(bytes).and_then(Pool::take);
    buffer.unwrap_or_else(|| vec![0; bytes])
}

/// The buffer that the last large message has left, so that the next one costs no fresh memory.
pub(super) fn take_largest() -> Option<Vec<u8>> {
    LARGEST.take()
}

/// Keeps a buffer for the next read if it is one of [`take_buffer`], be it cut short, or the
/// largest.
pub(super) fn keep_buffer(buffer: Vec<u8>) {
    #[cfg(test)]
    KEPT_HERE.with_borrow_mut(|kept| kept.extend_from_slice(&buffer));
    let bytes = buffer.capacity();
    match pool(bytes) {
        Some(pool) => pool.put(buffer, |buffer| buffer.resize(bytes, 0)),
        None => keep_larger(&mut lock(LARGEST.0.get()), buffer),
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

fn pool(bytes: usize) -> Option<&'static Pool<u8>> {
    match bytes {
        READ_BYTES => Some(&LARGE),
        FIRST_READ_BYTES => Some(&SMALL),
        _ => None,
    }
}

/// Frees what nobody uses.
pub(super) fn free_idle() {
    for pool in [&LARGE, &SMALL, &LARGEST] {
        pool.free();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn a_pool_has_no_more_than_threads_need() {
        let pool = Pool::new();
        assert!(pool.take().is_none());
        for number in 0..30 {
            pool.put(vec![number], |idle| idle.push(0));
        }
        assert_eq!(pool.take(), Some(vec![19, 0]));
        assert_eq!(pool.take(), Some(vec![18, 0]));
        pool.free();
        assert!(pool.take().is_none());
    }
}
