//! The words of tor's events that come from a fixed set, and the numbers they have in the C header.
//!
//! A number is never given to another word. 0 is the number of every word that is not in the
//! table, and of a field that is absent; the text of the field tells which it is.

use super::scan::{either, ends};
use super::text::Text;

/// The words of one field, or the flags of one list.
#[derive(Debug)]
pub struct Words {
    /// What the C names of the numbers begin with.
    pub prefix: &'static str,
    table: &'static [Word],
    // Open addressing: for a hash one more than the index in the table; 0 in a free slot.
    slots: [u8; SLOTS],
}

/// Twice as many as the longest table has words.
const SLOTS: usize = 64;

/// A word of a table.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Its number.
    pub number: i32,
    /// How tor spells it.
    pub text: &'static str,
    // With the length enough to know it by.
    ends: (u64, u64),
}

impl Word {
    /// Whether the text begins with this word.
    #[inline(always)]
    fn begins(&self, text: &[u8]) -> bool {
        match text.first_chunk() {
            // Most do not: that is seen at once.
            Some(first) if self.text.len() >= 8 => {
                u64::from_le_bytes(*first) == self.ends.0 && text.starts_with(self.text.as_bytes())
            }
            _ => text.starts_with(self.text.as_bytes()),
        }
    }
}

const fn word(number: i32, text: &'static str) -> Word {
    // The ends do not tell longer words apart in general; in one table they do, a test proves it.
    Word {
        number,
        text,
        ends: ends(text.as_bytes()),
    }
}

#[inline(always)]
const fn slot_of(ends: (u64, u64)) -> usize {
    let mixed = (ends.0 ^ ends.1.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - SLOTS.ilog2())) as usize
}

impl Words {
    const fn new(prefix: &'static str, table: &'static [Word]) -> Words {
        assert!(table.len() * 2 <= SLOTS);
        let mut slots = [0; SLOTS];
        let mut index = 0;
        while index < table.len() {
            let mut slot = slot_of(table[index].ends);
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            index += 1;
            slots[slot] = index as u8;
        }
        Words {
            prefix,
            table,
            slots,
        }
    }

    /// The number of tor's word; 0 for one that this version does not know.
    #[inline]
    pub fn number(&self, text: &[u8]) -> i32 {
        let ends = ends(text);
        let mut slot = slot_of(ends);
        loop {
            let index = (self.slots[slot] as usize).wrapping_sub(1);
            let Some(word) = self.table.get(index) else {
                return 0;
            };
            if word.ends == ends && word.text.len() == text.len() {
                // Between the ends there may be something else.
                let is_same = text.len() <= 16 || word.text.as_bytes() == text;
                return if is_same { word.number } else { 0 };
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// tor's word for a number.
    pub fn word(&self, number: i32) -> Option<&'static str> {
        let mut rest = self.table.iter();
        rest.find(|word| word.number == number)
            .map(|word| word.text)
    }

    /// All of its words.
    pub fn all(&self) -> &'static [Word] {
        self.table
    }

    /// The flags of a list, separated by commas, added up. Where the numbers are bits.
    pub fn flags(&self, list: Text<'_>) -> u32 {
        let text = list.bytes();
        let mut flags = 0;
        let mut start = 0;
        // tor writes them in the order of the table.
        for word in self.table {
            let Some(rest) = list.tail().get(start..) else {
                break;
            };
            let end = start + word.text.len();
            if !word.begins(rest) || end > text.len() {
                continue;
            }
            match text.get(end) {
                None => return flags | word.number as u32,
                Some(b',') => {
                    flags |= word.number as u32;
                    start = end + 1;
                }
                Some(_) => {}
            }
        }
        while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
            let len = either(rest, 0, b',', b',');
            flags |= self.flag(&rest[..len]);
            start += len + 1;
        }
        flags
    }

    #[inline]
    fn flag(&self, word: &[u8]) -> u32 {
        match self.number(word) {
            0 => OTHER_FLAG,
            bit => bit as u32,
        }
    }
}

/// Stands in a set of flags for every flag that this version does not know.
pub const OTHER_FLAG: u32 = 1 << 30;

