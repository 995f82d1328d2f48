//! What becomes of an onion service's descriptor: HS_DESC events, counted.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use super::services::list_onions;
use crate::engine::controller::{Controller, State};
use crate::engine::conversation::Conversation;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::queue::{Capacity, Overflow};
use crate::engine::request::Request;
use crate::engine::watch::{Deadline, Pace, Seen, Watch};
use crate::error::Error;
use crate::proto::encode::Command;
use crate::proto::event::{Key, Kind, KindSet};
use crate::proto::onion_address::OnionAddress;
use crate::proto::quote::printable;
use crate::proto::reason::Reason;

/// Kept while nobody looks: some rounds of uploads of a great many services.
const CAPACITY: Capacity = Capacity {
    events: 4096,
    bytes: 1 << 20,
    overflow: Overflow::DropOldest,
};

/// A watch that began before the address was known.
#[derive(Debug)]
pub struct Begun {
    watch: Watch,
    refusal: Option<Error>,
}

impl Begun {
    /// Begins to ask tor. Uploads that it told of before its reply are none of what was asked.
    pub async fn start_anew(&self, command: Command, call: &Operation) -> Result<Request, Error> {
        self.watch.start_anew(command, call).await
    }

    /// From now on about this service.
    pub fn of(self, address: OnionAddress, origin: ServiceOrigin) -> Published {
        let uploads = Uploads {
            takes_unannounced: origin == ServiceOrigin::Other,
            incarnation: self.watch.controller().incarnation(),
            ..Uploads::default()
        };
        Published {
            address: address.to_string(),
            controller: Arc::clone(self.watch.controller()),
            origin,
            was_listed: AtomicBool::new(origin != ServiceOrigin::Other),
            refusal: self.refusal,
            watch: self.watch,
            is_taken: AtomicBool::new(false),
            uploads: Mutex::new(uploads),
        }
    }
}

/// Where a service is from, and so where tor lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceOrigin {
    /// It was made here and ends with the connection.
    Made,
    /// It was made here and is detached.
    MadeDetached,
    /// It was there already, somehow.
    Other,
}

/// See the module's comment.
#[derive(Debug)]
pub struct Published {
    address: String,
    controller: Arc<Controller>,
    origin: ServiceOrigin,
    /// tor has listed the service, so that it is gone when it is listed no more.
    was_listed: AtomicBool,
    /// Why no uploads are reported, if so.
    refusal: Option<Error>,
    watch: Watch,
    /// Somebody takes events.
    is_taken: AtomicBool,
    uploads: Mutex<Uploads>,
}

/// How far uploading is.
#[derive(Clone, Debug, Default)]
pub struct Uploads {
    /// Relays that the descriptor is sent to now, by name.
    pending: Vec<Vec<u8>>,
    /// Relays that tor now asks for the descriptor, as a client of its own service.
    fetching: Vec<Vec<u8>>,
    /// Uploads that were begun.
    pub begun: u64,
    /// Those that a relay took.
    pub uploaded: u64,
    /// Those that failed.
    pub failed: u64,
    /// Why the last one failed.
    pub last_failure: String,
    /// With which relay.
    pub last_failure_relay: String,
    /// Of which tor, one after the other, all this is.
    pub incarnation: u64,
    /// Why the service is not on this tor, if so, or why nothing is heard of it.
    lost: Option<String>,
    /// What the present wait counts from: uploads and failures before.
    round: (u64, u64),
    /// What nothing has announced counts as well: it was begun before the watch, or by HSPOST. Of a
    /// service that was made anew it is another's with the same key, which is gone.
    takes_unannounced: bool,
}

/// What is known of a service.
#[derive(Clone, Debug, Default)]
pub struct PublishStatus {
    /// It is one of this connection's.
    pub is_current: bool,
    /// It is one of the detached ones.
    pub is_detached: bool,
    /// Its descriptor.
    pub uploads: Uploads,
}

/// Who takes events, one at a time.
struct Taking<'a>(&'a Published);

