//! Server descriptors: what a relay says of itself (`GETINFO desc/...`).

use super::entry::{Entry, Fields, Line, List, Out, SpanKind, Taken};
use super::policy::{decide, decide_port, PortPolicy, Rule};
use super::text::{self, Hex40};
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
    published_us: i64,
    uptime: Option<u64>,
    overload_us: i64,
    switches: u8,
    // Positions in the text, 0 where the descriptor has none.
    overload: u32,
    platform: u32,
    contact: u32,
    ntor_onion_key: u32,
    master_key_ed25519: u32,
    identity_ed25519: u32,
    onion_key: u32,
    onion_key_crosscert: u32,
    ntor_crosscert: u32,
    signing_key: u32,
    ipv6_policy: u32,
    protocols: u32,
    bridge_distribution: u32,
    extra_info_sha256: u32,
    router_sig_ed25519: u32,
    router_signature: u32,
}

const HIBERNATING: u8 = 1;
const CACHES_EXTRA_INFO: u8 = 2;
const HIDDEN_SERVICE_DIR: u8 = 4;
const TUNNELLED_DIR_SERVER: u8 = 8;
const SINGLE_HOP_EXITS: u8 = 16;

impl Server {
    fn router_line(&mut self, arguments: &[u8]) -> Option<()> {
        let (nickname, rest) = text::first_word(arguments);
        let nickname = text::fixed(nickname)?;
        let (address, rest) = rest.split_at(text::leading_ipv4(rest)?);
        let address = text::fixed(address)?;
        let mut ports = text::words(rest).map(text::port);
        let (or_port, socks_port, dir_port) = (ports.next()??, ports.next()??, ports.next()??);
        self.nickname = nickname;
        self.address = address;
        self.or_port = or_port;
        self.socks_port = socks_port;
        self.dir_port = dir_port;
        Some(())
    }

    fn bandwidth_line(&mut self, rest: &[u8]) -> Option<()> {
        let mut words = text::words(rest);
        let average = text::number(words.next()?)?;
        let burst = text::number(words.next()?)?;
        // The oldest descriptors have no third number.
        let observed = words.next().map_or(Some(0), text::number)?;
        self.bandwidth = Some([average, burst, observed]);
        Some(())
    }

    fn extra_info_line(&mut self, line: &Line<'_>, rest: &[u8], out: &mut Out) -> Taken {
        let (sha1, sha256) = text::first_word(rest);
        let Some(digest) = text::hex_digest(sha1) else {
            return Taken::Malformed;
        };
        self.extra_info_digest = Some(digest);
        if !sha256.is_empty() {
            self.extra_info_sha256 = out.tail(line, line.text.len() - sha256.len());
        }
        Taken::Known
    }

    fn switch(&mut self, bit: u8) -> Taken {
        self.switches |= bit;
        Taken::Known
    }
}

fn known(result: Option<()>) -> Taken {
    result.map_or(Taken::Malformed, |()| Taken::Known)
}

/// The rest of the line becomes the field; a second such line stays as it is.
#[inline]
pub(super) fn once(field: &mut u32, line: &Line<'_>, from: usize, out: &mut Out) -> Taken {
    match (*field, line.text.len() > from) {
        (0, true) => *field = out.tail(line, from),
        (0, false) => return Taken::Malformed,
        _ => return Taken::Unknown,
    }
    Taken::Known
}

/// The object of the line becomes the field.
#[inline]
pub(super) fn object(field: &mut u32, line: &Line<'_>, out: &mut Out) -> Taken {
    match (*field, line.object.is_empty()) {
        (0, false) => *field = out.object(line),
        (0, true) => return Taken::Malformed,
        _ => return Taken::Unknown,
    }
    Taken::Known
}

/// Each word of the line from this position on becomes one of many.
pub(super) fn each_word(line: &Line<'_>, from: usize, kind: SpanKind, out: &mut Out) {
    let mut at = from;
    while at < line.text.len() {
        let (word, _) = text::first_word(&line.text[at..]);
        if !word.is_empty() {
            out.part(line, at, word.len(), kind);
        }
        at += word.len() + 1;
    }
}

/// An `ADDRESS:PORT` from this position on becomes one of many.
pub(super) fn or_address(line: &Line<'_>, from: usize, out: &mut Out) -> Taken {
    let address = &line.text[from..];
    match text::host_port(address) {
        Some((host, port)) => {
            let from = from + usize::from(address[0] == b'[');
            out.part_with_port(line, from, host.len(), SpanKind::Address, port);
            Taken::Known
        }
        None => Taken::Malformed,
    }
}

