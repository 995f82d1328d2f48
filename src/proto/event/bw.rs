//! The two numbers of a BW event, straight from the message: it comes every second to everybody.
//!
//! Trick: quick paths (docs/internals/tricks.md).

use super::scan::leading_number;

/// The numbers of bytes read and written. `None` for any line that is not of the usual form, which
/// the general parser may still understand. The message may have anything behind its line end; the
/// more there is, the sooner the numbers are found.
#[inline]
pub fn bw_numbers(message: &[u8]) -> Option<[u64; 2]> {
    let text = message.strip_prefix(b"650 BW ")?;
    let (read, end) = number(text)?;
    let text = text.get(end..)?.strip_prefix(b" ")?;
    let (written, _) = number(text)?;
    Some([read, written])
}

/// A number and where it ends.
#[inline(always)]
fn number(text: &[u8]) -> Option<(u64, usize)> {
    let (value, len) = leading_number(text);
    let ends = len > 0 && matches!(text.get(len)?, b' ' | b'\r' | b'\n');
    ends.then_some((value, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers() {
        for (raw, want) in [
            (&b"650 BW 536 0\r\n"[..], Some([536, 0])),
            (b"650 BW 1 2 OR=3\r\n", Some([1, 2])),
            (
                b"650 BW 9999999999999999999 1\r\n",
                Some([9_999_999_999_999_999_999, 1]),
            ),
            (b"650 BW 18446744073709551615 1\r\n", None),
            (b"650 BW 7\r\n", None),
            (b"650 BW 5x 6\r\n", None),
            (b"650 BW \"1 2\" 3\r\n", None),
            (b"650 BW  1 2\r\n", None),
            (b"650 BW a 2\r\n", None),
            (b"650 BW 1x 2\r\n", None),
            (b"650 BW\r\n", None),
            (b"", None),
        ] {
            assert_eq!(bw_numbers(raw), want, "{}", raw.escape_ascii());
            let tail = [raw, b"650 BW 77777777 88888888\r\n"].concat();
            let got = bw_numbers(&tail);
            assert!(got == want || raw.is_empty(), "{}", raw.escape_ascii());
        }
        assert_eq!(bw_numbers(b"650 BW 7 8"), None);
    }
}
