//! New identities: NEWNYM, and when tor acts on it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::Tor;
use crate::engine::lock;
use crate::engine::operation::Operation;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::error::{expect_ok, Error};
use crate::proto::command::info;
use crate::proto::command::signal::{self, Signal};
use crate::proto::event::{Kind, KindSet};

/// tor does not change its identity more often.
const INTERVAL: Duration = Duration::from_secs(10);

/// When tor must have acted on a NEWNYM, counted from its reply: the interval, and some more.
const ACTED_MS: u64 = 11_000;

/// When tor acts, or has acted, on the last NEWNYM that was sent to it by this controller.
#[derive(Debug, Default)]
pub(super) struct NewIdentities(Mutex<OfTor>);

/// Another tor knows nothing of what was sent to the one before.
#[derive(Clone, Copy, Debug, Default)]
struct OfTor {
    incarnation: u64,
    last: Last,
}

#[derive(Clone, Copy, Debug, Default)]
struct Last(Option<Instant>);

impl NewIdentities {
    /// A NEWNYM was sent to this tor, one after the other.
    pub(super) fn sent(&self, incarnation: u64) {
        lock(&self.0).of(incarnation).sent(Instant::now());
    }
}

impl OfTor {
    fn of(&mut self, incarnation: u64) -> &mut Last {
        if incarnation > self.incarnation {
            *self = OfTor {
                incarnation,
                last: Last::default(),
            };
        }
        &mut self.last
    }
}

impl Last {
    /// tor acts on one when the interval since the last has passed, and on one that comes before
    /// that not at all.
    fn sent(&mut self, now: Instant) {
        self.0 = match self.0 {
            Some(last) if now < last => Some(last),
            Some(last) => Some(now.max(last + INTERVAL)),
            None => Some(now),
        };
    }

    /// How long one that is sent now would wait.
    fn wait(self, now: Instant) -> Duration {
        match self.0 {
            Some(last) if now < last => last - now,
            Some(last) => (last + INTERVAL).saturating_duration_since(now),
            None => Duration::ZERO,
        }
    }
}

/// How long a NEWNYM that is sent now would wait, as far as this controller's own are the cause.
pub fn newnym_wait(tor: &Tor) -> Duration {
    let incarnation = tor.incarnation();
    let mut of_tor = lock(&tor.new_identities.0);
    of_tor.of(incarnation).wait(Instant::now())
}

/// Sends NEWNYM and waits until tor has acted on it: immediately, or up to ten seconds later.
pub async fn new_identity(
    tor: &Tor,
    timeout_ms: Option<u64>,
    call: &Operation,
) -> Result<(), Error> {
    let deadline = Deadline::after(timeout_ms);
    new_identity_before(tor, deadline, ACTED_MS, call).await
}

