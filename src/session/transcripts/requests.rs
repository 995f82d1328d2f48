//! Requests, their replies and their time.

use super::*;

#[test]
fn a_late_reply_is_nobodys_and_the_next_one_is_the_next_ones() {
    check(
        "ask a GETINFO version
         until a 100
         timer 100
         ask b GETINFO address
         write
         > GETINFO version
         > GETINFO address
         @ 99
         @ 100
         = a tor did not answer within 100 ms
         no timer
         < 250-version=1 | 250 OK
         < 250-address=192.0.2.1 | 250 OK
         = b 250 address=192.0.2.1 | 250 OK",
    );
}

#[test]
fn a_reply_before_its_deadline_leaves_no_timer() {
    check(
        "ask a GETINFO version
         until a 100
         timer 100
         ask b GETINFO address
         until b 50
         timer 50
         write
         > GETINFO version
         > GETINFO address
         < 250-version=1 | 250 OK
         = a 250 version=1 | 250 OK
         @ 50
         = b tor did not answer within 50 ms
         no timer
         < 250-address=192.0.2.1 | 250 OK
         @ 200",
    );
}

#[test]
fn a_cancelled_request_is_withdrawn_if_nothing_of_it_is_written() {
    check(
        "ask a GETINFO version
         ask b GETINFO address
         ask c SIGNAL RELOAD
         drop b
         write 3
         >> GET
         drop a
         drop c
         write
         > INFO version
         < 250-version=1 | 250 OK
         ask d SIGNAL RELOAD
         write
         > SIGNAL RELOAD
         < 250 OK
         = d 250 OK",
    );
}

#[test]
fn a_request_cancelled_while_its_reply_comes_swallows_the_rest() {
    check(
        "ask a GETINFO ns/all
         ask b SIGNAL RELOAD
         write
         > GETINFO ns/all
         > SIGNAL RELOAD
         < 250+ns/all= | r a
         drop a
         < r b | . | 250 OK
         < 250 OK
         = b 250 OK",
    );
    check(
        "ask a+data GETINFO ns/all
         ask b SIGNAL RELOAD
         write
         > GETINFO ns/all
         > SIGNAL RELOAD
         < 250+ns/all= | r a | ..b
         data a r a\\r\\n..b\\r\\n
         drop a
         expected
         expects data
         < r c | . | 250 OK
         expected
         expects nothing
         < 250 OK
         = b 250 OK",
    );
}

#[test]
fn data_goes_ahead_of_its_reply_and_of_that_alone() {
    check(
        "ask a SIGNAL RELOAD
         ask b+data GETINFO ns/all
         ask c GETINFO ns/all
         write
         > SIGNAL RELOAD
         > GETINFO ns/all
         > GETINFO ns/all
         < 250 OK
         = a 250 OK
         < 250+ns/all= | r a | . | 250 OK
         data b r a\\r\\n
         = b 250 ns/all=+ | 250 OK
         < 250+ns/all= | r a | . | 250 OK
         = c 250 ns/all=+r a\\n | 250 OK",
    );
}

#[test]
fn a_reply_nobody_asked_for_ends_it() {
    let cause = "the connection was given up: the peer answered although nothing was asked";
    // Before anything is asked, or written, or one too many, or by half.
    check(&format!(
        "<! 250 OK
         broken: {cause}
         <! 650 BW 1 2
         broken: {cause}"
    ));
    check(&format!(
        "ask a SIGNAL RELOAD
         <! 250 OK
         = a {cause}
         broken: {cause}"
    ));
    check(&format!(
        "ask a SIGNAL RELOAD
         write
         > SIGNAL RELOAD
         <! 250 OK | 250 OK
         = a 250 OK
         broken: {cause}"
    ));
    check(&format!(
        "ask a SIGNAL RELOAD
         write
         > SIGNAL RELOAD
         <! 650 BW 1 2 | 250 OK | 250-OK
         ! 650 BW 1 2
         = a 250 OK
         broken: {cause}"
    ));
    check(&format!(
        "ask a SIGNAL RELOAD
         write 3
         >> SIG
         << 5
         write
         > NAL RELOAD
         ask b SIGNAL RELOAD
         < 52 no
         = a 552 no
         << 2
         = b {cause}
         broken: {cause}"
    ));
}

