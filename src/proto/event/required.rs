//! What an event of a kind cannot do without, in one table.
//!
//! Accessors have no way to fail: they give 0 or "" for what is missing. This tells such an event
//! from one that says 0. What the specification lets tor leave out is not in the table, nor what
//! tors of today do not all write; and what stands there in addition never makes an event
//! malformed.

use super::fields::Fields;
use super::number;
use super::{Key, Kind, Text};

/// A part that must be there.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// The positional argument with this index.
    Arg(usize, PartForm),
    /// A keyword.
    Pair(Key, PartForm),
    /// A data block, which may be empty.
    Block,
    /// A data block of router status entries, which may be empty.
    Entries,
}

/// What a part must look like.
#[derive(Clone, Copy, Debug)]
enum PartForm {
    /// Anything, also nothing.
    Any,
    /// Anything that is not empty. Words that this version does not know are words, too.
    Word,
    /// A decimal number.
    Unsigned,
    /// A decimal number, perhaps negative.
    Signed,
    /// A number with or without a decimal point.
    Float,
    /// A decimal number that is a port.
    Port,
    /// Something with a port behind its last colon.
    HostPort,
    /// A date and a time.
    Time,
    /// The same, or the word NEVER.
    TimeOrNever,
}

use Part::{Arg, Block, Entries, Pair};
use PartForm::{Any, Float, HostPort, Port, Signed, Time, TimeOrNever, Unsigned, Word};

include!(concat!(env!("OUT_DIR"), "/required.rs"));

impl Fields {
    /// Whether the event, whose whole message this is, misses something that events of its kind
    /// must have, or has it in a form that cannot be read. Looked at anew each time.
    pub fn is_malformed(&self, raw: &[u8]) -> bool {
        let parts = required(self.kind());
        let of_action = required_of_action(self.kind(), self.arg(1).bytes());
        let mut parts = parts.iter().chain(of_action);
        !parts.all(|part| self.has(*part, raw))
    }

    fn has(&self, part: Part, raw: &[u8]) -> bool {
        match part {
            Arg(index, shape) => index < self.arg_count() && shape.fits(self.arg(index)),
            Pair(key, shape) => self.get(key).is_some_and(|text| shape.fits(text)),
            Block => block(raw).is_some(),
            Entries => block(raw).is_some_and(|block| {
                block.starts_with(b"r ") || block.starts_with(b".\r") || block.starts_with(b".\n")
            }),
        }
    }
}

impl PartForm {
    fn fits(self, text: Text<'_>) -> bool {
        let bytes = text.bytes();
        match self {
            Any => true,
            Word => !bytes.is_empty(),
            Unsigned => number::unsigned_text(text).is_some(),
            Signed => number::signed(text).is_some(),
            Float => number::float(bytes).is_some(),
            Port => is_port(bytes),
            HostPort => {
                let colon = memchr::memrchr(b':', bytes);
                colon.is_some_and(|colon| is_port(&bytes[colon + 1..]))
            }
            Time => number::time_us(bytes).is_some(),
            TimeOrNever => bytes == b"NEVER" || number::time_us(bytes).is_some(),
        }
    }
}

fn is_port(text: &[u8]) -> bool {
    number::unsigned(text).is_some_and(|number| number <= u64::from(u16::MAX))
}

