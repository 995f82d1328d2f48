//! Changed options: CONF_CHANGED.

use super::{message, read};
use torctl::ffi::event_conf::*;
use torctl::proto::event::Kind;

#[test]
fn changed_options_in_their_order() {
    let made = message(
        Kind::ConfChanged,
        "650-CONF_CHANGED\r\n650-ExcludeNodes=\r\n650-Nickname\r\n650-Log=notice stdout\r\n\
         650-Log=\"a\\\"b\\000c\"\r\n650 OK\r\n",
    );
    let conf = Some(&made);
    assert_eq!(torctl_conf_changed_count(conf), 4);
    let lines: Vec<_> = (0..5)
        .map(|line| {
            (
                read(torctl_conf_changed_name(conf, line)),
                read(torctl_conf_changed_value(conf, line)),
                torctl_conf_changed_value_size_bytes(conf, line),
                torctl_conf_changed_is_unset(conf, line),
            )
        })
        .collect();
    let line = |name: &str, value: &str, size, unset| (name.into(), value.into(), size, unset);
    assert_eq!(
        lines,
        [
            line("ExcludeNodes", "", 0, 0),
            line("Nickname", "", 0, 1),
            line("Log", "notice stdout", 13, 0),
            line("Log", "a\\\"b", 5, 0),
            line("", "", 0, 0),
        ]
    );
    assert_eq!(torctl_conf_changed_count(None), 0);
}