/// Status of a CIRC event.
pub static CIRC_STATUS: Words = Words::new(
    "TORCTL_CIRC_",
    &[
        word(1, "LAUNCHED"),
        word(2, "BUILT"),
        word(3, "GUARD_WAIT"),
        word(4, "EXTENDED"),
        word(5, "FAILED"),
        word(6, "CLOSED"),
    ],
);

/// What happened to the circuit of a CIRC_MINOR event.
pub static CIRC_MINOR_EVENT: Words = Words::new(
    "TORCTL_CIRC_MINOR_",
    &[word(1, "PURPOSE_CHANGED"), word(2, "CANNIBALIZED")],
);

/// BUILD_FLAGS of a circuit.
pub static CIRC_FLAGS: Words = Words::new(
    "TORCTL_CIRC_FLAG_",
    &[
        word(1, "ONEHOP_TUNNEL"),
        word(2, "IS_INTERNAL"),
        word(4, "NEED_CAPACITY"),
        word(8, "NEED_UPTIME"),
    ],
);

/// PURPOSE and OLD_PURPOSE of a circuit.
pub static CIRC_PURPOSE: Words = Words::new(
    "TORCTL_CIRC_PURPOSE_",
    &[
        word(1, "GENERAL"),
        word(2, "HS_CLIENT_INTRO"),
        word(3, "HS_CLIENT_REND"),
        word(4, "HS_CLIENT_HSDIR"),
        word(5, "HS_SERVICE_INTRO"),
        word(6, "HS_SERVICE_REND"),
        word(7, "HS_SERVICE_HSDIR"),
        word(8, "TESTING"),
        word(9, "CONTROLLER"),
        word(10, "MEASURE_TIMEOUT"),
        word(11, "HS_VANGUARDS"),
        word(12, "PATH_BIAS_TESTING"),
        word(13, "CIRCUIT_PADDING"),
        word(14, "CONFLUX_UNLINKED"),
        word(15, "CONFLUX_LINKED"),
        word(16, "SERVER"),
    ],
);

/// HS_STATE and OLD_HS_STATE of a circuit.
pub static HS_STATE: Words = Words::new(
    "TORCTL_HS_STATE_",
    &[
        word(1, "HSCI_CONNECTING"),
        word(2, "HSCI_INTRO_SENT"),
        word(3, "HSCI_DONE"),
        word(4, "HSCR_CONNECTING"),
        word(5, "HSCR_ESTABLISHED_IDLE"),
        word(6, "HSCR_ESTABLISHED_WAITING"),
        word(7, "HSCR_JOINED"),
        word(8, "HSSI_CONNECTING"),
        word(9, "HSSI_ESTABLISHED"),
        word(10, "HSSR_CONNECTING"),
        word(11, "HSSR_JOINED"),
    ],
);

/// REASON and REMOTE_REASON of a circuit. The older name of a reason has the same number.
pub static CIRC_REASON: Words = Words::new(
    "TORCTL_CIRC_REASON_",
    &[
        word(1, "NONE"),
        word(2, "TORPROTOCOL"),
        word(3, "INTERNAL"),
        word(4, "REQUESTED"),
        word(5, "HIBERNATING"),
        word(6, "RESOURCELIMIT"),
        word(7, "CONNECTFAILED"),
        word(8, "OR_IDENTITY"),
        word(9, "CHANNEL_CLOSED"),
        word(10, "TIMEOUT"),
        word(11, "FINISHED"),
        word(12, "DESTROYED"),
        word(13, "NOPATH"),
        word(14, "NOSUCHSERVICE"),
        word(15, "MEASUREMENT_EXPIRED"),
        word(16, "IP_NOW_REDUNDANT"),
        word(17, "ORIGIN"),
        word(9, "OR_CONN_CLOSED"),
    ],
);

