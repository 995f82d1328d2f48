//! Transcripts: no socket, no file, no clock.
//!
//! One line each. What the machine says: `connect`, `> COMMAND`, `read PATH`, `random`,
//! `mark`, `subscribe`, `subscribe without WORDS`, `done`, `failed KIND: message`. What it is told: `connected`, `< reply` (lines end
//! in `|`), `cookie ok`, `cookie PROBLEM`, `nonce ok`, `nonce ERROR`, `wanted COMMAND`, `wanted nothing`,
//! `wanted too much`,
//! `marked`, `end CAUSE`, `error WHICH`, `timeout MS`.

use super::*;
use crate::proto::auth::FileOwner;
use crate::proto::command::connection::plain;
use hmac::{Hmac, Mac};
use sha2::Sha256;

const COOKIE: [u8; 32] = [b'K'; 32];
const NONCE: [u8; 32] = [0x11; 32];
const SERVER_NONCE: [u8; 32] = [0x22; 32];

/// What is known before a login.
#[derive(Clone, Copy)]
struct Given {
    method: Option<Method>,
    password: Option<&'static [u8]>,
    cookie_file: Option<&'static str>,
    is_descriptor: bool,
    is_authenticated: bool,
    is_return: bool,
}

const NOTHING: Given = Given {
    method: None,
    password: None,
    cookie_file: None,
    is_descriptor: false,
    is_authenticated: false,
    is_return: false,
};

const PASSWORD: Given = Given {
    password: Some(b"secret"),
    ..NOTHING
};

