//! The six maps of CELL_STATS.
//!
//! By hand: one function for all of them, which a program chooses between by a number.

use std::ffi::c_char;

use super::field_access::{first_part, part_count, part_unsigned, text};
use crate::engine::event::Event;
use crate::proto::event::{Kind, KindSet, PartList, Text};

/// One kind.
const CELLS: KindSet = KindSet::of(Kind::CellStats);

/// The maps of CELL_STATS. This one: how many cells were added to the inbound queue.
pub const TORCTL_CELLS_INBOUND_ADDED: i32 = 6201;
/// How many cells were removed from the inbound queue.
pub const TORCTL_CELLS_INBOUND_REMOVED: i32 = 6202;
/// How many milliseconds the cells removed from the inbound queue had waited, in sum.
pub const TORCTL_CELLS_INBOUND_TIME: i32 = 6203;
/// How many cells were added to the outbound queue.
pub const TORCTL_CELLS_OUTBOUND_ADDED: i32 = 6204;
/// How many cells were removed from the outbound queue.
pub const TORCTL_CELLS_OUTBOUND_REMOVED: i32 = 6205;
/// How many milliseconds the cells removed from the outbound queue had waited, in sum.
pub const TORCTL_CELLS_OUTBOUND_TIME: i32 = 6206;

/// How many entries a map has. `map` is one of the TORCTL_CELLS constants.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_count(event: Option<&Event>, map: i32) -> usize {
    list_of(map).map_or(0, |list| part_count(event, CELLS, list))
}

/// The command of the cells that an entry of a map is about, for example "relay_early".
#[no_mangle]
pub extern "C" fn torctl_cell_stats_command(
    event: Option<&Event>,
    map: i32,
    index: usize,
) -> *const c_char {
    text(list_of(map).map_or(Text::EMPTY, |list| first_part(event, CELLS, list, index)))
}

/// The number of an entry of a map: cells, or milliseconds.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_value(event: Option<&Event>, map: i32, index: usize) -> u64 {
    list_of(map).map_or(0, |list| part_unsigned(event, CELLS, list, index))
}

fn list_of(map: i32) -> Option<PartList> {
    Some(match map {
        TORCTL_CELLS_INBOUND_ADDED => PartList::InboundAdded,
        TORCTL_CELLS_INBOUND_REMOVED => PartList::InboundRemoved,
        TORCTL_CELLS_INBOUND_TIME => PartList::InboundTime,
        TORCTL_CELLS_OUTBOUND_ADDED => PartList::OutboundAdded,
        TORCTL_CELLS_OUTBOUND_REMOVED => PartList::OutboundRemoved,
        TORCTL_CELLS_OUTBOUND_TIME => PartList::OutboundTime,
        _ => return None,
    })
}
