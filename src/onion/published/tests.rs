use super::*;

const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";

fn take(uploads: &mut Uploads, text: &str) {
    let text = text.replace("SITE", SITE);
    uploads.take(
        &Event::of_text(Kind::HsDesc, "HS_DESC", text.as_bytes()),
        SITE,
    );
}

#[test]
fn uploads_are_counted() {
    let mut uploads = Uploads::default();
    for text in [
        "CREATED SITE UNKNOWN UNKNOWN d REPLICA=0",
        "UPLOAD SITE UNKNOWN $AA~a d HSDIR_INDEX=1",
        "UPLOAD SITE UNKNOWN $BB~b d HSDIR_INDEX=2",
        "UPLOAD SITE UNKNOWN $BB~b e HSDIR_INDEX=3",
        "UPLOAD other UNKNOWN $CC~c d HSDIR_INDEX=4",
        // Of a client on the same tor.
        "REQUESTED SITE NO_AUTH $BB~b d HSDIR_INDEX=2",
        "FAILED SITE NO_AUTH $BB~b d REASON=NOT_FOUND",
        "REQUESTED SITE NO_AUTH $BB~b d HSDIR_INDEX=2",
        "FAILED SITE NO_AUTH $BB~b d REASON=UNEXPECTED",
    ] {
        take(&mut uploads, text);
    }
    assert_eq!(
        (uploads.begun, uploads.pending(), uploads.failed),
        (3, 3, 0)
    );
    take(
        &mut uploads,
        "FAILED SITE NO_AUTH $AA~a d REASON=UPLOAD_REJECTED",
    );
    assert!(uploads.all_failed(SITE).is_none());
    take(&mut uploads, "UPLOADED SITE UNKNOWN $BB~b");
    take(&mut uploads, "UPLOADED UNKNOWN UNKNOWN $BB~b");
    take(&mut uploads, "UPLOADED UNKNOWN UNKNOWN $CC~c");
    assert_eq!((uploads.uploaded, uploads.pending()), (2, 0));
    assert!(uploads.all_failed(SITE).is_none());
    let error = uploads.overdue(SITE, 5, &Deadline::after(Some(10)));
    assert_eq!(
        error.to_string(),
        format!("{SITE}.onion was not published 5 times, but 2 of 3 (1 failed, the last with UPLOAD_REJECTED) within 10 ms")
    );
}

#[test]
fn what_hspost_uploads_is_counted_without_being_announced() {
    let mut uploads = Uploads {
        takes_unannounced: true,
        ..Uploads::default()
    };
    let rejected = "FAILED SITE NO_AUTH $AA~a d REASON=UPLOAD_REJECTED";
    take(&mut uploads, rejected);
    assert!(uploads.all_failed(SITE).is_none());
    take(&mut uploads, "UPLOADED SITE UNKNOWN $BB~b");
    let counts = (uploads.begun, uploads.uploaded, uploads.failed);
    assert_eq!(counts, (2, 1, 1));
    assert_eq!(uploads.last_failure_relay, "$AA~a");
}

#[test]
fn what_a_service_of_the_same_key_had_begun_is_not_counted() {
    let mut uploads = Uploads::default();
    let rejected = "FAILED SITE NO_AUTH $AA~a d REASON=UPLOAD_REJECTED";
    take(&mut uploads, "UPLOADED SITE UNKNOWN $AA~a");
    take(&mut uploads, rejected);
    assert!(uploads.all_failed(SITE).is_none());
    let counts = |it: &Uploads| (it.begun, it.uploaded, it.failed);
    assert_eq!(counts(&uploads), (0, 0, 0));
    take(&mut uploads, "UPLOAD SITE UNKNOWN $BB~b d HSDIR_INDEX=1");
    take(&mut uploads, "UPLOADED SITE UNKNOWN $AA~a");
    assert_eq!(counts(&uploads), (1, 0, 0));
    take(&mut uploads, "UPLOADED SITE UNKNOWN $BB~b");
    assert_eq!(counts(&uploads), (1, 1, 0));
}

