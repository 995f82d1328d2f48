//! The lines of a text, and data blocks from the wire's form to the text that they stand for.

use super::mask::{mask, BLOCK};

/// Finds the ends of a text's lines one after the other. The text may grow behind what was looked at.
///
/// Trick: a mask of 64 bytes (docs/internals/tricks.md).
#[derive(Clone, Debug, Default)]
pub(crate) struct LineEnds {
    /// Where the block begins that the bits are of.
    block: usize,
    /// Behind what was looked at.
    scanned: usize,
    /// One for each line end of the block that was not passed yet.
    bits: u64,
}

impl LineEnds {
    /// Those from this position on.
    pub(crate) fn from(at: usize) -> LineEnds {
        LineEnds {
            block: at,
            scanned: at,
            bits: 0,
        }
    }

    /// Where the next LF stands.
    #[inline(always)]
    pub(crate) fn peek(&mut self, text: &[u8]) -> Option<usize> {
        while self.bits == 0 {
            self.block = self.scanned;
            let rest = text.get(self.scanned..)?;
            self.bits = match rest.first_chunk() {
                Some(block) => {
                    self.scanned += BLOCK;
                    mask(block, b'\n')
                }
                None if rest.is_empty() => return None,
                None => {
                    self.scanned += rest.len();
                    last_block(rest)
                }
            };
        }
        Some(self.block + self.bits.trailing_zeros() as usize)
    }

    /// Goes on behind the one that [`peek`](LineEnds::peek) has found.
    #[inline(always)]
    pub(crate) fn pass(&mut self) {
        self.bits &= self.bits.wrapping_sub(1);
    }

    /// The same of a text that has lost so many bytes at its front, all of them passed.
    pub(crate) fn shift(&mut self, gone: usize) {
        if self.block < gone {
            // Bits of lines that were passed are gone already.
            self.bits >>= (gone - self.block).min(BLOCK - 1);
            self.block = gone;
        }
        self.block -= gone;
        self.scanned -= gone;
    }
}

#[inline(never)]
fn last_block(rest: &[u8]) -> u64 {
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    mask(&block, b'\n')
}

/// Copied in one step; most lines are shorter.
const CHUNK: usize = 64;

/// Appends the text that lines of a data block stand for: one dot less where a line begins with
/// one, LF for CRLF, and for a last line without an end. If a line is a lone dot, which ends the
/// block, says where the line behind it begins.
pub fn append_unstuffed(wire: &[u8], text: &mut Vec<u8>) -> Option<usize> {
    let mut to = text.len();
    // The text is shorter than the wire's, but for the last line's end.
    text.resize(to + wire.len() + CHUNK, 0);
    let mut ends = LineEnds::default();
    let (mut from, mut behind) = (0, None);
    while from < wire.len() {
        let (end, next) = match ends.peek(wire) {
            Some(end) => (end, end + 1),
            None => (wire.len(), wire.len()),
        };
        ends.pass();
        let end = end - usize::from(end > from && wire[end - 1] == b'\r');
        if wire[from] == b'.' && end > from {
            from += 1;
            if from == end {
                behind = Some(next);
                break;
            }
        }
        copy_line(&wire[from..], end - from, &mut text[to..]);
        to += end - from;
        text[to] = b'\n';
        to += 1;
        from = next;
    }
    text.truncate(to);
    behind
}

/// Copies the first bytes in chunks, for a call costs more than most lines. What the last chunk
/// writes behind them will be overwritten, or cut off.
#[inline(always)]
fn copy_line(from: &[u8], size: usize, to: &mut [u8]) {
    let mut at = 0;
    while at < size {
        let chunks = (
            from.get(at..).and_then(<[u8]>::first_chunk::<CHUNK>),
            to.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<CHUNK>),
        );
        match chunks {
            (Some(from), Some(to)) => *to = *from,
            _ => return to[at..size].copy_from_slice(&from[at..size]),
        }
        at += CHUNK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(wire: &[u8]) -> (Vec<u8>, Option<usize>) {
        let mut text = b"before".to_vec();
        let size = append_unstuffed(wire, &mut text);
        assert!(text.starts_with(b"before"));
        (text.split_off(6), size)
    }

    #[test]
    fn a_line_loses_one_dot_and_its_cr() {
        for (wire, text) in [
            (&b""[..], &b""[..]),
            (b"\r\n", b"\n"),
            (b"a\r\n\r\nb\n", b"a\n\nb\n"),
            (b"..\r\n.a\r\n...\r\n", b".\na\n..\n"),
            (b"a\rb\r\r\n", b"a\rb\r\n"),
            (b"cut o", b"cut o\n"),
            (b".\r", b""),
        ] {
            let end = (wire == b".\r").then_some(2);
            assert_eq!(text_of(wire), (text.to_vec(), end));
        }
        assert_eq!(text_of(b"a\r\n.\r\nb\r\n"), (b"a\n".to_vec(), Some(6)));
        assert_eq!(text_of(b"a\n.\nb\r\n"), (b"a\n".to_vec(), Some(4)));
    }

    #[test]
    fn lines_of_any_length() {
        let (mut wire, mut text) = (Vec::new(), Vec::new());
        for size in 0..200 {
            let line = vec![b'a' + (size % 26) as u8; size];
            wire.extend_from_slice(&line);
            wire.extend_from_slice(b"\r\n");
            text.extend_from_slice(&line);
            text.push(b'\n');
            assert_eq!(text_of(&wire), (text.clone(), None));
        }
    }

    #[test]
    fn line_ends_of_a_text_that_grows_and_loses_its_front() {
        let text: Vec<u8> = (0..1000u32)
            .map(|at| if at * at % 7 == 1 { b'\n' } else { b'x' })
            .collect();
        let expected: Vec<usize> = memchr::memchr_iter(b'\n', &text).collect();
        for step in [1, 3, 63, 64, 65, 200, 1000] {
            let mut ends = LineEnds::default();
            let (mut seen, mut gone) = (Vec::new(), 0);
            for size in (0..=text.len()).step_by(step).chain([text.len()]) {
                if size < gone {
                    continue;
                }
                while let Some(end) = ends.peek(&text[gone..size]) {
                    assert_eq!(ends.peek(&text[gone..size]), Some(end));
                    ends.pass();
                    seen.push(gone + end);
                    if seen.len() % 3 == 0 {
                        // All that was passed goes.
                        ends.shift(end + 1);
                        gone += end + 1;
                    }
                }
            }
            assert_eq!(seen, expected, "{step}");
        }
        let mut ends = LineEnds::from(500);
        assert_eq!(
            ends.peek(&text),
            expected.iter().find(|end| **end >= 500).copied()
        );
    }
}
