//! Waits
//!
//! For what tor says not in its answer but later, as events. A wait takes the events from before
//! the action on whose outcome it waits, so that none is missed. It blocks until what it waits for
//! has come or has failed, its timeout has passed (TORCTL_ERR_TIMEOUT), torctl_call_cancel() was
//! called (TORCTL_ERR_CANCELLED), or the connection has ended (TORCTL_ERR_CLOSED). A timeout of -1
//! is endless; that of the call counts for each request that the wait makes.

#[api(bootstrap)]
trait Bootstrap {
    /// Waits until tor is bootstrapped, which means that it has built a circuit: asks by GETINFO
    /// status/bootstrap-phase and follows the STATUS_CLIENT events. Where a filter refuses the
    /// events, it asks again until tor is bootstrapped; where it refuses the question, the events
    /// are enough. Wakes a dormant tor, by SIGNAL ACTIVE.
    ///
    /// `progress`, if not NULL, is called in this thread with where tor is now, and then with each step
    /// forward and each problem. `timeout_ms` is for the whole, `stall_timeout_ms` begins again
    /// with each step forward; -1 is endless for both. Returns TORCTL_OK immediately if tor is
    /// there already, and TORCTL_ERR_TIMEOUT when one of the two has passed. Then the error says
    /// what is known of the cause: torctl_error_reason() as a number, for example
    /// TORCTL_REASON_CLOCK_SKEW or TORCTL_REASON_NO_TRANSPORT; torctl_error_bootstrap_phase(),
    /// where tor is stuck; torctl_error_reply_text(), tor's last warning; and the message all of
    /// these with the last warnings of tor's log and the options that explain them. A problem for
    /// which tor recommends to ignore it replaces none for which it recommends to warn the user. To
    /// find the cause, the function asks tor by GETCONF and GETINFO, which takes a second at the
    /// most. `progress` may call anything and must not throw or longjmp. Of a call that was begun it is
    /// called in the thread that reads what tor says, which may be the library's, until the RESULT
    /// has come: there it must not wait for anything.
    fn wait_bootstrapped(
        controller: &Controller,
        progress: torctl_progress_fn,
        #[check(passed)] user_data: Pointer,
        timeout_ms: Timeout,
        stall_timeout_ms: Timeout,
        call: &Operation,
    ) {
        let limits = WaitLimits {
            timeout_ms,
            stall_timeout_ms,
        };
        let mut tell = teller(progress, user_data);
        bootstrap::wait_bootstrapped(controller, limits, call, &mut tell).await?
    }

    /// Takes events from a queue until one comes that `accept` accepts. Make the queue first, then
    /// do what the event is to come from, then wait: nothing is missed. Events that were not
    /// accepted are gone from the queue; a TORCTL_EVENT_GAP is offered, too.
    ///
    /// Sets `*event` to the accepted event. NULL for `accept` takes the next event, whatever it is.
    /// `accept` is called in this thread, may call anything but torctl_queue_free() on this queue, and
    /// must not throw or longjmp. May be called inside callbacks. Cannot be begun: a program that does
    /// not wait polls torctl_queue_fd(), and takes the events itself.
    fn wait_event(
        queue: &EventQueue,
        accept: torctl_accept_fn,
        user_data: Pointer,
        timeout_ms: Timeout,
        call: &Call,
        event: New<Event>,
    ) {
        accepted(queue, accept, user_data, timeout_ms, call)?
    }
}
