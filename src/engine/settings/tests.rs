use super::*;
use crate::engine::park::lock;
use std::os::unix::net::UnixStream;

/// As include/torctl.h promises.
#[test]
fn without_a_choice_it_looks_for_tor_and_waits_half_a_minute() {
    let settings = Settings::default();
    assert!(matches!(settings.target, Target::Find));
    let half = Duration::from_secs(30);
    assert_eq!([settings.connect_timeout, settings.timeout], [half; 2]);
    assert!(settings.auth.is_none() && settings.password.is_none());
    assert_eq!(settings.listener_capacity.events, 65_536);
    assert_eq!(settings.listener_capacity.bytes, 4 << 20);
}

#[test]
fn a_descriptor_is_taken_once_by_all_who_have_the_settings() {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let settings = Settings {
        target: Target::Descriptor {
            fd: Arc::new(Mutex::new(Some(ours.into()))),
            is_authenticated: false,
            origin: Origin::here(),
        },
        ..Settings::default()
    };
    let take = |settings: &Settings| match &settings.target {
        Target::Descriptor { fd, .. } => lock(fd).take(),
        _ => None,
    };
    let copy = settings.clone();
    assert!(take(&copy).is_some());
    assert!(take(&settings).is_none());
}
