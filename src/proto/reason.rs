//! Why something was refused or did not come, as one word of a list: what a program branches on
//! where the message is for people.

/// A reason that the library knows. The numbers are in `ffi/reason.rs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    /// None, or none that the library knows.
    #[default]
    Unknown,
    /// DisableNetwork is 1.
    NetworkDisabled,
    /// tor does nothing until it is woken.
    Dormant,
    /// tor has used up what it may transfer in this period.
    Hibernating,
    /// The clock of tor's computer is wrong.
    ClockSkew,
    /// A bridge needs a pluggable transport that tor has no program for.
    NoTransport,
    /// The program of a pluggable transport cannot be run, or ends.
    TransportFailed,
    /// Nobody listens at the address of a relay or bridge.
    ConnectRefused,
    /// The connection to a relay or bridge was broken off.
    ConnectReset,
    /// The connection to a relay or bridge was not made in time.
    ConnectTimeout,
    /// There is no way to the address of a relay or bridge.
    NoRoute,
    /// At the address of a relay or bridge is another one.
    Identity,
    /// The connection to a relay or bridge could not be encrypted.
    TlsError,
    /// Reading or writing a connection failed.
    IoError,
    /// tor lacks descriptors, memory or the like.
    ResourceLimit,
    /// The relay or bridge closed the connection.
    ConnectClosed,
}
