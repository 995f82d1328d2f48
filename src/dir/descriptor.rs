//! Server descriptors: what a relay says of itself (`GETINFO desc/...`).

use super::digest::{self, Hex40};
use super::entry::Entry;
use super::fields::{DocumentKind, EntryFields};
use super::line::{Line, Taken};
use super::list::List;
use super::policy::{decide, decide_port, is_plain_rule, Pattern, PortPolicy, Rule};
use super::spans::{EntrySpans, SpanKind};
use super::subprotocol;
use super::take;
use super::time;
use super::token::{has_keyword, LineWords};
use crate::proto::text;
use std::net::IpAddr;

/// The fields of a server descriptor.
#[derive(Debug, Default)]
pub struct Server {
    nickname: [u8; 20],
    address: [u8; 16],
    fingerprint: Option<Hex40>,
    extra_info_digest: Option<Hex40>,
    or_port: u16,
    socks_port: u16,
    dir_port: u16,
    bandwidth: Option<[u64; 3]>,
    overload_unix_us: i64,
    is_hibernating: bool,
    // Lines that may come once.
    seen: u8,
    // Positions in the text, 0 where the descriptor has none.
    overload_text: u32,
    extra_info_sha256: u32,
    lines: Lines,
}

impl Server {
    fn router_line(&mut self, line: &Line<'_>, words: &mut LineWords<'_>) -> Option<()> {
        let nickname = text::fixed(words.next()?.text)?;
        let address = words.next()?;
        // Nearly always a blank ends it.
        if text::leading_ipv4(&line.tail[address.at..]) != Some(address.text.len()) {
            matches!(text::address(address.text)?, IpAddr::V4(_)).then_some(())?;
        }
        let address = text::fixed(address.text)?;
        let mut ports = words.map(|word| text::port(word.text));
        let (or_port, socks_port, dir_port) = (ports.next()??, ports.next()??, ports.next()??);
        self.nickname = nickname;
        self.address = address;
        self.or_port = or_port;
        self.socks_port = socks_port;
        self.dir_port = dir_port;
        Some(())
    }

    fn extra_info_line(
        &mut self,
        line: &Line<'_>,
        words: &mut LineWords<'_>,
        out: &mut EntrySpans,
    ) -> Taken {
        let taken = take::value(
            &mut self.extra_info_digest,
            digest::leading_hex_digest(words),
        );
        if taken == Taken::Known && !words.rest().is_empty() {
            // Of no use if it is none.
            take::key(&mut self.extra_info_sha256, line, words, out);
        }
        taken
    }

    fn overload_line(
        &mut self,
        line: &Line<'_>,
        mut words: LineWords<'_>,
        out: &mut EntrySpans,
    ) -> Taken {
        let from = words.at();
        let _version = words.next();
        let Some((time, size)) = time::leading_time(words.rest()) else {
            return Taken::Malformed;
        };
        let taken = take::part(
            &mut self.overload_text,
            line,
            from,
            words.at() + size - from,
            out,
        );
        if taken == Taken::Known {
            self.overload_unix_us = time;
        }
        taken
    }

    fn hibernating_line(&mut self, words: &mut LineWords<'_>) -> Taken {
        let is_hibernating = match words.next().map(|word| word.text) {
            Some(b"1") => true,
            Some(b"0") => false,
            _ => return Taken::Malformed,
        };
        self.once(SAYS_HIBERNATING).map_or(Taken::Unknown, |()| {
            self.is_hibernating = is_hibernating;
            Taken::Known
        })
    }

    /// The first line of its kind.
    fn once(&mut self, bit: u8) -> Option<()> {
        let is_first = self.seen & bit == 0;
        self.seen |= bit;
        is_first.then_some(())
    }
}

const SAYS_HIBERNATING: u8 = 1;
const SAYS_FAMILY: u8 = 2;

fn bandwidth(words: &mut LineWords<'_>) -> Option<[u64; 3]> {
    let (average, burst) = (take::number(words)?, take::number(words)?);
    // The oldest descriptors have no third number.
    let observed = words
        .next()
        .map_or(Some(0), |word| text::number(word.text))?;
    Some([average, burst, observed])
}

impl EntryFields for Server {
    const KIND: DocumentKind = DocumentKind::Descriptors;
    const ANNOTATIONS: bool = true;

    #[inline]
    fn begins(text: &[u8]) -> bool {
        has_keyword(text, b"router")
    }

    fn reset(&mut self) {
        *self = Server::default();
    }

