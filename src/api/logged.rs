//! Commands about the configuration. tor says why it refuses one in its log, and in its answer
//! often no more than that it did.

use std::sync::Arc;

use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::queue::{Capacity, Overflow};
use crate::engine::watch::Watch;
use crate::error::{expect_ok, Error};
use crate::proto::command::info;
use crate::proto::encode::{ArgumentError, Command};
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
/// tor keeps no log to be asked for later. A command whose refusal points there is therefore sent
/// once more with tor's warnings watched: it changes all or nothing, so that this does no harm, and
/// a command that tor takes costs nothing. Where the warnings cannot be had, the refusal has tor's
/// answer alone.
pub(super) async fn change(
    controller: &Arc<Controller>,
    command: &(dyn Fn() -> Result<Command, ArgumentError> + Sync),
    call: &Operation,
) -> Result<(), Error> {
    let send = async || expect_ok(controller.ask(command()?, call).await?).map(drop);
    let mut refused = match send().await {
        Err(error) if is_in_log(&error) => error,
        outcome => return outcome,
    };
    let capacity = Capacity {
        events: 64,
        bytes: 64 << 10,
        overflow: Overflow::DropOldest,
    };
    let Ok(log) = Watch::new(controller, KindSet::of(Kind::Warn), capacity, call).await else {
        return Err(refused);
    };
    match send().await {
        // Whatever stood in its way is gone.
        Ok(()) => return Ok(()),
        Err(again) if is_in_log(&again) => refused = again,
        Err(_) => return Err(refused),
    }
    if let (Error::Rejected { meaning, .. }, Some(line)) = (&mut refused, reason(&log, call).await)
    {
        *meaning = format!("its log says: {line}").into();
    }
    Err(refused)
}

fn is_in_log(error: &Error) -> bool {
    matches!(error, Error::Rejected { code, text, .. } if refusal::is_in_log(*code, text))
}

/// The last line of the log before tor's word that it refused.
async fn reason(log: &Watch, call: &Operation) -> Option<String> {
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
        log.controller().ask(fence, call).await.ok()?;
    }
    None
}
