//! (see the crate comment)

pub mod event_addrmap;
pub mod event_bandwidth;
pub mod event_cells;
pub mod event_circ;
pub mod event_conf;
pub mod event_descriptors;
pub mod event_guard;
pub mod event_hs;
pub mod event_library;
pub mod event_log;
pub mod event_net;
pub mod event_orconn;
pub mod event_status;
pub mod event_stream;
mod field;
