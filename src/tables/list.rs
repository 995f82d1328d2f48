//! Lists.

/// Texts in tor's order.
#[answer(list, Vec<u8>)]
struct list {
    /// A text of the list.
    #[is(item)]
    item: Bytes,
}
