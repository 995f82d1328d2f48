//! SIGNAL: what tor does immediately, without arguments.

use crate::proto::encode::{ArgumentError, Builder, Command};

/// A signal, under the name that tor gives it in events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Signal {
    /// Reads the configuration again (HUP).
    Reload = 1,
    /// Ends; a relay gives its clients some time first.
    Shutdown = 2,
    /// Writes statistics into the log (USR1).
    Dump = 3,
    /// Logs at level debug from now on (USR2).
    Debug = 4,
    /// Ends immediately (TERM).
    Halt = 5,
    /// New circuits for new streams.
    NewNym = 6,
    /// Forgets the addresses it has looked up.
    ClearDnsCache = 7,
    /// Writes the heartbeat message into the log.
    Heartbeat = 8,
    /// Leaves the dormant state.
    Active = 9,
    /// Stops using the network until something asks for it.
    Dormant = 10,
}

const NAMES: [(Signal, &str); 10] = [
    (Signal::Reload, "RELOAD"),
    (Signal::Shutdown, "SHUTDOWN"),
    (Signal::Dump, "DUMP"),
    (Signal::Debug, "DEBUG"),
    (Signal::Halt, "HALT"),
    (Signal::NewNym, "NEWNYM"),
    (Signal::ClearDnsCache, "CLEARDNSCACHE"),
    (Signal::Heartbeat, "HEARTBEAT"),
    (Signal::Active, "ACTIVE"),
    (Signal::Dormant, "DORMANT"),
];

impl Signal {
    /// Every signal, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = Signal> {
        NAMES.iter().map(|&(signal, _)| signal)
    }

    /// tor's word for it.
    pub fn name(self) -> &'static str {
        NAMES[self as usize - 1].1
    }

    /// The signal with this name, in any case; also the POSIX names that tor takes.
    pub fn from_word(word: &[u8]) -> Option<Signal> {
        Some(match word.to_ascii_uppercase().as_slice() {
            b"HUP" => Signal::Reload,
            b"USR1" => Signal::Dump,
            b"USR2" => Signal::Debug,
            b"TERM" | b"INT" => Signal::Halt,
            word => NAMES.iter().find(|(_, name)| name.as_bytes() == word)?.0,
        })
    }

    /// Whether tor ends after it: its answer is followed by the end of the connection.
    pub fn ends_tor(self) -> bool {
        matches!(self, Signal::Halt | Signal::Shutdown)
    }
}

/// SIGNAL.
pub fn signal(signal: Signal) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("SIGNAL");
    command.literal(signal.name());
    command.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_agree() {
        for one in Signal::all() {
            assert_eq!(Signal::from_word(one.name().as_bytes()), Some(one));
            assert_eq!(
                signal(one).unwrap().as_bytes(),
                format!("SIGNAL {}\r\n", one.name()).as_bytes()
            );
        }
        // What `GETINFO signal/names` of 0.4.9.11 answers.
        for word in "RELOAD HUP SHUTDOWN DUMP USR1 DEBUG USR2 HALT TERM INT NEWNYM CLEARDNSCACHE HEARTBEAT ACTIVE DORMANT".split(' ') {
            assert!(Signal::from_word(word.as_bytes()).is_some(), "{word}");
        }
        assert_eq!(Signal::from_word(b"newnym"), Some(Signal::NewNym));
        assert_eq!(Signal::from_word(b"KILL"), None);
    }
}
