//! Custom path selection: a function of the program says where each new stream goes, and none waits
//! without end.
//!
//! tor leaves a new stream alone while `__LeaveStreamsUnattached` is set, until a controller says
//! where it goes. Which streams wait is known from the events, in the order of the wire and before
//! anybody is notified of them ([`table`]). The program is asked by a listener. A thread
//! ([`streams`]) tells tor to choose for those about which nothing was said in time. Exactly one of
//! all who could decide about a stream tells tor: whoever takes it out of the table.

mod pins;
mod streams;
mod table;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use self::pins::Attaching;
pub(super) use self::pins::{Pin, Pins};
pub use self::streams::OPTION;
use self::streams::{let_tor_choose, Streams};
pub(super) use self::streams::{Hold, Watched};
use super::conf::{get_conf, set_known};
use super::Tor;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::dispatch::CallbackResult;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::watch::check_ready;
use crate::error::{expect_ok, Error};
use crate::proto::command::conf;
use crate::proto::command::stream::{attach_stream, close_stream, StreamReason};
use crate::proto::encode::{ArgumentError, Command};
use crate::proto::event::{number, Kind, KindSet};
use crate::proto::reason::Reason;
use crate::session::{Again, Part};

/// Where a stream is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Where tor likes.
    Tor,
    /// To this circuit.
    Circuit(u64),
    /// Nowhere.
    Close,
    /// The program will tell tor itself.
    Later,
    /// The function failed, and this is how.
    Failed(i32),
}

/// The function of the program. Dropping it is the program's chance to free what belongs to it.
pub type Attacher = Box<dyn Fn(&Event) -> Answer + Send + Sync>;

