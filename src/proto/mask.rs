//! Looking at many bytes at once.
//!
//! With the vector instructions that every processor of its kind has. The crate `wide` has the unsafe
//! code that they need; this layer stays without.

use wide::u8x16;

/// Bytes looked at in one go.
pub(super) const BLOCK: usize = 64;

/// One bit for each byte of the block, the lowest for the first: set where the byte is this one.
#[inline(always)]
pub(super) fn mask(block: &[u8; BLOCK], byte: u8) -> u64 {
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
pub(super) fn either_of(bytes: [u8; 16], a: u8, b: u8) -> u32 {
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
pub(super) fn are_hex(bytes: [u8; 16]) -> bool {
    let bytes = u8x16::new(bytes);
    let digits = up_to(bytes, b'0', 10);
    let letters = up_to(bytes | u8x16::splat(0x20), b'a', 6);
    (digits | letters).move_mask() == 0xffff
}

/// Whether all bytes are characters of base64.
#[inline(always)]
pub(super) fn are_base64(bytes: [u8; 16]) -> bool {
    let bytes = u8x16::new(bytes);
    let digits = up_to(bytes, b'0', 10);
    let letters = up_to(bytes | u8x16::splat(0x20), b'a', 26);
    let others = bytes.cmp_eq(u8x16::splat(b'+')) | bytes.cmp_eq(u8x16::splat(b'/'));
    (digits | letters | others).move_mask() == 0xffff
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
                assert_eq!(are_base64(bytes), is_base64, "{byte}");
                assert_eq!(either_of(bytes, byte, 0xee) >> at & 1, 1);
                assert_eq!(
                    either_of(bytes, 0xee, byte) & !(1 << at),
                    either_of(*b"0189abcdefABCDEF", 0xee, byte) & !(1 << at)
                );
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
            }
        }
    }
}
