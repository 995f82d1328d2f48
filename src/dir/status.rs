//! Router status entries: what `GETINFO ns/...`, NS and NEWCONSENSUS say of a relay, in either
//! flavour of the consensus.

use super::digest::{self, Hex40};
use super::fields::{DocumentKind, EntryFields};
use super::flags::{each_flag, flags_of, FLAG_UNKNOWN};
use super::line::{Line, Taken};
use super::spans::{EntrySpans, SpanKind};
use super::take;
use super::time;
use super::token::{has_keyword, word_end, LineWord, LineWords};
use crate::proto::event::scan;
use crate::proto::text;
use crate::proto::text::is_blank;
use memchr::memchr;
use std::net::IpAddr;

/// The fields of a router status entry.
///
/// A list has thousands of these: whatever is seldom asked for is read from the text when it is.
#[derive(Debug)]
pub struct Status {
    pub(super) published_unix_us: i64,
    // -1 where the entry has none.
    pub(super) bandwidth: i64,
    // As in `FLAGS`; the highest bit for those that are unknown.
    pub(super) flags: u32,
    pub(super) or_port: u16,
    pub(super) dir_port: u16,
    // Positions in the text, 0 where the entry has none.
    pub(super) nickname: u16,
    pub(super) address: u16,
    pub(super) flags_text: u16,
    pub(super) version: u16,
    pub(super) protocols: u16,
    pub(super) bandwidth_text: u16,
    pub(super) policy_summary: u16,
    pub(super) microdesc_digest: u16,
    pub(super) ed25519: u16,
    pub(super) stats_text: u16,
    pub(super) fingerprint: Hex40,
    pub(super) digest: Hex40,
    // Whether the `w` line says more than the bandwidth.
    pub(super) has_more_weights: bool,
}

/// Stands for all flags that [`FLAGS`](super::FLAGS) does not have.
pub(super) const UNKNOWN: u32 = 1 << 31;

impl Default for Status {
    #[inline]
    fn default() -> Status {
        Status {
            published_unix_us: 0,
            bandwidth: -1,
            flags: 0,
            or_port: 0,
            dir_port: 0,
            nickname: 0,
            address: 0,
            flags_text: 0,
            version: 0,
            protocols: 0,
            bandwidth_text: 0,
            policy_summary: 0,
            microdesc_digest: 0,
            ed25519: 0,
            stats_text: 0,
            fingerprint: [0; 41],
            digest: [0; 41],
            has_more_weights: false,
        }
    }
}

/// What a `w` line says. Absent is -1.
pub(super) struct Weights {
    pub(super) bandwidth: i64,
    pub(super) measured: i64,
    pub(super) guard_fraction: i8,
    pub(super) unmeasured: bool,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            bandwidth: -1,
            measured: -1,
            guard_fraction: -1,
            unmeasured: false,
        }
    }
}

impl Weights {
    pub(super) fn parse(words: &[u8]) -> Option<Weights> {
        let mut weights = Weights::default();
        // The first of each counts; what is no pair is an argument of a newer tor.
        for word in text::words(words) {
            let Some(equal) = memchr(b'=', word) else {
                continue;
            };
            let (key, value) = (&word[..equal], &word[equal + 1..]);
            let signed = |value| i64::try_from(text::number(value)?).ok();
            match key {
                b"Bandwidth" if weights.bandwidth < 0 => weights.bandwidth = signed(value)?,
                b"Measured" if weights.measured < 0 => weights.measured = signed(value)?,
                b"Unmeasured" => weights.unmeasured |= value == b"1",
                b"GuardFraction" if weights.guard_fraction < 0 => {
                    weights.guard_fraction = i8::try_from(text::number(value)?).ok()?;
                }
                _ => {}
            }
        }
        Some(weights)
    }
}