impl Given {
    fn login(self) -> Login {
        let credentials = Credentials {
            method: self.method,
            password: self.password.map(|it| Zeroizing::new(it.to_vec())),
            cookie_file: self.cookie_file.map(|it| it.as_bytes().to_vec()),
        };
        let place = match self.is_descriptor {
            true => "the descriptor",
            false => "tor.example:9051",
        };
        let login = Login::new(
            credentials,
            place.to_string(),
            !self.is_descriptor,
            self.is_authenticated,
        );
        match self.is_return {
            true => login.with_fewer_events(),
            false => login,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXUPPER.encode(bytes)
}

/// A proof, by the formula of the control protocol's specification.
fn proof(key: &str) -> String {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key.as_bytes()).unwrap();
    for part in [COOKIE, NONCE, SERVER_NONCE] {
        mac.update(&part);
    }
    hex(&mac.finalize().into_bytes())
}

fn expand(line: &str) -> String {
    line.replace("{nonce}", &hex(&NONCE))
        .replace("{cookie}", &hex(&COOKIE))
        .replace("{server nonce}", &hex(&SERVER_NONCE))
        .replace("{zeros}", &hex(&[0; 32]))
        .replace(
            "{server proof}",
            &proof("Tor safe cookie authentication server-to-controller hash"),
        )
        .replace(
            "{proof}",
            &proof("Tor safe cookie authentication controller-to-server hash"),
        )
}

fn shown(step: Step) -> String {
    match step {
        Step::Wait => "wait".to_string(),
        Step::Send(command) => {
            let bytes = String::from_utf8(command.as_bytes().to_vec()).unwrap();
            format!("> {}", bytes.strip_suffix("\r\n").unwrap())
        }
        Step::Subscribe => "subscribe".to_string(),
        Step::Demand(Demand::Connect) => "connect".to_string(),
        Step::Demand(Demand::ReadCookie(path)) => {
            format!("read {}", String::from_utf8(path).unwrap())
        }
        Step::Demand(Demand::MarkUnheard) => "mark".to_string(),
        Step::Demand(Demand::MakeNonce) => "random".to_string(),
        Step::Demand(Demand::End(Ok(()))) => "done".to_string(),
        Step::SubscribeWithout(text) => format!("subscribe without {text}"),
        Step::Demand(Demand::End(Err(error))) => format!("failed {}: {error}", kind(&error)),
    }
}

/// The kind of an error, with what is in it beside the message.
fn kind(error: &Error) -> String {
    match error {
        Error::Auth {
            why,
            rejection,
            errno,
            ..
        } => {
            let code = rejection.as_ref().map_or(0, |(code, _)| *code);
            format!("{why:?} {code} {errno}")
        }
        Error::Lost { cause, .. } => format!("Lost {}", cause.word()),
        Error::Closed(cause) => format!("Closed {}", cause.word()),
        Error::Overdue { reason, why, .. } => {
            assert_eq!((reason.as_str(), *why), ("", Reason::Unknown));
            "Overdue".to_string()
        }
        other => {
            let text = format!("{other:?}");
            let end = text.find([' ', '(']).unwrap_or(text.len());
            text[..end].to_string()
        }
    }
}

/// Tells the machine what the line says.
fn tell(login: &mut Login, line: &str) {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match (word, rest) {
        ("connected", _) => login.handle_connected(),
        ("<", reply) => {
            let bytes = expand(reply).replace('|', "\r\n") + "\r\n";
            login.handle_reply(Ok(Reply::new(bytes.into_bytes())));
        }
        ("cookie", problem) => login.handle_cookie(match problem {
            "ok" => Cookie::new(&COOKIE),
            "short" => Cookie::new(&COOKIE[1..]),
            "directory" => Err(CookieProblem::NotRegular),
            "missing" => Err(CookieProblem::Unreadable {
                errno: libc::ENOENT,
                owner: None,
            }),
            "denied" => Err(CookieProblem::Unreadable {
                errno: libc::EACCES,
                owner: Some(FileOwner {
                    user: Some("debian-tor".to_string()),
                    group: Some("debian-tor".to_string()),
                    mode: 0o100_640,
                    ..FileOwner::default()
                }),
            }),
            other => panic!("{other}"),
        }),
        ("marked", _) => login.handle_marked(),
        ("nonce", "ok") => login.handle_nonce(Ok(NONCE)),
        ("nonce", error) => login.handle_nonce(Err(error.to_string())),
        ("wanted", "nothing") => login.handle_events(Ok(None)),
        ("wanted", "SETEVENTS BW") => login.handle_events(Ok(Some(plain("SETEVENTS BW")))),
        ("wanted", "too much") => {
            login.handle_events(Err(Error::Invalid("too many names".to_string())));
        }
        ("end", cause) => login.handle_end(match cause {
            "eof" => Cause::Eof,
            "local" => Cause::Local,
            "reset" => Cause::System(libc::ECONNRESET),
            text => Cause::Protocol(text.to_string()),
        }),
        ("error", "cancelled") => login.handle_reply(Err(Error::Cancelled)),
        ("error", "closed") => login.handle_reply(Err(Error::Closed(Cause::Eof))),
        ("timeout", ms) => login.handle_timeout(ms.parse().unwrap()),
        _ => panic!("{line}"),
    }
}

/// Plays the transcript. Nothing is left to be said behind it, nor before anything is told.
fn play(name: &str, given: Given, transcript: &str) -> Login {
    let mut login = given.login();
    let mut said = String::new();
    for line in transcript.trim().lines().map(str::trim) {
        said += line;
        said += "\n";
        // Each step is taken before the next input.
        let is_input = ![
            "connect",
            "read",
            "random",
            "mark",
            "subscribe",
            "done",
            "failed",
            ">",
        ]
        .contains(&line.split(' ').next().unwrap());
        match is_input {
            true => {
                let step = shown(login.poll_step());
                assert_eq!(step, "wait", "{name}, before:\n{said}");
                tell(&mut login, line);
            }
            false => assert_eq!(shown(login.poll_step()), expand(line), "{name}:\n{said}"),
        }
        let debug = format!("{login:?}");
        for secret in ["secret", "115, 101, 99", "75, 75, 75"] {
            let shown = debug.replace("[secret]", "");
            assert!(!shown.contains(secret), "{name}: {debug}");
        }
    }
    assert_eq!(shown(login.poll_step()), "wait", "{name}, behind:\n{said}");
    login
}

/// The same to the very end, where no secret is left and nothing changes any more.
fn outcome(name: &str, given: Given, transcript: &str) {
    let mut login = play(name, given, transcript);
    assert!(login.credentials.password.is_none(), "{name}");
    assert!(matches!(login.state, State::Over), "{name}");
    for line in INPUTS {
        tell(&mut login, line);
        assert_eq!(shown(login.poll_step()), "wait", "{name}: {line}");
    }
}

/// One of each.
const INPUTS: [&str; 13] = [
    "connected",
    "< 250 OK",
    "< 515 no",
    "error cancelled",
    "cookie ok",
    "cookie missing",
    "nonce ok",
    "nonce none",
    "marked",
    "wanted nothing",
    "wanted SETEVENTS BW",
    "end eof",
    "timeout 1",
];

fn ask(auth: &str) -> String {
    format!(
        "connect
         connected
         > PROTOCOLINFO 1
         < 250-PROTOCOLINFO 1|250-AUTH {auth}|250-VERSION Tor=\"0.4.9.11\"|250 OK\n"
    )
}

/// A login whose tor offers this.
fn with(name: &str, given: Given, auth: &str, rest: &str) {
    outcome(name, given, &(ask(auth) + rest));
}

mod ends;
mod methods;