impl Fields for Server {
    const OBJECTS: bool = true;
    const ANNOTATIONS: bool = true;

    #[inline]
    fn begins(text: &[u8]) -> bool {
        text.starts_with(b"router ")
    }

    fn reset(&mut self) {
        *self = Server::default();
    }

    fn line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken {
        let (keyword, rest) = text::first_word(line.text);
        let from = line.text.len() - rest.len();
        match keyword {
            b"accept" | b"reject" => {
                out.part(line, 0, line.text.len(), SpanKind::Rule);
                Taken::Known
            }
            b"router" => known(self.router_line(rest)),
            b"identity-ed25519" => object(&mut self.identity_ed25519, line, out),
            b"master-key-ed25519" => once(&mut self.master_key_ed25519, line, from, out),
            b"or-address" => or_address(line, from, out),
            b"platform" => once(&mut self.platform, line, from, out),
            b"proto" => once(&mut self.protocols, line, from, out),
            b"published" => known(text::time(rest).map(|time| self.published_us = time)),
            b"fingerprint" => {
                self.fingerprint = text::hex_digest(rest);
                known(self.fingerprint.map(|_| ()))
            }
            b"uptime" => known(text::number(rest).map(|uptime| self.uptime = Some(uptime))),
            b"bandwidth" => known(self.bandwidth_line(rest)),
            b"extra-info-digest" if self.extra_info_digest.is_none() => {
                self.extra_info_line(line, rest, out)
            }
            b"onion-key" => object(&mut self.onion_key, line, out),
            b"onion-key-crosscert" => object(&mut self.onion_key_crosscert, line, out),
            b"signing-key" => object(&mut self.signing_key, line, out),
            b"ntor-onion-key" => once(&mut self.ntor_onion_key, line, from, out),
            b"ntor-onion-key-crosscert" => object(&mut self.ntor_crosscert, line, out),
            b"contact" => once(&mut self.contact, line, from, out),
            b"family" => {
                each_word(line, from, SpanKind::Family, out);
                Taken::Known
            }
            b"ipv6-policy" if PortPolicy::parse(rest).is_none() => Taken::Malformed,
            b"ipv6-policy" => once(&mut self.ipv6_policy, line, from, out),
            b"bridge-distribution-request" => once(&mut self.bridge_distribution, line, from, out),
            b"overload-general" if self.overload == 0 => {
                let (_version, time) = text::first_word(rest);
                match text::time(time) {
                    Some(time) => {
                        self.overload_us = time;
                        once(&mut self.overload, line, from, out)
                    }
                    None => Taken::Malformed,
                }
            }
            b"hibernating" => match rest {
                b"1" => self.switch(HIBERNATING),
                b"0" => Taken::Known,
                _ => Taken::Malformed,
            },
            // Older relays name versions behind these words.
            b"hidden-service-dir" => self.switch(HIDDEN_SERVICE_DIR),
            b"caches-extra-info" => self.switch(CACHES_EXTRA_INFO),
            b"tunnelled-dir-server" => self.switch(TUNNELLED_DIR_SERVER),
            b"allow-single-hop-exits" => self.switch(SINGLE_HOP_EXITS),
            b"router-sig-ed25519" => once(&mut self.router_sig_ed25519, line, from, out),
            b"router-signature" => object(&mut self.router_signature, line, out),
            _ => Taken::Unknown,
        }
    }
}

/// A server descriptor.
pub type Descriptor = Entry<Server>;

/// The server descriptors of a document.
pub type Descriptors = List<Server>;

impl Descriptor {
    /// The relay's name, "" if the first line is malformed.
    pub fn nickname(&self) -> &[u8] {
        text::until_nul(&self.fields.nickname)
    }

    /// Its IPv4 address.
    pub fn address(&self) -> &[u8] {
        text::until_nul(&self.fields.address)
    }

    /// Its identity: 40 upper-case hexadecimal digits, or "".
    pub fn fingerprint(&self) -> &[u8] {
        text::until_nul(self.fingerprint_c())
    }

    /// The SHA-1 digest of its extra-info document, in the same form.
    pub fn extra_info_digest(&self) -> &[u8] {
        text::until_nul(self.extra_info_digest_c())
    }

    /// The SHA-256 digest of its extra-info document, in base64.
    pub fn extra_info_sha256(&self) -> &[u8] {
        self.string(self.fields.extra_info_sha256)
    }

