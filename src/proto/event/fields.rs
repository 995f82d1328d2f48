//! An event message, split: positional arguments and keywords.

use std::cell::{Cell, OnceCell};

use super::cstring::unescape_in_place;
use super::key::Key;
use super::lines::{append_data, StatusLines};
use super::marks::{Blanks, Marks, PADDING};
use super::order::{usual_order, Form};
use super::parts::{List, Parts};
use super::scan::blank;
use super::text::{Span, Text};
use super::token::{
    c_string, skip_blanks, stream_target_end, target_goes_on, token, value_goes_on, Quoting, Style,
    Token,
};
use super::Kind;

/// Longer messages are split as far as this; positions are 32 bits wide.
const MAX_MESSAGE: usize = 1 << 30;

/// The arguments and keywords of one event.
///
/// Its buffers are used again for the next event, so that parsing allocates nothing once they have
/// grown to the size of the usual event.
pub struct Fields {
    kind: Kind,
    // Every token with a NUL behind it, escapes undone.
    buffer: Vec<u8>,
    args: Vec<Span>,
    pairs: Vec<PairSpan>,
    // For each known keyword one more than the index of the first pair with it; 0 for none.
    slots: [u8; Key::COUNT],
    // Of the line that is being split.
    marks: Marks,
    // Taken apart when somebody first asks for a part.
    parts: OnceCell<Box<Parts>>,
    spare_parts: Cell<Option<Box<Parts>>>,
}

