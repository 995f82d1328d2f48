//! What stands behind src/tables/health.rs.

use super::generated::*;
use super::reason;
use crate::api::health::{self, Finding, Health};
use crate::proto::event::words;

/// The finding about an item, or what decided the verdict.
fn finding(health: &Health, item: i32) -> Option<&Finding> {
    match item {
        0 => health.first(),
        item => health.finding(words::HEALTH_ITEM.word(item)?.as_bytes()),
    }
}

fn level(health: &Health, item: i32) -> i32 {
    let level = match item {
        0 => health.verdict,
        item => finding(health, item).map_or_else(Default::default, |it| it.level),
    };
    words::HEALTH_LEVEL.number(level.word().as_bytes())
}

generated!("health");
