//! The accessors of event fields, one file for each table of src/tables.

use std::ffi::{c_char, CStr};

use torctl::engine::event::Event;
use torctl::proto::event::Kind;

#[path = "event_fields/addrmap.rs"]
mod addrmap;
#[path = "event_fields/bandwidth.rs"]
mod bandwidth;
#[path = "event_fields/cells.rs"]
mod cells;
#[path = "event_fields/circ.rs"]
mod circ;
#[path = "event_fields/conf.rs"]
mod conf;
#[path = "event_fields/descriptors.rs"]
mod descriptors;
#[path = "event_fields/guard.rs"]
mod guard;
#[path = "event_fields/hs.rs"]
mod hs;
#[path = "event_fields/library.rs"]
mod library;
#[path = "event_fields/log.rs"]
mod log;
#[path = "event_fields/net.rs"]
mod net;
#[path = "event_fields/orconn.rs"]
mod orconn;
#[path = "event_fields/status.rs"]
mod status;
#[path = "event_fields/stream.rs"]
mod stream;

/// The event of a line without its code and line end.
fn event(line: &str) -> Event {
    let kind = Kind::from_word(line.split(' ').next().unwrap_or_default().as_bytes());
    message(kind, &format!("650 {line}\r\n"))
}

/// The event of a whole message.
fn message(kind: Kind, raw: &str) -> Event {
    Event::of_raw(kind, raw.as_bytes().to_vec())
}

/// What a C program reads through a pointer.
fn read(text: *const c_char) -> String {
    assert!(!text.is_null());
    // SAFETY: an accessor returned it, for an event that is still there.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_bytes().escape_ascii().to_string()
}
