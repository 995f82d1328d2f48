//! How tor does: in one answer, and as an event when it changes.
//!
//! The tracker is a subscriber: it takes what it needs from events before any consumer has them, and
//! publishes HEALTH. It knows nothing, and costs nothing, until somebody asks or wants HEALTH. Then
//! it asks tor, and again in each new connection while HEALTH is wanted. Answers reach it in the
//! order of the wire, so that an old answer never replaces a newer event.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

use super::bootstrap::explain_now;
use super::Tor;
use crate::engine::block::Block;
use crate::engine::controller::{Controller, State};
use crate::engine::conversation::Conversation;
use crate::engine::event::{indices, Event};
use crate::engine::lock;
use crate::engine::operation::Operation;
use crate::engine::request::Request;
use crate::engine::subscriber::{Pressure, Subscriber};
use crate::engine::Observer;
use crate::error::Error;
use crate::proto::event::{Kind, KindSet};
use crate::proto::reason::Reason;
use crate::proto::reply::Reply;
use crate::session::HEALTH_NEEDS;
use facts::{Facts, Question};

mod facts;
mod verdict;

pub use verdict::{Finding, Health, Item, Level};

/// See the module's comment.
#[derive(Debug)]
pub(super) struct Tracker {
    conversation: Weak<Conversation>,
    this: Weak<Tracker>,
    /// Under it the list of subscribers and those are locked; the conversation is not.
    inner: Mutex<Option<Box<Inner>>>,
}

#[derive(Debug, Default)]
struct Inner {
    facts: Facts,
    /// What the last events said.
    told: Health,
    /// The state was told by an event.
    has_state: bool,
    /// Answers that are to come. Until then the picture is not whole.
    awaited: usize,
}

impl Subscriber for Tracker {
    fn publish(&self, block: &Arc<Block>) -> Pressure {
        if !block.touches(HEALTH_NEEDS) {
            return Pressure::None;
        }
        // It may be what came with tor's word that it sends HEALTH's events from now on.
        self.begin_if_wanted();
        self.change(|inner| {
            for (index, _) in indices(block, 0..block.len(), HEALTH_NEEDS) {
                let event = Event::new(Arc::clone(block), index);
                inner.facts.take_event(&event);
            }
        })
    }

    fn publish_own(&self, block: &Arc<Block>) {
        if !block.touches(KindSet::of(Kind::State)) {
            return;
        }
        self.begin_if_wanted();
        let event = Event::new(Arc::clone(block), 0);
        let conversation = self.conversation.upgrade();
        let is_ready = event.fields().arg(0).bytes() == State::Ready.word().as_bytes();
        let asked = conversation.filter(|it| is_ready && it.wanted().has(Kind::Health));
        // What is told of a new connection is the whole picture.
        let answers = asked.map(|it| (it, self.answers()));
        // It is never dropped, and its consumers are not waited for.
        let _ = self.change(|inner| {
            inner.has_state = true;
            inner.facts.take_state(event.fields());
        });
        if let Some((conversation, answers)) = answers {
            ask_for(&conversation, answers);
        }
    }

    fn add_wanted(&self, kinds: KindSet) {
        let conversation = self.conversation.upgrade();
        if let Some(conversation) = conversation.filter(|_| kinds.has(Kind::Health)) {
            self.begin(&conversation);
            ask_for(&conversation, self.answers());
        }
    }
}

/// Asks tor for these answers, and waits for none.
fn ask_for(conversation: &Arc<Conversation>, answers: Vec<Answer>) {
    for answer in answers {
        if let Ok(command) = answer.question.command() {
            // If the connection ends meanwhile, that is what is told next.
            let _ = conversation.ask_for(command, Box::new(answer));
        }
    }
}

