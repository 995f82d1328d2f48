//! Changes of guards: GUARD.

use std::ffi::c_char;

use super::field::{arg, first_part, second_part, text};
use crate::engine::event::Event;
use crate::proto::event::{words, Kind, KindSet, List};

/// One kind.
const GUARD: KindSet = KindSet::of(Kind::Guard);

/// Status of a guard: absent, or a word that this version does not know.
pub const TORCTL_GUARD_UNKNOWN: i32 = 0;
/// Status of a guard: NEW.
pub const TORCTL_GUARD_NEW: i32 = 1;
/// Status of a guard: UP.
pub const TORCTL_GUARD_UP: i32 = 2;
/// Status of a guard: DOWN.
pub const TORCTL_GUARD_DOWN: i32 = 3;
/// Status of a guard: DROPPED.
pub const TORCTL_GUARD_DROPPED: i32 = 4;
/// Status of a guard: BAD.
pub const TORCTL_GUARD_BAD: i32 = 5;
/// Status of a guard: GOOD.
pub const TORCTL_GUARD_GOOD: i32 = 6;
/// Status of a guard: BAD_L2.
pub const TORCTL_GUARD_BAD_L2: i32 = 7;
/// Status of a guard: GOOD_L2.
pub const TORCTL_GUARD_GOOD_L2: i32 = 8;

/// What kind of guard it is; "ENTRY" is the only one today.
#[no_mangle]
pub extern "C" fn torctl_guard_type(event: Option<&Event>) -> *const c_char {
    text(arg(event, GUARD, 0))
}

/// The relay as tor wrote it: $FINGERPRINT~nickname. The nickname may be empty.
#[no_mangle]
pub extern "C" fn torctl_guard_name(event: Option<&Event>) -> *const c_char {
    text(arg(event, GUARD, 1))
}

/// The fingerprint of the relay: 40 hexadecimal digits without $; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_guard_fingerprint(event: Option<&Event>) -> *const c_char {
    text(first_part(event, GUARD, List::Relays, 0))
}

/// The nickname of the relay; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_guard_nickname(event: Option<&Event>) -> *const c_char {
    text(second_part(event, GUARD, List::Relays, 0))
}

/// What became of the guard. The two with L2 are of the second layer (vanguards). One of
/// TORCTL_GUARD_NEW to TORCTL_GUARD_GOOD_L2, or TORCTL_GUARD_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_guard_status(event: Option<&Event>) -> i32 {
    words::GUARD_STATUS.number(arg(event, GUARD, 2).bytes())
}

/// tor's word for torctl_guard_status(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_guard_status_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, GUARD, 2))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

    #[test]
    fn every_field_of_a_guard() {
        let fingerprint = "8E234AC15A9BA365968F599E961BB22A71508874";
        for (name, nickname, word, number) in [
            ("~test005r", "test005r", "GOOD_L2", TORCTL_GUARD_GOOD_L2),
            ("~", "", "UP", TORCTL_GUARD_UP),
            ("", "", "BAD_L2", TORCTL_GUARD_BAD_L2),
            ("~None", "None", "ODD", TORCTL_GUARD_UNKNOWN),
        ] {
            let made = event(&format!("GUARD ENTRY ${fingerprint}{name} {word}"));
            let guard = Some(&made);
            assert_eq!(read(torctl_guard_type(guard)), "ENTRY");
            assert_eq!(
                read(torctl_guard_name(guard)),
                format!("${fingerprint}{name}")
            );
            assert_eq!(read(torctl_guard_fingerprint(guard)), fingerprint);
            assert_eq!(read(torctl_guard_nickname(guard)), nickname);
            assert_eq!(torctl_guard_status(guard), number);
            assert_eq!(read(torctl_guard_status_text(guard)), word);
        }
    }
}
