//! Router status entries: what `GETINFO ns/...`, NS and NEWCONSENSUS say of a relay, in either
//! flavour of the consensus.

use super::entry::{Entry, Fields, Line, List, Out, SpanKind, Taken};
use super::policy::PortPolicy;
use super::text::{self, Hex40};
use memchr::memchr;

/// Tor's word for each flag and its bit, as in the C header; the numbers never change.
pub const FLAGS: [(&str, u64); 16] = [
    ("Authority", 1 << 0),
    ("BadExit", 1 << 1),
    ("Exit", 1 << 2),
    ("Fast", 1 << 3),
    ("Guard", 1 << 4),
    ("HSDir", 1 << 5),
    ("MiddleOnly", 1 << 6),
    ("Named", 1 << 7),
    ("NoEdConsensus", 1 << 8),
    ("Running", 1 << 9),
    ("Stable", 1 << 10),
    ("StaleDesc", 1 << 11),
    ("Sybil", 1 << 12),
    ("Unnamed", 1 << 13),
    ("V2Dir", 1 << 14),
    ("Valid", 1 << 15),
];

/// Stands for any flag that [`FLAGS`] does not have.
pub const FLAG_UNKNOWN: u64 = 1 << 63;

/// The bit of a flag's word.
#[inline]
pub fn flag_bit(word: &[u8]) -> u64 {
    match word {
        b"Exit" => 1 << 2,
        b"Fast" => 1 << 3,
        b"Guard" => 1 << 4,
        b"HSDir" => 1 << 5,
        b"V2Dir" => 1 << 14,
        b"Valid" => 1 << 15,
        b"Named" => 1 << 7,
        b"Sybil" => 1 << 12,
        b"Stable" => 1 << 10,
        b"Running" => 1 << 9,
        b"BadExit" => 1 << 1,
        b"Unnamed" => 1 << 13,
        b"Authority" => 1 << 0,
        b"StaleDesc" => 1 << 11,
        b"MiddleOnly" => 1 << 6,
        b"NoEdConsensus" => 1 << 8,
        _ => FLAG_UNKNOWN,
    }
}

/// The fields of a router status entry.
#[derive(Debug)]
pub struct Status {
    nickname: [u8; 20],
    address: [u8; 16],
    fingerprint: Hex40,
    digest: Hex40,
    published_us: i64,
    flags: u64,
    // -1 where the entry has none.
    bandwidth: i64,
    measured: i64,
    guard_fraction: i8,
    unmeasured: bool,
    or_port: u16,
    dir_port: u16,
    // Positions in the text, 0 where the entry has none.
    flags_text: u32,
    version: u32,
    protocols: u32,
    bandwidth_text: u32,
    policy: u32,
    microdesc: u32,
    ed25519: u32,
}

impl Default for Status {
    fn default() -> Status {
        Status {
            nickname: [0; 20],
            address: [0; 16],
            fingerprint: [0; 41],
            digest: [0; 41],
            published_us: 0,
            flags: 0,
            bandwidth: -1,
            measured: -1,
            guard_fraction: -1,
            unmeasured: false,
            or_port: 0,
            dir_port: 0,
            flags_text: 0,
            version: 0,
            protocols: 0,
            bandwidth_text: 0,
            policy: 0,
            microdesc: 0,
            ed25519: 0,
        }
    }
}

impl Status {
    /// `r nickname identity [digest] date time address or_port dir_port`, and nothing filled in
    /// if a part of it is not what it should be. The identity alone is kept from a bad line.
    fn router_line(&mut self, line: &[u8]) -> Option<()> {
        let rest = &line[2..];
        let blank = memchr(b' ', rest)?;
        let (nickname, rest) = (&rest[..blank], &rest[blank + 1..]);
        let rest = digest_word(rest, &mut self.fingerprint)?;
        let mut digest = [0; 41];
        // The microdescriptor flavour has the date here.
        let rest = match rest.get(4) {
            Some(b'-') if rest.get(7) == Some(&b'-') && rest.get(10) == Some(&b' ') => rest,
            _ => digest_word(rest, &mut digest)?,
        };
        let published_us = text::time(rest.get(..19)?)?;
        let rest = rest[19..].strip_prefix(b" ")?;
        let blank = memchr(b' ', rest)?;
        let (address, rest) = (&rest[..blank], &rest[blank + 1..]);
        let (or_port, rest) = text::leading_number(rest)?;
        let (dir_port, rest) = text::leading_number(rest.strip_prefix(b" ")?)?;
        // More arguments may come some day.
        if !matches!(rest.first(), None | Some(b' ')) {
            return None;
        }
        let or_port = u16::try_from(or_port).ok()?;
        let dir_port = u16::try_from(dir_port).ok()?;
        if !text::is_ipv4(address) || nickname.is_empty() {
            return None;
        }
        self.nickname = text::fixed(nickname)?;
        self.address = text::fixed(address)?;
        self.digest = digest;
        self.published_us = published_us;
        self.or_port = or_port;
        self.dir_port = dir_port;
        Some(())
    }

