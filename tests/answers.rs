//! The objects that src/tables makes of answers: what their functions give, and what they give for
//! NULL and for an index that is too large.

use std::ffi::{c_char, CStr};

use torctl::api::conf::ConfigOption;
use torctl::api::exit_policy;
use torctl::api::outcome::Outcome;
use torctl::api::process_info::ProcessInfo;
use torctl::engine::event::Event;
use torctl::error::Error;
use torctl::ffi::answers::*;
use torctl::ffi::error::torctl_error_message;
use torctl::ffi::event_fields::*;
use torctl::ffi::status::*;
use torctl::onion::answer;
use torctl::onion::fetch::{Fetch, RelayAnswer};
use torctl::onion::published::PublishStatus;
use torctl::proto::event::Kind;
use torctl::proto::info::{self, Accounting};
use torctl::proto::{bridge, onion_address};

/// What a C program reads through a pointer.
fn read(text: *const c_char) -> String {
    assert!(!text.is_null());
    // SAFETY: an accessor returned it, for an object that is still there.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_bytes().escape_ascii().to_string()
}

#[test]
fn entry_guards() {
    let fingerprint = "BFAB10BBCF78461683133C3FF9C4927D32BD941A";
    let lines: String = "up down never-connected unusable unlisted odd"
        .split(' ')
        .map(|state| format!("${fingerprint}~name {state} 2024-05-06 07:08:09\n"))
        .collect();
    let all: Vec<_> = info::entry_guards(lines.as_bytes()).collect();
    let guards = torctl_guards::from(all);
    let guards = Some(&guards);
    assert_eq!(torctl_guards_count(guards), 6);
    let states = (0..7).map(|index| torctl_guards_state(guards, index));
    // These numbers never change.
    assert_eq!(
        states.collect::<Vec<_>>(),
        [3001, 3002, 3003, 3004, 3005, 0, 0]
    );
    assert_eq!(read(torctl_guards_fingerprint(guards, 0)), fingerprint);
    assert_eq!(read(torctl_guards_nickname(guards, 5)), "name");
    assert_eq!(
        torctl_guards_since_unix_us(guards, 0),
        1_714_979_289_000_000
    );
    assert_eq!(read(torctl_guards_nickname(guards, 6)), "");
    assert_eq!(torctl_guards_since_unix_us(guards, 6), 0);
    assert_eq!(torctl_guards_count(None), 0);
    assert_eq!(read(torctl_guards_fingerprint(None, 0)), "");
    torctl_guards_free(None);
}

#[test]
fn mapped_addresses() {
    let lines = b"a.example b.example NEVER\nc d \"2024-05-06 07:08:09\"\n";
    let mappings: torctl_mappings = info::mappings(lines).collect();
    let mappings = Box::new(mappings);
    let all = Some(&*mappings);
    assert_eq!(torctl_mappings_count(all), 2);
    assert_eq!(read(torctl_mappings_from(all, 0)), "a.example");
    assert_eq!(read(torctl_mappings_to(all, 0)), "b.example");
    assert_eq!(torctl_mappings_expires_unix_us(all, 0), 0);
    assert_eq!(
        torctl_mappings_expires_unix_us(all, 1),
        1_714_979_289_000_000
    );
    torctl_mappings_free(Some(mappings));
}

#[test]
fn options_with_defaults() {
    let option = ConfigOption {
        name: b"Log".to_vec(),
        kind: b"LineList".to_vec(),
        defaults: vec![b"notice stdout".to_vec(), b"a\0b".to_vec()],
    };
    let options = torctl_config_options::from(vec![option]);
    let options = Some(&options);
    assert_eq!(read(torctl_config_options_name(options, 0)), "Log");
    assert_eq!(read(torctl_config_options_type(options, 0)), "LineList");
    assert_eq!(torctl_config_options_default_count(options, 0), 2);
    assert_eq!(torctl_config_options_default_count(options, 1), 0);
    let default = |index, value| read(torctl_config_options_default(options, index, value));
    assert_eq!(default(0, 0), "notice stdout");
    // C reads up to the NUL.
    assert_eq!(default(0, 1), "a");
    assert_eq!((default(0, 2), default(1, 0)), Default::default());
}

