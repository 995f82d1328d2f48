use super::*;
use crate::engine::sys::origin::tests::child_says;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

fn is_open(raw: RawFd) -> bool {
    // SAFETY: a number is all that a system call needs, and one that is not open is told so.
    let fd = unsafe { BorrowedFd::borrow_raw(raw) };
    rustix::io::fcntl_getfd(fd).is_ok()
}

/// A descriptor of the library, its number, and the other end.
fn descriptor() -> (Descriptor, RawFd, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let descriptor = Descriptor::new(ours.into());
    let raw = descriptor.as_fd().as_raw_fd();
    (descriptor, raw, theirs)
}

/// In a child: puts something else under the number, which is open or not.
fn put_other(raw: RawFd) {
    let (own, other) = UnixStream::pair().unwrap();
    // SAFETY: a system call without pointers; nothing in the child has the number for its own.
    unsafe { libc::dup2(own.as_raw_fd(), raw) };
    // Either may have the number itself.
    std::mem::forget((own, other));
}

/// Whether what the other end writes arrives: it is open, and still that socket.
fn arrives(theirs: &mut UnixStream, descriptor: &Descriptor) -> bool {
    theirs.write_all(b"1").unwrap();
    let mut byte = [0];
    rustix::io::read(descriptor.as_fd(), &mut byte).unwrap() == 1
}

#[test]
fn a_child_closes_all_that_it_inherited_once() {
    let (kept, raw, mut theirs) = descriptor();
    let (gone, gone_raw, mut other) = descriptor();
    // It is no more the library's, and its number may be anybody's.
    drop(gone);
    let mut end = Vec::new();
    other.read_to_end(&mut end).unwrap();
    assert!(child_says(|| {
        let before = is_open(raw);
        close_inherited();
        let is_closed = !is_open(raw);
        // Under the same number the child has something else by now, which stays.
        put_other(raw);
        close_inherited();
        before && is_closed && is_open(raw)
    }));
    assert!(gone_raw != raw && is_open(raw));
    assert!(arrives(&mut theirs, &kept));
}

#[test]
fn a_child_leaves_alone_what_it_has_put_in_the_place() {
    let (kept, raw, mut theirs) = descriptor();
    assert!(child_says(|| {
        // As one that closes everything and goes on as a daemon.
        put_other(raw);
        close_inherited();
        is_open(raw)
    }));
    assert!(arrives(&mut theirs, &kept));
}

#[test]
fn what_a_child_makes_itself_is_its_own() {
    let (_kept, raw, _theirs) = descriptor();
    assert!(child_says(|| {
        let (own, own_raw, _others) = descriptor();
        close_inherited();
        let is_right = !is_open(raw) && is_open(own_raw);
        drop(own);
        is_right && !is_open(own_raw)
    }));
}

#[test]
fn a_child_that_drops_what_it_inherited_closes_no_other() {
    let (kept, raw, mut theirs) = descriptor();
    let kept = std::cell::Cell::new(Some(kept));
    let in_child = &kept;
    assert!(child_says(move || {
        close_inherited();
        put_other(raw);
        drop(in_child.take());
        is_open(raw)
    }));
    assert!(arrives(&mut theirs, &kept.take().unwrap()));
}

#[test]
fn one_that_is_shown_stays_until_it_is_given_back() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let shown = Descriptor::shown(ours.into());
    let raw = shown.as_fd().as_raw_fd();
    assert!(child_says(|| {
        close_inherited();
        let stays = is_open(raw);
        let (other, mut writer) = UnixStream::pair().unwrap();
        // The program polls it by its number, and finds there what was put in its place.
        shown.replace_copy(other.as_fd()).unwrap();
        let is_replaced = arrives(&mut writer, &shown);
        // It is something else now, which is not the library's to close.
        shown.close_copy();
        stays && is_replaced && is_open(raw)
    }));
    assert!(child_says(|| {
        shown.close_copy();
        !is_open(raw)
    }));
    assert!(arrives(&mut theirs, &shown));
}

#[test]
fn all_of_a_kind_are_looked_at_once() {
    let identity = AtomicU64::new(0);
    let [first, second] = [(); 2].map(|()| {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        Descriptor::like(ours.into(), &identity)
    });
    assert_eq!(first.identity, second.identity);
    assert_eq!(identity.load(Ordering::Relaxed), first.identity);
    let raw = second.as_fd().as_raw_fd();
    assert!(is_open(raw));
}
