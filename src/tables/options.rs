//! Options

/// How to authenticate.
#[choice("TORCTL_AUTH_", Option::<Method>)]
#[base(4100)]
enum Auth {
    /// Use whatever works: nothing, then SAFECOOKIE, then the password if one was given. A plain
    /// cookie is sent only if tor offers nothing better and the path of the file does not come from
    /// the peer: it is that of torctl_options_set_cookie_file(), or of TOR_CONTROL_COOKIE_AUTH_FILE
    /// where that counts. A peer could name any file of 32 bytes.
    #[is(None)]
    Auto = 0,
    /// Use no secret at all.
    #[is(Some(Method::Null))]
    Null = 1,
    /// Use the password of torctl_options_set_password().
    #[is(Some(Method::Password))]
    Password = 2,
    /// Send the cookie itself, from the file that the peer names if the program names none. It is
    /// given away if the peer is not tor.
    #[is(Some(Method::Cookie))]
    Cookie = 3,
    /// Prove knowledge of the cookie, and require that tor proves it, too.
    #[is(Some(Method::SafeCookie))]
    Safecookie = 4,
}

/// What a full queue does.
#[choice("TORCTL_DROP_", Overflow)]
#[base(4200)]
enum Overflow {
    /// A full queue drops the events that wait longest.
    #[is(Overflow::DropOldest)]
    Oldest = 0,
    /// A full queue drops the events that arrive.
    #[is(Overflow::DropNewest)]
    Newest = 1,
}

trait Options {
    /// Makes options with the defaults.
    fn options_new() -> New<torctl_options>;

    /// Sets where tor is: "127.0.0.1:9051", "[::1]:9051", "name:9051", "unix:/path", "/path" or, on
    /// Linux, "unix:@name" for a Unix socket of the abstract namespace.
    ///
    /// NULL, which is the default, looks for tor: at TOR_CONTROL_IPC_PATH (a Unix socket) and at
    /// TOR_CONTROL_HOST and TOR_CONTROL_PORT if the environment has them; otherwise at
    /// /run/tor/control, /var/run/tor/control, 127.0.0.1:9051 and 127.0.0.1:9151, in this order.
    /// Each is asked by PROTOCOLINFO whether it is tor. TOR_CONTROL_PASSWD and
    /// TOR_CONTROL_COOKIE_AUTH_FILE then stand in for a password and a cookie file that the program
    /// does not give.
    ///
    /// The environment counts as a whole: with an address (or a descriptor) none of these variables
    /// is looked at, so that the user's password goes nowhere but to the user's tor. A program that
    /// wants it there reads the variable and calls torctl_options_set_password().
    #[choice("target")]
    fn options_set_address(options: Set<torctl_options>, address: Option<Str>) {
        options.target = match address {
            None => Target::Find,
            Some(address) => target(address)?,
        };
    }

    /// Sets the path of a file in which tor writes down where its control port is, in place of an
    /// address: that of tor's option ControlPortWriteToFile, for a tor with "ControlPort auto".
    ///
    /// It is read anew at each attempt to connect, so a controller that reconnects finds a tor that
    /// has taken another port. Of several addresses the first counts at which the login succeeds.
    /// While there is no such file, or no address in it, torctl_controller_connect() returns
    /// TORCTL_ERR_CONNECT.
    #[choice("target")]
    fn options_set_port_file(options: Set<torctl_options>, path: Str) {
        options.target = Target::PortFile(not_empty(path, "path")?.into());
    }

    /// Sets a descriptor that is connected to tor already, in place of an address: one end of a
    /// socketpair() or what an embedded tor hands out.
    ///
    /// The first torctl_controller_connect() with these options takes the descriptor over and
    /// closes it in the end; until then it is the options', which close it when they are freed
    /// unused. `authenticated` says that tor lets everything through already. A failure leaves the
    /// descriptor with the caller.
    #[choice("target")]
    fn options_set_fd(options: Set<torctl_options>, fd: c_int, authenticated: Flag) {
        options.target = descriptor(fd, authenticated)?;
    }

