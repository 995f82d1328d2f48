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
    /// tor does not offer the method that was chosen, or none that the library knows.
    AuthNotOffered,
    /// tor wants a password and none was given.
    AuthNothingGiven,
    /// tor refused the password.
    AuthPasswordWrong,
    /// tor names no cookie file and the program gave none.
    AuthNoCookieFile,
    /// The cookie file cannot be opened or read.
    AuthCookieUnreadable,
    /// The cookie's path is not that of a regular file.
    AuthCookieNotRegular,
    /// The cookie file is not one by its size.
    AuthCookieSize,
    /// A plain cookie was not sent to a peer that offers nothing else.
    AuthCookieWithheld,
    /// The peer did not prove that it knows the cookie.
    AuthNoProof,
    /// tor refused what the library sent, a password aside.
    AuthRefused,
    /// What answers is not tor's control port.
    NotTor,
    /// GETINFO: no such key.
    UnknownKey,
    /// No such option of the configuration.
    UnknownOption,
    /// No such event, signal, feature, purpose, key type or keyword.
    UnknownWord,
    /// No such command.
    UnknownCommand,
    /// An argument that tor cannot read.
    BadArgument,
    /// A value that tor does not take for the option.
    BadValue,
    /// An option that cannot be changed while tor runs.
    NotWhileRunning,
    /// A file was not written.
    NotSaved,
    /// The connection is not authenticated.
    NotAuthenticated,
    /// The relay is not known.
    NoSuchRelay,
    /// The descriptor is not there.
    NoSuchDescriptor,
    /// The circuit is not there.
    NoSuchCircuit,
    /// The stream is not there.
    NoSuchStream,
    /// The onion service is not there.
    NoSuchOnion,
    /// tor has microdescriptors alone.
    OnlyMicrodescriptors,
    /// tor is not a relay.
    NotRelay,
    /// tor does not know its own address.
    AddressUnknown,
    /// tor has no consensus.
    NoConsensus,
    /// No circuit can be built.
    NoCircuit,
    /// The stream is tor's to attach.
    NotManaged,
    /// The circuit cannot take the stream.
    CannotAttach,
    /// A descriptor that tor does not take.
    BadDescriptor,
    /// There is a service with this key; whose is not known.
    OnionCollision,
    /// This connection has a service with this key.
    OnionOwn,
    /// A detached service has this key.
    OnionDetached,
    /// Another connection, or the configuration, has a service with this key.
    OnionElsewhere,
    /// tor has no proof-of-work defences for services.
    NoPow,
    /// tor makes anonymous services alone, or others alone.
    AnonymityMismatch,
    /// What listens at the SOCKS port's place is no SOCKS5 proxy.
    NotSocks,
    /// tor has no SOCKS port.
    NoSocksPort,
    /// tor says no more than that it failed.
    DialFailed,
    /// No exit allows the connection.
    DialNotAllowed,
    /// The exit has no way to that network.
    DialNetUnreachable,
    /// No such host, or no way to it.
    DialHostUnreachable,
    /// The port is closed.
    DialRefused,
    /// The host did not answer tor in time.
    DialTimedOut,
    /// The SOCKS port does not do that.
    DialUnsupported,
    /// The circuit that was asked for did not take the stream to its target.
    DialDetached,
    /// No relay has the service's descriptor.
    OnionNotFound,
    /// The service's descriptor is invalid.
    OnionInvalid,
    /// The service's introduction points do not answer.
    OnionIntroFailed,
    /// The service did not come to the rendezvous.
    OnionRendFailed,
    /// A client key is missing.
    OnionMissingKey,
    /// The client key is wrong.
    OnionWrongKey,
    /// It is no onion address.
    OnionBadAddress,
    /// The introduction timed out.
    OnionIntroTimeout,
}
