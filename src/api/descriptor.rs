//! POSTDESCRIPTOR, HSPOST, HSFETCH, and what becomes of a fetch.

use std::sync::Arc;

use super::info::get_info;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{expect_ok, Error};
use crate::engine::event::Event;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::proto::command::descriptor::{self, DescriptorPurpose};
use crate::proto::event::{Key, Kind, KindSet};
use crate::proto::onion::OnionAddress;
use crate::proto::quote::printable;
use crate::proto::reason::Reason;
use crate::proto::result::descriptor_posted;

/// Gives tor a relay's descriptor. That tor did not keep it is an error.
pub fn post_descriptor(
    controller: &Arc<Controller>,
    text: &[u8],
    purpose: Option<DescriptorPurpose>,
    cache: Option<bool>,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let command = descriptor::post_descriptor(text, purpose, cache)?;
    match descriptor_posted(&controller.request(command, call)?)? {
        None => Ok(()),
        Some(text) => Err(Error::Rejected {
            code: 251,
            text,
            command: "POSTDESCRIPTOR".to_string(),
            is_filtered: false,
            why: Reason::Unknown,
        }),
    }
}

/// Has tor upload the descriptor of an onion service.
pub fn hs_post<S: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    address: &[u8],
    relays: &[S],
    text: &[u8],
    call: &Arc<Call>,
) -> Result<(), Error> {
    let command = descriptor::hs_post(address, relays, text)?;
    expect_ok(controller.request(command, call)?)?;
    Ok(())
}

/// Has tor fetch the descriptor of an onion service, and does not wait.
pub fn hs_fetch<S: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    address: &[u8],
    relays: &[S],
    call: &Arc<Call>,
) -> Result<(), Error> {
    let command = descriptor::hs_fetch(address, relays)?;
    expect_ok(controller.request(command, call)?)?;
    Ok(())
}

/// What one relay had to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The relay, as tor names it; empty if tor found none to ask.
    pub relay: Vec<u8>,
    /// tor's word for the failure; none if the descriptor came.
    pub failure: Option<Vec<u8>>,
}

/// What became of a fetch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetch {
    /// All that were asked, in the order of their answers.
    pub attempts: Vec<Attempt>,
    /// The descriptor, if one had it: the first that came.
    pub descriptor: Option<Vec<u8>>,
    /// Asked, and no answer yet.
    pending: usize,
    /// Since the last look, something more was asked.
    is_asking: bool,
}

/// Has tor fetch the descriptor of an onion service, and waits for it, or until nobody is left who
/// might have it.
pub fn fetch_onion<S: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    address: &[u8],
    relays: &[S],
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
) -> Result<Fetch, Error> {
    let command = descriptor::hs_fetch(address, relays)?;
    let address = OnionAddress::parse(address)
        .map_err(|error| Error::Invalid(format!("address {error}")))?
        .to_string();
    let deadline = Deadline::after(timeout_ms);
    let kinds = KindSet::of(Kind::HsDesc).union(KindSet::of(Kind::HsDescContent));
    let watch = Watch::new(controller, kinds, Capacity::default(), call)?;
    expect_ok(watch.request(command, call, deadline)?)?;
    let mut fetch = Fetch::default();
    loop {
        let Some(event) = watch.next(call, deadline)? else {
            return Err(deadline.error(&format!(
                "{address}.onion: neither a descriptor nor the last failure came, after {} answers",
                fetch.attempts.len()
            )));
        };
        fetch.take(&event, &address);
        if fetch.pending > 0 || fetch.attempts.is_empty() {
            continue;
        }
        if fetch.descriptor.is_some() {
            return Ok(fetch);
        }
        // After a failure tor may turn to the next relay, and says nothing if there is none. It
        // does so before it takes the second of two requests.
        fetch.is_asking = false;
        for _ in 0..2 {
            if fetch.look_up(controller, &address, call)? {
                return Ok(fetch);
            }
            watch.catch_up(&mut |event| fetch.take(event, &address))?;
        }
        if !fetch.is_asking && fetch.pending == 0 {
            return Ok(fetch);
        }
    }
}

