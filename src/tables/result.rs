//! Outcomes of begun calls
//!
//! torctl_call_set_queue() makes a call one that is not waited for. Its outcome is an event of kind
//! TORCTL_EVENT_RESULT.

trait Outcome {
    /// The status that the function would have returned, had it been waited for; TORCTL_ERR_INVALID
    /// for another event and for NULL.
    #[or(TORCTL_ERR_INVALID)]
    fn result_status(event: Option<&Event>) -> torctl_status {
        status_of(event?)?
    }

    /// Takes the reply of torctl_request(). What a call gives is taken once: then TORCTL_ERR_STATE.
    /// TORCTL_ERR_INVALID if the call gives something else; for a call that failed, its status.
    fn result_take_reply(event: &Event, reply: New<Reply>) {
        take::<Reply>(event)?
    }
}
