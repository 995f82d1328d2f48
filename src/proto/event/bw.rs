//! The two numbers of a BW event, straight from the message: it comes every second to everybody.

/// The number of bytes read or, if `written`, written. `None` for any line that is not of the
/// usual form, which the general parser may still understand.
#[inline]
pub fn bw_number(raw: &[u8], written: bool) -> Option<u64> {
    let text = raw.strip_prefix(b"650 BW ")?;
    let (read_bytes, rest) = digits(text)?;
    if !written {
        return Some(read_bytes);
    }
    let (written_bytes, _) = digits(rest.strip_prefix(b" ")?)?;
    Some(written_bytes)
}

/// A number, with a blank or a line end behind it. Of at most 19 digits, so that it cannot overflow.
#[inline(always)]
fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (len, &byte) in text.iter().enumerate().take(20) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let ends = len > 0 && matches!(byte, b' ' | b'\r' | b'\n');
            return ends.then(|| (value, &text[len..]));
        }
        if len == 19 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers() {
        for (raw, want) in [
            (&b"650 BW 536 0\r\n"[..], Some((536, 0))),
            (b"650 BW 1 2 OR=3\r\n", Some((1, 2))),
            (
                b"650 BW 9999999999999999999 1\r\n",
                Some((9_999_999_999_999_999_999, 1)),
            ),
            (b"650 BW 18446744073709551615 1\r\n", None),
            (b"650 BW  1 2\r\n", None),
            (b"650 BW a 2\r\n", None),
            (b"650 BW 1x 2\r\n", None),
            (b"650 BW\r\n", None),
            (b"", None),
        ] {
            let got = bw_number(raw, false).zip(bw_number(raw, true));
            assert_eq!(got, want, "{}", raw.escape_ascii());
        }
        assert_eq!(bw_number(b"650 BW 7\r\n", false), Some(7));
        assert_eq!(bw_number(b"650 BW 7\r\n", true), None);
        assert_eq!(bw_number(b"650 BW 7 8", true), None);
    }
}
