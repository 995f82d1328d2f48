//! The words of tor's events that come from a fixed set, and the numbers they have in the C header.
//!
//! A number is never given to another word. 0 is the number of every word that is not in the
//! table, and of a field that is absent; the text of the field tells which it is.

use super::scan::same;

/// The words of one field, or the flags of one list.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// What the C names of the numbers begin with.
    pub prefix: &'static str,
    table: &'static [(i32, &'static str)],
}

impl Words {
    /// The number of tor's word; 0 for one that this version does not know.
    #[inline]
    pub fn number(&self, word: &[u8]) -> i32 {
        for (number, known) in self.table {
            if same(known.as_bytes(), word) {
                return *number;
            }
        }
        0
    }

    /// tor's word for a number.
    pub fn word(&self, number: i32) -> Option<&'static str> {
        let mut rest = self.table.iter();
        rest.find(|(known, _)| *known == number)
            .map(|&(_, word)| word)
    }

    /// The numbers and their words.
    pub fn all(&self) -> &'static [(i32, &'static str)] {
        self.table
    }

    /// The flags of a list, separated by commas, added up. Where the numbers are bits.
    pub fn flags(&self, list: &[u8]) -> u32 {
        if list.is_empty() {
            return 0;
        }
        list.split(|&byte| byte == b',')
            .map(|word| match self.number(word) {
                0 => OTHER_FLAG,
                bit => bit as u32,
            })
            .fold(0, |all, bit| all | bit)
    }
}

/// Stands in a set of flags for every flag that this version does not know.
pub const OTHER_FLAG: u32 = 1 << 30;

/// Status of a CIRC event.
pub const CIRC_STATUS: Words = Words {
    prefix: "TORCTL_CIRC_",
    table: &[
        (1, "LAUNCHED"),
        (2, "BUILT"),
        (3, "GUARD_WAIT"),
        (4, "EXTENDED"),
        (5, "FAILED"),
        (6, "CLOSED"),
    ],
};

/// What happened to the circuit of a CIRC_MINOR event.
pub const CIRC_MINOR_EVENT: Words = Words {
    prefix: "TORCTL_CIRC_MINOR_",
    table: &[(1, "PURPOSE_CHANGED"), (2, "CANNIBALIZED")],
};

/// BUILD_FLAGS of a circuit.
pub const CIRC_FLAGS: Words = Words {
    prefix: "TORCTL_CIRC_FLAG_",
    table: &[
        (1, "ONEHOP_TUNNEL"),
        (2, "IS_INTERNAL"),
        (4, "NEED_CAPACITY"),
        (8, "NEED_UPTIME"),
    ],
};

/// PURPOSE and OLD_PURPOSE of a circuit.
pub const CIRC_PURPOSE: Words = Words {
    prefix: "TORCTL_CIRC_PURPOSE_",
    table: &[
        (1, "GENERAL"),
        (2, "HS_CLIENT_INTRO"),
        (3, "HS_CLIENT_REND"),
        (4, "HS_CLIENT_HSDIR"),
        (5, "HS_SERVICE_INTRO"),
        (6, "HS_SERVICE_REND"),
        (7, "HS_SERVICE_HSDIR"),
        (8, "TESTING"),
        (9, "CONTROLLER"),
        (10, "MEASURE_TIMEOUT"),
        (11, "HS_VANGUARDS"),
        (12, "PATH_BIAS_TESTING"),
        (13, "CIRCUIT_PADDING"),
        (14, "CONFLUX_UNLINKED"),
        (15, "CONFLUX_LINKED"),
        (16, "SERVER"),
    ],
};

/// HS_STATE and OLD_HS_STATE of a circuit.
pub const HS_STATE: Words = Words {
    prefix: "TORCTL_HS_STATE_",
    table: &[
        (1, "HSCI_CONNECTING"),
        (2, "HSCI_INTRO_SENT"),
        (3, "HSCI_DONE"),
        (4, "HSCR_CONNECTING"),
        (5, "HSCR_ESTABLISHED_IDLE"),
        (6, "HSCR_ESTABLISHED_WAITING"),
        (7, "HSCR_JOINED"),
        (8, "HSSI_CONNECTING"),
        (9, "HSSI_ESTABLISHED"),
        (10, "HSSR_CONNECTING"),
        (11, "HSSR_JOINED"),
    ],
};