    fn line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken {
        if is_plain_rule(line.tail, line.text.len()) {
            out.part(line, 0, line.text.len(), SpanKind::Rule);
            return Taken::Known;
        }
        let (keyword, mut words) = LineWords::of_item(line);
        let words = &mut words;
        match keyword {
            b"accept" | b"reject" => {
                let size = match words.next() {
                    Some(word) => word.at + word.text.len(),
                    None => line.text.len(),
                };
                // What cannot be read keeps its place among the rules.
                out.part(line, 0, size, SpanKind::Rule);
                match Rule::begins(line.tail, size) {
                    true => Taken::Known,
                    false => Taken::Malformed,
                }
            }
            b"" => Taken::Known,
            b"router" if self.or_port == 0 && self.nickname[0] == 0 => self
                .router_line(line, words)
                .map_or(Taken::Malformed, |()| Taken::Known),
            b"or-address" => take::or_address(line, words, out),
            b"fingerprint" => take::value(&mut self.fingerprint, digest::leading_hex_digest(words)),
            b"bandwidth" => take::value(&mut self.bandwidth, bandwidth(words)),
            b"extra-info-digest" => self.extra_info_line(line, words, out),
            b"family" => match self.once(SAYS_FAMILY) {
                Some(()) => take::each_word(line, words.clone(), SpanKind::Family, out),
                None => Taken::Unknown,
            },
            b"overload-general" => self.overload_line(line, words.clone(), out),
            b"hibernating" => self.hibernating_line(words),
            _ => self.lines.take(keyword, line, words, out),
        }
    }
}

/// A server descriptor.
pub type Descriptor = Entry<Server>;

/// The server descriptors of a document.
pub type Descriptors = List<Server>;

impl Descriptor {
    /// Average, burst and observed bandwidth in bytes a second.
    pub fn bandwidth(&self) -> Option<[u64; 3]> {
        self.fields.bandwidth
    }

    /// The first of these.
    pub fn bandwidth_average_bytes(&self) -> Option<u64> {
        self.fields.bandwidth.map(|[average, _, _]| average)
    }

    /// The second of these.
    pub fn bandwidth_burst_bytes(&self) -> Option<u64> {
        self.fields.bandwidth.map(|[_, burst, _]| burst)
    }

    /// The third of these.
    pub fn bandwidth_observed_bytes(&self) -> Option<u64> {
        self.fields.bandwidth.map(|[_, _, observed]| observed)
    }

    /// Whether the relay has used up its allowance.
    pub fn is_hibernating(&self) -> bool {
        self.fields.is_hibernating
    }

    /// The lines of its exit policy, in order.
    pub fn rule_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.parts(SpanKind::Rule).map(|(rule, _)| rule)
    }

    /// The rules of its exit policy for IPv4. A reject that cannot be read rejects everything.
    pub fn rules(&self) -> impl Iterator<Item = Rule> + '_ {
        self.rule_lines().filter_map(Rule::parse_or_close)
    }

    /// Whether it says where exits may lead: every descriptor has a rule at least.
    pub fn has_policy(&self) -> bool {
        self.part_count(SpanKind::Rule) > 0
    }

    /// Whether exits to this address and port are allowed; without an address, whether to some
    /// address they are.
    pub fn can_exit_to(&self, address: Option<IpAddr>, port: u16) -> bool {
        let v6 = || {
            let policy = PortPolicy::parse(self.ipv6_policy());
            policy.is_some_and(|policy| policy.allows(port))
        };
        match address {
            Some(address @ IpAddr::V4(_)) => decide(self.rules(), address, port),
            // A rule for IPv6 has not been seen in a descriptor, but nothing forbids it.
            Some(address) => v6() && !self.rejects_v6(address, port),
            None => decide_port(self.rules(), false, port) || v6(),
        }
    }

    /// Whether a rule that is for this address alone, or cannot be read, rejects it.
    fn rejects_v6(&self, address: IpAddr, port: u16) -> bool {
        let is_special =
            |rule: &Rule| matches!(rule.pattern, Pattern::Network(..) | Pattern::Unreadable);
        let rules = || self.rules().filter(is_special);
        rules().next().is_some() && !decide(rules(), address, port)
    }

    /// Whether it speaks this version of a subprotocol.
    pub fn supports(&self, name: &[u8], version: u32) -> bool {
        subprotocol::supports(self.protocols(), name, version)
    }

    pub(crate) fn fingerprint_c(&self) -> Option<&[u8]> {
        self.fields.fingerprint.as_ref().map(|hex| &hex[..])
    }

    pub(crate) fn extra_info_digest_c(&self) -> Option<&[u8]> {
        self.fields.extra_info_digest.as_ref().map(|hex| &hex[..])
    }
}

include!(concat!(env!("OUT_DIR"), "/methods_descriptor.rs"));

impl Descriptors {
    /// The descriptor of the relay with this identity, in the forms that
    /// [`Routers::find_fingerprint`](super::Routers::find_fingerprint) takes.
    pub fn find_fingerprint(&self, fingerprint: &[u8]) -> Option<&Descriptor> {
        let wanted = crate::proto::relay::fingerprint_of(fingerprint)?;
        self.find_key(Descriptor::fingerprint, &wanted)
    }

    /// The first descriptor with this name, in either case.
    pub fn find_nickname(&self, nickname: &[u8]) -> Option<&Descriptor> {
        self.find_name(Descriptor::nickname, nickname)
    }
}

#[cfg(test)]
mod tests;