#[test]
fn a_reply_to_something_else_ends_it_and_none_is_trusted_behind_it() {
    let cause = "the connection was given up: the peer's reply is not about what was asked, and no other would be trusted after it";
    check(&format!(
        "ask a GETINFO version
         ask b+ordered SIGNAL RELOAD
         write
         > GETINFO version
         > SIGNAL RELOAD
         <! 650 BW 1 2 | 250 OK | 650 BW 3 4 | 250 OK
         ! 650 BW 1 2
         ! 650 BW 3 4
         = a {cause}
         = b {cause}
         broken: {cause}"
    ));
    check(&format!(
        "ask a+data GETINFO ns/all
         write
         > GETINFO ns/all
         <! 250+md/all= | r a
         = a {cause}
         broken: {cause}"
    ));
    check(&format!(
        "ask a+ordered SIGNAL RELOAD
         write
         > SIGNAL RELOAD
         <! 650 BW 1 2 | 250-version=1 | 250 OK | 650 BW 3 4
         ! 650 BW 1 2
         = a {cause}
         broken: {cause}"
    ));
}

#[test]
fn ordered_replies_stand_among_events_and_others_in_front_or_behind() {
    check(
        "ask a+ordered SIGNAL RELOAD
         ask b SIGNAL RELOAD
         ask c+ordered SIGNAL RELOAD
         write
         > SIGNAL RELOAD
         > SIGNAL RELOAD
         > SIGNAL RELOAD
         expected
         expects order
         <! 650 BW 1 2 | 250 OK | 650 BW 3 4 | 251 OK | 650 BW 5 6 | 252 OK | 650 BW 7 8
         ! 650 BW 1 2
         = a 250 OK
         ! 650 BW 3 4
         ! 650 BW 5 6
         = b 251 OK
         = c 252 OK
         ! 650 BW 7 8",
    );
    // The same in pieces.
    check(
        "ask a+ordered SIGNAL RELOAD
         ask b SIGNAL RELOAD
         write
         > SIGNAL RELOAD
         > SIGNAL RELOAD
         < 650 BW 1 2
         ! 650 BW 1 2
         < 250 OK
         = a 250 OK
         < 650+NS | r a | . | 650 OK
         ! 650+NS | r a | . | 650 OK
         < 251 OK
         = b 251 OK",
    );
}

#[test]
fn a_cork_and_a_deadline_are_one_timer() {
    check(
        "ask a SIGNAL RELOAD
         until a 3
         timer 3
         cork
         timer 1
         write
         ask b SIGNAL RELOAD
         @ 1
         timer 3
         write
         > SIGNAL RELOAD
         > SIGNAL RELOAD
         ask c SIGNAL RELOAD
         cork
         timer 2
         ask d SIGNAL RELOAD
         until d 2
         @ 2
         = d tor did not answer within 2 ms
         timer 3
         write
         > SIGNAL RELOAD
         ask e SIGNAL RELOAD
         cork
         @ 3
         = a tor did not answer within 3 ms
         no timer
         write
         > SIGNAL RELOAD
         ask f SIGNAL RELOAD
         cork
         timer 4
         uncork
         no timer
         write
         > SIGNAL RELOAD",
    );
}

#[test]
fn a_deadline_may_pass_before_the_cork() {
    check(
        "@ 10
         ask a SIGNAL RELOAD
         until a 10
         timer 10
         cork
         @ 10
         = a tor did not answer within 10 ms
         timer 11
         write
         tell SIGNAL HEARTBEAT
         write
         @ 11
         no timer
         write
         > SIGNAL HEARTBEAT
         < 250 OK",
    );
}

#[test]
fn who_waits_is_woken_one_at_a_time() {
    check(
        "ask a SIGNAL RELOAD
         wake
         ask b SIGNAL RELOAD
         await b
         await b
         wake
         woken b
         await a
         wake
         woken a
         write
         > SIGNAL RELOAD
         > SIGNAL RELOAD
         < 250 OK
         = a 250 OK
         wake
         woken b
         drop b
         wake",
    );
}