    /// Its port for other relays and clients.
    pub fn or_port(&self) -> u16 {
        self.fields.or_port
    }

    /// Its port for applications; 0 with every tor of this age.
    pub fn socks_port(&self) -> u16 {
        self.fields.socks_port
    }

    /// Its port for directory requests, 0 for none.
    pub fn dir_port(&self) -> u16 {
        self.fields.dir_port
    }

    /// More addresses, without brackets, with their ports.
    pub fn or_addresses(&self) -> impl Iterator<Item = (&[u8], u16)> {
        self.parts(SpanKind::Address)
    }

    /// Average, burst and observed bandwidth in bytes a second.
    pub fn bandwidth(&self) -> Option<[u64; 3]> {
        self.fields.bandwidth
    }

    /// When it was made, in microseconds since 1970.
    pub fn published_us(&self) -> i64 {
        self.fields.published_us
    }

    /// For how many seconds the relay had been running then.
    pub fn uptime(&self) -> Option<u64> {
        self.fields.uptime
    }

    /// When the relay was last overloaded, in microseconds since 1970; 0 for not lately.
    pub fn overload_us(&self) -> i64 {
        self.fields.overload_us
    }

    /// Version and time of the overload, as they stand there.
    pub fn overload_text(&self) -> &[u8] {
        self.string(self.fields.overload)
    }

    /// Whether the relay has used up its allowance.
    pub fn is_hibernating(&self) -> bool {
        self.fields.switches & HIBERNATING != 0
    }

    /// Whether it keeps extra-info documents.
    pub fn caches_extra_info(&self) -> bool {
        self.fields.switches & CACHES_EXTRA_INFO != 0
    }

    /// Whether it keeps onion service descriptors.
    pub fn is_hidden_service_dir(&self) -> bool {
        self.fields.switches & HIDDEN_SERVICE_DIR != 0
    }

    /// Whether it answers directory requests on its OR port.
    pub fn is_tunnelled_dir_server(&self) -> bool {
        self.fields.switches & TUNNELLED_DIR_SERVER != 0
    }

    /// Whether it lets one-hop circuits exit.
    pub fn allows_single_hop_exits(&self) -> bool {
        self.fields.switches & SINGLE_HOP_EXITS != 0
    }

    /// Software and system, as `Tor 0.4.8.10 on Linux`.
    pub fn platform(&self) -> &[u8] {
        self.string(self.fields.platform)
    }

    /// How to reach the operator.
    pub fn contact(&self) -> &[u8] {
        self.string(self.fields.contact)
    }

    /// The relays that say to be of its family: fingerprints or names.
    pub fn family(&self) -> impl Iterator<Item = &[u8]> {
        self.parts(SpanKind::Family).map(|(word, _)| word)
    }

    /// The lines of its exit policy, in order.
    pub fn rule_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.parts(SpanKind::Rule).map(|(rule, _)| rule)
    }

    /// The rules of its exit policy for IPv4; lines that are none are left out.
    pub fn rules(&self) -> impl Iterator<Item = Rule> + '_ {
        self.rule_lines().filter_map(Rule::parse)
    }

    /// Its exit policy for IPv6: `accept PORTS`, `reject PORTS`, "" for no exit.
    pub fn ipv6_policy(&self) -> &[u8] {
        self.string(self.fields.ipv6_policy)
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
            Some(address) => v6() && decide(self.rules_for_v6(), address, port),
            None => decide_port(self.rules(), false, port) || v6(),
        }
    }

    fn rules_for_v6(&self) -> impl Iterator<Item = Rule> + '_ {
        self.rules()
            .filter(|rule| matches!(rule.pattern, super::policy::Pattern::Network(..)))
    }

    /// The subprotocols it speaks, as `Cons=1-2 Desc=1-2`.
    pub fn protocols(&self) -> &[u8] {
        self.string(self.fields.protocols)
    }

    /// Whether it speaks this version of a subprotocol.
    pub fn supports(&self, name: &[u8], version: u32) -> bool {
        text::supports(self.protocols(), name, version)
    }

    /// How a bridge wants to be given out.
    pub fn bridge_distribution(&self) -> &[u8] {
        self.string(self.fields.bridge_distribution)
    }

    /// Its ntor key in base64.
    pub fn ntor_onion_key(&self) -> &[u8] {
        self.string(self.fields.ntor_onion_key)
    }

    /// Its Ed25519 identity in base64.
    pub fn master_key_ed25519(&self) -> &[u8] {
        self.string(self.fields.master_key_ed25519)
    }

    /// The certificate of its Ed25519 signing key, with its BEGIN and END lines, as all objects.
    pub fn identity_ed25519(&self) -> &[u8] {
        self.string(self.fields.identity_ed25519)
    }

    /// Its TAP onion key.
    pub fn onion_key(&self) -> &[u8] {
        self.string(self.fields.onion_key)
    }

    /// Its identity key (RSA).
    pub fn signing_key(&self) -> &[u8] {
        self.string(self.fields.signing_key)
    }

    /// The Ed25519 signature in base64.
    pub fn router_sig_ed25519(&self) -> &[u8] {
        self.string(self.fields.router_sig_ed25519)
    }

    /// The RSA signature.
    pub fn router_signature(&self) -> &[u8] {
        self.string(self.fields.router_signature)
    }

    /// The identity key, signed with the TAP onion key.
    pub fn onion_key_crosscert(&self) -> &[u8] {
        self.string(self.fields.onion_key_crosscert)
    }

    /// The certificate made with the ntor key.
    pub fn ntor_crosscert(&self) -> &[u8] {
        self.string(self.fields.ntor_crosscert)
    }
}

