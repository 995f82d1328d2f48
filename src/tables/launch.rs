//! Starting tor
//!
//! A program can have a tor of its own: torctl_launch() starts one with the options that the
//! program gives, and hands out a controller that is connected to it. tor reads no torrc of the
//! system's and writes none: SAVECONF by force goes to a file in its data directory. Unless told
//! otherwise, the library talks with this tor through a descriptor that tor is born with: there is
//! no port that another program could take or use, no password, and tor ends when the connection
//! does, also when the program dies. What tor prints is always read; its end is kept and shown when
//! tor could not start.
//!
//! The library waits for this one child and no other. The program may handle SIGCHLD in any way;
//! where that is ignored, or the program waits for any child, only the exit status is lost. tor
//! runs in a session of its own, so a Ctrl-C at the program's terminal does not reach it, and has
//! none of the program's descriptors.
//!
//! tor 0.4.8.14 can crash, by a race of its own, when its controller closes within some twenty
//! milliseconds of the start: torctl_launched_wait() then reports a signal. tor 0.4.9 was not seen
//! to do so.

/// How the library talks with tor.
#[choice("TORCTL_LAUNCH_", Control)]
#[base(3600)]
enum Control {
    /// Talk with tor through a descriptor that it is born with (__OwningControllerFD).
    Descriptor = 0,
    /// Talk with tor through a port of 127.0.0.1 that tor chooses, with a cookie: for other
    /// programs of the same user that are to control it too. The port is in "torctl-control-port"
    /// in the data directory.
    Port = 1,
}

trait Launch {
    /// Makes options with the defaults: the program "tor" from PATH, a temporary data directory, no
    /// option of tor set, control through a descriptor, tor ends with the controller.
    fn launch_options_new() -> New<torctl_launch_options>;

    /// Sets the program: a path, or a name to look for in PATH. NULL is "tor".
    fn launch_options_set_program(options: Set<torctl_launch_options>, program: Option<Str>) {
        let program = not_empty(program.unwrap_or(b"tor"), "program")?;
        options.launch.program = program.as_os_str().to_owned();
    }

    /// Sets where tor keeps its data between runs. It is made, with mode 0700, if it does not
    /// exist; two tors cannot share one. NULL, which is the default, makes a directory under TMPDIR
    /// or /tmp and removes it when tor has ended.
    ///
    /// A directory that is there must belong to the user that the program runs as (or that the
    /// option User names), must not be a symbolic link, and nobody else may write to it; no
    /// directory on the way to it may be writable by everybody without the sticky bit.
    /// torctl_launch() looks at this before it writes anything: TORCTL_ERR_SYSTEM, with path, owner
    /// and mode in the message. The right of others to read is removed by tor itself.
    fn launch_options_set_data_directory(options: Set<torctl_launch_options>, path: Option<Str>) {
        options.launch.data_directory = match path {
            None => None,
            Some(path) => Some(not_empty(path, "path")?.into()),
        };
    }

    /// Adds a line to tor's torrc: an option, for example "SocksPort", and its value, for example
    /// "auto". Several values of one option are added one after the other, in their order, for
    /// example the options of an onion service behind its HiddenServiceDir. The value is passed on
    /// as it is, whatever quotes or `#` are in it. The library itself sets DormantCanceledByStartup
    /// to 1 unless the program sets it: a tor that was idle for a day would otherwise do nothing
    /// after its next start.
    ///
    /// A CR or LF is refused, and so are names that are the library's to set: DataDirectory,
    /// RunAsDaemon, __OwningControllerFD and the like. tor itself checks the rest when it starts.
    fn launch_options_add(options: Add<torctl_launch_options>, name: Str, value: Str) {
        options.launch.add_option(name, value)?;
    }

