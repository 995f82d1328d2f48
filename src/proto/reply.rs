//! One reply of tor: its lines, each with a code, a text and perhaps a data block.

use std::fmt;
use std::ops::Range;

use smallvec::SmallVec;
use zeroize::Zeroize;

use super::lines::LineEnds;
use super::redacted::RedactedCommand;

/// A whole reply, with its bytes.
///
/// Texts and data blocks lie in the bytes as they came; data blocks have been unstuffed there and
/// their lines end in LF. Each text and each block is followed by a NUL for the sake of C.
#[derive(Default)]
pub struct Reply {
    // Every range of `lines` ends below `bytes.len()`, and the byte there is NUL.
    bytes: Vec<u8>,
    lines: Records,
    secret: bool,
    /// What it refuses.
    asked: Option<Box<RedactedCommand>>,
}

/// Most replies have one or two lines.
pub(crate) type Records = SmallVec<[Record; 2]>;

/// Where a line's text and data lie in the bytes; a NUL follows each.
pub(crate) struct Record {
    code: u16,
    has_data: bool,
    text: Range<u32>,
    data: Range<u32>,
}

impl Record {
    pub(crate) fn text(&self) -> Range<usize> {
        self.text.start as usize..self.text.end as usize
    }

    pub(crate) fn data(&self) -> Option<Range<usize>> {
        let data = self.data.start as usize..self.data.end as usize;
        self.has_data.then_some(data)
    }
}

/// Positions are 32 bits wide; the limits are far below.
const MAX_BYTES: usize = u32::MAX as usize;

/// One line of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLine<'a> {
    /// The three digits.
    pub code: u16,
    /// What stands after the code and its separator.
    pub text: &'a [u8],
    /// The data block that follows the line (separator `+`).
    pub data: Option<&'a [u8]>,
}

/// Where an entry of a reply's bytes ends, and where the next one begins.
struct Cut {
    end: usize,
    next: usize,
}

/// The line that begins at `from`, and whose LF stands there: without CRLF or LF.
fn cut(bytes: &[u8], from: usize, lf: Option<usize>) -> Cut {
    match lf {
        Some(lf) => {
            let next = lf + 1;
            let end = lf - usize::from(lf > from && bytes[lf - 1] == b'\r');
            Cut { end, next }
        }
        None => Cut {
            end: bytes.len(),
            next: bytes.len(),
        },
    }
}

impl Reply {
    /// Takes the bytes of one reply, `250-a CRLF 250+b CRLF data CRLF . CRLF 250 OK CRLF`.
    ///
    /// Takes any other bytes as well: what lacks a code has code 0, what does not end ends with
    /// the bytes.
    pub fn new(mut bytes: Vec<u8>) -> Reply {
        let mut lines = Records::new();
        bytes.truncate(MAX_BYTES);
        // A NUL may be appended behind the last line; it belongs to none.
        let size = bytes.len();
        let mut at = 0;
        let mut line_ends = LineEnds::default();
        while at < size {
            let lf = line_ends.peek(&bytes[..size]);
            line_ends.pass();
            let Cut { end, next } = cut(&bytes[..size], at, lf);
            let line = &bytes[at..end];
            let (code, start) = match *line {
                [a, b, c, ..] if [a, b, c].iter().all(u8::is_ascii_digit) => {
                    let digit = |byte: u8| u16::from(byte - b'0');
                    let code = digit(a) * 100 + digit(b) * 10 + digit(c);
                    (code, at + line.len().min(4))
                }
                _ => (0, at),
            };
            let has_data = code != 0 && line.get(3) == Some(&b'+');
            terminate(&mut bytes, end);
            at = next;
            let mut data = 0..0;
            if has_data {
                (data, at) = unstuff(&mut bytes, at, size);
                line_ends = LineEnds::from(at);
            }
            lines.push(Record {
                code,
                has_data,
                text: start as u32..end as u32,
                data: data.start as u32..data.end as u32,
            });
        }
        Reply {
            bytes,
            lines,
            secret: false,
            asked: None,
        }
    }

    /// Marks the reply as holding a secret: its bytes are wiped in the end and never shown.
    pub fn set_secret(&mut self) {
        self.secret = true;
    }

