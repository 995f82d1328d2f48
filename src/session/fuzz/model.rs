//! What a session should make of what the peer says, as plainly as it can be written: line by line,
//! without quick paths, without a buffer whose parts are given away, without limits.

use crate::proto::command::answer::AnswerShape;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;

/// A message that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Event(Vec<u8>),
    /// A reply: all of it, or without its data.
    Reply {
        all: Vec<u8>,
        without_data: Vec<u8>,
        data: Vec<u8>,
        /// Before which bytes of `without_data` there is data.
        data_at: Vec<usize>,
    },
}

/// So much of a line is enough to see that it is none of the protocol.
const HEAD_BYTES: usize = 60;

/// See the module's comment.
#[derive(Debug, Default)]
pub(super) struct Model {
    line: Vec<u8>,
    is_event: Option<bool>,
    is_in_data: bool,
    all: Vec<u8>,
    without_data: Vec<u8>,
    data: Vec<u8>,
    /// See [`Said::Reply`].
    data_at: Vec<usize>,
    /// No more is said.
    pub(super) is_broken: bool,
}

impl Model {
    /// The messages that end in these bytes.
    pub(super) fn feed(&mut self, bytes: &[u8], mut give: impl FnMut(Said)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                if let Some(said) = self.take_line(&line) {
                    give(said);
                }
            } else if !self.is_in_data && self.line.len() > HEAD_BYTES {
                let line = std::mem::take(&mut self.line);
                self.separator(&line);
                self.line = line;
            }
            if self.is_broken {
                return;
            }
        }
    }

    /// Three digits and a separator, the first of them like those of the lines before.
    fn separator(&mut self, line: &[u8]) -> u8 {
        let is_head = line.len() > 3 && line[..3].iter().all(u8::is_ascii_digit);
        let is_event = line[0] == b'6';
        self.is_broken = !is_head
            || !b" -+".contains(&line[3])
            || *self.is_event.get_or_insert(is_event) != is_event;
        line.get(3).map_or(0, |separator| *separator)
    }

    fn take_line(&mut self, line: &[u8]) -> Option<Said> {
        self.all.extend_from_slice(line);
        if self.is_in_data && line != b".\n" && line != b".\r\n" {
            self.data.extend_from_slice(line);
            let at = self.without_data.len();
            if self.data_at.last() != Some(&at) {
                self.data_at.push(at);
            }
            return None;
        }
        self.without_data.extend_from_slice(line);
        if std::mem::take(&mut self.is_in_data) {
            return None;
        }
        let separator = self.separator(line);
        self.is_in_data = separator == b'+';
        if separator != b' ' || self.is_broken {
            return None;
        }
        let message = std::mem::take(self);
        Some(match message.is_event {
            Some(true) => Said::Event(message.all),
            _ => Said::Reply {
                all: message.all,
                without_data: message.without_data,
                data: message.data,
                data_at: message.data_at,
            },
        })
    }

    /// Whether the beginning of a reply has come.
    pub(super) fn has_begun_reply(&self) -> bool {
        let first = self.all.first().or(self.line.first());
        first.is_some_and(|first| *first != b'6')
    }

    /// Whether something of a message has come that is not whole.
    pub(super) fn is_inside_message(&self) -> bool {
        !self.all.is_empty() || !self.line.is_empty()
    }

    /// Whether the data that has come can be about the command.
    pub(super) fn can_have_data(&self, command: &Command) -> bool {
        can_have_data(command, &self.without_data, &self.data_at)
    }
}

/// Whether the reply can have data at these places, by what stands before it.
pub(super) fn can_have_data(command: &Command, without_data: &[u8], data_at: &[usize]) -> bool {
    let mut from = 0;
    data_at.iter().all(|&at| {
        let head = &without_data[std::mem::replace(&mut from, at)..at];
        AnswerShape::of(command).can_begin(command, head)
    })
}

/// Whether the reply can be about the command.
pub(super) fn can_answer(command: &Command, reply: &Reply) -> bool {
    AnswerShape::of(command).can_be(command, reply)
}
