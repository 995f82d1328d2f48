//! Every event of two real tors, captured as raw bytes, through the event parser.

use torctl::proto::event::words::{self, Words, OTHER_FLAG};
use torctl::proto::event::{append_data, fuzz_fields, number, Fields, Key, Kind};

const CLIENT: &[u8] = include_bytes!("data/captures/capture-client.txt");
const AUTHORITY: &[u8] = include_bytes!("data/captures/capture-authority.txt");

/// Cuts a capture into whole messages, the plain way: a line at a time.
fn messages(capture: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    let mut message: Vec<u8> = Vec::new();
    let mut in_data = false;
    for line in capture.split_inclusive(|&byte| byte == b'\n') {
        assert!(line.ends_with(b"\r\n"));
        message.extend_from_slice(line);
        if in_data {
            in_data = line != b".\r\n";
        } else {
            assert!(line.starts_with(b"650"));
            in_data = line[3] == b'+';
            if line[3] == b' ' {
                messages.push(std::mem::take(&mut message));
            }
        }
    }
    assert!(message.is_empty());
    messages
}

fn all_messages() -> Vec<Vec<u8>> {
    let mut all = messages(CLIENT);
    all.extend(messages(AUTHORITY));
    all
}

fn kind_of(message: &[u8]) -> Kind {
    let word = message[4..]
        .split(|byte| b" \r".contains(byte))
        .next()
        .unwrap_or_default();
    Kind::from_word(word)
}

#[test]
fn every_kind_in_the_captures_is_known() {
    let mut counts = [0; 64];
    for message in all_messages() {
        counts[kind_of(&message) as usize] += 1;
    }
    // Counted with grep.
    for (kind, count) in [
        (Kind::Unknown, 0),
        (Kind::Circ, 409),
        (Kind::CircMinor, 51),
        (Kind::Stream, 116),
        (Kind::OrConn, 27),
        (Kind::Bw, 683),
        (Kind::Notice, 592),
        (Kind::Warn, 29),
        (Kind::NewDesc, 10),
        (Kind::AddrMap, 4),
        (Kind::DescChanged, 2),
        (Kind::Ns, 8),
        (Kind::StatusGeneral, 28),
        (Kind::StatusClient, 36),
        (Kind::StatusServer, 12),
        (Kind::Guard, 26),
        (Kind::StreamBw, 27),
        (Kind::NewConsensus, 33),
        (Kind::BuildTimeoutSet, 1),
        (Kind::Signal, 7),
        (Kind::ConfChanged, 3),
        (Kind::ConnBw, 947),
        (Kind::CellStats, 380),
        (Kind::CircBw, 165),
        (Kind::HsDesc, 14),
        (Kind::HsDescContent, 7),
    ] {
        assert_eq!(counts[kind as usize], count, "{}", kind.name());
    }
}

#[test]
fn no_event_of_the_captures_is_malformed() {
    let mut fields = Fields::default();
    for message in all_messages() {
        fields.parse(kind_of(&message), &message);
        assert!(!fields.is_malformed(&message), "{}", message.escape_ascii());
    }
}

/// Kinds whose lines in the captures have neither quotes nor text for people.
fn is_plain(kind: Kind, message: &[u8]) -> bool {
    !message.contains(&b'"')
        && !matches!(
            kind,
            Kind::Notice | Kind::Warn | Kind::ConfChanged | Kind::Ns | Kind::NewConsensus
        )
}

