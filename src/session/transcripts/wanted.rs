//! Subscriptions under way.

use super::*;

#[test]
fn another_listener_comes_and_a_third_goes_while_tor_is_asked() {
    check(
        "open
         want a listener1 BW
         write
         > SETEVENTS BW
         want b listener2 CIRC
         want c listener3 BW STREAM
         leave listener1
         write
         < 250 OK
         = a 250 OK
         write
         > SETEVENTS CIRC
         leave listener2
         < 250 OK
         = b 250 OK
         write
         > SETEVENTS STREAM BW
         < 250 OK
         = c 250 OK
         want d queue4 BW
         = d 250 OK
         leave queue4
         leave listener3
         write
         > SETEVENTS
         < 250 OK",
    );
}

#[test]
fn a_refusal_is_for_the_one_that_was_asked_about() {
    check(
        "open
         want a queue1 name=NEW_KIND
         want b queue2 BW
         write
         > SETEVENTS NEW_KIND
         < 552 Unrecognized event
         = a 552 Unrecognized event
         write
         > SETEVENTS BW
         < 250 OK
         = b 250 OK
         < 650 BW 1 2
         ! 650 BW 1 2
         want c queue3 CIRC
         write
         > SETEVENTS CIRC BW
         < 552 Unrecognized event
         = c 552 Unrecognized event
         write
         want d queue3 BW
         = d 250 OK
         want c queue1 name=A-B
         refused: name is not the name of a kind of event: 1 to 64 letters, digits and _ make one",
    );
}

#[test]
fn what_tor_did_not_answer_in_time_is_told_anew() {
    check(
        "open
         want a queue1 BW
         write
         > SETEVENTS BW
         drop a
         write
         > SETEVENTS
         want b queue1 CIRC
         write
         > SETEVENTS CIRC
         < 250 OK
         < 250 OK
         < 250 OK
         = b 250 OK
         drop b",
    );
}

#[test]
fn what_was_not_written_is_not_told() {
    check(
        "open
         want a queue1 BW
         want b queue2 CIRC
         drop b
         drop a
         write
         > SETEVENTS
         < 250 OK",
    );
}

#[test]
fn changes_that_wait_end_with_the_connection() {
    check(
        "open
         want a queue1 BW
         want b listener2 CIRC
         await b
         wake
         woken b
         write
         > SETEVENTS BW
         await a
         wake
         woken a
         end
         = a tor closed the connection
         = b tor closed the connection
         want c queue1 BW
         = c 250 OK
         leave queue1",
    );
}

#[test]
fn a_listener_that_goes_may_wait_for_tor() {
    check(
        "open
         want a listener1 BW
         write
         > SETEVENTS BW
         < 250 OK
         = a 250 OK
         want b listener1 nothing
         write
         > SETEVENTS
         < 250 OK
         = b 250 OK",
    );
}
