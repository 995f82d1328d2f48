//! Router status entries: what `GETINFO ns/...`, NS and NEWCONSENSUS say of a relay, in either
//! flavour of the consensus.

use super::bounds::DocumentKind;
use super::flags::{each_flag, flags_of, FLAG_UNKNOWN};
use super::parse::{Fields, Line, Taken};
use super::spans::{Out, SpanKind};
use super::take;
use super::text::{self, Hex40};
use super::token::{has_keyword, is_blank, word_end, Word, Words};
use crate::proto::event::scan;
use memchr::memchr;
use std::net::IpAddr;

/// The fields of a router status entry.
///
/// A list has thousands of these: whatever is seldom asked for is read from the text when it is.
#[derive(Debug)]
pub struct Status {
    pub(super) published_us: i64,
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
    pub(super) policy: u16,
    pub(super) microdesc: u16,
    pub(super) ed25519: u16,
    pub(super) stats: u16,
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
            published_us: 0,
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
            policy: 0,
            microdesc: 0,
            ed25519: 0,
            stats: 0,
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
    fn router_line(&mut self, line: &Line<'_>, out: &mut Out) -> Option<()> {
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

    /// The length of the address, if the name has a length that names have. `behind` bytes of the rest
    /// are not of the line.
    #[inline(always)]
    fn behind_digests(&mut self, rest: &[u8], behind: usize, nickname: usize) -> Option<usize> {
        let published_us = match rest.first_chunk::<TIME_BYTES>()? {
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
        self.published_us = published_us;
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
    fn router_words(&mut self, line: &Line<'_>, out: &mut Out) -> Option<()> {
        (self.fingerprint[0], self.digest[0]) = (0, 0);
        let mut words = Words::of_item(line).1;
        let nickname = words.next()?;
        digest_alone(words.next()?.text, &mut self.fingerprint)?;
        let mut date = words.next()?.text;
        if date.len() == text::DIGEST_BASE64 {
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
        mut words: Words<'_>,
        nickname: Word<'_>,
        out: &mut Out,
    ) -> Option<()> {
        let published_us = text::date_and_time(date, words.next()?.text)?;
        let address = words.next()?;
        let is_address = matches!(text::address(address.text)?, IpAddr::V4(_));
        let (or_port, dir_port) = (
            text::port(words.next()?.text)?,
            text::port(words.next()?.text)?,
        );
        if !is_address || !(1..=19).contains(&nickname.text.len()) {
            return None;
        }
        let place = |word: Word<'_>, out: &mut Out| {
            let at = u16::try_from(line.at + word.at).ok()?;
            // Also for the byte behind it, which may be another blank.
            out.part(line, word.at, word.text.len(), SpanKind::Word);
            Some(at)
        };
        (self.nickname, self.address) = (place(nickname, out)?, place(address, out)?);
        (self.or_port, self.dir_port) = (or_port, dir_port);
        self.published_us = published_us;
        Some(())
    }

    /// An address, port and nothing else behind `a `, as tor writes it.
    #[inline(always)]
    fn address_line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken {
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
    fn policy_line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken {
        let policy = &line.text[2..];
        let ports = policy
            .strip_prefix(b"accept ")
            .or_else(|| policy.strip_prefix(b"reject "));
        match ports {
            Some(ports) if out.are_ports(ports) => {
                take::part(&mut self.policy, line, 2, policy.len(), out)
            }
            _ => self.other_line(&{ *line }, out),
        }
    }

    /// What only a whole consensus or a vote says, and lines in another form than tor's.
    #[inline(never)]
    fn other_line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken {
        // As tor writes them.
        match line.text {
            [b'v', b' ', first, ..] if !is_blank(*first) => {
                return take::part(&mut self.version, line, 2, line.text.len() - 2, out)
            }
            [b'p', b'r', b' ', first, ..] if !is_blank(*first) => {
                return take::part(&mut self.protocols, line, 3, line.text.len() - 3, out)
            }
            [b'm', b' ', digest @ ..] if digest.len() == DIGEST_SIZE && text::is_base64(digest) => {
                return take::part(&mut self.microdesc, line, 2, DIGEST_SIZE, out)
            }
            _ => {}
        }
        let (keyword, mut words) = Words::of_item(line);
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
            b"p" => take::port_policy(&mut self.policy, line, &mut words, out),
            b"v" => take::tail(&mut self.version, line, &words, out),
            b"pr" => take::tail(&mut self.protocols, line, &words, out),
            b"stats" => take::tail(&mut self.stats, line, &words, out),
            b"m" => self.microdesc_line(line, &mut words, out),
            b"id" => match words.next().map(|word| word.text) {
                Some(b"ed25519") => take::key(&mut self.ed25519, line, &mut words, out),
                _ => Taken::Unknown,
            },
            _ => Taken::Unknown,
        }
    }

    /// In a consensus the digest; in a vote `METHODS sha256=DIGEST`, once for each digest that the
    /// microdescriptor has under some method.
    fn microdesc_line(&mut self, line: &Line<'_>, words: &mut Words<'_>, out: &mut Out) -> Taken {
        let Some(first) = words.next() else {
            return Taken::Malformed;
        };
        if digest_size(first.text).is_some() {
            return take::part(&mut self.microdesc, line, first.at, DIGEST_SIZE, out);
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
    if word.len() == text::DIGEST_BASE64 && text::hex_from_base64(word, out) {
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
    let rest = text.get(text::DIGEST_BASE64..)?.strip_prefix(b" ")?;
    if !text::hex_from_base64(text, out) {
        out[0] = 0;
        return None;
    }
    Some(rest)
}

impl Fields for Status {
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
    fn line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken {
        match (line.text[0], line.text.get(1)) {
            (b'r', Some(b' ')) if line.at == 0 => match self.router_line(line, out) {
                Some(()) => Taken::Known,
                None => self.other_line(&{ *line }, out),
            },
            (b's', Some(b' ')) if self.flags_text == 0 => {
                self.take_flags(flags_of(&line.tail[2..], line.text.len() - 2));
                take::part(&mut self.flags_text, line, 2, line.text.len() - 2, out)
            }
            (b'a', Some(b' ')) => self.address_line(line, out),
            (b'w', Some(b' ')) if self.bandwidth_text == 0 => match self.bandwidth_line(line) {
                Some(()) => take::part(&mut self.bandwidth_text, line, 2, line.text.len() - 2, out),
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
mod tests {
    use super::super::flags::flag_bit;
    use super::super::sample::relays;
    use super::super::{Reader, Router, Routers, Walk};
    use super::*;

    fn only(text: &[u8]) -> Router {
        let mut router = Router::new();
        assert_eq!(router.read(text), text.len());
        router
    }

    const FULL: &[u8] = b"r test004r UVvL/PJEKtWVOMODeb5KQQGJ4zc u3MYknlWyF9crSR4170LetiSfPQ \
2024-05-06 07:08:09 192.0.2.7 5004 80 more
a [2001:db8::7]:5005
a 192.0.2.8:5006
s Exit Fast  MiddleOnly NoEdConsensus Odd Running Valid
v Tor 0.4.9.11
pr Cons=1-2 Desc=1-4 Link=3-5
w Bandwidth=55 Measured=77 Unmeasured=1 GuardFraction=99 New=word
p accept 80,443
m Lxe8rZFjh0ccgJAwyHNr7qNYCu2sNvgxdaqRtLmC1hk
id ed25519 d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc
future wfu=1
";

    #[test]
    fn every_field() {
        let router = only(FULL);
        assert_eq!(router.nickname(), b"test004r");
        assert_eq!(
            router.fingerprint(),
            b"515BCBFCF2442AD59538C38379BE4A410189E337"
        );
        assert_eq!(router.digest(), b"BB7318927956C85F5CAD2478D7BD0B7AD8927CF4");
        assert_eq!(router.published_us(), 1_714_979_289_000_000);
        assert_eq!(router.address(), b"192.0.2.7");
        assert_eq!((router.or_port(), router.dir_port()), (5004, 80));
        assert_eq!(
            router.or_addresses().collect::<Vec<_>>(),
            [(&b"2001:db8::7"[..], 5005), (b"192.0.2.8", 5006)]
        );
        let known = 1 << 2 | 1 << 3 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 15;
        assert_eq!(router.flags(), known | FLAG_UNKNOWN);
        assert!(router.has_flag(b"Odd") && router.has_flag(b"Exit"));
        assert!(!router.has_flag(b"Guard") && !router.has_flag(b"Od"));
        assert_eq!(
            router.flags_text(),
            b"Exit Fast  MiddleOnly NoEdConsensus Odd Running Valid"
        );
        assert_eq!(router.version(), b"Tor 0.4.9.11");
        assert_eq!(router.protocols(), b"Cons=1-2 Desc=1-4 Link=3-5");
        assert_eq!(router.bandwidth_kb(), Some(55));
        assert_eq!(router.measured_kb(), Some(77));
        assert_eq!(router.guard_fraction(), Some(99));
        assert!(router.is_unmeasured());
        assert!(router.allows_port(443) && !router.allows_port(22));
        assert_eq!(
            router.microdesc(),
            b"Lxe8rZFjh0ccgJAwyHNr7qNYCu2sNvgxdaqRtLmC1hk"
        );
        assert_eq!(
            router.ed25519(),
            b"d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc"
        );
        assert_eq!(
            router.extras().collect::<Vec<_>>(),
            [(&b"future wfu=1"[..], false)]
        );
        assert_eq!(router.malformed_count(), 0);
        assert_eq!(router.raw(), FULL);
    }

    #[test]
    fn strings_end_where_c_looks() {
        let router = only(FULL);
        for (text, expected) in [
            (router.version_c(), &b"Tor 0.4.9.11\0"[..]),
            (router.policy_c(), b"accept 80,443\0"),
            (
                router.ed25519_c(),
                b"d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc\0",
            ),
            (router.part_tail(SpanKind::Address, 0), b"2001:db8::7\0"),
            (router.part_tail(SpanKind::Address, 1), b"192.0.2.8\0"),
            (router.part_tail(SpanKind::Address, 2), b"\0"),
            (router.extra_tail(0), b"future wfu=1\0"),
            (Router::new().version_c(), b"\0"),
        ] {
            assert!(text.starts_with(expected), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn both_flavours_of_a_consensus() {
        let micro = include_bytes!("../../../tests/data/dir/consensus-microdesc.txt");
        let list = Routers::from_bytes(micro.to_vec()).unwrap();
        assert_eq!(list.entries().len(), 5);
        for router in list.entries() {
            assert_eq!(router.fingerprint().len(), 40);
            assert_eq!(router.digest(), b"");
            assert_eq!(router.microdesc().len(), 43);
            assert_eq!(router.version(), b"Tor 0.4.9.11");
            assert_eq!(router.bandwidth_kb(), Some(0));
            assert!(router.is_unmeasured() && router.has_flag(b"Running"));
            assert_eq!((router.extra_count(), router.malformed_count()), (0, 0));
        }
        let full = include_bytes!("../../../tests/data/dir/consensus.txt");
        let full = Routers::from_bytes(full.to_vec()).unwrap();
        let ns = include_bytes!("../../../tests/data/dir/ns-all.txt");
        let ns = Routers::from_bytes(ns.to_vec()).unwrap();
        assert_eq!((full.entries().len(), ns.entries().len()), (5, 5));
        for (full, ns) in full.entries().iter().zip(ns.entries()) {
            assert_eq!(full.fingerprint(), ns.fingerprint());
            // A tor that uses microdescriptors puts the beginning of theirs into `r` lines.
            let micro = list.find_fingerprint(ns.fingerprint()).unwrap();
            let microdesc = data_encoding::BASE64_NOPAD
                .decode(micro.microdesc())
                .unwrap();
            assert_eq!(ns.digest(), text::hex(&microdesc[..20]).as_bytes());
            assert_ne!(full.digest(), ns.digest());
            assert_eq!(ns.policy_text(), b"reject 6881-6999");
            assert_eq!((ns.extra_count(), ns.malformed_count()), (0, 0));
        }
        assert_eq!(ns.find_nickname(b"RELAY1").unwrap().or_port(), 16444);
        let auth3 = b"$bfab10bbcf78461683133c3ff9c4927d32bd941a~auth3";
        assert_eq!(ns.find_fingerprint(auth3).unwrap().nickname(), b"auth3");
        assert!(ns.find_fingerprint(&[b'0'; 40]).is_none());
        assert!(ns.find_nickname(b"").is_none());
    }

    #[test]
    fn a_bad_line_costs_nothing_but_itself() {
        let text = b"r a b c\ns Exit\nw Bandwidth=x\nw Bandwidth=7\na nowhere\np 80\np accept 80\nv 1\nv 2\n";
        let router = only(text);
        assert_eq!(router.nickname(), b"");
        assert_eq!(router.fingerprint(), b"");
        assert!(router.has_flag(b"Exit") && router.allows_port(80));
        assert_eq!(router.bandwidth_kb(), Some(7));
        assert_eq!(router.version(), b"1");
        assert_eq!(
            router.extras().collect::<Vec<_>>(),
            [
                (&b"r a b c"[..], true),
                (b"w Bandwidth=x", true),
                (b"a nowhere", true),
                (b"p 80", true),
                (b"v 2", false)
            ]
        );
        assert_eq!(router.malformed_count(), 4);
        assert_eq!(router.raw(), text);
        // The identity is there, the rest is not what it should be.
        for bad in [
            "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc u3MYknlWyF9crSR4170LetiSfPQ 2024-05-06 07:08:09 x 1 2",
            "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc u3MYknlWyF9crSR4170LetiSfPQ 2024-05-06 07:08:09 1.2.3.4 1",
            "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08 1.2.3.4 1 2",
            "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 65536 2",
            "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 1 2x",
            "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 1\n 2",
            "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06\n07:08:09 1.2.3.4 1 2",
            "r aaaaaaaaaaaaaaaaaaaa UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 1 2",
        ] {
            let router = only(bad.as_bytes());
            assert_eq!(router.malformed_count(), 1, "{bad}");
            assert_eq!(router.fingerprint(), b"515BCBFCF2442AD59538C38379BE4A410189E337");
            assert_eq!((router.nickname(), router.or_port()), (&b""[..], 0), "{bad}");
        }
    }

    #[test]
    fn no_line_is_read_beyond_its_end() {
        let size = FULL.iter().position(|byte| *byte == b'\n').unwrap();
        let lines = [
            &FULL[..size],
            b"a [2001:db8::7]:5005",
            b"s Exit Fast Guard",
            b"w Bandwidth=55",
            b"w Bandwidth=55 Measured=1",
            b"p accept 80,443",
        ];
        for line in lines {
            for at in 2..line.len() {
                if line[at + 1..].starts_with(b"r ") {
                    continue; // Another entry.
                }
                let mut text = b"r x\n".to_vec();
                if line.starts_with(b"r ") {
                    text.clear();
                }
                text.extend_from_slice(&line[..at]);
                text.push(b'\n');
                let alone = only(&text);
                text.extend_from_slice(&line[at + 1..]);
                text.extend_from_slice(
                    b"\nz 12345678 12345678 12345678 12345678 12345678 12345678\n",
                );
                let cut = only(&text);
                let what = |router: &Router| {
                    let addresses = router.or_addresses();
                    let addresses = addresses.map(|(host, port)| (host.to_vec(), port));
                    let texts = [router.nickname(), router.address(), router.flags_text()];
                    let digests = [router.fingerprint(), router.digest()];
                    let ports = (router.or_port(), router.dir_port());
                    let weights = (router.bandwidth_kb(), router.measured_kb());
                    (
                        addresses.collect::<Vec<_>>(),
                        texts.map(<[u8]>::to_vec),
                        digests.map(<[u8]>::to_vec),
                        ports,
                        weights,
                        router.flags(),
                        router.policy_text().to_vec(),
                    )
                };
                assert_eq!(what(&cut), what(&alone), "{}", text.escape_ascii());
                assert_eq!(cut.raw(), text);
            }
        }
    }

    #[test]
    fn line_ends_and_nuls_are_kept() {
        let crlf = String::from_utf8(FULL.to_vec())
            .unwrap()
            .replace('\n', "\r\n");
        let router = only(crlf.as_bytes());
        assert_eq!(router.raw(), crlf.as_bytes());
        assert_eq!(router.version(), b"Tor 0.4.9.11");
        assert_eq!(router.policy_text(), b"accept 80,443");
        assert_eq!((router.extra_count(), router.malformed_count()), (1, 0));
        let text = b"r x\0y\nv a\0b\n\n\nz\0z";
        let router = only(text);
        assert_eq!(router.raw(), text);
        assert_eq!(router.version(), b"a");
        let copy = router.dup();
        drop(router);
        assert_eq!((copy.raw(), copy.version()), (&text[..], &b"a"[..]));
    }

    #[test]
    fn a_network_as_large_as_the_public_one() {
        let (text, expected) = relays(8000);
        let mut seen = 0;
        let compare = |router: &Router, seen: &mut usize| {
            let relay = &expected[*seen];
            *seen += 1;
            assert_eq!(router.nickname(), relay.nickname.as_bytes());
            assert_eq!(router.fingerprint(), relay.fingerprint.as_bytes());
            assert_eq!(router.digest(), relay.digest.as_bytes());
            assert_eq!(router.address(), relay.address.as_bytes());
            assert_eq!(
                (router.or_port(), router.dir_port()),
                (relay.or_port, relay.dir_port)
            );
            assert_eq!(router.published_us(), 2_145_916_800_000_000);
            let v6 = relay
                .or_address
                .as_ref()
                .map(|(ip, port)| (ip.as_bytes(), *port));
            assert_eq!(router.or_addresses().next(), v6);
            assert_eq!(router.flags_text(), relay.flags.as_bytes());
            let flags = relay.flags.split(' ').map(|word| flag_bit(word.as_bytes()));
            assert_eq!(router.flags(), flags.fold(0, |all, bit| all | bit));
            assert_eq!(router.bandwidth_kb(), Some(relay.bandwidth));
            assert_eq!(router.policy_text(), relay.policy.as_bytes());
            assert_eq!((router.extra_count(), router.malformed_count()), (0, 0));
        };
        let mut walk = Walk::<Status>::new(text.as_bytes());
        while let Some(router) = walk.next() {
            compare(router, &mut seen);
        }
        let list = Routers::from_bytes(text.clone().into_bytes()).unwrap();
        assert_eq!(seen, expected.len());
        seen = 0;
        for router in list.entries() {
            compare(router, &mut seen);
        }
        assert_eq!(list.entries().len(), expected.len());
        let mut reader = Reader::<Status>::new();
        let mut count = 0;
        for piece in text.as_bytes().chunks(9973) {
            reader.push(piece);
            while let Some(router) = reader.next() {
                assert_eq!(router.fingerprint(), expected[count].fingerprint.as_bytes());
                count += 1;
            }
            assert!(reader.pending_bytes() < 1024);
        }
        reader.finish();
        assert!(reader.next().is_some());
        assert_eq!(count + 1, expected.len());
        let sought = &expected[6789];
        let found = list
            .find_fingerprint(sought.fingerprint.as_bytes())
            .unwrap();
        assert_eq!(found.nickname(), sought.nickname.as_bytes());
        let found = list.find_nickname(sought.nickname.to_uppercase().as_bytes());
        assert_eq!(found.unwrap().fingerprint(), sought.fingerprint.as_bytes());
    }

    #[test]
    fn the_blocks_of_real_events() {
        let wire = b"r test003r X3L3e98jyJa4I9TtxvdFqDA4xR4 Gs18iaoPiMv4dcALehDRJWQ6Sns \
2038-01-01 00:00:00 127.0.0.1 5003 0\r\ns Exit Fast Guard HSDir Running Stable V2Dir Valid\r\n\
w Bandwidth=55\r\np reject 1-65535\r\n";
        let mut walk = Walk::<Status>::new(wire);
        let router = walk.next().unwrap();
        assert_eq!(router.nickname(), b"test003r");
        assert_eq!(
            router.fingerprint(),
            b"5F72F77BDF23C896B823D4EDC6F745A83038C51E"
        );
        assert_eq!(router.flags().count_ones(), 8);
        assert!(!router.allows_port(80));
        assert_eq!((router.extra_count(), router.malformed_count()), (0, 0));
        assert!(walk.next().is_none());
    }
}