/// REASON and REMOTE_REASON of a circuit. The older name of a reason has the same number.
pub const CIRC_REASON: Words = Words {
    prefix: "TORCTL_CIRC_REASON_",
    table: &[
        (1, "NONE"),
        (2, "TORPROTOCOL"),
        (3, "INTERNAL"),
        (4, "REQUESTED"),
        (5, "HIBERNATING"),
        (6, "RESOURCELIMIT"),
        (7, "CONNECTFAILED"),
        (8, "OR_IDENTITY"),
        (9, "CHANNEL_CLOSED"),
        (10, "TIMEOUT"),
        (11, "FINISHED"),
        (12, "DESTROYED"),
        (13, "NOPATH"),
        (14, "NOSUCHSERVICE"),
        (15, "MEASUREMENT_EXPIRED"),
        (16, "IP_NOW_REDUNDANT"),
        (17, "ORIGIN"),
        (9, "OR_CONN_CLOSED"),
    ],
};

/// Status of a STREAM event.
pub const STREAM_STATUS: Words = Words {
    prefix: "TORCTL_STREAM_",
    table: &[
        (1, "NEW"),
        (2, "NEWRESOLVE"),
        (3, "REMAP"),
        (4, "SENTCONNECT"),
        (5, "SENTRESOLVE"),
        (6, "SUCCEEDED"),
        (7, "FAILED"),
        (8, "CLOSED"),
        (9, "DETACHED"),
        (10, "CONTROLLER_WAIT"),
        (11, "XOFF_SENT"),
        (12, "XOFF_RECV"),
        (13, "XON_SENT"),
        (14, "XON_RECV"),
    ],
};

/// REASON and REMOTE_REASON of a stream.
pub const STREAM_REASON: Words = Words {
    prefix: "TORCTL_STREAM_REASON_",
    table: &[
        (1, "MISC"),
        (2, "RESOLVEFAILED"),
        (3, "CONNECTREFUSED"),
        (4, "EXITPOLICY"),
        (5, "DESTROY"),
        (6, "DONE"),
        (7, "TIMEOUT"),
        (8, "NOROUTE"),
        (9, "HIBERNATING"),
        (10, "INTERNAL"),
        (11, "RESOURCELIMIT"),
        (12, "CONNRESET"),
        (13, "TORPROTOCOL"),
        (14, "NOTDIRECTORY"),
        (15, "END"),
        (16, "CANT_ATTACH"),
        (17, "NET_UNREACHABLE"),
        (18, "SOCKS_PROTOCOL"),
        (19, "HTTP_PROTOCOL"),
        (20, "PRIVATE_ADDR"),
    ],
};

/// SOURCE of a remapped stream.
pub const STREAM_SOURCE: Words = Words {
    prefix: "TORCTL_STREAM_SOURCE_",
    table: &[(1, "CACHE"), (2, "EXIT")],
};

/// PURPOSE of a stream.
pub const STREAM_PURPOSE: Words = Words {
    prefix: "TORCTL_STREAM_PURPOSE_",
    table: &[
        (1, "USER"),
        (2, "DNS_REQUEST"),
        (3, "DIR_FETCH"),
        (4, "DIR_UPLOAD"),
        (5, "DIRPORT_TEST"),
    ],
};

/// CLIENT_PROTOCOL of a stream. tor's own word UNKNOWN is known.
pub const CLIENT_PROTOCOL: Words = Words {
    prefix: "TORCTL_CLIENT_PROTOCOL_",
    table: &[
        (1, "SOCKS4"),
        (2, "SOCKS5"),
        (3, "TRANS"),
        (4, "NATD"),
        (5, "DNS"),
        (6, "HTTPCONNECT"),
        (7, "METRICS"),
    ],
};

/// ISO_FIELDS of a stream.
pub const ISO_FIELDS: Words = Words {
    prefix: "TORCTL_ISO_",
    table: &[
        (1, "DESTPORT"),
        (2, "DESTADDR"),
        (4, "SOCKS_USERNAME"),
        (8, "SOCKS_PASSWORD"),
        (16, "CLIENT_PROTOCOL"),
        (32, "CLIENTADDR"),
        (64, "SESSION_GROUP"),
        (128, "NYM_EPOCH"),
    ],
};

/// Status of an ORCONN event.
pub const ORCONN_STATUS: Words = Words {
    prefix: "TORCTL_ORCONN_",
    table: &[
        (1, "NEW"),
        (2, "LAUNCHED"),
        (3, "CONNECTED"),
        (4, "FAILED"),
        (5, "CLOSED"),
    ],
};

/// REASON of an OR connection, and of trouble while bootstrapping.
pub const ORCONN_REASON: Words = Words {
    prefix: "TORCTL_ORCONN_REASON_",
    table: &[
        (1, "DONE"),
        (2, "CONNECTREFUSED"),
        (3, "IDENTITY"),
        (4, "CONNECTRESET"),
        (5, "TIMEOUT"),
        (6, "NOROUTE"),
        (7, "IOERROR"),
        (8, "RESOURCELIMIT"),
        (9, "TLS_ERROR"),
        (10, "MISC"),
        (11, "PT_MISSING"),
    ],
};

