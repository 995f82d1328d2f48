//! The kinds of events, and sets of them.

/// A kind of event. The numbers are the ones in the C header and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)] // Each is tor's own word for the kind.
pub enum Kind {
    /// A kind that this version does not know; its name stands in the raw text.
    Unknown = 0,
    Circ = 1,
    CircMinor = 2,
    Stream = 3,
    OrConn = 4,
    Bw = 5,
    Debug = 6,
    Info = 7,
    Notice = 8,
    Warn = 9,
    Err = 10,
    NewDesc = 11,
    AddrMap = 12,
    DescChanged = 13,
    Ns = 14,
    StatusGeneral = 15,
    StatusClient = 16,
    StatusServer = 17,
    Guard = 18,
    StreamBw = 19,
    ClientsSeen = 20,
    NewConsensus = 21,
    BuildTimeoutSet = 22,
    Signal = 23,
    ConfChanged = 24,
    ConnBw = 25,
    CellStats = 26,
    CircBw = 27,
    TransportLaunched = 28,
    HsDesc = 29,
    HsDescContent = 30,
    NetworkLiveness = 31,
    /// Has a format in tor's binary, but no tor of today lets anybody subscribe to it.
    PtLog = 32,
    /// Like [`Kind::PtLog`].
    PtStatus = 33,
    /// Made by the library: the connection changed its state.
    State = 40,
    /// Made by the library: events were lost here.
    Gap = 41,
}

const NAMES: [(Kind, &str); 33] = [
    (Kind::Circ, "CIRC"),
    (Kind::CircMinor, "CIRC_MINOR"),
    (Kind::Stream, "STREAM"),
    (Kind::OrConn, "ORCONN"),
    (Kind::Bw, "BW"),
    (Kind::Debug, "DEBUG"),
    (Kind::Info, "INFO"),
    (Kind::Notice, "NOTICE"),
    (Kind::Warn, "WARN"),
    (Kind::Err, "ERR"),
    (Kind::NewDesc, "NEWDESC"),
    (Kind::AddrMap, "ADDRMAP"),
    (Kind::DescChanged, "DESCCHANGED"),
    (Kind::Ns, "NS"),
    (Kind::StatusGeneral, "STATUS_GENERAL"),
    (Kind::StatusClient, "STATUS_CLIENT"),
    (Kind::StatusServer, "STATUS_SERVER"),
    (Kind::Guard, "GUARD"),
    (Kind::StreamBw, "STREAM_BW"),
    (Kind::ClientsSeen, "CLIENTS_SEEN"),
    (Kind::NewConsensus, "NEWCONSENSUS"),
    (Kind::BuildTimeoutSet, "BUILDTIMEOUT_SET"),
    (Kind::Signal, "SIGNAL"),
    (Kind::ConfChanged, "CONF_CHANGED"),
    (Kind::ConnBw, "CONN_BW"),
    (Kind::CellStats, "CELL_STATS"),
    (Kind::CircBw, "CIRC_BW"),
    (Kind::TransportLaunched, "TRANSPORT_LAUNCHED"),
    (Kind::HsDesc, "HS_DESC"),
    (Kind::HsDescContent, "HS_DESC_CONTENT"),
    (Kind::NetworkLiveness, "NETWORK_LIVENESS"),
    (Kind::PtLog, "PT_LOG"),
    (Kind::PtStatus, "PT_STATUS"),
];

impl Kind {
    /// Every kind that tor can send.
    pub fn all() -> impl Iterator<Item = Kind> {
        NAMES.iter().map(|&(kind, _)| kind)
    }

    /// tor's word for the kind; "STATE" and "GAP" for the library's own, "" for an unknown one.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Unknown => "",
            Kind::State => "STATE",
            Kind::Gap => "GAP",
            _ => NAMES
                .iter()
                .find(|(kind, _)| *kind == self)
                .map_or("", |(_, name)| name),
        }
    }

    /// The kind with this number, if there is one.
    pub fn from_number(number: i32) -> Option<Kind> {
        match number {
            0 => Some(Kind::Unknown),
            40 => Some(Kind::State),
            41 => Some(Kind::Gap),
            _ => Kind::all().find(|kind| *kind as i32 == number),
        }
    }

    /// The kind that tor means by this word. Never State or Gap, which no peer can send.
    pub fn from_word(word: &[u8]) -> Kind {
        match word {
            b"BW" => Kind::Bw,
            b"CIRC" => Kind::Circ,
            b"CIRC_MINOR" => Kind::CircMinor,
            b"STREAM" => Kind::Stream,
            b"ORCONN" => Kind::OrConn,
            b"DEBUG" => Kind::Debug,
            b"INFO" => Kind::Info,
            b"NOTICE" => Kind::Notice,
            b"WARN" => Kind::Warn,
            b"ERR" => Kind::Err,
            b"NEWDESC" => Kind::NewDesc,
            b"ADDRMAP" => Kind::AddrMap,
            b"DESCCHANGED" => Kind::DescChanged,
            b"NS" => Kind::Ns,
            b"STATUS_GENERAL" => Kind::StatusGeneral,
            b"STATUS_CLIENT" => Kind::StatusClient,
            // Ancient tors misspelt it.
            b"STATUS_SERVER" | b"STATUS_SEVER" => Kind::StatusServer,
            b"GUARD" => Kind::Guard,
            b"STREAM_BW" => Kind::StreamBw,
            b"CLIENTS_SEEN" => Kind::ClientsSeen,
            b"NEWCONSENSUS" => Kind::NewConsensus,
            b"BUILDTIMEOUT_SET" => Kind::BuildTimeoutSet,
            b"SIGNAL" => Kind::Signal,
            b"CONF_CHANGED" => Kind::ConfChanged,
            b"CONN_BW" => Kind::ConnBw,
            b"CELL_STATS" => Kind::CellStats,
            b"CIRC_BW" => Kind::CircBw,
            b"TRANSPORT_LAUNCHED" => Kind::TransportLaunched,
            b"HS_DESC" => Kind::HsDesc,
            b"HS_DESC_CONTENT" => Kind::HsDescContent,
            b"NETWORK_LIVENESS" => Kind::NetworkLiveness,
            b"PT_LOG" => Kind::PtLog,
            b"PT_STATUS" => Kind::PtStatus,
            _ => Kind::Unknown,
        }
    }
}

/// A set of kinds: bit `n` stands for the kind with number `n`, as in the C header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindSet(pub u64);

impl KindSet {
    /// The set with this one kind.
    pub const fn of(kind: Kind) -> KindSet {
        KindSet(1 << kind as u32)
    }

    /// Whether the kind is in the set.
    #[inline]
    pub const fn has(self, kind: Kind) -> bool {
        self.0 >> (kind as u32) & 1 == 1
    }

    /// The kinds of either set.
    pub const fn union(self, other: KindSet) -> KindSet {
        KindSet(self.0 | other.0)
    }

    /// The kinds in the set that tor sends, in the order of their numbers.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::all().filter(move |kind| self.has(*kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_words_and_numbers_agree() {
        for kind in Kind::all() {
            assert_eq!(Kind::from_word(kind.name().as_bytes()), kind);
            assert_eq!(Kind::from_number(kind as i32), Some(kind));
            assert!(KindSet::of(kind).has(kind));
        }
        assert_eq!(Kind::from_word(b"STATE"), Kind::Unknown);
        assert_eq!(Kind::from_number(34), None);
        assert_eq!(
            KindSet::of(Kind::Bw).kinds().collect::<Vec<_>>(),
            [Kind::Bw]
        );
    }
}
