//! Whether the producer should pause for the consumer.

use std::time::{Duration, Instant};

use super::{Capacity, Pressure};

/// How long a consumer is watched before it is said whether it is worth a pause.
const OBSERVATION: Duration = Duration::from_millis(20);

/// How quick the consumer is, and whether the producer pauses for it.
#[derive(Debug)]
pub(super) struct ConsumerPace {
    /// Whether the producer may be asked to pause. Lost when a pause ended and the consumer had
    /// hardly taken anything, and regained when it has caught up or is quick again.
    may_pause: bool,
    is_paused: bool,
    /// What the consumer has taken since that moment.
    since: Instant,
    events: usize,
    bytes: usize,
}

impl ConsumerPace {
    pub(super) fn new() -> ConsumerPace {
        ConsumerPace {
            may_pause: true,
            is_paused: false,
            since: Instant::now(),
            events: 0,
            bytes: 0,
        }
    }

    /// The consumer has taken so much.
    pub(super) fn took(&mut self, events: usize, bytes: usize) {
        self.events += events;
        self.bytes += bytes;
    }

    /// A pause is worth asking for from half full on in events, from a quarter in bytes: more would
    /// be memory for nothing, and no longer in the processor's cache when its turn comes.
    pub(super) fn pressure(
        &mut self,
        events: usize,
        bytes: usize,
        capacity: &Capacity,
    ) -> Pressure {
        if events * 2 <= capacity.events && bytes * 4 <= capacity.bytes {
            return Pressure::None;
        }
        // Who waits for an answer reads in a pause as well, and must not begin it anew each time.
        let was_asked_for = self.is_paused || !self.may_pause;
        if was_asked_for && self.since.elapsed() >= OBSERVATION {
            self.is_paused = false;
            self.may_pause = self.was_quick(capacity);
        }
        if !self.may_pause {
            return Pressure::None;
        }
        if !self.is_paused {
            self.is_paused = true;
            self.observe();
        }
        Pressure::High
    }

    /// The pause is over: whether there may be another one depends on what was taken in it.
    pub(super) fn end_pause(&mut self, capacity: &Capacity) {
        if std::mem::take(&mut self.is_paused) {
            self.may_pause = self.was_quick(capacity);
        }
    }

    /// Whether the producer waits and there is room again: at half of what made it wait. The bytes
    /// are also those that the consumer works on, or a large message would be read while another
    /// one is still in memory.
    pub(super) fn take_resume(&mut self, events: usize, bytes: usize, capacity: &Capacity) -> bool {
        if events * 4 > capacity.events || bytes * 8 > capacity.bytes {
            return false;
        }
        self.may_pause = true;
        std::mem::take(&mut self.is_paused)
    }

    /// Whether the consumer takes what is there at a speed at which it is worth waiting for: a
    /// sixteenth of the capacity since this was last asked. Begins to count anew.
    fn was_quick(&mut self, capacity: &Capacity) -> bool {
        let is_quick = self.events * 16 >= capacity.events || self.bytes * 16 >= capacity.bytes;
        self.observe();
        is_quick
    }

    /// Begins to count anew.
    fn observe(&mut self) {
        self.since = Instant::now();
        (self.events, self.bytes) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Overflow;
    use super::*;

    const CAPACITY: Capacity = Capacity {
        events: 160,
        bytes: 1600,
        overflow: Overflow::DropOldest,
    };

    #[test]
    fn a_quick_consumer_is_waited_for_again() {
        let mut pace = ConsumerPace::new();
        assert_eq!(pace.pressure(80, 0, &CAPACITY), Pressure::None);
        assert_eq!(pace.pressure(81, 0, &CAPACITY), Pressure::High);
        assert_eq!(pace.pressure(0, 401, &CAPACITY), Pressure::High);
        pace.took(10, 0);
        pace.end_pause(&CAPACITY);
        assert_eq!(pace.pressure(81, 0, &CAPACITY), Pressure::High);
    }

    #[test]
    fn a_slow_consumer_is_not_waited_for_until_it_has_caught_up() {
        let mut pace = ConsumerPace::new();
        assert_eq!(pace.pressure(160, 0, &CAPACITY), Pressure::High);
        pace.took(9, 99);
        pace.end_pause(&CAPACITY);
        assert_eq!(pace.pressure(160, 0, &CAPACITY), Pressure::None);
        // No pause is running: nobody is to be told.
        assert!(!pace.take_resume(41, 0, &CAPACITY));
        assert!(!pace.take_resume(40, 0, &CAPACITY));
        assert_eq!(pace.pressure(160, 0, &CAPACITY), Pressure::High);
        assert!(!pace.take_resume(40, 201, &CAPACITY));
        assert!(pace.take_resume(40, 200, &CAPACITY));
        assert!(!pace.take_resume(0, 0, &CAPACITY));
    }

    #[test]
    fn a_slow_consumer_that_becomes_quick_is_waited_for() {
        let mut pace = ConsumerPace::new();
        assert_eq!(pace.pressure(160, 0, &CAPACITY), Pressure::High);
        pace.end_pause(&CAPACITY);
        pace.took(160, 0);
        pace.since -= OBSERVATION;
        assert_eq!(pace.pressure(160, 0, &CAPACITY), Pressure::High);
        // The pause is over by itself, and nothing was taken in it.
        pace.since -= OBSERVATION;
        assert_eq!(pace.pressure(160, 0, &CAPACITY), Pressure::None);
    }
}
