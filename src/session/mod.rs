//! One conversation with tor, without file, descriptor, thread, clock or lock.
//!
//! What is needed from outside comes in, bytes and moments; what is to be done outside goes out,
//! bytes to be written and outcomes for those who wait. So all of it runs in a test, cut at every
//! byte and at any time.
//!
//! Two halves, since the engine reads with one lock and asks with another: the decoder with
//! [`inbound`], which says what has come, and the [`dialogue`], which knows what was asked.
//! [`Session`] has both.
#![forbid(unsafe_code)]

mod deadlines;
mod dialogue;
mod fuzz;
mod inbound;
mod kept;
mod login;
mod names;
mod pending;
#[cfg(test)]
mod transcripts;
mod wants;
mod whole;

pub(crate) use dialogue::{Dialogue, Expected, Waiter, CORK};
pub use fuzz::fuzz_session;
pub(crate) use inbound::{deliver, too_large, Access, Sink};
pub(crate) use kept::{Again, Kept, Part, Restoration, Restored};
pub(crate) use login::{Demand, Login};
pub(crate) use names::check_name;
pub(crate) use pending::{Manner, Ticket};
pub(crate) use wants::{Consumer, Wish, HEALTH_NEEDS};
