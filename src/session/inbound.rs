//! What has been received: events to whoever takes them in, replies to their requests.

use smallvec::SmallVec;
use std::ops::Range;

use super::dialogue::{Delivered, Dialogue, Waiter};
use crate::error::{Cause, Error};
use crate::proto::decoder::{Decoder, Limit, Limits, Message};
use crate::proto::event::Kind;
use crate::proto::reply::Reply;

/// Takes in events, in the order of the wire.
pub(crate) trait Sink {
    /// An event that stands in `buf`, which is the same at every call until one of the others.
    fn take(&mut self, kind: Kind, buf: &[u8], range: Range<usize>);

    /// The events in the buffer are to be copied: it changes.
    fn copy(&mut self, buf: &[u8]);

    /// What was taken in so far is to be given out, before what comes next.
    fn publish(&mut self, decoder: &mut Decoder);

    /// An event was too large, behind those that were given out.
    fn lose(&mut self, kind: Kind, size_bytes: usize);
}

/// Gives access to the dialogue, for a moment each time. None if the connection is its no more:
/// then nobody is left to get a reply.
pub(crate) trait Access<W> {
    fn with<T>(&self, act: impl FnOnce(&mut Dialogue<W>) -> T) -> Option<T>;
}

/// What [`deliver`] found out besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// How many bytes of a long answer lie there that nobody has worked on yet.
    pub(crate) backlog_bytes: usize,
    /// A reply has brought something to be written.
    pub(crate) wants_transmit: bool,
}

type Replies = SmallVec<[Result<Reply, Error>; 1]>;

/// Sends all whole messages in the decoder where they belong: events first, so that an event which
/// came before a reply is there before the request is over. Fails with what the connection is to
/// end for.
pub(crate) fn deliver<W: Waiter>(
    decoder: &mut Decoder,
    dialogue: &impl Access<W>,
    expected: &super::Expected,
    sink: &mut impl Sink,
) -> Result<Delivery, Cause> {
    let mut replies = Replies::new();
    let mut delivery = Delivery::default();
    let mut broken = loop {
        // Replies that are here already have not been given to their requests yet.
        if expected.has_stream() && manner_behind(dialogue, &replies).wants_data {
            decoder.stream_data();
        }
        decoder.single_events(|buf, kind, range| sink.take(kind, buf, range));
        match decoder.next() {
            Ok(None) => break None,
            Ok(Some(Message::Event(kind, range))) => sink.take(kind, decoder.bytes(), range),
            Ok(Some(Message::Reply(range))) => {
                sink.copy(decoder.bytes());
                let is_ordered =
                    expected.has_ordered() && manner_behind(dialogue, &replies).is_ordered;
                replies.push(Ok(Reply::new(decoder.take(range))));
                if is_ordered {
                    sink.publish(decoder);
                    match give_out(&mut replies, decoder, dialogue) {
                        Ok(wants_transmit) => delivery.wants_transmit |= wants_transmit,
                        Err(cause) => break Some(cause),
                    }
                }
            }
            Ok(Some(Message::Data { head, lines })) => {
                let count = lines.len();
                let buf = decoder.bytes();
                let (head, lines) = (&buf[head], &buf[lines]);
                let index = replies.len();
                let taken = dialogue.with(|it| it.handle_data(index, head, lines));
                match taken.unwrap_or(Ok(None)) {
                    Ok(Some(bytes)) => delivery.backlog_bytes = bytes,
                    Ok(None) => match decoder.note_unwanted(count) {
                        Ok(()) => {}
                        Err(error) => break Some(Cause::from(error)),
                    },
                    Err(cause) => break Some(cause),
                }
            }
            Ok(Some(Message::Streamed(reply))) => replies.push(Ok(Reply::new(reply))),
            Ok(Some(Message::TooLarge {
                event: Some(kind),
                size_bytes,
                ..
            })) => {
                // The gap stands where the event was.
                sink.publish(decoder);
                sink.lose(kind, size_bytes);
            }
            Ok(Some(Message::TooLarge {
                limit, size_bytes, ..
            })) => replies.push(Err(too_large(decoder.limits(), limit, size_bytes))),
            Err(error) => break Some(Cause::from(error)),
        }
    };
    sink.publish(decoder);
    if !replies.is_empty() {
        match give_out(&mut replies, decoder, dialogue) {
            Ok(wants_transmit) => delivery.wants_transmit |= wants_transmit,
            Err(cause) => broken = broken.or(Some(cause)),
        }
    }
    // The rest of it would come when something has been asked.
    if broken.is_none() && decoder.has_begun_reply() {
        broken = dialogue.with(|it| it.check_asked().err()).flatten();
    }
    broken.map_or(Ok(delivery), Err)
}

fn manner_behind<W: Waiter>(dialogue: &impl Access<W>, replies: &Replies) -> super::Manner {
    let manner = dialogue.with(|it| it.manner_of(replies.len()));
    manner.unwrap_or_default()
}

/// Gives the replies to their requests. Whether something is to be written then.
fn give_out<W: Waiter>(
    replies: &mut Replies,
    decoder: &mut Decoder,
    dialogue: &impl Access<W>,
) -> Result<bool, Cause> {
    let given = dialogue.with(|it| {
        for reply in replies.drain(..) {
            match it.handle_reply(reply) {
                Ok(Delivered { is_secret: false }) => {}
                Ok(Delivered { is_secret: true }) => decoder.wipe(),
                // It is no longer known what this was.
                Err(cause) => {
                    decoder.wipe();
                    return Err(cause);
                }
            }
        }
        Ok(it.wants_transmit())
    });
    // Of a connection that is over nobody waits for a reply.
    replies.clear();
    given.unwrap_or(Ok(false))
}

/// The refusal of what is larger than a reply may be.
pub(crate) fn too_large(limits: &Limits, limit: Limit, size_bytes: usize) -> Error {
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
