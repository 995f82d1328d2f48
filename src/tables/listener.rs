//! Listeners
//!
//! Functions of the program that the library calls for events, on a thread of its own
//! ("torctl-call", one for each controller with listeners), one at a time and in the order in which
//! tor sent the events. A listener may call anything, also requests, also to remove itself, also to
//! close and free the controller. It must not throw or longjmp. All listeners of a controller share
//! one bounded queue (torctl_options_set_listener_capacity()); one that takes its time makes that
//! queue drop and never holds up tor or a request. What was lost comes as a TORCTL_EVENT_GAP, in
//! its place, to every listener that asked for a kind of which something was lost.

trait Listener {
    /// Asks tor by SETEVENTS also for the events with this name, for this listener: see
    /// torctl_queue_add_event_name(), which does the same for a queue. A listener for names alone
    /// is added with TORCTL_KIND_BIT(TORCTL_EVENT_GAP).
    ///
    /// Returns TORCTL_ERR_NOT_FOUND if there is no such listener, and TORCTL_ERR_REJECTED for a
    /// name that this tor does not know, which changes nothing for anybody. Blocks like a request
    /// when the controller is connected. May be called from inside the listener.
    fn listener_add_event_name(
        controller: &Controller,
        id: u64,
        #[check(event_name)] name: Str,
        call: &Operation,
    ) {
        controller.add_listener_name(id, name, call).await?
    }

    /// Removes a listener. From outside a callback, the listener is not running any more when this
    /// returns and never runs again; so hold no lock that it takes. From inside, the present call
    /// is the last. tor is told by SETEVENTS to send no more than the others want.
    ///
    /// Returns TORCTL_ERR_NOT_FOUND if there is no such listener. Blocks like a request, and for as
    /// long as a listener runs. When the request fails, the listener is removed all the same.
    /// Neither a timeout nor torctl_controller_close() ends the wait for a listener that runs.
    /// torctl_call_cancel() does, with TORCTL_ERR_CANCELLED: the listener is removed then as well,
    /// but it may be running, and its `destroy` is called when it is not.
    fn listener_remove(controller: &Controller, id: u64, call: &Operation) {
        controller.remove_listener(id, call).await?
    }

    /// Sets the function that is notified of listeners that failed, in place of the one before.
    /// NULL for `failure` clears it. `destroy` is called once with `user_data` when it has been
    /// replaced or the controller has closed, and also when this fails.
    ///
    /// Does not talk to tor. From outside a callback, the old function is not running any more when
    /// this returns; so it blocks for as long as a listener runs, and torctl_call_cancel() ends
    /// that with TORCTL_ERR_CANCELLED: the new function is set then as well, but the old one may be
    /// running. Cannot be begun, for it asks tor nothing.
    fn listener_set_failure_fn(
        controller: &Controller,
        failure: torctl_failure_fn,
        user_data: UserData,
        destroy: Destroy,
        call: &Call,
    ) {
        set_failure(controller, failure, user_data, call)?
    }

    /// How many events wait for the listeners.
    fn listener_backlog(controller: &Controller) -> usize {
        controller.listener_counts().0.backlog
    }

    /// How many events were delivered to the listeners. An event counts once, however many
    /// listeners get it.
    fn listener_delivered(controller: &Controller) -> u64 {
        controller.listener_counts().0.delivered
    }

    /// How many events the listeners lost. What tor sent is delivered + backlog + dropped, as long
    /// as nothing comes or is handed over between the three calls.
    fn listener_dropped(controller: &Controller) -> u64 {
        controller.listener_counts().0.dropped
    }

    /// How many calls of listeners failed.
    fn listener_failed(controller: &Controller) -> u64 {
        controller.listener_counts().1
    }
}
