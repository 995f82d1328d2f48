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
}
