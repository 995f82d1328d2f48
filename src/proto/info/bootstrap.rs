//! How far tor has come in building its first circuits.

use crate::proto::event::{number, Fields, Key, Kind};

/// The value of `status/bootstrap-phase`, or a STATUS_CLIENT event with the action BOOTSTRAP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bootstrap {
    /// `NOTICE`, or `WARN` when tor is stuck.
    pub severity: Vec<u8>,
    /// 0 to 100.
    pub progress: u8,
    /// The phase in a word, for example `handshake`.
    pub tag: Vec<u8>,
    /// The phase in words.
    pub summary: Vec<u8>,
    /// What went wrong last, empty if nothing.
    pub warning: Vec<u8>,
    /// Why, in a word.
    pub reason: Vec<u8>,
    /// How often.
    pub count: u64,
    /// What tor thinks the user should do: `ignore` or `warn`.
    pub recommendation: Vec<u8>,
    /// The relay it happened with.
    pub host_id: Vec<u8>,
    /// That relay's address.
    pub host_address: Vec<u8>,
}

impl Bootstrap {
    /// Reads the value of `status/bootstrap-phase`.
    pub fn parse(value: &[u8]) -> Option<Bootstrap> {
        let line = super::event_lines("STATUS_CLIENT", value).next()?;
        let mut fields = Fields::default();
        fields.parse(Kind::StatusClient, &line);
        Bootstrap::from_fields(&fields)
    }

    /// Reads an event; none if it is about something else.
    pub fn from_fields(fields: &Fields) -> Option<Bootstrap> {
        if fields.kind() != Kind::StatusClient || fields.arg(1).bytes() != b"BOOTSTRAP" {
            return None;
        }
        let text = |key| fields.get(key).unwrap_or_default().bytes().to_vec();
        let number = |key| number::unsigned(fields.get(key)?.bytes());
        Some(Bootstrap {
            severity: fields.arg(0).bytes().to_vec(),
            progress: number(Key::Progress)
                .filter(|percent| *percent <= 100)
                .and_then(|percent| u8::try_from(percent).ok())?,
            tag: text(Key::Tag),
            summary: text(Key::Summary),
            warning: text(Key::Warning),
            reason: text(Key::Reason),
            count: number(Key::Count).unwrap_or(0),
            recommendation: text(Key::Recommendation),
            host_id: text(Key::Hostid),
            host_address: text(Key::Hostaddr),
        })
    }

    /// Whether tor can be used.
    pub fn is_done(&self) -> bool {
        self.progress == 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases() {
        let value = b"NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"";
        let done = Bootstrap::parse(value).unwrap();
        assert!(done.is_done() && done.warning.is_empty());
        assert_eq!(
            (&done.tag[..], &done.summary[..]),
            (&b"done"[..], &b"Done"[..])
        );
        let stuck = Bootstrap::parse(
            b"WARN BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY=\"Connected to a relay\" \
WARNING=\"Connection refused\" REASON=CONNECTREFUSED COUNT=4 RECOMMENDATION=warn \
HOSTID=\"?\" HOSTADDR=\"192.0.2.1:443\"",
        )
        .unwrap();
        assert!(!stuck.is_done());
        assert_eq!(
            (&stuck.severity[..], stuck.progress, stuck.count),
            (&b"WARN"[..], 10, 4)
        );
        assert_eq!(stuck.warning, b"Connection refused");
        assert_eq!(stuck.reason, b"CONNECTREFUSED");
        assert_eq!(stuck.recommendation, b"warn");
        assert_eq!(
            (&stuck.host_id[..], &stuck.host_address[..]),
            (&b"?"[..], &b"192.0.2.1:443"[..])
        );
        for other in [
            "",
            "NOTICE ENOUGH_DIR_INFO",
            "NOTICE BOOTSTRAP TAG=x",
            "NOTICE BOOTSTRAP PROGRESS=101",
        ] {
            assert_eq!(Bootstrap::parse(other.as_bytes()), None, "{other}");
        }
    }
}
