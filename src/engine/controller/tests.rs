use super::*;
use crate::engine::dispatch::CallbackResult;
use crate::engine::scripted;
use crate::proto::event::Kind;
use std::sync::atomic::{AtomicUsize, Ordering};

fn nothing() -> Callback {
    Box::new(|_| CallbackResult::Continue)
}

fn add(controller: &Controller, announce: &mut dyn FnMut(u64)) -> Result<u64, Error> {
    let kinds = KindSet::of(Kind::Bw);
    controller.add_listener(kinds, nothing(), announce, &Call::none())
}

#[test]
fn what_asks_for_a_listener_starts_no_thread() {
    let controller = Controller::new(Settings::default());
    let call = Call::none();
    let removed = controller.remove_listener(1, &call);
    assert!(matches!(removed, Err(Error::NotFound(_))));
    let named = controller.add_listener_name(1, b"NEW", &call);
    assert!(matches!(named, Err(Error::NotFound(_))));
    assert_eq!(controller.listener_counts(), (Counts::default(), 0));
    controller.join_listeners();
    assert!(controller.listeners.get().is_none());
    assert!(!controller.has_consumers());
}

#[test]
fn listeners_have_numbers_that_are_known_before_the_first_event() {
    let controller = Controller::new(Settings::default());
    let mut announced = Vec::new();
    let numbers = [(); 2].map(|()| add(&controller, &mut |id| announced.push(id)).unwrap());
    assert_eq!(numbers, [1, 2]);
    assert_eq!(announced, [1, 2]);
    // One queue for all of them.
    assert_eq!(controller.subscribers.consumers(), 1);
    controller.remove_listener(1, &Call::none()).unwrap();
    let again = controller.remove_listener(1, &Call::none());
    assert!(matches!(again, Err(Error::NotFound(_))));
    assert_eq!(add(&controller, &mut |_| {}).unwrap(), 3);
    controller.close();
    controller.join_listeners();
}

#[test]
fn nothing_is_started_after_the_end() {
    let controller = Controller::new(Settings::default());
    controller.close();
    let late = add(&controller, &mut |_| {});
    assert!(matches!(late, Err(Error::Closed(_))), "{late:?}");
    let late = controller.set_failure_callback(None, &Call::none());
    assert!(matches!(late, Err(Error::Closed(_))), "{late:?}");
    let late = controller.connect(&Call::none());
    assert!(matches!(late, Err(Error::Closed(_))), "{late:?}");
    assert!(controller.listeners.get().is_none());
}

/// Counts how often it was dropped.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn what_belongs_to_a_listener_is_free_when_it_is_removed_or_refused() {
    // tor refuses the first time.
    let mut count = 0;
    let controller = scripted::controller(move |_| {
        count += 1;
        match count {
            1 => "552 no such event\r\n".to_string(),
            _ => "250 OK\r\n".to_string(),
        }
    });
    let drops = Arc::<AtomicUsize>::default();
    let add = || {
        let dropped = Dropped(Arc::clone(&drops));
        let callback: Callback = Box::new(move |_| {
            let _ = &dropped;
            CallbackResult::Continue
        });
        let kinds = KindSet::of(Kind::Bw);
        controller.add_listener(kinds, callback, &mut |_| {}, &Call::none())
    };
    let refused = add();
    assert!(
        matches!(refused, Err(Error::Rejected { .. })),
        "{refused:?}"
    );
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    let id = add().unwrap();
    controller.remove_listener(id, &Call::none()).unwrap();
    assert_eq!(drops.load(Ordering::SeqCst), 2);
    add().unwrap();
    controller.close();
    controller.join_listeners();
    assert_eq!(drops.load(Ordering::SeqCst), 3);
}
