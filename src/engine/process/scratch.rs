//! A directory for one program, or for several that run one after the other.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rustix::io::fcntl_dupfd_cloexec;

use crate::engine::operation::Operation;
use crate::engine::park::lock;
use crate::engine::sys::{self, Descriptor, Origin, Remover};

/// A directory that is removed, with all that is in it, when this is dropped. While a program keeps
/// its data there, the end of both removes it too, for this may never be dropped: the host may call
/// exit(), or be killed.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    /// None if it goes with the first program's end.
    lasting: Option<Lasting>,
    /// The program that has the remover among its children.
    remover_of: Mutex<Option<u32>>,
    origin: Origin,
}

/// The pair of sockets whose end the remover waits for, so that it sees the end of this process.
#[derive(Debug)]
struct Lasting {
    hold: Descriptor,
    /// Until the remover has it.
    wait: Mutex<Option<Descriptor>>,
}

impl Lasting {
    fn new() -> io::Result<Lasting> {
        let (wait, hold) = UnixStream::pair()?;
        // Not a number that is for standard input or output, even where the host has none of these.
        let apart = |fd: UnixStream| fcntl_dupfd_cloexec(fd, 3).map(Descriptor::new);
        Ok(Lasting {
            hold: apart(hold)?,
            wait: Mutex::new(Some(apart(wait)?)),
        })
    }
}

/// How often to look for the end of the remover, and for how long.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const MOST_LOOKS: usize = 200;

impl Scratch {
    /// The directory is there already. A lasting one goes when this is dropped, whatever has ended
    /// before.
    pub fn new(path: PathBuf, is_lasting: bool) -> io::Result<Scratch> {
        Ok(Scratch {
            path,
            lasting: is_lasting.then(Lasting::new).transpose()?,
            remover_of: Mutex::default(),
            origin: Origin::here(),
        })
    }

    /// What a program that keeps its data there is to start or to hold open.
    pub(super) fn remover(&self) -> Option<Remover> {
        match &self.lasting {
            None => Remover::new(&self.path, None),
            Some(lasting) => {
                let wait = lock(&lasting.wait)
                    .as_ref()
                    .map(|fd| fd.as_fd().as_raw_fd());
                Remover::new(&self.path, Some((wait, lasting.hold.as_fd().as_raw_fd())))
            }
        }
    }

    /// It has done so.
    pub(super) fn note_program(&self, pid: u32) {
        if let Some(lasting) = &self.lasting {
            lock(&lasting.wait).take();
        }
        lock(&self.remover_of).get_or_insert(pid);
    }

    fn remove(&self) {
        // Not that of the process which this one was forked from. An empty one goes without a descriptor,
        // of which there may be none left.
        if !self.origin.is_here() || std::fs::remove_dir(&self.path).is_ok() {
            return;
        }
        // The remover may be at work in it, so that one of both finds something gone.
        for _ in 0..100 {
            let _ = std::fs::remove_dir_all(&self.path);
            if std::fs::symlink_metadata(&self.path).is_err() {
                return;
            }
        }
    }

    /// The program whose remover is to be looked for, after the end of both.
    fn end(&mut self) -> Option<u32> {
        let program = lock(&self.remover_of).take();
        self.remove();
        self.lasting = None;
        program.filter(|_| self.origin.is_here())
    }

    /// Removes it. Waits for the remover, if that is this process's to do.
    pub(super) async fn clear_away(mut self, operation: &Operation) {
        let Some(program) = self.end() else {
            return;
        };
        for _ in 0..MOST_LOOKS {
            if sys::take_orphans(program) {
                return;
            }
            let soon = Some(Instant::now() + LOOK_EVERY);
            let _ = operation.until(soon, || None::<()>).await;
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Some(program) = self.end() else {
            return;
        };
        for _ in 0..MOST_LOOKS {
            if sys::take_orphans(program) {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}
