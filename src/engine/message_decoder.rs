//! Messages out of bytes, for a program with a connection of its own.

use std::sync::{Mutex, MutexGuard, TryLockError};

use super::event::Event;
use crate::error::Error;
use crate::proto::decoder::{Decoder, Limits, Message};
use crate::proto::reply::Reply;
use crate::session::too_large;

/// The decoder, for one thread at a time.
#[derive(Debug)]
pub struct MessageDecoder(Mutex<Stream>);

#[derive(Debug)]
struct Stream {
    decoder: Decoder,
    /// What broke the stream: nothing behind it has a meaning.
    broken: Option<Error>,
}

/// A whole message.
#[derive(Debug)]
pub enum Decoded {
    /// The answer to a command.
    Reply(Reply),
    /// An event.
    Event(Event),
}

impl MessageDecoder {
    /// One at the beginning of a stream.
    pub fn new(limits: Limits) -> MessageDecoder {
        let mut decoder = Decoder::new(limits);
        // Nobody says what was asked, so any reply may be a secret.
        decoder.keep_secrets(true);
        MessageDecoder(Mutex::new(Stream {
            decoder,
            broken: None,
        }))
    }

    /// Fails where it would have to wait: a forked child may never see the end of it.
    fn stream(&self) -> Result<MutexGuard<'_, Stream>, Error> {
        match self.0.try_lock() {
            Ok(stream) => Ok(stream),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {
                let message = "another thread uses the decoder at this moment";
                Err(Error::State(message.to_string()))
            }
        }
    }

    /// The next bytes of the stream.
    pub fn push(&self, bytes: &[u8]) -> Result<(), Error> {
        let mut stream = self.stream()?;
        if let Some(error) = &stream.broken {
            return Err(error.clone());
        }
        stream.decoder.feed(bytes);
        Ok(())
    }

    /// The next whole message; None if it has not come yet. After [`Error::TooLarge`] the next is
    /// that behind the message which was too large; after any other failure there is none.
    pub fn next(&self) -> Result<Option<Decoded>, Error> {
        let stream = &mut *self.stream()?;
        if let Some(error) = &stream.broken {
            return Err(error.clone());
        }
        let decoder = &mut stream.decoder;
        let message = match decoder.next() {
            Ok(message) => message,
            Err(error) => {
                let error = Error::Protocol(error.to_string());
                stream.broken = Some(error.clone());
                return Err(error);
            }
        };
        Ok(match message {
            None => None,
            Some(Message::Event(kind, range)) => {
                let event = Event::of_raw(kind, decoder.take(range));
                Some(Decoded::Event(event))
            }
            Some(Message::Reply(range)) => Some(Decoded::Reply(reply(decoder.take(range)))),
            Some(Message::Streamed(bytes)) => Some(Decoded::Reply(reply(bytes))),
            Some(Message::TooLarge {
                limit, size_bytes, ..
            }) => return Err(too_large(decoder.limits(), limit, size_bytes)),
            // Only who asks for it gets it.
            Some(Message::Data { .. }) => None,
        })
    }
}

/// Wiped in the end, like all that may be a secret.
fn reply(bytes: Vec<u8>) -> Reply {
    let mut reply = Reply::new(bytes);
    reply.set_secret();
    reply
}
