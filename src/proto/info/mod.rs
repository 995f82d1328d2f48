//! The values of GETINFO, read: versions, lists, listeners, and those that speak the language of
//! events.
//!
//! A list of no entry is an empty value, one of one entry a line, one of more entries a block of
//! lines; all of them are lines here. What is malformed is left out, never an error.

mod bootstrap;
mod event_form;
mod listeners;
mod lists;
mod traffic;
mod version;

pub use bootstrap::Bootstrap;
pub use event_form::{event_form, event_lines};
pub use listeners::{listeners, Endpoint};
pub use lists::*;
pub use traffic::*;
pub use version::Version;

/// For the fuzzer: any value for every reader.
pub fn fuzz_info(data: &[u8]) {
    let _ = Bootstrap::parse(data);
    let _ = listeners(data).count();
    let _ = entry_guards(data).count();
    let _ = mappings(data).count();
    let _ = config_names(data).count();
    let _ = config_defaults(data).count();
    let _ = addresses(data).count();
    let _ = (country(data), words_of(data).count());
    let _ = (bandwidth_cache(data).count(), byte_pair(data));
    let _ = (number(data), switch(data));
    for key in ["circuit-status", "stream-status", "status/clients-seen"] {
        if let Some((_, word)) = event_form(key.as_bytes()) {
            for line in event_lines(word, data) {
                assert!(line.starts_with(b"650 ") && line.ends_with(b"\r\n"));
                assert_eq!(memchr::memchr_iter(b'\n', &line).count(), 1);
            }
        }
    }
    if let Some(version) = Version::parse(data) {
        assert_eq!(
            Version::parse(version.to_string().as_bytes()),
            Some(version)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::mutate::mutants;

    #[test]
    fn damaged_values() {
        let seeds: [&[u8]; 7] = [
            b"NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"",
            b"\"127.0.0.1:9050\" \"unix:/run/tor/a \\\"b\\\"\" \"[::1]:9050\"",
            b"$BFAB10BBCF78461683133C3FF9C4927D32BD941A~auth3 never-connected 2024-01-01 00:00:00\n",
            b"www.example.org 10.0.0.1 NEVER\na b \"2024-01-01 00:00:00\"\n",
            b"Tor 0.4.9.11-alpha-dev (git-0123456789abcdef)",
            b"ContactInfo \"a \\\"b\\\"\"\nNickname String\n",
            b"1,2 3,4 5 6",
        ];
        mutants(&seeds, 2000, fuzz_info);
    }
}