    /// Sets the bridges that tor reaches the network through, with the options UseBridges and
    /// Bridge; they are copied. The program that plays a transport is another option:
    /// torctl_launch_options_add(options, "ClientTransportPlugin", "obfs4 exec
    /// /usr/bin/obfs4proxy", &err), for example. NULL, which is the default, sets neither; with no
    /// bridges in it, tor uses none.
    fn launch_options_set_bridges(
        options: Set<torctl_launch_options>,
        bridges: Option<&torctl_bridges>,
    ) {
        options.launch.bridges = bridges.map(|it| it.source.clone());
    }

    /// Sets how the library talks with tor: TORCTL_LAUNCH_DESCRIPTOR, which is the default, or
    /// TORCTL_LAUNCH_PORT.
    fn launch_options_set_control(options: Set<torctl_launch_options>, control: Choice<Control>) {
        options.launch.control = control;
    }

    /// Sets whether tor goes on when the controller closes or the program ends: 0, which is the
    /// default, or 1. A tor that goes on needs a data directory, and a ControlPort or ControlSocket
    /// among its options if it is ever to be controlled again. Its exit status is fetched when it ends,
    /// but for that of a controller that starts no thread and has been freed.
    fn launch_options_set_keep_running(options: Set<torctl_launch_options>, keep_running: Flag) {
        options.launch.is_kept = keep_running;
    }

    /// Sets how long tor may take until it answers. 30,000 by default.
    fn launch_options_set_start_timeout_ms(
        options: Set<torctl_launch_options>,
        #[check(duration)] timeout_ms: i32,
    ) {
        options.launch.start_timeout_ms = timeout_ms.as_millis() as u64;
    }

    /// Sets how often tor is started again when it has ended: at the most so often within any time of
    /// `within_ms`. 5 within 600,000 by default. For a controller whose options
    /// (torctl_launch_options_set_controller()) say by torctl_options_set_reconnect() that it
    /// reconnects; any other closes when its tor has ended.
    ///
    /// Each tor has the same options and the same directory; a temporary one then lives as long as the
    /// controller. The waits between are those of torctl_options_set_reconnect_delay_ms(), and
    /// everything else is as for a controller that reconnects: queues, listeners and handles go on, what
    /// the program had set up is set up again, each step is a TORCTL_EVENT_STATE. Starts that
    /// fail count, too. When tor is not started once more, the controller closes: torctl_state_event_cause()
    /// is "ENDED", and the message has how tor ended, with its last words.
    ///
    /// A tor that ends because the program wants it, by closing the controller or by torctl_signal()
    /// with TORCTL_SIGNAL_SHUTDOWN or TORCTL_SIGNAL_HALT, is not started again. One whose connection is
    /// lost is ended before another is started; but one with TORCTL_LAUNCH_PORT that goes on by
    /// torctl_launch_options_set_keep_running() is connected to again as long as it runs.
    fn launch_options_set_restarts(
        options: Set<torctl_launch_options>,
        most: u32,
        #[check(duration)] within_ms: i32,
    ) {
        options.launch.restarts = Restarts {
            most,
            within: within_ms,
        };
    }

    /// Makes torctl_launch() wait until tor is bootstrapped, as torctl_wait_bootstrapped() does
    /// with these arguments. A tor that does not get there is ended. The error says why, as that of
    /// torctl_wait_bootstrapped() does, and also has what tor printed since its start. By default
    /// torctl_launch() does not wait.
    ///
    /// `progress`, if not NULL, is called in the thread that calls torctl_launch(), with `user_data`,
    /// which must live until that returns. Of a call that was begun it is called in the thread that
    /// reads what tor says, which may be the library's, until the RESULT has come: there it must not
    /// wait for anything.
    fn launch_options_set_bootstrap(
        options: Set<torctl_launch_options>,
        progress: torctl_progress_fn,
        #[check(passed)] user_data: Pointer,
        timeout_ms: Timeout,
        stall_timeout_ms: Timeout,
    ) {
        let limits = WaitLimits {
            timeout_ms,
            stall_timeout_ms,
        };
        options.launch.bootstrap = Some(limits);
        options.progress = Some(Told {
            progress,
            user_data,
        });
    }

