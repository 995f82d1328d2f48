//! The lines of a whole event message, and its data.

use crate::proto::lines::append_unstuffed;
use memchr::memchr;

/// Walks the status lines of a message; what stands in data blocks is left out.
pub(super) struct StatusLines<'a> {
    rest: &'a [u8],
    /// Whether a data block comes next, which ends at a line with a lone dot.
    in_data: bool,
}

/// A status line without its code and its line end.
pub(super) struct StatusLine<'a> {
    /// ' ', '-' or '+'.
    pub(super) separator: u8,
    pub(super) text: &'a [u8],
}

impl<'a> StatusLines<'a> {
    pub(super) fn new(raw: &'a [u8]) -> StatusLines<'a> {
        StatusLines {
            rest: raw,
            in_data: false,
        }
    }

    fn line(&mut self) -> Option<&'a [u8]> {
        take_line(&mut self.rest)
    }
}

impl<'a> Iterator for StatusLines<'a> {
    type Item = StatusLine<'a>;

    fn next(&mut self) -> Option<StatusLine<'a>> {
        while self.in_data {
            self.in_data = self.line()? != b".";
        }
        let line = self.line()?;
        let separator = line.get(3).copied().unwrap_or(b' ');
        self.in_data = separator == b'+';
        Some(StatusLine {
            separator,
            text: line.get(4..).unwrap_or_default(),
        })
    }
}

/// Takes the next line off, without its CRLF (or LF, or the end of the text).
fn take_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if rest.is_empty() {
        return None;
    }
    let (line, after) = match memchr(b'\n', rest) {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (*rest, &rest[rest.len()..]),
    };
    *rest = after;
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

/// Appends what stands in the data blocks of a message: dots unstuffed, each line ended by LF.
pub fn append_data(raw: &[u8], data: &mut Vec<u8>) {
    // No data without a plus, and most messages are one line.
    if raw.get(3) == Some(&b' ') {
        return;
    }
    let mut rest = raw;
    while let Some(line) = take_line(&mut rest) {
        if line.get(3) != Some(&b'+') {
            continue;
        }
        rest = match append_unstuffed(rest, data) {
            Some(end) => &rest[end..],
            None => &[],
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(raw: &[u8]) -> Vec<u8> {
        let mut data = Vec::new();
        append_data(raw, &mut data);
        data
    }

    #[test]
    fn data_loses_one_dot_and_nothing_else() {
        assert_eq!(
            data(b"650+NS\r\n..dot\r\n...\r\n250 OK\r\n\r\nlast K\r\n.\r\n650 OK\r\n"),
            b".dot\n..\n250 OK\n\nlast K\n"
        );
        assert_eq!(data(b"650+X\r\n\r\n.\r\n650 OK\r\n"), b"\n");
        assert_eq!(data(b"650+X\r\n.\r\n650 OK\r\n"), b"");
        assert_eq!(
            data(b"650-X\r\n650+Y\r\na\r\n.\r\n650+Z\r\nb\r\n.\r\n650 OK\r\n"),
            b"a\nb\n"
        );
        assert_eq!(data(b"650 BW+1\r\n"), b"");
        // A CR that belongs to no line end is tor's own.
        assert_eq!(data(b"650+X\r\na\rb\r\r\nc\n.\r\n650 OK"), b"a\rb\r\nc\n");
        assert_eq!(data(b"650+X\r\ncut o"), b"cut o\n");
    }

    #[test]
    fn status_lines_leave_data_out() {
        let raw = b"650-A 1\r\n650+B\r\n650 no\r\n..\r\n.\r\n650-C\r\n650\r\n6\r\n650 OK\r\n";
        let lines: Vec<(u8, &[u8])> = StatusLines::new(raw)
            .map(|line| (line.separator, line.text))
            .collect();
        assert_eq!(
            lines,
            [
                (b'-', &b"A 1"[..]),
                (b'+', b"B"),
                (b'-', b"C"),
                (b' ', b""),
                (b' ', b""),
                (b' ', b"OK"),
            ]
        );
    }
}
