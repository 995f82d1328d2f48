//! EXTENDCIRCUIT, SETCIRCUITPURPOSE, CLOSECIRCUIT, and waiting for a circuit.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::info::get_info;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Pace, Seen, Watch};
use crate::error::{expect_ok, Error};
use crate::proto::command::circuit::{self, CircuitPurpose};
use crate::proto::event::{number, Key, Kind, KindSet, PartList};
use crate::proto::quote::printable;
use crate::proto::reason::Reason;
use crate::proto::result::circuit_extended;

/// Begins a circuit, or more hops of one; its id.
pub async fn extend_circuit<R: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    circuit: Option<u64>,
    path: &[R],
    purpose: Option<CircuitPurpose>,
    call: &Operation,
) -> Result<u64, Error> {
    let command = circuit::extend_circuit(circuit, path, purpose)?;
    Ok(circuit_extended(&controller.ask(command, call).await?)?)
}

/// Sets what a circuit is for.
pub async fn set_circuit_purpose(
    controller: &Arc<Controller>,
    circuit: u64,
    purpose: CircuitPurpose,
    call: &Operation,
) -> Result<(), Error> {
    let command = circuit::set_circuit_purpose(circuit, purpose)?;
    expect_ok(controller.ask(command, call).await?)?;
    Ok(())
}

/// Closes a circuit; with `if_unused` perhaps not.
pub async fn close_circuit(
    controller: &Arc<Controller>,
    circuit: u64,
    if_unused: bool,
    call: &Operation,
) -> Result<(), Error> {
    let command = circuit::close_circuit(circuit, if_unused)?;
    expect_ok(controller.ask(command, call).await?)?;
    Ok(())
}

/// Begins a circuit, or more hops of one, and waits until it is built; its id and the event that
/// says so. A new circuit that is not waited for to the end is closed.
pub async fn build_circuit<R: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    circuit: Option<u64>,
    path: &[R],
    purpose: Option<CircuitPurpose>,
    timeout_ms: Option<u64>,
    call: &Operation,
) -> Result<(u64, Event), Error> {
    let command = circuit::extend_circuit(circuit, path, purpose)?;
    let deadline = Deadline::after(timeout_ms);
    // Before the command: the circuit may be built by the time that its id is known.
    let kinds = KindSet::of(Kind::Circ);
    let (watch, refusal) = Watch::if_allowed(controller, kinds, Capacity::default(), call).await?;
    let id = circuit_extended(&watch.request(command, call, deadline).await?)?;
    let wanted = Wanted {
        id,
        last: circuit.and(path.last()).map(|relay| relay.as_ref()),
    };
    let built = wanted.wait(&watch, refusal, deadline, call).await;
    let error = match built {
        Ok(Some(event)) => return Ok((id, event)),
        Ok(None) => deadline.error(&format!("circuit {id} was not built")),
        Err(error @ Error::Failed { .. }) => return Err(error),
        Err(error) => error,
    };
    if circuit.is_none() {
        // Nobody knows its id.
        let _ = controller.send_only(circuit::close_circuit(id, false)?);
    }
    Err(error)
}

/// What GETINFO says of a circuit, in the form of an event.
async fn status(controller: &Arc<Controller>, id: u64, call: &Operation) -> Result<Event, Error> {
    let values = get_info(controller, &["circuit-status"], call).await?;
    let circuits = values.value(0).unwrap_or_default();
    let prefix = format!("{id} ");
    let line = circuits
        .split(|byte| *byte == b'\n')
        .find(|line| line.starts_with(prefix.as_bytes()));
    match line {
        Some(line) => Ok(Event::of_text(Kind::Circ, "CIRC", line)),
        None => Err(Error::Failed {
            message: format!("circuit {id} is gone"),
            reason: String::new(),
            why: Reason::Unknown,
        }),
    }
}

/// The circuit that is waited for.
struct Wanted<'a> {
    id: u64,
    /// Of a circuit that was there before, the relay that is to be its last: only with this hop is
    /// it built anew.
    last: Option<&'a [u8]>,
}