/// Asks the program where each new stream goes, in place of who was asked before, and gives it so
/// long for each. Its listener has this number, which is a new one. `status_of` gives the status of an
/// error, which is reported to the failure function.
pub async fn set_attacher(
    tor: &Tor,
    number: u64,
    attacher: Attacher,
    timeout: Duration,
    status_of: fn(Error) -> i32,
    call: &Operation,
) -> Result<(), Error> {
    let _no_dials = Attaching::begin(tor, call).await?;
    match remove(tor, call).await {
        Ok(()) | Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    check_ready(tor, call).await?;
    let is_left = match get_conf(tor, &[OPTION], call).await {
        Ok(before) => before.value(0) == Some(&b"1"[..]),
        // Nobody else's, as far as can be known.
        Err(Error::Rejected {
            is_filtered: true, ..
        }) => false,
        Err(error) => return Err(error),
    };
    let streams = tor.watched.begin(tor, timeout)?;
    let asking = Asking {
        controller: Arc::downgrade(tor),
        streams: Arc::clone(&streams),
        attacher,
        status_of,
    };
    let result = begin(tor, number, asking, is_left, call).await;
    if result.is_err() {
        // Nothing must stay as it was made.
        let _ = end(tor, &streams, call).await;
    }
    result
}

async fn begin(
    controller: &Arc<Controller>,
    number: u64,
    asking: Asking,
    is_left: bool,
    call: &Operation,
) -> Result<(), Error> {
    let streams = Arc::clone(&asking.streams);
    let callback = Box::new(move |event: &Event| match asking.on_event(event) {
        0 => CallbackResult::Continue,
        status => CallbackResult::Failed(status),
    });
    let kinds = KindSet::of(Kind::Stream);
    // The attacher may remove itself when it is asked for the first time.
    streams.listener.store(number, Ordering::SeqCst);
    let added = controller.add_listener(number, kinds, callback, call);
    added.await?;
    // One who wants it so already, as another controller, is left alone.
    if !is_left {
        // Before tor is asked: it may do it, and its answer be late.
        streams.set_must_restore();
        let (setting, mark) = (
            (OPTION.as_bytes(), Some(&b"1"[..])),
            controller.setup_mark(),
        );
        set_known(controller, setting, call).await?;
        let again = Again::By(conf::set_conf(&[setting])?);
        controller
            .keep((Part::Attacher, ""), again, mark, call)
            .await;
        if streams.is_ending() {
            // It did: whoever removed it may have told tor before it was told this.
            streams.take_must_restore();
            restore(controller, call).await?;
        }
    }
    Ok(())
}

/// Asks the program no more: tor chooses for new streams, and for those that wait.
pub async fn remove_attacher(tor: &Tor, call: &Operation) -> Result<(), Error> {
    let _no_dials = Attaching::begin(tor, call).await?;
    remove(tor, call).await
}

async fn remove(tor: &Tor, call: &Operation) -> Result<(), Error> {
    match tor.watched.get() {
        Some(streams) => end(tor, &streams, call).await,
        None => Err(Error::NotFound("there is no attacher".to_string())),
    }
}

async fn end(tor: &Tor, streams: &Arc<Streams>, call: &Operation) -> Result<(), Error> {
    if !streams.begin_end() {
        return Err(Error::NotFound("there is no attacher any more".to_string()));
    }
    // First this, so that every stream that tor leaves alone until then is known.
    let restored = match streams.take_must_restore() {
        true => restore(tor, call).await,
        false => Ok(()),
    };
    for stream in tor.watched.end(tor, streams) {
        let_tor_choose(tor, stream);
    }
    let id = streams.listener.load(Ordering::SeqCst);
    if id != 0 {
        match tor.remove_listener(id, call).await {
            // The program may have removed it by its number.
            Ok(()) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    restored
}

/// For how many streams the present attacher had no answer in time. None without an attacher.
pub fn overdue(tor: &Tor) -> Option<u64> {
    Some(tor.watched.get()?.table().overdue())
}

/// The program is telling tor about this stream: until that is dropped, nobody else does.
pub(super) fn hold_stream(tor: &Tor, stream: u64) -> Option<Hold> {
    tor.watched.get()?.hold(stream)
}

/// tor is told at any rate; a call that is cancelled or over only means that nobody waits for its
/// answer.
async fn restore(controller: &Arc<Controller>, call: &Operation) -> Result<(), Error> {
    let setting = (OPTION.as_bytes(), Some(&b"0"[..]));
    let mark = controller.setup_mark();
    let restored = set_known(controller, setting, call).await;
    let undo = || conf::set_conf(&[setting]);
    controller
        .forget((Part::Attacher, ""), mark, &undo, call)
        .await;
    if restored.is_err() {
        let _ = controller.send_only(conf::set_conf(&[setting])?);
    }
    restored
}

/// The listener that asks the program.
struct Asking {
    controller: Weak<Controller>,
    streams: Arc<Streams>,
    attacher: Attacher,
    status_of: fn(Error) -> i32,
}

impl Asking {
    /// Asks the program about a stream that waits; a status other than 0 is a failure.
    fn on_event(&self, event: &Event) -> i32 {
        let fields = event.fields();
        let is_question = event.kind() == Kind::Stream
            && matches!(fields.arg(1).bytes(), b"NEW" | b"NEWRESOLVE" | b"DETACHED");
        let stream = number::unsigned(fields.arg(0).bytes()).filter(|_| is_question);
        let Some((stream, deadline)) =
            stream.and_then(|stream| Some((stream, self.streams.deadline(stream, event)?)))
        else {
            return 0;
        };
        let answer = (self.attacher)(event);
        if answer == Answer::Later {
            return 0;
        }
        let known_ns = event.arrival_mono_ns();
        let hold = self.streams.hold_since(stream, known_ns);
        let (Some(controller), Some(hold)) = (self.controller.upgrade(), hold) else {
            // Too late, unless the stream has gone by itself, or the program has told tor.
            return match Instant::now() >= deadline {
                true => (self.status_of)(Error::Overdue {
                    message: format!("the attacher took too long about stream {stream}"),
                    reason: String::new(),
                    why: Reason::Unknown,
                }),
                false => 0,
            };
        };
        self.carry_out(&controller, stream, hold, answer)
    }

    fn carry_out(
        &self,
        controller: &Arc<Controller>,
        stream: u64,
        hold: Hold,
        answer: Answer,
    ) -> i32 {
        let call = Call::none();
        let tell = |command: Result<Command, ArgumentError>| {
            expect_ok(controller.request(command?, &call)?)?;
            Ok(())
        };
        let result = match answer {
            Answer::Circuit(circuit) => tell(attach_stream(stream, Some(circuit), None)),
            Answer::Close => tell(close_stream(stream, StreamReason::Misc)),
            Answer::Tor | Answer::Later | Answer::Failed(_) => {
                let_tor_choose(controller, stream);
                Ok(())
            }
        };
        hold.done();
        match (result, answer) {
            (Ok(()), Answer::Failed(status)) => status,
            (Ok(()), _) => 0,
            // It went by itself.
            (Err(Error::Rejected { text, .. }), _) if text.starts_with("Unknown stream") => 0,
            (Err(Error::Closed(_)), _) => 0,
            (Err(error), _) => {
                let_tor_choose(controller, stream);
                (self.status_of)(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
