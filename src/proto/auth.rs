//! Authentication: what tor offers, what to try in which order, the proofs, and why it failed.
//!
//! The engine does the input and output: it asks PROTOCOLINFO, makes a [`plan`], reads the cookie
//! file, sends what the functions here make, and notes each failure in a [`Report`]. After a
//! refused AUTHCHALLENGE or AUTHENTICATE tor hangs up, so that the next method needs a new
//! connection; a cookie that cannot be read costs nothing.

mod report;

pub use report::{CookieProblem, Failure, FileOwner, MethodAttempt, Report};

use crate::proto::command::connection;
use crate::proto::encode::{ArgumentError, Command};
use crate::proto::quote;
use crate::proto::reply::Reply;
use crate::proto::result::Rejection;
use data_encoding::HEXUPPER_PERMISSIVE;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The size of a cookie; a file of any other size is not one and is never sent.
pub const COOKIE_BYTES: usize = 32;

const SERVER_KEY: &[u8] = b"Tor safe cookie authentication server-to-controller hash";
const CLIENT_KEY: &[u8] = b"Tor safe cookie authentication controller-to-server hash";

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// tor lets everybody in.
    Null,
    /// Both sides prove that they know the cookie; nobody sends it.
    SafeCookie,
    /// The password that the program gave.
    Password,
    /// The cookie itself is sent.
    Cookie,
}

impl Method {
    const ALL: [Method; 4] = [
        Method::Null,
        Method::SafeCookie,
        Method::Password,
        Method::Cookie,
    ];

    /// tor's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Method::Null => "NULL",
            Method::SafeCookie => "SAFECOOKIE",
            Method::Password => "HASHEDPASSWORD",
            Method::Cookie => "COOKIE",
        }
    }

    /// Whether it needs the cookie file.
    pub fn needs_cookie(self) -> bool {
        matches!(self, Method::SafeCookie | Method::Cookie)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// tor's answer to PROTOCOLINFO.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtocolInfo {
    /// The methods that it offers and we know, each once.
    pub methods: Vec<Method>,
    /// Its other words for methods.
    pub unknown_methods: Vec<String>,
    /// The path of the cookie file, if it names one. Bytes, as paths are.
    pub cookie_file: Option<Vec<u8>>,
    /// tor's version, "" if it did not say.
    pub tor_version: String,
}

impl ProtocolInfo {
    /// Reads the reply. `Failure::Answer` when it is no answer to PROTOCOLINFO.
    pub fn parse(reply: &Reply) -> Result<ProtocolInfo, Failure> {
        if reply.lines().any(|line| line.code == 0) {
            return Err(Failure::Answer("is not of tor's control protocol"));
        }
        if let Some(rejection) = Rejection::of(reply) {
            return Err(Failure::Rejected(rejection));
        }
        let mut info = ProtocolInfo::default();
        let (mut is_info, mut has_auth) = (false, false);
        for line in reply.lines() {
            let (word, rest) = word(line.text);
            match word {
                b"PROTOCOLINFO" => is_info = true,
                b"AUTH" => {
                    has_auth = true;
                    info.read_auth(rest)?;
                }
                b"VERSION" => {
                    let version = rest.strip_prefix(b"Tor=").and_then(quote::unquote);
                    info.tor_version = version
                        .map(|(version, _)| quote::printable(&version).into_owned())
                        .unwrap_or_default();
                }
                // tor may add lines.
                _ => {}
            }
        }
        match (is_info, has_auth) {
            (true, true) => Ok(info),
            (true, false) => Err(Failure::Answer("names no methods (AUTH line missing)")),
            _ => Err(Failure::Answer("is no answer to PROTOCOLINFO")),
        }
    }