impl Status {
    /// `r nickname identity [digest] date time address or_port dir_port`, and nothing filled in
    /// if a part of it is not what it should be. The identity alone is kept from a bad line.
    #[inline(always)]
    fn router_line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Option<()> {
        // With what stands behind it: words are found faster where the text does not end.
        let (text, size) = (line.tail, line.text.len());
        let nickname = scan::blank(text, 2) - 2;
        let rest = text.get(2 + nickname + 1..)?;
        let rest = digest_word(rest, &mut self.fingerprint)?;
        if text.len() - rest.len() > size {
            self.fingerprint[0] = 0;
            return None;
        }
        // The microdescriptor flavour has the date here.
        let rest = match rest.get(4) {
            Some(b'-') if rest.get(7) == Some(&b'-') && rest.get(10) == Some(&b' ') => rest,
            _ => digest_word(rest, &mut self.digest)?,
        };
        match self.behind_digests(rest, text.len() - size, nickname) {
            Some(address) => {
                let at = text.len() - rest.len() + TIME_BYTES + 1;
                // The line is the entry's first, and these words are where they can be.
                self.nickname = out.blank_word(line, 2, nickname) as u16;
                self.address = out.blank_word(line, at, address) as u16;
            }
            None => self.digest[0] = 0,
        }
        (self.nickname != 0).then_some(())
    }

    /// The length of the address, if the name has a length that names have. `behind` bytes of the
    /// rest are not of the line.
    #[inline(always)]
    fn behind_digests(&mut self, rest: &[u8], behind: usize, nickname: usize) -> Option<usize> {
        let published_unix_us = match rest.first_chunk::<TIME_BYTES>()? {
            // What today's consensus says of every relay.
            b"2038-01-01 00:00:00" => 2_145_916_800_000_000,
            time => text::time(time)?,
        };
        let rest = rest[TIME_BYTES..].strip_prefix(b" ")?;
        let address = text::leading_ipv4(rest)?;
        let rest = rest.get(address + 1..)?;
        let (or_port, rest) = text::leading_number(rest)?;
        let (dir_port, rest) = text::leading_number(rest.strip_prefix(b" ")?)?;
        // More arguments may come some day.
        let is_end = rest.len() == behind || rest.len() > behind && is_blank(rest[0]);
        if !is_end || !(1..=19).contains(&nickname) {
            return None;
        }
        (self.or_port, self.dir_port) =
            (u16::try_from(or_port).ok()?, u16::try_from(dir_port).ok()?);
        self.published_unix_us = published_unix_us;
        Some(address)
    }

    /// `w Bandwidth=NUMBER`: nearly always this is all there is.
    #[inline(always)]
    fn bandwidth_line(&mut self, line: &Line<'_>) -> Option<()> {
        let value = line.tail.strip_prefix(b"w Bandwidth=")?;
        let (bandwidth, digits) = scan::leading_number(value);
        if !(1..19).contains(&digits) || 12 + digits != line.text.len() {
            return None;
        }
        self.bandwidth = bandwidth as i64;
        Some(())
    }

    /// The same words with other blanks between them, or a line that is not as it should be.
    #[cold]
    fn router_words(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Option<()> {
        (self.fingerprint[0], self.digest[0]) = (0, 0);
        let mut words = LineWords::of_item(line).1;
        let nickname = words.next()?;
        digest_alone(words.next()?.text, &mut self.fingerprint)?;
        let mut date = words.next()?.text;
        if date.len() == digest::DIGEST_BASE64 {
            digest_alone(date, &mut self.digest)?;
            date = match words.next() {
                Some(word) => word.text,
                None => return self.without_digest(),
            };
        }
        self.behind_date(line, date, words, nickname, out)
            .or_else(|| self.without_digest())
    }

    fn without_digest(&mut self) -> Option<()> {
        self.digest[0] = 0;
        None
    }

    fn behind_date(
        &mut self,
        line: &Line<'_>,
        date: &[u8],
        mut words: LineWords<'_>,
        nickname: LineWord<'_>,
        out: &mut EntrySpans,
    ) -> Option<()> {
        let published_unix_us = time::date_and_time(date, words.next()?.text)?;
        let address = words.next()?;
        let is_address = matches!(text::address(address.text)?, IpAddr::V4(_));
        let (or_port, dir_port) = (
            text::port(words.next()?.text)?,
            text::port(words.next()?.text)?,
        );
        if !is_address || !(1..=19).contains(&nickname.text.len()) {
            return None;
        }
        let place = |word: LineWord<'_>, out: &mut EntrySpans| {
            let at = u16::try_from(line.at + word.at).ok()?;
            // Also for the byte behind it, which may be another blank.
            out.part(line, word.at, word.text.len(), SpanKind::Word);
            Some(at)
        };
        (self.nickname, self.address) = (place(nickname, out)?, place(address, out)?);
        (self.or_port, self.dir_port) = (or_port, dir_port);
        self.published_unix_us = published_unix_us;
        Some(())
    }

