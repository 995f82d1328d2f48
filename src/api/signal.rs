//! SIGNAL.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::error::{expect_ok, Error};
use crate::proto::command::info;
use crate::proto::command::signal::{self, Signal};
use crate::proto::event::{Kind, KindSet};

/// tor does not change its identity more often.
const NEWNYM_INTERVAL: Duration = Duration::from_secs(10);

/// Sends tor this signal.
pub fn signal(controller: &Arc<Controller>, signal: Signal, call: &Arc<Call>) -> Result<(), Error> {
    expect_ok(controller.request(signal::signal(signal)?, call)?)?;
    if signal == Signal::NewNym {
        controller.note_newnym(Instant::now(), NEWNYM_INTERVAL);
    }
    Ok(())
}

/// How long a NEWNYM that is sent now would wait, as far as this controller's own are the cause.
pub fn newnym_wait(controller: &Arc<Controller>) -> Duration {
    controller.newnym_wait(Instant::now(), NEWNYM_INTERVAL)
}

/// When tor must have acted on a NEWNYM, counted from its reply: the interval, and some more.
const ACTED_MS: u64 = 11_000;

/// Sends NEWNYM and waits until tor has acted on it: immediately, or up to ten seconds later.
pub fn new_identity(
    controller: &Arc<Controller>,
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let deadline = Deadline::after(timeout_ms);
    new_identity_before(controller, deadline, ACTED_MS, call)
}

fn new_identity_before(
    controller: &Arc<Controller>,
    deadline: Deadline,
    acted_ms: u64,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let kinds = KindSet::of(Kind::Signal);
    let (watch, _) = Watch::if_allowed(controller, kinds, Capacity::default(), call)?;
    // The event of a NEWNYM that came before, perhaps of another controller, is not for this one: tor
    // acts on this one ten seconds after that.
    expect_ok(watch.request_anew(signal::signal(Signal::NewNym)?, call, deadline)?)?;
    controller.note_newnym(Instant::now(), NEWNYM_INTERVAL);
    let acted = Deadline::after(Some(acted_ms));
    loop {
        match watch.next(call, deadline.or_sooner(acted))? {
            Some(event) if event.fields().arg(0).bytes() == b"NEWNYM" => return Ok(()),
            Some(_) => {}
            None if deadline.is_over() => return Err(deadline.error("tor did not act on NEWNYM")),
            None => break,
        }
    }
    // The event was refused, dropped by a filter or lost. A tor that answers has acted by now.
    watch.request(info::get_info(&["version"])?, call, deadline)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scripted;

    fn outcome(answer: impl FnMut(&str) -> String + Send + 'static) -> Result<(), Error> {
        let controller = scripted::controller(answer);
        let result = new_identity_before(&controller, Deadline::after(None), 200, &Call::none());
        controller.close();
        result
    }

    #[test]
    fn the_event_of_an_earlier_newnym_is_not_for_this_one() {
        let mut has_asked = false;
        let controller = scripted::controller(move |line| match line {
            "SIGNAL NEWNYM" => "650 SIGNAL NEWNYM\r\n250 OK\r\n".to_string(),
            _ if line.starts_with("GETINFO") => {
                assert!(!std::mem::replace(&mut has_asked, true));
                "250-version=0\r\n250 OK\r\n".to_string()
            }
            _ => "250 OK\r\n".to_string(),
        });
        let soon = Deadline::after(Some(300));
        let error = new_identity_before(&controller, soon, 60_000, &Call::none()).unwrap_err();
        assert_eq!(error.to_string(), "tor did not act on NEWNYM within 300 ms");
        controller.close();
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
