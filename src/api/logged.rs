//! Commands about the configuration. tor says why it refuses one in its log, and in its answer often
//! no more than that it did.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{expect_ok, Error};
use crate::engine::event::Event;
use crate::engine::queue::{Capacity, Overflow};
use crate::engine::watch::Watch;
use crate::proto::command::info;
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};
use crate::proto::quote::printable;
use crate::proto::refusal;

/// With this tor ends its account of why it refused.
const REFUSED: &str = "Controller gave us config";

/// How often tor is asked something else, so that its log reaches us before the answer.
const FENCES: usize = 3;

/// How much of a line is told.
const TOLD_CHARS: usize = 300;

/// Sends a command that changes the configuration. A refusal says what tor's log says of it.
///
/// tor keeps no log to be asked for later, so its warnings are watched from before the command on. A
/// filter may refuse that; the command goes all the same.
pub(super) fn change(
    controller: &Arc<Controller>,
    command: Command,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let capacity = Capacity {
        events: 64,
        bytes: 64 << 10,
        overflow: Overflow::DropOldest,
    };
    let log = match Watch::new(controller, KindSet::of(Kind::Warn), capacity, call) {
        Ok(watch) => Some(watch),
        Err(Error::Rejected { .. }) => None,
        Err(error) => return Err(error),
    };
    let mut changed = expect_ok(controller.request(command, call)?).map(drop);
    if let (
        Err(Error::Rejected {
            code,
            text,
            meaning,
            ..
        }),
        Some(log),
    ) = (&mut changed, &log)
    {
        if refusal::is_in_log(*code, text) {
            if let Some(line) = reason(log, call) {
                *meaning = format!("its log says: {line}").into();
            }
        }
    }
    changed
}

/// The last line of the log before tor's word that it refused.
fn reason(log: &Watch, call: &Arc<Call>) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for _ in 0..FENCES {
        let mut take = |event: &Event| {
            if event.kind() == Kind::Warn {
                let text = event.fields().arg(0);
                lines.push(String::from_utf8_lossy(text.bytes()).into_owned());
            }
        };
        log.catch_up(&mut take).ok()?;
        if let Some(end) = lines.iter().position(|line| line.starts_with(REFUSED)) {
            let line = &lines[end.checked_sub(1)?];
            let shown: String = line.trim_end().chars().take(TOLD_CHARS).collect();
            return Some(printable(shown.as_bytes()).into_owned());
        }
        // tor sends what it has to tell of a command behind its answer, and before that of a later
        // one. What the answer is does not matter.
        let fence = info::get_info(&["version"]).ok()?;
        log.controller().request(fence, call).ok()?;
    }
    None
}