    /// An address, port and nothing else behind `a `, as tor writes it.
    #[inline(always)]
    fn address_line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
        let (address, size) = (&line.tail[2..], line.text.len() - 2);
        if word_end(address, 0, size) == size {
            if let Some((host, port)) = text::leading_host_port(address, size) {
                let from = 2 + usize::from(address[0] == b'[');
                out.part_with_note(line, from, host.len(), SpanKind::Address, port);
                return Taken::Known;
            }
        }
        self.other_line(&{ *line }, out)
    }

    #[inline(always)]
    fn policy_line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
        let policy = &line.text[2..];
        let ports = policy
            .strip_prefix(b"accept ")
            .or_else(|| policy.strip_prefix(b"reject "));
        match ports {
            Some(ports) if out.are_ports(ports) => {
                take::to_end(&mut self.policy_summary, line, 2, out)
            }
            _ => self.other_line(&{ *line }, out),
        }
    }

    /// What only a whole consensus or a vote says, and lines in another form than tor's.
    #[inline(never)]
    fn other_line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
        // As tor writes them.
        match line.text {
            [b'v', b' ', first, ..] if !is_blank(*first) => {
                return take::to_end(&mut self.version, line, 2, out)
            }
            [b'p', b'r', b' ', first, ..] if !is_blank(*first) => {
                return take::to_end(&mut self.protocols, line, 3, out)
            }
            [b'm', b' ', digest @ ..]
                if digest.len() == DIGEST_SIZE && digest::is_base64(digest) =>
            {
                return take::to_end(&mut self.microdesc_digest, line, 2, out)
            }
            _ => {}
        }
        let (keyword, mut words) = LineWords::of_item(line);
        match keyword {
            b"" => Taken::Known,
            b"r" if line.at == 0 => known(self.router_words(line, out)),
            b"a" => take::or_address(line, &mut words, out),
            b"s" if self.flags_text == 0 => {
                self.take_flags(each_flag(words.rest()));
                take::free_text(&mut self.flags_text, line, &words, out)
            }
            b"w" if self.bandwidth_text == 0 => match Weights::parse(words.rest()) {
                Some(weights) => {
                    self.bandwidth = weights.bandwidth;
                    self.has_more_weights = true;
                    take::free_text(&mut self.bandwidth_text, line, &words, out)
                }
                None => Taken::Malformed,
            },
            b"p" => take::port_policy(&mut self.policy_summary, line, &mut words, out),
            b"v" => take::tail(&mut self.version, line, &words, out),
            b"pr" => take::tail(&mut self.protocols, line, &words, out),
            b"stats" => take::tail(&mut self.stats_text, line, &words, out),
            b"m" => self.microdesc_line(line, &mut words, out),
            b"id" => match words.next().map(|word| word.text) {
                Some(b"ed25519") => take::key(&mut self.ed25519, line, &words, out),
                _ => Taken::Unknown,
            },
            _ => Taken::Unknown,
        }
    }

    /// In a consensus the digest; in a vote `METHODS sha256=DIGEST`, once for each digest that the
    /// microdescriptor has under some method.
    fn microdesc_line(
        &mut self,
        line: &Line<'_>,
        words: &mut LineWords<'_>,
        out: &mut EntrySpans,
    ) -> Taken {
        let Some(first) = words.next() else {
            return Taken::Malformed;
        };
        if digest_size(first.text).is_some() {
            return take::part(&mut self.microdesc_digest, line, first.at, DIGEST_SIZE, out);
        }
        let is_method = |method: &[u8]| text::number(method).is_some();
        if !first.text.split(|byte| *byte == b',').all(is_method) {
            return Taken::Malformed;
        }
        for word in words {
            let Some(digest) = word.text.strip_prefix(b"sha256=") else {
                continue;
            };
            if digest_size(digest).is_none() {
                return Taken::Malformed;
            }
            out.part(line, first.at, first.text.len(), SpanKind::Methods);
            out.part(line, word.at + 7, DIGEST_SIZE, SpanKind::MethodDigest);
            return Taken::Known;
        }
        // Of another algorithm.
        Taken::Unknown
    }

    #[inline(always)]
    fn take_flags(&mut self, flags: u64) {
        let unknown = if flags & FLAG_UNKNOWN != 0 {
            UNKNOWN
        } else {
            0
        };
        self.flags = flags as u32 | unknown;
    }
}