    /// Says what was asked, for whoever has to tell that it was refused.
    pub(crate) fn set_asked(&mut self, asked: RedactedCommand) {
        self.asked = Some(Box::new(asked));
    }

    /// What was asked. Known of refusals only.
    pub fn asked(&self) -> Option<&RedactedCommand> {
        self.asked.as_deref()
    }

    /// The code of the last line, 0 if there is no line.
    pub fn code(&self) -> u16 {
        self.lines.last().map_or(0, |line| line.code)
    }

    /// Whether every line says that all went well (2xx). MAPADDRESS mixes codes in one reply.
    pub fn is_ok(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.code / 100 == 2)
    }

    /// How many lines there are, those of data blocks not counted.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line at all.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The line with this index.
    pub fn line(&self, index: usize) -> Option<ReplyLine<'_>> {
        self.lines.get(index).map(|record| self.show(record))
    }

    /// The lines in order.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = ReplyLine<'_>> + ExactSizeIterator {
        self.lines.iter().map(|record| self.show(record))
    }

    fn show(&self, record: &Record) -> ReplyLine<'_> {
        ReplyLine {
            code: record.code,
            text: &self.bytes[record.text()],
            data: record.data().map(|data| &self.bytes[data]),
        }
    }

    /// The text of a line with the NUL that follows it.
    pub fn text_with_nul(&self, index: usize) -> Option<&[u8]> {
        let text = self.lines.get(index)?.text();
        Some(&self.bytes[text.start..=text.end])
    }

    /// The data block of a line with the NUL that follows it.
    pub fn data_with_nul(&self, index: usize) -> Option<&[u8]> {
        let data = self.lines.get(index)?.data()?;
        Some(&self.bytes[data.start..=data.end])
    }

    /// The bytes, what lies where, and whether that is secret: for results that keep their values
    /// in the reply's buffer.
    pub(crate) fn into_parts(mut self) -> (Vec<u8>, Records, bool) {
        let bytes = std::mem::take(&mut self.bytes);
        (bytes, std::mem::take(&mut self.lines), self.secret)
    }
}

/// Puts a NUL at `end`, where a CR or LF stands or the bytes end.
/// Trick: NULs in place (docs/internals/tricks.md).
fn terminate(bytes: &mut Vec<u8>, end: usize) {
    match bytes.get_mut(end) {
        Some(byte) => *byte = 0,
        None => bytes.push(0),
    }
}

/// Unstuffs the data block that begins at `start`, in place: one dot less where a line begins with
/// one, LF for CRLF, NUL at the end. Gives where the data lies and where the next line begins.
fn unstuff(bytes: &mut Vec<u8>, start: usize, size: usize) -> (Range<usize>, usize) {
    let (mut from, mut to) = (start, start);
    // start <= to <= from <= size: what is written has been read before.
    while from < size {
        let lf = memchr::memchr(b'\n', &bytes[from..size]);
        let Cut { end, next } = cut(&bytes[..size], from, lf.map(|offset| from + offset));
        let mut line = from..end;
        from = next;
        if bytes[line.clone()].first() == Some(&b'.') {
            if line.len() == 1 {
                break;
            }
            line.start += 1;
        }
        let length = line.len();
        if line.start != to {
            bytes.copy_within(line, to);
        }
        to += length;
        // A last line without an end is kept without one.
        if next > end {
            bytes[to] = b'\n';
            to += 1;
        }
    }
    terminate(bytes, to);
    (start..to, from)
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secret {
            return write!(f, "Reply({} [secret])", self.code());
        }
        let mut list = f.debug_list();
        for line in self.lines() {
            let data = line
                .data
                .map_or(String::new(), |data| format!(" +{} bytes", data.len()));
            list.entry(&format_args!(
                "{} {}{data}",
                line.code,
                line.text.escape_ascii()
            ));
        }
        list.finish()
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if self.secret {
            self.bytes.zeroize();
        }
    }
}

