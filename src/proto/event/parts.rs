//! Fields that are made of parts: paths, relays, addresses with ports, maps of numbers.

use super::fields::Fields;
use super::key::Key;
use super::scan::either;
use super::text::{Text, TextSpan};
use super::Kind;
use crate::proto::mask::are_hex;

/// A list of parts in an event. Which lists a kind has is in [`Parts::fill`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PartList {
    /// The relays of a path, or the relay that the event is about: fingerprint and nickname.
    Relays = 0,
    /// The address and the port that the event is about.
    Address = 1,
    /// Where the stream comes from: address and port.
    SourceAddress = 2,
    /// CountrySummary: country code and number.
    Countries = 3,
    /// IPVersions: version and number.
    IpVersions = 4,
    /// The maps of CELL_STATS: name of a cell command and number.
    InboundAdded = 5,
    /// Cells taken out of the inbound queue.
    InboundRemoved = 6,
    /// Milliseconds that they waited there.
    InboundTime = 7,
    /// Like `InboundAdded`, for the other direction.
    OutboundAdded = 8,
    /// Like `InboundRemoved`, for the other direction.
    OutboundRemoved = 9,
    /// Like `InboundTime`, for the other direction.
    OutboundTime = 10,
}

impl PartList {
    /// Every list.
    pub const ALL: [PartList; 11] = [
        PartList::Relays,
        PartList::Address,
        PartList::SourceAddress,
        PartList::Countries,
        PartList::IpVersions,
        PartList::InboundAdded,
        PartList::InboundRemoved,
        PartList::InboundTime,
        PartList::OutboundAdded,
        PartList::OutboundRemoved,
        PartList::OutboundTime,
    ];
}

const LISTS: usize = PartList::ALL.len();

/// The parts of one event, each a pair of texts that a C program can read in place.
#[derive(Debug, Default)]
pub struct Parts {
    buffer: Vec<u8>,
    items: Vec<(TextSpan, TextSpan)>,
    // Begin and end of each list in `items`.
    lists: [(u32, u32); LISTS],
}

impl Parts {
    /// Takes the fields of an event apart.
    pub(super) fn fill(&mut self, fields: &Fields) {
        self.buffer.clear();
        self.items.clear();
        self.lists = [(0, 0); LISTS];
        let arg = |index| fields.arg(index).bytes();
        let value = |key| fields.get(key).unwrap_or_default().bytes();
        match fields.kind() {
            Kind::Circ | Kind::CircMinor => self.relays(arg(2)),
            Kind::Guard => self.relays(arg(1)),
            Kind::HsDesc => self.relays(arg(3)),
            Kind::HsDescContent => self.relays(arg(2)),
            Kind::NewDesc => {
                let begin = self.begin();
                for index in 0..fields.arg_count() {
                    self.relay(arg(index));
                }
                self.end(PartList::Relays, begin);
            }
            Kind::OrConn => match arg(0) {
                relay if relay.starts_with(b"$") => self.relays(relay),
                address => self.address(PartList::Address, address),
            },
            Kind::Stream => {
                self.address(PartList::Address, arg(3));
                self.address(PartList::SourceAddress, value(Key::SourceAddr));
            }
            Kind::ClientsSeen => {
                self.map(PartList::Countries, value(Key::CountrySummary), b'=');
                self.map(PartList::IpVersions, value(Key::IPVersions), b'=');
            }
            Kind::CellStats => {
                for (list, key) in [
                    (PartList::InboundAdded, Key::InboundAdded),
                    (PartList::InboundRemoved, Key::InboundRemoved),
                    (PartList::InboundTime, Key::InboundTime),
                    (PartList::OutboundAdded, Key::OutboundAdded),
                    (PartList::OutboundRemoved, Key::OutboundRemoved),
                    (PartList::OutboundTime, Key::OutboundTime),
                ] {
                    self.map(list, value(key), b':');
                }
            }
            _ => {}
        }
    }

    fn begin(&self) -> u32 {
        self.items.len() as u32
    }

    fn end(&mut self, list: PartList, begin: u32) {
        self.lists[list as usize] = (begin, self.items.len() as u32);
    }

    fn add(&mut self, first: &[u8], second: &[u8]) {
        let first = self.text(first);
        let second = self.text(second);
        self.items.push((first, second));
    }