    fn bandwidth_line(&mut self, words: &[u8]) -> Option<()> {
        if let Some(value) = words.strip_prefix(b"Bandwidth=") {
            // Nearly always this is all there is.
            if let Some((bandwidth, b"")) = text::leading_number(value) {
                self.bandwidth = i64::try_from(bandwidth).ok()?;
                return Some(());
            }
        }
        let (mut bandwidth, mut measured, mut guard_fraction) = (-1, -1, -1);
        let mut unmeasured = false;
        for word in text::words(words) {
            let (key, value) = word.split_at(memchr(b'=', word)?);
            let value = &value[1..];
            let signed = |value| i64::try_from(text::number(value)?).ok();
            match key {
                b"Bandwidth" => bandwidth = signed(value)?,
                b"Measured" => measured = signed(value)?,
                b"Unmeasured" => unmeasured = value == b"1",
                b"GuardFraction" => {
                    guard_fraction = i8::try_from(text::number(value)?).ok()?;
                }
                _ => {}
            }
        }
        self.bandwidth = bandwidth;
        self.measured = measured;
        self.unmeasured = unmeasured;
        self.guard_fraction = guard_fraction;
        Some(())
    }
}

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
    const OBJECTS: bool = false;
    const ANNOTATIONS: bool = false;

    #[inline]
    fn begins(text: &[u8]) -> bool {
        text.starts_with(b"r ")
    }

    #[inline]
    fn ends(text: &[u8]) -> bool {
        text.starts_with(b"directory-footer")
    }

    fn reset(&mut self) {
        *self = Status::default();
    }

    #[inline]
    fn line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken {
        let once = |field: &mut u32, from, out: &mut Out| {
            if *field != 0 {
                return Taken::Unknown;
            }
            *field = out.tail(line, from);
            Taken::Known
        };
        let known = |result: Option<()>| result.map_or(Taken::Malformed, |()| Taken::Known);
        match line.text {
            [b'r', b' ', ..] => known(self.router_line(line.text)),
            [b's', b' ', words @ ..] if self.flags_text == 0 => {
                self.flags = flags_of(words);
                once(&mut self.flags_text, 2, out)
            }
            b"s" if self.flags_text == 0 => once(&mut self.flags_text, 1, out),
            [b'a', b' ', address @ ..] => match text::host_port(address) {
                Some((host, port)) => {
                    let from = 2 + usize::from(address[0] == b'[');
                    out.part_with_port(line, from, host.len(), SpanKind::Address, port);
                    Taken::Known
                }
                None => Taken::Malformed,
            },
            [b'w', b' ', words @ ..] if self.bandwidth_text == 0 => {
                match self.bandwidth_line(words) {
                    Some(()) => once(&mut self.bandwidth_text, 2, out),
                    None => Taken::Malformed,
                }
            }
            [b'p', b' ', policy @ ..] => match PortPolicy::parse(policy) {
                Some(_) => once(&mut self.policy, 2, out),
                None => Taken::Malformed,
            },
            [b'v', b' ', ..] => once(&mut self.version, 2, out),
            [b'p', b'r', b' ', ..] => once(&mut self.protocols, 3, out),
            [b'm', b' ', ..] => once(&mut self.microdesc, 2, out),
            [b'i', b'd', b' ', b'e', b'd', b'2', b'5', b'5', b'1', b'9', b' ', ..] => {
                once(&mut self.ed25519, 11, out)
            }
            _ => Taken::Unknown,
        }
    }
}

