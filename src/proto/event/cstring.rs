//! tor's C-style strings: what stands between the quotes, with escapes.

/// Undoes the escapes of a C string in place and says how long it is then.
///
/// tor writes `\\ \" \' \n \r \t` and three octal digits for every other byte outside printable
/// ASCII. One or two octal digits and `\xHH` are taken as well; any other escaped byte stands for
/// itself, and so does a backslash at the very end.
pub fn unescape_in_place(text: &mut [u8]) -> usize {
    let Some(first) = memchr::memchr(b'\\', text) else {
        return text.len();
    };
    let mut read = first;
    let mut write = first;
    while let Some(&byte) = text.get(read) {
        let (value, used) = match byte {
            b'\\' => escape(&text[read + 1..]),
            _ => (byte, 1),
        };
        text[write] = value;
        read += used;
        write += 1;
    }
    write
}

/// The byte that an escape stands for, and the length of the escape with its backslash.
fn escape(after: &[u8]) -> (u8, usize) {
    match *after {
        [] => (b'\\', 1),
        [b'n', ..] => (b'\n', 2),
        [b'r', ..] => (b'\r', 2),
        [b't', ..] => (b'\t', 2),
        [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            (hex_digit(high) << 4 | hex_digit(low), 4)
        }
        [b'0'..=b'7', ..] => {
            let mut value = 0u32;
            let mut digits = 0;
            for &digit in after.iter().take(3) {
                let next = value * 8 + u32::from(digit.wrapping_sub(b'0'));
                if !matches!(digit, b'0'..=b'7') || next > 255 {
                    break;
                }
                value = next;
                digits += 1;
            }
            (value as u8, 1 + digits)
        }
        [other, ..] => (other, 2),
    }
}

fn hex_digit(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        let len = unescape_in_place(&mut text);
        text.truncate(len);
        text
    }

    #[test]
    fn undoes_what_tor_writes_and_survives_the_rest() {
        for (text, want) in [
            (&b"plain"[..], &b"plain"[..]),
            (b"", b""),
            (br#"us\"er \\ \303\251"#, b"us\"er \\ \xc3\xa9"),
            (br"pa ss\n\r\t\'", b"pa ss\n\r\t'"),
            (br"\0\1x\12y\0012", b"\0\x01x\x0ay\x012"),
            // 400 is more than a byte holds: two digits, then a plain one.
            (br"\400\377\8", b"\x200\xff8"),
            (br"\x41\xFf\xg1\x4", b"A\xffxg1x4"),
            (br"end\", br"end\"),
        ] {
            assert_eq!(unescaped(text), want, "{}", text.escape_ascii());
        }
    }
}