/// The fields that C reads in place: each is followed by a NUL.
impl Descriptor {
    pub(crate) fn nickname_c(&self) -> &[u8] {
        &self.fields.nickname
    }
    pub(crate) fn address_c(&self) -> &[u8] {
        &self.fields.address
    }
    pub(crate) fn fingerprint_c(&self) -> &[u8] {
        self.fields.fingerprint.as_ref().map_or(&[0], |hex| hex)
    }
    pub(crate) fn extra_info_digest_c(&self) -> &[u8] {
        let digest = self.fields.extra_info_digest.as_ref();
        digest.map_or(&[0], |hex| hex)
    }
    pub(crate) fn overload_c(&self) -> &[u8] {
        self.tail(self.fields.overload)
    }
    pub(crate) fn platform_c(&self) -> &[u8] {
        self.tail(self.fields.platform)
    }
    pub(crate) fn contact_c(&self) -> &[u8] {
        self.tail(self.fields.contact)
    }
    pub(crate) fn ntor_onion_key_c(&self) -> &[u8] {
        self.tail(self.fields.ntor_onion_key)
    }
    pub(crate) fn master_key_ed25519_c(&self) -> &[u8] {
        self.tail(self.fields.master_key_ed25519)
    }
    pub(crate) fn identity_ed25519_c(&self) -> &[u8] {
        self.tail(self.fields.identity_ed25519)
    }
    pub(crate) fn onion_key_c(&self) -> &[u8] {
        self.tail(self.fields.onion_key)
    }
    pub(crate) fn onion_key_crosscert_c(&self) -> &[u8] {
        self.tail(self.fields.onion_key_crosscert)
    }
    pub(crate) fn ntor_crosscert_c(&self) -> &[u8] {
        self.tail(self.fields.ntor_crosscert)
    }
    pub(crate) fn signing_key_c(&self) -> &[u8] {
        self.tail(self.fields.signing_key)
    }
    pub(crate) fn ipv6_policy_c(&self) -> &[u8] {
        self.tail(self.fields.ipv6_policy)
    }
    pub(crate) fn protocols_c(&self) -> &[u8] {
        self.tail(self.fields.protocols)
    }
    pub(crate) fn bridge_distribution_c(&self) -> &[u8] {
        self.tail(self.fields.bridge_distribution)
    }
    pub(crate) fn extra_info_sha256_c(&self) -> &[u8] {
        self.tail(self.fields.extra_info_sha256)
    }
    pub(crate) fn router_sig_ed25519_c(&self) -> &[u8] {
        self.tail(self.fields.router_sig_ed25519)
    }
    pub(crate) fn router_signature_c(&self) -> &[u8] {
        self.tail(self.fields.router_signature)
    }
    pub(crate) fn or_address_c(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::Address, index)
    }
    pub(crate) fn family_c(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::Family, index)
    }
    pub(crate) fn rule_c(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::Rule, index)
    }
}

impl Descriptors {
    /// The descriptor of the relay with this identity, in the forms that
    /// [`Routers::find_fingerprint`](super::Routers::find_fingerprint) takes.
    pub fn find_fingerprint(&self, fingerprint: &[u8]) -> Option<&Descriptor> {
        let wanted = super::fingerprint_of(fingerprint)?;
        self.entries()
            .iter()
            .find(|entry| entry.fingerprint() == wanted)
    }

