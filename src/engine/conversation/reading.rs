//! Waiting for what a controller's socket brings, and receiving it.
//!
//! Who polls the socket is the matter of [`crate::engine::role`]. That nothing is read twice or routed out
//! of order follows from the decoder's lock, held from the receive until all it brought is routed
//! ([`super::routing`]).

use std::os::fd::AsFd;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

use rustix::event::PollFlags;

use super::turn::Turn;
use super::Conversation;
use crate::engine::buffers::{
    keep_buffer, take_buffer, take_largest, FIRST_READ_BYTES, READ_BYTES,
};
use crate::engine::call::Call;
use crate::engine::link::{Link, Unrouted, READ_BACKOFF};
use crate::engine::park::{lock, try_lock, Parker};
use crate::engine::role::{Met, Terms};
use crate::engine::subscriber::Pressure;
use crate::engine::sys;
use crate::error::Cause;
use crate::proto::decoder::Decoder;

/// Reads before the I/O thread turns to another controller.
const READS_A_TURN: usize = 8;

/// What one receive brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Something(Met),
    Nothing,
    Ended,
}

impl Read {
    fn met(self) -> Met {
        match self {
            Read::Something(met) => met,
            Read::Nothing | Read::Ended => Met::default(),
        }
    }
}

/// From here on it is much: more is likely to follow while this is worked on.
const MUCH_BYTES: usize = 32 << 10;

/// The most bytes of one read of a long answer that is taken in pieces: no more than that of it is
/// held.
const STREAM_READ_BYTES: usize = 56 << 10;

/// Gives the decoder a buffer to read into: a large one if the connection brings much. Memory that
/// was never touched costs a page fault for every 4 KiB. Returns how much to read.
fn prepare_read(link: &Link, decoder: &mut Decoder) -> usize {
    let want = match link.brings_much.load(Ordering::Relaxed) {
        true => READ_BYTES,
        false => FIRST_READ_BYTES,
    };
    if let Some(buffer) = decoder.lend(take_buffer(want)) {
        keep_buffer(buffer);
    }
    if decoder.is_outgrown(want) {
        if let Some(buffer) = take_largest() {
            keep_buffer(decoder.move_to(buffer));
        }
    }
    want
}

impl Conversation {
    /// Waits until `is_done` says so, the deadline has passed, or the connection has ended; reads
    /// the socket meanwhile if nobody else does. True if `is_done` said so. Whatever can make it
    /// say so must wake the parker; the end of the call wakes it without that.
    pub(crate) fn wait_until(
        self: &Arc<Self>,
        parker: &Arc<Parker>,
        call: &Call,
        deadline: Option<Instant>,
        is_done: &mut dyn FnMut() -> bool,
    ) -> bool {
        self.wait_with(Turn::new(self, None), parker, call, deadline, is_done)
    }

    /// The same for a thread that is going to work on what it gets and then wait again. It has a
    /// lease on the reading role meanwhile: what is read and worked on by one thread passes through no
    /// other, and nothing is read faster than it is worked on.
    pub(crate) fn wait_again_until(
        self: &Arc<Self>,
        terms: Terms,
        parker: &Arc<Parker>,
        call: &Call,
        deadline: Option<Instant>,
        is_done: &mut dyn FnMut() -> bool,
    ) -> bool {
        let turn = Turn::new(self, Some(terms));
        self.wait_with(turn, parker, call, deadline, is_done)
    }

