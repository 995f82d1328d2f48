//! Cells in the queues of circuits: CELL_STATS.

use super::{event, read};
use torctl::ffi::event_cells::*;
use torctl::ffi::event_fields::*;

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
    let made = event(
        "CELL_STATS OutboundQueue=1 OutboundConn=2 OutboundRemoved=relay:1 OutboundTime=relay:0",
    );
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
