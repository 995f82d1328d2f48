//! Changes of guards: GUARD.

use super::{event, read};
use torctl::ffi::event_fields::*;

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
