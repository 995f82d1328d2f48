//! Bridge lines, as people get them to paste: `obfs4 192.0.2.1:443 FINGERPRINT cert=...
//! iat-mode=0`.
//!
//! What is a good line is tor's to say, and its rule is followed to the letter: an optional
//! transport, an IP address with an optional port, an optional fingerprint, and arguments only with
//! a transport.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::quote::printable;
use super::relay::Fingerprint;

/// The port of a bridge whose line has none.
const DEFAULT_PORT: u16 = 443;

/// How many bad lines a message names.
const NAMED: usize = 5;

/// A bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// The number of its line in the text, from 1 on.
    pub line_number: usize,
    /// The pluggable transport; none for a bridge that is spoken to directly.
    pub transport: Option<String>,
    /// The IP address, without brackets.
    pub address: String,
    /// The port.
    pub port: u16,
    /// 40 hex digits in capitals.
    pub fingerprint: Option<String>,
    /// The transport's arguments.
    pub arguments: Vec<(Vec<u8>, Vec<u8>)>,
    /// The line as tor takes it: its words, with one blank between them.
    pub text: Vec<u8>,
}

/// Why a text of lines was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLines {
    /// The numbers of the lines, from 1 on, and what is wrong with each.
    lines: Vec<(usize, String)>,
}

impl BadLines {
    /// The number of the first.
    pub fn first(&self) -> usize {
        self.lines.first().map_or(0, |(number, _)| *number)
    }
}

impl fmt::Display for BadLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (number, reason)) in self.lines.iter().take(NAMED).enumerate() {
            let before = if index == 0 { "" } else { "; " };
            write!(f, "{before}line {number}: {reason}")?;
        }
        match self.lines.len().checked_sub(NAMED) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, "; and {more} more lines"),
        }
    }
}

/// Reads a text: lines with or without `Bridge` in front. Empty lines and comments are skipped.
pub fn bridges(text: &[u8]) -> Result<Vec<Bridge>, BadLines> {
    // What some editors put in front of a text.
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (index, line) in lines(text).enumerate() {
        match bridge(line) {
            Ok(None) => {}
            Ok(Some(bridge)) => good.push(Bridge {
                line_number: index + 1,
                ..bridge
            }),
            Err(reason) => bad.push((index + 1, reason)),
        }
    }
    match bad.is_empty() {
        true => Ok(good),
        false => Err(BadLines { lines: bad }),
    }
}

/// Lines that end in LF, CRLF or CR.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = memchr::memchr2(b'\n', b'\r', text) else {
            rest = None;
            return Some(text);
        };
        let size = if text[end..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
        rest = Some(&text[end + size..]);
        Some(&text[..end])
    })
}

/// The transports that these bridges need, each once, in the order of the lines.
pub fn needed(bridges: &[Bridge]) -> Vec<&str> {
    let mut needed: Vec<&str> = Vec::new();
    for transport in bridges.iter().filter_map(|it| it.transport.as_deref()) {
        if !needed.contains(&transport) {
            needed.push(transport);
        }
    }
    needed
}

/// Reads a line; none if it is empty or a comment.
fn bridge(line: &[u8]) -> Result<Option<Bridge>, String> {
    let words = line.split(|byte| matches!(byte, b' ' | b'\t'));
    let mut words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
    // As in a torrc: from a word that begins so to the end of the line.
    if let Some(comment) = words.iter().position(|word| word.starts_with(b"#")) {
        words.truncate(comment);
    }
    let Some(&first) = words.first() else {
        return Ok(None);
    };
    if first.eq_ignore_ascii_case(b"Bridge") && words.len() > 1 {
        words.remove(0);
    }
    let text = words.join(&b' ');
    let mut words = words.into_iter().peekable();
    let transport = words.next_if(|word| is_identifier(word));
    let Some(address) = words.next() else {
        let transport = shown(transport.unwrap_or_default());
        return Err(format!(
            "nothing follows \"{transport}\": an IP address and a port belong there"
        ));
    };
    let (ip, port) = ip_and_port(address)?;
    let mut bridge = Bridge {
        transport: transport.map(shown),
        address: ip,
        port,
        text,
        ..Bridge::default()
    };
    if transport.is_none() {
        // A fingerprint may be in groups. There is nothing to hand arguments to.
        let rest: Vec<&[u8]> = words.collect();
        if let Some(argument) = rest.iter().find(|word| word.contains(&b'=')) {
            let argument = shown(argument);
            return Err(format!(
                "the argument \"{argument}\" belongs to a transport, and none is named in front"
            ));
        }
        if !rest.is_empty() {
            bridge.fingerprint = Some(fingerprint(&rest.concat())?);
        }
        return Ok(Some(bridge));
    }
    if let Some(word) = words.next_if(|word| !word.contains(&b'=')) {
        bridge.fingerprint = Some(fingerprint(word)?);
    }
    for word in words {
        match memchr::memchr(b'=', word) {
            Some(end) if end > 0 => {
                let (name, value) = (word[..end].to_vec(), word[end + 1..].to_vec());
                bridge.arguments.push((name, value));
            }
            _ => {
                let word = shown(word);
                return Err(format!(
                    "\"{word}\" is not an argument of the form name=value"
                ));
            }
        }
    }
    Ok(Some(bridge))
}

