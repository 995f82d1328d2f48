//! Where what was read goes: events into the queues, replies to their requests.

use std::sync::atomic::Ordering;
use std::sync::Arc;

use smallvec::SmallVec;

use super::block::{Block, BlockBuilder};
use super::controller::Controller;
use super::link::Link;
use super::park::lock;
use super::pending::unasked;
use super::queue::Pressure;
use super::reading::STREAM_BYTES;
use crate::error::{Cause, Error};
use crate::proto::decoder::{Decoder, Limit, Message};
use crate::proto::event::{Kind, KindSet};
use crate::proto::reply::Reply;

/// What was found in one read.
struct Batch {
    builder: BlockBuilder,
    replies: SmallVec<[Result<Reply, Error>; 1]>,
}

impl Controller {
    /// Sends all whole messages in the decoder where they belong: events into the queues first, so
    /// that an event which came before a reply is there before the request returns. Fails with what
    /// the connection is to end for.
    pub(super) fn route(&self, link: &Arc<Link>, decoder: &mut Decoder) -> Result<Pressure, Cause> {
        let mut batch = Batch {
            builder: BlockBuilder::fresh(),
            replies: SmallVec::new(),
        };
        let mut pressure = Pressure::None;
        let broken = loop {
            if self.streams.load(Ordering::Relaxed) > 0 {
                self.stream_if_wanted(&batch, decoder);
            }
            decoder.single_events(|buf, kind, range| batch.builder.push(kind, buf, range));
            match decoder.next() {
                Ok(None) => break None,
                Ok(Some(Message::Event(kind, range))) => {
                    batch.builder.push(kind, decoder.bytes(), range);
                }
                Ok(Some(Message::Reply(range))) => {
                    batch.builder.copy_run(decoder.bytes());
                    if self.cuts.load(Ordering::Relaxed) > 0 {
                        pressure = pressure.max(self.cut(&mut batch, decoder));
                    }
                    batch.replies.push(Ok(Reply::new(decoder.take(range))));
                }
                Ok(Some(Message::Data { head, lines })) => {
                    let count = lines.len();
                    let buf = decoder.bytes();
                    let (head, lines) = (&buf[head], &buf[lines]);
                    let index = batch.replies.len();
                    let passed = lock(&self.core).pending.pass_data(index, head, lines);
                    match passed {
                        Ok(Some(bytes)) if bytes > STREAM_BYTES => pressure = Pressure::High,
                        Ok(Some(_)) => {}
                        Ok(None) => match decoder.note_unwanted(count) {
                            Ok(()) => {}
                            Err(error) => break Some(Cause::from(error)),
                        },
                        Err(cause) => break Some(cause),
                    }
                }
                Ok(Some(Message::Streamed(reply))) => batch.replies.push(Ok(Reply::new(reply))),
                Ok(Some(Message::TooLarge {
                    event: Some(kind),
                    size_bytes,
                    ..
                })) => {
                    // The gap stands where the event was.
                    let before = std::mem::replace(&mut batch.builder, BlockBuilder::fresh());
                    pressure = pressure.max(self.publish(before.finish(decoder)));
                    for subscriber in self.subscribers().iter() {
                        subscriber.publish_lost(kind, size_bytes);
                    }
                }
                Ok(Some(Message::TooLarge {
                    limit, size_bytes, ..
                })) => batch.replies.push(Err(self.too_large(limit, size_bytes))),
                Err(error) => break Some(Cause::from(error)),
            }
        };
        if !batch.builder.is_empty() {
            // What comes must be read, or it would pile up at tor.
            link.brings_events.store(true, Ordering::Relaxed);
            let block = batch.builder.finish(decoder);
            pressure = pressure.max(self.publish(block));
        }
        let mut broken = broken;
        if !batch.replies.is_empty() {
            let mut core = lock(&self.core);
            let is_current = core
                .link
                .as_ref()
                .is_some_and(|other| Arc::ptr_eq(other, link));
            for reply in batch.replies {
                if !is_current {
                    break;
                }
                match core.pending.complete_next(reply) {
                    Ok(false) => {}
                    Ok(true) => {
                        self.secrets.fetch_sub(1, Ordering::Relaxed);
                        decoder.wipe();
                    }
                    Err(cause) => {
                        broken.get_or_insert(cause);
                        break;
                    }
                }
            }
        }
        // The rest of it would come when something has been asked.
        if broken.is_none() && decoder.has_begun_reply() && !lock(&self.core).pending.has_sent() {
            broken = Some(unasked());
        }
        broken.map_or(Ok(pressure), Err)
    }

    /// If the consequences of the request that is being answered are awaited in a queue, drops what
    /// is in it: that came before the reply.
    fn cut(&self, batch: &mut Batch, decoder: &Decoder) -> Pressure {
        let Some(queue) = lock(&self.core).pending.cuts(batch.replies.len()) else {
            return Pressure::None;
        };
        let before = std::mem::replace(&mut batch.builder, BlockBuilder::fresh());
        let pressure = match before.is_empty() {
            true => Pressure::None,
            false => self.publish(before.finish_copy(decoder.bytes())),
        };
        queue.drop_all();
        pressure
    }

    /// Makes the decoder hand out the data of the next reply as it comes, if its request is for
    /// that.
    fn stream_if_wanted(&self, batch: &Batch, decoder: &mut Decoder) {
        // Replies that this read brought before have not been given to their requests yet.
        if lock(&self.core).pending.wants_data(batch.replies.len()) {
            decoder.stream_data();
        }
    }

    fn publish(&self, mut block: Block) -> Pressure {
        if block.touches(KindSet::of(Kind::Unknown)) {
            self.subscriptions.mark_names(&mut block);
        }
        let block = Arc::new(block);
        let mut pressure = Pressure::None;
        for subscriber in self.subscribers().iter() {
            pressure = pressure.max(subscriber.publish(&block));
        }
        pressure
    }

    /// Refuses what is put together from the pieces of an answer when it is larger than a reply may
    /// be.
    pub(crate) fn check_size(&self, size_bytes: usize) -> Result<(), Error> {
        match size_bytes > self.settings.limits.message_bytes {
            true => Err(self.too_large(Limit::MessageBytes, size_bytes)),
            false => Ok(()),
        }
    }

    fn too_large(&self, limit: Limit, size_bytes: usize) -> Error {
        let limits = &self.settings.limits;
        let max = match limit {
            Limit::LineBytes => limits.line_bytes,
            Limit::MessageLines => limits.message_lines,
            Limit::MessageBytes => limits.message_bytes,
        };
        Error::TooLarge {
            limit,
            size_bytes,
            max,
        }
    }
}