fn flags_of(words: &[u8]) -> u64 {
    let (mut flags, mut rest) = (0, words);
    while !rest.is_empty() {
        // A word that ends within eight bytes is taken as one number.
        if let Some(eight) = rest.first_chunk::<8>() {
            let eight = u64::from_le_bytes(*eight);
            let blanks = eight ^ (u64::MAX / 255 * b' ' as u64);
            let found = blanks.wrapping_sub(u64::MAX / 255) & !blanks & (u64::MAX / 255 * 128);
            if found != 0 {
                let bits = found.trailing_zeros() - 7;
                if bits > 0 {
                    flags |= short_flag_bit(eight & ((1 << bits) - 1));
                }
                rest = &rest[(bits / 8) as usize + 1..];
                continue;
            }
        }
        let end = rest.iter().position(|byte| *byte == b' ');
        let (word, next) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &[][..]),
        };
        if !word.is_empty() {
            flags |= flag_bit(word);
        }
        rest = next;
    }
    flags
}

/// The bit of a flag whose word has at most seven letters, the first in the lowest byte.
#[inline]
fn short_flag_bit(word: u64) -> u64 {
    const fn key(word: &[u8]) -> u64 {
        let (mut key, mut at) = (0, 0);
        while at < word.len() {
            key |= (word[at] as u64) << (8 * at);
            at += 1;
        }
        key
    }
    const EXIT: u64 = key(b"Exit");
    const FAST: u64 = key(b"Fast");
    const GUARD: u64 = key(b"Guard");
    const HSDIR: u64 = key(b"HSDir");
    const RUNNING: u64 = key(b"Running");
    const STABLE: u64 = key(b"Stable");
    const V2DIR: u64 = key(b"V2Dir");
    const VALID: u64 = key(b"Valid");
    match word {
        EXIT => 1 << 2,
        FAST => 1 << 3,
        GUARD => 1 << 4,
        HSDIR => 1 << 5,
        RUNNING => 1 << 9,
        STABLE => 1 << 10,
        V2DIR => 1 << 14,
        VALID => 1 << 15,
        // The rare ones.
        _ => {
            let bytes = word.to_le_bytes();
            flag_bit(text::until_nul(&bytes))
        }
    }
}

/// A router status entry.
pub type Router = Entry<Status>;

/// The router status entries of a document.
pub type Routers = List<Status>;

impl Router {
    /// The relay's name, "" if the first line is malformed.
    pub fn nickname(&self) -> &[u8] {
        text::until_nul(&self.fields.nickname)
    }

    /// The relay's identity: 40 upper-case hexadecimal digits, or "".
    pub fn fingerprint(&self) -> &[u8] {
        text::until_nul(&self.fields.fingerprint)
    }

    /// The digest of its descriptor in the same form, "" in the microdescriptor flavour.
    pub fn digest(&self) -> &[u8] {
        text::until_nul(&self.fields.digest)
    }

    /// When its descriptor was published, in microseconds since 1970.
    pub fn published_us(&self) -> i64 {
        self.fields.published_us
    }

    /// Its IPv4 address.
    pub fn address(&self) -> &[u8] {
        text::until_nul(&self.fields.address)
    }

    /// Its port for other relays and clients.
    pub fn or_port(&self) -> u16 {
        self.fields.or_port
    }

    /// Its port for directory requests, 0 for none.
    pub fn dir_port(&self) -> u16 {
        self.fields.dir_port
    }

    /// More addresses, without brackets, with their ports.
    pub fn or_addresses(&self) -> impl Iterator<Item = (&[u8], u16)> {
        self.parts(SpanKind::Address)
    }

    /// Its flags, as bits of [`FLAGS`].
    pub fn flags(&self) -> u64 {
        self.fields.flags
    }

    /// The words of its flags.
    pub fn flags_text(&self) -> &[u8] {
        self.string(self.fields.flags_text)
    }

    /// Whether it has this flag, known to this version or not.
    pub fn has_flag(&self, word: &[u8]) -> bool {
        match flag_bit(word) {
            FLAG_UNKNOWN => text::words(self.flags_text()).any(|flag| flag == word),
            bit => self.flags() & bit != 0,
        }
    }

