//! Decoders
//!
//! The library's decoder alone, for a program that has its own connection to tor: bytes in, replies
//! and events out. It needs no controller, no tor, no descriptor and no thread. What the program
//! sends, and which reply answers what, is its own affair: tor answers commands in their order, and
//! sends events between the replies.

trait Decoder {
    /// Makes a decoder at the beginning of a stream.
    ///
    /// `max_line_bytes` and `max_message_bytes` are the longest line and the largest reply or
    /// event, each from 256 bytes to 1 GiB; 0 is the default, which is 16 MiB and 64 MiB. The
    /// decoder holds no more than one message and what was pushed since torctl_decoder_next() last
    /// returned TORCTL_EMPTY.
    fn decoder_new(max_line_bytes: usize, max_message_bytes: usize, decoder: New<MessageDecoder>) {
        MessageDecoder::new(limits(max_line_bytes, max_message_bytes)?)
    }

    /// Gives the decoder the next bytes that tor sent, cut anywhere. They are copied. Call
    /// torctl_decoder_next() until it returns TORCTL_EMPTY before the next push.
    ///
    /// Returns TORCTL_ERR_PROTOCOL if the stream was broken before. Does not block.
    fn decoder_push(decoder: &MessageDecoder, data: Memory, size_bytes: Size) {
        decoder.push(data)?
    }

    /// Takes the next whole message: sets `*reply` to a reply or `*event` to an event, and the other
    /// to NULL. The caller frees it with torctl_reply_free() or torctl_event_free(); it outlives the
    /// decoder. For one that the program does not want, `reply` or `event` may be NULL.
    ///
    /// Returns TORCTL_EMPTY, with NULL in both, if more bytes are needed. TORCTL_ERR_TOO_LARGE: a
    /// message is over a limit, and was dropped; the next call gives the one behind it. If it goes on
    /// to 16 times the limit, the stream is broken. TORCTL_ERR_PROTOCOL: the peer does not speak the
    /// control protocol; the stream is broken, and every later call returns the same. Does not block.
    fn decoder_next(
        decoder: &MessageDecoder,
        reply: Option<New<Reply>>,
        event: Option<New<Event>>,
    ) -> Status {
        next(decoder, reply, event)?
    }

    /// Frees the decoder and what it holds.
    fn decoder_free(decoder: Box<MessageDecoder>) -> Void;
}
