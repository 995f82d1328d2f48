//! Mapped addresses

trait AddressMappings {
    /// Asks which addresses stand for others, by GETINFO address-mappings. `kind` is "all",
    /// "config" (of the torrc), "cache" (looked up) or "control" (of torctl_map_address()).
    #[called(("keys[0]", "kind"))]
    #[calls(address::mappings)]
    fn get_mappings(
        controller: &Controller,
        #[check(kind_text)] kind: Str,
        call: &Operation,
        mappings: New<torctl_mappings>,
    );
}

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