    fn wait_with<'a>(
        self: &'a Arc<Self>,
        mut turn: Turn<'a>,
        parker: &Arc<Parker>,
        call: &Call,
        deadline: Option<Instant>,
        is_done: &mut dyn FnMut() -> bool,
    ) -> bool {
        if self.is_in_trace() {
            return is_done();
        }
        let mut is_quiet = false;
        // Without one the thread sees to more than the socket.
        let has_io_thread = !self.home().is_thread_free();
        loop {
            // Whoever is called while it waits may have forked; who asks next is told.
            if !self.is_here() {
                return false;
            }
            if is_done() {
                return true;
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return false;
            }
            match turn.take() {
                None => {
                    let _ = self.park(parker, None, call, deadline);
                }
                // Where nothing came for a while, nobody is to be woken in vain for the next.
                Some(link) if !is_quiet && has_io_thread && turn.may_block(left) => {
                    let read = self.read_waiting(&link, turn.has_asked(), is_done);
                    is_quiet = read == Read::Nothing;
                    turn.met = read.met();
                }
                Some(link) => {
                    let socket = Some((link.as_fd(), PollFlags::IN));
                    match self.park(parker, socket, call, deadline) {
                        Ok(true) => turn.met = self.read_once(&link).met(),
                        Ok(false) => {}
                        // No memory left to wait with: leave the reading to the I/O thread.
                        Err(_) => {
                            turn.terms = None;
                            drop(turn);
                            let _ = self.park(parker, None, call, deadline);
                            turn = Turn::new(self, None);
                        }
                    }
                }
            }
        }
    }

    /// The I/O thread's share: reads what is there. True if there may be more.
    pub(super) fn read_a_turn(self: &Arc<Self>) -> bool {
        let link = {
            let core = lock(&self.core);
            match &core.link {
                Some(link) if core.role.may_io_read() => Arc::clone(link),
                _ => return false,
            }
        };
        for _ in 0..READS_A_TURN {
            // A thread that took the role since may wait in its receive with the lock: the next turn
            // sees whose the role is, and no other controller is held up.
            let Some(read) = self.try_read_once(&link) else {
                return true;
            };
            match read {
                Read::Something(met) if met.is_pressed => {
                    self.pause();
                    return false;
                }
                Read::Something(_) => {}
                Read::Nothing | Read::Ended => return false,
            }
        }
        true
    }

    /// The link cannot be written to any more: routes what tor said before it went, then ends it.
    pub(super) fn read_to_the_end(self: &Arc<Self>, link: &Arc<Link>, cause: Cause) {
        if try_lock(&link.decoder).is_none() {
            // Who waits in a receive, which means that there is nothing to read, comes back from it.
            sys::shutdown(link.as_fd());
        }
        // Bounded, for a peer that only stopped to listen might never stop talking.
        for _ in 0..READS_A_TURN * 8 {
            if !matches!(self.read_once(link), Read::Something(..)) {
                break;
            }
        }
        self.lose_link(link, cause);
    }

    /// Waits a while for something to read: for who has asked one system call where a poll and a
    /// receive are two. Only the socket ends the waiting, so that there must be no other word to
    /// wait for.
    fn read_waiting(
        self: &Arc<Self>,
        link: &Arc<Link>,
        has_asked: bool,
        is_done: &mut dyn FnMut() -> bool,
    ) -> Read {
        self.read_by(link, lock(&link.decoder), |decoder| {
            // What is waited for may have been read by another until the lock was free.
            if is_done() {
                return Err(std::io::ErrorKind::WouldBlock.into());
            }
            let want = prepare_read(link, decoder);
            let spare = decoder.spare(want);
            if has_asked {
                return sys::recv_waiting(link.as_fd(), spare);
            }
            // Nothing is taken out of the socket unseen: whoever is about to ask looks at it first.
            link.is_waiting.store(true, Ordering::SeqCst);
            let waited = sys::wait_readable(link.as_fd());
            link.is_waiting.store(false, Ordering::SeqCst);
            waited.and_then(|()| sys::recv(link.as_fd(), spare))
        })
    }

    /// Reads what one receive gives.
    fn read_once(self: &Arc<Self>, link: &Arc<Link>) -> Read {
        self.read_now(link, lock(&link.decoder))
    }

    /// Returns when what had arrived is routed, by this thread or by others.
    pub(super) fn read_arrived(self: &Arc<Self>, link: &Arc<Link>, unrouted: Unrouted) {
        // A read that is not waiting for the socket waits for nothing.
        while !link.has_ended(unrouted.read) {
            std::thread::yield_now();
        }
        let upto = link.routed.load(Ordering::SeqCst) + unrouted.bytes;
        while link.routed.load(Ordering::SeqCst) < upto {
            match self.try_read_once(link) {
                Some(Read::Something(..)) => {}
                // Another has read it.
                Some(Read::Nothing | Read::Ended) => return,
                None if link.unrouted().is_none() => return,
                None => std::thread::sleep(READ_BACKOFF),
            }
        }
    }

    /// None if another thread reads at this moment.
    pub(super) fn try_read_once(self: &Arc<Self>, link: &Arc<Link>) -> Option<Read> {
        Some(self.read_now(link, try_lock(&link.decoder)?))
    }

    fn read_now(self: &Arc<Self>, link: &Arc<Link>, decoder: MutexGuard<'_, Decoder>) -> Read {
        self.read_by(link, decoder, |decoder| {
            let mut want = prepare_read(link, decoder);
            if self.expected.has_stream() {
                want = want.min(STREAM_READ_BYTES);
            }
            let spare = decoder.spare(want);
            let want = want.min(spare.len());
            sys::recv(link.as_fd(), &mut spare[..want])
        })
    }

    fn read_by(
        self: &Arc<Self>,
        link: &Arc<Link>,
        decoder: MutexGuard<'_, Decoder>,
        receive: impl FnOnce(&mut Decoder) -> std::io::Result<usize>,
    ) -> Read {
        let mut wants_transmit = false;
        let outcome = {
            let mut decoder = decoder;
            if link.is_over.load(Ordering::Relaxed) {
                return Read::Ended;
            }
            let read = link.reads_begun.load(Ordering::Relaxed) + 1;
            link.reads_begun.store(read, Ordering::SeqCst);
            let outcome = match receive(&mut decoder) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(Read::Nothing),
                Err(error) => Err(Cause::from_io(&error)),
                Ok(0) => Err(Cause::Eof),
                Ok(count) => {
                    decoder.commit(count);
                    if let Some(tap) = link.tap.get() {
                        // Whoever wrote what this answers has told so under this lock.
                        drop(lock(&self.core));
                        tap.read(decoder.last(count));
                    }
                    // The command was sent before this came.
                    decoder.keep_secrets(self.expected.has_secret());
                    if count >= FIRST_READ_BYTES {
                        link.brings_much.store(true, Ordering::Relaxed);
                    }
                    let routed = self.route(link, &mut decoder);
                    let before = link.routed.load(Ordering::Relaxed);
                    link.routed.store(before + count as u64, Ordering::SeqCst);
                    decoder.keep_secrets(self.expected.has_secret());
                    routed.map(|routed| {
                        wants_transmit = routed.wants_transmit;
                        Read::Something(Met {
                            is_pressed: routed.pressure == Pressure::High,
                            is_much: count >= MUCH_BYTES,
                        })
                    })
                }
            };
            if let Some(buffer) = decoder.release() {
                keep_buffer(buffer);
            }
            // Under the lock: nobody routes what may follow.
            link.is_over.store(outcome.is_err(), Ordering::SeqCst);
            link.reads_ended.store(read, Ordering::SeqCst);
            outcome
        };
        // Not under it: the end of the last controller waits for the I/O thread, which may wait for
        // this lock.
        if wants_transmit {
            self.write_more();
        }
        self.tasks().run();
        let read = outcome.unwrap_or_else(|cause| {
            self.lose_link(link, cause);
            Read::Ended
        });
        if let Some(tap) = link.tap.get() {
            tap.deliver();
        }
        read
    }
}

#[cfg(test)]
mod tests;