/// How serious a log line or a status event is.
pub const SEVERITY: Words = Words {
    prefix: "TORCTL_SEVERITY_",
    table: &[
        (1, "DEBUG"),
        (2, "INFO"),
        (3, "NOTICE"),
        (4, "WARN"),
        (5, "ERR"),
    ],
};

/// What the three kinds of status events report.
pub const STATUS_ACTION: Words = Words {
    prefix: "TORCTL_ACTION_",
    table: &[
        (1, "CLOCK_JUMPED"),
        (2, "DANGEROUS_VERSION"),
        (3, "TOO_MANY_CONNECTIONS"),
        (4, "BUG"),
        (5, "CLOCK_SKEW"),
        (6, "DIR_ALL_UNREACHABLE"),
        (7, "BAD_LIBEVENT"),
        (20, "BOOTSTRAP"),
        (21, "ENOUGH_DIR_INFO"),
        (22, "NOT_ENOUGH_DIR_INFO"),
        (23, "CIRCUIT_ESTABLISHED"),
        (24, "CIRCUIT_NOT_ESTABLISHED"),
        (25, "CONSENSUS_ARRIVED"),
        (26, "DANGEROUS_PORT"),
        (27, "DANGEROUS_SOCKS"),
        (28, "SOCKS_UNKNOWN_PROTOCOL"),
        (29, "SOCKS_BAD_HOSTNAME"),
        (40, "EXTERNAL_ADDRESS"),
        (41, "CHECKING_REACHABILITY"),
        (42, "REACHABILITY_SUCCEEDED"),
        (43, "REACHABILITY_FAILED"),
        (44, "GOOD_SERVER_DESCRIPTOR"),
        (45, "ACCEPTED_SERVER_DESCRIPTOR"),
        (46, "BAD_SERVER_DESCRIPTOR"),
        (47, "NAMESERVER_STATUS"),
        (48, "NAMESERVER_ALL_DOWN"),
        (49, "DNS_HIJACKED"),
        (50, "DNS_USELESS"),
        (51, "HIBERNATION_STATUS"),
    ],
};

/// REASON of DANGEROUS_VERSION.
pub const VERSION_REASON: Words = Words {
    prefix: "TORCTL_VERSION_REASON_",
    table: &[(1, "NEW"), (2, "OBSOLETE"), (3, "UNRECOMMENDED")],
};

/// RECOMMENDATION of a bootstrap problem.
pub const RECOMMENDATION: Words = Words {
    prefix: "TORCTL_RECOMMENDATION_",
    table: &[(1, "ignore"), (2, "warn")],
};

/// RESULT of DANGEROUS_PORT.
pub const PORT_RESULT: Words = Words {
    prefix: "TORCTL_PORT_RESULT_",
    table: &[(1, "REJECT"), (2, "WARN")],
};

/// METHOD by which tor found its address.
pub const ADDRESS_METHOD: Words = Words {
    prefix: "TORCTL_ADDRESS_METHOD_",
    table: &[
        (1, "NONE"),
        (2, "CONFIGURED"),
        (3, "CONFIGURED_ORPORT"),
        (4, "GETHOSTNAME"),
        (5, "INTERFACE"),
        (6, "RESOLVED"),
    ],
};

/// STATUS of a name server, and of hibernation.
pub const SERVER_STATUS: Words = Words {
    prefix: "TORCTL_SERVER_STATUS_",
    table: &[
        (1, "UP"),
        (2, "DOWN"),
        (3, "AWAKE"),
        (4, "SOFT"),
        (5, "HARD"),
    ],
};

/// Status of a GUARD event.
pub const GUARD_STATUS: Words = Words {
    prefix: "TORCTL_GUARD_",
    table: &[
        (1, "NEW"),
        (2, "UP"),
        (3, "DOWN"),
        (4, "DROPPED"),
        (5, "BAD"),
        (6, "GOOD"),
        (7, "BAD_L2"),
        (8, "GOOD_L2"),
    ],
};

/// Type of a BUILDTIMEOUT_SET event. tor's own word UNKNOWN is known.
pub const BUILDTIMEOUT_TYPE: Words = Words {
    prefix: "TORCTL_BUILDTIMEOUT_",
    table: &[
        (1, "COMPUTED"),
        (2, "RESET"),
        (3, "SUSPENDED"),
        (4, "DISCARD"),
        (5, "RESUME"),
    ],
};

