//! Why a call failed, and why a connection ended.

use std::borrow::Cow;
use std::io;

use crate::proto::decoder::{DecodeError, Limit};
use crate::proto::encode::ArgumentError;
use crate::proto::quote::errno_text;
use crate::proto::reason::Reason;
use crate::proto::refusal;
use crate::proto::reply::Reply;
use crate::proto::result::{AnswerError, Rejection};
use crate::proto::tor_text::TorText;

/// What ended a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The program closed it.
    Local,
    /// tor closed it.
    Eof,
    /// The system reported an error; its number.
    System(i32),
    /// The peer broke the protocol.
    Protocol(String),
    /// The tor that the library started has ended, and is not started again.
    Ended(String),
}

impl Cause {
    pub(crate) fn from_io(error: &io::Error) -> Cause {
        match error.raw_os_error() {
            Some(errno) => Cause::System(errno),
            None => Cause::Eof,
        }
    }

    /// One word for it, as in STATE events.
    pub fn word(&self) -> &'static str {
        match self {
            Cause::Local => "LOCAL",
            Cause::Eof => "EOF",
            Cause::System(_) => "ERROR",
            Cause::Protocol(_) => "PROTOCOL",
            Cause::Ended(_) => "ENDED",
        }
    }

    /// The system's error number, or 0.
    pub fn errno(&self) -> i32 {
        match self {
            Cause::System(errno) => *errno,
            _ => 0,
        }
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cause::Local => f.write_str("the program closed the connection"),
            Cause::Eof => f.write_str("tor closed the connection"),
            Cause::System(errno) => {
                let error = errno_text(*errno);
                write!(f, "the connection to tor broke: {error}")
            }
            Cause::Protocol(text) => write!(f, "the connection was given up: {text}"),
            Cause::Ended(text) => f.write_str(text),
        }
    }
}

/// Why a call of the engine failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The caller passed something that cannot be used.
    #[error("{0}")]
    Invalid(String),
    /// The controller, queue or call is not in a state for this.
    #[error("{0}")]
    State(String),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// No connection could be made.
    #[error("{message}")]
    Connect {
        /// What was tried and how it failed.
        message: String,
        /// The system's error number, or 0.
        errno: i32,
    },
    /// Something answers there, and it is not tor's control port.
    #[error("{0}")]
    NotTor(String),
    /// tor was reached and refused the authentication.
    #[error("{message}")]
    Auth {
        /// What tor offered, what was tried, why each failed.
        message: String,
        /// The same as a number.
        why: Reason,
        /// tor's last answer, if it gave one.
        rejection: Option<(u16, TorText)>,
        /// The system's error number, or 0.
        errno: i32,
    },
    /// The connection has ended.
    #[error("{0}")]
    Closed(Cause),
    /// The connection has ended before it was ready.
    #[error("{message}")]
    Lost {
        /// Where, and at which step.
        message: String,
        /// What ended it.
        cause: Cause,
    },
    /// The deadline passed.
    #[error("tor did not answer within {0} ms")]
    Timeout(u64),
    /// What was waited for did not come in time.
    #[error("{message}")]
    Overdue {
        /// What that was, and what is known of why it did not come.
        message: String,
        /// tor's own word or warning, or nothing.
        reason: String,
        /// The same as a number.
        why: Reason,
    },
    /// tor did not bootstrap in time.
    #[error("{message}")]
    Stuck {
        /// How far it is, what it says and what explains that.
        message: String,
        /// tor's own last warning, or nothing.
        reason: String,
        /// The same as a number.
        why: Reason,
        /// tor's word for the phase.
        phase: Vec<u8>,
    },
    /// What was waited for will not come.
    #[error("{message}")]
    Failed {
        /// What that was, and why.
        message: String,
        /// tor's own word for the reason, or nothing.
        reason: String,
        /// The same as a number.
        why: Reason,
    },
    /// Another thread cancelled the call.
    #[error("the call was cancelled")]
    Cancelled,
    /// tor's answer does not mean anything.
    #[error("tor's answer makes no sense: {0}")]
    Protocol(String),
    /// A reply broke a limit and was dropped.
    #[error("tor's reply is over the limit of {max} {}: {size_bytes} bytes of it had come", .limit.unit())]
    TooLarge {
        /// Which limit.
        limit: Limit,
        /// How large the reply was when that was seen.
        size_bytes: usize,
        /// The limit's value.
        max: usize,
    },
    /// tor said no.
    #[error("{}: {code} {}", who_refused(*.is_filtered, .command), explained(.text, .meaning))]
    Rejected {
        /// tor's reply code.
        code: u16,
        /// tor's words.
        text: TorText,
        /// What was refused, without its secrets; empty if nobody knows.
        command: String,
        /// Not tor but a filter before it said so.
        is_filtered: bool,
        /// What tor means by it, if the library knows.
        why: Reason,
        /// The same in a sentence, or what tor's log says of it; nothing if tor's words are enough.
        meaning: Cow<'static, str>,
    },
    /// A file cannot be read or written.
    #[error("{what} \"{path}\": {}", errno_text(*.errno))]
    File {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: String,
        /// The system's error number.
        errno: i32,
    },
    /// This computer stands in the way: a file or a directory is not safe, something is lacking.
    #[error("{message}")]
    Host {
        /// What was tried, what is wrong, and what helps.
        message: String,
        /// The system's error number.
        errno: i32,
    },
    /// The system lacks something: descriptors, threads, randomness.
    #[error("{what}: {}", errno_text(*.errno))]
    System {
        /// What could not be had.
        what: &'static str,
        /// The system's error number.
        errno: i32,
    },
}