/// Status of a STREAM event.
pub static STREAM_STATUS: Words = Words::new(
    "TORCTL_STREAM_",
    &[
        word(1, "NEW"),
        word(2, "NEWRESOLVE"),
        word(3, "REMAP"),
        word(4, "SENTCONNECT"),
        word(5, "SENTRESOLVE"),
        word(6, "SUCCEEDED"),
        word(7, "FAILED"),
        word(8, "CLOSED"),
        word(9, "DETACHED"),
        word(10, "CONTROLLER_WAIT"),
        word(11, "XOFF_SENT"),
        word(12, "XOFF_RECV"),
        word(13, "XON_SENT"),
        word(14, "XON_RECV"),
    ],
);

/// REASON and REMOTE_REASON of a stream.
pub static STREAM_REASON: Words = Words::new(
    "TORCTL_STREAM_REASON_",
    &[
        word(1, "MISC"),
        word(2, "RESOLVEFAILED"),
        word(3, "CONNECTREFUSED"),
        word(4, "EXITPOLICY"),
        word(5, "DESTROY"),
        word(6, "DONE"),
        word(7, "TIMEOUT"),
        word(8, "NOROUTE"),
        word(9, "HIBERNATING"),
        word(10, "INTERNAL"),
        word(11, "RESOURCELIMIT"),
        word(12, "CONNRESET"),
        word(13, "TORPROTOCOL"),
        word(14, "NOTDIRECTORY"),
        word(15, "END"),
        word(16, "CANT_ATTACH"),
        word(17, "NET_UNREACHABLE"),
        word(18, "SOCKS_PROTOCOL"),
        word(19, "HTTP_PROTOCOL"),
        word(20, "PRIVATE_ADDR"),
    ],
);

/// SOURCE of a remapped stream.
pub static STREAM_SOURCE: Words = Words::new(
    "TORCTL_STREAM_SOURCE_",
    &[word(1, "CACHE"), word(2, "EXIT")],
);

/// PURPOSE of a stream.
pub static STREAM_PURPOSE: Words = Words::new(
    "TORCTL_STREAM_PURPOSE_",
    &[
        word(1, "USER"),
        word(2, "DNS_REQUEST"),
        word(3, "DIR_FETCH"),
        word(4, "DIR_UPLOAD"),
        word(5, "DIRPORT_TEST"),
    ],
);

/// CLIENT_PROTOCOL of a stream. tor's own word UNKNOWN is known.
pub static CLIENT_PROTOCOL: Words = Words::new(
    "TORCTL_CLIENT_PROTOCOL_",
    &[
        word(1, "SOCKS4"),
        word(2, "SOCKS5"),
        word(3, "TRANS"),
        word(4, "NATD"),
        word(5, "DNS"),
        word(6, "HTTPCONNECT"),
        word(7, "METRICS"),
    ],
);

/// ISO_FIELDS of a stream.
pub static ISO_FIELDS: Words = Words::new(
    "TORCTL_ISO_",
    &[
        word(1, "DESTPORT"),
        word(2, "DESTADDR"),
        word(4, "SOCKS_USERNAME"),
        word(8, "SOCKS_PASSWORD"),
        word(16, "CLIENT_PROTOCOL"),
        word(32, "CLIENTADDR"),
        word(64, "SESSION_GROUP"),
        word(128, "NYM_EPOCH"),
    ],
);

/// Status of an ORCONN event.
pub static ORCONN_STATUS: Words = Words::new(
    "TORCTL_ORCONN_",
    &[
        word(1, "NEW"),
        word(2, "LAUNCHED"),
        word(3, "CONNECTED"),
        word(4, "FAILED"),
        word(5, "CLOSED"),
    ],
);

/// REASON of an OR connection, and of trouble while bootstrapping.
pub static ORCONN_REASON: Words = Words::new(
    "TORCTL_ORCONN_REASON_",
    &[
        word(1, "DONE"),
        word(2, "CONNECTREFUSED"),
        word(3, "IDENTITY"),
        word(4, "CONNECTRESET"),
        word(5, "TIMEOUT"),
        word(6, "NOROUTE"),
        word(7, "IOERROR"),
        word(8, "RESOURCELIMIT"),
        word(9, "TLS_ERROR"),
        word(10, "MISC"),
        word(11, "PT_MISSING"),
        // In BOOTSTRAP alone.
        word(12, "CLOCK_SKEW"),
    ],
);

