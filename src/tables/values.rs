//! Values.

/// Keys and their values in order, as GETINFO and GETCONF answer them; a key may come more than
/// once.
#[answer(view, proto::result::Values)]
struct values {
    /// How many entries there are.
    #[is(item.len())]
    count: Count,

    /// The key of an entry, in tor's spelling.
    #[is(item.key_with_nul(index)?)]
    #[index(index)]
    key: Text,

    /// The value of an entry, "" if it has none. A value of several lines has LF at the end of
    /// each.
    #[is(item.value_with_nul(index)?)]
    #[index(index)]
    value: Bytes,

    /// Whether the entry is an option without a value, which is not the same as an empty value.
    #[is(item.is_unset(index))]
    #[index(index)]
    is_unset: Flag,
}

trait Values {
    /// The value of the first entry with this key. If there is none in the same case, the first in
    /// another case counts.
    ///
    /// Returns a string that lives in the values, or NULL if there is no such key.
    fn values_find(values: &Values, key: Str) -> *const c_char {
        c_text(values.value_with_nul(values.find(key)?)?)
    }
}