#[test]
fn plain_lines_split_as_the_naive_way_splits_them() {
    let mut fields = Fields::default();
    let mut compared = 0;
    for message in all_messages() {
        let kind = kind_of(&message);
        if !is_plain(kind, &message) {
            continue;
        }
        fields.parse(kind, &message);
        let line = message.split(|&byte| byte == b'\r').next().unwrap();
        let line = std::str::from_utf8(&line[4..]).unwrap();
        let mut args = Vec::new();
        let mut pairs = Vec::new();
        for word in line.split(' ').skip(1) {
            match word.split_once('=') {
                Some(pair) => pairs.push(pair),
                None => args.push(word),
            }
        }
        assert_eq!(fields.arg_count(), args.len(), "{line}");
        assert_eq!(fields.pair_count(), pairs.len(), "{line}");
        for (index, arg) in args.iter().enumerate() {
            assert_eq!(fields.arg(index).bytes(), arg.as_bytes());
        }
        for (index, (name, value)) in pairs.iter().enumerate() {
            let pair = fields.pair(index).unwrap();
            assert_eq!(pair.name.bytes(), name.as_bytes());
            assert_eq!(pair.value.bytes(), value.as_bytes());
            assert!(pair.is_set);
            // Every keyword that tor used has its number.
            let key = Key::from_word(name.as_bytes()).expect(name);
            assert_eq!(fields.get(key).unwrap().bytes(), value.as_bytes());
        }
        compared += 1;
    }
    assert!(compared > 2_800, "{compared}");
}

#[test]
fn quoted_lines_of_the_captures() {
    let mut fields = Fields::default();
    let mut quoted = 0;
    for message in all_messages() {
        let kind = kind_of(&message);
        if !message.contains(&b'"') || matches!(kind, Kind::Notice | Kind::Warn) {
            continue;
        }
        fields.parse(kind, &message);
        quoted += 1;
        match kind {
            Kind::Circ | Kind::CircMinor | Kind::Stream => {
                let name = fields.get(Key::SocksUsername).unwrap();
                assert_eq!(name.bytes(), b"us\"er \\ \xc3\xa9");
                assert_eq!(fields.get(Key::SocksPassword).unwrap().bytes(), b"pa ss\n");
            }
            Kind::StatusGeneral => {
                assert_eq!(fields.arg(1).bytes(), b"BUG");
                assert_eq!(fields.pair_count(), 1);
                let reason = fields.get(Key::Reason).unwrap().bytes();
                assert!(reason.ends_with(b"(on Tor 0.4.9.11 )\n"));
            }
            Kind::AddrMap => {
                assert!(fields.arg_count() >= 3);
                let cached = fields.get(Key::Cached).unwrap().bytes();
                assert!(cached == b"YES" || cached == b"NO");
                if let Some(expires) = fields.get(Key::Expires) {
                    assert_eq!(expires.bytes().len(), "2026-11-23 09:35:17".len());
                    assert_eq!(fields.arg(2).bytes().len(), expires.bytes().len());
                }
            }
            _ => panic!("no quotes are expected in {}", kind.name()),
        }
    }
    assert!(quoted > 30, "{quoted}");
}

#[test]
fn log_lines_come_out_as_they_went_in() {
    let mut fields = Fields::default();
    for message in all_messages() {
        let kind = kind_of(&message);
        if !matches!(kind, Kind::Notice | Kind::Warn) {
            continue;
        }
        fields.parse(kind, &message);
        let text = &message["650 ".len() + kind.name().len() + 1..message.len() - 2];
        assert_eq!(fields.arg(0).bytes(), text);
        assert_eq!((fields.arg_count(), fields.pair_count()), (1, 0));
    }
}

#[test]
fn data_blocks_of_the_captures() {
    let mut fields = Fields::default();
    let (mut relays, mut empty, mut descriptors) = (0, 0, 0);
    for message in all_messages() {
        let kind = kind_of(&message);
        let mut data = Vec::new();
        append_data(&message, &mut data);
        fields.parse(kind, &message);
        match kind {
            Kind::Ns | Kind::NewConsensus => {
                assert!(data.starts_with(b"r ") && data.ends_with(b"\n"));
                assert!(!data.contains(&b'\r'));
                let lines = data.split(|&byte| byte == b'\n');
                relays += lines.filter(|line| line.starts_with(b"r ")).count();
                assert_eq!(fields.arg_count() + fields.pair_count(), 0);
            }
            Kind::HsDescContent => {
                assert_eq!(fields.arg_count(), 3);
                if data == b"\n" {
                    empty += 1;
                } else {
                    assert!(data.starts_with(b"hs-descriptor 3\n"));
                    assert!(data.ends_with(b"\n"));
                    descriptors += 1;
                }
            }
            _ => assert!(data.is_empty()),
        }
    }
    assert_eq!(relays, 219);
    assert_eq!((empty, descriptors), (6, 1));
}

