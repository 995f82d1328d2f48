//! Who has an onion service's key already, which tor does not say when it refuses to make another.

use std::sync::Arc;

use super::key::ServiceKey;
use super::services::list_onions;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::onion_address::OnionAddress;
use crate::proto::reason::Reason;

/// The same error; of a collision it says whose service the other is, as far as tor may tell.
pub(super) async fn explain(
    mut error: Error,
    key: Option<&[u8]>,
    controller: &Arc<Controller>,
    call: &Operation,
) -> Error {
    if let Error::Rejected { why, meaning, .. } = &mut error {
        let address = key.and_then(ServiceKey::parse).map(|key| key.address());
        if let (Reason::OnionCollision, Some(address)) = (*why, address) {
            let list = async |detached| {
                let list = list_onions(controller, detached, call).await.ok()?;
                Some(list.iter().any(|other| is_same(other, &address)))
            };
            // Each is asked by itself: a filter may let one through.
            let (text, reason) = whose(list(false).await, list(true).await);
            *why = reason;
            *meaning = format!("{text} (its address is {address}.onion)").into();
        }
    }
    error
}

fn is_same(other: &[u8], address: &OnionAddress) -> bool {
    OnionAddress::parse(other).is_ok_and(|other| other == *address)
}

/// Whose service it is, by whether it is in a list; None is a list that cannot be had.
fn whose(is_own: Option<bool>, is_detached: Option<bool>) -> (&'static str, Reason) {
    match (is_own, is_detached) {
        (Some(true), _) => (
            "this connection has a service with this key already, which torctl_watch_onion() follows",
            Reason::OnionOwn,
        ),
        (_, Some(true)) => (
            "a detached service has this key: torctl_watch_onion() follows it, torctl_del_onion() ends it",
            Reason::OnionDetached,
        ),
        (Some(false), Some(false)) => (
            "another connection to this tor, or a HiddenServiceDir of its configuration, has a service with \
             this key: it ends with that connection, or by SETCONF",
            Reason::OnionElsewhere,
        ),
        _ => (
            "this tor runs a service with this key already, and a filter keeps to itself whose it is",
            Reason::OnionCollision,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_it_is() {
        let of = |own, detached| whose(own, detached).1;
        assert_eq!(of(Some(true), Some(false)), Reason::OnionOwn);
        assert_eq!(of(Some(true), None), Reason::OnionOwn);
        assert_eq!(of(Some(false), Some(true)), Reason::OnionDetached);
        assert_eq!(of(None, Some(true)), Reason::OnionDetached);
        assert_eq!(of(Some(false), Some(false)), Reason::OnionElsewhere);
        assert_eq!(of(None, Some(false)), Reason::OnionCollision);
        assert_eq!(of(Some(false), None), Reason::OnionCollision);
    }
}
