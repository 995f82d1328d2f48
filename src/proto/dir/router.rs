//! What a router status entry says, field by field, and how to find one in a list.

use super::entry::Entry;
use super::flags::{flag_bit, FLAG_UNKNOWN};
use super::list::List;
use super::policy::PortPolicy;
use super::spans::SpanKind;
use super::status::{Status, Weights, UNKNOWN};
use super::text;

/// A router status entry.
pub type Router = Entry<Status>;

/// The router status entries of a document.
pub type Routers = List<Status>;

impl Router {
    /// The relay's name, "" if the first line is malformed.
    pub fn nickname(&self) -> &[u8] {
        self.string(self.fields.nickname.into())
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
        self.string(self.fields.address.into())
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
        let flags = self.fields.flags;
        let unknown = if flags & UNKNOWN != 0 {
            FLAG_UNKNOWN
        } else {
            0
        };
        u64::from(flags & !UNKNOWN) | unknown
    }

    /// The words of its flags.
    pub fn flags_text(&self) -> &[u8] {
        self.string(self.fields.flags_text.into())
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

    #[inline]
    fn weights(&self) -> Weights {
        match self.fields.has_more_weights {
            true => Weights::parse(self.bandwidth_text()).unwrap_or_default(),
            false => Weights::default(),
        }
    }

    /// What a bandwidth authority measured (in votes).
    pub fn measured_kb(&self) -> Option<u64> {
        u64::try_from(self.weights().measured).ok()
    }

    /// Whether the bandwidth is the relay's own word.
    pub fn is_unmeasured(&self) -> bool {
        self.weights().unmeasured
    }

    /// How much of the time it has been a guard, in percent.
    pub fn guard_fraction(&self) -> Option<u8> {
        u8::try_from(self.weights().guard_fraction).ok()
    }

    /// The arguments of the `w` line.
    pub fn bandwidth_text(&self) -> &[u8] {
        self.string(self.fields.bandwidth_text.into())
    }

    /// The version of tor it runs, as `Tor 0.4.8.10`.
    pub fn version(&self) -> &[u8] {
        self.string(self.fields.version.into())
    }

    /// The subprotocols it speaks, as `Cons=1-2 Desc=1-2`.
    pub fn protocols(&self) -> &[u8] {
        self.string(self.fields.protocols.into())
    }

    /// Whether it speaks this version of a subprotocol.
    pub fn supports(&self, name: &[u8], version: u32) -> bool {
        text::supports(self.protocols(), name, version)
    }

    /// Which ports it lets exits go to, as `accept 80,443`; "" if not said.
    pub fn policy_text(&self) -> &[u8] {
        self.string(self.fields.policy.into())
    }

    /// The same, to be asked for a port.
    pub fn policy(&self) -> Option<PortPolicy<'_>> {
        PortPolicy::parse(self.policy_text())
    }

    /// Whether the entry says where exits may lead.
    pub fn has_policy(&self) -> bool {
        self.fields.policy != 0
    }

    /// Whether it is known that exits to this port are possible, to most addresses.
    pub fn allows_port(&self, port: u16) -> bool {
        self.policy().is_some_and(|policy| policy.allows(port))
    }

    /// The digest of its microdescriptor in a consensus: 43 base64 characters; "" in a vote.
    pub fn microdesc(&self) -> &[u8] {
        self.string(self.fields.microdesc.into())
    }

    /// In a vote: the consensus methods, as `28,29`, and the digest that the microdescriptor has under
    /// them, of each `m` line.
    pub fn method_digests(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let methods = self.parts(SpanKind::Methods).map(|(methods, _)| methods);
        methods.zip(self.parts(SpanKind::MethodDigest).map(|(digest, _)| digest))
    }

    /// The digest that the microdescriptor has under this consensus method, according to a vote.
    pub fn digest_of_method(&self, method: u32) -> &[u8] {
        text::until_nul(self.digest_of_method_c(method))
    }

    /// What a vote says of how long the relay has been seen.
    pub fn stats(&self) -> &[u8] {
        self.string(self.fields.stats.into())
    }

    /// Its Ed25519 identity in base64, or `none` (in votes).
    pub fn ed25519(&self) -> &[u8] {
        self.string(self.fields.ed25519.into())
    }
}

/// The fields that C reads in place: each is followed by a NUL.
impl Router {
    pub(crate) fn nickname_c(&self) -> &[u8] {
        self.tail(self.fields.nickname.into())
    }
    pub(crate) fn address_c(&self) -> &[u8] {
        self.tail(self.fields.address.into())
    }
    pub(crate) fn fingerprint_c(&self) -> &[u8] {
        &self.fields.fingerprint
    }
    pub(crate) fn digest_c(&self) -> &[u8] {
        &self.fields.digest
    }
    pub(crate) fn or_address_count(&self) -> usize {
        self.part_count(SpanKind::Address)
    }
    pub(crate) fn or_address_c(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::Address, index)
    }
    pub(crate) fn or_address_port(&self, index: usize) -> u16 {
        self.part_port(SpanKind::Address, index)
    }
    pub(crate) fn flags_text_c(&self) -> &[u8] {
        self.tail(self.fields.flags_text.into())
    }
    pub(crate) fn bandwidth_text_c(&self) -> &[u8] {
        self.tail(self.fields.bandwidth_text.into())
    }
    pub(crate) fn version_c(&self) -> &[u8] {
        self.tail(self.fields.version.into())
    }
    pub(crate) fn protocols_c(&self) -> &[u8] {
        self.tail(self.fields.protocols.into())
    }
    pub(crate) fn policy_c(&self) -> &[u8] {
        self.tail(self.fields.policy.into())
    }
    pub(crate) fn microdesc_c(&self) -> &[u8] {
        self.tail(self.fields.microdesc.into())
    }
    pub(crate) fn stats_c(&self) -> &[u8] {
        self.tail(self.fields.stats.into())
    }
    pub(crate) fn method_digest_count(&self) -> usize {
        self.part_count(SpanKind::MethodDigest)
    }
    pub(crate) fn methods_c(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::Methods, index)
    }
    pub(crate) fn method_digest_c(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::MethodDigest, index)
    }
    pub(crate) fn digest_of_method_c(&self, method: u32) -> &[u8] {
        let wanted = |methods: &[u8]| {
            let mut methods = methods.split(|byte| *byte == b',');
            methods.any(|other| text::number(other) == Some(method.into()))
        };
        let mut lines = self.method_digests();
        let index = lines.position(|(methods, _)| wanted(methods));
        index.map_or(&[0], |index| self.method_digest_c(index))
    }
    pub(crate) fn ed25519_c(&self) -> &[u8] {
        self.tail(self.fields.ed25519.into())
    }
}

impl Routers {
    /// The first entry of the relay with this identity, written as `$FP`, `FP`, `$FP~name` or
    /// `$FP=name` in either case.
    pub fn find_fingerprint(&self, fingerprint: &[u8]) -> Option<&Router> {
        let wanted = super::fingerprint_of(fingerprint)?;
        self.find_key(Router::fingerprint, &wanted)
    }

    /// The first entry with this name, in either case.
    pub fn find_nickname(&self, nickname: &[u8]) -> Option<&Router> {
        self.find_name(Router::nickname, nickname)
    }
}