    fn read_auth(&mut self, mut rest: &[u8]) -> Result<(), Failure> {
        while !rest.is_empty() {
            if let Some(text) = rest.strip_prefix(b"COOKIEFILE=") {
                let (path, length) =
                    quote::unquote(text).ok_or(Failure::Answer("has a malformed COOKIEFILE"))?;
                self.cookie_file = Some(path);
                rest = text[length..].trim_ascii_start();
                continue;
            }
            let (argument, after) = word(rest);
            rest = after;
            for name in argument
                .strip_prefix(b"METHODS=")
                .unwrap_or_default()
                .split(|b| *b == b',')
            {
                match Method::ALL
                    .iter()
                    .find(|method| method.name().as_bytes() == name)
                {
                    Some(method) if !self.methods.contains(method) => self.methods.push(*method),
                    None if !name.is_empty() => {
                        self.unknown_methods
                            .push(quote::printable(name).into_owned());
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// The first word and what follows the blanks behind it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (word, rest.trim_ascii_start())
}

/// What the program gave to authenticate with. Shows no password.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The one method to use, or none: whatever works.
    pub method: Option<Method>,
    /// The password.
    pub password: Option<Zeroizing<Vec<u8>>>,
    /// The cookie file to read instead of the one that tor names.
    pub cookie_file: Option<Vec<u8>>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("method", &self.method)
            .field("password", &self.password.as_ref().map(|_| "[secret]"))
            .field("cookie_file", &self.cookie_file)
            .finish()
    }
}

impl Credentials {
    /// The cookie file to read: the program's, else the one that tor names.
    pub fn cookie_path<'a>(&'a self, info: &'a ProtocolInfo) -> Option<&'a [u8]> {
        let path = self.cookie_file.as_deref().or(info.cookie_file.as_deref());
        path.filter(|path| !path.is_empty())
    }
}

/// What to try, in this order, and what not, with the reason.
///
/// SAFECOOKIE comes before the password: it gives nothing away to a peer that only plays tor.
/// A password is sent only when the program gave one. A plain cookie is sent only when the program
/// named this method, or gave a path of its own and tor offers nothing better: the path that the
/// peer names may be that of any file of 32 bytes.
pub fn plan(info: &ProtocolInfo, credentials: &Credentials) -> (Vec<Method>, Vec<MethodAttempt>) {
    let (mut methods, mut skipped) = (Vec::new(), Vec::new());
    let offered = |method| info.methods.contains(&method);
    for method in Method::ALL {
        let named = credentials.method == Some(method);
        if credentials.method.is_some() && !named {
            continue;
        }
        let failure = if !offered(method) {
            // Only what the program would expect to be tried is worth a word.
            let expected = named
                || method == Method::Password && credentials.password.is_some()
                || method == Method::SafeCookie && credentials.cookie_file.is_some();
            let nothing_needed = offered(Method::Null) && !named;
            (expected && !nothing_needed).then_some(Failure::NotOffered)
        } else if method == Method::Password && credentials.password.is_none() {
            Some(Failure::NoPassword)
        } else if method.needs_cookie() && credentials.cookie_path(info).is_none() {
            Some(Failure::Cookie {
                path: Vec::new(),
                problem: CookieProblem::NoPath,
            })
        } else if method == Method::Cookie && !named && offered(Method::SafeCookie) {
            Some(Failure::BetterOffered(Method::SafeCookie))
        } else if method == Method::Cookie && !named && methods.contains(&Method::Password) {
            Some(Failure::BetterOffered(Method::Password))
        } else if method == Method::Cookie && !named && credentials.cookie_file.is_none() {
            Some(Failure::Withheld)
        } else {
            methods.push(method);
            continue;
        };
        skipped.extend(failure.map(|failure| MethodAttempt { method, failure }));
    }
    (methods, skipped)
}

/// The bytes of a cookie file.
#[derive(Clone)]
pub struct Cookie(
    // On the heap: moving an array would leave a copy behind that nobody wipes.
    Zeroizing<Vec<u8>>,
);

impl Cookie {
    /// Takes what the file holds. Anything but 32 bytes is not a cookie.
    pub fn new(bytes: &[u8]) -> Result<Cookie, CookieProblem> {
        if bytes.len() != COOKIE_BYTES {
            return Err(CookieProblem::Size(bytes.len() as u64));
        }
        Ok(Cookie(Zeroizing::new(bytes.to_vec())))
    }
}

impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cookie([secret])")
    }
}

/// The client's proof that it knows the cookie.
pub struct Response(Zeroizing<[u8; 32]>);

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response([secret])")
    }
}

/// PROTOCOLINFO.
pub fn protocol_info() -> Command {
    connection::protocol_info()
}

/// AUTHCHALLENGE, the first half of SAFECOOKIE. The nonce is fresh randomness.
pub fn auth_challenge(nonce: &[u8; 32]) -> Command {
    connection::auth_challenge(nonce)
}

