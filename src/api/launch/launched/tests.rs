use super::*;
use crate::engine::process::Start;

/// A controller whose program ends with its input, which it never does, or by a signal.
fn launched_by(launch: Launch) -> (Arc<Tor>, Arc<Launched>, Arc<Process>) {
    let launched = Arc::new(Launched::new(launch, None));
    let tor = Tor::launched(Arc::clone(&launched)).unwrap();
    let start = Start {
        program: "sleep".into(),
        args: vec!["1000".into()],
        input: Default::default(),
        inherited: None,
        scratch: None,
    };
    let process = Process::start(start, tor.tasks()).unwrap();
    lock(&launched.state).process = Some(Arc::clone(&process));
    (tor, launched, process)
}

fn launched() -> (Arc<Tor>, Arc<Process>) {
    let (tor, _, process) = launched_by(Launch::default());
    (tor, process)
}

fn wait(tor: &Arc<Tor>, timeout_ms: Option<u64>) -> Result<Exit, Error> {
    tor.wait_for(&Call::none(), async |call| {
        wait_end(tor, timeout_ms, call).await
    })
}

/// Ends it, with nobody waiting.
fn clear(process: &Process) {
    process.end();
    while process.exit().is_none() {
        std::thread::yield_now();
    }
    assert_eq!(process.exit(), Some(Exit::Signal(15)));
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
    let cancelled = tor.wait_for(&call, async |call| wait_end(&tor, None, call).await);
    assert!(matches!(cancelled, Err(Error::Cancelled)));
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

fn see_end(tor: &Arc<Tor>, launched: &Launched) -> Result<Error, Cause> {
    let lost = Error::Closed(Cause::Eof);
    let operation = Operation::blocking(&Call::none());
    tor.block_on(&operation, launched.see_end(lost, &operation))
        .unwrap()
}

#[test]
fn so_many_restarts_are_too_many_and_old_ones_are_forgotten() {
    let (tor, launched, process) = launched_by(Launch {
        restarts: Restarts {
            most: 2,
            within: Duration::from_secs(3600),
        },
        ..Launch::default()
    });
    clear(&process);
    let old = Instant::now().checked_sub(Duration::from_secs(3601));
    lock(&launched.state).restarts.extend(old);
    lock(&launched.state).restarts.push_back(Instant::now());
    let again = see_end(&tor, &launched).unwrap();
    assert_eq!(
        again.to_string(),
        "tor was ended by signal 15 and said nothing"
    );
    lock(&launched.state).restarts.push_back(Instant::now());
    let Err(Cause::Ended(message)) = see_end(&tor, &launched) else {
        panic!("started again");
    };
    assert!(
        message.starts_with("tor was ended by signal 15"),
        "{message}"
    );
    assert!(message.contains("2 times within 3600000 ms"), "{message}");
}

#[test]
fn one_that_was_told_to_end_is_not_started_again() {
    let (tor, launched, process) = launched_by(Launch::default());
    launched.set_told_to_end(true);
    clear(&process);
    assert!(matches!(see_end(&tor, &launched), Err(Cause::Ended(_))));
    launched.set_told_to_end(false);
    assert!(see_end(&tor, &launched).is_ok());
}