#[derive(Clone, Copy, Debug)]
struct PairSpan {
    name: Span,
    value: Span,
    is_set: bool,
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
            marks: Marks::default(),
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
        if raw.get(3) == Some(&b' ') {
            let line = raw.strip_suffix(b"\n").unwrap_or(raw);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            return self.parse_head(&line[4..]);
        }
        let mut lines = StatusLines::new(raw);
        let Some(head) = lines.next() else { return };
        match kind {
            Kind::Ns | Kind::NewConsensus | Kind::HsDescContent => self.parse_head(head.text),
            _ if is_log(kind) => self.parse_long_log(raw, head.text),
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
    fn parse_head(&mut self, line: &[u8]) {
        // DESCCHANGED has no blank behind its word.
        let Some(rest) = line.get(blank(line, 0) + 1..) else {
            return;
        };
        if is_log(self.kind) {
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
        self.args.push(Span::new(start, self.buffer.len() - 1));
    }

    /// A line of CONF_CHANGED: `Key=value`, or `Key` alone for one that is at its default now.
    fn add_option(&mut self, line: &[u8]) {
        let (name, value) = match memchr::memchr(b'=', line) {
            Some(equals) => (&line[..equals], Some(&line[equals + 1..])),
            None => (line, None),
        };
        let name = append(&mut self.buffer, name);
        let quoted = value.and_then(|value| value.strip_prefix(b"\""));
        let value_span = match quoted.and_then(|inner| inner.strip_suffix(b"\"")) {
            // tor quotes a value only if it begins with a quote or has unprintable bytes.
            Some(inner) => {
                let start = self.buffer.len();
                self.buffer.extend_from_slice(inner);
                let len = unescape_in_place(&mut self.buffer[start..]);
                self.buffer.truncate(start + len);
                self.buffer.push(0);
                Span::new(start, start + len)
            }
            None => append(&mut self.buffer, value.unwrap_or_default()),
        };
        self.pairs.push(PairSpan {
            name,
            value: value_span,
            is_set: value.is_some(),
        });
    }

    /// Words and keywords, separated by blanks.
    fn split(&mut self, line: &[u8]) {
        let base = self.buffer.len();
        // Only the first line has arguments that may look like keywords.
        let positional = match base {
            0 => positional_args(self.kind),
            _ => 0,
        };
        self.buffer.extend_from_slice(line);
        self.buffer.extend_from_slice(&[0; PADDING]);
        self.marks.find(&self.buffer[base..], line.len());
        let (args, pairs) = (self.args.len(), self.pairs.len());
        if !self.split_line(base, line.len(), positional) {
            // The target has blanks: begin again with a clean copy, and find out how far it reaches.
            self.buffer[base..base + line.len()].copy_from_slice(line);
            self.args.truncate(args);
            self.pairs.truncate(pairs);
            for slot in &mut self.slots {
                if *slot as usize > pairs {
                    *slot = 0;
                }
            }
            self.split_stream(line, base);
        }
        if base > 0 {
            // Of many short lines the padding would be most.
            self.buffer.truncate(base + line.len() + 1);
        }
    }

    /// Splits a line of this length in the buffer at `base`. Returns false, with the work half done,
    /// when it turns out that the target of a stream has blanks in it.
    fn split_line(&mut self, base: usize, len: usize, positional: usize) -> bool {
        let style = Style::of(self.kind);
        let mut order = usual_order(self.kind);
        let (mut tokens, blanks) = self.tokens(base);
        let mut at = 0;
        while at < len {
            // The usual tokens first: a word, or a keyword where tor writes it.
            at = tokens.take_words(at, blanks, len, positional);
            if tokens.args.len() >= positional {
                match tokens.take_expected(at, blanks, len, style, &mut order) {
                    Some(next) => at = next,
                    None => return false,
                }
            }
            if at < len {
                match tokens.take(at, blanks, len, positional, style) {
                    Some(next) => at = next,
                    None => return false,
                }
            }
        }
        true
    }

    /// Splits a STREAM line whose target has blanks.
    fn split_stream(&mut self, line: &[u8], base: usize) {
        let (mut tokens, blanks) = self.tokens(base);
        let mut at = 0;
        while let Some(begin) = skip_blanks(line, at) {
            let index = tokens.args.len();
            let end = blanks.from(begin);
            let mut token = token(line, begin, end, index < 4, Style::Strict);
            if index == 3 && tokens.pairs.is_empty() {
                token.start = begin;
                token.end = stream_target_end(line, blanks, begin);
                token.quoting = Quoting::Plain;
                token.next = token.end;
            }
            tokens.add(begin, &token);
            at = token.next;
        }
    }

    fn tokens(&mut self, base: usize) -> (Tokens<'_>, Blanks<'_>) {
        let tokens = Tokens {
            buffer: &mut self.buffer[base..],
            base: base as u32,
            args: &mut self.args,
            pairs: &mut self.pairs,
            slots: &mut self.slots,
        };
        (tokens, self.marks.blanks())
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
            is_set: pair.is_set,
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
            + self.args.capacity() * size_of::<Span>()
            + self.pairs.capacity() * size_of::<PairSpan>()
            + self.marks.capacity_bytes()
            + self.known_parts().map_or(0, Parts::capacity_bytes)
    }
}

/// The copy of a line that is being split, and what has been found in it so far.
struct Tokens<'a> {
    // The line, and its padding behind it.
    buffer: &'a mut [u8],
    // Where the line begins in the whole buffer.
    base: u32,
    args: &'a mut Vec<Span>,
    pairs: &'a mut Vec<PairSpan>,
    slots: &'a mut [u8; Key::COUNT],
}

impl Tokens<'_> {
    /// Takes up words from `at` on until there are as many arguments as are `positional`. Where what
    /// is left begins: perhaps with a token of another sort.
    #[inline(always)]
    fn take_words(
        &mut self,
        mut at: usize,
        blanks: Blanks<'_>,
        len: usize,
        positional: usize,
    ) -> usize {
        while at < len && self.args.len() < positional {
            let end = blanks.from(at);
            let is_word = end > at && self.buffer[at] != b'"';
            if !is_word {
                break;
            }
            self.buffer[end] = 0;
            self.args.push(Span::new(at, end).behind(self.base));
            at = end + 1;
        }
        at
    }

