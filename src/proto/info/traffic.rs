//! Bytes and switches: traffic, accounting, and what is a single number.

use crate::proto::text::{self, words};

/// A number, as of `process/pid`, `uptime`, `traffic/read`.
pub fn number(value: &[u8]) -> Option<u64> {
    text::number(value.trim_ascii())
}

/// A switch, as of `dormant`, `status/enough-dir-info`, `network-liveness`.
pub fn switch(value: &[u8]) -> Option<bool> {
    match value.trim_ascii() {
        b"1" | b"up" | b"yes" => Some(true),
        b"0" | b"down" | b"no" => Some(false),
        _ => None,
    }
}

/// Two numbers with a blank between, as of `accounting/bytes`: read and written.
pub fn byte_pair(value: &[u8]) -> Option<(u64, u64)> {
    let mut numbers = words(value).map(text::number);
    let pair = (numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some(pair)
}

/// The seconds of `bw-event-cache`, oldest first: bytes read and written.
pub fn bandwidth_cache(value: &[u8]) -> impl Iterator<Item = (u64, u64)> + '_ {
    words(value).filter_map(|word| {
        let comma = memchr::memchr(b',', word)?;
        Some((
            text::number(&word[..comma])?,
            text::number(&word[comma + 1..])?,
        ))
    })
}

/// The values of `accounting/...`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    /// `accounting/enabled`; the rest may be missing without.
    pub is_enabled: bool,
    /// `accounting/hibernating`: tor's word.
    pub hibernating: Vec<u8>,
    /// `accounting/bytes`: read and written in this interval.
    pub bytes: Option<(u64, u64)>,
    /// `accounting/bytes-left`.
    pub bytes_left: Option<(u64, u64)>,
    /// `accounting/interval-start`, in microseconds since 1970.
    pub interval_start_us: Option<i64>,
    /// `accounting/interval-wake`: when tor will serve again.
    pub interval_wake_us: Option<i64>,
    /// `accounting/interval-end`.
    pub interval_end_us: Option<i64>,
}

impl Accounting {
    /// Takes one of the values; false if the key is none of these.
    pub fn take(&mut self, key: &[u8], value: &[u8]) -> bool {
        match key {
            b"accounting/enabled" => self.is_enabled = switch(value) == Some(true),
            b"accounting/hibernating" => self.hibernating = value.trim_ascii().to_vec(),
            b"accounting/bytes" => self.bytes = byte_pair(value),
            b"accounting/bytes-left" => self.bytes_left = byte_pair(value),
            b"accounting/interval-start" => self.interval_start_us = text::time(value),
            b"accounting/interval-wake" => self.interval_wake_us = text::time(value),
            b"accounting/interval-end" => self.interval_end_us = text::time(value),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_switches() {
        assert_eq!(number(b"1234\n"), Some(1234));
        assert_eq!(number(b"-1"), None);
        assert_eq!(
            (switch(b"1"), switch(b"down"), switch(b"maybe")),
            (Some(true), Some(false), None)
        );
        assert_eq!(byte_pair(b"5 6"), Some((5, 6)));
        assert_eq!(byte_pair(b"5"), None);
        assert_eq!(byte_pair(b"5 6 7"), None);
        let cache: Vec<_> = bandwidth_cache(b"1,2 3,4 5 ,6 7,8").collect();
        assert_eq!(cache, [(1, 2), (3, 4), (7, 8)]);
        assert_eq!(bandwidth_cache(b"").count(), 0);
    }

    #[test]
    fn accounting() {
        let mut accounting = Accounting::default();
        for (key, value) in [
            ("enabled", "1"),
            ("hibernating", "soft"),
            ("bytes", "10 20"),
            ("bytes-left", "30 40"),
            ("interval-start", "2024-05-06 07:08:09"),
            ("interval-wake", "2024-05-06 07:08:10"),
            ("interval-end", "2024-05-06 07:08:11"),
        ] {
            assert!(accounting.take(format!("accounting/{key}").as_bytes(), value.as_bytes()));
        }
        assert!(!accounting.take(b"accounting/other", b"1"));
        assert_eq!(
            accounting,
            Accounting {
                is_enabled: true,
                hibernating: b"soft".to_vec(),
                bytes: Some((10, 20)),
                bytes_left: Some((30, 40)),
                interval_start_us: Some(1_714_979_289_000_000),
                interval_wake_us: Some(1_714_979_290_000_000),
                interval_end_us: Some(1_714_979_291_000_000),
            }
        );
    }
}
