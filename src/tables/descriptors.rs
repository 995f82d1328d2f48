//! News about relays: NEWDESC, DESCCHANGED, NS and NEWCONSENSUS.
//!
//! - NEWDESC: tor has new server descriptors of the relays listed. New microdescriptors do not
//!   count.
//! - DESCCHANGED: the descriptor of this relay changed. The event has no fields.
//! - NS: the router status entries of some relays changed. They are in torctl_ns_document(), for
//!   torctl_routers_parse().
//! - NEWCONSENSUS: a new consensus came. All its entries are in torctl_ns_document(): some
//!   megabytes.

#[events(NewDesc)]
#[number(115)]
struct newdesc {
    /// How many relays have a new descriptor.
    #[args("Name")]
    #[count(Relays)]
    #[required]
    count: Count,

    /// The fingerprint of a relay.
    #[args("Name")]
    #[each_first(Relays)]
    fingerprint: Text,

    /// The nickname of a relay.
    #[args("Name")]
    #[each_second(Relays)]
    nickname: Text,
}

#[events(Ns, NewConsensus)]
#[block(Entries)]
#[number(116)]
struct ns {
    /// The router status entries as text: lines r, a, s, w and p, each ended by LF. Of the relays
    /// that changed for NS, of all relays for NEWCONSENSUS.
    #[data("entries")]
    document: Bytes,
}
