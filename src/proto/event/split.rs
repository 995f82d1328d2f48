//! A line split into words and keywords.
//!
//! What is usual is split on a path of its own, without a search and with few branches: words where
//! there are words, then keywords in tor's order. [`token`] understands all the rest.
//!
//! Trick: quick paths (docs/internals/tricks.md).

use super::cstring::unescape_in_place;
use super::fields::{Fields, PairSpan};
use super::grammar::Grammar;
use super::key::Key;
use super::marks::{Marks, MAX_LINE, PADDING};
use super::order::Form;
use super::scan::blank;
use super::text::TextSpan;
use super::token::{
    c_string, skip_blanks, stream_target_end, target_goes_on, token, value_goes_on, Quoting, Style,
    Token,
};

/// Pairs behind this one have no slot: they are found by their names.
const MAX_SLOT: usize = u8::MAX as usize;

/// The target of a stream has blanks in it: the line has to be split another way.
struct TargetGoesOn;

impl Fields {
    /// Words and keywords, separated by blanks.
    pub(super) fn split(&mut self, line: &[u8]) {
        let base = self.buffer.len();
        self.buffer.extend_from_slice(line);
        self.buffer.extend_from_slice(&[0; PADDING]);
        let (args, pairs) = (self.args.len(), self.pairs.len());
        let mut tokens = Tokens {
            buffer: &mut self.buffer[base..],
            len: line.len(),
            base: base as u32,
            args: &mut self.args,
            pairs: &mut self.pairs,
            slots: &mut self.slots,
        };
        if tokens.take_line(Grammar::of(self.kind)).is_err() {
            // Begin again with a clean copy, and find out how far the target reaches.
            tokens.buffer[..line.len()].copy_from_slice(line);
            tokens.args.truncate(args);
            tokens.pairs.truncate(pairs);
            for slot in tokens.slots.iter_mut() {
                if *slot as usize > pairs {
                    *slot = 0;
                }
            }
            tokens.take_stream(line);
        }
        if base > 0 {
            // Of many short lines the padding would be most.
            self.buffer.truncate(base + line.len() + 1);
        }
    }
}

/// The copy of a line that is being split, and what has been found in it so far. What has been
/// taken up is changed already, what comes is not.
///
/// Trick: NULs in place (docs/internals/tricks.md).
struct Tokens<'a> {
    // The line, and its padding behind it.
    buffer: &'a mut [u8],
    len: usize,
    // Where the line begins in the whole buffer.
    base: u32,
    args: &'a mut Vec<TextSpan>,
    pairs: &'a mut Vec<PairSpan>,
    slots: &'a mut [u8; Key::COUNT],
}