/// A transport's name is what C calls an identifier.
fn is_identifier(word: &[u8]) -> bool {
    word.first().is_some_and(|byte| !byte.is_ascii_digit())
        && word
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// What is shown of a word in a message.
fn shown(word: &[u8]) -> String {
    match word.len() > 80 {
        true => printable(&word[..80]).into_owned() + "...",
        false => printable(word).into_owned(),
    }
}

fn ip_and_port(word: &[u8]) -> Result<(String, u16), String> {
    let bad = || {
        let word = shown(word);
        let hint = match word.is_ascii() {
            true => "",
            false => {
                "; it holds something that is no ASCII, a blank that does not break, for example"
            }
        };
        format!(
            "\"{word}\" is no IP address with a port, for example 192.0.2.1:443 or [2001:db8::1]:443{hint}"
        )
    };
    let text = std::str::from_utf8(word).map_err(|_| bad())?;
    // Six or more colons: without brackets, all of it is the address.
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok((address.to_string(), DEFAULT_PORT));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let address = match host.strip_prefix('[') {
        Some(inner) => {
            let inner = inner
                .strip_suffix(']')
                .and_then(|it| it.parse::<Ipv6Addr>().ok());
            inner.map(|it| it.to_string())
        }
        None => host.parse::<Ipv4Addr>().ok().map(|it| it.to_string()),
    };
    let address = address.or_else(|| {
        // 2001:db8::1:443 was read above; an address and a port of it may still be more than that.
        let address = host.parse::<Ipv6Addr>().ok()?;
        Some(address.to_string())
    });
    let address = address.ok_or_else(bad)?;
    let Some(port) = port else {
        return Ok((address, DEFAULT_PORT));
    };
    match port.strip_prefix('+').unwrap_or(port).parse::<u16>() {
        Ok(number) if number > 0 && !port.starts_with("++") => Ok((address, number)),
        _ => {
            let port = shown(port.as_bytes());
            Err(format!("the port \"{port}\" is not from 1 to 65535"))
        }
    }
}

fn fingerprint(word: &[u8]) -> Result<String, String> {
    let read = Fingerprint::parse(word).filter(|_| word.len() == 40);
    read.map(|it| it.to_string()).ok_or_else(|| {
        let (word, size) = (shown(word), word.len());
        match size {
            40 => format!("the fingerprint \"{word}\" holds something else than hex digits"),
            _ => format!(
                "the fingerprint \"{word}\" has {size} characters in place of 40 hex digits"
            ),
        }
    })
}

/// Never panics; what was read is read again from what tor is given.
pub fn fuzz_bridges(bytes: &[u8]) {
    if let Ok(all) = bridges(bytes) {
        for bridge in &all {
            assert!(!bridge.text.iter().any(|byte| matches!(byte, b'\r' | b'\n')));
            let again = bridges(&bridge.text);
            let again = again.as_ref().map(|all| all.as_slice());
            assert!(
                matches!(again, Ok([one]) if one.text == bridge.text && one.port == bridge.port),
                "{again:?}"
            );
        }
        assert!(needed(&all).len() <= all.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FP: &str = "D33D98BA997A883CA0973BEF5BA85B422E997881";

    fn one(line: &str) -> Bridge {
        let mut all = bridges(line.as_bytes()).unwrap();
        assert_eq!(all.len(), 1, "{line}");
        all.remove(0)
    }

    fn refusal(text: &str) -> String {
        bridges(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_line_has_its_parts() {
        let line = format!(
            "obfs4 192.0.2.1:443 {} cert=a/b+c= iat-mode=0",
            FP.to_lowercase()
        );
        let bridge = one(&line);
        assert_eq!(bridge.transport.as_deref(), Some("obfs4"));
        assert_eq!((bridge.address.as_str(), bridge.port), ("192.0.2.1", 443));
        assert_eq!(bridge.fingerprint.as_deref(), Some(FP));
        let arguments: Vec<(&[u8], &[u8])> = bridge
            .arguments
            .iter()
            .map(|(name, value)| (&name[..], &value[..]))
            .collect();
        assert_eq!(
            arguments,
            [(&b"cert"[..], &b"a/b+c="[..]), (b"iat-mode", b"0")]
        );
        assert_eq!(bridge.text, line.as_bytes());

        let plain = one("Bridge [2001:DB8::1]:9001");
        assert_eq!((plain.address.as_str(), plain.port), ("2001:db8::1", 9001));
        assert_eq!((plain.transport, plain.fingerprint), (None, None));
        assert_eq!(plain.text, b"[2001:DB8::1]:9001");
        assert_eq!(one("192.0.2.1").port, 443);
        assert_eq!(one("2001:db8::1").address, "2001:db8::1");
        // Without brackets nobody can tell, and tor takes all of it for the address.
        assert_eq!(one("2001:db8::1:80").address, "2001:db8::1:80");
        let groups = one(&format!("192.0.2.1:1 {} {}", &FP[..10], &FP[10..]));
        assert_eq!(groups.fingerprint.as_deref(), Some(FP));
        assert_eq!(
            one("meek_lite 192.0.2.1:80 url=https://x/").fingerprint,
            None
        );
    }

    #[test]
    fn a_pasted_text_is_read() {
        let text = "\u{feff}\r\n# from a friend\r\n\r\n  Bridge obfs4 192.0.2.1:1 a=b \r\n\
                    bridge\t192.0.2.2:2 # mine\n\tsnowflake   192.0.2.3:3\rBRIDGE obfs4 192.0.2.4:4 x=#y";
        let all = bridges(text.as_bytes()).unwrap();
        let parts: Vec<(usize, u16, &[u8])> = all
            .iter()
            .map(|it| (it.line_number, it.port, &it.text[..]))
            .collect();
        assert_eq!(
            parts,
            [
                (4, 1, &b"obfs4 192.0.2.1:1 a=b"[..]),
                (5, 2, b"192.0.2.2:2"),
                (6, 3, b"snowflake 192.0.2.3:3"),
                (7, 4, b"obfs4 192.0.2.4:4 x=#y"),
            ]
        );
        assert_eq!(needed(&all), ["obfs4", "snowflake"]);
        assert_eq!(bridges(b""), Ok(Vec::new()));
        assert_eq!(bridges(b"\n \r\n#x\n"), Ok(Vec::new()));
    }

    #[test]
    fn a_bad_line_is_named_with_its_reason() {
        let webtunnel = "webtunnel [2001:db8::1]:443 AAAA url=https://x.example/ ver=0.0.1";
        assert_eq!(
            refusal(&format!("192.0.2.1\n\n{webtunnel}")),
            "line 3: the fingerprint \"AAAA\" has 4 characters in place of 40 hex digits"
        );
        assert!(refusal("obfs4").contains("nothing follows \"obfs4\""));
        assert!(refusal("Bridge").contains("nothing follows \"Bridge\""));
        assert!(refusal("UseBridges 1").contains("\"1\" is no IP address"));
        assert!(refusal("obfs4 host.example:443").contains("\"host.example:443\" is no IP address"));
        assert!(refusal("192.0.2.1:99999").contains("the port \"99999\" is not from 1"));
        assert!(refusal("192.0.2.1:1 a=b").contains("\"a=b\" belongs to a transport"));
        assert!(refusal(&format!("obfs4 192.0.2.1:1 {FP} cert"))
            .contains("\"cert\" is not an argument"));
        assert!(refusal("obfs4\u{a0}192.0.2.1:1").contains("no ASCII"));
        assert!(refusal(&format!("192.0.2.1:1 {}g", &FP[1..])).contains("else than hex digits"));
        let many = refusal(&"x\n".repeat(9));
        assert!(
            many.starts_with("line 1: ") && many.ends_with("; and 4 more lines"),
            "{many}"
        );
        // No line may become another command.
        for text in [
            "192.0.2.1:1\r\nQUIT",
            "192.0.2.1:1\nQUIT",
            "192.0.2.1:1\rQUIT",
        ] {
            assert!(
                refusal(text).starts_with("line 2: nothing follows \"QUIT\""),
                "{text:?}"
            );
        }
        let long = refusal(&"x.".repeat(10_000));
        assert!(long.len() < 300, "{long}");
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 3] = [
            b"Bridge obfs4 192.0.2.1:443 D33D98BA997A883CA0973BEF5BA85B422E997881 cert=a iat-mode=0\r\n",
            b"# x\n[2001:db8::1]:443 D33D 98BA\n\n192.0.2.1",
            b"webtunnel [2001:db8::1]:443 url=https://x.example/ # c",
        ];
        crate::proto::mutate::mutants(&seeds, 20_000, fuzz_bridges);
    }
}