impl Deref for Taking<'_> {
    type Target = Watch;

    fn deref(&self) -> &Watch {
        &self.0.watch
    }
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        self.0.is_taken.store(false, Ordering::SeqCst);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Published {
    /// The conversation with the tor that has the service.
    pub fn conversation(&self) -> Arc<Conversation> {
        Arc::clone(&**self.controller)
    }

    /// Begins to be notified of uploads, if that is allowed.
    pub async fn begin(controller: &Arc<Controller>, call: &Operation) -> Result<Begun, Error> {
        let kinds = KindSet::of(Kind::HsDesc).union(KindSet::of(Kind::Restored));
        let (watch, refusal) = Watch::lasting_if_allowed(controller, kinds, CAPACITY, call).await?;
        Ok(Begun { watch, refusal })
    }

    /// Fails in a process that was forked from the one which made it.
    pub fn check_here(&self) -> Result<(), Error> {
        self.controller.check_here()
    }

    /// Whether another thread is changing it now.
    pub fn is_in_use(&self) -> bool {
        self.watch().is_none() || matches!(self.uploads.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// The watch, unless somebody else takes events.
    fn watch(&self) -> Option<Taking<'_>> {
        let is_free = !self.is_taken.swap(true, Ordering::SeqCst);
        is_free.then_some(Taking(self))
    }

    /// Waits until so many relays have taken a descriptor since the service was made.
    pub async fn wait(
        &self,
        min_uploads: u64,
        timeout_ms: Option<u64>,
        call: &Operation,
    ) -> Result<(), Error> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let deadline = Deadline::after(timeout_ms);
        let Some(watch) = self.watch() else {
            let message = "another thread waits for this service already".to_string();
            return Err(Error::State(message));
        };
        let mut pace = Pace::beside_events();
        loop {
            if self.has_uploaded(min_uploads) {
                // Word of another tor may not have been read yet: then what was before does not count.
                self.catch_up(&watch)?;
                if self.has_uploaded(min_uploads) {
                    return Ok(());
                }
            }
            {
                let mut uploads = lock(&self.uploads);
                if let Some(error) = uploads.all_failed(&self.address) {
                    return Err(error);
                }
                if let Some(why) = &uploads.lost {
                    return Err(failed(why.clone()));
                }
            }
            match watch.next_or_ask(call, deadline, &mut pace).await? {
                Seen::Event(event) => lock(&self.uploads).take(&event, &self.address),
                Seen::Ask => self.check_exists(call).await?,
                Seen::Over => {
                    let uploads = lock(&self.uploads);
                    return Err(uploads.overdue(&self.address, min_uploads.max(1), &deadline));
                }
            }
        }
    }

    /// Whether so many relays have taken the descriptor from the tor that is there.
    fn has_uploaded(&self, min_uploads: u64) -> bool {
        let is_there = matches!(self.controller.state(), State::Ready | State::Closed);
        is_there && lock(&self.uploads).uploaded >= min_uploads.max(1)
    }

    fn catch_up(&self, watch: &Watch) -> Result<(), Error> {
        let mut uploads = lock(&self.uploads);
        watch.catch_up(&mut |event| uploads.take(event, &self.address))
    }

    /// Fails if the service is gone, of which tor says nothing by itself.
    async fn check_exists(&self, call: &Operation) -> Result<(), Error> {
        let is_listed = match self.listed(call).await {
            Ok((is_current, is_detached)) => is_current || is_detached,
            // It cannot be known here.
            Err(Error::Rejected { .. }) => return Ok(()),
            // Nor now: there will be another tor.
            Err(Error::Closed(_)) if self.controller.state() != State::Closed => return Ok(()),
            Err(error) => return Err(error),
        };
        if is_listed || !self.was_listed.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(failed(format!(
            "tor has no service {}.onion any more",
            self.address
        )))
    }

    /// Whether tor lists the service as this connection's, and as a detached one. Nothing is asked
    /// but what must be: a filter may allow the one question and not the other.
    async fn listed(&self, call: &Operation) -> Result<(bool, bool), Error> {
        let has = async |detached| {
            let list = list_onions(&self.controller, detached, call).await?;
            let is_it = |other: &Vec<u8>| other.eq_ignore_ascii_case(self.address.as_bytes());
            Ok::<bool, Error>(list.iter().any(is_it))
        };
        let listed = match self.origin {
            ServiceOrigin::Made => (has(false).await?, false),
            ServiceOrigin::MadeDetached => (false, has(true).await?),
            ServiceOrigin::Other => match (has(false).await, has(true).await) {
                (Ok(true), _) => (true, false),
                (_, Ok(true)) => (false, true),
                (current, detached) => (current?, detached?),
            },
        };
        if listed.0 || listed.1 {
            self.was_listed.store(true, Ordering::Relaxed);
        }
        Ok(listed)
    }

    /// What is known now; tor is asked whether it has the service.
    pub async fn status(&self, call: &Operation) -> Result<PublishStatus, Error> {
        let (is_current, is_detached) = self.listed(call).await?;
        // After the answers: what came before them is there. A thread that waits counts by itself.
        if let Some(watch) = self.watch() {
            self.catch_up(&watch)?;
        }
        Ok(PublishStatus {
            is_current,
            is_detached,
            uploads: lock(&self.uploads).clone(),
        })
    }
}

fn failed(message: String) -> Error {
    Error::Failed {
        message,
        reason: String::new(),
        why: Reason::Unknown,
    }
}

fn forget(relays: &mut Vec<Vec<u8>>, index: Option<usize>) {
    if let Some(index) = index {
        relays.swap_remove(index);
    }
}

