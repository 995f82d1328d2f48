//! What stands behind src/tables/decoder.rs.

use super::generated::*;
use super::options::limit;
use crate::engine::message_decoder::{Decoded, MessageDecoder};
use crate::proto::decoder::Limits;
use crate::proto::reply::Reply;

/// Bytes to messages. Freed by torctl_decoder_free(). One thread at a time may use it; a call while
/// another runs returns TORCTL_ERR_STATE. Also a forked child may go on with it.
pub struct torctl_decoder(());

fn limits(max_line_bytes: usize, max_message_bytes: usize) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    if max_line_bytes != 0 {
        limits.line_bytes = limit(max_line_bytes, "max_line_bytes", 256)?;
    }
    if max_message_bytes != 0 {
        limits.message_bytes = limit(max_message_bytes, "max_message_bytes", 256)?;
    }
    Ok(limits)
}

fn next(
    decoder: &MessageDecoder,
    reply: Out<'_, *mut Reply>,
    event: Out<'_, *mut Event>,
) -> Result<torctl_status, Error> {
    match decoder.next()? {
        Some(Decoded::Reply(next)) => reply.set_box(next),
        Some(Decoded::Event(next)) => event.set_box(next),
        None => return Ok(TORCTL_EMPTY),
    }
    Ok(TORCTL_OK)
}

generated!("decoder");