    fn text(&mut self, text: &[u8]) -> TextSpan {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(text);
        self.buffer.push(0);
        TextSpan::new(start, start + text.len())
    }

    /// Relays separated by commas: copied as they are, and cut where the marks stand.
    fn relays(&mut self, list: &[u8]) {
        let begin = self.begin();
        if !list.is_empty() {
            let mut start = self.buffer.len();
            self.buffer.extend_from_slice(list);
            self.buffer.push(b',');
            while start < self.buffer.len() {
                // No comma can stand in a fingerprint, and there is one at the end.
                let has_fingerprint = is_fingerprint(&self.buffer[start..]);
                let from = if has_fingerprint { start + 41 } else { start };
                let end = either(&self.buffer, from, b',', b',');
                self.cut_relay(start, end, has_fingerprint);
                start = end + 1;
            }
        }
        self.end(PartList::Relays, begin);
    }

    fn relay(&mut self, name: &[u8]) {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(name);
        self.buffer.push(0);
        self.cut_relay(start, start + name.len(), is_fingerprint(name));
    }

    /// `$FINGERPRINT~nickname` from `start` to `end`, where a byte stands that can be made a NUL;
    /// without either half, with `=` between them, and the mere nicknames of very old tors.
    fn cut_relay(&mut self, start: usize, end: usize, has_fingerprint: bool) {
        let after = start + 41;
        let spans = if has_fingerprint && after == end {
            (TextSpan::new(start + 1, after), TextSpan::new(end, end))
        } else if has_fingerprint && matches!(self.buffer[after], b'~' | b'=') {
            self.buffer[after] = 0;
            (
                TextSpan::new(start + 1, after),
                TextSpan::new(after + 1, end),
            )
        } else if &self.buffer[start..end] == b"UNKNOWN" {
            (TextSpan::new(end, end), TextSpan::new(end, end))
        } else {
            (TextSpan::new(end, end), TextSpan::new(start, end))
        };
        self.buffer[end] = 0;
        self.items.push(spans);
    }

    /// `address:port`, where the address may be IPv6 with or without brackets.
    fn address(&mut self, list: PartList, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        let begin = self.begin();
        let (host, port) = match memchr::memrchr(b':', text) {
            Some(colon) => (&text[..colon], &text[colon + 1..]),
            None => (text, &[][..]),
        };
        let inside = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]"));
        self.add(inside.unwrap_or(host), port);
        self.end(list, begin);
    }

    /// `name:number,name:number`, with this byte between a name and its number.
    fn map(&mut self, list: PartList, text: &[u8], between: u8) {
        if text.is_empty() {
            return;
        }
        let begin = self.begin();
        for item in text.split(|&byte| byte == b',') {
            match memchr::memrchr(between, item) {
                Some(at) => self.add(&item[..at], &item[at + 1..]),
                None => self.add(item, b""),
            }
        }
        self.end(list, begin);
    }

    /// How many parts a list has.
    #[inline]
    pub fn count(&self, list: PartList) -> usize {
        let (begin, end) = self.lists[list as usize];
        (end - begin) as usize
    }

    /// The first and the second text of a part; empty if there is none with this index.
    #[inline]
    pub fn item(&self, list: PartList, index: usize) -> (Text<'_>, Text<'_>) {
        let (begin, end) = self.lists[list as usize];
        let items = self.items.get(begin as usize..end as usize);
        match items.and_then(|items| items.get(index)) {
            Some((first, second)) => (first.of(&self.buffer), second.of(&self.buffer)),
            None => (Text::EMPTY, Text::EMPTY),
        }
    }

    /// Bytes that its buffers hold on to.
    pub(super) fn capacity_bytes(&self) -> usize {
        self.buffer.capacity() + self.items.capacity() * size_of::<(TextSpan, TextSpan)>()
    }
}

