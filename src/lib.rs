//! libtorctl: control the tor daemon from C and C++ over its control port.
//!
//! The manual for programs is `include/torctl.h`; this is the map of the inside. Each layer uses
//! only the ones named before it:
//!
//! - [`proto`]: the control protocol as bytes. No sockets, threads, clock, files or unsafe code.
//! - [`dir`]: directory documents as bytes, likewise.
//! - [`error`]: why a call failed.
//! - [`session`]: one conversation, likewise: bytes, replies and times in; bytes and outcomes out.
//! - [`engine`]: running controllers: the I/O thread, requests in flight, event queues, listeners.
//! - [`api`]: what can be asked of tor, one file for each topic.
//! - [`onion`]: onion services, their descriptors and keys.
//! - [`ffi`]: the C boundary, one file for each noun of the header.

pub mod api;
pub mod dir;
pub mod engine;
pub mod error;
pub mod ffi;
pub mod onion;
pub mod proto;
pub mod session;
