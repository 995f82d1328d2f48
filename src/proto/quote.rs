//! Quoted strings as tor writes and reads them: C escapes between double quotes, bytes inside.
//!
//! These are the rules of option values, `COOKIEFILE` and event fields. AUTHENTICATE and
//! AUTHCHALLENGE read quotes by other rules, so secrets are sent as hex and never quoted.

use std::borrow::Cow;

/// Appends the value in quotes. All but printable ASCII is escaped, so the result is one line.
pub fn quote_into(value: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in value {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b' '..=b'~' => out.push(byte),
            // Always three digits, so that a digit that follows is not read as part of it.
            _ => out.extend_from_slice(&[
                b'\\',
                b'0' + (byte >> 6),
                b'0' + (byte >> 3 & 7),
                b'0' + (byte & 7),
            ]),
        }
    }
    out.push(b'"');
}

/// How many bytes [`quote_into`] can append at most.
pub const fn quoted_size_limit(value_size: usize) -> usize {
    value_size.saturating_mul(4).saturating_add(2)
}

/// The length of the quoted string that `text` begins with, both quotes counted; none if it does
/// not begin with a quote, does not end, or has an escape that tor does not know.
pub fn quoted_len(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += escape(&text[at..])?.1;
    }
}

/// Reads one escape: the byte it stands for, and the length of the escape.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let byte = *text.get(1)?;
    let plain = match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'"' | b'\\' | b'\'' => byte,
        b'x' | b'X' => {
            let high = char::from(*text.get(2)?).to_digit(16)?;
            let low = char::from(*text.get(3)?).to_digit(16)?;
            return Some(((high << 4 | low) as u8, 4));
        }
        b'0'..=b'7' => {
            let digits = text[1..]
                .iter()
                .take(3)
                .take_while(|digit| matches!(digit, b'0'..=b'7'));
            let (value, length) = digits.fold((0_u32, 1), |(value, length), digit| {
                (value << 3 | u32::from(digit - b'0'), length + 1)
            });
            return u8::try_from(value).ok().map(|value| (value, length));
        }
        _ => return None,
    };
    Some((plain, 2))
}

/// Replaces the quoted string that `text` begins with by its bytes, from the first position on.
/// Gives their count and the length of the quoted string; `text` is untouched when there is none.
pub fn unquote_in_place(text: &mut [u8]) -> Option<(usize, usize)> {
    let quoted = quoted_len(text)?;
    let end = quoted - 1;
    let (mut from, mut to) = (1, 0);
    while from < end {
        let run = memchr::memchr(b'\\', &text[from..end]).unwrap_or(end - from);
        text.copy_within(from..from + run, to);
        from += run;
        to += run;
        if from < end {
            // `quoted_len` has read every escape before.
            let (byte, length) = escape(&text[from..end]).unwrap_or((b'\\', 1));
            text[to] = byte;
            to += 1;
            from += length;
        }
    }
    Some((to, quoted))
}

/// Reads the quoted string that `text` begins with: its bytes, and the length of the quoted string.
pub fn unquote(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut bytes = text[..quoted_len(text)?].to_vec();
    let (count, quoted) = unquote_in_place(&mut bytes)?;
    bytes.truncate(count);
    Some((bytes, quoted))
}

/// The bytes as text for a message: what is not UTF-8 or would break a line is escaped.
pub fn printable(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => Cow::Borrowed(text),
        _ => {
            let mut text = String::with_capacity(bytes.len() + 16);
            for chunk in bytes.utf8_chunks() {
                for letter in chunk.valid().chars() {
                    match letter.is_control() {
                        true => text.extend(letter.escape_default()),
                        false => text.push(letter),
                    }
                }
                let invalid = chunk.invalid().iter().copied();
                text.extend(invalid.flat_map(std::ascii::escape_default).map(char::from));
            }
            Cow::Owned(text)
        }
    }
}

/// Never panics, reads only what is there, and agrees with itself.
pub fn fuzz_quote(bytes: &[u8]) {
    let read = unquote(bytes);
    assert_eq!(read.as_ref().map(|read| read.1), quoted_len(bytes));
    let mut quoted = Vec::new();
    quote_into(bytes, &mut quoted);
    assert!(quoted.len() <= quoted_size_limit(bytes.len()));
    assert_eq!(unquote(&quoted), Some((bytes.to_vec(), quoted.len())));
    assert!(!printable(bytes).contains(char::is_control));
}

/// What an error number of the system means, in its own words.
pub fn errno_text(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    // Only Rust programmers care for the number a second time.
    let number = format!(" (os error {errno})");
    text.strip_suffix(&number).unwrap_or(&text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        quote_into(value, &mut out);
        out
    }

    #[test]
    fn quotes_as_tor_answers() {
        // What GETCONF ContactInfo answered after SETCONF with the same value.
        assert_eq!(
            quote("a\"b\\ é #x\t".as_bytes()),
            br#""a\"b\\ \303\251 #x\t""#
        );
        assert_eq!(quote(b"ab\ncd\r"), br#""ab\ncd\r""#);
        assert_eq!(quote(b"aA\x077?"), br#""aA\0077?""#);
        assert_eq!(quote(b""), br#""""#);
    }

    #[test]
    fn unquotes_every_escape_and_stops_at_the_end() {
        let cases: [(&[u8], &[u8], usize); 8] = [
            (br#""a\"b\\" x"#, br#"a"b\"#, 8),
            // A path that ends in a backslash: `\\"` closes, `\"` does not.
            (br#""/tmp/a\\" b"#, br"/tmp/a\", 10),
            (br#""f\157o""#, b"foo", 8),
            (br#""aA\7z\77""#, b"aA\x07z?", 10),
            (br#""\x41\Xff""#, b"A\xff", 10),
            (br#""\303\251\'\t""#, b"\xc3\xa9'\t", 14),
            (br#""""#, b"", 2),
            (b"\"\xc3\xa9\0\"", b"\xc3\xa9\0", 5),
        ];
        for (text, bytes, length) in cases {
            assert_eq!(unquote(text), Some((bytes.to_vec(), length)), "{text:?}");
        }
    }

    #[test]
    fn refuses_what_tor_refuses() {
        for text in [
            &b""[..],
            b"a",
            b"\"",
            b"\"abc",
            br#""abc\""#,
            br#""a\qb""#,
            br#""a\400""#,
            br#""a\x4""#,
            br#""a\x"#,
            br#""\"#,
        ] {
            assert_eq!(unquote(text), None, "{text:?}");
        }
    }

    #[test]
    fn messages_stay_one_line_of_text() {
        assert_eq!(printable("/tmp/é".as_bytes()), "/tmp/é");
        assert_eq!(printable(b"/tmp/\xe9\n\x1b"), "/tmp/\\xe9\\n\\u{1b}");
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 3] = [
            br#""a\"b\\ \303\251 #x\t""#,
            br#""\x41\7\77\777""#,
            b"\xff\n",
        ];
        crate::proto::mutate::mutants(&seeds, 20_000, fuzz_quote);
    }
}
