//! Numbers and times as tor writes them. What is malformed or does not fit is absent.
//!
//! Trick: eight bytes as a number (docs/internals/tricks.md).

use super::scan::{are_digits, eight_digits, leading_number, short_number, word_at, ZEROS};
use super::text::{Text, TextSpan};

/// A decimal number without a sign.
#[inline(always)]
pub fn unsigned_text(text: Text<'_>) -> Option<u64> {
    match text.tail().first_chunk() {
        Some(chunk) if (1..=8).contains(&text.len()) => short_number(*chunk, text.len()),
        _ => long_unsigned(text.tail(), text.len()),
    }
}

/// One of more digits, as circuits and streams have for their numbers, or at the end of the memory.
#[inline(never)]
fn long_unsigned(tail: &[u8], len: usize) -> Option<u64> {
    match tail.first_chunk() {
        Some(chunk) if (9..=16).contains(&len) => {
            let last = tail.get(len - 8..)?.first_chunk()?;
            Some(short_number(*chunk, len - 8)? * 100_000_000 + short_number(*last, 8)?)
        }
        _ => unsigned(tail.get(..len)?),
    }
}

/// The same of bytes that stand alone.
#[inline]
pub fn unsigned(text: &[u8]) -> Option<u64> {
    let (value, len) = leading_number(text);
    if len == 0 || len != text.len() {
        return unsigned_20(text);
    }
    Some(value)
}

/// A number of 20 digits, which may or may not fit.
#[cold]
fn unsigned_20(text: &[u8]) -> Option<u64> {
    let (&last, front) = text.split_last()?;
    let (value, len) = leading_number(front);
    if len != 19 || front.len() != 19 || !last.is_ascii_digit() {
        return None;
    }
    value.checked_mul(10)?.checked_add(u64::from(last - b'0'))
}

/// A decimal number, perhaps negative.
#[inline]
pub fn signed(text: Text<'_>) -> Option<i64> {
    match text.strip_prefix(b'-') {
        Some(digits) => 0i64.checked_sub_unsigned(unsigned_text(digits)?),
        None => i64::try_from(unsigned_text(text)?).ok(),
    }
}

/// A number with a decimal point. Infinity and "not a number" are absent.
pub fn float(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `YYYY-MM-DD HH:MM:SS`, with a blank or a `T` in the middle and perhaps a fraction, in UTC:
/// microseconds since 1970. A leap second is the first second of the next minute.
#[inline]
pub fn time_us(text: &[u8]) -> Option<i64> {
    let middle = match text.get(10) {
        Some(mark @ (b'T' | b' ')) => *mark,
        _ => return None,
    };
    let date = Pairs::of(text, 0, *b"0000-00-", [4, 7])?;
    let middle = Pairs::of(
        text,
        8,
        [b'0', b'0', middle, b'0', b'0', b':', b'0', b'0'],
        [2, 5],
    )?;
    let clock = Pairs::of(text, 11, *b"00:00:00", [2, 5])?;
    let year = date.at(0) * 100 + date.at(2);
    let (hour, minute, second) = (clock.at(0), clock.at(3), clock.at(6));
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_1970(year, date.at(5), middle.at(0))?;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some(seconds * 1_000_000 + micros(text)?)
}

/// Eight bytes of a time: the number that each digit makes with the one behind it.
struct Pairs([u8; 8]);

impl Pairs {
    /// Of the eight bytes at `at`, if they are like this form: digits where it has zeros, and
    /// exactly what it has at the two marks.
    #[inline(always)]
    fn of(text: &[u8], at: usize, form: [u8; 8], marks: [usize; 2]) -> Option<Pairs> {
        let digits = word_at(text, at)? ^ u64::from_le_bytes(form);
        let [a, b] = marks.map(|mark| digits.to_le_bytes()[mark]);
        if a | b != 0 || !are_digits(digits) {
            return None;
        }
        Some(Pairs((digits * 10 + (digits >> 8)).to_le_bytes()))
    }

    #[inline(always)]
    fn at(&self, index: usize) -> i64 {
        i64::from(self.0[index])
    }
}

/// The microseconds of a time with `.ffffff` behind its 19 bytes, with any number of digits; 0 if
/// nothing is there.
#[inline]
fn micros(time: &[u8]) -> Option<i64> {
    if time.len() == 26 {
        // As tor writes it: the last digit of the seconds, the point, six digits.
        let word = word_at(time, 18)?;
        let digits = (word ^ ZEROS) >> 16 << 16;
        let is_usual = time[19] == b'.' && are_digits(digits);
        return is_usual.then(|| eight_digits(digits) as i64);
    }
    let fraction = time.get(19..)?;
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = fraction.strip_prefix(b".")?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let counted = &digits[..digits.len().min(6)];
    let value = counted
        .iter()
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    Some(value * 10i64.pow(6 - counted.len() as u32))
}

/// In the Gregorian calendar, for the years 0 to 9999; absent if there is no such day.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    const DAYS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let index = usize::try_from(month - 1).ok()?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let in_month = DAYS.get(index)? + i64::from(is_leap && month == 2);
    if day < 1 || day > in_month {
        return None;
    }
    // Leap days up to the end of the year before; year 0 was one.
    let leap_days = match year {
        0 => 0,
        _ => {
            let before = year - 1;
            before / 4 - before / 100 + before / 400 + 1
        }
    };
    let this_leap_day = i64::from(is_leap && month > 2);
    let since_year_0 = year * 365 + leap_days + DAYS_BEFORE[index] + this_leap_day + day - 1;
    Some(since_year_0 - 719_528)
}