impl Tracker {
    /// That of a controller which nobody has.
    pub(super) fn new(controller: &Controller) -> Arc<Tracker> {
        let tracker = Arc::new_cyclic(|this| Tracker {
            conversation: Arc::downgrade(controller),
            this: Weak::clone(this),
            inner: Mutex::default(),
        });
        // That can fail only for one that has a consumer.
        let _ = controller.add_subscriber(&tracker);
        tracker
    }

    fn begin_if_wanted(&self) {
        if lock(&self.inner).is_some() {
            return;
        }
        let conversation = self.conversation.upgrade();
        if let Some(conversation) = conversation.filter(|it| it.wanted().has(Kind::Health)) {
            self.begin(&conversation);
        }
    }

    /// Takes in from now on what comes.
    fn begin(&self, conversation: &Conversation) {
        {
            let mut inner = lock(&self.inner);
            if inner.is_some() {
                return;
            }
            *inner = Some(Box::default());
        }
        // Without the lock. What is published meanwhile is newer than this.
        let facts = Facts::of(conversation.state(), cause(conversation));
        if let Some(inner) = lock(&self.inner).as_deref_mut() {
            if !inner.has_state {
                inner.facts = facts;
            }
        }
    }

    /// Changes what is known, and publishes what came of it.
    fn change(&self, change: impl FnOnce(&mut Inner)) -> Pressure {
        // Before the lock, for if it is the last the conversation is dropped after it.
        let conversation = self.conversation.upgrade();
        let mut inner = lock(&self.inner);
        let Some(inner) = inner.as_deref_mut() else {
            return Pressure::None;
        };
        change(inner);
        if inner.awaited > 0 {
            return Pressure::None;
        }
        let health = Health::of(&inner.facts);
        let mut pressure = Pressure::None;
        for block in changes(&inner.told, &health) {
            let subscribers = conversation.as_ref().map(|it| it.subscribers());
            for subscriber in subscribers.iter().flat_map(|it| it.iter()) {
                pressure = pressure.max(subscriber.publish(&block));
            }
        }
        inner.told = health;
        pressure
    }

    /// The answers to all questions, which are awaited from now on.
    fn answers(&self) -> Vec<Answer> {
        if let Some(inner) = lock(&self.inner).as_deref_mut() {
            inner.awaited += Question::ALL.len();
        }
        let answer = |question| Answer {
            tracker: Weak::clone(&self.this),
            question,
            is_over: AtomicBool::new(false),
        };
        Question::ALL.map(answer).into()
    }

    fn facts(&self) -> Facts {
        let inner = lock(&self.inner);
        inner
            .as_ref()
            .map_or_else(Facts::default, |it| it.facts.clone())
    }
}

/// An answer that is to come.
#[derive(Debug)]
struct Answer {
    tracker: Weak<Tracker>,
    question: Question,
    /// It has come, or will not.
    is_over: AtomicBool,
}

impl Answer {
    fn end(&self, take: impl FnOnce(&mut Facts)) {
        let is_over = self.is_over.swap(true, Ordering::Relaxed);
        if let Some(tracker) = self.tracker.upgrade().filter(|_| !is_over) {
            let _ = tracker.change(|inner| {
                take(&mut inner.facts);
                inner.awaited -= 1;
            });
        }
    }
}

impl Observer for Answer {
    fn observe(&self, outcome: Result<Reply, Error>) -> Result<Reply, Error> {
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error) => {
                self.end(|_| {});
                return Err(error);
            }
        };
        self.end(|facts| facts.take_answer(self.question, reply, now_us()));
        Ok(Reply::new(b"250 OK\r\n".to_vec()))
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let tracker = self.tracker.upgrade();
        let conversation = tracker.and_then(|it| it.conversation.upgrade());
        // In a forked child a thread that is not there may hold the lock.
        if conversation.is_some_and(|it| it.is_here()) {
            self.end(|_| {});
        }
    }
}

