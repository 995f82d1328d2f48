//! Live views
//!
//! A view is a list of the circuits, streams and guards that is always up to date, for a program
//! that shows them. It takes as much memory as there are of them, however long nobody looks.

trait View {
    /// Makes a view. tor is asked for CIRC, CIRC_MINOR, STREAM and GUARD events, then by GETINFO
    /// circuit-status, stream-status and entry-guards for what is there already, and again in each
    /// new connection.
    ///
    /// If the controller is connected the view is complete when this returns; otherwise as soon as
    /// tor has answered. Blocks like a request when the controller is connected. Fails with
    /// TORCTL_ERR_FILTERED or TORCTL_ERR_REJECTED where tor refuses the events or a question.
    fn view_new(controller: &Controller, call: &Operation, view: New<torctl_view>) {
        View::new(controller, call).await?
    }

    /// The view's descriptor, for poll() and its like: readable while there may be changes to take,
    /// or the view has ended. When it is, call torctl_view_take_changes(). Never read, write or close it; it lives as long as the view. -1 for NULL.
    #[or(-1)]
    fn view_fd(view: Option<&torctl_view>) -> c_int {
        view?.0.fd().as_raw_fd()
    }

    /// Takes what changed since the last call: each circuit, stream or guard once, whatever happened
    /// to it. What came and went in between is left out. The first call has all that there is.
    ///
    /// Returns TORCTL_EMPTY if nothing changed, and TORCTL_END if nothing will change any more,
    /// because the controller is closed; both with NULL in `*changes` and without an error object.
    /// Does not wait.
    fn view_take_changes(view: &torctl_view, changes: New<torctl_view_changes>) -> Status {
        take_changes(view, changes)?
    }

    /// The circuits of this moment.
    ///
    /// Sets `*circuits` to CIRC events, one for each, with the status that it has, in the order of
    /// their ids. Does not talk to tor.
    fn view_circuits(view: &torctl_view, circuits: New<torctl_events>) {
        view.0.circuits()?
    }

    /// The streams of this moment.
    ///
    /// Sets `*streams` to STREAM events, one for each: the last that tor sent, or what
    /// torctl_get_streams() has. In the order of their ids. Does not talk to tor.
    fn view_streams(view: &torctl_view, streams: New<torctl_events>) {
        view.0.streams()?
    }

    /// The entry guards of this moment. Does not talk to tor.
    fn view_guards(view: &torctl_view, guards: New<torctl_guards>) {
        view.0.guards()?
    }

    /// A circuit.
    ///
    /// Sets `*event` to a CIRC event. Returns TORCTL_ERR_NOT_FOUND if there is none with this id.
    fn view_circuit(view: &torctl_view, circuit: u64, event: New<Event>) {
        view.0.circuit(circuit)?
    }

    /// A stream.
    ///
    /// Sets `*event` to a STREAM event. Returns TORCTL_ERR_NOT_FOUND if there is none with this id.
    fn view_stream(view: &torctl_view, stream: u64, event: New<Event>) {
        view.0.stream(stream)?
    }

    /// How many circuits there are.
    #[guarded]
    fn view_circuit_count(view: Option<&torctl_view>) -> usize {
        view?.0.count(Sort::Circuit).ok()?
    }

    /// How many streams there are.
    #[guarded]
    fn view_stream_count(view: Option<&torctl_view>) -> usize {
        view?.0.count(Sort::Stream).ok()?
    }

    /// Whether nothing is missing. 0 without a connection, while tor is asked, and if there are more
    /// than 1,048,576 circuits or streams, or tor did not answer.
    fn view_is_complete(view: Option<&torctl_view>) -> Flag {
        view?.0.is_complete().ok()?
    }

    /// Frees the view.
    fn view_free(view: Box<torctl_view>) -> Void;
}

/// What changed.
#[words("TORCTL_VIEW_")]
#[ours]
#[zero("NOTHING")]
#[base(7300)]
enum ViewSort {
    /// A circuit.
    CIRCUIT = 1,
    /// A stream.
    STREAM = 2,
    /// An entry guard.
    GUARD = 3,
}

/// What became of it.
#[words("TORCTL_VIEW_CHANGE_")]
#[ours]
#[zero("NONE")]
#[base(7400)]
enum ViewChange {
    /// It is new.
    ADDED = 1,
    /// It is another than before.
    CHANGED = 2,
    /// It is gone.
    REMOVED = 3,
}

/// What changed in a view.
#[answer(list, api::view::Changed)]
#[one_thread]
struct view_changes {
    /// What it is.
    #[is(words::VIEW_SORT.number(format!("{:?}", item.sort).to_uppercase().as_bytes()))]
    sort: Word<ViewSort>,

    /// What became of it.
    #[is(words::VIEW_CHANGE.number(format!("{:?}", item.change).to_uppercase().as_bytes()))]
    change: Word<ViewChange>,

    /// The id of the circuit or stream; 0 for a guard.
    id: Number,

    /// The fingerprint of the guard, 40 hex digits; "" for the others.
    fingerprint: Text,

    /// What the circuit or stream is now: a CIRC or STREAM event, which lives in the object. NULL if
    /// it is gone, and for a guard.
    #[is(item.event)]
    event: Object<Event>,
}
