//! The two numbers of a BW event, straight from the message: it comes every second to everybody.

use super::scan::{blank, leading_number};

/// The number of bytes read or, if `written`, written. `None` for any line that is not of the
/// usual form, which the general parser may still understand.
#[inline(always)]
pub fn bw_number(raw: &[u8], written: bool) -> Option<u64> {
    let mut text = raw.strip_prefix(b"650 BW ")?;
    if written {
        // What begins like a number ends at the first blank, be it one or not.
        text.first().filter(|byte| byte.is_ascii_digit())?;
        text = text.get(blank(text, 0) + 1..)?;
    }
    let (value, len) = leading_number(text);
    let ends = len > 0 && matches!(text.get(len)?, b' ' | b'\r' | b'\n');
    ends.then_some(value)
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
        assert_eq!(bw_number(b"650 BW 5x 6\r\n", true), Some(6));
        assert_eq!(bw_number(b"650 BW \"1 2\" 3\r\n", true), None);
        assert_eq!(bw_number(b"650 BW 7\r\n", false), Some(7));
        assert_eq!(bw_number(b"650 BW 7\r\n", true), None);
        assert_eq!(bw_number(b"650 BW 7 8", true), None);
    }
}