/// Never panics; every range lies in the bytes and ends with a NUL.
pub fn fuzz_reply(bytes: &[u8]) {
    let reply = Reply::new(bytes.to_vec());
    for (index, line) in reply.lines().enumerate() {
        let text = reply.text_with_nul(index);
        assert_eq!(text, Some([line.text, b"\0"].concat().as_slice()));
        let data = reply.data_with_nul(index);
        assert_eq!(
            data,
            line.data.map(|data| [data, b"\0"].concat()).as_deref()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Expected<'a> = (u16, &'a [u8], Option<&'a [u8]>);

    fn check(raw: &[u8], expected: &[Expected<'_>]) {
        let reply = Reply::new(raw.to_vec());
        let lines: Vec<Expected<'_>> = reply
            .lines()
            .map(|line| (line.code, line.text, line.data))
            .collect();
        assert_eq!(lines, expected);
        fuzz_reply(raw);
    }

    #[test]
    fn one_line() {
        check(b"250 OK\r\n", &[(250, b"OK", None)]);
        check(b"250 \r\n", &[(250, b"", None)]);
        check(b"250 OK\n", &[(250, b"OK", None)]);
    }

    #[test]
    fn several_lines_and_codes() {
        let raw = b"250-127.202.196.188=y.com\r\n512-syntax error: invalid address 'a=b'\r\n250 a..b=c.com\r\n";
        check(
            raw,
            &[
                (250, b"127.202.196.188=y.com", None),
                (512, b"syntax error: invalid address 'a=b'", None),
                (250, b"a..b=c.com", None),
            ],
        );
        let reply = Reply::new(raw.to_vec());
        assert_eq!((reply.code(), reply.is_ok()), (250, false));
        assert!(Reply::new(b"250-a\r\n251 b\r\n".to_vec()).is_ok());
        assert!(!Reply::new(Vec::new()).is_ok());
    }

    #[test]
    fn data_is_unstuffed_once() {
        check(
            b"250-version=0.4.9.11\r\n250+config-text=\r\nLog notice file /x\r\n..dot\r\n...\r\n\r\n250 OK\r\n..\r\n.\r\n250 OK\r\n",
            &[
                (250, b"version=0.4.9.11", None),
                (
                    250,
                    b"config-text=",
                    Some(b"Log notice file /x\n.dot\n..\n\n250 OK\n.\n"),
                ),
                (250, b"OK", None),
            ],
        );
    }

    #[test]
    fn empty_data_lone_cr_and_nul_stay() {
        check(
            b"250+a=\r\n.\r\n250+b=\r\nx\ry\0\r\r\n.\r\n250 OK\r\n",
            &[
                (250, b"a=", Some(b"")),
                (250, b"b=", Some(b"x\ry\0\r\n")),
                (250, b"OK", None),
            ],
        );
    }

    #[test]
    fn bare_line_feeds_need_no_moving() {
        check(
            b"250+a=\nx\ny\n.\n250 OK\n",
            &[(250, b"a=", Some(b"x\ny\n")), (250, b"OK", None)],
        );
    }

    #[test]
    fn other_bytes_do_no_harm() {
        check(b"", &[]);
        check(b"\r\n", &[(0, b"", None)]);
        check(b"25", &[(0, b"25", None)]);
        check(b"250", &[(250, b"", None)]);
        check(b"250+", &[(250, b"", Some(b""))]);
        check(b"250+x", &[(250, b"x", Some(b""))]);
        check(b"250+x\r\n", &[(250, b"x", Some(b""))]);
        check(b"250+x\r\nab", &[(250, b"x", Some(b"ab"))]);
        check(b"250+x\r\nab\r\n.", &[(250, b"x", Some(b"ab\n"))]);
        check(
            b"no code\r\n250 OK",
            &[(0, b"no code", None), (250, b"OK", None)],
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut reply = Reply::new(b"250-PrivateKey=abc\r\n250 OK\r\n".to_vec());
        assert!(format!("{reply:?}").contains("abc"));
        reply.set_secret();
        assert_eq!(format!("{reply:?}"), "Reply(250 [secret])");
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 3] = [
            b"250-version=0.4.9.11\r\n250+config-text=\r\nLog notice\r\n..dot\r\n.\r\n250 OK\r\n",
            b"552-Unrecognized key \"foo\"\r\n552 Unrecognized key \"bar\"\r\n",
            b"250+a=\r\n.\r\n250+b=\r\nx\ry\0\r\r\n.\r\n250 OK\r\n",
        ];
        crate::proto::mutate::mutants(&seeds, 20_000, fuzz_reply);
    }
}
