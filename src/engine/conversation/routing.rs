//! Where what was read goes: events to the subscribers, replies to their requests.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use super::{Conversation, Dialogue};
use crate::engine::block::{Block, BlockBuilder};
use crate::engine::link::Link;
use crate::engine::park::lock;
use crate::engine::slot::Slot;
use crate::engine::subscriber::Pressure;
use crate::error::{Cause, Error};
use crate::proto::decoder::{Decoder, Limit};
use crate::proto::event::{Kind, KindSet};
use crate::session::{deliver, too_large, Access, Sink};

/// How far reading may be ahead of a program that takes a long answer in pieces.
const STREAM_BYTES: usize = 512 << 10;

/// What routing met.
pub(super) struct Routed {
    pub(super) pressure: Pressure,
    /// Something is to be written now.
    pub(super) wants_transmit: bool,
}

/// The events of one read.
struct Batch<'a> {
    conversation: &'a Conversation,
    link: &'a Link,
    builder: BlockBuilder,
    pressure: Pressure,
}

impl Sink for Batch<'_> {
    #[inline(always)]
    fn take(&mut self, kind: Kind, buf: &[u8], range: Range<usize>) {
        self.builder.push(kind, buf, range);
    }

    fn copy(&mut self, buf: &[u8]) {
        self.builder.copy_run(buf);
    }

    fn publish(&mut self, decoder: &mut Decoder) {
        if self.builder.is_empty() {
            return;
        }
        // What comes must be read, or it would pile up at tor.
        self.link.brings_events.store(true, Ordering::Relaxed);
        let builder = std::mem::replace(&mut self.builder, BlockBuilder::fresh());
        let pressure = self.conversation.publish(builder.finish(decoder));
        self.pressure = self.pressure.max(pressure);
    }

    fn lose(&mut self, kind: Kind, size_bytes: usize) {
        for subscriber in self.conversation.subscribers().iter() {
            subscriber.publish_lost(kind, size_bytes);
        }
    }
}

/// The dialogue, as long as the link is the controller's.
struct Through<'a> {
    conversation: &'a Conversation,
    link: &'a Arc<Link>,
}

impl Access<Arc<Slot>> for Through<'_> {
    fn with<T>(&self, act: impl FnOnce(&mut Dialogue) -> T) -> Option<T> {
        let mut core = lock(&self.conversation.core);
        core.is_current(self.link).then(|| act(&mut core.dialogue))
    }
}

impl Conversation {
    /// Sends all whole messages in the decoder where they belong. Fails with what the connection is
    /// to end for.
    pub(super) fn route(&self, link: &Arc<Link>, decoder: &mut Decoder) -> Result<Routed, Cause> {
        let mut batch = Batch {
            conversation: self,
            link,
            builder: BlockBuilder::fresh(),
            pressure: Pressure::None,
        };
        let dialogue = Through {
            conversation: self,
            link,
        };
        let delivery = deliver(decoder, &dialogue, &self.expected, &mut batch)?;
        Ok(Routed {
            pressure: match delivery.backlog_bytes > STREAM_BYTES {
                true => Pressure::High,
                false => batch.pressure,
            },
            wants_transmit: delivery.wants_transmit,
        })
    }

    fn publish(&self, mut block: Block) -> Pressure {
        if block.touches(KindSet::of(Kind::Unknown)) {
            self.mark_names(&mut block);
        }
        let block = Arc::new(block);
        let mut pressure = Pressure::None;
        for subscriber in self.subscribers().iter() {
            pressure = pressure.max(subscriber.publish(&block));
        }
        pressure
    }

    /// Marks the events in the block that somebody asked for by name.
    #[cold]
    fn mark_names(&self, block: &mut Block) {
        // The lock is not held while marking: a block may be large.
        let names = lock(&self.core).dialogue.names().clone();
        if !names.is_empty() {
            block.mark_names(|name| names.find(name));
        }
    }

    /// Refuses what is put together from the pieces of an answer when it is larger than a reply may
    /// be.
    pub(crate) fn check_size(&self, size_bytes: usize) -> Result<(), Error> {
        let limits = &self.limits;
        match size_bytes > limits.message_bytes {
            true => Err(too_large(limits, Limit::MessageBytes, size_bytes)),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