#[test]
fn a_relay_is_the_same_without_its_nickname() {
    let relay = "$00000000000000000000000000000000000000AB";
    let mut uploads = Uploads::default();
    let upload = format!("UPLOAD SITE UNKNOWN {relay}~one d HSDIR_INDEX=1");
    take(&mut uploads, &upload);
    take(
        &mut uploads,
        "UPLOADED SITE UNKNOWN $00000000000000000000000000000000000000AC~one",
    );
    assert_eq!((uploads.uploaded, uploads.pending()), (0, 1));
    take(&mut uploads, &format!("UPLOADED SITE UNKNOWN {relay}"));
    assert_eq!((uploads.uploaded, uploads.pending()), (1, 0));
    // A filter may hide which relay it is.
    take(&mut uploads, "UPLOAD SITE UNKNOWN redacted redacted");
    take(&mut uploads, "UPLOADED SITE UNKNOWN redacted");
    assert_eq!((uploads.uploaded, uploads.pending()), (2, 0));
}

#[test]
fn after_a_loss_nothing_is_waited_for_that_may_be_lost() {
    let mut uploads = Uploads::default();
    take(&mut uploads, "UPLOAD SITE UNKNOWN $AA~a d HSDIR_INDEX=1");
    take(&mut uploads, "UPLOAD SITE UNKNOWN $BB~b d HSDIR_INDEX=1");
    take(&mut uploads, "FAILED SITE UNKNOWN $BB~b REASON=UNEXPECTED");
    let gap = Event::of_text(Kind::Gap, "GAP", b"LOST_EVENTS=12");
    uploads.take(&gap, SITE);
    assert_eq!(uploads.pending(), 0);
    // The other may have been taken.
    assert!(uploads.all_failed(SITE).is_none());
    take(&mut uploads, "UPLOAD SITE UNKNOWN $AA~a e HSDIR_INDEX=1");
    take(&mut uploads, "FAILED SITE UNKNOWN $AA~a REASON=UNEXPECTED");
    assert!(uploads.all_failed(SITE).is_some());
}

#[test]
fn a_round_in_which_all_fail_is_told_once() {
    let mut uploads = Uploads::default();
    assert!(uploads.all_failed(SITE).is_none());
    take(&mut uploads, "UPLOAD SITE UNKNOWN $AA~a d HSDIR_INDEX=1");
    assert!(uploads.all_failed(SITE).is_none());
    take(&mut uploads, "FAILED SITE UNKNOWN $AA~a REASON=UNEXPECTED");
    let Some(Error::Failed {
        message, reason, ..
    }) = uploads.all_failed(SITE)
    else {
        panic!();
    };
    assert_eq!(reason, "UNEXPECTED");
    assert!(message.starts_with("none of 1 relays"), "{message}");
    // Another wait is for another round.
    assert!(uploads.all_failed(SITE).is_none());
    take(&mut uploads, "UPLOAD SITE UNKNOWN $AA~a e HSDIR_INDEX=1");
    take(&mut uploads, "FAILED SITE UNKNOWN $AA~a REASON=UNEXPECTED");
    assert!(uploads.all_failed(SITE).is_some());
}

#[test]
fn another_tor_uploads_anew() {
    let restored = |uploads: &mut Uploads, text: &str| {
        let text = text.replace("SITE", SITE);
        let event = Event::of_text(Kind::Restored, "RESTORED", text.as_bytes());
        uploads.take(&event, SITE);
    };
    let mut uploads = Uploads::default();
    take(&mut uploads, "UPLOAD SITE UNKNOWN $AA~a d HSDIR_INDEX=1");
    take(&mut uploads, "UPLOADED SITE UNKNOWN $AA~a");
    restored(&mut uploads, "ONION LOST WHICH=\"other.onion\" CODE=512");
    let gap = Event::of_text(Kind::Gap, "GAP", b"LOST_EVENTS=0 CAUSE=CONNECTION");
    uploads.take(&gap, SITE);
    let counts = (uploads.incarnation, uploads.begun, uploads.uploaded);
    assert_eq!(counts, (1, 0, 0));
    assert!(uploads.lost.is_none());
    take(&mut uploads, "UPLOAD SITE UNKNOWN $BB~b d HSDIR_INDEX=1");
    assert_eq!((uploads.begun, uploads.pending()), (1, 1));
    restored(
        &mut uploads,
        "ONION LOST WHICH=\"SITE.onion\" CODE=512 MESSAGE=\"no\"",
    );
    uploads.take(&gap, SITE);
    let why = format!("tor was started anew without {SITE}.onion: no");
    assert_eq!(uploads.lost.as_ref(), Some(&why));
    restored(&mut uploads, "ONION RESTORED WHICH=\"SITE.onion\" CODE=250");
    assert!(uploads.lost.is_none());
    restored(&mut uploads, "EVENTS LOST WHICH=\"HS_DESC\" CODE=0");
    assert!(uploads.lost.is_some());
}