#[test]
fn places() {
    let value = b"\"127.0.0.1:9050\" \"[::1]:9051\" \"unix:/run/tor/control\" \"what:is this\"";
    let endpoints: torctl_endpoints = info::listeners(value).collect();
    let endpoints = Some(&endpoints);
    let place = |index| {
        (
            torctl_endpoints_family(endpoints, index),
            read(torctl_endpoints_address(endpoints, index)),
            torctl_endpoints_port(endpoints, index),
        )
    };
    let places: Vec<_> = (0..5).map(place).collect();
    let expected = [
        (2904, "127.0.0.1", 9050),
        (2906, "::1", 9051),
        (2901, "/run/tor/control", 0),
        (0, "what:is this", 0),
        (0, "", 0),
    ];
    let expected = expected.map(|(family, address, port)| (family, address.to_string(), port));
    assert_eq!(places, expected);
}

#[test]
fn exit_policies() {
    let policy = exit_policy::ExitPolicy::new(b"reject *:25,accept *:*");
    let policy = torctl_exit_policy::from(policy);
    let policy = Some(&policy);
    assert_eq!(read(torctl_exit_policy_summary(policy)), "reject 25");
    assert_eq!(torctl_exit_policy_rule_count(policy), 2);
    assert_eq!(read(torctl_exit_policy_rule(policy, 1)), "accept *:*");
    assert_eq!(read(torctl_exit_policy_rule(policy, 2)), "");
    assert_eq!(torctl_exit_policy_rule_count(None), 0);
}

#[test]
fn a_process() {
    let known = torctl_process::from(ProcessInfo {
        pid: Some(7),
        uid: Some(0),
        user: b"tor".to_vec(),
        descriptor_limit: Some(1024),
        uptime_s: Some(60),
        started_unix_us: Some(-5),
    });
    let unknown = torctl_process::from(ProcessInfo::default());
    let numbers = |process| {
        (
            torctl_process_pid(process),
            torctl_process_uid(process),
            torctl_process_descriptor_limit(process),
            torctl_process_uptime_s(process),
            torctl_process_started_unix_us(process),
        )
    };
    assert_eq!(numbers(Some(&known)), (7, 0, 1024, 60, -5));
    assert_eq!(numbers(Some(&unknown)), (0, -1, 0, 0, 0));
    assert_eq!(numbers(None), (0, -1, 0, 0, 0));
    assert_eq!(read(torctl_process_user(Some(&known))), "tor");
    assert_eq!(read(torctl_process_user(Some(&unknown))), "");
}

#[test]
fn traffic() {
    let bandwidths: torctl_bandwidths = info::bandwidth_cache(b"1,2 3,4").collect();
    let bandwidths = Some(&bandwidths);
    assert_eq!(torctl_bandwidths_count(bandwidths), 2);
    assert_eq!(torctl_bandwidths_read_bytes(bandwidths, 1), 3);
    assert_eq!(torctl_bandwidths_written_bytes(bandwidths, 1), 4);
    assert_eq!(torctl_bandwidths_written_bytes(bandwidths, 2), 0);

    for (word, number) in [("awake", 4501), ("soft", 4502), ("hard", 4503), ("odd", 0)] {
        let mut accounting = Accounting::default();
        for (key, value) in [
            ("enabled", "1"),
            ("hibernating", word),
            ("bytes", "10 20"),
            ("bytes-left", "30 40"),
            ("interval-start", "2024-05-06 07:08:09"),
            ("interval-wake", "2024-05-06 07:08:10"),
            ("interval-end", "2024-05-06 07:08:11"),
        ] {
            accounting.take(format!("accounting/{key}").as_bytes(), value.as_bytes());
        }
        let accounting = torctl_accounting::from(accounting);
        let accounting = Some(&accounting);
        assert_eq!(torctl_accounting_is_enabled(accounting), 1);
        assert_eq!(torctl_accounting_hibernating(accounting), number, "{word}");
        let bytes = [
            torctl_accounting_read_bytes(accounting),
            torctl_accounting_written_bytes(accounting),
            torctl_accounting_read_left_bytes(accounting),
            torctl_accounting_written_left_bytes(accounting),
        ];
        assert_eq!(bytes, [10, 20, 30, 40]);
        let times = [
            torctl_accounting_start_unix_us(accounting),
            torctl_accounting_wake_unix_us(accounting),
            torctl_accounting_end_unix_us(accounting),
        ];
        assert_eq!(
            times.map(|it| it - 1_714_979_289_000_000),
            [0, 1_000_000, 2_000_000]
        );
    }
    assert_eq!(torctl_accounting_is_enabled(None), 0);
    assert_eq!(torctl_accounting_hibernating(None), 0);
}

