//! Changes of guards: GUARD.

/// Status of a GUARD event.
#[words("TORCTL_GUARD_")]
enum GuardStatus {
    NEW = 1,
    UP = 2,
    DOWN = 3,
    DROPPED = 4,
    BAD = 5,
    GOOD = 6,
    BAD_L2 = 7,
    GOOD_L2 = 8,
}

#[events(Guard)]
#[positional(3)]
struct guard {
    /// What kind of guard it is; "ENTRY" is the only one today.
    #[arg(0, "Type")]
    #[required]
    r#type: Text,

    /// The relay as tor wrote it: $FINGERPRINT~nickname. The nickname may be empty.
    #[arg(1, "Name")]
    #[required]
    name: Text,

    /// The fingerprint of the relay: 40 hexadecimal digits without $; "" when tor gave none.
    #[arg(1, "Name")]
    #[first(Relays)]
    fingerprint: Text,

    /// The nickname of the relay; "" when tor gave none.
    #[arg(1, "Name")]
    #[second(Relays)]
    nickname: Text,

    /// What became of the guard. The two with L2 are of the second layer (vanguards).
    #[arg(2, "Status")]
    #[required]
    status: Word<GuardStatus>,
}