impl Error {
    /// One word for it, as in STATE events.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Error::Closed(cause) | Error::Lost { cause, .. } => cause.word(),
            Error::Connect { .. } | Error::NotTor(_) => "CONNECT",
            Error::Auth { .. } => "AUTH",
            Error::Timeout(_) | Error::Overdue { .. } => "TIMEOUT",
            Error::Protocol(_) | Error::TooLarge { .. } => "PROTOCOL",
            _ => "ERROR",
        }
    }

    /// The system's error number, or 0.
    pub(crate) fn errno(&self) -> i32 {
        match self {
            Error::Connect { errno, .. }
            | Error::Auth { errno, .. }
            | Error::File { errno, .. }
            | Error::Host { errno, .. }
            | Error::System { errno, .. } => *errno,
            Error::Closed(cause) | Error::Lost { cause, .. } => cause.errno(),
            _ => 0,
        }
    }

    /// The same about an argument that its caller knows by another name: pairs of what it is called
    /// here and there. One that ends in a bracket is the name of an array.
    pub(crate) fn called(self, names: &[(&str, &str)]) -> Error {
        let Error::Invalid(message) = self else {
            return self;
        };
        let renamed = names.iter().find_map(|(here, there)| {
            let rest = message.strip_prefix(here)?;
            let is_whole = here.ends_with('[') || rest.starts_with([' ', ':']);
            is_whole.then(|| format!("{there}{rest}"))
        });
        Error::Invalid(renamed.unwrap_or(message))
    }

    /// The same about an item of an argument that is an array.
    pub(crate) fn of_item(self, array: &str, index: usize) -> Error {
        match self {
            Error::Invalid(message) => Error::Invalid(format!("{array}[{index}]: {message}")),
            error => error,
        }
    }

    /// What it was asked of is that of a process which this one was forked from.
    #[cold]
    #[inline(never)]
    pub(crate) fn forked() -> Error {
        Error::State("this process was forked".to_string())
    }

    /// For what could not be reached or started: its own fault, unless this computer lacks
    /// something.
    pub(crate) fn connect(message: String, error: &io::Error) -> Error {
        let errno = error.raw_os_error().unwrap_or(0);
        match is_lack(errno) {
            true => Error::Host { message, errno },
            false => Error::Connect { message, errno },
        }
    }

    /// The same for an error that is already made.
    pub(crate) fn or_lack(self) -> Error {
        match self {
            Error::Connect { message, errno } | Error::Auth { message, errno, .. }
                if is_lack(errno) =>
            {
                Error::Host { message, errno }
            }
            error => error,
        }
    }

    pub(crate) fn system(what: &'static str, error: &io::Error) -> Error {
        Error::System {
            what,
            errno: error.raw_os_error().unwrap_or(0),
        }
    }
}

/// Whether the number is that of a resource which this process or computer has no more of.
pub(crate) fn is_lack(errno: i32) -> bool {
    matches!(
        errno,
        libc::EMFILE
            | libc::ENFILE
            | libc::ENOMEM
            | libc::ENOBUFS
            | libc::EAGAIN
            | libc::ENOSPC
            | libc::EDQUOT
    )
}

/// What an error of the system says, without the number that Rust adds.
pub(crate) fn io_text(error: &io::Error) -> String {
    error
        .raw_os_error()
        .map_or_else(|| error.to_string(), errno_text)
}

/// The reply, if it says yes.
pub(crate) fn expect_ok(reply: Reply) -> Result<Reply, Error> {
    match Rejection::of(&reply) {
        None => Ok(reply),
        Some(rejection) => Err(rejection.into()),
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Error {
        let is_filtered = rejection.is_filtered();
        let (why, meaning) = match is_filtered {
            true => (Reason::Unknown, ""),
            false => refusal::meaning(rejection.code, &rejection.text, &rejection.asked),
        };
        Error::Rejected {
            is_filtered,
            why,
            meaning: meaning.into(),
            code: rejection.code,
            text: rejection.text,
            command: rejection.asked.to_string(),
        }
    }
}

/// A filter refuses what tor might have allowed, so whoever may change it must learn what that was.
fn who_refused(is_filtered: bool, command: &str) -> String {
    match (is_filtered, command) {
        (false, _) => "tor refused".to_string(),
        (true, "") => "a filter before tor refused".to_string(),
        (true, command) => format!("a filter before tor refused {command}"),
    }
}

/// tor's words, and what they mean behind them.
fn explained(text: &TorText, meaning: &str) -> String {
    let text = text.to_string();
    match meaning {
        "" => text,
        meaning => format!("{}: {meaning}", text.trim_end_matches(['.', ' '])),
    }
}

impl From<AnswerError> for Error {
    fn from(error: AnswerError) -> Error {
        match error {
            AnswerError::Rejected(rejection) => rejection.into(),
            malformed => Error::Protocol(malformed.to_string()),
        }
    }
}

impl From<ArgumentError> for Error {
    fn from(error: ArgumentError) -> Error {
        Error::Invalid(error.to_string())
    }
}

impl From<DecodeError> for Cause {
    fn from(error: DecodeError) -> Cause {
        Cause::Protocol(error.to_string())
    }
}
