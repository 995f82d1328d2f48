//! Whether the producer should wait for the consumer.

use std::time::{Duration, Instant};

use super::segments::Inner;

/// How long a consumer is watched before it is said whether it is worth waiting for.
const PACE: Duration = Duration::from_millis(20);

/// Whether the producer should pause, to let a consumer that keeps up take what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub(crate) enum Pressure {
    None,
    High,
}

#[derive(Debug)]
pub(super) struct ConsumerPace {
    pub(super) since: Instant,
    pub(super) events: usize,
    pub(super) bytes: usize,
}

impl ConsumerPace {
    pub(super) fn begin() -> ConsumerPace {
        ConsumerPace {
            since: Instant::now(),
            events: 0,
            bytes: 0,
        }
    }
}

impl Inner {
    /// A pause is worth asking for from half full on in events, from a quarter in bytes: more would
    /// be memory for nothing, and no longer in the processor's cache when its turn comes.
    pub(super) fn pressure(&mut self) -> Pressure {
        let is_high =
            self.events * 2 > self.capacity.events || self.bytes * 4 > self.capacity.bytes;
        if !is_high {
            return Pressure::None;
        }
        // Who waits for an answer reads in a pause as well, and must not begin it anew each time.
        let was_asked_for = self.is_paused || !self.is_patient;
        if was_asked_for && self.taken.since.elapsed() >= PACE {
            self.is_paused = false;
            self.is_patient = self.is_consumer_quick();
        }
        if !self.is_patient {
            return Pressure::None;
        }
        if !self.is_paused {
            self.is_paused = true;
            self.taken = ConsumerPace::begin();
        }
        Pressure::High
    }

    /// Whether the consumer takes what is there at a speed at which it is worth waiting for: a
    /// sixteenth of the capacity since this was last asked. Begins to count anew.
    pub(super) fn is_consumer_quick(&mut self) -> bool {
        let ConsumerPace { events, bytes, .. } =
            std::mem::replace(&mut self.taken, ConsumerPace::begin());
        events * 16 >= self.capacity.events || bytes * 16 >= self.capacity.bytes
    }

    /// Whether the producer waits and there is room again: at half of what made it wait. What the
    /// consumer works on counts, or a large message would be read while another one is still in
    /// memory.
    pub(super) fn take_resume(&mut self) -> bool {
        let bytes = self.bytes + self.in_hand_bytes;
        if self.events * 4 > self.capacity.events || bytes * 8 > self.capacity.bytes {
            return false;
        }
        self.is_patient = true;
        std::mem::take(&mut self.is_paused)
    }
}
