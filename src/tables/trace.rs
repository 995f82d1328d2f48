//! Trace, recording and replay
//!
//! For finding out what a program and tor said to each other: a trace shows each line to a function
//! of the program, a recording writes them to a file, and a replay plays such a file in place of a
//! tor, so that a report from a user becomes a test without a network. All are options, and off by
//! default.
//!
//! Secrets are replaced by "[secret]": what AUTHENTICATE and AUTHCHALLENGE send and get, private
//! keys of onion services and of their clients, values of options whose names say that they are
//! passwords or authenticators, passwords of SOCKS clients, and all arguments of commands that this
//! version does not know. Everything else is shown as it is: addresses, names of hosts that are
//! visited, paths, the user's name. Look at a recording before you give it to somebody.

/// What a line of a trace is.
#[words("TORCTL_TRACE_")]
#[ours]
#[base(6900)]
enum TraceDirection {
    /// tor sent it: a line of a reply, of an event or of a data block.
    IN = 1,
    /// The library sent it: a command, or a line of its data.
    OUT = 2,
    /// The library says of the connection: "CONNECTED", "ENDED CAUSE=" with LOCAL, EOF, ERROR or
    /// PROTOCOL, or "LOST LINES=" with the number of lines that came while the function was too slow
    /// and that are missing here.
    CONNECTION = 3,
}

trait Trace {
    /// Sets a function that is called with each line that the controllers made from these options
    /// write and read, also over the next connections. NULL, which is the default, means no trace.
    ///
    /// The function runs in whatever thread has written or read, "torctl-io" included, for one line
    /// at a time of a controller and in the order of the wire; what a thread has written or read
    /// itself, it is shown before its call returns, unless another thread is in the function. No lock
    /// of the library is held. The function may call torctl_controller_state(),
    /// torctl_controller_close() and whatever does not wait. What asks tor through the same
    /// controller returns TORCTL_ERR_STATE there, and waiting for its events returns as when the
    /// time is over. It must not free the controller, and must not throw or longjmp. It holds up
    /// reading: keep it short.
    ///
    /// `destroy`, if not NULL, is called once with `user_data`: when another trace is set or the
    /// options are freed, and all controllers that were made with it are freed, too; also when setting
    /// fails. It must not use these options. torctl_controller_free() waits until the function does
    /// not run: hold no lock that it takes.
    fn options_set_trace(
        options: Set<torctl_options>,
        trace: torctl_trace_fn,
        user_data: UserData,
        destroy: Destroy,
    ) {
        options.trace = function(trace, user_data);
    }

    /// Sets the path of a file in which a controller is recorded. NULL, which is the default, means
    /// no recording.
    ///
    /// torctl_controller_new() and torctl_launch() make the file, with mode 0600, and fail with
    /// TORCTL_ERR_SYSTEM if that cannot be done, or if there is one of this name already: set another
    /// for each controller. Lines are written where a trace would show them, and before; a slow
    /// disk holds up reading. When writing fails, for example because the disk is full, the recording
    /// ends behind the last whole line, torctl_controller_record_errno() says why, and everything
    /// else goes on.
    ///
    /// A recording is text, to be read and edited:
    ///
    ///     torctl recording 1
    ///     # A comment.
    ///     0.000120 = CONNECTED
    ///     0.000455 > GETINFO version
    ///     0.001020 < 250-version=0.4.9.8
    ///     0.001020 < 250 OK
    ///
    /// A line has the seconds since the beginning, who wrote it (">" the library, "<" tor, "=" the
    /// library of the connection), and what: there two backslashes stand for one, and a backslash
    /// with x and two hexadecimal digits for a byte that is not printed. The time can be left out.
    fn options_set_record_file(options: Set<torctl_options>, path: Option<Str>) {
        options.record_file = path
            .map(|path| not_empty(path, "path"))
            .transpose()?
            .map(Into::into);
    }

    /// Sets a recording that is played in place of a tor, in place of an address. Reads the file:
    /// TORCTL_ERR_SYSTEM if that fails, TORCTL_ERR_INVALID, with the number of the line, for a text
    /// that is no recording.
    ///
    /// A controller connects to the recorded connections one after the other. The login is left out,
    /// and so are connections that were not let in. A command gets the answer that it got in the
    /// recording: the first that was recorded and not played yet, or else the last one again. In a
    /// recorded command, "[secret]" stands for anything. Events come in their places between the
    /// answers; those behind an answer come immediately after it, as fast as they are read. A
    /// SETEVENTS that was not recorded like this takes the place of the next, and is allowed at any
    /// rate. Any other command that was not recorded is refused, with TORCTL_ERR_REJECTED and "551
    /// not in the recording". Where tor hung up, the replay does; after the last connection
    /// torctl_controller_connect() returns TORCTL_ERR_CONNECT. No thread and no process is started
    /// for it.
    #[choice("target")]
    fn options_set_replay_file(options: Set<torctl_options>, path: Path) {
        options.target = Target::Replay(replay::read(path)?);
    }

    /// Says why a controller is not recorded any more, as a number of errno, for example ENOSPC. 0
    /// while all is well, and without a recording.
    fn controller_record_errno(controller: &Controller) -> c_int {
        controller.record_errno()
    }
}
