//! Why authentication failed, said so that the reader knows what to do next.

use super::{Method, ProtocolInfo, COOKIE_BYTES};
use crate::proto::quote::{errno_text, printable};
use crate::proto::reason::Reason;
use crate::proto::result::Rejection;
use std::fmt;

/// What was offered, what was tried in which order, and why each of it failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// tor's words for the methods it offers.
    pub offered: Vec<String>,
    /// The failures, in order.
    pub attempts: Vec<MethodAttempt>,
}

/// One method and its failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodAttempt {
    /// The method.
    pub method: Method,
    /// Why it did not do.
    pub failure: Failure,
}

/// Why a method failed or was not tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The program named it or gave something for it, but tor does not offer it.
    #[error("not offered by tor")]
    NotOffered,
    /// tor wants a password and the program gave none.
    #[error("not tried, no password was given")]
    NoPassword,
    /// A plain cookie is not sent when tor offers this.
    #[error(
        "not tried, because tor offers {0} and a plain cookie would be given away to any peer"
    )]
    BetterOffered(Method),
    /// A plain cookie is not sent to a peer that offers nothing better and that the program does
    /// not vouch for.
    #[error(
        "not sent: every tor that takes a cookie offers SAFECOOKIE beside it, so this may be a peer \
         that only wants the file; if it is to have it, choose TORCTL_AUTH_COOKIE or name the file \
         with torctl_options_set_cookie_file()"
    )]
    Withheld,
    /// The cookie file could not be used.
    #[error("{}{problem}", CookieFile(path))]
    Cookie {
        /// The path of the file, empty when there is none.
        path: Vec<u8>,
        /// What was wrong.
        problem: CookieProblem,
    },
    /// The other side does not know the cookie: not the tor that wrote this file.
    #[error("the other side could not prove that it knows the cookie: it is not the tor that wrote this file, or the file is of an earlier run")]
    ServerHash,
    /// tor said no.
    #[error("tor refused: {0}")]
    Rejected(Rejection),
    /// tor said no to what looks like the hash of its torrc.
    #[error("tor refused: {0}; what was given looks like the hash of tor's HashedControlPassword, and tor wants the password that it was made of")]
    HashGiven(Rejection),
    /// The other side answered something that is no answer; it may not be tor.
    #[error("the reply {0}")]
    Answer(&'static str),
    /// Something else, as the engine met it: no randomness.
    #[error("{0}")]
    Other(String),
}

/// What can be wrong with a cookie file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieProblem {
    /// tor names no file and the program gave none.
    NoPath,
    /// The system refused to open or read it.
    Unreadable {
        /// The error number.
        errno: i32,
        /// Whose the file is (or the first directory that could not be entered), if that can be
        /// seen.
        owner: Option<FileOwner>,
    },
    /// Not a regular file.
    NotRegular,
    /// Not 32 bytes.
    Size(u64),
}

/// Whose a file is and who may read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOwner {
    /// The path, when it is another than the cookie file's: a directory on the way.
    pub directory: Option<Vec<u8>>,
    /// The user's number.
    pub uid: u32,
    /// The user's name, if known.
    pub user: Option<String>,
    /// The group's number.
    pub gid: u32,
    /// The group's name, if known.
    pub group: Option<String>,
    /// The permission bits.
    pub mode: u32,
}

struct CookieFile<'a>(&'a [u8]);

impl fmt::Display for CookieFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, "cookie file {}: ", printable(self.0))
    }
}

impl fmt::Display for CookieProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CookieProblem::NoPath => {
                f.write_str("tor names no cookie file and the program gave none")
            }
            CookieProblem::Unreadable { errno, owner } => {
                write!(f, "{}", errno_text(*errno))?;
                owner
                    .as_ref()
                    .map_or(Ok(()), |owner| write!(f, "; {owner}"))
            }
            CookieProblem::NotRegular => f.write_str("is not a regular file"),
            CookieProblem::Size(size) => {
                write!(f, "has {size} bytes, a cookie has {COOKIE_BYTES}")
            }
        }
    }
}

