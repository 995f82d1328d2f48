//! Mapped addresses.

/// Addresses that stand for others.
#[answer(list, proto::info::Mapping)]
struct mappings {
    /// The address that programs use.
    from: Text,

    /// The address that tor uses for it.
    to: Text,

    /// When the mapping ends; 0 for never.
    #[is(item.expires_us)]
    expires_unix_us: Time,
}
