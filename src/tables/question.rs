//! Questions
//!
//! Requests whose answers come as numbers, objects and events in place of text. What there is no
//! function for is asked by torctl_get_info().

#[api(typed_info)]
trait Question {
    /// Asks by GETINFO for a value that is a number: "uptime" (seconds), "traffic/read" and
    /// "traffic/written" (bytes), "process/pid", "limits/max-mem-in-queues" (bytes) and more.
    ///
    /// Sets `*number`. A value that is no number gives TORCTL_ERR_PROTOCOL.
    #[called(("keys[0]", "key"))]
    #[calls(typed_info::number)]
    fn get_number(controller: &Controller, key: Str, call: &Operation, number: Out<u64>);

    /// Asks by GETINFO for a value that is yes or no: "status/circuit-established",
    /// "status/enough-dir-info", "network-liveness", "dormant", "config-can-saveconf",
    /// "status/reachability-succeeded/or", "ip-to-country/ipv4-available" and more.
    ///
    /// Sets `*flag` to 1 or 0. A value that is neither gives TORCTL_ERR_PROTOCOL.
    #[called(("keys[0]", "key"))]
    #[calls(typed_info::flag)]
    fn get_flag(controller: &Controller, key: Str, call: &Operation, flag: Out<c_int>);

    /// Asks how many bytes tor has read and written since it began, by GETINFO traffic/read and
    /// traffic/written.
    #[calls(traffic::traffic)]
    fn get_traffic(
        controller: &Controller,
        call: &Operation,
        read_bytes: Out<u64>,
        written_bytes: Out<u64>,
    );

    /// Asks how many bytes per second tor may use on average, and how many in a burst, by GETCONF:
    /// the least of BandwidthRate, RelayBandwidthRate and MaxAdvertisedBandwidth, and of the
    /// bursts, those that are 0 not counted.
    #[calls(traffic::effective_rate)]
    fn get_effective_rate(
        controller: &Controller,
        call: &Operation,
        rate_bytes: Out<u64>,
        burst_bytes: Out<u64>,
    );

    /// Asks how far tor is with bootstrapping, by GETINFO status/bootstrap-phase.
    /// torctl_wait_bootstrapped() waits for the end of it.
    ///
    /// Sets `*phase` to a STATUS_CLIENT event that says what tor said last:
    /// torctl_status_event_progress(), torctl_status_event_tag(), torctl_status_event_summary()
    /// and, in trouble, torctl_status_event_warning().
    #[calls(snapshot::bootstrap_phase)]
    fn get_bootstrap_phase(controller: &Controller, call: &Operation, phase: New<Event>);

    /// Asks for the circuits that there are, by GETINFO circuit-status.
    ///
    /// Sets `*circuits` to CIRC events, one for each, with the status that it has: torctl_circ_id()
    /// and its like.
    fn get_circuits(controller: &Controller, call: &Operation, circuits: New<torctl_events>) {
        snapshot::events(controller, "circuit-status", call).await?
    }

    /// Asks for the streams that there are, by GETINFO stream-status, which has fewer fields than
    /// the events: id, status, circuit and target.
    ///
    /// Sets `*streams` to STREAM events, one for each.
    fn get_streams(controller: &Controller, call: &Operation, streams: New<torctl_events>) {
        snapshot::events(controller, "stream-status", call).await?
    }

    /// Asks for the connections to relays that there are, by GETINFO orconn-status.
    ///
    /// Sets `*connections` to ORCONN events, one for each.
    fn get_orconns(controller: &Controller, call: &Operation, connections: New<torctl_events>) {
        snapshot::events(controller, "orconn-status", call).await?
    }

    /// Asks in which countries addresses are, by GETINFO ip-to-country, all in one go.
    ///
    /// Sets `*results` to one result for each address in the order asked: the address and two
    /// letters, for example "us", or "?" where tor does not know. A tor without a GeoIP file
    /// refuses each with code 551.
    #[called(("keys[", "addresses["))]
    #[calls(address::countries)]
    fn get_countries(
        controller: &Controller,
        addresses: Strings,
        count: Count,
        call: &Operation,
        results: New<torctl_results>,
    );

    /// Asks which options of tor's configuration are not at their defaults, by GETINFO config-text.
    ///
    /// Sets `*values` to names and values in the order in which a torrc would have them, so that
    /// the options of a service stand behind its HiddenServiceDir; a name may come more than once.
    #[calls(conf::changed_options)]
    fn get_changed_conf(controller: &Controller, call: &Operation, values: New<Values>);
}

#[api(new_identity)]
trait NewIdentity {
    /// Tells tor to use new circuits for new streams, by SIGNAL NEWNYM, and waits until it does:
    /// immediately if the last time was ten seconds ago, or else when it will have been. Only a
    /// SIGNAL event that comes after tor's answer counts. Where none comes within eleven seconds
    /// and tor still answers, tor has acted by its own rule, and the call returns TORCTL_OK: a
    /// filter before tor keeps the event back, or tor takes no streams, having no SOCKS port or its
    /// like, and tells of nothing. Blocks for `timeout_ms` at the most, where -1 means no limit but
    /// that; then TORCTL_ERR_TIMEOUT.
    fn new_identity(controller: &Controller, timeout_ms: Timeout, call: &Operation);

    /// How many milliseconds tor would wait before it acts on a NEWNYM that is sent now. Counts
    /// those that were sent through this controller; of others tor does not tell. Does not talk to
    /// tor. 0 for NULL.
    fn newnym_wait_ms(controller: &mut Controller) -> i32 {
        new_identity::newnym_wait(controller).as_millis() as i32
    }
}

/// What is there now, in the form of the events that would have announced it.
#[answer(list, Event)]
#[one_thread]
struct events {
    /// An event, which lives in the object; NULL if there are not so many.
    #[is(Some(item))]
    get: Object<Event>,
}
