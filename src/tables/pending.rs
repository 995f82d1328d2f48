//! Pending requests
//!
//! For a program that has many questions: it begins them all, and waits for the answers when it
//! needs them. They are written together, and tor works through them without waiting for the
//! program.

trait Pending {
    /// Begins a request and does not wait: torctl_request() in two steps. Answers come in the order
    /// in which requests were begun, whatever thread began them.
    ///
    /// Sets `*out` to a pending request that the caller frees with torctl_pending_free(). The
    /// timeout counts from here. What was begun is sent when somebody waits for an answer, and very
    /// soon in any case. Does not block. Cannot be begun, for it is a beginning itself;
    /// torctl_request() can.
    fn request_start(
        controller: &Controller,
        command: Str,
        data: Option<Memory>,
        data_size_bytes: Size,
        call: &Call,
        out: New<Request>,
    ) {
        Request::start(controller, Command::raw(command, data)?, call.clone())?
    }

    /// Waits for the answer. It is given once; later calls return TORCTL_ERR_STATE.
    ///
    /// Blocks as torctl_request() does.
    fn pending_wait(pending: &Request, reply: Option<New<Reply>>) {
        pending.wait()?
    }

    /// Whether torctl_pending_wait() would return immediately: with the answer, or because the timeout
    /// has passed, the call was cancelled or the connection has ended.
    #[guarded]
    fn pending_is_complete(pending: Option<&Request>) -> Flag {
        pending.is_some_and(Request::is_complete)
    }

    /// Frees a pending request. If its answer is still to come, it is discarded when it comes; if
    /// it was not sent yet, it is not sent at all.
    fn pending_free(pending: Box<Request>) -> Void;
}
