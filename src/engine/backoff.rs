//! How long to wait before each attempt to reconnect.

use std::time::Duration;

/// How long a program wants its controller to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Before the first attempt.
    pub first: Duration,
    /// Before any attempt, at the most.
    pub longest: Duration,
    /// How much longer each is than the one before, in percent: 150 is one and a half times.
    pub growth_percent: u32,
    /// How much shorter a wait may be by chance, in percent.
    pub jitter_percent: u32,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(600),
            growth_percent: 150,
            jitter_percent: 20,
        }
    }
}

/// The waits of one time without a connection.
#[derive(Debug)]
pub(crate) struct Backoff {
    policy: Policy,
    next: Duration,
}

impl Backoff {
    pub(crate) fn new(policy: Policy) -> Backoff {
        Backoff {
            policy,
            next: policy.first.min(policy.longest),
        }
    }

    /// The next wait. `chance` is a random number: many programs that lost the same tor do not come
    /// back at the same moment.
    pub(crate) fn next(&mut self, chance: u32) -> Duration {
        let full = self.next;
        let grown = full.saturating_mul(self.policy.growth_percent) / 100;
        self.next = grown.min(self.policy.longest);
        let share = f64::from(self.policy.jitter_percent) / 100.0;
        full.mul_f64(1.0 - share * (f64::from(chance) / f64::from(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(policy: Policy, chance: u32, count: usize) -> Vec<u128> {
        let mut backoff = Backoff::new(policy);
        let waits = std::iter::repeat_with(|| backoff.next(chance).as_millis());
        waits.take(count).collect()
    }

    #[test]
    fn each_wait_is_longer_up_to_the_longest() {
        let all = waits(Policy::default(), 0, 17);
        assert_eq!(all[..4], [1000, 1500, 2250, 3375]);
        assert_eq!(all[15..], [437_893, 600_000]);
    }

    #[test]
    fn chance_makes_a_wait_shorter_and_the_next_none() {
        let policy = Policy {
            jitter_percent: 50,
            ..Policy::default()
        };
        assert_eq!(waits(policy, u32::MAX, 3), [500, 750, 1125]);
        assert_eq!(waits(policy, u32::MAX / 2, 1), [750]);
    }

    #[test]
    fn no_policy_is_out_of_range() {
        let policy = Policy {
            first: Duration::MAX,
            longest: Duration::from_secs(2),
            growth_percent: u32::MAX,
            jitter_percent: 100,
        };
        assert_eq!(waits(policy, 0, 2), [2000, 2000]);
        assert_eq!(waits(policy, u32::MAX, 1), [0]);
    }
}