/// Signals, also for the SIGNAL command. The POSIX names have the numbers of tor's own.
pub const SIGNAL: Words = Words {
    prefix: "TORCTL_SIGNAL_",
    table: &[
        (1, "RELOAD"),
        (2, "SHUTDOWN"),
        (3, "DUMP"),
        (4, "DEBUG"),
        (5, "HALT"),
        (6, "NEWNYM"),
        (7, "CLEARDNSCACHE"),
        (8, "HEARTBEAT"),
        (9, "ACTIVE"),
        (10, "DORMANT"),
        (1, "HUP"),
        (2, "INT"),
        (3, "USR1"),
        (4, "USR2"),
        (5, "TERM"),
    ],
};

/// TYPE of a CONN_BW event.
pub const CONN_TYPE: Words = Words {
    prefix: "TORCTL_CONN_",
    table: &[(1, "OR"), (2, "DIR"), (3, "EXIT")],
};

/// On which side of tor a pluggable transport runs.
pub const TRANSPORT_SIDE: Words = Words {
    prefix: "TORCTL_TRANSPORT_",
    table: &[(1, "client"), (2, "server")],
};

/// Action of an HS_DESC event.
pub const HS_DESC_ACTION: Words = Words {
    prefix: "TORCTL_HS_DESC_",
    table: &[
        (1, "REQUESTED"),
        (2, "CREATED"),
        (3, "UPLOAD"),
        (4, "UPLOADED"),
        (5, "RECEIVED"),
        (6, "FAILED"),
        (7, "IGNORE"),
    ],
};

/// AuthType of an HS_DESC event. tor's own word UNKNOWN is known.
pub const HS_DESC_AUTH: Words = Words {
    prefix: "TORCTL_HS_AUTH_",
    table: &[
        (1, "NO_AUTH"),
        (2, "REND_V3_AUTH"),
        (3, "BASIC_AUTH"),
        (4, "STEALTH_AUTH"),
    ],
};

/// REASON of an HS_DESC event.
pub const HS_DESC_REASON: Words = Words {
    prefix: "TORCTL_HS_DESC_REASON_",
    table: &[
        (1, "BAD_DESC"),
        (2, "QUERY_REJECTED"),
        (3, "UPLOAD_REJECTED"),
        (4, "NOT_FOUND"),
        (5, "UNEXPECTED"),
        (6, "QUERY_NO_HSDIR"),
        (7, "QUERY_RATE_LIMITED"),
    ],
};

/// Every table there is.
pub const TABLES: &[Words] = &[
    CIRC_STATUS,
    CIRC_MINOR_EVENT,
    CIRC_FLAGS,
    CIRC_PURPOSE,
    HS_STATE,
    CIRC_REASON,
    STREAM_STATUS,
    STREAM_REASON,
    STREAM_SOURCE,
    STREAM_PURPOSE,
    CLIENT_PROTOCOL,
    ISO_FIELDS,
    ORCONN_STATUS,
    ORCONN_REASON,
    SEVERITY,
    STATUS_ACTION,
    VERSION_REASON,
    RECOMMENDATION,
    PORT_RESULT,
    ADDRESS_METHOD,
    SERVER_STATUS,
    GUARD_STATUS,
    BUILDTIMEOUT_TYPE,
    SIGNAL,
    CONN_TYPE,
    TRANSPORT_SIDE,
    HS_DESC_ACTION,
    HS_DESC_AUTH,
    HS_DESC_REASON,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_agree() {
        for words in TABLES {
            for (index, &(number, word)) in words.all().iter().enumerate() {
                assert!(number > 0);
                assert_eq!(words.number(word.as_bytes()), number);
                let before = &words.all()[..index];
                assert!(before.iter().all(|(_, other)| *other != word), "{word}");
                // The first word of a number is the one that tor uses today.
                if before.iter().all(|(other, _)| *other != number) {
                    assert_eq!(words.word(number), Some(word));
                }
            }
            assert_eq!(words.number(b""), 0);
            assert_eq!(words.number(b"SOMETHING_NEW"), 0);
            assert_eq!(words.word(0), None);
        }
    }

    #[test]
    fn flags_add_up_and_strangers_show() {
        assert_eq!(CIRC_FLAGS.flags(b""), 0);
        assert_eq!(CIRC_FLAGS.flags(b"IS_INTERNAL,NEED_UPTIME"), 2 | 8);
        assert_eq!(CIRC_FLAGS.flags(b"NEW_FLAG,ONEHOP_TUNNEL"), 1 | OTHER_FLAG);
        let all = ISO_FIELDS.all().iter().map(|(_, word)| *word);
        let list = all.collect::<Vec<_>>().join(",");
        assert_eq!(ISO_FIELDS.flags(list.as_bytes()), 255);
        for words in [CIRC_FLAGS, ISO_FIELDS] {
            for (number, _) in words.all() {
                assert_eq!(number.count_ones(), 1);
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