/// Whose it is, and what would help.
impl fmt::Display for FileOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: &Option<String>, number: u32| match name {
            Some(name) => printable(name.as_bytes()).into_owned(),
            None => number.to_string(),
        };
        let (user, group) = (name(&self.user, self.uid), name(&self.group, self.gid));
        let (what, needed) = match &self.directory {
            Some(path) => (format!("the directory {}", printable(path)), 0o010),
            None => ("it".to_owned(), 0o040),
        };
        let mode = self.mode & 0o7777;
        write!(f, "{what} belongs to {user}:{group}, mode {mode:04o}; ")?;
        match (mode & needed != 0, self.directory.is_some()) {
            (true, false) => write!(f, "a member of group {group} could read it (new members have to log in again)"),
            (true, true) => write!(
                f,
                "a member of group {group} could enter it (new members have to log in again), and read the file if tor's \
                 configuration has `CookieAuthFileGroupReadable 1`"
            ),
            (false, false) => write!(f, "`CookieAuthFileGroupReadable 1` in tor's configuration would let the members of group {group} read it"),
            // What stands behind the directory cannot be seen; tor keeps the file to itself as well.
            (false, true) => write!(
                f,
                "`DataDirectoryGroupReadable 1` together with `CookieAuthFileGroupReadable 1` in tor's configuration would let \
                 the members of group {group} read it, as would a `CookieAuthFile` elsewhere together with the latter"
            ),
        }
    }
}

impl Report {
    /// A report on what this tor offers, without attempts yet.
    pub fn new(info: &ProtocolInfo) -> Report {
        let known = info.methods.iter().map(|method| method.name().to_owned());
        Report {
            offered: known.chain(info.unknown_methods.iter().cloned()).collect(),
            attempts: Vec::new(),
        }
    }

    /// Notes a failure.
    pub fn add(&mut self, method: Method, failure: Failure) {
        self.attempts.push(MethodAttempt { method, failure });
    }

    /// tor's last refusal, for those who ask for code and text.
    pub fn rejection(&self) -> Option<&Rejection> {
        let mut attempts = self.attempts.iter().rev();
        attempts.find_map(|attempt| match &attempt.failure {
            Failure::Rejected(rejection) | Failure::HashGiven(rejection) => Some(rejection),
            _ => None,
        })
    }

    /// The last error number from a cookie file, 0 if there was none.
    pub fn errno(&self) -> i32 {
        let mut attempts = self.attempts.iter().rev();
        let errno = attempts.find_map(|attempt| match &attempt.failure {
            Failure::Cookie {
                problem: CookieProblem::Unreadable { errno, .. },
                ..
            } => Some(*errno),
            _ => None,
        });
        errno.unwrap_or(0)
    }

    /// The last failure as a number: the methods are tried in the order of what they give away, so
    /// that it is the one that the program could have done most about.
    pub fn reason(&self) -> Reason {
        let reasons = self.attempts.iter().rev().map(MethodAttempt::reason);
        let mut known = reasons.filter(|reason| *reason != Reason::Unknown);
        match known.next() {
            Some(reason) => reason,
            None if self.attempts.is_empty() => Reason::AuthNotOffered,
            None => Reason::Unknown,
        }
    }
}

impl MethodAttempt {
    fn reason(&self) -> Reason {
        match &self.failure {
            Failure::NotOffered => Reason::AuthNotOffered,
            Failure::NoPassword => Reason::AuthNothingGiven,
            Failure::Withheld => Reason::AuthCookieWithheld,
            Failure::Cookie { problem, .. } => match problem {
                CookieProblem::NoPath => Reason::AuthNoCookieFile,
                CookieProblem::Unreadable { .. } => Reason::AuthCookieUnreadable,
                CookieProblem::NotRegular => Reason::AuthCookieNotRegular,
                CookieProblem::Size(_) => Reason::AuthCookieSize,
            },
            // Whoever knows the cookie sends a proof, and the right one.
            Failure::ServerHash | Failure::Answer(_) => Reason::AuthNoProof,
            Failure::HashGiven(_) => Reason::AuthPasswordWrong,
            Failure::Rejected(_) if self.method == Method::Password => Reason::AuthPasswordWrong,
            Failure::Rejected(_) => Reason::AuthRefused,
            Failure::BetterOffered(_) | Failure::Other(_) => Reason::Unknown,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offered.is_empty() {
            f.write_str("tor offers no way to authenticate")?;
        } else {
            write!(f, "tor offers {}", self.offered.join(", "))?;
        }
        if self.attempts.is_empty() {
            return f.write_str("; none of it can be used");
        }
        for attempt in &self.attempts {
            write!(f, "; {}: {}", attempt.method, attempt.failure)?;
        }
        Ok(())
    }
}
