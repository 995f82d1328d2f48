//! What the conversation says of its own state, in the order in which it changed.
//!
//! What is to be said is put down under the lock under which the state changes, and said without it.
//! One thread says at a time, all that is there: who comes meanwhile, or from inside of what is said,
//! leaves it to that one.

use std::collections::VecDeque;

use super::{Conversation, Core, State};
use crate::engine::block::Block;
use crate::engine::park::lock;
use crate::error::Cause;
use crate::proto::event::Kind;

#[derive(Debug)]
enum Saying {
    /// The text of a STATE event.
    State(String),
    /// The end of all that want events.
    End,
}

/// What is not said yet.
#[derive(Debug, Default)]
pub(super) struct Unsaid {
    sayings: VecDeque<Saying>,
    is_being_said: bool,
}

impl Core {
    /// In this state from now on, of which the event tells more.
    pub(super) fn enter(&mut self, state: State, details: &str) {
        self.state = state;
        let text = format!("{}{details}", state.word());
        self.unsaid.sayings.push_back(Saying::State(text));
    }

    /// Closed from now on.
    pub(super) fn enter_end(&mut self, cause: Cause) {
        let message: String = cause.to_string().escape_default().collect();
        let word = cause.word();
        self.enter(
            State::Closed,
            &format!(" CAUSE={word} MESSAGE=\"{message}\""),
        );
        self.unsaid.sayings.push_back(Saying::End);
        self.cause = Some(cause);
    }
}

impl Conversation {
    /// Says what is not said yet.
    pub(crate) fn say_states(&self) {
        let mut core = lock(&self.core);
        if core.unsaid.is_being_said {
            return;
        }
        while let Some(saying) = core.unsaid.sayings.pop_front() {
            core.unsaid.is_being_said = true;
            drop(core);
            match saying {
                Saying::State(text) => self.publish_own(Kind::State, &text),
                Saying::End => {
                    for subscriber in self.subscribers().iter() {
                        subscriber.end();
                    }
                }
            }
            core = lock(&self.core);
            core.unsaid.is_being_said = false;
        }
    }

    /// Gives all that want it an event that the library makes.
    pub(crate) fn publish_own(&self, kind: Kind, text: &str) {
        let raw = format!("650 {} {text}\r\n", kind.name()).into_bytes();
        let block = Block::of_one(kind, raw);
        for subscriber in self.subscribers().iter() {
            subscriber.publish_own(&block);
        }
    }
}
