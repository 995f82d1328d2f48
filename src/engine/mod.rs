//! Running controllers: the connection to tor, requests in flight, event queues and listeners.
//!
//! Three kinds of threads work on a controller: those of the program, the process's one I/O thread
//! ([`reactor`]), and the controller's callback thread if it has listeners ([`dispatch`]); or only
//! those of the program, if it wants that ([`home`]). Whoever
//! waits for something on a controller may read its socket ([`role`]), so that an answer does
//! not pass through a second thread.

pub mod backoff;
pub(crate) mod block;
mod buffers;
pub mod call;
pub mod completion;
mod connect;
pub mod controller;
pub mod conversation;
mod cookie;
pub mod dispatch;
pub mod event;
pub mod event_queue;
pub mod file;
mod find;
mod home;
pub mod link;
pub(crate) mod listening;
pub mod message_decoder;
pub mod operation;
pub(crate) mod park;
pub mod port_file;
pub mod process;
pub mod queue;
mod reactor;
pub mod replay;
pub mod request;
mod role;
pub mod settings;
mod slot;
pub(crate) mod socks;
pub mod starter;
pub mod subscribe;
pub(crate) mod subscriber;
mod sys;
pub mod tasks;
mod timeout;
pub mod trace;
pub mod watch;

pub(crate) use park::{lock, try_lock};
pub(crate) use queue::ReadySignal;
pub(crate) use slot::Observer;
pub use sys::Origin;
pub(crate) use sys::{end_here, mono_ns, Uncancelled};

#[cfg(test)]
pub(crate) mod scripted;
