//! Controllers

trait Controller {
    /// Makes a controller that is not connected. Listeners and queues can be added immediately, so
    /// that they see it connect.
    ///
    /// The options are copied; NULL means the defaults. Returns the failure of the first setter
    /// that refused a value for these options: see torctl_options. Does not block.
    fn controller_new(options: Option<&torctl_options>, out: New<Controller>) {
        let mut settings = settings_of(options)?;
        settings.begin_record()?;
        Tor::new(settings)
    }

    /// Connects and authenticates, by PROTOCOLINFO, AUTHCHALLENGE and AUTHENTICATE as needed, and
    /// asks for the events that listeners and queues want already.
    ///
    /// Returns TORCTL_ERR_CONNECT when there is no tor, TORCTL_ERR_AUTH when it refuses the login
    /// (the TORCTL_REASON_AUTH constants say why), TORCTL_ERR_CLOSED when tor ended the connection
    /// before it had answered, which it does when it ends or starts anew (try again),
    /// TORCTL_ERR_TIMEOUT when that takes too long, TORCTL_ERR_STATE when it is connected already.
    /// After these it can be called again. Blocks for the timeout of the call at the most, or for
    /// the connect timeout if it has none, looking up a name included; torctl_call_cancel() ends it
    /// with TORCTL_ERR_CANCELLED, and torctl_controller_close() in another thread with
    /// TORCTL_ERR_CLOSED for good: torctl_controller_state() says which it is.
    fn controller_connect(controller: &Controller, call: &Operation) {
        controller.connect_for(call).await?
    }

    /// Begins to connect a controller that reconnects, and goes on trying until there is a tor:
    /// torctl_controller_connect() for a program that does not want to wait, and that may start
    /// before tor does.
    ///
    /// How far it is says torctl_controller_state() and, as it changes, a TORCTL_EVENT_STATE with
    /// the reason of each failure. Does not block. TORCTL_ERR_INVALID without
    /// torctl_options_set_reconnect(), TORCTL_ERR_STATE if the controller connects already or is
    /// connected.
    fn controller_start(controller: &Controller) {
        controller.start()?
    }

    /// Waits until the controller is ready, for TORCTL_OK immediately if it is. Does not connect:
    /// another thread does, or the controller by itself.
    ///
    /// A timeout of -1 is endless. Returns TORCTL_ERR_TIMEOUT when it has passed, TORCTL_ERR_CLOSED
    /// when the controller is closed, TORCTL_ERR_CANCELLED after torctl_call_cancel().
    fn controller_wait_ready(controller: &Controller, timeout_ms: Timeout, call: &Operation) {
        controller.wait_ready(timeout_ms, call).await?
    }

    /// With which tor the controller speaks, one after the other: 1 for the first, 1 more each time
    /// it has become ready again, 0 before it was ready at all and for NULL.
    #[or(0)]
    fn controller_incarnation(controller: &Controller) -> u64 {
        controller.incarnation()
    }

    /// The descriptor of a controller that starts no thread (torctl_options_set_thread_free()), for
    /// poll() and its like: readable while torctl_controller_process() has something to do. It stands
    /// for sockets to be written to as well. Never read, write or close it; it lives as long as the
    /// controller. -1 for a controller with threads, when no descriptor is left, and for NULL.
    #[or(-1)]
    fn controller_fd(controller: &Controller) -> c_int {
        controller.fd()?.as_raw_fd()
    }

    /// For how many milliseconds a program may poll torctl_controller_fd() before it calls
    /// torctl_controller_process(): what poll() takes as its timeout. 0 for now, -1 for any time, and
    /// for a controller with threads and NULL. To be asked before each poll, for every call of the
    /// library may change it.
    #[or(-1)]
    fn controller_timeout_ms(controller: &Controller) -> i32 {
        timeout_ms(controller.next_timer())
    }

    /// Does what there is to do now for a controller that starts no thread: reads and writes, ends
    /// what has become too old, goes on with what was begun, and calls the listeners. May be called at
    /// any time and without a reason.
    ///
    /// Does not block, but as long as callbacks run. Several threads may call it; the listeners are
    /// called by one of them. TORCTL_ERR_STATE for a controller with threads, and inside a callback of
    /// a listener, which may call anything else.
    fn controller_process(controller: &Controller) {
        controller.run_round()?
    }

    /// Says how far the controller is, as one of the TORCTL_STATE constants. TORCTL_STATE_CLOSED
    /// for NULL.
    #[or(TORCTL_STATE_CLOSED)]
    fn controller_state(controller: &Controller) -> i32 {
        state_number(controller.current_state())
    }

    /// Sets the default timeout of the requests that begin after this.
    fn controller_set_timeout_ms(controller: &Controller, #[check(duration)] timeout_ms: i32) {
        controller.set_timeout_ms(timeout_ms.as_millis() as u64)
    }

    /// Ends the conversation: every request and every wait on it returns TORCTL_ERR_CLOSED
    /// immediately, queues give what they hold and then TORCTL_END, listeners are notified of the
    /// end and of nothing else. tor is told by QUIT and runs on, unless torctl_launch() started it
    /// to end with the controller.
    ///
    /// Does not block and does not wait for callbacks. Any thread, any state, also inside a
    /// callback, and more than once. Accepts NULL.
    fn controller_close(controller: &mut Controller) -> Void {
        controller.close()
    }
}
