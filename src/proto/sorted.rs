//! Positions in the order of what stands there.

use std::cmp::Ordering;

/// The positions from 0 to `count`, sorted; equal ones stay in their order. Not generic: a sort
/// would else be in the library once for each kind of thing that is sorted.
#[inline(never)]
pub(crate) fn sorted_positions(
    count: usize,
    compare: &dyn Fn(usize, usize) -> Ordering,
) -> Box<[u32]> {
    let mut order: Box<[u32]> = (0..count as u32).collect();
    order.sort_by(|one, other| compare(*one as usize, *other as usize));
    order
}
