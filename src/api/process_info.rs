//! tor's process, as tor describes it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::info::get_info_each;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::info;

/// tor's process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Its number.
    pub pid: Option<u64>,
    /// Its user's number.
    pub uid: Option<u64>,
    /// Its user's name.
    pub user: Vec<u8>,
    /// The most descriptors that it may have.
    pub descriptor_limit: Option<u64>,
    /// Seconds since it began.
    pub uptime_s: Option<u64>,
    /// When that was, to the second: microseconds since 1970.
    pub started_unix_us: Option<i64>,
}

/// What is known of tor's process; some tors do not know all of it.
pub async fn process(controller: &Arc<Controller>, call: &Operation) -> Result<ProcessInfo, Error> {
    let keys = [
        "process/pid",
        "process/uid",
        "process/user",
        "process/descriptor-limit",
        "uptime",
    ];
    let outcomes = get_info_each(controller, &keys, call).await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now_us = now.map_or(0, |now| now.as_micros() as i64);
    // tor says -1 for what it does not know.
    let number = |index: usize| info::number(outcomes[index].value().bytes());
    let uptime_s = number(4);
    let started =
        |uptime_s: u64| Some(now_us - i64::try_from(uptime_s).ok()?.checked_mul(1_000_000)?);
    Ok(ProcessInfo {
        pid: number(0),
        uid: number(1),
        user: outcomes[2].value().bytes().to_vec(),
        descriptor_limit: number(3),
        uptime_s,
        started_unix_us: uptime_s.and_then(started),
    })
}