    /// The weight of its bandwidth in the consensus, in kilobytes a second.
    pub fn bandwidth_kb(&self) -> Option<u64> {
        u64::try_from(self.fields.bandwidth).ok()
    }

    /// What a bandwidth authority measured (in votes).
    pub fn measured_kb(&self) -> Option<u64> {
        u64::try_from(self.fields.measured).ok()
    }

    /// Whether the bandwidth is the relay's own word.
    pub fn is_unmeasured(&self) -> bool {
        self.fields.unmeasured
    }

    /// How much of the time it has been a guard, in percent.
    pub fn guard_fraction(&self) -> Option<u8> {
        u8::try_from(self.fields.guard_fraction).ok()
    }

    /// The arguments of the `w` line.
    pub fn bandwidth_text(&self) -> &[u8] {
        self.string(self.fields.bandwidth_text)
    }

    /// The version of tor it runs, as `Tor 0.4.8.10`.
    pub fn version(&self) -> &[u8] {
        self.string(self.fields.version)
    }

    /// The subprotocols it speaks, as `Cons=1-2 Desc=1-2`.
    pub fn protocols(&self) -> &[u8] {
        self.string(self.fields.protocols)
    }

    /// Which ports it lets exits go to, as `accept 80,443`; "" if not said.
    pub fn policy_text(&self) -> &[u8] {
        self.string(self.fields.policy)
    }

    /// The same, to be asked for a port.
    pub fn policy(&self) -> Option<PortPolicy<'_>> {
        PortPolicy::parse(self.policy_text())
    }

    /// Whether exits to this port are possible, to most addresses.
    pub fn allows_port(&self, port: u16) -> bool {
        self.policy().is_some_and(|policy| policy.allows(port))
    }

    /// The arguments of the `m` line: the base64 digest of its microdescriptor, in votes more.
    pub fn microdesc(&self) -> &[u8] {
        self.string(self.fields.microdesc)
    }

    /// Its Ed25519 identity in base64, or `none` (in votes).
    pub fn ed25519(&self) -> &[u8] {
        self.string(self.fields.ed25519)
    }
}

/// The fields that C reads in place: each is followed by a NUL.
impl Router {
    pub(crate) fn nickname_c(&self) -> &[u8] {
        &self.fields.nickname
    }
    pub(crate) fn address_c(&self) -> &[u8] {
        &self.fields.address
    }
    pub(crate) fn fingerprint_c(&self) -> &[u8] {
        &self.fields.fingerprint
    }
    pub(crate) fn digest_c(&self) -> &[u8] {
        &self.fields.digest
    }
    pub(crate) fn flags_text_c(&self) -> &[u8] {
        self.tail(self.fields.flags_text)
    }
    pub(crate) fn bandwidth_text_c(&self) -> &[u8] {
        self.tail(self.fields.bandwidth_text)
    }
    pub(crate) fn version_c(&self) -> &[u8] {
        self.tail(self.fields.version)
    }
    pub(crate) fn protocols_c(&self) -> &[u8] {
        self.tail(self.fields.protocols)
    }
    pub(crate) fn policy_c(&self) -> &[u8] {
        self.tail(self.fields.policy)
    }
    pub(crate) fn microdesc_c(&self) -> &[u8] {
        self.tail(self.fields.microdesc)
    }
    pub(crate) fn ed25519_c(&self) -> &[u8] {
        self.tail(self.fields.ed25519)
    }
}

impl Routers {
    /// The entry of the relay with this identity, written as `$FP`, `FP`, `$FP~name` or
    /// `$FP=name` in either case.
    pub fn find_fingerprint(&self, fingerprint: &[u8]) -> Option<&Router> {
        let wanted = super::fingerprint_of(fingerprint)?;
        let entries = self.entries();
        // Tor sends them in the order of their identities; other documents need not.
        if let Ok(found) = entries.binary_search_by(|entry| entry.fingerprint().cmp(&wanted)) {
            return Some(&entries[found]);
        }
        entries.iter().find(|entry| entry.fingerprint() == wanted)
    }

    /// The first entry with this name, in either case.
    pub fn find_nickname(&self, nickname: &[u8]) -> Option<&Router> {
        if nickname.is_empty() {
            return None;
        }
        self.entries()
            .iter()
            .find(|entry| entry.nickname().eq_ignore_ascii_case(nickname))
    }
}
