//! Router status entries: what `GETINFO ns/...`, NS and NEWCONSENSUS say of a relay, in either
//! flavour of the consensus.

use super::entry::{Entry, Fields, Line, List, Out, SpanKind, Taken};
use super::flags::{flag_bit, flags_of, FLAG_UNKNOWN};
use super::policy::PortPolicy;
use super::text::{self, Hex40};
use memchr::memchr;

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
        let published_us = match rest.get(..19)? {
            // What today's consensus says of every relay.
            b"2038-01-01 00:00:00" => 2_145_916_800_000_000,
            time => text::time(time)?,
        };
        let rest = rest[19..].strip_prefix(b" ")?;
        let (address, rest) = text::leading_ipv4(rest)?;
        let (or_port, rest) = text::leading_number(rest)?;
        let (dir_port, rest) = text::leading_number(rest.strip_prefix(b" ")?)?;
        // More arguments may come some day.
        if !matches!(rest.first(), None | Some(b' ')) {
            return None;
        }
        let or_port = u16::try_from(or_port).ok()?;
        let dir_port = u16::try_from(dir_port).ok()?;
        if nickname.is_empty() {
            return None;
        }
        self.nickname = text::fixed(nickname)?;
        self.address = address;
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

    /// The digest of its descriptor in the same form, "" in a consensus of the microdescriptor
    /// flavour. In what a tor that uses microdescriptors says of itself: the first 20 bytes of
    /// the microdescriptor's digest.
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

    /// Whether it speaks this version of a subprotocol.
    pub fn supports(&self, name: &[u8], version: u32) -> bool {
        text::supports(self.protocols(), name, version)
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
    pub(crate) fn or_address_c(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::Address, index)
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

#[cfg(test)]
mod tests {
    use super::super::sample::relays;
    use super::super::{Reader, Walk};
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
stats wfu=1
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
            [(&b"stats wfu=1"[..], false)]
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
            (router.extra_tail(0), b"stats wfu=1\0"),
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
            "r aaaaaaaaaaaaaaaaaaaa UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 1 2",
        ] {
            let router = only(bad.as_bytes());
            assert_eq!(router.malformed_count(), 1, "{bad}");
            assert_eq!(router.fingerprint(), b"515BCBFCF2442AD59538C38379BE4A410189E337");
            assert_eq!((router.nickname(), router.or_port()), (&b""[..], 0), "{bad}");
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