/// How tor does, asked now. In every state of the controller.
pub async fn health(tor: &Tor, call: &Operation) -> Result<Health, Error> {
    tor.check_here()?;
    let tracker = &tor.health;
    tracker.begin(tor);
    if tor.current_state() == State::Ready {
        match ask(tor, call).await {
            Ok(()) | Err(Error::Closed(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let state = tor.state();
    if state != State::Ready {
        // The event that says so may not have come to the tracker yet.
        let mut facts = Facts::of(state, cause(tor));
        let known = tracker.facts();
        if known.state == facts.state {
            facts = known;
        }
        return Ok(Health::of(&facts));
    }
    let facts = tracker.facts();
    let mut health = Health::of(&facts);
    if health.bootstrap_percent.is_some_and(|it| it < 100) {
        let found = explain_now(&facts.bootstrap, tor, call).await;
        let warning = facts.bootstrap.trouble();
        let warning = warning.map(|(_, text, _)| format!("its last warning: {text}"));
        let sentences = found.facts.into_iter().chain(warning).chain(found.lines);
        health.explain_bootstrap(found.why, &sentences.collect::<Vec<_>>().join("; "));
    }
    Ok(health)
}

async fn ask(tor: &Tor, call: &Operation) -> Result<(), Error> {
    let tracker = &tor.health;
    let heard = match tor.wanted() {
        kinds if kinds.has(Kind::Health) => kinds.union(HEALTH_NEEDS),
        kinds => kinds,
    };
    let _ = tracker.change(|inner| inner.facts.forget_unheard(heard));
    // All are begun before the first is waited for.
    let mut begun = Vec::new();
    for answer in tracker.answers() {
        let command = answer.question.command()?;
        begun.push(Request::start_observed(tor, command, Box::new(answer), call).await?);
    }
    for request in begun {
        match request.answer(call).await {
            // What it says was told to the tracker. One that is too large says nothing.
            Ok(_) | Err(Error::TooLarge { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Why there is no connection, if it is known.
fn cause(conversation: &Conversation) -> String {
    let cause = conversation.last_cause();
    cause.map_or(String::new(), |cause| cause.to_string())
}

fn now_us() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_micros() as i64)
}

/// The events for what changed, one for each item.
fn changes(before: &Health, now: &Health) -> Vec<Arc<Block>> {
    let mut blocks = Vec::new();
    for finding in &now.findings {
        let old = before.findings.iter().find(|it| it.item == finding.item);
        let is_same = match old {
            Some(old) => !finding.differs(old),
            // Nothing was known, and nothing is.
            None => finding.level == Level::Unknown,
        };
        if is_same {
            continue;
        }
        let (old_level, old_value) = match old {
            Some(old) => (old.level, old.value.as_str()),
            None => (Level::Unknown, ""),
        };
        let text = finding.text();
        let raw = format!(
            "650 HEALTH {} {} WAS={} VERDICT={} VERDICT_WAS={} TO={} FROM={} \
             REASON={} MESSAGE=\"{}\"\r\n",
            finding.item.word(),
            finding.level.word(),
            old_level.word(),
            now.verdict.word(),
            before.verdict.word(),
            finding.value,
            old_value,
            number(finding.why),
            String::from_utf8_lossy(text.bytes()).escape_default(),
        );
        blocks.push(Block::of_one(Kind::Health, raw.into_bytes()));
    }
    blocks
}

/// The number of a reason in the C header, of those that can be one here.
pub fn number(why: Reason) -> i32 {
    match why {
        Reason::NoConsensus => 1118,
        Reason::NoCircuit => 1119,
        Reason::NetworkDisabled => 1201,
        Reason::Dormant => 1202,
        Reason::ClockSkew => 1204,
        Reason::NoTransport => 1205,
        Reason::ConnectRefused => 1207,
        Reason::ConnectReset => 1208,
        Reason::ConnectTimeout => 1209,
        Reason::NoRoute => 1210,
        Reason::Identity => 1211,
        Reason::TlsError => 1212,
        Reason::IoError => 1213,
        Reason::ResourceLimit => 1214,
        Reason::ConnectClosed => 1215,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