/// Relays are the same by their fingerprints: a nickname is there or not, as the consensus has it.
fn is_same_relay(one: &[u8], other: &[u8]) -> bool {
    let fingerprint = |relay: &[u8]| match relay.first() {
        Some(b'$') => relay.get(..41).map(<[u8]>::to_ascii_uppercase),
        _ => None,
    };
    match (fingerprint(one), fingerprint(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

impl Uploads {
    fn take(&mut self, event: &Event, address: &str) {
        let fields = event.fields();
        match event.kind() {
            Kind::HsDesc => {}
            Kind::Gap if fields.get(Key::Cause).unwrap_or_default().bytes() == b"CONNECTION" => {
                return self.begin_anew();
            }
            Kind::Gap => {
                // The results of these may be among what was lost.
                self.pending.clear();
                self.fetching.clear();
                self.round = (self.uploaded, self.failed);
                return;
            }
            Kind::Restored => return self.take_restored(event, address),
            _ => return,
        }
        let (whose, relay) = (fields.arg(1).bytes(), fields.arg(3).bytes());
        let is_ours = whose.eq_ignore_ascii_case(address.as_bytes());
        let place = |relays: &[Vec<u8>]| relays.iter().position(|it| is_same_relay(it, relay));
        let (pending, asked) = (place(&self.pending), place(&self.fetching));
        let is_known = pending.is_some() || self.takes_unannounced;
        match fields.arg(0).bytes() {
            b"UPLOAD" if is_ours => {
                self.pending.push(relay.to_vec());
                self.begun += 1;
            }
            // Older tors do not say whose descriptor it was.
            b"UPLOADED" if is_ours && is_known || whose == b"UNKNOWN" && pending.is_some() => {
                self.uploaded += 1;
                self.end(pending);
            }
            b"REQUESTED" if is_ours => self.fetching.push(relay.to_vec()),
            b"RECEIVED" if is_ours => forget(&mut self.fetching, asked),
            b"FAILED" if is_ours => {
                let reason = fields.get(Key::Reason).unwrap_or_default().bytes();
                // tor fetches for its clients, too, and has the same event for that. Only where the
                // word leaves it open does it matter what the relay was asked for.
                let is_upload = match reason {
                    b"UPLOAD_REJECTED" => true,
                    b"UNEXPECTED" => pending.is_some() && asked.is_none(),
                    _ => false,
                };
                if !is_upload {
                    return forget(&mut self.fetching, asked);
                }
                if !is_known {
                    return;
                }
                self.failed += 1;
                self.last_failure = printable(reason).into_owned();
                self.last_failure_relay = printable(relay).into_owned();
                if pending.is_none() {
                    // One of HSPOST, which nothing announces; there may be others.
                    self.round.1 += 1;
                }
                self.end(pending);
            }
            _ => {}
        }
    }

    /// There is another tor, which uploads on its own.
    fn begin_anew(&mut self) {
        *self = Uploads {
            incarnation: self.incarnation + 1,
            takes_unannounced: self.takes_unannounced,
            lost: self.lost.take(),
            ..Uploads::default()
        };
    }

    /// What became of the service, and of the events that tell of it, on another tor.
    fn take_restored(&mut self, event: &Event, address: &str) {
        let fields = event.fields();
        let which = fields.get(Key::Which).unwrap_or_default().bytes();
        let which = which.strip_suffix(b".onion").unwrap_or(which);
        let is_about_it = match fields.arg(0).bytes() {
            b"ONION" => which == address.as_bytes(),
            b"EVENTS" => which == b"HS_DESC",
            _ => false,
        };
        if is_about_it {
            let why = fields.get(Key::Message).unwrap_or_default();
            let why = printable(why.bytes());
            self.lost = (fields.arg(1).bytes() == b"LOST")
                .then(|| format!("tor was started anew without {address}.onion: {why}"));
        }
    }

    fn end(&mut self, pending: Option<usize>) {
        forget(&mut self.pending, pending);
        self.begun = self.begun.max(self.uploaded + self.failed);
    }

    /// The error, once all uploads that were begun since the last one have failed.
    fn all_failed(&mut self, address: &str) -> Option<Error> {
        let (uploaded, failed) = self.round;
        let is_over = self.pending.is_empty() && self.failed > failed;
        if !is_over || self.uploaded > uploaded {
            return None;
        }
        let count = self.failed - failed;
        self.round = (self.uploaded, self.failed);
        let (reason, relay) = (&self.last_failure, &self.last_failure_relay);
        Some(Error::Failed {
            message: format!(
                "none of {count} relays took the descriptor of {address}.onion; the last, {relay}, said {reason}"
            ),
            reason: reason.clone(),
            why: Reason::Unknown,
        })
    }

    fn overdue(&self, address: &str, wanted: u64, deadline: &Deadline) -> Error {
        let Uploads {
            begun,
            uploaded,
            failed,
            ..
        } = self;
        let mut what =
            format!("{address}.onion was not published {wanted} times, but {uploaded} of {begun}");
        if *failed > 0 {
            what += &format!(" ({failed} failed, the last with {})", self.last_failure);
        }
        deadline.error(&what)
    }

    /// How many relays are asked now.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }
}

#[cfg(test)]
mod tests;
