//! How much tor reads and writes, and how much it may.

use std::sync::Arc;

use super::conf::get_conf;
use super::info::{get_info, get_info_all, get_info_each};
use super::typed_info::{list, malformed_value};
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::info::{self, Accounting};
use crate::proto::result::Values;

/// Bytes that tor has read and written since it began.
pub async fn traffic(controller: &Arc<Controller>, call: &Operation) -> Result<(u64, u64), Error> {
    let keys = ["traffic/read", "traffic/written"];
    let values = get_info_all(controller, &keys, call).await?;
    let number = |index: usize| info::number(values.get(index)?);
    let pair = number(0).zip(number(1));
    pair.ok_or_else(|| malformed_value("traffic/read", values.first().map_or(b"", Vec::as_slice)))
}

/// Bytes read and written in each of the last seconds, the oldest first.
pub async fn bandwidth_history(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<Vec<(u64, u64)>, Error> {
    list(controller, "bw-event-cache", call, |value| {
        info::bandwidth_cache(value).collect()
    })
    .await
}

/// Accounting: what there is of it.
pub async fn accounting(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<Accounting, Error> {
    let mut accounting = Accounting::default();
    let first = get_info(controller, &["accounting/enabled"], call).await?;
    accounting.take(b"accounting/enabled", first.value(0).unwrap_or_default());
    if !accounting.is_enabled {
        return Ok(accounting);
    }
    let keys = [
        "accounting/hibernating",
        "accounting/bytes",
        "accounting/bytes-left",
        "accounting/interval-start",
        "accounting/interval-wake",
        "accounting/interval-end",
    ];
    for outcome in get_info_each(controller, &keys, call).await? {
        if outcome.error().is_none() {
            accounting.take(outcome.key().bytes(), outcome.value().bytes());
        }
    }
    Ok(accounting)
}

/// What an option allows. 0 means that it does not limit.
fn limit(values: &Values, name: &str) -> Option<u64> {
    let index = values.find(name.as_bytes())?;
    info::number(values.value(index)?).filter(|limit| *limit > 0)
}

/// Bytes per second that tor may use for long and for short: the least of what its options say.
pub async fn effective_rate(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<(u64, u64), Error> {
    let names = [
        "BandwidthRate",
        "RelayBandwidthRate",
        "BandwidthBurst",
        "RelayBandwidthBurst",
        "MaxAdvertisedBandwidth",
    ];
    let limits = match get_conf(controller, &names, call).await {
        Ok(values) => names.map(|name| limit(&values, name)),
        // Each may be allowed by itself.
        Err(Error::Rejected {
            is_filtered: true, ..
        }) => {
            let mut limits = [None; 5];
            for (limit_of, name) in limits.iter_mut().zip(names) {
                *limit_of = limit(&get_conf(controller, &[name], call).await?, name);
            }
            limits
        }
        Err(error) => return Err(error),
    };
    let option = |name: &str| {
        let index = names.iter().position(|other| *other == name)?;
        limits[index]
    };
    let least = |names: [&str; 3]| names.iter().filter_map(|name| option(name)).min();
    let rate = least([
        "BandwidthRate",
        "RelayBandwidthRate",
        "MaxAdvertisedBandwidth",
    ]);
    let burst = least([
        "BandwidthBurst",
        "RelayBandwidthBurst",
        "MaxAdvertisedBandwidth",
    ]);
    Ok((rate.unwrap_or(0), burst.unwrap_or(0)))
}
