//! A recording on its way to a file.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::Mutex;

use super::TracedLine;
use crate::engine::file::create_new;
use crate::engine::park::lock;
use crate::engine::sys::Stamp;
use crate::error::Error;
use crate::proto::recording::{push_line, HEAD};

/// So much is put together before it is written.
const PIECE_BYTES: usize = 64 << 10;

/// See the module's comment.
#[derive(Debug)]
pub struct Recorder {
    /// And its size. None once it could not be written to.
    file: Mutex<Option<(File, u64)>>,
    begin_unix_us: i64,
    errno: AtomicI32,
}

impl Recorder {
    /// Makes the file, which must not be there.
    pub fn create(path: &Path) -> Result<Recorder, Error> {
        let created = create_new(path).and_then(|mut file| {
            let about = concat!(
                "# Made by torctl ",
                env!("CARGO_PKG_VERSION"),
                ". Secrets are replaced; addresses and names are not.\n"
            );
            let head = format!("{HEAD}\n{about}");
            file.write_all(head.as_bytes())?;
            Ok((file, head.len() as u64))
        });
        let file = created.map_err(|error| Error::File {
            what: "cannot make the recording",
            path: path.display().to_string(),
            errno: error.raw_os_error().unwrap_or(0),
        })?;
        Ok(Recorder {
            file: Mutex::new(Some(file)),
            begin_unix_us: Stamp::now().unix_us,
            errno: AtomicI32::new(0),
        })
    }

    /// Writes the lines, whole ones. After a failure no more is written.
    pub(super) fn write(&self, lines: &VecDeque<TracedLine>) {
        let mut file = lock(&self.file);
        let Some((open, size)) = file.as_mut() else {
            return;
        };
        if let Err(error) = self.try_write(open, size, lines) {
            let errno = error.raw_os_error().unwrap_or(libc::EIO);
            self.errno.store(errno, Ordering::Relaxed);
            // No line stays there by half.
            let _ = open.set_len(*size);
            *file = None;
        }
    }

    fn try_write(
        &self,
        file: &mut File,
        size: &mut u64,
        lines: &VecDeque<TracedLine>,
    ) -> io::Result<()> {
        let mut text = Vec::new();
        let mut left = lines.len();
        for line in lines {
            // The clock may have been set back.
            let since = u64::try_from(line.unix_us - self.begin_unix_us);
            push_line(&mut text, since.unwrap_or(0), line.origin, line.text());
            left -= 1;
            if text.len() >= PIECE_BYTES || left == 0 {
                file.write_all(&text)?;
                *size += text.len() as u64;
                text.clear();
            }
        }
        Ok(())
    }

    /// Why it ended: the system's error number, or 0.
    pub(super) fn errno(&self) -> i32 {
        self.errno.load(Ordering::Relaxed)
    }
}