    /// Takes up keywords from `at` on as long as they come in the order in which they are expected, with
    /// C strings or words for values. Where what is left begins; `None` as for
    /// [`Tokens::take`].
    #[inline(always)]
    fn take_expected(
        &mut self,
        mut at: usize,
        blanks: Blanks<'_>,
        len: usize,
        style: Style,
        order: &mut &'static [Form],
    ) -> Option<usize> {
        'tokens: while at < len {
            // What was taken up before is changed already, but what comes is not.
            let window = self.buffer.get(at..).and_then(<[u8]>::first_chunk);
            let Some(window) = window else { break };
            let mut forms = *order;
            let form = loop {
                match forms {
                    [] => break 'tokens,
                    [form, rest @ ..] => {
                        forms = rest;
                        if form.fits(window) {
                            break form;
                        }
                    }
                }
            };
            *order = forms;
            let is_repeated = self.slots[form.key as usize] != 0;
            if is_repeated && style == Style::Strict {
                return None;
            }
            let start = at + form.len();
            if window[form.len()] == b'"' {
                let Some((close, quoting)) = c_string(&self.buffer[..len], start + 1) else {
                    break;
                };
                let end = self.unescape(start + 1, close, quoting);
                self.add_pair(at, start - 1, Span::new(start + 1, end), Some(form.key));
                at = close + 2;
                continue;
            }
            let end = blanks.from(at);
            if start >= end {
                break;
            }
            if style == Style::Strict && value_goes_on(Some(form.key), &self.buffer[start..end]) {
                return None;
            }
            self.add_pair(at, start - 1, Span::new(start, end), Some(form.key));
            at = end + 1;
        }
        Some(at)
    }

    /// Takes up the token that begins at `at`, if there is one, whatever it is. Where the next one may
    /// begin; `None` if the target of a stream is longer than was assumed.
    #[inline(never)]
    fn take(
        &mut self,
        at: usize,
        blanks: Blanks<'_>,
        len: usize,
        positional: usize,
        style: Style,
    ) -> Option<usize> {
        let end = blanks.from(at);
        if end == at {
            return Some(at + 1);
        }
        let is_positional = self.args.len() < positional;
        let line = &self.buffer[..len];
        let token = token(line, at, end, is_positional, style);
        if style == Style::Strict && !is_positional {
            let repeated = token.key.is_some_and(|key| self.slots[key as usize] != 0);
            if token.name_end == 0 || repeated || target_goes_on(line, &token) {
                return None;
            }
        }
        self.add(at, &token);
        // Behind it stands a blank, or the line has ended.
        Some(token.next + 1)
    }

    /// Takes a token up, which begins at `begin`.
    fn add(&mut self, begin: usize, token: &Token) {
        let end = self.unescape(token.start, token.end, token.quoting);
        let value = Span::new(token.start, end);
        if token.name_end == 0 {
            self.buffer[end] = 0;
            self.args.push(value.behind(self.base));
        } else {
            self.add_pair(begin, token.name_end, value, token.key);
        }
    }

    /// Undoes the escapes of a value, if it has any; where it ends then.
    fn unescape(&mut self, start: usize, end: usize, quoting: Quoting) -> usize {
        match quoting {
            Quoting::Plain => end,
            Quoting::Escaped => start + unescape_in_place(&mut self.buffer[start..end]),
        }
    }

    /// Takes up a keyword that begins at `begin` and ends at `equals`.
    #[inline(always)]
    fn add_pair(&mut self, begin: usize, equals: usize, value: Span, key: Option<Key>) {
        self.buffer[equals] = 0;
        self.buffer[value.end()] = 0;
        self.pairs.push(PairSpan {
            name: Span::new(begin, equals).behind(self.base),
            value: value.behind(self.base),
            is_set: true,
        });
        if let Some(key) = key {
            let slot = &mut self.slots[key as usize];
            if *slot == 0 {
                // One behind the 255th is found by its name.
                *slot = u8::try_from(self.pairs.len()).unwrap_or(0);
            }
        }
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
fn append(buffer: &mut Vec<u8>, text: &[u8]) -> Span {
    let start = buffer.len();
    buffer.extend_from_slice(text);
    let end = buffer.len();
    buffer.push(0);
    Span::new(start, end)
}

/// Whether the rest of the line is text for people.
#[inline]
fn is_log(kind: Kind) -> bool {
    (Kind::Debug as u8..=Kind::Err as u8).contains(&(kind as u8))
}

/// How many arguments have no keyword, whatever they look like: names that others chose, and the
/// paths of old tors, may have `=` in them.
fn positional_args(kind: Kind) -> usize {
    match kind {
        Kind::Stream | Kind::StreamBw | Kind::TransportLaunched => 4,
        Kind::AddrMap | Kind::Guard | Kind::HsDesc | Kind::HsDescContent => 3,
        Kind::Circ | Kind::CircMinor | Kind::OrConn | Kind::Bw => 2,
        Kind::StatusGeneral | Kind::StatusClient | Kind::StatusServer => 2,
        Kind::BuildTimeoutSet | Kind::Signal | Kind::NetworkLiveness | Kind::State => 1,
        _ => 0,
    }
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
    for list in List::ALL {
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
