//! tor's process and its traffic

trait Process {
    /// Asks about tor's process, by GETINFO process/pid, process/uid, process/user,
    /// process/descriptor-limit and uptime, each by itself: what one tor does not know is absent.
    #[calls(process_info::process)]
    fn get_process(controller: &Controller, call: &Operation, process: New<torctl_process>);

    /// Asks how much tor has read and written in the last seconds, at most 300, by GETINFO
    /// bw-event-cache. tor only counts while somebody wants BW events.
    #[calls(traffic::bandwidth_history)]
    fn get_bandwidths(
        controller: &Controller,
        call: &Operation,
        bandwidths: New<torctl_bandwidths>,
    );

    /// Asks about accounting, by GETINFO accounting/enabled and, if it is, the other accounting
    /// keys.
    #[calls(traffic::accounting)]
    fn get_accounting(
        controller: &Controller,
        call: &Operation,
        accounting: New<torctl_accounting>,
    );
}

/// Whether tor rests because its accounting limit is reached.
#[words("TORCTL_HIBERNATING_")]
#[zero("")]
#[base(4500)]
enum Hibernating {
    /// tor works as it should.
    #[word("awake")]
    AWAKE = 1,
    /// tor accepts no new connections, and the existing connections go on.
    #[word("soft")]
    SOFT = 2,
    /// tor has no connections at all.
    #[word("hard")]
    HARD = 3,
}

/// tor's process.
#[answer(one, api::process_info::ProcessInfo)]
struct process {
    /// The number of the process; 0 if tor does not say.
    #[is(item.pid.and_then(|it| i64::try_from(it).ok()))]
    pid: Signed,

    /// The number of the user that the process runs as; -1 if tor does not say.
    #[is(item.uid.and_then(|it| i64::try_from(it).ok()))]
    #[absent(-1)]
    uid: Signed,

    /// The name of that user; "" if tor does not say.
    user: Text,

    /// How many descriptors the process may have; 0 if tor does not say.
    descriptor_limit: Number,

    /// How many seconds the process has run; 0 if tor does not say.
    uptime_s: Number,

    /// When the process began, to the second, by this program's clock; 0 if tor does not say.
    started_unix_us: Time,
}

/// Bytes read and written in each of some seconds, the oldest first.
#[answer(list, (u64, u64))]
struct bandwidths {
    /// How many bytes were read in a second.
    #[is(item.0)]
    read_bytes: Number,

    /// How many bytes were written in a second.
    #[is(item.1)]
    written_bytes: Number,
}

/// How much of its accounting limit tor has used. Without accounting everything is 0.
#[answer(one, proto::info::Accounting)]
struct accounting {
    /// Whether tor has a limit.
    is_enabled: Flag,

    /// Whether tor rests because the limit is reached.
    hibernating: Word<Hibernating>,

    /// Bytes read in this interval.
    #[is(item.bytes.map(|it| it.0))]
    read_bytes: Number,

    /// Bytes written in this interval.
    #[is(item.bytes.map(|it| it.1))]
    written_bytes: Number,

    /// Bytes that may still be read in this interval.
    #[is(item.bytes_left.map(|it| it.0))]
    read_left_bytes: Number,

    /// Bytes that may still be written in this interval.
    #[is(item.bytes_left.map(|it| it.1))]
    written_left_bytes: Number,

    /// When the interval began.
    #[is(item.interval_start_us)]
    start_unix_us: Time,

    /// When tor wakes in this interval.
    #[is(item.interval_wake_us)]
    wake_unix_us: Time,

    /// When the interval ends.
    #[is(item.interval_end_us)]
    end_unix_us: Time,
}
