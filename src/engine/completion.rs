//! What comes of a call that the program did not wait for.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::call::Given;
use super::park::lock;
use crate::error::Error;

/// The outcome of a begun call, in a queue and then in the RESULT event.
pub struct Completion {
    tag: u64,
    outcome: Mutex<Result<Option<Given>, Error>>,
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion")
            .field("tag", &self.tag)
            .finish()
    }
}

impl Completion {
    pub(crate) fn new(tag: u64, outcome: Result<Given, Error>) -> Arc<Completion> {
        Arc::new(Completion {
            tag,
            outcome: Mutex::new(outcome.map(Some)),
        })
    }

    /// The program's tag.
    pub fn tag(&self) -> u64 {
        self.tag
    }

    /// Why the call failed, if it did.
    pub fn error(&self) -> Option<Error> {
        lock(&self.outcome).as_ref().err().cloned()
    }

    /// What the call gives, once: if it is of this type, and nobody took it before.
    pub fn take<T: 'static>(&self) -> Result<Box<T>, Error> {
        let object = self.take_if(&|given| given.is::<T>())?;
        object.downcast().map_err(|_| wrong_type())
    }

    /// Not generic, or it would be in the library once for each type.
    #[inline(never)]
    fn take_if(&self, is_it: &dyn Fn(&Given) -> bool) -> Result<Given, Error> {
        let mut outcome = lock(&self.outcome);
        let given = match &mut *outcome {
            Ok(given) => given,
            Err(error) => return Err(error.clone()),
        };
        match given.take() {
            Some(object) if is_it(&object) => Ok(object),
            Some(object) => {
                *given = Some(object);
                Err(wrong_type())
            }
            None => {
                let message = "what the call gave was taken already";
                Err(Error::State(message.to_string()))
            }
        }
    }
}

#[cold]
#[inline(never)]
fn wrong_type() -> Error {
    Error::Invalid("the call gave something of another type".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_gives_is_taken_once_by_its_type() {
        let completion = Completion::new(7, Ok(Box::new(5u64)));
        assert!(matches!(
            completion.take::<String>(),
            Err(Error::Invalid(_))
        ));
        assert_eq!(*completion.take::<u64>().unwrap(), 5);
        assert!(matches!(completion.take::<u64>(), Err(Error::State(_))));
        assert!(completion.error().is_none());
        let failed = Completion::new(7, Err(Error::Cancelled));
        assert!(matches!(failed.take::<u64>(), Err(Error::Cancelled)));
        assert!(matches!(failed.error(), Some(Error::Cancelled)));
    }
}
