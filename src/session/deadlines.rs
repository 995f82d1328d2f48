//! When requests are over that nobody waits for in a call of its own.

use std::collections::VecDeque;
use std::time::Instant;

use super::pending::Ticket;

#[derive(Clone, Copy, Debug)]
struct Deadline {
    at: Instant,
    ticket: Ticket,
    timeout_ms: u64,
}

/// In the order of time, which is nearly always that of their making. Those of requests that are
/// over stay until their time comes or they are the first.
#[derive(Debug, Default)]
pub(super) struct Deadlines(VecDeque<Deadline>);

impl Deadlines {
    pub(super) fn add(&mut self, ticket: Ticket, at: Instant, timeout_ms: u64) {
        let deadline = Deadline {
            at,
            ticket,
            timeout_ms,
        };
        let is_last = self.0.back().is_none_or(|last| last.at <= at);
        match is_last {
            true => self.0.push_back(deadline),
            false => {
                let index = self.0.partition_point(|other| other.at <= at);
                self.0.insert(index, deadline);
            }
        }
    }

    /// When the first is over, awaited or not.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.front().map(|first| first.at)
    }

    /// Whether most of them must be of requests that are over, if so many are not.
    pub(super) fn is_crowded(&self, requests: usize) -> bool {
        self.0.len() > 2 * requests + 64
    }

    /// The first of one that still is awaited. All before it go.
    pub(super) fn first(&mut self, mut is_awaited: impl FnMut(Ticket) -> bool) -> Option<Instant> {
        while let Some(first) = self.0.front() {
            if is_awaited(first.ticket) {
                return Some(first.at);
            }
            self.0.pop_front();
        }
        None
    }

    /// One that is over.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(Ticket, u64)> {
        let first = self.0.front().filter(|first| first.at <= now)?;
        let due = (first.ticket, first.timeout_ms);
        self.0.pop_front();
        Some(due)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