/// What follows the first line of a message, if that is a data block.
fn block(raw: &[u8]) -> Option<&[u8]> {
    if raw.get(3) != Some(&b'+') {
        return None;
    }
    let end = memchr::memchr(b'\n', raw)?;
    raw.get(end + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_malformed(line: &str) -> bool {
        let word = line.split([' ', '\r']).next().unwrap();
        message_is_malformed(word, &format!("650 {line}\r\n"))
    }

    fn message_is_malformed(word: &str, raw: &str) -> bool {
        let mut fields = Fields::default();
        fields.parse(Kind::from_word(word.as_bytes()), raw.as_bytes());
        fields.is_malformed(raw.as_bytes())
    }

    const FP: &str = "$5F72F77BDF23C896B823D4EDC6F745A83038C51E";

    /// A good line of each kind; the parts in braces must be there, each as it is said behind its
    /// bar: `n` a number, `s` one with a sign, `w` a word, `a` anything, `p` a port, `h` a host and
    /// a port, `t` a time, `e` a time or NEVER, `f` a number with a point.
    const GOOD: &[&str] = &[
        "CIRC {5|n} {BUILT|w}",
        "CIRC {5|n} {NEWSTATUS|w} $5F72F77BDF23C896B823D4EDC6F745A83038C51E~a,$5F72F77BDF23C896B823D4EDC6F745A83038C51E PURPOSE=GENERAL TIME_CREATED=x",
        "CIRC_MINOR {5|n} {CANNIBALIZED|w} OLD_PURPOSE=GENERAL",
        "STREAM {7|n} {NEW|w} {0|n} {example.com:80|h} PURPOSE=USER",
        "STREAM {7|n} {NEWRESOLVE|w} {0|n} {::1:0|h} NEW_KEY=x NEW_WORD",
        "STREAM {7|n} {NEW|w} {0|n} {(Tor_internal):0|h}",
        "ORCONN {$5F72F77BDF23C896B823D4EDC6F745A83038C51E~a|w} {CONNECTED|w} ID=9",
        "ORCONN {192.0.2.1:9001|w} {NEWSTATUS|w}",
        "BW {0|n} {18446744073709551615|n}",
        "BW {1|n} {2|n} OR=1,2 MORE",
        "NEWDESC {$5F72F77BDF23C896B823D4EDC6F745A83038C51E~a|w}",
        "ADDRMAP {a.example|w} {192.0.2.1|w} {NEVER|e} CACHED=\"YES\"",
        "ADDRMAP {a.example|w} {<error>|w} {\"2026-11-23 09:35:17\"|e} internal CACHED=\"NO\"",
        "STATUS_GENERAL {NOTICE|w} {NEWACTION|w} A=b",
        "STATUS_GENERAL {NOTICE|w} {CLOCK_JUMPED|w} TIME={-100|s} IDLE=0",
        "STATUS_GENERAL {WARN|w} {TOO_MANY_CONNECTIONS|w} CURRENT={17|n}",
        "STATUS_GENERAL {WARN|w} {CLOCK_SKEW|w} MIN_SKEW=-3 SOURCE=CONSENSUS",
        "STATUS_CLIENT {NOTICE|w} {BOOTSTRAP|w} PROGRESS={0|n} TAG=starting SUMMARY=\"Starting\"",
        "STATUS_CLIENT {WARN|w} {DANGEROUS_PORT|w} PORT={23|p} RESULT=WARN",
        "STATUS_CLIENT {NEWSEVERITY|w} {ENOUGH_DIR_INFO|w}",
        "STATUS_SERVER {NOTICE|w} {DNS_USELESS|w}",
        "GUARD {ENTRY|w} {$5F72F77BDF23C896B823D4EDC6F745A83038C51E~a|w} {NEWSTATUS|w} MORE",
        "STREAM_BW {7|n} {0|n} {1|n}",
        "STREAM_BW {7|n} {0|n} {1|n} 2026-11-23T09:34:13.090036",
        "CLIENTS_SEEN TimeStarted={\"2026-11-23 09:35:17\"|t} CountrySummary={us=8|a} IPVersions={v4=8,v6=0|a}",
        "BUILDTIMEOUT_SET {NEWTYPE|w} TOTAL_TIMES={124|n} TIMEOUT_MS={9019|n} XM={1375|n} ALPHA={0.855662|f} CUTOFF_QUANTILE={0.800000|f} TIMEOUT_RATE={0.137931|f} CLOSE_MS={21850|n} CLOSE_RATE={0.072581|f}",
        "SIGNAL {NEWSIGNAL|w}",
        "CONN_BW ID={3|n} TYPE={NEWTYPE|w} READ={0|n} WRITTEN={9|n}",
        "CIRC_BW ID={3|n} READ={0|n} WRITTEN={9|n}",
        "CIRC_BW WRITTEN={9|n} NEW=x READ={0|n} ID={3|n} TIME=2026-11-23T09:34:13.090036",
        "TRANSPORT_LAUNCHED {server|w} {obfs4|w} {::1|w} {4711|p}",
        "HS_DESC {NEWACTION|w} {UNKNOWN|w} {UNKNOWN|w} {UNKNOWN|w} REASON=NEWREASON",
        "HS_DESC {CREATED|w} {abc|w} {UNKNOWN|w} {UNKNOWN|w} abcd",
        "NETWORK_LIVENESS {SIDEWAYS|w}",
        "PT_LOG PT={/bin/pt|w} SEVERITY=debug MESSAGE={\"m\"|a}",
        "PT_STATUS PT={/bin/pt|w} TRANSPORT={obfs4|w} A=b",
        "DESCCHANGED",
        "CONF_CHANGED",
        "CELL_STATS",
        "CELL_STATS InboundQueue=1 InboundConn=2",
        "NEW_KIND",
        "NEW_KIND x y",
    ];

    /// What a line's required parts may not be.
    fn bad_values(shape: &str) -> &'static [&'static str] {
        match shape {
            "n" => &["x", "-1", "1x", "1.5", "18446744073709551616"],
            "s" => &["x", "-", "1x", "9223372036854775808"],
            "f" => &["x", "nan", "1,5"],
            "p" => &["x", "65536", "-1"],
            "h" => &["example.com", "example.com:", "example.com:x", "a:65536"],
            "t" => &["NEVER", "x", "2026-11-23"],
            "e" => &["x", "2026-11-23", "SOON"],
            _ => &[],
        }
    }

    /// Text of the line, and where in it each part in braces stands and how it must look.
    fn take_apart(marked: &str) -> (String, Vec<(std::ops::Range<usize>, &str)>) {
        let (mut line, mut parts) = (String::new(), Vec::new());
        for piece in marked.split('{') {
            let rest = match piece.split_once('}') {
                Some((part, rest)) => {
                    let (value, shape) = part.rsplit_once('|').unwrap();
                    parts.push((line.len()..line.len() + value.len(), shape));
                    line.push_str(value);
                    rest
                }
                None => piece,
            };
            line.push_str(rest);
        }
        (line, parts)
    }

    #[test]
    fn what_a_kind_must_have_is_missed() {
        let mut checked = 0;
        for marked in GOOD {
            let (line, parts) = take_apart(marked);
            assert!(!is_malformed(&line), "{line}");
            assert!(!is_malformed(&format!("{line} NEW_KEY=1")), "{line}");
            let is_keyword = |start: usize| line.as_bytes()[start - 1] == b'=';
            for (range, shape) in parts {
                for bad in bad_values(shape) {
                    let mut wrong = line.clone();
                    wrong.replace_range(range.clone(), bad);
                    assert!(is_malformed(&wrong), "{wrong}");
                    checked += 1;
                }
                if is_keyword(range.start) {
                    // Without the keyword, and with one that has no value.
                    let begin = line[..range.start].rfind(' ').unwrap();
                    let mut wrong = line.clone();
                    wrong.replace_range(begin..range.end, "");
                    assert!(is_malformed(&wrong), "{wrong}");
                    wrong.clone_from(&line);
                    wrong.replace_range(range, "");
                    assert_eq!(is_malformed(&wrong), shape != "a", "{wrong}");
                } else {
                    // All from there on is missing.
                    let wrong = line[..range.start].trim_end();
                    assert!(is_malformed(wrong), "{wrong}");
                }
                checked += 1;
            }
        }
        assert!(checked > 200, "{checked}");
    }

    #[test]
    fn every_kind_has_a_good_line() {
        for kind in Kind::all() {
            let is_there = GOOD
                .iter()
                .any(|line| line.split(' ').next() == Some(kind.name()));
            let is_log = matches!(
                kind,
                Kind::Debug | Kind::Info | Kind::Notice | Kind::Warn | Kind::Err
            );
            let has_block = matches!(kind, Kind::Ns | Kind::NewConsensus | Kind::HsDescContent);
            assert!(is_there || is_log || has_block, "{}", kind.name());
        }
    }

    #[test]
    fn an_address_may_be_mapped_to_nothing() {
        assert!(!is_malformed("ADDRMAP a.example  NEVER CACHED=\"YES\""));
        assert!(is_malformed("ADDRMAP a.example NEVER CACHED=\"YES\""));
    }

    #[test]
    fn log_messages_may_be_empty() {
        for word in ["DEBUG", "INFO", "NOTICE", "WARN", "ERR"] {
            assert!(!is_malformed(&format!("{word} a b=c")));
            assert!(!is_malformed(&format!("{word} ")));
            assert!(is_malformed(word));
            let long = format!("650+{word}\r\na\r\nb\r\n.\r\n650 OK\r\n");
            assert!(!message_is_malformed(word, &long));
        }
    }

    #[test]
    fn kinds_with_a_data_block() {
        for word in ["NS", "NEWCONSENSUS"] {
            let with = |data: &str| format!("650+{word}\r\n{data}.\r\n650 OK\r\n");
            let entry = "r a b c 2038-01-01 00:00:00 192.0.2.1 1 0\r\ns Fast\r\n";
            assert!(!message_is_malformed(word, &with(entry)));
            assert!(!message_is_malformed(word, &with("")), "no relays at all");
            assert!(message_is_malformed(word, &with("x\r\n")));
            assert!(message_is_malformed(word, &format!("650 {word}\r\n")));
        }
        let word = "HS_DESC_CONTENT";
        let with = |args: &str, data: &str| format!("650+{word}{args}\r\n{data}.\r\n650 OK\r\n");
        let args = format!(" abc def {FP}~a");
        assert!(!message_is_malformed(word, &with(&args, "x\r\n")));
        assert!(!message_is_malformed(word, &with(&args, "\r\n")));
        assert!(!message_is_malformed(word, &with(" abc def UNKNOWN", "")));
        assert!(message_is_malformed(word, &with(" abc def", "x\r\n")));
        assert!(message_is_malformed(word, &with("", "x\r\n")));
        assert!(message_is_malformed(word, &format!("650 {word}{args}\r\n")));
    }

    #[test]
    fn what_the_library_makes_is_never_malformed() {
        for kind in [Kind::State, Kind::Gap, Kind::Unknown] {
            let mut fields = Fields::default();
            fields.parse(kind, b"650 BW\r\n");
            assert!(!fields.is_malformed(b"650 BW\r\n"));
        }
    }
}
