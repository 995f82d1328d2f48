use super::*;
use crate::engine::buffers::KEPT_HERE;
use crate::engine::conversation::State;
use crate::engine::role::POLL_INTERVAL;
use crate::engine::scripted::connected;
use crate::engine::slot::Slot;
use crate::proto::encode::Command;
use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

#[test]
fn a_connection_that_brings_much_is_read_in_large_pieces() {
    let (conversation, link, mut peer) = connected();
    let want = |link: &Link| prepare_read(link, &mut lock(&link.decoder));
    peer.write_all(b"650 BW 1 2\r\n").unwrap();
    let _ = conversation.read_once(&link);
    assert_eq!(want(&link), FIRST_READ_BYTES);
    peer.write_all(&b"650 BW 1 2\r\n".repeat(1000)).unwrap();
    let _ = conversation.read_once(&link);
    assert_eq!(want(&link), READ_BYTES);
}

/// Asks for a secret, which comes in these pieces, and gives all that was left in memory.
fn left_of_a_secret(pieces: &[&[u8]]) -> Vec<u8> {
    let (conversation, link, mut peer) = connected();
    conversation.become_ready().unwrap();
    KEPT_HERE.take();
    let command = Command::raw(b"GETCONF ContactInfo", None).unwrap();
    assert!(command.has_secret_reply());
    let slot = Slot::new();
    let is_ready = &|state| state == State::Ready;
    conversation.send(command, &slot, is_ready).unwrap();
    for piece in pieces {
        peer.write_all(piece).unwrap();
        assert!(matches!(conversation.read_once(&link), Read::Something(..)));
    }
    let reply = slot.take().unwrap().unwrap();
    assert_eq!(reply.line(0).unwrap().text.len(), 12 + SECRET.len());
    assert!(!conversation.expected.has_secret());
    let mut left = KEPT_HERE.take();
    left.extend_from_slice(lock(&link.decoder).bytes());
    assert!(!left.is_empty());
    left
}

const SECRET: &[u8] = b"0123456789-the-secret-9876543210";

#[test]
fn no_piece_of_a_secret_reply_stays_in_a_buffer() {
    let reply = [b"250 ContactInfo=", SECRET, b"\r\n"].concat();
    let with_event = [b"650 BW 1 2\r\n", &reply[..], b"650 BW 3 4\r\n650 B"].concat();
    let mut ways = vec![vec![&reply[..]], vec![&with_event[..]]];
    for cut in 1..reply.len() {
        ways.push(vec![&reply[..cut], &reply[cut..]]);
    }
    ways.push(with_event.chunks(3).collect());
    for pieces in ways {
        let left = left_of_a_secret(&pieces);
        for part in SECRET.windows(8) {
            let found = memchr::memmem::find(&left, part);
            assert_eq!(found, None, "in {} pieces", pieces.len());
        }
    }
}

/// Who waits in a receive comes back from it only now and then: not where the end is near.
#[test]
fn no_receive_runs_past_a_near_deadline() {
    let (conversation, link, _peer) = connected();
    let hour = Duration::from_secs(3600);
    sys::set_receive_timeout(&*link, hour).unwrap();
    let (send, receive) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let terms = Terms {
            consumers: 0,
            requests: 0,
            lease: Duration::ZERO,
            only_reads: true,
        };
        let soon = Some(Instant::now() + POLL_INTERVAL / 5);
        let parker = Arc::default();
        let is_done =
            conversation.wait_again_until(terms, &parker, &Call::none(), soon, &mut || false);
        send.send(is_done).unwrap();
    });
    let outcome = receive.recv_timeout(Duration::from_secs(60));
    sys::shutdown(&*link);
    assert_eq!(outcome, Ok(false));
    thread.join().unwrap();
}

#[test]
fn the_io_thread_waits_for_no_other_reader() {
    let (conversation, link, _theirs) = connected();
    let (send, receive) = mpsc::channel();
    let reads = lock(&link.decoder);
    let for_thread = Arc::clone(&conversation);
    let thread = std::thread::spawn(move || {
        // Nobody has the role yet.
        for_thread.look();
        for_thread.ensure_read().unwrap();
        send.send(for_thread.read_a_turn()).unwrap();
    });
    // There may be more to read, so it comes again.
    assert_eq!(receive.recv_timeout(Duration::from_secs(600)), Ok(true));
    drop(reads);
    thread.join().unwrap();
}

#[test]
fn a_failed_send_ends_the_waiting_of_another_thread() {
    let (conversation, link, _theirs) = connected();
    let for_thread = (Arc::clone(&conversation), Arc::clone(&link));
    let thread = std::thread::spawn(move || {
        let (conversation, link) = for_thread;
        let _ = conversation.read_waiting(&link, true, &mut || false);
        link.is_over.load(Ordering::Relaxed)
    });
    while try_lock(&link.decoder).is_some() {
        std::thread::yield_now();
    }
    conversation.read_to_the_end(&link, Cause::Eof);
    // It was woken by the end, and not by the time.
    assert!(thread.join().unwrap());
}
