//! Why tor does not bootstrap, by what it says: the REASON of its BOOTSTRAP events, and the lines
//! of its log, where most causes stand that no event names.

use super::reason::Reason;

/// What tor's word for the reason means, as in `BOOTSTRAP ... REASON=NOROUTE`.
pub fn of_word(word: &[u8]) -> Reason {
    match word {
        b"CLOCK_SKEW" => Reason::ClockSkew,
        b"PT_MISSING" => Reason::NoTransport,
        b"CONNECTREFUSED" => Reason::ConnectRefused,
        b"CONNECTRESET" => Reason::ConnectReset,
        b"TIMEOUT" => Reason::ConnectTimeout,
        b"NOROUTE" => Reason::NoRoute,
        b"IDENTITY" => Reason::Identity,
        b"TLS_ERROR" => Reason::TlsError,
        b"IOERROR" => Reason::IoError,
        b"RESOURCELIMIT" => Reason::ResourceLimit,
        b"DONE" => Reason::ConnectClosed,
        _ => Reason::Unknown,
    }
}

/// What stands in tor's log for a reason. The first that is found counts.
const LINES: [(&str, Reason); 17] = [
    ("no configured transport called", Reason::NoTransport),
    (
        "can't find a pluggable transport proxy supporting",
        Reason::NoTransport,
    ),
    (
        "does not provide any needed transports",
        Reason::NoTransport,
    ),
    (
        "didn't launch any pluggable transport",
        Reason::TransportFailed,
    ),
    ("managed proxy encountered", Reason::TransportFailed),
    ("Managed proxy", Reason::TransportFailed),
    ("our clock is", Reason::ClockSkew),
    ("Our clock is", Reason::ClockSkew),
    ("your clock is", Reason::ClockSkew),
    ("Your clock is", Reason::ClockSkew),
    ("please check your time", Reason::ClockSkew),
    ("Please check your time", Reason::ClockSkew),
    // So says a tor whose clock is ahead of every relay's certificate.
    ("At least one certificate expired", Reason::ClockSkew),
    ("DisableNetwork is set", Reason::NetworkDisabled),
    ("hibernat", Reason::Hibernating),
    ("becoming dormant", Reason::Dormant),
    ("Going dormant because of", Reason::Dormant),
];

/// What this line of tor's log means.
pub fn of_line(line: &str) -> Reason {
    let found = LINES.iter().find(|(words, _)| line.contains(words));
    found.map_or(Reason::Unknown, |(_, reason)| *reason)
}

/// Whether the line says nothing about the network: what is in every log of its kind, and what the
/// events say better.
pub fn is_noise(line: &str) -> bool {
    const NOISE: [&str; 6] = [
        "You are running Tor as root",
        "Tor will still run, but probably won't do anything",
        "Problem bootstrapping. Stuck at",
        " connections have failed:",
        " connections died in state ",
        "see warnings above.",
    ];
    NOISE.iter().any(|noise| line.contains(noise))
}

/// The name of the transport that this value of Bridge needs; none for a bridge without one.
pub fn transport_of(bridge: &str) -> Option<&str> {
    let first = bridge.split_ascii_whitespace().next()?;
    // What is no address with a port in it is a name.
    (!first.contains(['.', ':', '['])).then_some(first)
}

/// The names that this value of ClientTransportPlugin provides, and the program that it runs.
pub fn plugin_of(plugin: &str) -> (impl Iterator<Item = &str>, Option<&str>) {
    let mut words = plugin.split_ascii_whitespace();
    let names = words.next().unwrap_or_default().split(',');
    let program = words.next().filter(|word| *word == "exec");
    (names, program.and(words.next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_log_have_their_reasons() {
        for (line, reason) in [
            (
                "Can't use bridge at [scrubbed]: there is no configured transport called \"obfs4\".",
                Reason::NoTransport,
            ),
            (
                "We were supposed to connect to bridge '192.0.2.1:443' using pluggable transport 'obfs4', but we can't find a pluggable transport proxy supporting 'obfs4'. This can happen if you haven't provided a ClientTransportPlugin line, or if your pluggable transport proxy stopped running.",
                Reason::NoTransport,
            ),
            (
                "Managed proxy \"/bin/false\" having PID 17682 terminated with status code 1",
                Reason::TransportFailed,
            ),
            (
                "Managed proxy at '/bin/false' died in state Launched",
                Reason::TransportFailed,
            ),
            (
                "Received NETINFO cell with skewed time (OR:127.0.0.1:5000): It seems that our clock is behind by 3 days, or that theirs is ahead. Tor requires an accurate clock to work: please check your time, timezone, and date settings.",
                Reason::ClockSkew,
            ),
            (
                "Our clock is 3 days behind the time published in the consensus network status document (2026-11-30 12:00:00 UTC).  Tor needs an accurate clock to work correctly. Please check your time and date settings!",
                Reason::ClockSkew,
            ),
            (
                "Certificate already expired. Either their clock is set wrong, or your clock is wrong.",
                Reason::ClockSkew,
            ),
            (
                "Received a bad CERTS cell: At least one certificate expired.",
                Reason::ClockSkew,
            ),
            (
                "Delaying directory fetches: DisableNetwork is set.",
                Reason::NetworkDisabled,
            ),
            (
                "No user activity in a long time: becoming dormant.",
                Reason::Dormant,
            ),
            ("Opening Socks listener on 127.0.0.1:9050", Reason::Unknown),
        ] {
            assert_eq!(of_line(line), reason, "{line}");
        }
        assert!(is_noise("Problem bootstrapping. Stuck at 5% (conn): ..."));
        assert!(!is_noise(
            "Managed proxy at '/bin/false' died in state Launched"
        ));
    }

    #[test]
    fn words_have_their_reasons() {
        for word in crate::proto::event::words::ORCONN_REASON.all() {
            let is_known = of_word(word.text.as_bytes()) != Reason::Unknown;
            assert_eq!(is_known, word.text != "MISC", "{}", word.text);
        }
        assert_eq!(of_word(b""), Reason::Unknown);
    }

    #[test]
    fn bridges_need_transports_and_plugins_provide_them() {
        for (bridge, transport) in [
            ("obfs4 192.0.2.1:443 AAAA cert=x iat-mode=0", Some("obfs4")),
            ("meek_lite 192.0.2.2:80", Some("meek_lite")),
            ("192.0.2.1:443 AAAA", None),
            ("192.0.2.1", None),
            ("[2001:db8::1]:443", None),
            ("", None),
        ] {
            assert_eq!(transport_of(bridge), transport, "{bridge}");
        }
        let read = |plugin| {
            let (names, program) = plugin_of(plugin);
            (names.collect::<Vec<_>>().join("+"), program)
        };
        assert_eq!(
            read("obfs3,obfs4 exec /usr/bin/obfs4proxy --managed"),
            ("obfs3+obfs4".to_string(), Some("/usr/bin/obfs4proxy"))
        );
        assert_eq!(
            read("snowflake socks5 127.0.0.1:1"),
            ("snowflake".to_string(), None)
        );
        assert_eq!(read(""), (String::new(), None));
    }
}
