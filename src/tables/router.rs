//! Router status entries
//!
//! What the consensus says of each relay: the values of `GETINFO ns/...`, the data of NS and
//! NEWCONSENSUS events, a consensus of either flavour. Numbers that are not given are 0, texts "",
//! unless a comment says otherwise.

/// Flags of a relay, each with tor's word for it.
#[flags("TORCTL_FLAG_")]
#[wide]
enum RouterFlags {
    /// A directory authority.
    #[word("Authority")]
    AUTHORITY = 1,
    /// Not to be used as an exit.
    #[word("BadExit")]
    BAD_EXIT = 2,
    /// Useful for exits.
    #[word("Exit")]
    EXIT = 4,
    /// It has enough bandwidth for most circuits.
    #[word("Fast")]
    FAST = 8,
    /// Fit to be an entry guard.
    #[word("Guard")]
    GUARD = 16,
    /// It keeps onion service descriptors.
    #[word("HSDir")]
    HSDIR = 32,
    /// To be used only in the middle of circuits.
    #[word("MiddleOnly")]
    MIDDLE_ONLY = 64,
    /// No longer given.
    #[word("Named")]
    NAMED = 128,
    /// The authorities disagree on its Ed25519 identity.
    #[word("NoEdConsensus")]
    NO_ED_CONSENSUS = 256,
    /// The authorities can reach it.
    #[word("Running")]
    RUNNING = 512,
    /// Fit for circuits that last long.
    #[word("Stable")]
    STABLE = 1024,
    /// Its descriptor is old.
    #[word("StaleDesc")]
    STALE_DESC = 2048,
    /// One of too many relays at one address.
    #[word("Sybil")]
    SYBIL = 4096,
    /// No longer given.
    #[word("Unnamed")]
    UNNAMED = 8192,
    /// It answers directory requests.
    #[word("V2Dir")]
    V2DIR = 16384,
    /// The authorities consider it fit for use.
    #[word("Valid")]
    VALID = 32768,
}

#[document("router status entry", "router status entries", "entry")]
#[number(201)]
#[text("the value of `GETINFO ns/...`, a consensus")]
#[keys("ns/all", "ns/id/FINGERPRINT", "ns/name/NICKNAME")]
struct router {
    /// The nickname; "" if the first line of the entry is malformed, as with the other fields of
    /// that line.
    #[find("_nickname")]
    nickname: Text,

    /// The relay's identity: 40 hexadecimal digits in upper case, without `$`.
    #[own]
    #[find("")]
    fingerprint: Text,

    /// The digest of its server descriptor: 40 hexadecimal digits. A tor that uses microdescriptors
    /// gives the first 20 bytes of the microdescriptor's digest here; a consensus of that flavour
    /// has none ("").
    #[own]
    digest: Text,

    /// When its descriptor was published. Today's consensus says 2038-01-01 of every relay.
    #[with(nickname)]
    published_unix_us: Time,

    /// The IPv4 address.
    address: Text,

    /// The port for clients and other relays.
    #[with(nickname)]
    or_port: Port,

    /// The port for directory requests; 0 for none.
    #[with(nickname)]
    dir_port: Port,

    /// How many more addresses the relay has (`a` lines).
    #[item("One of its further addresses, an IPv6 address without brackets.")]
    #[port("The port of one of its further addresses.")]
    or_address: List<Address>,

    /// Its flags.
    flags: Flags<RouterFlags>,

    /// Whether the relay has the flag of this name, known to this version or not.
    has_flag: fn(flag: Text) -> Truth,

    /// The weight of its bandwidth in the consensus. tor writes it in units of 1,000 bytes a
    /// second.
    bandwidth_bytes_per_second: Amount,

    /// What a bandwidth authority measured. Votes have it, in the same unit.
    measured_bytes_per_second: Amount,

    /// Whether the bandwidth was not measured but is the relay's own word.
    is_unmeasured: Truth,

    /// How much of the time it has been a guard, in percent.
    guard_fraction: Small,

    /// Everything that the `w` line says, as tor wrote it.
    bandwidth_text: Text,

    /// Which ports it lets exits go to: "accept PORTS" or "reject PORTS". "" if not given: a tor
    /// that uses microdescriptors has this in torctl_microdescriptor_policy().
    policy_summary: Text,

    /// Whether the entry says which ports the relay lets exits go to. A tor that uses
    /// microdescriptors, as clients do, has no word of it here: then
    /// torctl_microdescriptor_can_exit_to() answers. A policy that cannot be read is none.
    has_policy: Truth,

    /// Whether the policy summary lets exits to this port through, to most addresses.
    ///
    /// Returns 1 only if that is known. 0 means no only if torctl_router_has_policy() is 1; else it
    /// is not known, also for a relay that has TORCTL_FLAG_EXIT. 0 for the port 0, which is none.
    allows_port: fn(port: u16) -> Truth,

    /// The version it runs, for example "Tor 0.4.9.11"; only a whole consensus has it.
    version: Text,

    /// The subprotocols it speaks, for example "Cons=1-2 Link=3-5"; only a whole consensus has
    /// them.
    protocols: Text,

    /// Whether it speaks this version of this subprotocol, for example ("Link", 5). Versions are 0
    /// to 63, as for tor. Of a subprotocol that is said to have others, no version counts as
    /// spoken.
    supports: fn(protocol: Text, version: u32) -> Truth,

    /// The SHA-256 digest of its microdescriptor: 43 characters of base64. Only a consensus of that
    /// flavour has it. A vote has more than one: see torctl_router_vote_digest_of_method().
    microdesc_digest: Text,

    /// How many digests of its microdescriptor a vote gives, each for some consensus methods.
    #[item("One of these digests: SHA-256, 43 characters of base64.")]
    #[beside(
        vote_methods,
        Methods,
        "The consensus methods that one of these digests is for, for example \"28,29\"."
    )]
    vote_digest: List<MethodDigest>,

    /// The one of these digests that is for this consensus method; "" if the vote has none for it.
    vote_digest_of_method: fn(method: u32) -> Text,

    /// What a vote says of how long and how often the relay was seen, for example
    /// "wfu=1.000000 tk=119 mtbf=119".
    stats_text: Text,

    /// Its Ed25519 identity in base64, or "none"; votes have it.
    ed25519: Text,
}