#[test]
fn client_keys() {
    let address = onion_address::OnionAddress::from_public_key(&[7; 32]);
    let auth = answer::ClientAuth {
        address,
        key: "x25519:AAAA".to_string().into(),
        name: "bob".to_string(),
        permanent: true,
    };
    let auths = torctl_client_auths::from(vec![auth]);
    let auths = Some(&auths);
    assert_eq!(torctl_client_auths_count(auths), 1);
    let expected = format!("{address}.onion");
    assert_eq!(read(torctl_client_auths_address(auths, 0)), expected);
    assert_eq!(read(torctl_client_auths_key(auths, 0)), "x25519:AAAA");
    assert_eq!(read(torctl_client_auths_key(auths, 1)), "");
    assert_eq!(read(torctl_client_auths_name(auths, 0)), "bob");
    assert_eq!(torctl_client_auths_is_permanent(auths, 0), 1);
    assert_eq!(torctl_client_auths_is_permanent(auths, 1), 0);
}

#[test]
fn lists() {
    let list: torctl_list = ["one", "t\0o"].into_iter().collect();
    let list = Some(&list);
    assert_eq!(torctl_list_count(list), 2);
    assert_eq!(read(torctl_list_item(list, 0)), "one");
    let sizes = [0, 1, 2].map(|index| torctl_list_item_size_bytes(list, index));
    assert_eq!(sizes, [3, 3, 0]);
    assert_eq!(read(torctl_list_item(list, 2)), "");
}

#[test]
fn several_results() {
    let results = torctl_results::from(vec![
        Outcome::new(b"version", Ok(b"0.4\09")),
        Outcome::new(b"odd", Err(Error::NotFound("no such key".to_string()))),
    ]);
    let results = Some(&results);
    assert_eq!(torctl_results_count(results), 2);
    let status = [0, 1, 2].map(|index| torctl_results_status(results, index));
    assert_eq!(status, [TORCTL_OK, TORCTL_ERR_NOT_FOUND, TORCTL_OK]);
    assert_eq!(read(torctl_results_key(results, 1)), "odd");
    assert_eq!(read(torctl_results_value(results, 0)), "0.4");
    assert_eq!(torctl_results_value_size_bytes(results, 0), 5);
    assert_eq!(read(torctl_results_value(results, 1)), "");
    assert!(torctl_results_error(results, 0).is_null());
    assert!(torctl_results_error(results, 2).is_null());
    // SAFETY: it lives in the results.
    let error = unsafe { torctl_results_error(results, 1).as_ref() };
    assert_eq!(read(torctl_error_message(error)), "no such key");
}

#[test]
fn several_bridges() {
    let text = b"obfs4 192.0.2.1:443 cert=a iat-mode=0\n[2001:db8::1]:9001 \
                 0123456789abcdef0123456789abcdef01234567\nobfs4 192.0.2.2\n";
    let bridges = torctl_bridges::from(bridge::bridges(text).expect("they are good"));
    let bridges = Some(&bridges);
    assert_eq!(torctl_bridges_count(bridges), 3);
    assert_eq!(read(torctl_bridges_transport(bridges, 0)), "obfs4");
    assert_eq!(read(torctl_bridges_transport(bridges, 1)), "");
    assert_eq!(read(torctl_bridges_address(bridges, 1)), "2001:db8::1");
    assert_eq!(torctl_bridges_port(bridges, 1), 9001);
    assert_eq!(torctl_bridges_line_number(bridges, 2), 3);
    assert_eq!(read(torctl_bridges_text(bridges, 2)), "obfs4 192.0.2.2");
    let fingerprint = read(torctl_bridges_fingerprint(bridges, 1));
    assert_eq!(fingerprint, "0123456789ABCDEF0123456789ABCDEF01234567");
    assert_eq!(torctl_bridges_argument_count(bridges, 0), 2);
    let name = |index, argument| read(torctl_bridges_argument_name(bridges, index, argument));
    assert_eq!((name(0, 1), name(0, 2)), ("iat-mode".into(), "".into()));
    assert_eq!(name(3, 0), "");
    assert_eq!(read(torctl_bridges_argument_value(bridges, 0, 0)), "a");
    assert_eq!(torctl_bridges_needed_count(bridges), 1);
    assert_eq!(read(torctl_bridges_needed(bridges, 0)), "obfs4");
    assert_eq!(read(torctl_bridges_needed(bridges, 1)), "");
}