/// The size of a SHA-256 digest in base64, without padding.
const DIGEST_SIZE: usize = 43;

fn digest_size(text: &[u8]) -> Option<usize> {
    take::base64_size(text).filter(|size| *size == DIGEST_SIZE)
}

fn known(result: Option<()>) -> Taken {
    result.map_or(Taken::Malformed, |()| Taken::Known)
}

/// Decodes a word of 27 base64 characters.
fn digest_alone(word: &[u8], out: &mut Hex40) -> Option<()> {
    if word.len() == digest::DIGEST_BASE64 && digest::hex_from_base64(word, out) {
        return Some(());
    }
    out[0] = 0;
    None
}

/// `2038-01-01 00:00:00`
const TIME_BYTES: usize = 19;

/// Decodes a word of 27 base64 characters and returns what is behind it and its blank.
#[inline]
fn digest_word<'a>(text: &'a [u8], out: &mut Hex40) -> Option<&'a [u8]> {
    let rest = text.get(digest::DIGEST_BASE64..)?.strip_prefix(b" ")?;
    if !digest::hex_from_base64(text, out) {
        out[0] = 0;
        return None;
    }
    Some(rest)
}

impl EntryFields for Status {
    const KIND: DocumentKind = DocumentKind::Routers;
    const ANNOTATIONS: bool = false;

    #[inline(always)]
    fn begins(text: &[u8]) -> bool {
        matches!(text, [b'r', b' ' | b'\t', ..])
    }

    /// The first line of a status of bridges, which has no keyword for that.
    #[inline(always)]
    fn ends(text: &[u8]) -> bool {
        text[0] == b'p' && has_keyword(text, b"published")
    }

    fn reset(&mut self) {
        *self = Status::default();
    }

    #[inline(always)]
    fn line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
        match (line.text[0], line.text.get(1)) {
            (b'r', Some(b' ')) if line.at == 0 => match self.router_line(line, out) {
                Some(()) => Taken::Known,
                None => self.other_line(&{ *line }, out),
            },
            (b's', Some(b' ')) if self.flags_text == 0 => {
                self.take_flags(flags_of(&line.tail[2..], line.text.len() - 2));
                take::to_end(&mut self.flags_text, line, 2, out)
            }
            (b'a', Some(b' ')) => self.address_line(line, out),
            (b'w', Some(b' ')) if self.bandwidth_text == 0 => match self.bandwidth_line(line) {
                Some(()) => take::to_end(&mut self.bandwidth_text, line, 2, out),
                None => self.other_line(&{ *line }, out),
            },
            (b'p', Some(b' ')) => self.policy_line(line, out),
            // A copy, so that the others need not be in memory.
            _ => self.other_line(&{ *line }, out),
        }
    }

    fn words(&self) -> [u32; 2] {
        [self.nickname, self.address].map(u32::from)
    }
}

#[cfg(test)]
mod tests;