impl Fetch {
    fn take(&mut self, event: &Event, address: &str) {
        let fields = event.fields();
        let is_ours = |index: usize| {
            let other = fields.arg(index).bytes();
            other.eq_ignore_ascii_case(address.as_bytes())
        };
        if event.kind() == Kind::HsDescContent {
            let text = event.data().bytes();
            // One empty line stands for a failure.
            if is_ours(0) && !text.trim_ascii().is_empty() {
                self.descriptor.get_or_insert_with(|| text.to_vec());
            }
            return;
        }
        let reason = fields.get(Key::Reason).unwrap_or_default().bytes();
        if event.kind() != Kind::HsDesc || !is_ours(1) || reason == b"UPLOAD_REJECTED" {
            return;
        }
        let failure = match fields.arg(0).bytes() {
            b"REQUESTED" => {
                self.pending += 1;
                self.is_asking = true;
                return;
            }
            b"RECEIVED" => None,
            b"FAILED" => Some(reason.to_vec()),
            _ => return,
        };
        let relay = match fields.arg(3).bytes() {
            b"UNKNOWN" => &[][..],
            relay => relay,
        };
        if !relay.is_empty() {
            self.pending = self.pending.saturating_sub(1);
        }
        self.attempts.push(Attempt {
            relay: relay.to_vec(),
            failure,
        });
    }

    /// Whether tor has the descriptor after all; it may have come before.
    fn look_up(
        &mut self,
        controller: &Arc<Controller>,
        address: &str,
        call: &Arc<Call>,
    ) -> Result<bool, Error> {
        let has_come = self.attempts.iter().any(|it| it.failure.is_none());
        let key = format!("hs/client/desc/id/{address}");
        match get_info(controller, &[key], call) {
            Ok(values) if has_come => {
                self.descriptor = values.value(0).map(<[u8]>::to_vec);
                Ok(true)
            }
            // An old one, which is not what was asked for.
            Ok(_) => Ok(false),
            Err(Error::Rejected { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Why there is no descriptor: every failure by name.
    pub fn reasons(&self) -> String {
        let failures = self.attempts.iter().filter_map(|it| it.failure.as_ref());
        let words: Vec<_> = failures.map(|word| printable(word)).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";

    fn take(fetch: &mut Fetch, text: &str) {
        let text = text.replace("SITE", SITE);
        fetch.take(
            &Event::of_text(Kind::HsDesc, "HS_DESC", text.as_bytes()),
            SITE,
        );
    }

    #[test]
    fn every_relay_has_its_outcome() {
        let mut fetch = Fetch::default();
        for text in [
            "REQUESTED SITE NO_AUTH $AA~a d HSDIR_INDEX=1",
            "UPLOAD SITE UNKNOWN $AA~a d HSDIR_INDEX=1",
            "FAILED SITE NO_AUTH $AA~a d REASON=UPLOAD_REJECTED",
            "REQUESTED other NO_AUTH $CC~c d HSDIR_INDEX=1",
        ] {
            take(&mut fetch, text);
        }
        assert_eq!((fetch.pending, fetch.attempts.len()), (1, 0));
        take(&mut fetch, "FAILED SITE NO_AUTH $AA~a d REASON=NOT_FOUND");
        take(
            &mut fetch,
            "REQUESTED SITE REND_V3_AUTH $BB~b d HSDIR_INDEX=2",
        );
        take(&mut fetch, "RECEIVED SITE REND_V3_AUTH $BB~b d");
        take(
            &mut fetch,
            "FAILED SITE NO_AUTH UNKNOWN d REASON=QUERY_NO_HSDIR",
        );
        assert_eq!(fetch.pending, 0);
        let outcomes: Vec<_> = fetch
            .attempts
            .iter()
            .map(|it| (&it.relay[..], it.failure.as_deref()))
            .collect();
        assert_eq!(
            outcomes,
            [
                (&b"$AA~a"[..], Some(&b"NOT_FOUND"[..])),
                (b"$BB~b", None),
                (b"", Some(b"QUERY_NO_HSDIR")),
            ]
        );
        assert_eq!(fetch.reasons(), "NOT_FOUND QUERY_NO_HSDIR");
    }
}
