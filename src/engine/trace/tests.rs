use super::*;
use crate::engine::scripted::until;
use std::sync::atomic::{AtomicBool, Ordering};

type Shown = Arc<Mutex<Vec<String>>>;

/// A trace whose function keeps what it is shown, after it has done something else.
fn trace(before: impl FnMut() + Send + 'static) -> (Arc<Trace>, Shown) {
    let shown = Shown::default();
    let (keep, work) = (Arc::clone(&shown), Mutex::new(before));
    let function = TraceFunction(Arc::new(move |line: &TracedLine| {
        lock(&work)();
        let text = String::from_utf8_lossy(line.text());
        lock(&keep).push(format!("{:?} {text}", line.origin));
    }));
    (Trace::new(Some(function), None).unwrap(), shown)
}

fn tap(trace: &Arc<Trace>) -> Tap {
    Tap::new(Some(Arc::clone(trace)), None, 1000)
}

#[test]
fn lines_are_shown_when_they_are_whole() {
    let (trace, shown) = trace(|| {});
    let tap = tap(&trace);
    let slices = [
        IoSlice::new(b"GETINFO a\r\nAUTHENTI"),
        IoSlice::new(b"CATE 00\r\n"),
    ];
    // Partly written.
    tap.written(&slices, 19);
    tap.read(b"250 OK\r\n25");
    tap.deliver();
    let first = ["Program GETINFO a", "Tor 250 OK"];
    assert_eq!(*lock(&shown), first);
    tap.written(&[IoSlice::new(b"CATE 00\r\n")], 8);
    tap.written(&[IoSlice::new(b"\n")], 1);
    tap.connection("ENDED");
    assert_eq!(*lock(&shown), first, "given out later");
    tap.deliver();
    assert_eq!(
        lock(&shown)[2..],
        ["Program AUTHENTICATE [secret]", "Connection ENDED"]
    );
    // The next connection begins anew.
    let next = Tap::new(Some(Arc::clone(&trace)), None, 1000);
    next.read(b"250 a\r\n");
    next.deliver();
    assert_eq!(lock(&shown).last().unwrap(), "Tor 250 a");
}

#[test]
fn who_comes_meanwhile_does_not_wait() {
    let (is_in, may_go) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let (tell, wait) = (Arc::clone(&is_in), Arc::clone(&may_go));
    let (trace, shown) = trace(move || {
        tell.store(true, Ordering::SeqCst);
        until(|| wait.load(Ordering::SeqCst));
    });
    let tap = Arc::new(tap(&trace));
    tap.read(b"250 1\r\n");
    let other = Arc::clone(&tap);
    let teller = std::thread::spawn(move || other.deliver());
    until(|| is_in.load(Ordering::SeqCst));
    assert!(!trace.is_here(), "another thread is");
    tap.read(b"250 2\r\n");
    tap.deliver();
    assert!(lock(&shown).is_empty());
    may_go.store(true, Ordering::SeqCst);
    teller.join().unwrap();
    assert_eq!(*lock(&shown), ["Tor 250 1", "Tor 250 2"]);
}

#[test]
fn what_is_too_much_is_counted() {
    let (trace, shown) = trace(|| {});
    let tap = Tap::new(Some(trace), None, 4 << 20);
    let mut long = vec![b'x'; 3 << 20];
    long.extend_from_slice(b"\r\n");
    for _ in 0..4 {
        tap.read(&long);
    }
    tap.deliver();
    tap.read(b"250 OK\r\n");
    tap.deliver();
    let shown = lock(&shown);
    assert_eq!(shown.len(), 4);
    assert_eq!(shown[2..], ["Connection LOST LINES=2", "Tor 250 OK"]);
}

#[test]
fn at_the_end_it_is_not_running() {
    let (is_in, may_go) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let (tell, wait) = (Arc::clone(&is_in), Arc::clone(&may_go));
    let (trace, shown) = trace(move || {
        tell.store(true, Ordering::SeqCst);
        until(|| wait.load(Ordering::SeqCst));
    });
    let tap = Arc::new(tap(&trace));
    tap.read(b"250 1\r\n");
    let other = Arc::clone(&tap);
    let teller = std::thread::spawn(move || other.deliver());
    until(|| is_in.load(Ordering::SeqCst));
    let (ending, is_over) = (Arc::clone(&trace), Arc::new(AtomicBool::new(false)));
    let over = Arc::clone(&is_over);
    let ends = std::thread::spawn(move || {
        ending.end();
        over.store(true, Ordering::SeqCst);
    });
    std::thread::yield_now();
    assert!(!is_over.load(Ordering::SeqCst));
    may_go.store(true, Ordering::SeqCst);
    ends.join().unwrap();
    teller.join().unwrap();
    // Nothing keeps what it was called with.
    assert_eq!(Arc::strong_count(&shown), 1);
    tap.read(b"250 2\r\n");
    tap.deliver();
    assert_eq!(*lock(&shown), ["Tor 250 1"]);
}
