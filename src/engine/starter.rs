//! A tor of the program's own, as connecting sees it: it is started before it can be reached.

use std::fmt;
use std::future::Future;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use super::link::Address;
use super::operation::Operation;
use super::tasks::Tasks;
use crate::error::{Cause, Error};

/// Where a tor that runs can be reached.
pub enum Place {
    /// A connection to it that needs no login.
    Descriptor(OwnedFd),
    /// Its port, and the file with its cookie.
    Port(Address, PathBuf),
}

/// What a starter does.
pub type Step<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What starts tor, for one controller.
pub trait Starter: fmt::Debug + Send + Sync {
    /// Starts tor, whose process is seen to where the tasks are.
    fn start<'a>(
        &'a self,
        tasks: &'a Arc<Tasks>,
        operation: &'a Operation,
        deadline: Option<Instant>,
    ) -> Step<'a, Result<Place, Error>>;

    /// What each tor is told about its end before it is of use.
    fn ownership(&self) -> Option<&'static str>;

    /// Each has been told that.
    fn settle(&self);

    /// Waits until the last one has ended; why there is none. Fails if there will be no other.
    fn after_loss<'a>(
        &'a self,
        why: Error,
        operation: &'a Operation,
    ) -> Step<'a, Result<Error, Cause>>;
}
