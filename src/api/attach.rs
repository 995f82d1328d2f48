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
use crate::engine::controller::{Controller, State};
use crate::engine::dispatch::CallbackResult;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
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
/// long for each. `announce` is called with its listener's number before it is asked anything.
/// `status_of` gives the status of an error, which is reported to the failure function.
pub fn set_attacher(
    tor: &Tor,
    attacher: Attacher,
    timeout: Duration,
    status_of: fn(Error) -> i32,
    announce: &mut dyn FnMut(u64),
    call: &Arc<Call>,
) -> Result<(), Error> {
    let _no_dials = Attaching::begin(tor, call)?;
    match remove(tor, call) {
        Ok(()) | Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    if tor.state() != State::Ready {
        return Err(tor.unready());
    }
    let is_left = match tor.wait_for(call, async |call| get_conf(tor, &[OPTION], call).await) {
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
    let result = begin(tor, asking, is_left, announce, call);
    if result.is_err() {
        // Nothing must stay as it was made.
        let _ = end(tor, &streams, call);
    }
    result
}

fn begin(
    controller: &Arc<Controller>,
    asking: Asking,
    is_left: bool,
    announce: &mut dyn FnMut(u64),
    call: &Arc<Call>,
) -> Result<(), Error> {
    let streams = Arc::clone(&asking.streams);
    let callback = Box::new(move |event: &Event| match asking.on_event(event) {
        0 => CallbackResult::Continue,
        status => CallbackResult::Failed(status),
    });
    let kinds = KindSet::of(Kind::Stream);
    // The attacher may remove itself when it is asked for the first time.
    let mut announce = |id| {
        streams.listener.store(id, Ordering::SeqCst);
        announce(id);
    };
    controller.add_listener(kinds, callback, &mut announce, call)?;
    // One who wants it so already, as another controller, is left alone.
    if !is_left {
        // Before tor is asked: it may do it, and its answer be late.
        streams.set_must_restore();
        let (setting, mark) = (
            (OPTION.as_bytes(), Some(&b"1"[..])),
            controller.setup_mark(),
        );
        controller.wait_for(call, async |call| {
            set_known(controller, setting, call).await
        })?;
        let again = Again::By(conf::set_conf(&[setting])?);
        let part = (Part::Attacher, "");
        let keep = async |call: &Operation| {
            controller.keep(part, again, mark, call).await;
            Ok(())
        };
        controller.wait_for(call, keep)?;
        if streams.is_ending() {
            // It did: whoever removed it may have told tor before it was told this.
            streams.take_must_restore();
            restore(controller, call)?;
        }
    }
    Ok(())
}

/// Asks the program no more: tor chooses for new streams, and for those that wait.
pub fn remove_attacher(tor: &Tor, call: &Arc<Call>) -> Result<(), Error> {
    let _no_dials = Attaching::begin(tor, call)?;
    remove(tor, call)
}

fn remove(tor: &Tor, call: &Arc<Call>) -> Result<(), Error> {
    match tor.watched.get() {
        Some(streams) => end(tor, &streams, call),
        None => Err(Error::NotFound("there is no attacher".to_string())),
    }
}

fn end(tor: &Tor, streams: &Arc<Streams>, call: &Arc<Call>) -> Result<(), Error> {
    if !streams.begin_end() {
        return Err(Error::NotFound("there is no attacher any more".to_string()));
    }
    // First this, so that every stream that tor leaves alone until then is known.
    let restored = match streams.take_must_restore() {
        true => restore(tor, call),
        false => Ok(()),
    };
    for stream in tor.watched.end(tor, streams) {
        let_tor_choose(tor, stream);
    }
    let id = streams.listener.load(Ordering::SeqCst);
    if id != 0 {
        match tor.remove_listener(id, call) {
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
fn restore(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<(), Error> {
    let setting = (OPTION.as_bytes(), Some(&b"0"[..]));
    let mark = controller.setup_mark();
    let set = async |call: &Operation| set_known(controller, setting, call).await;
    let restored = controller.wait_for(call, set);
    let undo = || conf::set_conf(&[setting]);
    let part = (Part::Attacher, "");
    let forget = async |call: &Operation| {
        controller.forget(part, mark, &undo, call).await;
        Ok(())
    };
    controller.wait_for(call, forget)?;
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
