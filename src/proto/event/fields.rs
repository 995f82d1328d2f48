//! An event message, split: positional arguments and keywords.

use std::cell::{Cell, OnceCell};

use super::cstring::unescape_in_place;
use super::grammar::Grammar;
use super::key::Key;
use super::lines::{append_data, StatusLines};
use super::parts::{PartList, Parts};
use super::scan::blank;
use super::text::{Text, TextSpan};
use super::Kind;

/// Longer messages are split as far as this; positions are 32 bits wide.
const MAX_MESSAGE: usize = 1 << 30;

/// The arguments and keywords of one event.
///
/// Its buffers are used again for the next event, so that parsing allocates nothing once they have
/// grown to the size of the usual event.
pub struct Fields {
    pub(super) kind: Kind,
    // Every token with a NUL behind it, escapes undone.
    pub(super) buffer: Vec<u8>,
    pub(super) args: Vec<TextSpan>,
    pub(super) pairs: Vec<PairSpan>,
    // For each known keyword one more than the index of the first pair with it; 0 for none.
    pub(super) slots: [u8; Key::COUNT],
    // Taken apart when somebody first asks for a part.
    parts: OnceCell<Box<Parts>>,
    spare_parts: Cell<Option<Box<Parts>>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct PairSpan {
    pub(super) name: TextSpan,
    // TextSpan::NONE for an option that is unset.
    pub(super) value: TextSpan,
}

/// A keyword with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The keyword as tor spelt it.
    pub name: Text<'a>,
    /// Its value, unquoted and with escapes undone.
    pub value: Text<'a>,
    /// False for the CONF_CHANGED line of an option that is unset now, which has no `=`.
    pub is_set: bool,
}

impl Default for Fields {
    fn default() -> Self {
        Fields {
            kind: Kind::Unknown,
            buffer: Vec::new(),
            args: Vec::new(),
            pairs: Vec::new(),
            slots: [0; Key::COUNT],
            parts: OnceCell::new(),
            spare_parts: Cell::new(None),
        }
    }
}

impl Fields {
    /// Splits a whole message, with its code and line ends, of this kind.
    pub fn parse(&mut self, kind: Kind, raw: &[u8]) {
        self.kind = kind;
        self.buffer.clear();
        self.args.clear();
        if !self.pairs.is_empty() {
            self.pairs.clear();
            self.slots = [0; Key::COUNT];
        }
        if let Some(parts) = self.parts.take() {
            self.spare_parts.set(Some(parts));
        }

        let raw = &raw[..raw.len().min(MAX_MESSAGE)];
        if let [_, _, _, b' ', line @ ..] = raw {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            return self.parse_head(line.strip_suffix(b"\r").unwrap_or(line));
        }
        let mut lines = StatusLines::new(raw);
        let Some(head) = lines.next() else { return };
        match kind {
            Kind::Ns | Kind::NewConsensus | Kind::HsDescContent => self.parse_head(head.text),
            _ if Grammar::of(kind).is_log => self.parse_long_log(raw, head.text),
            _ => {
                self.parse_head(head.text);
                for line in lines {
                    if line.separator == b' ' && line.text == b"OK" {
                        break;
                    }
                    match kind {
                        Kind::ConfChanged => self.add_option(line.text),
                        _ => self.split(line.text),
                    }
                }
            }
        }
    }

    /// The first line, from the word for the kind on.
    #[inline(always)]
    fn parse_head(&mut self, line: &[u8]) {
        // DESCCHANGED has no blank behind its word.
        let Some(rest) = line.get(blank(line, 0) + 1..) else {
            return;
        };
        if Grammar::of(self.kind).is_log {
            // Free text: whatever looks like a keyword in it is none.
            self.args.push(append(&mut self.buffer, rest));
        } else {
            self.split(rest);
        }
    }

    /// The form with a data block, which the specification has and no tor of today sends.
    fn parse_long_log(&mut self, raw: &[u8], head: &[u8]) {
        let start = self.buffer.len();
        if let Some(blank) = memchr::memchr(b' ', head) {
            self.buffer.extend_from_slice(&head[blank + 1..]);
            self.buffer.push(b'\n');
        }
        append_data(raw, &mut self.buffer);
        for line in StatusLines::new(raw).skip(1) {
            if line.text != b"OK" || line.separator != b' ' {
                self.buffer.extend_from_slice(line.text);
                self.buffer.push(b'\n');
            }
        }
        // The last line end is the frame's.
        match self.buffer.last_mut() {
            Some(last) => *last = 0,
            None => self.buffer.push(0),
        }
        self.args.push(TextSpan::new(start, self.buffer.len() - 1));
    }

    /// A line of CONF_CHANGED: `Key=value`, or `Key` alone for one that is at its default now.
    fn add_option(&mut self, line: &[u8]) {
        let (name, value) = match memchr::memchr(b'=', line) {
            Some(equals) => (&line[..equals], Some(&line[equals + 1..])),
            None => (line, None),
        };
        let name = append(&mut self.buffer, name);
        let Some(value) = value else {
            let value = TextSpan::NONE;
            return self.pairs.push(PairSpan { name, value });
        };
        let quoted = value.strip_prefix(b"\"");
        let value = match quoted.and_then(|inner| inner.strip_suffix(b"\"")) {
            // tor quotes a value only if it begins with a quote or has unprintable bytes.
            Some(inner) => {
                let start = self.buffer.len();
                self.buffer.extend_from_slice(inner);
                let len = unescape_in_place(&mut self.buffer[start..]);
                self.buffer.truncate(start + len);
                self.buffer.push(0);
                TextSpan::new(start, start + len)
            }
            None => append(&mut self.buffer, value),
        };
        self.pairs.push(PairSpan { name, value });
    }