#[test]
fn changed_options_of_the_captures() {
    let mut fields = Fields::default();
    let mut lines = Vec::new();
    for message in all_messages() {
        if kind_of(&message) != Kind::ConfChanged {
            continue;
        }
        fields.parse(Kind::ConfChanged, &message);
        for index in 0..fields.pair_count() {
            let pair = fields.pair(index).unwrap();
            let equals = if pair.is_set { "=" } else { "" };
            lines.push(format!(
                "{}{equals}{}",
                String::from_utf8_lossy(pair.name.bytes()),
                String::from_utf8_lossy(pair.value.bytes())
            ));
        }
    }
    lines.sort();
    assert_eq!(
        lines,
        [
            "ExcludeNodes=",
            "ExcludeNodes=$0000000000000000000000000000000000000000,{us},{??}",
            "ExitPolicy=accept *:*",
            "ExitRelay=1",
            "Nickname",
            "Nickname=foobar",
            "NodeFamily",
            "NodeFamily=a,b",
            "ReachableAddresses",
            "ReachableAddresses=*:80",
        ]
    );
}

/// The tables that the positional arguments of a kind are looked up in.
fn tables_of_args(kind: Kind) -> Vec<(usize, &'static Words)> {
    match kind {
        Kind::Circ => vec![(1, &words::CIRC_STATUS)],
        Kind::CircMinor => vec![(1, &words::CIRC_MINOR_EVENT)],
        Kind::Stream => vec![(1, &words::STREAM_STATUS)],
        Kind::OrConn => vec![(1, &words::ORCONN_STATUS)],
        Kind::StatusGeneral | Kind::StatusClient | Kind::StatusServer => {
            vec![(0, &words::SEVERITY), (1, &words::STATUS_ACTION)]
        }
        Kind::Guard => vec![(2, &words::GUARD_STATUS)],
        Kind::BuildTimeoutSet => vec![(0, &words::BUILDTIMEOUT_TYPE)],
        Kind::Signal => vec![(0, &words::SIGNAL)],
        Kind::HsDesc => vec![(0, &words::HS_DESC_ACTION), (2, &words::HS_DESC_AUTH)],
        _ => vec![],
    }
}

fn table_of_key(kind: Kind, key: Key) -> Option<&'static Words> {
    Some(match (kind, key) {
        (Kind::Circ | Kind::CircMinor, Key::Purpose | Key::OldPurpose) => &words::CIRC_PURPOSE,
        (Kind::Circ | Kind::CircMinor, Key::Reason | Key::RemoteReason) => &words::CIRC_REASON,
        (_, Key::HsState | Key::OldHsState) => &words::HS_STATE,
        (Kind::Stream, Key::Purpose) => &words::STREAM_PURPOSE,
        (Kind::Stream, Key::Reason | Key::RemoteReason) => &words::STREAM_REASON,
        (Kind::Stream, Key::Source) => &words::STREAM_SOURCE,
        (Kind::Stream, Key::ClientProtocol) => &words::CLIENT_PROTOCOL,
        (Kind::OrConn, Key::Reason) => &words::ORCONN_REASON,
        (Kind::ConnBw, Key::Type) => &words::CONN_TYPE,
        (Kind::HsDesc, Key::Reason) => &words::HS_DESC_REASON,
        _ => return None,
    })
}

