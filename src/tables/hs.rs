//! Onion-service descriptors: HS_DESC and HS_DESC_CONTENT.

/// Action of an HS_DESC event.
#[words("TORCTL_HS_DESC_")]
enum HsDescAction {
    REQUESTED = 1,
    CREATED = 2,
    UPLOAD = 3,
    UPLOADED = 4,
    RECEIVED = 5,
    FAILED = 6,
    IGNORE = 7,
}

/// AuthType of an HS_DESC event. tor's own word UNKNOWN is known.
#[words("TORCTL_HS_AUTH_")]
enum HsDescAuth {
    NO_AUTH = 1,
    REND_V3_AUTH = 2,
    BASIC_AUTH = 3,
    STEALTH_AUTH = 4,
}

/// REASON of an HS_DESC event.
#[words("TORCTL_HS_DESC_REASON_")]
enum HsDescReason {
    BAD_DESC = 1,
    QUERY_REJECTED = 2,
    UPLOAD_REJECTED = 3,
    NOT_FOUND = 4,
    UNEXPECTED = 5,
    QUERY_NO_HSDIR = 6,
    QUERY_RATE_LIMITED = 7,
}

#[events(HsDesc)]
#[positional(3)]
struct hs_desc {
    /// What happened.
    #[arg(0, "Action")]
    #[required]
    action: Word<HsDescAction>,

    /// The onion address without .onion, or "UNKNOWN".
    #[arg(1, "HSAddress")]
    #[required]
    address: Text,

    /// What the client needs for authorization; tor says UNKNOWN for uploads.
    #[arg(2, "AuthType")]
    #[required]
    auth_type: Word<HsDescAuth>,

    /// The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN".
    #[arg(3, "HsDir")]
    #[required]
    hsdir: Text,

    /// The fingerprint of the directory relay: 40 hexadecimal digits without $; "" when tor gave
    /// none.
    #[arg(3, "HsDir")]
    #[first(Relays)]
    hsdir_fingerprint: Text,

    /// The nickname of the directory relay; "" when tor gave none.
    #[arg(3, "HsDir")]
    #[second(Relays)]
    hsdir_nickname: Text,

    /// The identifier of the descriptor; "" when absent, as with UPLOADED and failed uploads.
    #[arg(4, "DescriptorID")]
    descriptor_id: Text,

    /// Why it failed.
    #[key("REASON")]
    reason: Word<HsDescReason>,

    /// The replica of the descriptor.
    #[key("REPLICA")]
    replica: Small,

    /// The place of the directory relay in the hash ring: 64 hexadecimal digits.
    #[key("HSDIR_INDEX")]
    hsdir_index: Text,
}

#[events(HsDescContent)]
#[positional(3)]
#[block(Block)]
struct hs_desc_content {
    /// The onion address without .onion.
    #[arg(0, "HSAddress")]
    #[required]
    address: Text,

    /// The identifier of the descriptor.
    #[arg(1, "DescriptorID")]
    #[required]
    descriptor_id: Text,

    /// The directory relay as tor wrote it, or "UNKNOWN".
    #[arg(2, "HsDir")]
    #[required]
    hsdir: Text,

    /// The fingerprint of the directory relay: 40 hexadecimal digits without $; "" when tor gave
    /// none.
    #[arg(2, "HsDir")]
    #[first(Relays)]
    hsdir_fingerprint: Text,

    /// The nickname of the directory relay; "" when tor gave none.
    #[arg(2, "HsDir")]
    #[second(Relays)]
    hsdir_nickname: Text,

    /// 1 if this directory relay had the descriptor, 0 if not. A fetch gives one event for each
    /// relay that was asked.
    #[data("Descriptor")]
    found: Filled,

    /// The descriptor as text, lines ended by LF; one empty line when the relay did not have it.
    #[data("Descriptor")]
    descriptor: Bytes,
}