/// TAG of a bootstrap phase, in the order of the phases. Not all occur in each start.
pub static BOOTSTRAP_TAG: Words = Words::new(
    "TORCTL_BOOTSTRAP_",
    &[
        word(1, "starting"),
        word(2, "conn_pt"),
        word(3, "conn_done_pt"),
        word(4, "conn_proxy"),
        word(5, "conn_done_proxy"),
        word(6, "conn"),
        word(7, "conn_done"),
        word(8, "handshake"),
        word(9, "handshake_done"),
        word(10, "onehop_create"),
        word(11, "requesting_status"),
        word(12, "loading_status"),
        word(13, "loading_keys"),
        word(14, "requesting_descriptors"),
        word(15, "loading_descriptors"),
        word(16, "enough_dirinfo"),
        word(17, "ap_conn_pt"),
        word(18, "ap_conn_done_pt"),
        word(19, "ap_conn_proxy"),
        word(20, "ap_conn_done_proxy"),
        word(21, "ap_conn"),
        word(22, "ap_conn_done"),
        word(23, "ap_handshake"),
        word(24, "ap_handshake_done"),
        word(25, "circuit_create"),
        word(26, "done"),
    ],
);

/// How serious a log line or a status event is.
pub static SEVERITY: Words = Words::new(
    "TORCTL_SEVERITY_",
    &[
        word(1, "DEBUG"),
        word(2, "INFO"),
        word(3, "NOTICE"),
        word(4, "WARN"),
        word(5, "ERR"),
    ],
);

/// What the three kinds of status events report.
pub static STATUS_ACTION: Words = Words::new(
    "TORCTL_ACTION_",
    &[
        word(1, "CLOCK_JUMPED"),
        word(2, "DANGEROUS_VERSION"),
        word(3, "TOO_MANY_CONNECTIONS"),
        word(4, "BUG"),
        word(5, "CLOCK_SKEW"),
        word(6, "DIR_ALL_UNREACHABLE"),
        word(7, "BAD_LIBEVENT"),
        word(20, "BOOTSTRAP"),
        word(21, "ENOUGH_DIR_INFO"),
        word(22, "NOT_ENOUGH_DIR_INFO"),
        word(23, "CIRCUIT_ESTABLISHED"),
        word(24, "CIRCUIT_NOT_ESTABLISHED"),
        word(25, "CONSENSUS_ARRIVED"),
        word(26, "DANGEROUS_PORT"),
        word(27, "DANGEROUS_SOCKS"),
        word(28, "SOCKS_UNKNOWN_PROTOCOL"),
        word(29, "SOCKS_BAD_HOSTNAME"),
        word(40, "EXTERNAL_ADDRESS"),
        word(41, "CHECKING_REACHABILITY"),
        word(42, "REACHABILITY_SUCCEEDED"),
        word(43, "REACHABILITY_FAILED"),
        word(44, "GOOD_SERVER_DESCRIPTOR"),
        word(45, "ACCEPTED_SERVER_DESCRIPTOR"),
        word(46, "BAD_SERVER_DESCRIPTOR"),
        word(47, "NAMESERVER_STATUS"),
        word(48, "NAMESERVER_ALL_DOWN"),
        word(49, "DNS_HIJACKED"),
        word(50, "DNS_USELESS"),
        word(51, "HIBERNATION_STATUS"),
    ],
);

/// REASON of DANGEROUS_VERSION.
pub static VERSION_REASON: Words = Words::new(
    "TORCTL_VERSION_REASON_",
    &[
        word(1, "NEW"),
        word(2, "OBSOLETE"),
        word(3, "UNRECOMMENDED"),
    ],
);

/// RECOMMENDATION of a bootstrap problem.
pub static RECOMMENDATION: Words = Words::new(
    "TORCTL_RECOMMENDATION_",
    &[word(1, "ignore"), word(2, "warn")],
);

/// RESULT of DANGEROUS_PORT.
pub static PORT_RESULT: Words =
    Words::new("TORCTL_PORT_RESULT_", &[word(1, "REJECT"), word(2, "WARN")]);

