//! A tor that was started for a controller: when it is to end, and who waits for that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::Tor;
use crate::engine::call::Call;
use crate::engine::process::{Exit, NoEnd, Process, GRACE};
use crate::engine::subscriber::Subscriber;
use crate::error::{Cause, Error};
use crate::proto::reason::Reason;

/// See the module's comment. Dropped with a controller that nobody closed.
#[derive(Debug)]
pub(in crate::api) struct Launched {
    process: Arc<Process>,
    /// The program has closed the controller.
    is_closed: AtomicBool,
}

impl Subscriber for Launched {
    fn begin_close(&self, _commands: &mut Vec<u8>) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.process.wake_waiting();
    }

    fn end(&self) {
        self.process.expect_end();
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        self.process.expect_end();
    }
}

impl Launched {
    pub(in crate::api) fn new(process: Arc<Process>) -> Launched {
        let is_closed = AtomicBool::new(false);
        Launched { process, is_closed }
    }

    pub(in crate::api) fn process(&self) -> &Arc<Process> {
        &self.process
    }

    /// Waits until it has ended, if it ends with the controller. After a close; it takes twice the
    /// grace at the most.
    pub(in crate::api) fn join(&self) {
        if !self.process.is_kept() {
            self.process.wait_end(Some(Instant::now() + 2 * GRACE));
        }
    }

    /// Waits until it has ended. A close ends the waiting, for a program that is kept may never
    /// end; but a wait that begins after the close is for an end that is about to come.
    fn wait_end(&self, call: &Call, deadline: Option<Instant>) -> Result<Exit, NoEnd> {
        let is_closed = || self.is_closed.load(Ordering::SeqCst);
        let is_about_to_end = is_closed() && !self.process.is_kept();
        let is_over = &|| is_closed() && !is_about_to_end;
        self.process.wait_end_unless(call, deadline, is_over)
    }
}

/// Waits until the tor that the library started has ended.
pub fn wait_end(tor: &Tor, timeout_ms: Option<u64>, call: &Call) -> Result<Exit, Error> {
    let Some(launched) = &tor.launched else {
        let message = "the library did not start this tor";
        return Err(Error::State(message.to_string()));
    };
    let at = timeout_ms.and_then(|ms| Instant::now().checked_add(Duration::from_millis(ms)));
    launched.wait_end(call, at).map_err(|why| match why {
        NoEnd::Cancelled => Error::Cancelled,
        NoEnd::Unwanted => Error::Closed(Cause::Local),
        NoEnd::Overdue => Error::Overdue {
            message: format!("tor did not end within {} ms", timeout_ms.unwrap_or(0)),
            reason: String::new(),
            why: Reason::Unknown,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::process::Start;
    use crate::engine::settings::Settings;
    use std::path::PathBuf;

    /// A program that ends with its input, which it never does, or by a signal.
    fn launched() -> (Arc<Tor>, Arc<Process>) {
        let process = Process::start(Start {
            program: "sleep".into(),
            args: vec!["1000".into()],
            input: Default::default(),
            inherited: None,
            scratch: None,
            directory: PathBuf::new(),
        })
        .unwrap();
        let tor = Tor::launched(Settings::default(), Arc::clone(&process)).unwrap();
        (tor, process)
    }

    fn wait(tor: &Tor, timeout_ms: Option<u64>) -> Result<Exit, Error> {
        wait_end(tor, timeout_ms, &Call::none())
    }

    fn clear(process: &Process) {
        process.end();
        assert_eq!(process.wait_end(None), Some(Exit::Signal(15)));
    }

    #[test]
    fn a_close_ends_the_waiting_for_one_that_is_kept() {
        let (tor, process) = launched();
        process.keep();
        assert!(matches!(wait(&tor, Some(1)), Err(Error::Overdue { .. })));
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| wait(&tor, None));
            tor.close();
            assert!(matches!(waiter.join().unwrap(), Err(Error::Closed(_))));
        });
        assert!(matches!(wait(&tor, None), Err(Error::Closed(_))));
        // It goes on, and is not waited for.
        tor.close_and_wait();
        assert_eq!(process.exit(), None);
        clear(&process);
    }

    #[test]
    fn a_wait_after_the_close_is_for_the_end() {
        let (tor, process) = launched();
        tor.close();
        assert!(matches!(wait(&tor, Some(1)), Err(Error::Overdue { .. })));
        process.end();
        assert_eq!(wait(&tor, None).unwrap(), Exit::Signal(15));
        tor.close_and_wait();
    }

    #[test]
    fn a_cancelled_call_does_not_wait() {
        let (tor, process) = launched();
        let call = Arc::<Call>::default();
        call.cancel();
        assert!(matches!(wait_end(&tor, None, &call), Err(Error::Cancelled)));
        clear(&process);
        let other = Tor::new(Settings::default());
        assert!(matches!(wait(&other, None), Err(Error::State(_))));
    }

    #[test]
    fn one_that_nobody_closed_is_expected_to_end() {
        let (tor, process) = launched();
        assert!(!process.is_expected_to_end());
        let controller = Arc::clone(&tor);
        drop(tor);
        drop(controller);
        assert!(process.is_expected_to_end());
        clear(&process);
    }
}
