//! Options of tor's configuration that changed: CONF_CHANGED.
//!
//! tor sends one event for each change: by torctl_set_conf() or another controller, or when tor
//! read its configuration again. It has one line for each option, and for one that may be given
//! several times, a line for each of its values, in order. A program that keeps values of options
//! updates them here. Values are in tor's form, which need not be the one that was given: "{us}"
//! may become "{us},{??}".

/// One line for each option.
#[events(ConfChanged)]
#[number(114)]
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
