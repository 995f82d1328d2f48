//! Addresses that tor maps to others: ADDRMAP.

#[events(AddrMap)]
#[positional(3)]
struct addrmap {
    /// The address or name that is mapped; may be a pattern such as *.example.com.
    #[arg(0, "From")]
    #[required]
    from: Text,

    /// What it is mapped to; "<error>" when the name could not be resolved.
    #[arg(1, "To")]
    #[required(Any)]
    to: Text,

    /// 1 if the name could not be resolved, 0 otherwise.
    #[arg(1, "To")]
    #[is("<error>")]
    is_error: Is,

    /// When the mapping ends in the local time of the machine that tor runs on, YYYY-MM-DD
    /// HH:MM:SS, or "NEVER". torctl_addrmap_expires_unix_us() is the one to compute with.
    #[arg(2, "Expiry")]
    #[required(TimeOrNever)]
    expiry_local: Text,

    /// 1 if the mapping does not end, 0 otherwise.
    #[arg(2, "Expiry")]
    #[is("NEVER")]
    never_expires: Is,

    /// What went wrong: "yes" (error=yes), or "internal" for an address that tor could not even
    /// begin to resolve.
    #[key("error")]
    #[arg(3, "error")]
    error: Text,

    /// When the mapping ends. May be in the past when it failed.
    #[key("EXPIRES")]
    expires_unix_us: Time,

    /// 1 if the answer came from the cache of tor, 0 if not, -1 when absent.
    #[key("CACHED")]
    #[yes_no("YES", "NO")]
    cached: YesNo,

    /// The number of the stream that caused it.
    #[key("STREAMID")]
    stream_id: Number,
}
