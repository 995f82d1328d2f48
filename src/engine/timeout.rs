//! How long a call waits.

use std::time::{Duration, Instant};

use crate::error::Error;

/// How long a call waits for all that it has to wait for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeout {
    duration: Duration,
    /// None if it is too far away for the clock.
    pub(crate) deadline: Option<Instant>,
}

impl Timeout {
    /// So long from now.
    pub(crate) fn new(duration: Duration) -> Timeout {
        Timeout {
            duration,
            deadline: Instant::now().checked_add(duration),
        }
    }

    /// The same, but not beyond that moment.
    pub(crate) fn until(self, at: Option<Instant>) -> Timeout {
        let Some(at) = at.filter(|at| self.deadline.is_none_or(|own| *at < own)) else {
            return self;
        };
        Timeout {
            duration: at.saturating_duration_since(Instant::now()),
            deadline: Some(at),
        }
    }

    pub(crate) fn error(&self) -> Error {
        Error::Timeout(self.timeout_ms())
    }

    pub(crate) fn timeout_ms(&self) -> u64 {
        self.duration.as_millis() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sooner_end_counts_and_one_too_far_away_is_none() {
        let second = Duration::from_secs(1);
        let timeout = Timeout::new(60 * second);
        let sooner = timeout.until(Some(Instant::now() + second));
        assert!(sooner.deadline < timeout.deadline && sooner.timeout_ms() <= 1000);
        let later = timeout.until(Some(Instant::now() + 120 * second));
        assert_eq!(
            (later.deadline, later.timeout_ms()),
            (timeout.deadline, 60_000)
        );
        assert_eq!(timeout.until(None).deadline, timeout.deadline);
        let never = Timeout::new(Duration::MAX);
        assert_eq!(never.deadline, None);
        assert!(never
            .until(Some(Instant::now() + second))
            .deadline
            .is_some());
        assert_eq!(
            sooner.error().to_string(),
            format!("tor did not answer within {} ms", sooner.timeout_ms())
        );
    }
}