    /// Sets how long connecting and authenticating may take together. 30,000 by default.
    fn options_set_connect_timeout_ms(
        options: Set<torctl_options>,
        #[check(duration)] timeout_ms: i32,
    ) {
        options.connect_timeout = timeout_ms;
    }

    /// Sets the default timeout of requests. 30,000 by default.
    fn options_set_timeout_ms(options: Set<torctl_options>, #[check(duration)] timeout_ms: i32) {
        options.timeout = timeout_ms;
    }

    /// Sets whether the controller makes a new connection when it has lost one: 1 for that, 0, the
    /// default, for a controller that closes then.
    ///
    /// A controller that reconnects lives until it is closed by torctl_controller_close() or
    /// torctl_controller_free(). Its queues with their descriptors, its listeners and all other
    /// handles go on. Between two connections its state is TORCTL_STATE_WAITING: it waits as
    /// torctl_options_set_reconnect_delay_ms() says, then looks for tor by the same rules as the
    /// first time, and authenticates anew. Each step is a TORCTL_EVENT_STATE. What was on its way
    /// when the connection was lost returns TORCTL_ERR_CLOSED and is not asked again; so do requests
    /// between two connections, unless torctl_call_set_wait_ready() lets them wait. Events that
    /// nobody heard are marked in every queue that wants some by a TORCTL_EVENT_GAP, of which
    /// torctl_gap_cause() is TORCTL_GAP_CONNECTION: what a program has learned from events may be out
    /// of date then.
    ///
    /// What the program had set up on tor by the functions for it is set up again before the state is
    /// READY: services with their addresses, keys for services, mapped addresses, ownership, the
    /// attacher, options of torctl_keep_conf(). A TORCTL_EVENT_RESTORED says of each thing that it is
    /// there again or that it is lost, and why. At the most 4 MiB of it are kept.
    ///
    /// The first connection is torctl_controller_connect()'s, which tries once, or
    /// torctl_controller_start()'s. Not for a descriptor, whose connection nobody can make anew. For
    /// torctl_launch() see torctl_launch_options_set_restarts().
    fn options_set_reconnect(options: Set<torctl_options>, reconnect: Flag) {
        options.reconnects = reconnect;
    }

    /// Sets how long a controller that reconnects waits before the first attempt, and the longest
    /// wait before any. 1,000 and 600,000 by default.
    fn options_set_reconnect_delay_ms(
        options: Set<torctl_options>,
        first_ms: i32,
        longest_ms: i32,
    ) {
        let first = milliseconds(first_ms, "first_ms")?;
        options.backoff.longest = milliseconds(longest_ms, "longest_ms")?;
        options.backoff.first = first;
    }

    /// Sets how much longer each wait is than the one before, in percent from 100 to 10,000, and
    /// how much shorter by chance, from 0 to 100 percent, so that not all programs come back
    /// at the same moment. 150 and 20 by default.
    fn options_set_reconnect_growth(
        options: Set<torctl_options>,
        growth_percent: i32,
        jitter_percent: i32,
    ) {
        let growth_percent = percent(growth_percent, "growth_percent", 100..=10_000)?;
        options.backoff.jitter_percent = percent(jitter_percent, "jitter_percent", 0..=100)?;
        options.backoff.growth_percent = growth_percent;
    }