/// For fuzzing: takes any text for every type.
pub fn fuzz_number(text: &[u8]) {
    let alone = unsigned(text);
    if let Some(value) = alone {
        assert_eq!(value.to_string().len(), text.len() - leading_zeros(text));
    }
    // What stands behind a text must not matter.
    for behind in [&b"\0"[..], b"\x00123456789", b"\x00         "] {
        let buffer = [text, behind].concat();
        let text = TextSpan::new(0, text.len()).of(&buffer);
        assert_eq!(unsigned_text(text), alone);
        assert!(alone.is_none() || signed(text) == alone.and_then(|value| value.try_into().ok()));
    }
    assert!(float(text).is_none_or(f64::is_finite));
    if let Some(time) = time_us(text) {
        assert!((-62_167_219_200_000_000..=253_402_300_800_999_999).contains(&time));
    }
}

fn leading_zeros(digits: &[u8]) -> usize {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    zeros.min(digits.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(text: &[u8]) -> Option<i64> {
        let with_nul = [text, b"\0"].concat();
        super::signed(Text::from_terminated(&with_nul))
    }

    #[test]
    fn numbers() {
        assert_eq!(unsigned(b"0"), Some(0));
        assert_eq!(unsigned(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(signed(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(signed(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(signed(b"-4"), Some(-4));
        assert_eq!(float(b"0.787432"), Some(0.787_432));
        for text in [
            &b""[..],
            b"-",
            b"+1",
            b"1a",
            b" 1",
            b"18446744073709551616",
            b"000000000000000000001",
            b"\xff",
        ] {
            assert_eq!(unsigned(text), None, "{}", text.escape_ascii());
        }
        assert_eq!(signed(b"-9223372036854775809"), None);
        assert_eq!(signed(b"9223372036854775808"), None);
        assert_eq!(signed(b"--1"), None);
        for text in [&b"nan"[..], b"inf", b"-inf", b"", b"1,5", b"1e999"] {
            assert_eq!(float(text), None);
        }
    }

    #[test]
    fn times() {
        for (text, want) in [
            ("1970-01-01T00:00:00", 0),
            ("1970-01-01 00:00:01", 1_000_000),
            ("1969-12-31T23:59:59.5", -500_000),
            ("2026-11-23T09:34:13.090036", 1_795_426_453_090_036),
            ("2000-02-29 12:00:00", 951_825_600_000_000),
            ("2038-01-01 00:00:00", 2_145_916_800_000_000),
            ("2016-12-31T23:59:60.25", 1_483_228_800_250_000),
            ("9999-12-31T23:59:59.9999999", 253_402_300_799_999_999),
            ("0000-01-01T00:00:00", -62_167_219_200_000_000),
        ] {
            assert_eq!(time_us(text.as_bytes()), Some(want), "{text}");
        }
        for text in [
            "",
            "2026-11-23",
            "2026-11-23X09:34:13",
            "2026-11-23T09:34:1",
            "2026-11-23T09:34:61",
            "2026-11-23T24:00:00",
            "2026-13-01T00:00:00",
            "2026-00-01T00:00:00",
            "2026-02-29T00:00:00",
            "2026-04-31T00:00:00",
            "2026-04-00T00:00:00",
            "2026-11-23T09:34:13.",
            "2026-11-23T09:34:13.x",
            "2026-11-23T09:34:13Z",
            "2026-1a-23T09:34:13",
        ] {
            assert_eq!(time_us(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut expected = days_since_1970(0, 1, 1).unwrap();
        for year in 0..=9999 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Some(days) = days_since_1970(year, month, day) {
                        assert_eq!(days, expected);
                        expected += 1;
                    }
                }
            }
        }
        assert_eq!(days_since_1970(1970, 1, 1), Some(0));
    }

    #[test]
    fn damaged_values() {
        for text in [
            &b"2026-11-23T09:34:13.090036"[..],
            b"-123",
            b"00012",
            b"0.5",
        ] {
            for at in 0..text.len() {
                for byte in 0..=255 {
                    let mut damaged = text.to_vec();
                    damaged[at] = byte;
                    fuzz_number(&damaged);
                    fuzz_number(&damaged[..at]);
                }
            }
        }
    }
}
