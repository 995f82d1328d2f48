//! Dates and times of documents, which need not stand in one word.

use super::token::LineWords;
use crate::proto::text::{is_blank, time};

/// `YYYY-MM-DD` and `HH:MM:SS`, in microseconds since 1970.
pub(super) fn date_and_time(date: &[u8], clock: &[u8]) -> Option<i64> {
    let mut both = *b"0000-00-00 00:00:00";
    both.first_chunk_mut::<10>()?
        .copy_from_slice(date.first_chunk::<10>().filter(|_| date.len() == 10)?);
    both.last_chunk_mut::<8>()?
        .copy_from_slice(clock.first_chunk::<8>().filter(|_| clock.len() == 8)?);
    time(&both)
}

/// The date and the time that the text begins with, and their size in it.
pub(super) fn leading_time(text: &[u8]) -> Option<(i64, usize)> {
    // As tor writes it.
    if let Some((both, behind)) = text.split_first_chunk::<19>() {
        if behind.first().is_none_or(|byte| is_blank(*byte)) {
            if let Some(time) = time(both) {
                return Some((time, both.len()));
            }
        }
    }
    let mut words = LineWords::of(text);
    let (date, clock) = (words.next()?, words.next()?);
    let time = date_and_time(date.text, clock.text)?;
    Some((time, clock.at + clock.text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_and_a_time() {
        let expected = time(b"2024-01-02 03:04:05");
        for text in ["2024-01-02 03:04:05", "2024-01-02\t 03:04:05 more"] {
            let (time, size) = leading_time(text.as_bytes()).unwrap();
            assert_eq!(Some(time), expected);
            assert!(text[..size].ends_with(":05"));
        }
        for bad in [
            "2024-01-02",
            "2024-01-02 03:04",
            "2024-1-2 03:04:05",
            "soon soon",
        ] {
            assert_eq!(leading_time(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn damaged_times() {
        crate::proto::mutate::mutants(&[b"2024-01-02\t 03:04:05 more"], 2000, |text| {
            leading_time(text);
        });
    }
}
