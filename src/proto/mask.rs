//! Looking at many bytes in one step.
//!
//! Trick: a mask of 64 bytes (docs/internals/tricks.md).
//!
//! With the vector instructions that every processor of its kind has. The crate `wide` has the
//! unsafe code that they need; this layer stays without.

use wide::u8x16;

/// Bytes looked at in one go.
pub(crate) const BLOCK: usize = 64;

/// One bit for each byte of the block, the lowest for the first: set where the byte is this one.
#[inline(always)]
pub(crate) fn mask(block: &[u8; BLOCK], byte: u8) -> u64 {
    let wanted = u8x16::splat(byte);
    let mut mask = 0;
    for (index, chunk) in block.chunks_exact(16).enumerate() {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(chunk);
        let same = u8x16::new(bytes).cmp_eq(wanted);
        mask |= (same.move_mask() as u64) << (16 * index);
    }
    mask
}

/// One bit for each of sixteen bytes that is one of these two.
#[inline(always)]
pub(crate) fn either_of(bytes: [u8; 16], a: u8, b: u8) -> u32 {
    let bytes = u8x16::new(bytes);
    let same = bytes.cmp_eq(u8x16::splat(a)) | bytes.cmp_eq(u8x16::splat(b));
    same.move_mask() as u32
}

/// Those that are one of `count` bytes from this one on.
#[inline(always)]
fn up_to(bytes: u8x16, from: u8, count: u8) -> u8x16 {
    let offset = bytes - u8x16::splat(from);
    offset.min(u8x16::splat(count - 1)).cmp_eq(offset)
}

/// Whether all bytes are hexadecimal digits.
#[inline(always)]
pub(crate) fn are_hex(bytes: [u8; 16]) -> bool {
    let bytes = u8x16::new(bytes);
    let digits = up_to(bytes, b'0', 10);
    let letters = up_to(bytes | u8x16::splat(0x20), b'a', 6);
    (digits | letters).move_mask() == 0xffff
}

/// One bit for each of sixteen bytes that is a character of base64.
#[inline(always)]
pub(crate) fn base64_of(bytes: [u8; 16]) -> u32 {
    let bytes = u8x16::new(bytes);
    let digits = up_to(bytes, b'0', 10);
    let letters = up_to(bytes | u8x16::splat(0x20), b'a', 26);
    let others = bytes.cmp_eq(u8x16::splat(b'+')) | bytes.cmp_eq(u8x16::splat(b'/'));
    (digits | letters | others).move_mask() as u32
}

/// Sixteen bytes of the block.
#[inline(always)]
fn quarter(block: &[u8; BLOCK], index: usize) -> u8x16 {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&block[16 * index..16 * index + 16]);
    u8x16::new(bytes)
}

/// Whether the block has this byte in it.
#[inline(always)]
pub(crate) fn has(block: &[u8; BLOCK], byte: u8) -> bool {
    let same = [0, 1, 2, 3].map(|index| quarter(block, index).cmp_eq(u8x16::splat(byte)));
    (same[0] | same[1] | same[2] | same[3]).move_mask() != 0
}

/// Whether the text has a CR or a NUL in it.
pub(crate) fn has_cr_or_nul(text: &[u8]) -> bool {
    // 0 where the byte is one of them.
    let difference = |bytes: u8x16| bytes.min(bytes ^ u8x16::splat(b'\r'));
    let (mut least, mut rest) = (u8x16::splat(1), text);
    while let Some((block, behind)) = rest.split_first_chunk() {
        let all = [0, 1, 2, 3].map(|index| difference(quarter(block, index)));
        least = least.min(all[0].min(all[1])).min(all[2].min(all[3]));
        rest = behind;
    }
    while let Some((sixteen, behind)) = rest.split_first_chunk() {
        least = least.min(difference(u8x16::new(*sixteen)));
        rest = behind;
    }
    match text.last_chunk() {
        Some(sixteen) => least = least.min(difference(u8x16::new(*sixteen))),
        None => return rest.iter().any(|byte| matches!(byte, b'\r' | 0)),
    }
    least.cmp_eq(u8x16::splat(0)).move_mask() != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_told_from_others() {
        for byte in 0..=u8::MAX {
            for at in 0..16 {
                let mut bytes = *b"0189abcdefABCDEF";
                bytes[at] = byte;
                assert_eq!(are_hex(bytes), byte.is_ascii_hexdigit(), "{byte}");
                let is_base64 = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
                assert_eq!(base64_of(bytes) | 1 << at, 0xffff, "{byte}");
                assert_eq!(base64_of(bytes) >> at & 1 != 0, is_base64, "{byte}");
                assert_eq!(either_of(bytes, byte, 0xee) >> at & 1, 1);
                assert_eq!(
                    either_of(bytes, 0xee, byte) & !(1 << at),
                    either_of(*b"0189abcdefABCDEF", 0xee, byte) & !(1 << at)
                );
            }
        }
    }

    #[test]
    fn cr_and_nul_are_found_anywhere() {
        for size in 0..200 {
            let mut text = vec![b'\n'; size];
            assert!(!has_cr_or_nul(&text));
            for at in 0..size {
                for byte in [b'\r', 0, 1, b'\n' + 2, 0x80] {
                    text[at] = byte;
                    assert_eq!(has_cr_or_nul(&text), matches!(byte, b'\r' | 0));
                }
                text[at] = b'\t';
            }
        }
    }

    #[test]
    fn every_byte_has_its_bit() {
        for at in 0..BLOCK {
            for byte in [0, b' ', b'\n', 0x7f, 0x80, 0xff] {
                let mut block = [byte.wrapping_add(1); BLOCK];
                block[at] = byte;
                assert_eq!(mask(&block, byte), 1 << at);
                assert_eq!(mask(&block, byte.wrapping_add(1)), !(1 << at));
                assert!(has(&block, byte) && !has(&block, byte.wrapping_add(2)));
            }
        }
    }
}