/// Whether the name begins with `$` and 40 hexadecimal digits.
#[inline(always)]
fn is_fingerprint(name: &[u8]) -> bool {
    let Some([b'$', digits @ ..]) = name.first_chunk::<41>() else {
        return false;
    };
    // Three pieces, the last of which overlaps the second.
    [0, 16, 24].iter().all(|at| {
        let mut piece = [0; 16];
        piece.copy_from_slice(&digits[*at..*at + 16]);
        are_hex(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, list: PartList) -> Vec<String> {
        let mut fields = Fields::default();
        let kind = Kind::from_word(line.split(' ').next().unwrap().as_bytes());
        fields.parse(kind, format!("650 {line}\r\n").as_bytes());
        let parts = fields.parts();
        let text = |text: Text<'_>| text.bytes().escape_ascii().to_string();
        (0..parts.count(list))
            .map(|index| {
                let (first, second) = parts.item(list, index);
                format!("{} {}", text(first), text(second))
            })
            .collect()
    }

    const A: &str = "5F72F77BDF23C896B823D4EDC6F745A83038C51E";
    const B: &str = "E0034A3368DEC656600D2962F21A40204345C85F";

    #[test]
    fn hops_of_a_path() {
        let path = format!("CIRC 5 BUILT ${A}~one,${B},${A}=old,${B}~ PURPOSE=GENERAL");
        assert_eq!(
            shown(&path, PartList::Relays),
            [
                format!("{A} one"),
                format!("{B} "),
                format!("{A} old"),
                format!("{B} "),
            ]
        );
        assert!(shown("CIRC 5 LAUNCHED PURPOSE=GENERAL", PartList::Relays).is_empty());
        assert_eq!(
            shown("CIRC 1 EXTENDED moria1,moria2", PartList::Relays),
            [" moria1", " moria2"]
        );
        assert_eq!(
            shown("CIRC 1 EXTENDED $AB~x,", PartList::Relays),
            [" $AB~x", " "]
        );
    }

    #[test]
    fn relays_of_other_events() {
        let one = [format!("{A} one")];
        assert_eq!(
            shown(&format!("GUARD ENTRY ${A}~one UP"), PartList::Relays),
            one
        );
        assert_eq!(
            shown(&format!("ORCONN ${A}~one NEW ID=1"), PartList::Relays),
            one
        );
        assert_eq!(
            shown(
                &format!("HS_DESC UPLOAD a UNKNOWN ${A}~one d"),
                PartList::Relays
            ),
            one
        );
        assert_eq!(
            shown(&format!("HS_DESC_CONTENT a d ${A}~one"), PartList::Relays),
            one
        );
        assert_eq!(
            shown(&format!("NEWDESC ${A}~one ${B}"), PartList::Relays).len(),
            2
        );
        assert_eq!(
            shown("HS_DESC FAILED a NO_AUTH UNKNOWN d", PartList::Relays),
            [" "]
        );
        assert!(shown("ORCONN 1.2.3.4:5 NEW ID=1", PartList::Relays).is_empty());
    }

    #[test]
    fn addresses_split_at_the_last_colon() {
        for (target, want) in [
            ("example.com:80", "example.com 80"),
            ("::1:443", "::1 443"),
            ("[::1]:443", "::1 443"),
            ("two words:0", "two words 0"),
            ("noport", "noport "),
        ] {
            let line = format!("STREAM 1 NEW 0 {target} SOURCE_ADDR={}", "fe80::1:9");
            assert_eq!(shown(&line, PartList::Address), [want]);
            assert_eq!(shown(&line, PartList::SourceAddress), ["fe80::1 9"]);
        }
        assert!(shown("STREAM 1 NEW 0 a:1", PartList::SourceAddress).is_empty());
        assert_eq!(
            shown("ORCONN ::1:9001 NEW ID=1", PartList::Address),
            ["::1 9001"]
        );
    }

    #[test]
    fn maps_of_numbers() {
        let cells = "CELL_STATS ID=8 InboundAdded=created:1,relay:2 OutboundTime=relay:0";
        assert_eq!(
            shown(cells, PartList::InboundAdded),
            ["created 1", "relay 2"]
        );
        assert_eq!(shown(cells, PartList::OutboundTime), ["relay 0"]);
        assert!(shown(cells, PartList::InboundTime).is_empty());
        let seen = "CLIENTS_SEEN TimeStarted=\"x\" CountrySummary=us=16,??=8 IPVersions=v4=9,v6=0";
        assert_eq!(shown(seen, PartList::Countries), ["us 16", "?? 8"]);
        assert_eq!(shown(seen, PartList::IpVersions), ["v4 9", "v6 0"]);
        assert_eq!(
            shown("CELL_STATS InboundTime=,x", PartList::InboundTime),
            [" ", "x "]
        );
    }
}
