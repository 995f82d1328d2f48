//! Addresses that tor maps to others: ADDRMAP.
//!
//! tor sends ADDRMAP when it has looked up a name, for an application or for torctl_resolve(), and
//! when torctl_map_address() or the configuration maps an address. torctl_addrmap_from() is what is
//! mapped and torctl_addrmap_to() where it leads. torctl_get_mappings() has the mappings that
//! exist.

#[events(AddrMap)]
#[positional(3)]
#[number(112)]
struct addrmap {
    /// The name or address that is mapped. It may be a pattern, for example *.example.com.
    #[arg(0, "From")]
    #[required]
    from: Text,

    /// What it is mapped to; "<error>" when the name could not be looked up.
    #[arg(1, "To")]
    #[required(Any)]
    to: Text,

    /// 1 if the name could not be looked up, 0 otherwise.
    #[arg(1, "To")]
    #[is("<error>")]
    is_error: Is,

    /// When the mapping ends in the local time of tor's computer, YYYY-MM-DD HH:MM:SS, or "NEVER".
    /// For comparisons use torctl_addrmap_expires_unix_us().
    #[arg(2, "Expiry")]
    #[required(TimeOrNever)]
    expiry_local: Text,

    /// 1 if the mapping does not end, 0 otherwise.
    #[arg(2, "Expiry")]
    #[is("NEVER")]
    never_expires: Is,

    /// What went wrong. "yes" (tor says error=yes) is a failed lookup, "internal" one that tor
    /// could not begin.
    #[key("error")]
    #[arg(3, "error")]
    error: Text,

    /// When the mapping ends. For a failed lookup it may be in the past.
    #[key("EXPIRES")]
    expires_unix_us: Time,

    /// 1 if tor keeps the mapping until it ends, 0 if it only answers a lookup.
    #[key("CACHED")]
    #[yes_no("YES", "NO")]
    cached: YesNo,

    /// The number of the stream that asked.
    #[key("STREAMID")]
    stream_id: Number,
}
