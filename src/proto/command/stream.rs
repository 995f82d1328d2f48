//! Streams: ATTACHSTREAM, REDIRECTSTREAM, CLOSESTREAM.

use super::check_id;
use crate::proto::encode::{ArgumentError, Builder, Command};

/// Why a stream is closed. The numbers are tor's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
#[allow(missing_docs)] // Each is tor's own word for the reason.
pub enum StreamReason {
    Misc = 1,
    ResolveFailed = 2,
    ConnectRefused = 3,
    ExitPolicy = 4,
    Destroy = 5,
    Done = 6,
    Timeout = 7,
    NoRoute = 8,
    Hibernating = 9,
    Internal = 10,
    ResourceLimit = 11,
    ConnReset = 12,
    TorProtocol = 13,
    NotDirectory = 14,
}

const REASONS: [(StreamReason, &str); 14] = [
    (StreamReason::Misc, "MISC"),
    (StreamReason::ResolveFailed, "RESOLVEFAILED"),
    (StreamReason::ConnectRefused, "CONNECTREFUSED"),
    (StreamReason::ExitPolicy, "EXITPOLICY"),
    (StreamReason::Destroy, "DESTROY"),
    (StreamReason::Done, "DONE"),
    (StreamReason::Timeout, "TIMEOUT"),
    (StreamReason::NoRoute, "NOROUTE"),
    (StreamReason::Hibernating, "HIBERNATING"),
    (StreamReason::Internal, "INTERNAL"),
    (StreamReason::ResourceLimit, "RESOURCELIMIT"),
    (StreamReason::ConnReset, "CONNRESET"),
    (StreamReason::TorProtocol, "TORPROTOCOL"),
    (StreamReason::NotDirectory, "NOTDIRECTORY"),
];

impl StreamReason {
    /// tor's word for it, as STREAM events have it.
    pub fn name(self) -> &'static str {
        REASONS[self as usize - 1].1
    }

    /// The reason with this number.
    pub fn from_number(number: i32) -> Option<StreamReason> {
        let mut reasons = REASONS.iter().map(|&(reason, _)| reason);
        reasons.find(|reason| *reason as i32 == number)
    }

    /// The reason with this name, in any case.
    pub fn from_word(word: &[u8]) -> Option<StreamReason> {
        let same = |(_, name): &&(StreamReason, &str)| word.eq_ignore_ascii_case(name.as_bytes());
        REASONS.iter().find(same).map(|&(reason, _)| reason)
    }
}

/// ATTACHSTREAM to a circuit, or to the one that tor likes. The hop is the one where the stream
/// leaves, counted from 1, the last when not given; tor refuses the first.
pub fn attach_stream(
    stream: u64,
    circuit: Option<u64>,
    hop: Option<u32>,
) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("ATTACHSTREAM");
    command.literal(&check_id("stream", stream)?.to_string());
    match circuit {
        Some(circuit) => command.literal(&check_id("circuit", circuit)?.to_string()),
        None => command.literal("0"),
    }
    match hop {
        None => {}
        Some(_) if circuit.is_none() => {
            let reason = "needs a circuit; tor chooses the hop where it chooses the circuit";
            return Err(ArgumentError::new("hop", reason));
        }
        Some(0 | 1) => {
            let reason = "must be 2 or more; tor lets no stream leave at the first hop";
            return Err(ArgumentError::new("hop", reason));
        }
        Some(hop) => command.literal(&format!("HOP={hop}")),
    }
    command.finish()
}

/// REDIRECTSTREAM to another address, and to another port if one is given.
pub fn redirect_stream(
    stream: u64,
    address: &[u8],
    port: Option<u16>,
) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("REDIRECTSTREAM");
    command.literal(&check_id("stream", stream)?.to_string());
    command.word("address", address)?;
    match port {
        None => {}
        Some(0) => return Err(ArgumentError::new("port", "must be 1 to 65535")),
        Some(port) => command.literal(&port.to_string()),
    }
    command.finish()
}

/// CLOSESTREAM for this reason.
pub fn close_stream(stream: u64, reason: StreamReason) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("CLOSESTREAM");
    command.literal(&check_id("stream", stream)?.to_string());
    command.literal(&(reason as i32).to_string());
    command.finish()
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn reasons_have_the_numbers_of_tor() {
        for (index, (reason, name)) in REASONS.iter().enumerate() {
            let number = index as i32 + 1;
            assert_eq!(StreamReason::from_number(number), Some(*reason));
            assert_eq!(reason.name(), *name);
            assert_eq!(
                StreamReason::from_word(name.to_lowercase().as_bytes()),
                Some(*reason)
            );
            assert_eq!(
                text(close_stream(3, *reason)),
                format!("CLOSESTREAM 3 {number}\r\n")
            );
        }
        assert_eq!(StreamReason::from_number(0), None);
        assert_eq!(StreamReason::from_number(15), None);
        assert_eq!(StreamReason::from_word(b"END"), None);
    }

    #[test]
    fn streams_are_attached_and_redirected() {
        assert_eq!(text(attach_stream(3, None, None)), "ATTACHSTREAM 3 0\r\n");
        assert_eq!(
            text(attach_stream(3, Some(5), Some(2))),
            "ATTACHSTREAM 3 5 HOP=2\r\n"
        );
        assert_eq!(
            text(redirect_stream(u64::MAX, b"[::1]", None)),
            "REDIRECTSTREAM 18446744073709551615 [::1]\r\n"
        );
        assert_eq!(
            text(redirect_stream(3, b"example.com", Some(80))),
            "REDIRECTSTREAM 3 example.com 80\r\n"
        );
    }

    #[test]
    fn what_tor_refuses_is_refused() {
        assert!(attach_stream(0, None, None).is_err());
        assert!(attach_stream(3, Some(0), None).is_err());
        assert!(attach_stream(3, Some(5), Some(1)).is_err());
        assert!(attach_stream(3, None, Some(2)).is_err());
        assert!(redirect_stream(3, b"", None).is_err());
        assert!(redirect_stream(3, b"a b", None).is_err());
        assert!(redirect_stream(3, b"a\r\nQUIT", None).is_err());
        assert!(redirect_stream(3, b"a", Some(0)).is_err());
        assert!(close_stream(0, StreamReason::Done).is_err());
    }
}
