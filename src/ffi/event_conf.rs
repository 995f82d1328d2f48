//! Changed options: CONF_CHANGED.

use std::ffi::c_char;

use super::field::{fields, text};
use crate::engine::event::Event;
use crate::proto::event::{Fields, Kind, KindSet, Pair, Text};

/// One kind.
const CONF: KindSet = KindSet::of(Kind::ConfChanged);

/// How many lines the event has. An option that may be given several times has a line for each, in
/// their order.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_count(event: Option<&Event>) -> usize {
    fields(event, CONF).map_or(0, Fields::pair_count)
}

fn line(event: Option<&Event>, index: usize) -> Option<Pair<'_>> {
    fields(event, CONF)?.pair(index)
}

/// The name of the option of a line, counted from 0; "" when there is no such line.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_name(event: Option<&Event>, index: usize) -> *const c_char {
    text(line(event, index).map_or(Text::EMPTY, |line| line.name))
}

/// The value of a line, counted from 0, unquoted as tor quotes (C escapes, but only where the
/// value begins with a quote); "" when it is empty or unset, or there is no such line.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_value(event: Option<&Event>, index: usize) -> *const c_char {
    text(line(event, index).map_or(Text::EMPTY, |line| line.value))
}

/// The length of torctl_conf_changed_value() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_value_size_bytes(
    event: Option<&Event>,
    index: usize,
) -> usize {
    line(event, index).map_or(0, |line| line.value.bytes().len())
}

/// 1 if the option of a line, counted from 0, is unset now and has its default; 0 if it has a
/// value, even an empty one.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_is_unset(event: Option<&Event>, index: usize) -> i32 {
    line(event, index).map_or(0, |line| i32::from(!line.is_set))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{message, read};
    use super::*;

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
}