    /// Sets whether the controller starts no thread: 1 for that, 0, the default, for one that uses the
    /// threads of the library. For programs that may have no other thread, or that fork.
    ///
    /// What the threads would have seen to, the program sees to in its loop: it polls
    /// torctl_controller_fd() for reading, for torctl_controller_timeout_ms() at the most, and calls
    /// torctl_controller_process(). Only that fills queues, makes their descriptors readable, ends
    /// calls that were begun, calls listeners and reconnects; what is to be written to a full socket
    /// is seen to as well, so that there is no descriptor to poll for writing. A call that blocks
    /// sees to the same while it waits, but for the listeners, which are called by
    /// torctl_controller_process() and torctl_controller_free() alone. A program that does neither
    /// hears nothing.
    ///
    /// A host name in place of an address is looked up by the thread that connects, which for
    /// connecting anew is the one in torctl_controller_process(), and it waits for the answer however
    /// long that takes. What a tor of torctl_launch() prints is read, and its end seen, by the same.
    fn options_set_thread_free(options: Set<torctl_options>, thread_free: Flag) {
        options.is_thread_free = thread_free;
    }

    /// Sets how to authenticate, one of the TORCTL_AUTH constants. TORCTL_AUTH_AUTO by default.
    fn options_set_auth(options: Set<torctl_options>, method: Choice<Auth>) {
        options.auth = method;
    }

    /// Sets the password. It is copied, sent as hex so that any bytes are safe, and wiped with the
    /// last controller that has it. NULL clears it.
    fn options_set_password(options: Set<torctl_options>, password: Option<Str>) {
        options.password = password.map(|bytes| Zeroizing::new(bytes.to_vec()));
    }

    /// Sets the path of the cookie file, in place of the one that tor names. NULL clears it.
    ///
    /// With a path, TORCTL_AUTH_AUTO also sends the plain cookie to a peer that offers nothing
    /// better.
    fn options_set_cookie_file(options: Set<torctl_options>, path: Option<Str>) {
        options.cookie_file = path.map(|bytes| OsStr::from_bytes(bytes).into());
    }

    /// Sets the longest reply line, from 256 bytes to 1 GiB. 16 MiB by default.
    fn options_set_max_line_bytes(options: Set<torctl_options>, max_line_bytes: usize) {
        options.limits.line_bytes = limit(max_line_bytes, "max_line_bytes", 256)?;
    }

    /// Sets the largest reply or event, from 256 bytes to 1 GiB. 64 MiB by default. A reply over
    /// it, or a list of directory entries, fails its request with TORCTL_ERR_TOO_LARGE; an event
    /// over it counts as dropped. Both happen when the limit is crossed, not when the reply or the
    /// event ends. What goes on to 16 times a limit ends the connection, with TORCTL_ERR_CLOSED.
    fn options_set_max_reply_bytes(options: Set<torctl_options>, max_reply_bytes: usize) {
        options.limits.message_bytes = limit(max_reply_bytes, "max_reply_bytes", 256)?;
    }

    /// Sets the most lines of a reply, those in data blocks not counted. 1,048,576 by default.
    fn options_set_max_reply_lines(options: Set<torctl_options>, max_reply_lines: usize) {
        options.limits.message_lines = limit(max_reply_lines, "max_reply_lines", 1)?;
    }

    /// Sets how much the queue behind the listeners holds, in events and in bytes of their raw
    /// text. 65,536 events and 4 MiB by default.
    fn options_set_listener_capacity(
        options: Set<torctl_options>,
        capacity_events: usize,
        capacity_bytes: usize,
    ) {
        let events = limit(capacity_events, "capacity_events", 1)?;
        let bytes = limit(capacity_bytes, "capacity_bytes", 1)?;
        options.listener_capacity.events = events;
        options.listener_capacity.bytes = bytes;
    }

    /// Sets what the queue behind the listeners drops when it is full: TORCTL_DROP_OLDEST, which is
    /// the default, or TORCTL_DROP_NEWEST.
    fn options_set_listener_overflow(options: Set<torctl_options>, overflow: Choice<Overflow>) {
        options.listener_capacity.overflow = overflow;
    }

    /// Clears the failure that the options remember, so that what was set before counts: for a
    /// program that has looked at each status.
    fn options_clear_failure(options: &torctl_options) -> Void {
        options.0.clear_failure()
    }

    /// Frees the options. Controllers made from them go on.
    fn options_free(options: Box<torctl_options>) -> Void;
}
