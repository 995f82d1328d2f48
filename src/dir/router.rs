//! What a router status entry says, field by field, and how to find one in a list.

use super::entry::Entry;
use super::flags::{flag_bit, FLAG_UNKNOWN};
use super::list::List;
use super::policy::PortPolicy;
use super::spans::SpanKind;
use super::status::{Status, Weights, UNKNOWN};
use super::subprotocol;
use crate::proto::text;

/// A router status entry.
pub type Router = Entry<Status>;

/// The router status entries of a document.
pub type Routers = List<Status>;

impl Router {
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

    /// [`Router::bandwidth_kb`] in bytes.
    pub fn bandwidth_bytes_per_second(&self) -> Option<u64> {
        Some(self.bandwidth_kb()?.saturating_mul(1000))
    }

    /// [`Router::measured_kb`] in bytes.
    pub fn measured_bytes_per_second(&self) -> Option<u64> {
        Some(self.measured_kb()?.saturating_mul(1000))
    }

    /// Whether the bandwidth is the relay's own word.
    pub fn is_unmeasured(&self) -> bool {
        self.weights().unmeasured
    }

    /// How much of the time it has been a guard, in percent.
    pub fn guard_fraction(&self) -> Option<u8> {
        u8::try_from(self.weights().guard_fraction).ok()
    }

    /// Whether it speaks this version of a subprotocol.
    pub fn supports(&self, name: &[u8], version: u32) -> bool {
        subprotocol::supports(self.protocols(), name, version)
    }

    /// The same, to be asked for a port.
    pub fn policy(&self) -> Option<PortPolicy<'_>> {
        PortPolicy::parse(self.policy_summary())
    }

    /// Whether the entry says where exits may lead.
    pub fn has_policy(&self) -> bool {
        self.fields.policy_summary != 0
    }

    /// Whether it is known that exits to this port are possible, to most addresses.
    pub fn allows_port(&self, port: u16) -> bool {
        self.policy().is_some_and(|policy| policy.allows(port))
    }

    /// In a vote: the consensus methods, for example `28,29`, and the digest that the
    /// microdescriptor has under them, of each `m` line.
    pub fn method_digests(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let methods = self.parts(SpanKind::Methods).map(|(methods, _)| methods);
        methods.zip(self.parts(SpanKind::MethodDigest).map(|(digest, _)| digest))
    }

    /// The digest that the microdescriptor has under this consensus method, according to a vote.
    pub fn vote_digest_of_method(&self, method: u32) -> &[u8] {
        text::until_nul(self.vote_digest_of_method_c(method).unwrap_or_default())
    }

    /// The same, with the NUL behind it.
    pub(crate) fn vote_digest_of_method_c(&self, method: u32) -> Option<&[u8]> {
        let wanted = |methods: &[u8]| {
            let mut methods = methods.split(|byte| *byte == b',');
            methods.any(|other| text::number(other) == Some(method.into()))
        };
        let mut lines = self.method_digests();
        let index = lines.position(|(methods, _)| wanted(methods))?;
        Some(self.part_tail(SpanKind::MethodDigest, index))
    }
}

include!(concat!(env!("OUT_DIR"), "/methods_router.rs"));

impl Routers {
    /// The first entry of the relay with this identity, written as `$FP`, `FP`, `$FP~name` or
    /// `$FP=name` in either case.
    pub fn find_fingerprint(&self, fingerprint: &[u8]) -> Option<&Router> {
        let wanted = crate::proto::relay::fingerprint_of(fingerprint)?;
        self.find_key(Router::fingerprint, &wanted)
    }

    /// The first entry with this name, in either case.
    pub fn find_nickname(&self, nickname: &[u8]) -> Option<&Router> {
        self.find_name(Router::nickname, nickname)
    }
}
