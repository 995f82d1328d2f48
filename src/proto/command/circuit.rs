//! Circuits: EXTENDCIRCUIT, SETCIRCUITPURPOSE, CLOSECIRCUIT.

use super::check_id;
use crate::proto::encode::{ArgumentError, Builder, Command};
use crate::proto::quote::printable;
use crate::proto::relay::canonical_relay;

/// What a circuit is for, as far as a controller may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CircuitPurpose {
    /// tor may use it as any other.
    General,
    /// tor attaches no stream to it by itself.
    Controller,
}

impl CircuitPurpose {
    fn argument(self) -> &'static str {
        match self {
            CircuitPurpose::General => "purpose=general",
            CircuitPurpose::Controller => "purpose=controller",
        }
    }
}

/// EXTENDCIRCUIT: a new circuit, or more hops for one that there is. Relays are named by
/// fingerprint or nickname; a new circuit without a path goes where tor likes.
pub fn extend_circuit<R: AsRef<[u8]>>(
    circuit: Option<u64>,
    path: &[R],
    purpose: Option<CircuitPurpose>,
) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("EXTENDCIRCUIT");
    if path.is_empty() {
        if circuit.is_some() {
            let reason = "is empty, but an existing circuit can only be extended by relays";
            return Err(ArgumentError::new("path", reason));
        }
        if purpose == Some(CircuitPurpose::Controller) {
            let reason = "is empty, for which tor would give the purpose to some other circuit";
            return Err(ArgumentError::new("path", reason));
        }
    }
    match circuit {
        Some(id) => command.literal(&check_id("circuit", id)?.to_string()),
        None => command.literal("0"),
    }
    let mut relays = Vec::with_capacity(path.len());
    for (index, relay) in path.iter().enumerate() {
        relays.push(canonical_relay(relay.as_ref()).ok_or_else(|| {
            let relay = relay.as_ref();
            let reason = format!(
                "is not a relay: a fingerprint of 40 hex digits or a nickname is, not \"{}\"",
                printable(&relay[..relay.len().min(80)])
            );
            ArgumentError::new(format!("path[{index}]"), reason)
        })?);
    }
    if !relays.is_empty() {
        command.literal(&relays.join(","));
    }
    if let Some(purpose) = purpose {
        command.literal(purpose.argument());
    }
    command.finish()
}

/// SETCIRCUITPURPOSE.
pub fn set_circuit_purpose(
    circuit: u64,
    purpose: CircuitPurpose,
) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("SETCIRCUITPURPOSE");
    command.literal(&check_id("circuit", circuit)?.to_string());
    command.literal(purpose.argument());
    command.finish()
}

/// CLOSECIRCUIT. With `if_unused` tor says yes also when it keeps the circuit.
pub fn close_circuit(circuit: u64, if_unused: bool) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("CLOSECIRCUIT");
    command.literal(&check_id("circuit", circuit)?.to_string());
    if if_unused {
        command.literal("IfUnused");
    }
    command.finish()
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    const A: &str = "5152A1D4F6B9C3E07A8899AABBCCDDEEFF00E337";
    const NO_PATH: &[&str] = &[];

    #[test]
    fn circuits_are_extended() {
        let path = [
            A.to_ascii_lowercase(),
            "moria1".to_owned(),
            format!("${A}=nick"),
        ];
        assert_eq!(
            text(extend_circuit(
                None,
                &path,
                Some(CircuitPurpose::Controller)
            )),
            format!("EXTENDCIRCUIT 0 ${A},moria1,${A}~nick purpose=controller\r\n")
        );
        assert_eq!(
            text(extend_circuit(Some(7), &["a"], None)),
            "EXTENDCIRCUIT 7 a\r\n"
        );
        assert_eq!(
            text(extend_circuit(None, NO_PATH, Some(CircuitPurpose::General))),
            "EXTENDCIRCUIT 0 purpose=general\r\n"
        );
    }

    #[test]
    fn what_would_go_wrong_is_refused() {
        let path = |error: ArgumentError| error.argument().to_owned();
        let controller = Some(CircuitPurpose::Controller);
        assert_eq!(
            path(extend_circuit(None, NO_PATH, controller).unwrap_err()),
            "path"
        );
        assert_eq!(
            path(extend_circuit(Some(7), NO_PATH, None).unwrap_err()),
            "path"
        );
        assert_eq!(
            path(extend_circuit(Some(0), &["a"], None).unwrap_err()),
            "circuit"
        );
        let error = extend_circuit(None, &["a", "purpose=controller"], None).unwrap_err();
        assert_eq!(path(error), "path[1]");
        assert!(extend_circuit(None, &["a\r\nQUIT"], None).is_err());
        assert!(extend_circuit(None, &["a,b"], None).is_err());
        assert!(set_circuit_purpose(0, CircuitPurpose::General).is_err());
        assert!(close_circuit(0, false).is_err());
    }

    #[test]
    fn the_other_commands() {
        assert_eq!(
            text(set_circuit_purpose(5, CircuitPurpose::Controller)),
            "SETCIRCUITPURPOSE 5 purpose=controller\r\n"
        );
        assert_eq!(text(close_circuit(5, false)), "CLOSECIRCUIT 5\r\n");
        assert_eq!(text(close_circuit(5, true)), "CLOSECIRCUIT 5 IfUnused\r\n");
    }
}
