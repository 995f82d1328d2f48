//! Cells in the queues of circuits: CELL_STATS.

use std::ffi::c_char;

use super::field::{first_part, part_count, part_unsigned, text, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{Key, Kind, KindSet, List, Text};

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

/// The number of the circuit (ID); 0 when absent: the circuit began elsewhere.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_circ_id(event: Option<&Event>) -> u64 {
    unsigned(value(event, CELLS, Key::Id))
}

/// The identifier of the inbound queue (InboundQueue); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_inbound_queue(event: Option<&Event>) -> u64 {
    unsigned(value(event, CELLS, Key::InboundQueue))
}

/// The number of the connection of the inbound queue (InboundConn); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_inbound_conn(event: Option<&Event>) -> u64 {
    unsigned(value(event, CELLS, Key::InboundConn))
}

/// The identifier of the outbound queue (OutboundQueue); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_outbound_queue(event: Option<&Event>) -> u64 {
    unsigned(value(event, CELLS, Key::OutboundQueue))
}

/// The number of the connection of the outbound queue (OutboundConn); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_cell_stats_outbound_conn(event: Option<&Event>) -> u64 {
    unsigned(value(event, CELLS, Key::OutboundConn))
}

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

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

    #[test]
    fn every_field_of_cell_statistics() {
        let made = event(
            "CELL_STATS ID=14 InboundQueue=3801314674 InboundConn=7 InboundAdded=relay:2,created2:1 \
             InboundRemoved=relay:3 InboundTime=relay:40 OutboundQueue=813309772 OutboundConn=4 \
             OutboundAdded=create2:5 OutboundRemoved=relay_early:244,create2:6 OutboundTime=relay_early:9,create2:0",
        );
        let cells = Some(&made);
        assert_eq!(torctl_cell_stats_circ_id(cells), 14);
        assert_eq!(torctl_cell_stats_inbound_queue(cells), 3_801_314_674);
        assert_eq!(torctl_cell_stats_inbound_conn(cells), 7);
        assert_eq!(torctl_cell_stats_outbound_queue(cells), 813_309_772);
        assert_eq!(torctl_cell_stats_outbound_conn(cells), 4);
        let shown = |map| {
            (0..torctl_cell_stats_count(cells, map))
                .map(|index| {
                    let command = read(torctl_cell_stats_command(cells, map, index));
                    (command, torctl_cell_stats_value(cells, map, index))
                })
                .collect::<Vec<_>>()
        };
        let pair = |command: &str, value| (command.to_string(), value);
        assert_eq!(
            shown(TORCTL_CELLS_INBOUND_ADDED),
            [pair("relay", 2), pair("created2", 1)]
        );
        assert_eq!(shown(TORCTL_CELLS_INBOUND_REMOVED), [pair("relay", 3)]);
        assert_eq!(shown(TORCTL_CELLS_INBOUND_TIME), [pair("relay", 40)]);
        assert_eq!(shown(TORCTL_CELLS_OUTBOUND_ADDED), [pair("create2", 5)]);
        assert_eq!(
            shown(TORCTL_CELLS_OUTBOUND_REMOVED),
            [pair("relay_early", 244), pair("create2", 6)]
        );
        assert_eq!(
            shown(TORCTL_CELLS_OUTBOUND_TIME),
            [pair("relay_early", 9), pair("create2", 0)]
        );
        assert_eq!(torctl_cell_stats_count(cells, 0), 0);
        assert_eq!(torctl_cell_stats_count(cells, 7), 0);
        assert_eq!(read(torctl_cell_stats_command(cells, -1, 0)), "");
        assert_eq!(
            torctl_cell_stats_value(cells, TORCTL_CELLS_INBOUND_TIME, 1),
            0
        );
    }

    #[test]
    fn removed_may_come_without_added() {
        let made = event("CELL_STATS OutboundQueue=1 OutboundConn=2 OutboundRemoved=relay:1 OutboundTime=relay:0");
        let cells = Some(&made);
        assert_eq!(torctl_cell_stats_circ_id(cells), 0);
        assert_eq!(
            torctl_cell_stats_count(cells, TORCTL_CELLS_OUTBOUND_ADDED),
            0
        );
        assert_eq!(
            torctl_cell_stats_count(cells, TORCTL_CELLS_OUTBOUND_REMOVED),
            1
        );
        assert_eq!(torctl_cell_stats_inbound_queue(cells), 0);
    }
}