impl Tokens<'_> {
    fn take_line(&mut self, grammar: &'static Grammar) -> Result<(), TargetGoesOn> {
        let mut at = 0;
        // Of the lines of a message only the first has arguments that may look like keywords.
        let mut positional = 0;
        if self.base == 0 {
            positional = grammar.positional;
            if self.len <= MAX_LINE {
                let marks = Marks::of(self.buffer, self.len);
                let mut order = grammar.order;
                at = self.take_words(0, &marks, positional);
                if self.args.len() == positional {
                    if self.buffer[at] != b'$' {
                        at = self.take_expected(at, &marks, grammar.style, &mut order)?;
                    }
                    // What stands between is mostly a path.
                    if at < self.len && !order.is_empty() {
                        at = self.take(at, positional, grammar)?;
                        at = self.take_expected(at, &marks, grammar.style, &mut order)?;
                    }
                }
            }
        }
        while at < self.len {
            at = self.take(at, positional, grammar)?;
        }
        Ok(())
    }

    /// Takes up words from `at` on until there are as many arguments as are `positional`. Where
    /// what is left begins: perhaps with a token of another sort.
    #[inline(always)]
    fn take_words(&mut self, mut at: usize, marks: &Marks, positional: usize) -> usize {
        while at < self.len && self.args.len() < positional {
            let end = marks.blank(at);
            if end <= at || self.buffer[at] == b'"' {
                break;
            }
            self.buffer[end] = 0;
            self.args.push(TextSpan::new(at, end));
            at = end + 1;
        }
        at
    }

    /// Takes up keywords from `at` on as long as they come in the order in which they are expected,
    /// with C strings or words for values. Where what is left begins.
    #[inline(always)]
    fn take_expected(
        &mut self,
        mut at: usize,
        marks: &Marks,
        style: Style,
        order: &mut &'static [Form],
    ) -> Result<usize, TargetGoesOn> {
        // So that there is a slot for each.
        if self.pairs.len() + order.len() > MAX_SLOT {
            return Ok(at);
        }
        'tokens: while at < self.len {
            let window = self.buffer.get_mut(at..).and_then(<[u8]>::first_chunk_mut);
            let Some(window) = window else { break };
            let mut forms = *order;
            let form = loop {
                match forms {
                    [form, rest @ ..] => {
                        forms = rest;
                        if form.fits(window) {
                            break form;
                        }
                    }
                    [] => break 'tokens,
                }
            };
            // What is expected no more can come once more only the general way, which notices that.
            *order = forms;
            let equals = at + form.equals_at();
            let (start, end, next);
            if window[form.equals_at() + 1] == b'"' {
                let line = &self.buffer[..self.len];
                let Some((close, quoting)) = c_string(line, equals + 2) else {
                    break;
                };
                (start, next) = (equals + 2, close + 2);
                end = unescape(self.buffer, start, close, quoting);
                self.buffer[equals] = 0;
            } else {
                (start, end) = (equals + 1, marks.blank(at));
                if start >= end {
                    break;
                }
                window[form.equals_at()] = 0;
                if style == Style::Strict && value_goes_on(form.key, &self.buffer[start..end]) {
                    return Err(TargetGoesOn);
                }
                next = end + 1;
            }
            self.buffer[end] = 0;
            self.pairs.push(PairSpan {
                name: TextSpan::new(at, equals),
                value: TextSpan::new(start, end),
            });
            let slot = &mut self.slots[form.key as usize];
            if *slot == 0 {
                *slot = self.pairs.len() as u8;
            }
            at = next;
        }
        Ok(at)
    }

    /// Takes up the token that begins at `at`, if one does, whatever it is. Where the next one may
    /// begin.
    #[inline(never)]
    fn take(
        &mut self,
        at: usize,
        positional: usize,
        grammar: &Grammar,
    ) -> Result<usize, TargetGoesOn> {
        let style = grammar.style;
        let line = &self.buffer[..self.len];
        let end = blank(line, at);
        if end == at {
            if grammar.may_be_empty == Some(self.args.len()) && positional > 0 {
                self.buffer[at] = 0;
                self.args.push(TextSpan::new(at, at).behind(self.base));
            }
            return Ok(at + 1);
        }
        let is_positional = self.args.len() < positional;
        let token = token(line, at, end, is_positional, style);
        if style == Style::Strict && !is_positional {
            let repeated = token.key.is_some_and(|key| self.slots[key as usize] != 0);
            if token.name_end == 0 || repeated || target_goes_on(line, &token) {
                return Err(TargetGoesOn);
            }
        }
        self.add(at, &token);
        // Behind it stands a blank, or the line has ended.
        Ok(token.next + 1)
    }

    /// Takes up the tokens of a STREAM line whose target has blanks.
    fn take_stream(&mut self, line: &[u8]) {
        let mut at = 0;
        while let Some(begin) = skip_blanks(line, at) {
            let index = self.args.len();
            let end = blank(line, begin);
            let mut token = token(line, begin, end, index < 4, Style::Strict);
            if index == 3 && self.pairs.is_empty() {
                token.start = begin;
                token.end = stream_target_end(line, begin);
                token.quoting = Quoting::Plain;
                token.next = token.end;
            }
            self.add(begin, &token);
            at = token.next;
        }
    }

    fn add(&mut self, begin: usize, token: &Token) {
        let end = unescape(self.buffer, token.start, token.end, token.quoting);
        self.buffer[end] = 0;
        let value = TextSpan::new(token.start, end).behind(self.base);
        if token.name_end == 0 {
            return self.args.push(value);
        }
        self.buffer[token.name_end] = 0;
        let name = TextSpan::new(begin, token.name_end).behind(self.base);
        self.pairs.push(PairSpan { name, value });
        if let Some(key) = token.key {
            let slot = &mut self.slots[key as usize];
            if *slot == 0 && self.pairs.len() <= MAX_SLOT {
                *slot = self.pairs.len() as u8;
            }
        }
    }
}

/// Undoes the escapes of a value, if it has any; where it ends then.
fn unescape(buffer: &mut [u8], start: usize, end: usize, quoting: Quoting) -> usize {
    match quoting {
        Quoting::Plain => end,
        Quoting::Escaped => start + unescape_in_place(&mut buffer[start..end]),
    }
}
