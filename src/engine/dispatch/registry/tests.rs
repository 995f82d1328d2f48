use super::*;
use crate::engine::queue::Capacity;
use crate::proto::event::Kind;

fn listener(id: u64) -> Arc<Listener> {
    Arc::new(Listener {
        id,
        first: KindSet::of(Kind::Bw),
        kinds: AtomicU64::new(KindSet::of(Kind::Bw).0),
        callback: Box::new(|_| CallbackResult::Continue),
    })
}

fn registry(ids: &[u64]) -> Registry {
    let queue = Queue::new(KindSet::default(), Capacity::default(), None);
    let registry = Registry::new(queue);
    lock(&registry.inner).list = ids.iter().copied().map(listener).collect();
    registry
}

#[test]
fn a_listener_is_taken_once_and_begins_a_generation() {
    let registry = registry(&[1, 3, 8]);
    assert!(registry.has(3) && !registry.has(2));
    let (gone, generation) = registry.take(3).unwrap();
    assert_eq!((gone.id, generation), (3, 1));
    assert!(!registry.has(3) && registry.take(3).is_none());
    // Nothing has changed by that.
    assert_eq!(registry.generation.load(Ordering::SeqCst), 1);
    assert_eq!(registry.find(8).map(|found| found.id), Some(8));
    assert_eq!(registry.take(1).map(|(_, generation)| generation), Some(2));
}

#[test]
fn a_listener_wants_what_it_has_asked_for_by_now() {
    let listener = listener(1);
    let circ = KindSet::of(Kind::Circ);
    assert!(listener.wants(KindSet::of(Kind::Bw)) && !listener.wants(circ));
    let both = listener.first.union(circ);
    listener.kinds.store(both.0, Ordering::Relaxed);
    assert!(listener.wants(circ) && listener.wants(KindSet::of(Kind::Bw)));
}

#[test]
fn all_who_wait_for_the_thread_are_woken() {
    let registry = registry(&[]);
    let parkers: [Arc<Parker>; 2] = Default::default();
    for parker in &parkers {
        lock(&registry.inner).wake_later(parker);
        lock(&registry.inner).wake_later(parker);
    }
    assert_eq!(lock(&registry.inner).waiting.len(), 2);
    Inner::change(&registry.inner, |inner| inner.seen = 1);
    for parker in &parkers {
        // It would wait for ever if it had not been woken.
        parker.park(&crate::engine::call::Call::none(), None);
    }
}