/// Checks tor's proof in its answer to AUTHCHALLENGE, and makes ours.
pub fn check_challenge(
    reply: &Reply,
    cookie: &Cookie,
    nonce: &[u8; 32],
) -> Result<Response, Failure> {
    if let Some(rejection) = Rejection::of(reply) {
        return Err(Failure::Rejected(rejection));
    }
    let malformed = Failure::Answer("is no answer to AUTHCHALLENGE");
    let text = reply.line(0).map_or(&b""[..], |line| line.text);
    let Some(mut rest) = text.strip_prefix(b"AUTHCHALLENGE ") else {
        return Err(malformed);
    };
    let (mut server_hash, mut server_nonce) = (None, None);
    while !rest.is_empty() {
        let (argument, after) = word(rest);
        rest = after;
        if let Some(hex) = argument.strip_prefix(b"SERVERHASH=") {
            server_hash = HEXUPPER_PERMISSIVE.decode(hex).ok();
        } else if let Some(hex) = argument.strip_prefix(b"SERVERNONCE=") {
            server_nonce = HEXUPPER_PERMISSIVE.decode(hex).ok();
        }
    }
    let (Some(server_hash), Some(server_nonce)) = (server_hash, server_nonce) else {
        return Err(malformed);
    };
    let expected = proof(SERVER_KEY, cookie, nonce, &server_nonce);
    if !bool::from(expected.as_slice().ct_eq(&server_hash)) {
        return Err(Failure::ServerHash);
    }
    Ok(Response(proof(CLIENT_KEY, cookie, nonce, &server_nonce)))
}

fn proof(
    key: &[u8],
    cookie: &Cookie,
    client_nonce: &[u8],
    server_nonce: &[u8],
) -> Zeroizing<[u8; 32]> {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(cookie.0.as_slice());
    mac.update(client_nonce);
    mac.update(server_nonce);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// AUTHENTICATE for [`Method::Null`].
pub fn authenticate_null() -> Command {
    authenticate(&[])
}

/// AUTHENTICATE for [`Method::SafeCookie`].
pub fn authenticate_safe_cookie(response: &Response) -> Command {
    authenticate(response.0.as_slice())
}

/// AUTHENTICATE for [`Method::Cookie`].
pub fn authenticate_cookie(cookie: &Cookie) -> Command {
    authenticate(cookie.0.as_slice())
}

fn authenticate(secret: &[u8]) -> Command {
    connection::authenticate(secret).expect("32 bytes in hex are shorter than the limit")
}

/// AUTHENTICATE for [`Method::Password`]. Sent as hex, so it may hold any bytes.
pub fn authenticate_password(password: &[u8]) -> Result<Command, ArgumentError> {
    // What is too long is the password, though the builder can only speak of the command.
    connection::authenticate(password)
        .map_err(|error| ArgumentError::new("password", error.reason()))
}

/// Whether this is not a password but what `tor --hash-password` makes of one: "16:" and 29 bytes
/// in hex.
pub fn is_password_hash(password: &[u8]) -> bool {
    password.len() == 61
        && password.starts_with(b"16:")
        && password[3..].iter().all(u8::is_ascii_hexdigit)
}

/// Reads the answer to AUTHENTICATE.
pub fn check_authenticated(reply: &Reply) -> Result<(), Failure> {
    Rejection::of(reply).map_or(Ok(()), |rejection| Err(Failure::Rejected(rejection)))
}

/// Never panics.
pub fn fuzz_auth(bytes: &[u8]) {
    let reply = Reply::new(bytes.to_vec());
    if let Ok(info) = ProtocolInfo::parse(&reply) {
        for method in [None, Some(Method::Cookie), Some(Method::Password)] {
            let credentials = Credentials {
                method,
                ..Credentials::default()
            };
            let (methods, skipped) = plan(&info, &credentials);
            assert!(methods.iter().all(|method| info.methods.contains(method)));
            let mut report = Report::new(&info);
            report.attempts = skipped;
            assert!(!report.to_string().contains(['\n', '\r']));
        }
    }
    let cookie = Cookie(Zeroizing::new(vec![7; COOKIE_BYTES]));
    assert!(check_challenge(&reply, &cookie, &[9; 32]).is_err());
}

#[cfg(test)]
mod tests;
