//! Onion-service descriptors: HS_DESC and HS_DESC_CONTENT.
//!
//! A service publishes its descriptor to several directory relays, and a client asks one after the
//! other for it. HS_DESC tells of each step and each directory relay: torctl_hs_desc_action(),
//! torctl_hs_desc_address() and torctl_hs_desc_hsdir() say what happened to which service where.
//! One FAILED does not mean much; a service can be reached after one UPLOADED. HS_DESC_CONTENT has
//! what a client got from one directory relay. torctl_onion_wait_published() and
//! torctl_fetch_onion() look at all of these for the program.

/// What happened to a descriptor.
#[words("TORCTL_HS_DESC_")]
#[base(3300)]
enum HsDescAction {
    /// tor asks a directory relay for it.
    REQUESTED = 1,
    /// tor made a new one for its own service.
    CREATED = 2,
    /// tor sends it to a directory relay.
    UPLOAD = 3,
    /// The directory relay has taken it: clients can find the service.
    UPLOADED = 4,
    /// The directory relay gave it, and it is valid.
    RECEIVED = 5,
    /// The directory relay did not give or take it; torctl_hs_desc_reason() says why.
    FAILED = 6,
    /// An older tor had a good one already.
    IGNORE = 7,
}

/// What a service asks of its clients.
#[words("TORCTL_HS_AUTH_")]
#[base(3400)]
enum HsDescAuth {
    /// Nothing.
    NO_AUTH = 1,
    /// A key of the client.
    REND_V3_AUTH = 2,
    /// The basic authorization of version 2, which tor no longer has.
    BASIC_AUTH = 3,
    /// The stealth authorization of version 2, which tor no longer has.
    STEALTH_AUTH = 4,
}

/// Why a directory relay did not give or take a descriptor.
#[words("TORCTL_HS_DESC_REASON_")]
#[base(3500)]
enum HsDescReason {
    /// What it gave is no valid descriptor.
    BAD_DESC = 1,
    /// It refused the question.
    QUERY_REJECTED = 2,
    /// It refused the descriptor.
    UPLOAD_REJECTED = 3,
    /// It has no descriptor of this service.
    NOT_FOUND = 4,
    /// For a reason that tor does not know.
    UNEXPECTED = 5,
    /// tor found no directory relay to ask.
    QUERY_NO_HSDIR = 6,
    /// tor asked all of them a short time ago, and does not ask again yet.
    QUERY_RATE_LIMITED = 7,
}

#[events(HsDesc)]
#[positional(3)]
#[number(117)]
struct hs_desc {
    /// What happened.
    #[arg(0, "Action")]
    #[required]
    action: Word<HsDescAction>,

    /// The onion address without .onion, or "UNKNOWN".
    #[arg(1, "HSAddress")]
    #[required]
    address: Text,

    /// What the service asks of its clients. tor does not say it of uploads.
    #[arg(2, "AuthType")]
    #[required]
    auth_type: Word<HsDescAuth>,

    /// The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN".
    #[arg(3, "HsDir")]
    #[required]
    hsdir: Text,

    /// The fingerprint of the directory relay.
    #[arg(3, "HsDir")]
    #[first(Relays)]
    hsdir_fingerprint: Text,

    /// The nickname of the directory relay.
    #[arg(3, "HsDir")]
    #[second(Relays)]
    hsdir_nickname: Text,

    /// The identifier of the descriptor. Absent for UPLOADED and for an upload that FAILED.
    #[arg(4, "DescriptorID")]
    descriptor_id: Text,

    /// At FAILED: why.
    #[key("REASON")]
    reason: Word<HsDescReason>,

    /// The replica of the descriptor; only from older tors.
    #[key("REPLICA")]
    replica: Small,

    /// The place of the directory relay in the ring of directory relays: 64 hexadecimal digits.
    #[key("HSDIR_INDEX")]
    hsdir_index: Text,
}

#[events(HsDescContent)]
#[positional(3)]
#[block(Block)]
#[number(118)]
struct hs_desc_content {
    /// The onion address without .onion.
    #[arg(0, "HSAddress")]
    #[required]
    address: Text,

    /// The identifier of the descriptor.
    #[arg(1, "DescriptorID")]
    #[required]
    descriptor_id: Text,

    /// The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN".
    #[arg(2, "HsDir")]
    #[required]
    hsdir: Text,

    /// The fingerprint of the directory relay.
    #[arg(2, "HsDir")]
    #[first(Relays)]
    hsdir_fingerprint: Text,

    /// The nickname of the directory relay.
    #[arg(2, "HsDir")]
    #[second(Relays)]
    hsdir_nickname: Text,

    /// 1 if the directory relay gave the descriptor, 0 if not. Another directory relay may still
    /// give it, with an event of its own.
    #[data("Descriptor")]
    found: Filled,

    /// The descriptor as text, lines ended by LF, for torctl_onion_descriptor_parse(). One empty
    /// line if the directory relay did not give it.
    #[data("Descriptor")]
    descriptor: Bytes,
}