/// METHOD by which tor found its address.
pub static ADDRESS_METHOD: Words = Words::new(
    "TORCTL_ADDRESS_METHOD_",
    &[
        word(1, "NONE"),
        word(2, "CONFIGURED"),
        word(3, "CONFIGURED_ORPORT"),
        word(4, "GETHOSTNAME"),
        word(5, "INTERFACE"),
        word(6, "RESOLVED"),
    ],
);

/// STATUS of a name server, and of hibernation.
pub static SERVER_STATUS: Words = Words::new(
    "TORCTL_SERVER_STATUS_",
    &[
        word(1, "UP"),
        word(2, "DOWN"),
        word(3, "AWAKE"),
        word(4, "SOFT"),
        word(5, "HARD"),
    ],
);

/// Status of a GUARD event.
pub static GUARD_STATUS: Words = Words::new(
    "TORCTL_GUARD_",
    &[
        word(1, "NEW"),
        word(2, "UP"),
        word(3, "DOWN"),
        word(4, "DROPPED"),
        word(5, "BAD"),
        word(6, "GOOD"),
        word(7, "BAD_L2"),
        word(8, "GOOD_L2"),
    ],
);

/// Type of a BUILDTIMEOUT_SET event. tor's own word UNKNOWN is known.
pub static BUILDTIMEOUT_TYPE: Words = Words::new(
    "TORCTL_BUILDTIMEOUT_",
    &[
        word(1, "COMPUTED"),
        word(2, "RESET"),
        word(3, "SUSPENDED"),
        word(4, "DISCARD"),
        word(5, "RESUME"),
    ],
);

/// Signals, also for the SIGNAL command. The POSIX names have the numbers of tor's own.
pub static SIGNAL: Words = Words::new(
    "TORCTL_SIGNAL_",
    &[
        word(1, "RELOAD"),
        word(2, "SHUTDOWN"),
        word(3, "DUMP"),
        word(4, "DEBUG"),
        word(5, "HALT"),
        word(6, "NEWNYM"),
        word(7, "CLEARDNSCACHE"),
        word(8, "HEARTBEAT"),
        word(9, "ACTIVE"),
        word(10, "DORMANT"),
        word(1, "HUP"),
        word(2, "INT"),
        word(3, "USR1"),
        word(4, "USR2"),
        word(5, "TERM"),
    ],
);

/// TYPE of a CONN_BW event.
pub static CONN_TYPE: Words = Words::new(
    "TORCTL_CONN_",
    &[word(1, "OR"), word(2, "DIR"), word(3, "EXIT")],
);

/// On which side of tor a pluggable transport runs.
pub static TRANSPORT_SIDE: Words =
    Words::new("TORCTL_TRANSPORT_", &[word(1, "client"), word(2, "server")]);

/// Action of an HS_DESC event.
pub static HS_DESC_ACTION: Words = Words::new(
    "TORCTL_HS_DESC_",
    &[
        word(1, "REQUESTED"),
        word(2, "CREATED"),
        word(3, "UPLOAD"),
        word(4, "UPLOADED"),
        word(5, "RECEIVED"),
        word(6, "FAILED"),
        word(7, "IGNORE"),
    ],
);

/// AuthType of an HS_DESC event. tor's own word UNKNOWN is known.
pub static HS_DESC_AUTH: Words = Words::new(
    "TORCTL_HS_AUTH_",
    &[
        word(1, "NO_AUTH"),
        word(2, "REND_V3_AUTH"),
        word(3, "BASIC_AUTH"),
        word(4, "STEALTH_AUTH"),
    ],
);

/// REASON of an HS_DESC event.
pub static HS_DESC_REASON: Words = Words::new(
    "TORCTL_HS_DESC_REASON_",
    &[
        word(1, "BAD_DESC"),
        word(2, "QUERY_REJECTED"),
        word(3, "UPLOAD_REJECTED"),
        word(4, "NOT_FOUND"),
        word(5, "UNEXPECTED"),
        word(6, "QUERY_NO_HSDIR"),
        word(7, "QUERY_RATE_LIMITED"),
    ],
);