    /// The first descriptor with this name, in either case.
    pub fn find_nickname(&self, nickname: &[u8]) -> Option<&Descriptor> {
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
    use super::super::{Reader, Walk};
    use super::*;

    const REAL: &[u8] = include_bytes!("../../../tests/data/dir/server-descriptors.txt");

    fn only(text: &[u8]) -> Descriptor {
        let mut descriptor = Descriptor::new();
        assert_eq!(descriptor.read(text), text.len());
        descriptor
    }

    #[test]
    fn real_descriptors() {
        let list = Descriptors::from_bytes(REAL.to_vec()).unwrap();
        assert_eq!((list.entries().len(), list.skipped_bytes()), (5, 0));
        let auth3 = list.find_nickname(b"auth3").unwrap();
        assert_eq!(auth3.address(), b"127.0.0.1");
        assert_eq!(auth3.or_port(), 31351);
        assert_eq!((auth3.socks_port(), auth3.dir_port()), (0, 17107));
        assert_eq!(
            auth3.fingerprint(),
            b"BFAB10BBCF78461683133C3FF9C4927D32BD941A"
        );
        assert_eq!(
            auth3.published_us(),
            text::time(b"2026-11-23 15:29:27").unwrap()
        );
        assert_eq!(
            auth3.bandwidth(),
            Some([1_073_741_824, 1_073_741_824, 25_412])
        );
        assert_eq!(auth3.uptime(), Some(11));
        assert_eq!(auth3.platform(), b"Tor 0.4.9.11 on Linux");
        assert!(auth3.supports(b"Link", 4) && !auth3.supports(b"Link", 2));
        assert!(auth3.protocols().starts_with(b"Conflux=1 Cons=1-2 "));
        assert_eq!(
            auth3.contact(),
            b"operator <tor AT example.org> \"quoted\" back\\slash"
        );
        assert_eq!(
            auth3.extra_info_digest(),
            b"7631738C99A922F5B357DBAD678CA6F583328E7F"
        );
        assert_eq!(
            auth3.extra_info_sha256(),
            b"+GGGO+OdmvkAnS8mlCrgOkSgKZuIqOhUmK2JnzUDLX0"
        );
        assert_eq!(
            auth3.master_key_ed25519(),
            b"d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc"
        );
        assert_eq!(
            auth3.ntor_onion_key(),
            b"/5/p9PXHprq4vZ/IqqJzoZ9U5pofW+HjCZgit96+WhY"
        );
        assert_eq!(auth3.family().count(), 3);
        assert_eq!(
            auth3.family().nth(1),
            Some(&[b"$", &[b'B'; 40][..]].concat()[..])
        );
        assert_eq!(auth3.ipv6_policy(), b"reject 6881-6999");
        assert_eq!(auth3.rule_lines().count(), 3);
        assert!(auth3.caches_extra_info() && auth3.is_hidden_service_dir());
        assert!(auth3.is_tunnelled_dir_server() && !auth3.is_hibernating());
        assert!(auth3.router_sig_ed25519().starts_with(b"DZQf7W3M"));
        for (object, kind) in [
            (auth3.identity_ed25519(), "ED25519 CERT"),
            (auth3.onion_key(), "RSA PUBLIC KEY"),
            (auth3.signing_key(), "RSA PUBLIC KEY"),
            (auth3.onion_key_crosscert(), "CROSSCERT"),
            (auth3.ntor_crosscert(), "ED25519 CERT"),
            (auth3.router_signature(), "SIGNATURE"),
        ] {
            let text = std::str::from_utf8(object).unwrap();
            assert!(
                text.starts_with(&format!("-----BEGIN {kind}-----\n")),
                "{text}"
            );
            assert!(text.ends_with(&format!("\n-----END {kind}-----")), "{text}");
        }
        for descriptor in list.entries() {
            assert_eq!(
                (descriptor.extra_count(), descriptor.malformed_count()),
                (0, 0)
            );
            let same = list.find_fingerprint(descriptor.fingerprint()).unwrap();
            assert_eq!(same.nickname(), descriptor.nickname());
        }
        let raw: Vec<u8> = list
            .entries()
            .iter()
            .flat_map(|one| one.raw().to_vec())
            .collect();
        assert_eq!(raw, REAL);
        assert!(list.find_fingerprint(b"x").is_none() && list.find_nickname(b"").is_none());
    }

    #[test]
    fn exits() {
        let list = Descriptors::from_bytes(REAL.to_vec()).unwrap();
        let relay = &list.entries()[0];
        let to = |address: &str, port| relay.can_exit_to(Some(address.parse().unwrap()), port);
        assert!(to("198.51.100.1", 80) && !to("192.0.2.200", 80));
        assert!(!to("198.51.100.1", 6881) && to("2001:db8::1", 443));
        assert!(!to("2001:db8::1", 6999));
        assert!(relay.can_exit_to(None, 80) && !relay.can_exit_to(None, 6900));
        let closed = only(b"router a 1.2.3.4 1 0 0\naccept 5.6.7.8:22\nreject *:*\n");
        assert!(closed.can_exit_to(None, 22) && !closed.can_exit_to(None, 23));
        assert!(!closed.can_exit_to(Some("::1".parse().unwrap()), 22));
    }

    #[test]
    fn the_rarer_lines() {
        let text = b"@downloaded-at 2024-01-01 00:00:00\nrouter a 1.2.3.4 1 0 0\n\
or-address [2001:db8::1]:9001\nor-address 192.0.2.1:9002\nhibernating 1\nbandwidth 1 2\n\
overload-general 1 2024-01-02 03:00:00\nbridge-distribution-request any\n\
allow-single-hop-exits\nhidden-service-dir 2\nextra-info-digest \
7631738C99A922F5B357DBAD678CA6F583328E7F\nfamily-cert\n-----BEGIN FAMILY CERT-----\nAA\n\
-----END FAMILY CERT-----\nprotocols Link 1 2\n";
        let descriptor = only(text);
        assert_eq!(
            descriptor.or_addresses().collect::<Vec<_>>(),
            [(&b"2001:db8::1"[..], 9001), (b"192.0.2.1", 9002)]
        );
        assert!(descriptor.is_hibernating() && descriptor.allows_single_hop_exits());
        assert_eq!(descriptor.bandwidth(), Some([1, 2, 0]));
        assert_eq!(descriptor.overload_us(), 1_704_164_400_000_000);
        assert_eq!(descriptor.overload_text(), b"1 2024-01-02 03:00:00");
        assert_eq!(descriptor.bridge_distribution(), b"any");
        assert!(descriptor.is_hidden_service_dir());
        assert_eq!(descriptor.extra_info_sha256(), b"");
        assert_eq!(
            descriptor.extras().collect::<Vec<_>>(),
            [
                (&b"@downloaded-at 2024-01-01 00:00:00"[..], false),
                (
                    b"family-cert\n-----BEGIN FAMILY CERT-----\nAA\n-----END FAMILY CERT-----",
                    false
                ),
                (b"protocols Link 1 2", false)
            ]
        );
        assert_eq!(descriptor.malformed_count(), 0);
        assert_eq!(descriptor.raw(), text);
    }

    #[test]
    fn a_bad_line_costs_nothing_but_itself() {
        let text = b"router a b\npublished soon\nbandwidth 1 x 3\nfingerprint 12\nuptime -1\n\
extra-info-digest x\nonion-key\nhibernating maybe\nipv6-policy 80\nor-address x\nplatform Tor\n\
platform again\nntor-onion-key\noverload-general 1 now\nsigning-key\n-----BEGIN X-----\nAA\n\
router b 1.2.3.4 1 2 3\n";
        let mut walk = Walk::<Server>::new(text);
        let first = walk.next().unwrap();
        assert_eq!(first.malformed_count(), 13);
        assert_eq!(first.platform(), b"Tor");
        assert_eq!(first.extra_count(), 14);
        assert_eq!(
            first.extras().last(),
            Some((&b"signing-key\n-----BEGIN X-----\nAA"[..], true))
        );
        assert_eq!(
            (first.nickname(), first.signing_key()),
            (&b""[..], &b""[..])
        );
        assert_eq!(walk.next().map(Descriptor::dir_port), Some(3));
        assert!(walk.next().is_none());
    }

    #[test]
    fn pieces_of_any_size_give_the_same_descriptors() {
        for size in [1, 2, 63, 64, 1000, 5000, REAL.len()] {
            let mut reader = Reader::<Server>::new();
            let mut seen = Vec::new();
            for piece in REAL.chunks(size) {
                reader.push(piece);
                while let Some(descriptor) = reader.next() {
                    seen.extend_from_slice(descriptor.raw());
                }
                assert!(reader.pending_bytes() < 2 * 2600 + size);
            }
            reader.finish();
            while let Some(descriptor) = reader.next() {
                seen.extend_from_slice(descriptor.raw());
            }
            assert_eq!(seen, REAL);
        }
    }
}
