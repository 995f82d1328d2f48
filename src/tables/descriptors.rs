//! News about relays: NEWDESC, DESCCHANGED, NS and NEWCONSENSUS.

#[events(NewDesc)]
struct newdesc {
    /// How many relays have a new descriptor.
    #[args("Name")]
    #[count(Relays)]
    #[required]
    count: Count,

    /// The fingerprint of a relay, counted from 0: 40 hexadecimal digits without $; "" when there
    /// is none.
    #[args("Name")]
    #[each_first(Relays)]
    fingerprint: Text,

    /// The nickname of a relay, counted from 0; "" when there is none.
    #[args("Name")]
    #[each_second(Relays)]
    nickname: Text,
}

#[events(Ns, NewConsensus)]
#[block(Entries)]
struct ns {
    /// The router status entries as text: lines r, a, s, w, p, each ended by LF. All relays that
    /// changed (NS) or all there are (NEWCONSENSUS).
    #[data("entries")]
    document: Bytes,
}