impl Wanted<'_> {
    /// The event that the circuit is built, or None when the deadline has passed. Now and then tor
    /// is asked, for the event may be refused, lost, or dropped by a filter.
    async fn wait(
        &self,
        watch: &Watch,
        refusal: Option<Error>,
        deadline: Deadline,
        call: &Operation,
    ) -> Result<Option<Event>, Error> {
        let mut pace = match refusal {
            None => Pace::beside_events(),
            Some(_) => Pace::instead_of_events(),
        };
        loop {
            let event = match watch.next_or_ask(call, deadline, &mut pace).await? {
                Seen::Event(event) if event.kind() != Kind::Gap => event,
                Seen::Over => return Ok(None),
                Seen::Event(_) | Seen::Ask => match status(watch.controller(), self.id, call).await
                {
                    Ok(event) => event,
                    // Then the events must do, if there are any.
                    Err(Error::Rejected { .. }) => match &refusal {
                        None => continue,
                        Some(refusal) => return Err(refusal.clone()),
                    },
                    Err(error) => return Err(error),
                },
            };
            if let ControlFlow::Break(outcome) = self.look(&event) {
                return outcome.map(Some);
            }
        }
    }

    fn look(&self, event: &Event) -> ControlFlow<Result<Event, Error>> {
        let fields = event.fields();
        if number::unsigned(fields.arg(0).bytes()) != Some(self.id) {
            return ControlFlow::Continue(());
        }
        match fields.arg(1).bytes() {
            b"BUILT" if self.ends_right(event) => ControlFlow::Break(Ok(event.dup())),
            b"FAILED" | b"CLOSED" => {
                let text = |key| {
                    let text = fields.get(key).unwrap_or_default();
                    printable(text.bytes()).into_owned()
                };
                let (id, reason) = (self.id, text(Key::Reason));
                let mut message = format!("circuit {id} could not be built: {reason}");
                if fields.get(Key::RemoteReason).is_some() {
                    let remote = text(Key::RemoteReason);
                    message += &format!(", and the relay's reason was {remote}");
                }
                ControlFlow::Break(Err(Error::Failed {
                    message,
                    reason,
                    why: Reason::Unknown,
                }))
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn ends_right(&self, event: &Event) -> bool {
        let Some(last) = self.last else {
            return true;
        };
        let parts = event.fields().parts();
        let hops = parts.count(PartList::Relays);
        let (fingerprint, nickname) = parts.item(PartList::Relays, hops.saturating_sub(1));
        let bare = last.strip_prefix(b"$").unwrap_or(last);
        match bare.get(..40) {
            Some(wanted) => wanted.eq_ignore_ascii_case(fingerprint.bytes()),
            None => bare.eq_ignore_ascii_case(nickname.bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::call::Call;
    use crate::engine::scripted;

    /// What becomes of a circuit where these are filtered.
    fn build(
        filtered: &'static [&'static str],
        states: &'static [&'static str],
    ) -> Result<(u64, Event), Error> {
        let mut states = states.iter();
        let controller = scripted::controller(move |line| match line {
            _ if filtered.contains(&line) => "510 Command filtered\r\n".to_string(),
            "EXTENDCIRCUIT 0 one" => "250 EXTENDED 12\r\n".to_string(),
            "GETINFO circuit-status" => match states.next() {
                Some(state) => format!("250-circuit-status={state}\r\n250 OK\r\n"),
                None => "250-circuit-status=\r\n250 OK\r\n".to_string(),
            },
            _ => "250 OK\r\n".to_string(),
        });
        let built = controller.wait_for(&Call::none(), async |call| {
            build_circuit(&controller, None, &["one"], None, None, call).await
        });
        controller.close();
        built
    }

    #[test]
    fn without_events_tor_is_asked() {
        let states = &[
            "12 LAUNCHED PURPOSE=GENERAL",
            "12 BUILT $AB~one PURPOSE=GENERAL",
        ];
        // Refused, or accepted and dropped.
        for filtered in [&["SETEVENTS CIRC"][..], &[]] {
            let (id, event) = build(filtered, states).unwrap();
            assert_eq!((id, event.fields().arg(1).bytes()), (12, &b"BUILT"[..]));
        }
        // One that goes away without a word.
        let error = build(&["SETEVENTS CIRC"], &states[..1]).unwrap_err();
        assert_eq!(error.to_string(), "circuit 12 is gone");
        // Where neither is allowed, nothing can be known.
        let filtered = &["SETEVENTS CIRC", "GETINFO circuit-status"];
        let error = build(filtered, states).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a filter before tor refused SETEVENTS CIRC: 510 Command filtered"
        );
    }

    const A: &str = "5F72F77BDF23C896B823D4EDC6F745A83038C51E";

    fn look(wanted: &Wanted<'_>, text: &str) -> ControlFlow<Result<Event, Error>> {
        wanted.look(&Event::of_text(Kind::Circ, "CIRC", text.as_bytes()))
    }

    #[test]
    fn only_the_circuit_itself_counts() {
        let wanted = Wanted { id: 12, last: None };
        let built = format!("12 BUILT ${A}~one PURPOSE=GENERAL");
        assert!(look(&wanted, "1 BUILT PURPOSE=GENERAL").is_continue());
        assert!(look(&wanted, "12 EXTENDED PURPOSE=GENERAL").is_continue());
        assert!(matches!(look(&wanted, &built), ControlFlow::Break(Ok(_))));
    }

    #[test]
    fn more_hops_must_be_there() {
        let dollar = format!("${}", A.to_lowercase());
        for last in [dollar.as_bytes(), b"ONE"] {
            let wanted = Wanted {
                id: 12,
                last: Some(last),
            };
            assert!(look(&wanted, "12 BUILT $AB~two PURPOSE=GENERAL").is_continue());
            let built = format!("12 BUILT two,${A}~one PURPOSE=GENERAL");
            assert!(look(&wanted, &built).is_break());
        }
    }

    #[test]
    fn failures_say_why() {
        let wanted = Wanted { id: 7, last: None };
        let text = "7 FAILED PURPOSE=GENERAL REASON=DESTROYED REMOTE_REASON=CONNECTFAILED";
        let ControlFlow::Break(Err(error)) = look(&wanted, text) else {
            panic!();
        };
        assert_eq!(
            error.to_string(),
            "circuit 7 could not be built: DESTROYED, and the relay's reason was CONNECTFAILED"
        );
        assert!(matches!(error, Error::Failed { reason, .. } if reason == "DESTROYED"));
    }
}
