//! The small pieces that answers and directory documents are made of: words, lines, numbers, times,
//! addresses with ports.

pub use super::event::number::{time_us as time, unsigned as number};
use super::event::scan;
use std::net::IpAddr;

/// What separates words.
#[inline(always)]
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The bytes in upper-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXUPPER.encode(bytes)
}

/// A port: 0 to 65535.
#[inline]
pub fn port(text: &[u8]) -> Option<u16> {
    u16::try_from(number(text)?).ok()
}

/// The words of a line, split at runs of SP and TAB.
pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    text.split(|byte| is_blank(*byte))
        .filter(|word| !word.is_empty())
}

/// The lines of a text, without CR and LF, empty ones included; no line after the last LF.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, next) = match memchr::memchr(b'\n', rest) {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        rest = next;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// Splits a line behind its first word: the word, and the rest without the blank between.
#[inline]
pub fn first_word(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', line) {
        Some(end) => (&line[..end], &line[end + 1..]),
        None => (line, &line[line.len()..]),
    }
}

/// Splits `host:port` at the last colon; the brackets of an IPv6 host are taken off. The host
/// may be empty, the port must be a number.
#[inline]
pub fn host_port(text: &[u8]) -> Option<(&[u8], u16)> {
    leading_host_port(text, text.len())
}

/// The same of the first `size` bytes of a text. What stands behind them is not taken for a part of
/// them, but numbers are read faster where the text does not end.
#[inline(always)]
pub(crate) fn leading_host_port(text: &[u8], size: usize) -> Option<(&[u8], u16)> {
    // Close to the end, unless the port has zeros in front.
    let near = (size.saturating_sub(6)..size).rfind(|at| text[*at] == b':');
    let colon = near.or_else(|| memchr::memrchr(b':', &text[..size]))?;
    let port = match leading_number(&text[colon + 1..]) {
        Some((number, rest)) if text.len() - rest.len() == size => u16::try_from(number).ok()?,
        _ => port(&text[colon + 1..size])?,
    };
    let host = match text[..colon].strip_prefix(b"[") {
        Some(inner) => inner.strip_suffix(b"]")?,
        None => &text[..colon],
    };
    Some((host, port))
}

/// An IPv4 or IPv6 address, brackets allowed.
pub fn address(text: &[u8]) -> Option<IpAddr> {
    let text = match text.strip_prefix(b"[") {
        Some(inner) => inner.strip_suffix(b"]")?,
        None => text,
    };
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The length of the dotted IPv4 address that the text begins with and a blank ends.
#[inline(always)]
pub(crate) fn leading_ipv4(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for end in [b'.', b'.', b'.', b' '] {
        let (value, digits) = scan::leading_number(text.get(at..)?);
        if !(1..=3).contains(&digits) || value > 255 || text.get(at + digits) != Some(&end) {
            return None;
        }
        at += digits + 1;
    }
    Some(at - 1)
}

/// The decimal number that the text begins with, and the rest.
#[inline(always)]
pub(crate) fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (value, digits) = scan::leading_number(text);
    if digits >= 19 {
        // The next one could be too much: the careful way.
        let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        return Some((number(&text[..end])?, &text[end..]));
    }
    (digits > 0).then(|| (value, &text[digits..]))
}

/// A text that C can read in place: copied in front of NULs, empty when it does not fit.
#[inline]
pub(crate) fn fixed<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    if text.len() >= N {
        return None;
    }
    out[..text.len()].copy_from_slice(text);
    Some(out)
}

/// A text of its own in front of NULs, if there is one.
#[inline]
pub(crate) fn own<const N: usize>(text: &[u8; N]) -> Option<&[u8]> {
    (text[0] != 0).then_some(text)
}

/// What stands in front of the first NUL.
#[inline]
pub(crate) fn until_nul(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}

/// For the fuzzer: none of the above may panic.
pub fn fuzz_text(data: &[u8]) {
    leading_number(data);
    host_port(data);
    leading_ipv4(data);
    address(data);
    for line in lines(data) {
        let _ = (first_word(line), words(line).count());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(port(b"65536"), None);
        assert_eq!(leading_number(b"12 x"), Some((12, &b" x"[..])));
        assert_eq!(
            leading_number(b"18446744073709551615"),
            Some((u64::MAX, &b""[..]))
        );
        assert_eq!(leading_number(b"18446744073709551616,"), None);
        assert_eq!(leading_number(b"x"), None);
    }

    #[test]
    fn hosts_and_addresses() {
        for (text, parts) in [
            ("1.2.3.4:80", Some(("1.2.3.4", 80))),
            ("[::1]:65535", Some(("::1", 65535))),
            ("[::1]:65536", None),
            ("[::1:80", None),
            ("::1:00080", Some(("::1", 80))),
            ("::1:000080", Some(("::1", 80))),
            ("1.2.3.4:", None),
            ("1.2.3.4:8x", None),
            (":1", Some(("", 1))),
            (":", None),
            ("", None),
            ("host", None),
        ] {
            let parts = parts.map(|(host, port)| (host.as_bytes(), port));
            assert_eq!(host_port(text.as_bytes()), parts, "{text}");
            for behind in ["", "\n", "\ns Exit Fast", "1 2"] {
                let longer = format!("{text}{behind}");
                let leading = leading_host_port(longer.as_bytes(), text.len());
                assert_eq!(leading, parts, "{text}");
            }
        }
        assert_eq!(host_port(b"1.2.3.4:80"), Some((&b"1.2.3.4"[..], 80)));
        assert_eq!(host_port(b"[::1]:80"), Some((&b"::1"[..], 80)));
        assert_eq!(host_port(b"::1:80"), Some((&b"::1"[..], 80)));
        assert_eq!(host_port(b"[::1:80"), None);
        assert_eq!(host_port(b"host"), None);
        assert_eq!(leading_ipv4(b"255.255.255.255 x"), Some(15));
        assert_eq!(leading_ipv4(b"1.2.3.4 "), Some(7));
        for bad in [
            "1.2.3 ",
            "1.2.3.4.5 ",
            "256.1.1.1 ",
            "1..2.3 ",
            "a.b.c.d ",
            " ",
            "1.2.3. ",
            "1.2.3.4",
            "0000.1.1.1 ",
            "1.2.3.256 ",
            "",
            ".1.2.3 ",
        ] {
            assert_eq!(leading_ipv4(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(
            lines(b"a\r\nb\n\nc").collect::<Vec<_>>(),
            [&b"a"[..], b"b", b"", b"c"]
        );
    }

    #[test]
    fn damaged_text() {
        let seeds: [&[u8]; 3] = [b"[2001:db8::1]:9001", b"192.0.2.1:80", b"some words\r\nx"];
        crate::proto::mutate::mutants(&seeds, 2000, fuzz_text);
    }
}
