//! Options with setters, from which something is made later.
//!
//! A setter that refuses a value leaves the old one, and nobody may have looked at its status. What
//! is made from the options then would not be what the program wanted: another tor, a service that
//! is open to everybody. So the options remember what was refused, and whatever is made from them
//! fails.

use std::mem::MaybeUninit;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::args::{required, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::engine::Origin;
use crate::error::Error;

/// Options and what was refused of them. A forked child may use what it inherits: there is nothing
/// behind it but memory.
pub(super) struct OptionsCell<T> {
    inner: Mutex<Inner<T>>,
    origin: Origin,
}

#[derive(Default)]
struct Inner<T> {
    value: T,
    // The oldest first, one for each choice at the most.
    refused: Vec<Refusal>,
}

struct Refusal {
    setter: Setter,
    error: Error,
}

/// A function that sets something.
#[derive(Clone, Debug)]
pub(super) struct Setter {
    name: &'static str,
    // What a later success replaces, whichever function it is of; None if it only adds to it.
    choice: Option<(&'static str, Vec<u8>)>,
}

impl Setter {
    /// One that makes this choice anew.
    pub(super) fn sets(name: &'static str, choice: &'static str) -> Setter {
        Setter::sets_of(name, choice, Vec::new())
    }

    /// Likewise, where there is one choice for each of these.
    pub(super) fn sets_of(name: &'static str, choice: &'static str, of: Vec<u8>) -> Setter {
        Setter {
            name,
            choice: Some((choice, of)),
        }
    }

    /// One of whose values none stands in for another.
    pub(super) fn adds(name: &'static str) -> Setter {
        Setter { name, choice: None }
    }

    fn is_same(&self, other: &Setter) -> bool {
        match (&self.choice, &other.choice) {
            (None, None) => self.name == other.name,
            (one, other) => one == other,
        }
    }
}

/// A view of the value, under its lock.
pub(super) struct OptionsRef<'a, T>(MutexGuard<'a, Inner<T>>);

impl<T> Deref for OptionsRef<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Default> Default for OptionsCell<T> {
    fn default() -> OptionsCell<T> {
        OptionsCell::new(T::default())
    }
}

impl<T> OptionsCell<T> {
    pub(super) fn new(value: T) -> OptionsCell<T> {
        OptionsCell {
            inner: Mutex::new(Inner {
                value,
                refused: Vec::new(),
            }),
            origin: Origin::here(),
        }
    }

    /// Fails in a forked child whose parent changed it in another thread at that moment: this
    /// thread is not there to end its change.
    fn lock(&self) -> Result<MutexGuard<'_, Inner<T>>, Error> {
        if self.origin.is_here() {
            return Ok(self.inner.lock().unwrap_or_else(PoisonError::into_inner));
        }
        match self.inner.try_lock() {
            Ok(inner) => Ok(inner),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(Error::State(
                "this process was forked while another thread changed this object".to_string(),
            )),
        }
    }

    /// The value, whatever was refused.
    pub(super) fn look(&self) -> Result<OptionsRef<'_, T>, Error> {
        self.lock().map(OptionsRef)
    }

    /// The value, to make something from: what was refused first is the failure.
    pub(super) fn whole(&self) -> Result<OptionsRef<'_, T>, Error> {
        let inner = self.lock()?;
        match inner.refused.first() {
            None => Ok(OptionsRef(inner)),
            Some(Refusal { setter, error }) => {
                let said = |message: &str| {
                    let name = setter.name;
                    format!("{name}() refused a value before: {message}")
                };
                Err(match error {
                    Error::Invalid(message) => Error::Invalid(said(message)),
                    Error::State(message) => Error::State(said(message)),
                    Error::NotFound(message) => Error::NotFound(said(message)),
                    other => other.clone(),
                })
            }
        }
    }

    /// Makes a change whose failure leaves nothing to be wrong later.
    pub(super) fn edit(
        &self,
        change: impl FnOnce(&mut T) -> Result<(), Error>,
    ) -> Result<torctl_status, Error> {
        change(&mut self.lock()?.value).map(|()| TORCTL_OK)
    }

    /// Runs a setter.
    pub(super) fn change(
        &self,
        setter: Setter,
        change: impl FnOnce(&mut T) -> Result<(), Error>,
    ) -> Result<torctl_status, Error> {
        let mut change = Some(change);
        self.run(setter, &mut |value| match change.take() {
            Some(change) => change(value),
            None => Ok(()),
        })
    }

    /// The same, once for all setters of a kind of options.
    #[inline(never)]
    fn run(
        &self,
        setter: Setter,
        change: &mut dyn FnMut(&mut T) -> Result<(), Error>,
    ) -> Result<torctl_status, Error> {
        let mut inner = self.lock()?;
        let outcome = change(&mut inner.value);
        let earlier = inner
            .refused
            .iter()
            .position(|it| it.setter.is_same(&setter));
        match (&outcome, earlier) {
            (Ok(()), Some(index)) if setter.choice.is_some() => {
                inner.refused.remove(index);
            }
            (Err(error), None) => inner.refused.push(Refusal {
                setter,
                error: error.clone(),
            }),
            _ => {}
        }
        outcome.map(|()| TORCTL_OK)
    }

    /// Clears the failure that is remembered.
    pub(super) fn clear_failure(&self) {
        if let Ok(mut inner) = self.lock() {
            inner.refused.clear();
        }
    }
}

