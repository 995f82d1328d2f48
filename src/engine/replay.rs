//! A recording in place of a tor: the other end of a connection, which answers what the recording
//! answers.
//!
//! It has no thread. Whatever was written to the connection lies in its socket a moment later, so
//! whoever has written, or has read and made room for more, lets the [`Player`] play on.

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::file::read_any;
use super::park::lock;
use super::sys::{self, Descriptor};
use crate::error::Error;
use crate::proto::recording::Recording;
use crate::proto::shown::{ShownLines, Side};

mod script;

use script::Script;

/// No recording is larger.
const MAX_BYTES: usize = 1 << 30;

/// The lines of a command are no longer.
const MAX_LINE_BYTES: usize = crate::proto::encode::MAX_COMMAND_BYTES;

/// Reads a recording.
pub fn read(path: &Path) -> Result<Arc<Recording>, Error> {
    let text = read_any(path, MAX_BYTES).map_err(|error| Error::File {
        what: "cannot read the recording",
        path: path.display().to_string(),
        errno: error.raw_os_error().unwrap_or(0),
    })?;
    let recording = Recording::parse(&text);
    let recording =
        recording.map_err(|error| Error::Invalid(format!("{}: {error}", path.display())))?;
    Ok(Arc::new(recording))
}

/// Plays one connection after the other.
#[derive(Debug)]
pub(crate) struct Replay {
    recording: Arc<Recording>,
    /// How many were played, and the player of the next link.
    next: Mutex<(usize, Option<Player>)>,
}

impl Replay {
    pub(crate) fn new(recording: Arc<Recording>) -> Replay {
        Replay {
            recording,
            next: Mutex::default(),
        }
    }

    /// The program's end of the next connection.
    pub(crate) fn connect(&self) -> Result<OwnedFd, Error> {
        let mut next = lock(&self.next);
        if self.recording.connections.len() <= next.0 {
            let played = next.0;
            return Err(Error::Connect {
                message: format!("the recording has {played} connections, and all were played"),
                errno: 0,
            });
        }
        let no_socket = |error| Error::system("no socket for the recording", &error);
        let (ours, theirs) = UnixStream::pair().map_err(no_socket)?;
        let script = Script::new(Arc::clone(&self.recording), next.0);
        *next = (next.0 + 1, Some(Player::new(theirs.into(), script)));
        Ok(ours.into())
    }

    /// Who plays at the other end of the link that is made of it.
    pub(crate) fn take_player(&self) -> Option<Player> {
        lock(&self.next).1.take()
    }
}

/// The other end of a connection.
#[derive(Debug)]
pub(crate) struct Player(Mutex<Playing>);

#[derive(Debug)]
struct Playing {
    /// None once it has hung up.
    fd: Option<Descriptor>,
    commands: ShownLines,
    script: Script,
    /// How much of what the script says is sent.
    sent: usize,
}

impl Player {
    fn new(fd: OwnedFd, script: Script) -> Player {
        Player(Mutex::new(Playing {
            fd: Some(Descriptor::new(fd)),
            commands: ShownLines::new(Side::Ours, MAX_LINE_BYTES),
            script,
            sent: 0,
        }))
    }

    /// Takes what has come, and sends what there is room for.
    pub(crate) fn play(&self) {
        let playing = &mut *lock(&self.0);
        let Some(fd) = &playing.fd else { return };
        let mut piece = [0; 4096];
        let mut is_over = loop {
            match sys::recv(fd, &mut piece) {
                Ok(0) => break true,
                Ok(count) => {
                    let script = &mut playing.script;
                    let each = &mut |line: Vec<u8>| script.handle_line(&line);
                    playing.commands.feed(&piece[..count], each);
                }
                Err(error) => break error.kind() != io::ErrorKind::WouldBlock,
            }
        };
        while playing.sent < playing.script.said().len() && !is_over {
            let rest = IoSlice::new(&playing.script.said()[playing.sent..]);
            match sys::send_all(fd, &[rest]) {
                Ok(count) => playing.sent += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => is_over = true,
            }
        }
        playing.script.forget();
        playing.sent = 0;
        if is_over || playing.script.hangs_up() {
            playing.fd = None;
        }
    }
}

#[cfg(test)]
mod tests;