#[test]
fn several_events() {
    let event = Event::of_raw(Kind::Circ, b"650 CIRC 7 BUILT\r\n".to_vec());
    let events = torctl_events::from(vec![event]);
    let events = Some(&events);
    assert_eq!(torctl_events_count(events), 1);
    // SAFETY: it lives in the events.
    let first = unsafe { torctl_events_get(events, 0).as_ref() };
    assert_eq!(torctl_circ_id(first), 7);
    assert!(torctl_events_get(events, 1).is_null());
    assert!(torctl_events_get(None, 0).is_null());
}

#[test]
fn a_fetch() {
    let mut fetch = Fetch::default();
    fetch.attempts = vec![
        RelayAnswer {
            relay: b"$AA~one".to_vec(),
            failure: Some(b"NOT_FOUND".to_vec()),
        },
        RelayAnswer {
            relay: b"$BB~two".to_vec(),
            failure: None,
        },
    ];
    let nothing = torctl_fetch::from(fetch.clone());
    assert_eq!(torctl_fetch_is_found(Some(&nothing)), 0);
    assert_eq!(read(torctl_fetch_descriptor(Some(&nothing))), "");
    assert_eq!(torctl_fetch_descriptor_size_bytes(Some(&nothing)), 0);
    fetch.descriptor = Some(b"hs-descriptor 3\0".to_vec());
    let fetch = torctl_fetch::from(fetch);
    let fetch = Some(&fetch);
    assert_eq!(torctl_fetch_is_found(fetch), 1);
    assert_eq!(read(torctl_fetch_descriptor(fetch)), "hs-descriptor 3");
    assert_eq!(torctl_fetch_descriptor_size_bytes(fetch), 16);
    assert_eq!(torctl_fetch_count(fetch), 2);
    assert_eq!(read(torctl_fetch_relay(fetch, 1)), "$BB~two");
    assert_eq!(read(torctl_fetch_relay(fetch, 2)), "");
    assert_eq!(read(torctl_fetch_failure(fetch, 0)), "NOT_FOUND");
    assert_eq!(read(torctl_fetch_failure(fetch, 1)), "");
}

#[test]
fn the_status_of_a_service() {
    let mut status = PublishStatus {
        is_detached: true,
        ..PublishStatus::default()
    };
    (
        status.uploads.begun,
        status.uploads.uploaded,
        status.uploads.failed,
    ) = (3, 2, 1);
    status.uploads.last_failure = "UPLOAD_REJECTED".to_string();
    status.uploads.last_failure_relay = "$AA~one".to_string();
    let status = torctl_onion_status::from(status);
    let status = Some(&status);
    assert_eq!(torctl_onion_status_is_listed(status), 1);
    assert_eq!(torctl_onion_status_is_listed(None), 0);
    assert_eq!(torctl_onion_status_is_detached(status), 1);
    let uploads = [
        torctl_onion_status_begun(status),
        torctl_onion_status_uploaded(status),
        torctl_onion_status_failed(status),
    ];
    assert_eq!(uploads, [3, 2, 1]);
    let failure = read(torctl_onion_status_last_failure(status));
    assert_eq!(failure, "UPLOAD_REJECTED");
    let relay = read(torctl_onion_status_last_failure_relay(status));
    assert_eq!(relay, "$AA~one");
}
