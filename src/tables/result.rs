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

    /// The same as torctl_result_take_reply() for the outcome of torctl_controller_open() and torctl_launch().
    fn result_take_controller(event: &Event, controller: New<Controller>) {
        take_controller(event)?
    }

    /// Takes the exit status and the signal that torctl_launched_wait() gives: -1 and 0 if it fails.
    fn result_take_exit(event: &Event, #[or(-1)] exit_code: Out<i32>, signal: Out<i32>) {
        take::<(i32, i32)>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_info(), torctl_get_conf() and all that give torctl_values.
    fn result_take_values(event: &Event, values: New<Values>) {
        take::<Values>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of what asks for several things, each with an outcome of its own.
    fn result_take_results(event: &Event, results: New<torctl_results>) {
        take::<torctl_results>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_circuits(), torctl_get_streams() and torctl_get_orconns().
    fn result_take_events(event: &Event, events: New<torctl_events>) {
        take::<torctl_events>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_bootstrap_phase() and torctl_resolve().
    fn result_take_event(event: &Event, taken: New<Event>) {
        take::<Event>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_onions().
    fn result_take_list(event: &Event, list: New<torctl_list>) {
        take::<torctl_list>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_add_onion() and torctl_watch_onion().
    fn result_take_onion(event: &Event, onion: New<torctl_onion>) {
        take::<torctl_onion>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_add_onions().
    fn result_take_onions(event: &Event, onions: New<torctl_onions>) {
        take::<torctl_onions>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_onion_get_status().
    fn result_take_onion_status(event: &Event, onion_status: New<torctl_onion_status>) {
        take::<torctl_onion_status>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_onion_listener_new().
    fn result_take_onion_listener(event: &Event, onion_listener: New<torctl_onion_listener>) {
        take::<torctl_onion_listener>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_client_auths().
    fn result_take_client_auths(event: &Event, client_auths: New<torctl_client_auths>) {
        take::<torctl_client_auths>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_services().
    fn result_take_services(event: &Event, services: New<torctl_services>) {
        take::<torctl_services>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_fetch_onion().
    fn result_take_fetch(event: &Event, fetch: New<torctl_fetch>) {
        take::<torctl_fetch>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_queue_new().
    fn result_take_queue(event: &Event, queue: New<EventQueue>) {
        take::<EventQueue>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_view_new().
    fn result_take_view(event: &Event, view: New<torctl_view>) {
        take::<torctl_view>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_health().
    fn result_take_health(event: &Event, health: New<torctl_health>) {
        take::<torctl_health>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_guards().
    fn result_take_guards(event: &Event, guards: New<torctl_guards>) {
        take::<torctl_guards>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_mappings().
    fn result_take_mappings(event: &Event, mappings: New<torctl_mappings>) {
        take::<torctl_mappings>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_endpoints().
    fn result_take_endpoints(event: &Event, endpoints: New<torctl_endpoints>) {
        take::<torctl_endpoints>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_exit_policy().
    fn result_take_exit_policy(event: &Event, exit_policy: New<torctl_exit_policy>) {
        take::<torctl_exit_policy>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_config_options().
    fn result_take_config_options(event: &Event, config_options: New<torctl_config_options>) {
        take::<torctl_config_options>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_process().
    fn result_take_process(event: &Event, process: New<torctl_process>) {
        take::<torctl_process>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_bandwidths().
    fn result_take_bandwidths(event: &Event, bandwidths: New<torctl_bandwidths>) {
        take::<torctl_bandwidths>(event)?
    }

    /// The same as torctl_result_take_reply() for the outcome of torctl_get_accounting().
    fn result_take_accounting(event: &Event, accounting: New<torctl_accounting>) {
        take::<torctl_accounting>(event)?
    }

    /// Takes the number that torctl_get_number() or torctl_extend_circuit() gives.
    fn result_take_number(event: &Event, number: Out<u64>) {
        take::<u64>(event)?
    }

    /// Takes the number that torctl_get_flag(), torctl_onion_client_auth_add() or
    /// torctl_onion_client_auth_remove() gives.
    fn result_take_int(event: &Event, number: Out<c_int>) {
        take::<c_int>(event)?
    }

    /// Takes the two numbers that torctl_get_traffic() or torctl_get_effective_rate() gives, in the order
    /// of their arguments.
    fn result_take_numbers(event: &Event, first: Out<u64>, second: Out<u64>) {
        take::<(u64, u64)>(event)?
    }

    /// Takes the connection that torctl_dial() has made, which is the caller's to close, and what is
    /// known of it inside tor, as torctl_dial() gives these. A connection that nobody takes is closed
    /// with the event.
    fn result_take_fd(event: &Event, fd: Descriptor, dialed: Option<New<torctl_dialed>>) {
        take::<(OwnedFd, torctl_dialed)>(event)?
    }

    /// Takes the circuit that torctl_build_circuit() has built, and its last event.
    fn result_take_circuit(event: &Event, circuit: Out<u64>, built: Option<New<Event>>) {
        take::<(u64, Event)>(event)?
    }
}