    /// The kind of the event.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many positional arguments there are, the word for the kind not counted. The text of a
    /// log event is one argument.
    #[inline]
    pub fn arg_count(&self) -> usize {
        self.args.len()
    }

    /// The positional argument with this index, if there is one.
    #[inline]
    pub fn arg_if_any(&self, index: usize) -> Option<Text<'_>> {
        Some(self.args.get(index)?.of(&self.buffer))
    }

    /// The positional argument with this index; empty if there is none.
    #[inline]
    pub fn arg(&self, index: usize) -> Text<'_> {
        match self.args.get(index) {
            Some(span) => span.of(&self.buffer),
            None => Text::EMPTY,
        }
    }

    /// How many keywords there are, known or not, repeated ones included.
    #[inline]
    pub fn pair_count(&self) -> usize {
        self.pairs.len()
    }

    /// The keyword with this index, in the order of the message.
    #[inline]
    pub fn pair(&self, index: usize) -> Option<Pair<'_>> {
        let pair = self.pairs.get(index)?;
        Some(Pair {
            name: pair.name.of(&self.buffer),
            value: pair.value.of(&self.buffer),
            is_set: pair.value != TextSpan::NONE,
        })
    }

    /// The value of a known keyword, the first if tor repeats it.
    #[inline]
    pub fn get(&self, key: Key) -> Option<Text<'_>> {
        let slot = self.slots[key as usize] as usize;
        let pair = self.pairs.get(slot.checked_sub(1)?)?;
        Some(pair.value.of(&self.buffer))
    }

    /// The value of the first keyword with this name: exactly so spelt, but in any case for the
    /// options of CONF_CHANGED, whose names tor does not distinguish by case.
    pub fn find(&self, name: &[u8]) -> Option<Text<'_>> {
        if let Some(key) = Key::from_word(name) {
            if let Some(value) = self.get(key) {
                return Some(value);
            }
        }
        let same = |pair: &&PairSpan| {
            let own = pair.name.of(&self.buffer).bytes();
            match self.kind {
                Kind::ConfChanged => own.eq_ignore_ascii_case(name),
                _ => own == name,
            }
        };
        let pair = self.pairs.iter().find(same)?;
        Some(pair.value.of(&self.buffer))
    }

    /// The parts of the fields that have parts.
    #[inline]
    pub fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| {
            let mut parts = self.spare_parts.take().unwrap_or_default();
            parts.fill(self);
            parts
        })
    }

    /// The parts, if somebody has asked for them already.
    #[inline]
    pub fn known_parts(&self) -> Option<&Parts> {
        self.parts.get().map(|parts| &**parts)
    }

    /// Bytes that its buffers hold on to.
    pub fn capacity_bytes(&self) -> usize {
        self.buffer.capacity()
            + self.args.capacity() * size_of::<TextSpan>()
            + self.pairs.capacity() * size_of::<PairSpan>()
            + self.known_parts().map_or(0, Parts::capacity_bytes)
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let args = (0..self.arg_count()).map(|index| self.arg(index));
        let pairs = (0..self.pair_count()).filter_map(|index| self.pair(index));
        f.debug_struct("Fields")
            .field("kind", &self.kind)
            .field("args", &args.collect::<Vec<_>>())
            .field("pairs", &pairs.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[inline]
fn append(buffer: &mut Vec<u8>, text: &[u8]) -> TextSpan {
    let start = buffer.len();
    buffer.reserve(text.len() + 1);
    buffer.extend_from_slice(text);
    let end = buffer.len();
    buffer.push(0);
    TextSpan::new(start, end)
}

/// For fuzzing: the first byte picks the kind, the rest is the message.
pub fn fuzz_fields(bytes: &[u8]) {
    let Some((&number, raw)) = bytes.split_first() else {
        return;
    };
    let kind = Kind::from_number(i32::from(number) % 42).unwrap_or(Kind::Unknown);
    let mut fields = Fields::default();
    fields.parse(kind, raw);
    for index in 0..fields.arg_count() {
        assert_eq!(fields.arg(index).with_nul().last(), Some(&0));
    }
    for index in 0..fields.pair_count() {
        let Some(pair) = fields.pair(index) else {
            continue;
        };
        assert_eq!(pair.value.with_nul().last(), Some(&0));
        assert!(fields.find(pair.name.bytes()).is_some());
    }
    let parts = fields.parts();
    for list in PartList::ALL {
        for index in 0..parts.count(list) {
            let (first, second) = parts.item(list, index);
            assert_eq!(first.with_nul().last(), second.with_nul().last());
        }
    }
    for key in Key::all() {
        assert_eq!(fields.get(key).is_some(), fields.slots[key as usize] != 0);
    }
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