async fn new_identity_before(
    tor: &Tor,
    deadline: Deadline,
    acted_ms: u64,
    call: &Operation,
) -> Result<(), Error> {
    let kinds = KindSet::of(Kind::Signal);
    let (watch, _) = Watch::if_allowed(tor, kinds, Capacity::default(), call).await?;
    // The event of a NEWNYM that came before, perhaps of another controller, is not for this one: tor
    // acts on this one ten seconds after that.
    expect_ok(
        watch
            .request_anew(signal::signal(Signal::NewNym)?, call, deadline)
            .await?,
    )?;
    tor.new_identities.sent(tor.incarnation());
    let acted = Deadline::after(Some(acted_ms));
    loop {
        match watch.next(call, deadline.or_sooner(acted)).await? {
            Some(event) if event.fields().arg(0).bytes() == b"NEWNYM" => return Ok(()),
            Some(_) => {}
            None if deadline.is_over() => return Err(deadline.error("tor did not act on NEWNYM")),
            None => break,
        }
    }
    // The event was refused, dropped by a filter or lost. A tor that answers has acted by now.
    watch
        .request(info::get_info(&["version"])?, call, deadline)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::call::Call;
    use crate::engine::scripted;

    fn tor(answer: impl FnMut(&str) -> String + Send + 'static) -> Tor {
        Tor::of(scripted::controller(answer))
    }

    #[test]
    fn they_come_at_their_interval() {
        let mut last = Last::default();
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let wait = |last: Last, seconds| last.wait(at(seconds)).as_secs();
        assert_eq!(wait(last, 0), 0);
        last.sent(at(0));
        assert_eq!([0, 4, 10, 99].map(|it| wait(last, it)), [10, 6, 0, 0]);
        // The second comes at 10, the third is one with it.
        last.sent(at(4));
        last.sent(at(5));
        assert_eq!([5, 9, 10, 11].map(|it| wait(last, it)), [5, 1, 10, 9]);
        last.sent(at(30));
        assert_eq!(wait(last, 31), 9);
    }

    #[test]
    fn another_tor_has_an_interval_of_its_own() {
        let identities = NewIdentities::default();
        let is_free = |incarnation| {
            let mut of_tor = lock(&identities.0);
            of_tor.of(incarnation).wait(Instant::now()).is_zero()
        };
        identities.sent(1);
        assert!(!is_free(1));
        assert!(is_free(2));
        identities.sent(2);
        assert!(!is_free(2));
    }

    #[test]
    fn each_newnym_counts_also_one_that_is_only_sent() {
        let tor = tor(|_| "250 OK\r\n".to_string());
        assert_eq!(newnym_wait(&tor), Duration::ZERO);
        tor.wait_for(&Call::none(), async |call| {
            super::super::signal::signal(&tor, Signal::Active, call).await
        })
        .unwrap();
        assert_eq!(newnym_wait(&tor), Duration::ZERO);
        tor.wait_for(&Call::none(), async |call| {
            super::super::signal::signal(&tor, Signal::NewNym, call).await
        })
        .unwrap();
        let wait = newnym_wait(&tor);
        assert!(!wait.is_zero() && wait <= INTERVAL);
        tor.close();
    }

    fn outcome(answer: impl FnMut(&str) -> String + Send + 'static) -> Result<(), Error> {
        let tor = tor(answer);
        let result = tor.wait_for(&Call::none(), async |call| {
            new_identity_before(&tor, Deadline::after(None), 200, call).await
        });
        tor.close();
        result
    }

    #[test]
    fn the_event_of_an_earlier_newnym_is_not_for_this_one() {
        let mut has_asked = false;
        let tor = tor(move |line| match line {
            "SIGNAL NEWNYM" => "650 SIGNAL NEWNYM\r\n250 OK\r\n".to_string(),
            _ if line.starts_with("GETINFO") => {
                assert!(!std::mem::replace(&mut has_asked, true));
                "250-version=0\r\n250 OK\r\n".to_string()
            }
            _ => "250 OK\r\n".to_string(),
        });
        let soon = Deadline::after(Some(300));
        let error = tor
            .wait_for(&Call::none(), async |call| {
                new_identity_before(&tor, soon, 60_000, call).await
            })
            .unwrap_err();
        assert_eq!(error.to_string(), "tor did not act on NEWNYM within 300 ms");
        tor.close();
    }

    #[test]
    fn without_the_event_tor_has_acted_when_its_interval_is_over() {
        for refused in ["SETEVENTS SIGNAL", "nothing, but the event is dropped"] {
            let done = outcome(move |line| match line {
                _ if line == refused => "510 Command filtered\r\n".to_string(),
                _ if line.starts_with("GETINFO") => "510 Command filtered\r\n".to_string(),
                _ => "250 OK\r\n".to_string(),
            });
            assert!(done.is_ok(), "{done:?}");
        }
        let refused = outcome(|line| match line {
            "SIGNAL NEWNYM" => "510 Command filtered\r\n".to_string(),
            _ => "250 OK\r\n".to_string(),
        });
        assert_eq!(
            refused.unwrap_err().to_string(),
            "a filter before tor refused SIGNAL NEWNYM: 510 Command filtered"
        );
    }
}