/// An object of the header that holds options.
pub(super) trait HasOptions {
    type Value;

    fn cell(&self) -> &OptionsCell<Self::Value>;
}

/// The body of an exported setter or adder.
pub(super) fn set_option<O: HasOptions>(
    options: Option<&O>,
    setter: Setter,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
    change: impl FnOnce(&mut O::Value) -> Result<(), Error>,
) -> torctl_status {
    guard(Out::object(err), || {
        required(options, "options")?.cell().change(setter, change)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(text: &str) -> Result<(), Error> {
        Err(Error::Invalid(text.to_string()))
    }

    #[test]
    fn the_first_failure_is_kept_until_its_setter_succeeds() {
        let cell = OptionsCell::new(1);
        let said = |cell: &OptionsCell<i32>| cell.whole().err().map(|it| it.to_string());
        assert!(cell
            .change(Setter::sets("a", "a"), |_| refuse("x"))
            .is_err());
        assert!(cell
            .change(Setter::sets("b", "b"), |_| refuse("y"))
            .is_err());
        assert!(cell
            .change(Setter::sets("a", "a"), |_| refuse("z"))
            .is_err());
        let first = "a() refused a value before: x";
        assert_eq!(said(&cell).as_deref(), Some(first));
        // Another's success makes nothing good.
        let set = |value: &mut i32| {
            *value = 2;
            Ok(())
        };
        assert!(cell.change(Setter::sets("c", "c"), set).is_ok());
        assert_eq!(said(&cell).as_deref(), Some(first));
        assert!(cell.change(Setter::sets("a", "a"), set).is_ok());
        assert_eq!(
            said(&cell).as_deref(),
            Some("b() refused a value before: y")
        );
        assert!(cell.change(Setter::sets("b", "b"), set).is_ok());
        assert_eq!(cell.whole().ok().map(|value| *value), Some(2));
    }

    #[test]
    fn what_was_not_added_is_missing_until_the_program_says_that_it_knows() {
        let cell = OptionsCell::new(0);
        assert!(cell.change(Setter::adds("a"), |_| refuse("x")).is_err());
        assert!(cell.change(Setter::adds("a"), |_| Ok(())).is_ok());
        assert!(cell.whole().is_err());
        cell.clear_failure();
        assert!(cell.whole().is_ok());
        let of = |about: &[u8]| Setter::sets_of("s", "s", about.to_vec());
        assert!(cell.change(of(b"1"), |_| refuse("x")).is_err());
        assert!(cell.change(of(b"2"), |_| Ok(())).is_ok());
        assert!(cell.whole().is_err());
        assert!(cell.change(of(b"1"), |_| Ok(())).is_ok());
        assert!(cell.whole().is_ok());
    }

    #[test]
    fn another_way_to_make_the_same_choice_makes_it_good() {
        let cell = OptionsCell::new(0);
        let refused = cell.change(Setter::sets("set_key", "key"), |_| refuse("x"));
        assert!(refused.is_err());
        assert!(cell
            .change(Setter::sets("set_file", "key"), |_| Ok(()))
            .is_ok());
        assert!(cell.whole().is_ok());
    }

    #[test]
    fn a_child_does_not_wait_for_a_thread_that_it_does_not_have() {
        let cell = OptionsCell {
            origin: Origin::elsewhere(),
            ..OptionsCell::new(1)
        };
        assert!(cell.whole().is_ok());
        let held = cell.inner.lock().unwrap();
        assert!(matches!(cell.whole(), Err(Error::State(_))));
        assert!(cell.look().is_err());
        let set = cell.change(Setter::sets("a", "a"), |_| Ok(()));
        assert!(matches!(set, Err(Error::State(_))));
        cell.clear_failure();
        drop(held);
        assert!(cell.look().is_ok());
    }

    #[test]
    fn refusals_do_not_pile_up() {
        let cell = OptionsCell::new(0);
        for _ in 0..1000 {
            assert!(cell.change(Setter::adds("a"), |_| refuse("x")).is_err());
            assert!(cell
                .change(Setter::sets("b", "b"), |_| refuse("x"))
                .is_err());
        }
        assert_eq!(cell.lock().unwrap().refused.len(), 2);
    }
}
