//! The six maps of CELL_STATS.
//!
//! By hand: one function for all of them, which a program chooses between by a number.

use std::ffi::c_char;

use super::field::{first_part, part_count, part_unsigned, text};
use crate::engine::event::Event;
use crate::proto::event::{Kind, KindSet, List, Text};

/// One kind.
const CELLS: KindSet = KindSet::of(Kind::CellStats);

/// Map of cell commands: InboundAdded, cells added to the inbound queue.
pub const TORCTL_CELLS_INBOUND_ADDED: i32 = 1;
/// Map of cell commands: InboundRemoved, cells taken out of the inbound queue.
pub const TORCTL_CELLS_INBOUND_REMOVED: i32 = 2;
/// Map of cell commands: InboundTime, milliseconds that those waited.
pub const TORCTL_CELLS_INBOUND_TIME: i32 = 3;
/// Map of cell commands: OutboundAdded, cells added to the outbound queue.
pub const TORCTL_CELLS_OUTBOUND_ADDED: i32 = 4;
/// Map of cell commands: OutboundRemoved, cells taken out of the outbound queue.
pub const TORCTL_CELLS_OUTBOUND_REMOVED: i32 = 5;
/// Map of cell commands: OutboundTime, milliseconds that those waited.
pub const TORCTL_CELLS_OUTBOUND_TIME: i32 = 6;

/// How many entries a map has, one of the TORCTL_CELLS constants; 0 when the map is absent or
/// there is no such map.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_count(event: Option<&Event>, map: i32) -> usize {
    list_of(map).map_or(0, |list| part_count(event, CELLS, list))
}

/// The cell command of an entry of a map, counted from 0, such as "relay_early"; "" when there is
/// none.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_command(
    event: Option<&Event>,
    map: i32,
    index: usize,
) -> *const c_char {
    text(list_of(map).map_or(Text::EMPTY, |list| first_part(event, CELLS, list, index)))
}

/// The number of an entry of a map, counted from 0: cells, or milliseconds in the two TIME maps.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_value(event: Option<&Event>, map: i32, index: usize) -> u64 {
    list_of(map).map_or(0, |list| part_unsigned(event, CELLS, list, index))
}

fn list_of(map: i32) -> Option<List> {
    Some(match map {
        TORCTL_CELLS_INBOUND_ADDED => List::InboundAdded,
        TORCTL_CELLS_INBOUND_REMOVED => List::InboundRemoved,
        TORCTL_CELLS_INBOUND_TIME => List::InboundTime,
        TORCTL_CELLS_OUTBOUND_ADDED => List::OutboundAdded,
        TORCTL_CELLS_OUTBOUND_REMOVED => List::OutboundRemoved,
        TORCTL_CELLS_OUTBOUND_TIME => List::OutboundTime,
        _ => return None,
    })
}
