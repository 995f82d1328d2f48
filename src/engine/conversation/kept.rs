//! What the program has set up on tor, and wants again on the next.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Conversation, State};
use crate::engine::block::Block;
use crate::engine::call::Call;
use crate::engine::operation::Operation;
use crate::engine::park::lock;
use crate::engine::slot::Slot;
use crate::error::Error;
use crate::proto::command::conf::Setting;
use crate::proto::encode::{ArgumentError, Command};
use crate::proto::event::Kind;
use crate::proto::reply::Reply;
use crate::session::{Again, Part, Restoration, Restored};

/// The command by which something is undone.
pub(crate) type Undo<'a> = &'a (dyn Fn() -> Result<Command, ArgumentError> + Sync);

/// So many things are asked for before the first answer is waited for.
const WINDOW: usize = 64;

impl Conversation {
    /// Whether it is worth while to say how something is made again.
    pub(crate) fn keeps(&self) -> bool {
        lock(&self.kept).is_on()
    }

    /// A mark for what is asked from now on: [`Conversation::keep`] and [`Conversation::forget`]
    /// know by it whether tor was started anew in between.
    pub(crate) fn setup_mark(&self) -> u64 {
        lock(&self.kept).restorations()
    }

    /// The program has set this up, and this is how it is made again.
    pub(crate) async fn keep(
        self: &Arc<Self>,
        (part, which): (Part, &str),
        again: Again,
        mark: u64,
        call: &Operation,
    ) {
        let late = lock(&self.kept).keep(part, which, again, mark);
        self.restore_late(late, call).await;
    }

    /// Options are to have these values on each tor.
    pub(crate) async fn keep_conf(
        self: &Arc<Self>,
        settings: &[Setting<'_>],
        mark: u64,
        call: &Operation,
    ) {
        let late = lock(&self.kept).keep_conf(settings, mark);
        self.restore_late(late, call).await;
    }

    /// The program has undone it, as `undo` does once more.
    pub(crate) async fn forget(
        self: &Arc<Self>,
        (part, which): (Part, &str),
        mark: u64,
        undo: Undo<'_>,
        call: &Operation,
    ) {
        lock(&self.kept).forget(part, which);
        self.undo_late(mark, undo, call).await;
    }

    /// These options are no more what they were to be on each tor; without names, none is.
    pub(crate) async fn forget_conf(
        self: &Arc<Self>,
        names: Option<&[&[u8]]>,
        mark: u64,
        undo: Undo<'_>,
        call: &Operation,
    ) {
        match names {
            Some(names) => lock(&self.kept).forget_conf(names),
            None => lock(&self.kept).forget_all_conf(),
        }
        self.undo_late(mark, undo, call).await;
    }

    /// Makes again what was made on a tor that has ended since, and missed the restoration.
    async fn restore_late(self: &Arc<Self>, late: Option<Restoration>, call: &Operation) {
        let Some(mut late) = late else {
            return;
        };
        while let Some(command) = late.poll_command() {
            late.handle_reply(self.ask_when_ready(command, call).await);
        }
        self.tell(&mut late);
    }

    /// The same for what was undone on a tor that has ended since, and perhaps restored.
    async fn undo_late(self: &Arc<Self>, mark: u64, undo: Undo<'_>, call: &Operation) {
        let is_late = lock(&self.kept).is_late(mark);
        if let (true, Ok(command)) = (is_late, undo()) {
            let _ = self.ask_when_ready(command, call).await;
        }
    }

    async fn ask_when_ready(
        self: &Arc<Self>,
        command: Command,
        call: &Operation,
    ) -> Result<Reply, Error> {
        let timeout = self.timeout_of(call.call());
        match self.until_ready(call, timeout.deadline).await? {
            true => self.ask(command, call).await,
            false => Err(timeout.error()),
        }
    }

    /// Sets up on another tor what the program had set up on the one before, between the login and
    /// the state READY. Fails if tor does not answer: then there is no use in this connection.
    pub(crate) async fn restore(self: &Arc<Self>, operation: &Operation) -> Result<(), Error> {
        for name in lock(&self.core).dialogue.refused_events() {
            self.publish_restored(&Restored::refused_event(name));
        }
        let mut restoration = lock(&self.kept).restoration();
        let mut asked = VecDeque::new();
        loop {
            while asked.len() < WINDOW {
                let Some(command) = restoration.poll_command() else {
                    break;
                };
                let slot = Slot::woken_by(operation.parker());
                self.send(command, &slot, &|state| state == State::Connected)?;
                asked.push_back(slot);
            }
            self.tell(&mut restoration);
            let Some(slot) = asked.pop_front() else {
                return Ok(());
            };
            let timeout = self.timeout_of(&Call::none());
            self.ensure_answers(operation);
            let reply = operation.until(timeout.deadline, || slot.take()).await?;
            match reply.unwrap_or_else(|| Err(timeout.error())) {
                Err(error @ (Error::Closed(_) | Error::Timeout(_))) => return Err(error),
                reply => restoration.handle_reply(reply),
            }
        }
    }

    fn tell(&self, restoration: &mut Restoration) {
        while let Some(told) = restoration.poll_told() {
            self.publish_restored(&told);
            lock(&self.kept).handle_told(&told);
        }
    }

    fn publish_restored(&self, restored: &Restored) {
        let raw = format!("650 RESTORED {}\r\n", restored.event()).into_bytes();
        let block = Block::of_one(Kind::Restored, raw);
        for subscriber in self.subscribers().iter() {
            // The connection is not read for events now: there is nothing to pause.
            let _ = subscriber.publish(&block);
        }
    }
}