    /// Sets the options of the controller: timeouts, limits, the listeners' capacity. A trace
    /// and a recording count, too. They are copied; the address and all about authentication are left
    /// out. NULL means the defaults.
    fn launch_options_set_controller(
        options: Set<torctl_launch_options>,
        controller_options: Option<&torctl_options>,
    ) {
        options.launch.settings = settings_of(controller_options)?;
    }

    /// Clears the failure that the options remember, so that what was set and added before counts:
    /// for a program that has looked at each status.
    fn launch_options_clear_failure(options: &torctl_launch_options) -> Void {
        options.0.clear_failure()
    }

    /// Frees the options. What was launched with them goes on.
    fn launch_options_free(options: Box<torctl_launch_options>) -> Void;

    /// Makes a controller that is not connected, and that starts a tor of its own when it connects: by
    /// torctl_controller_connect(), which can be begun, or, if it reconnects, by
    /// torctl_controller_start(). Listeners and queues can be added immediately. NULL for `options`
    /// means the defaults.
    ///
    /// torctl_controller_connect() then does what torctl_launch() does, with its statuses. It tries once:
    /// after a failure the controller is closed. torctl_controller_start() waits for no bootstrap and
    /// tries as often as torctl_launch_options_set_restarts() says.
    ///
    /// Returns the failure of the first setter that refused a value for these options: see
    /// torctl_launch_options. Does not block.
    fn controller_new_launched(options: Option<&torctl_launch_options>, out: New<Controller>) {
        launched(options)?
    }

    /// The process number of the tor that torctl_launch() started for this controller, of several the
    /// last; 0 if it started none. Once tor has ended, the number may be another's.
    fn launched_pid(controller: &Controller) -> i64 {
        controller.process()?.pid().into()
    }

    /// The data directory of the tor that torctl_launch() started for this controller.
    ///
    /// Returns a string that lives in the controller; "" if it started none.
    fn launched_data_directory(controller: &Controller) -> Text {
        c_text(controller.process_directory()?.with_nul())
    }

    /// Copies the end of what tor has printed, about 16 KiB at the most: its messages of level
    /// notice and above, unless options say otherwise.
    ///
    /// Writes at most `size_bytes` to `buffer`, a NUL at the end included, and the end rather than
    /// the beginning if not all fits. Returns how long the text is without the NUL; 0 if
    /// torctl_launch() did not start tor. NULL and 0 only ask for that. Goes on working when tor
    /// has ended.
    fn launched_output(controller: &Controller, buffer: *mut c_char, size_bytes: usize) -> usize {
        // SAFETY: by this function's contract.
        unsafe { copy_output(controller, buffer, size_bytes) }?
    }

    /// Waits until the tor that torctl_launch() started for this controller, of several the one that
    /// runs now, has ended, by whatever cause. It does not make it end.
    ///
    /// Sets `*exit_code`, if not NULL, to its exit status, or to -1 if it had none, and `*signal`,
    /// if not NULL, to the signal that ended it, or to 0. Both are so if somebody else in the
    /// program took the status. Returns TORCTL_ERR_TIMEOUT after `timeout_ms`, where -1 is endless,
    /// and TORCTL_ERR_STATE if torctl_launch() did not start tor. torctl_call_cancel() ends it with
    /// TORCTL_ERR_CANCELLED, and torctl_controller_close() with TORCTL_ERR_CLOSED. One that begins
    /// after the close waits for a tor that ends with the controller, and returns TORCTL_ERR_CLOSED
    /// immediately if tor keeps running. The timeout of the call does not count.
    fn launched_wait(
        controller: &Controller,
        timeout_ms: Timeout,
        call: &Operation,
        #[or(-1)] exit_code: Out<i32>,
        signal: Out<i32>,
    ) {
        ended(controller, timeout_ms, call).await?
    }
}
