//! Options of tor's configuration that changed: CONF_CHANGED.

/// One line for each option.
#[events(ConfChanged)]
struct conf_changed {
    #[hand]
    #[line("number of lines")]
    count: Count,

    #[hand]
    #[line("Key")]
    name: Text,

    #[hand]
    #[line("Value")]
    value: Bytes,

    #[hand]
    #[line("no =")]
    is_unset: Small,
}