/// Every table there is.
pub static TABLES: [&Words; 30] = [
    &CIRC_STATUS,
    &CIRC_MINOR_EVENT,
    &CIRC_FLAGS,
    &CIRC_PURPOSE,
    &HS_STATE,
    &CIRC_REASON,
    &STREAM_STATUS,
    &STREAM_REASON,
    &STREAM_SOURCE,
    &STREAM_PURPOSE,
    &CLIENT_PROTOCOL,
    &ISO_FIELDS,
    &ORCONN_STATUS,
    &ORCONN_REASON,
    &BOOTSTRAP_TAG,
    &SEVERITY,
    &STATUS_ACTION,
    &VERSION_REASON,
    &RECOMMENDATION,
    &PORT_RESULT,
    &ADDRESS_METHOD,
    &SERVER_STATUS,
    &GUARD_STATUS,
    &BUILDTIMEOUT_TYPE,
    &SIGNAL,
    &CONN_TYPE,
    &TRANSPORT_SIDE,
    &HS_DESC_ACTION,
    &HS_DESC_AUTH,
    &HS_DESC_REASON,
];

#[cfg(test)]
mod tests {
    use super::super::text::Span;
    use super::*;

    #[test]
    fn words_and_numbers_agree() {
        for words in TABLES {
            for (index, word) in words.all().iter().enumerate() {
                assert!(word.number > 0);
                assert_eq!(words.number(word.text.as_bytes()), word.number);
                let before = &words.all()[..index];
                assert!(before.iter().all(|other| other.text != word.text));
                // The first word of a number is the one that tor uses today.
                if before.iter().all(|other| other.number != word.number) {
                    assert_eq!(words.word(word.number), Some(word.text));
                }
                for at in 0..word.text.len() {
                    let mut other = word.text.as_bytes().to_vec();
                    other[at] ^= 0x40;
                    assert_eq!(words.number(&other), 0);
                }
            }
            assert_eq!(words.number(b""), 0);
            assert_eq!(words.number(b"SOMETHING_NEW"), 0);
            assert_eq!(words.word(0), None);
        }
    }

    #[test]
    fn flags_add_up_and_strangers_show() {
        // Whatever stands behind the list in memory must not matter.
        let flags = |words: &Words, list: &str| {
            let found = [&b"\0"[..], &[0; 80], &[b','; 80]].map(|behind| {
                let buffer = [list.as_bytes(), &[0][..], behind].concat();
                words.flags(Span::new(0, list.len()).of(&buffer))
            });
            assert!(
                found.iter().all(|flags| *flags == found[0]),
                "{list} {found:?}"
            );
            found[0]
        };
        for (list, expected) in [
            ("", 0),
            ("IS_INTERNAL,NEED_UPTIME", 2 | 8),
            ("NEW_FLAG,ONEHOP_TUNNEL", 1 | OTHER_FLAG),
            (",IS_INTERNAL,", 2 | OTHER_FLAG),
            ("IS_INTERNAL,", 2),
            ("IS_INTERNAL,,", 2 | OTHER_FLAG),
            (",", OTHER_FLAG),
        ] {
            assert_eq!(flags(&CIRC_FLAGS, list), expected, "{list}");
        }
        let all = ISO_FIELDS.all().iter().map(|word| word.text);
        let list = all.collect::<Vec<_>>().join(",");
        assert_eq!(flags(&ISO_FIELDS, &list), 255);
        for count in 1..100 {
            let list = "DESTPORT,".repeat(count);
            assert_eq!(flags(&ISO_FIELDS, &list), 1);
            assert_eq!(flags(&ISO_FIELDS, &list[..list.len() - 1]), 1);
        }
        for words in [&CIRC_FLAGS, &ISO_FIELDS] {
            for word in words.all() {
                assert_eq!(word.number.count_ones(), 1);
            }
        }
    }

    #[test]
    fn older_names_mean_the_same() {
        assert_eq!(SIGNAL.number(b"HUP"), SIGNAL.number(b"RELOAD"));
        assert_eq!(
            CIRC_REASON.number(b"OR_CONN_CLOSED"),
            CIRC_REASON.number(b"CHANNEL_CLOSED")
        );
        assert_eq!(SIGNAL.word(1), Some("RELOAD"));
    }
}