#[test]
fn every_word_and_time_of_the_captures_is_known() {
    let mut fields = Fields::default();
    let (mut looked_up, mut flags, mut times) = (0, 0, 0);
    for message in all_messages() {
        let kind = kind_of(&message);
        fields.parse(kind, &message);
        let mut check = |words: &Words, text: &[u8]| {
            // tor's own word for what it does not know.
            if text != b"UNKNOWN" {
                assert_ne!(words.number(text), 0, "{}", message.escape_ascii());
            }
            looked_up += 1;
        };
        for (index, words) in tables_of_args(kind) {
            check(words, fields.arg(index).bytes());
        }
        for key in Key::all() {
            let Some(text) = fields.get(key) else {
                continue;
            };
            if let Some(words) = table_of_key(kind, key) {
                check(words, text.bytes());
            }
            match key {
                Key::BuildFlags | Key::IsoFields => {
                    let words = match key {
                        Key::BuildFlags => &words::CIRC_FLAGS,
                        _ => &words::ISO_FIELDS,
                    };
                    let sum = words.flags(text);
                    assert_eq!(sum & OTHER_FLAG, 0);
                    let names = text.bytes().split(|&byte| byte == b',');
                    let count = names.filter(|name| !name.is_empty()).count();
                    assert_eq!(sum.count_ones() as usize, count);
                    flags += 1;
                }
                Key::TimeCreated | Key::OldTimeCreated | Key::Time | Key::Expires => {
                    let time = number::time_us(text.bytes()).unwrap();
                    // All of it happened on 2026-11-23.
                    assert_eq!(time / 86_400_000_000, 20_780, "{text:?}");
                    times += 1;
                }
                _ => {}
            }
        }
    }
    assert!(looked_up > 2_500, "{looked_up}");
    assert!(flags > 500, "{flags}");
    assert!(times > 600, "{times}");
}

/// A small generator of numbers that look random and are the same every time.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn damaged_messages_still_give_an_answer() {
    let mut noise = Noise(0x5eed_0650);
    let favourites = b" =\"\\\r\n+-.,:$~06\0\xff";
    for message in all_messages() {
        if message.len() > 2_000 {
            continue;
        }
        let mut bytes = vec![kind_of(&message) as u8];
        bytes.extend_from_slice(&message);
        fuzz_fields(&bytes);
        for _ in 0..8 {
            let mut damaged = bytes.clone();
            for _ in 0..=noise.below(4) {
                let at = noise.below(damaged.len());
                match noise.below(4) {
                    0 => damaged[at] = noise.below(256) as u8,
                    1 => damaged[at] = favourites[noise.below(favourites.len())],
                    2 => damaged.truncate(at + 1),
                    _ => damaged.insert(at, favourites[noise.below(favourites.len())]),
                }
            }
            fuzz_fields(&damaged);
        }
    }
}

#[test]
fn cut_anywhere_a_message_still_gives_an_answer() {
    let mut seen = [0; 64];
    for message in all_messages() {
        let kind = kind_of(&message);
        seen[kind as usize] += 1;
        if seen[kind as usize] > 3 || message.len() > 3_000 {
            continue;
        }
        let mut bytes = vec![kind as u8];
        bytes.extend_from_slice(&message);
        for len in 1..=bytes.len() {
            fuzz_fields(&bytes[..len]);
        }
    }
}

#[test]
fn a_long_line_is_split_as_a_short_one_is() {
    let (mut short, mut long) = (Fields::default(), Fields::default());
    let mut checked = 0;
    for message in all_messages() {
        let kind = kind_of(&message);
        let is_log = matches!(kind, Kind::Debug | Kind::Info | Kind::Notice | Kind::Warn);
        if message[3] != b' ' || is_log || kind == Kind::DescChanged {
            continue;
        }
        let line = message.strip_suffix(b"\r\n").unwrap();
        short.parse(kind, &message);
        long.parse(kind, &[line, b" ZZZ=", &[b'z'; 2000], b"\r\n"].concat());
        assert_eq!(short.arg_count(), long.arg_count());
        assert_eq!(short.pair_count() + 1, long.pair_count());
        for index in 0..short.arg_count() {
            assert_eq!(short.arg(index), long.arg(index));
        }
        for index in 0..short.pair_count() {
            assert_eq!(short.pair(index), long.pair(index));
        }
        for key in Key::all() {
            assert_eq!(short.get(key), long.get(key));
        }
        checked += 1;
    }
    assert!(checked > 2900, "{checked}");
}
