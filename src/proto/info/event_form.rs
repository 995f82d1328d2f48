//! Values whose lines say what an event would say, so that one set of fields serves both.

use crate::proto::event::Kind;
use crate::proto::text::lines;

/// The kind of event as which the lines of this key's value can be read, and its word: circuits,
/// streams, connections to relays, bootstrap phase and clients seen.
pub fn event_form(key: &[u8]) -> Option<(Kind, &'static str)> {
    let kind = match key {
        b"circuit-status" => Kind::Circ,
        b"stream-status" => Kind::Stream,
        b"orconn-status" => Kind::OrConn,
        b"status/bootstrap-phase" => Kind::StatusClient,
        b"status/clients-seen" => Kind::ClientsSeen,
        _ => return None,
    };
    Some((kind, kind.name()))
}

/// The event messages for the lines of a value.
pub fn event_lines<'a>(word: &'a str, value: &'a [u8]) -> impl Iterator<Item = Vec<u8>> + 'a {
    lines(value)
        .filter(|line| !line.is_empty())
        .map(move |line| [b"650 ", word.as_bytes(), b" ", line, b"\r\n"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::event::{Fields, Key};

    fn fields(key: &str, value: &[u8]) -> Vec<Fields> {
        let (kind, word) = event_form(key.as_bytes()).unwrap();
        event_lines(word, value)
            .map(|line| {
                let mut fields = Fields::default();
                fields.parse(kind, &line);
                fields
            })
            .collect()
    }

    #[test]
    fn circuits_have_the_fields_of_their_events() {
        let value = include_bytes!("../../../tests/data/dir/circuit-status.txt");
        let circuits = fields("circuit-status", value);
        assert_eq!(circuits.len(), 30);
        let third = &circuits[2];
        assert_eq!(
            (third.arg(0).bytes(), third.arg(1).bytes()),
            (&b"3"[..], &b"BUILT"[..])
        );
        assert!(third
            .arg(2)
            .bytes()
            .starts_with(b"$41D99A569546E46A9A51FE74E4227BCCC2207E0B~"));
        assert_eq!(third.get(Key::Purpose).unwrap().bytes(), b"CONFLUX_LINKED");
        assert_eq!(third.get(Key::ConfluxRtt).unwrap().bytes(), b"12007");
        for circuit in &circuits {
            assert!(circuit.get(Key::TimeCreated).is_some());
        }
    }

    #[test]
    fn the_other_lists() {
        let streams = fields("stream-status", b"14 SUCCEEDED 9 127.0.0.1:35887");
        assert_eq!(streams[0].arg(3).bytes(), b"127.0.0.1:35887");
        let value =
            b"$BFAB10BBCF78461683133C3FF9C4927D32BD941A~auth3 CONNECTED\n127.0.0.1:50486 NEW\n";
        let connections = fields("orconn-status", value);
        assert_eq!(connections.len(), 2);
        assert_eq!(connections[1].arg(1).bytes(), b"NEW");
        let seen = b"TimeStarted=\"1970-01-01 00:00:00\" CountrySummary= IPVersions=v4=0,v6=0";
        let seen = fields("status/clients-seen", seen);
        assert_eq!(seen[0].get(Key::IPVersions).unwrap().bytes(), b"v4=0,v6=0");
        assert!(fields("circuit-status", b"").is_empty());
        assert_eq!(event_form(b"ns/all"), None);
    }
}
