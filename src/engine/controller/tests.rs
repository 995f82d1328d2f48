use super::*;
use crate::engine::dispatch::CallbackResult;
use crate::engine::scripted;
use crate::proto::event::Kind;
use std::sync::atomic::{AtomicUsize, Ordering};

fn nothing() -> Callback {
    Box::new(|_| CallbackResult::Continue)
}

fn add_with(controller: &Controller, callback: Callback) -> Result<u64, Error> {
    let kinds = KindSet::of(Kind::Bw);
    let id = controller.new_listener()?;
    controller.wait_for(&Call::none(), async |call| {
        controller.add_listener(id, kinds, callback, call).await
    })?;
    Ok(id)
}

fn add(controller: &Controller) -> Result<u64, Error> {
    add_with(controller, nothing())
}

fn remove(controller: &Controller, id: u64) -> Result<(), Error> {
    controller.wait_for(&Call::none(), async |call| {
        controller.remove_listener(id, call).await
    })
}

#[test]
fn what_asks_for_a_listener_starts_no_thread() {
    let controller = Controller::new(Settings::default());
    let call = Call::none();
    let removed = remove(&controller, 1);
    assert!(matches!(removed, Err(Error::NotFound(_))));
    let named = controller.wait_for(&call, async |call| {
        controller.add_listener_name(1, b"NEW", call).await
    });
    assert!(matches!(named, Err(Error::NotFound(_))));
    assert_eq!(controller.listener_counts(), (Counts::default(), 0));
    controller.join_listeners();
    assert!(controller.listeners.get().is_none());
    assert!(!controller.has_consumers());
}

#[test]
fn listeners_have_numbers() {
    let controller = Controller::new(Settings::default());
    let numbers = [(); 2].map(|()| add(&controller).unwrap());
    assert_eq!(numbers, [1, 2]);
    // One queue for all of them.
    assert_eq!(controller.subscribers.consumers(), 1);
    remove(&controller, 1).unwrap();
    let again = remove(&controller, 1);
    assert!(matches!(again, Err(Error::NotFound(_))));
    assert_eq!(add(&controller).unwrap(), 3);
    controller.close();
    controller.join_listeners();
}

#[test]
fn nothing_is_started_after_the_end() {
    let controller = Controller::new(Settings::default());
    controller.close();
    let late = add(&controller);
    assert!(matches!(late, Err(Error::Closed(_))), "{late:?}");
    let late = controller.wait_for(&Call::none(), async |call| {
        controller.set_failure_callback(None, call).await
    });
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
        add_with(&controller, callback)
    };
    let refused = add();
    assert!(
        matches!(refused, Err(Error::Rejected { .. })),
        "{refused:?}"
    );
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    let id = add().unwrap();
    remove(&controller, id).unwrap();
    assert_eq!(drops.load(Ordering::SeqCst), 2);
    add().unwrap();
    controller.close();
    controller.join_listeners();
    assert_eq!(drops.load(Ordering::SeqCst), 3);
}
