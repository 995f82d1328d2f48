//! HSPOST, HSFETCH, and what becomes of a fetch.

use std::sync::Arc;

use super::command::descriptor;
use crate::api::info::get_info;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::error::{expect_ok, Error};
use crate::proto::event::{Key, Kind, KindSet};
use crate::proto::onion_address::OnionAddress;
use crate::proto::quote::printable;
use crate::proto::reason::Reason;

/// Tells tor to upload the descriptor of an onion service.
pub async fn hs_post<S: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    address: &[u8],
    relays: &[S],
    text: &[u8],
    call: &Operation,
) -> Result<(), Error> {
    let command = descriptor::hs_post(address, relays, text)?;
    expect_ok(controller.ask(command, call).await?)?;
    Ok(())
}

/// Tells tor to fetch the descriptor of an onion service, and does not wait.
pub async fn hs_fetch<S: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    address: &[u8],
    relays: &[S],
    call: &Operation,
) -> Result<(), Error> {
    let command = descriptor::hs_fetch(address, relays)?;
    expect_ok(controller.ask(command, call).await?)?;
    Ok(())
}

/// What one relay had to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayAnswer {
    /// The relay, as tor names it; empty if tor found none to ask.
    pub relay: Vec<u8>,
    /// tor's word for the failure; none if the descriptor came.
    pub failure: Option<Vec<u8>>,
}

/// The result of a fetch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetch {
    /// All that were asked, in the order of their answers.
    pub attempts: Vec<RelayAnswer>,
    /// The descriptor, if one had it: the first that came.
    pub descriptor: Option<Vec<u8>>,
    /// Asked, and no answer yet.
    pending: usize,
    /// Since the last look, something more was asked.
    is_asking: bool,
    /// Events were lost.
    is_lossy: bool,
}

/// tor says immediately which relay it asks. If it says nothing at all, nobody waits longer than
/// this.
const SILENCE_MS: u64 = 60_000;
/// How long tor may take to turn to the next relay, where it cannot be asked whether it has.
const TURN_MS: u64 = 2_000;

/// Tells tor to fetch the descriptor of an onion service, and waits for it, or until nobody is left
/// who might have it.
pub async fn fetch_onion<S: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    address: &[u8],
    relays: &[S],
    timeout_ms: Option<u64>,
    call: &Operation,
) -> Result<Fetch, Error> {
    let deadline = Deadline::after(timeout_ms);
    let silence = Deadline::after(Some(SILENCE_MS));
    fetch_before(controller, address, relays, (deadline, silence), call).await
}

async fn fetch_before<S: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    address: &[u8],
    relays: &[S],
    (deadline, silence): (Deadline, Deadline),
    call: &Operation,
) -> Result<Fetch, Error> {
    let command = descriptor::hs_fetch(address, relays)?;
    let address = OnionAddress::parse(address)
        .map_err(|error| Error::Invalid(format!("address {error}")))?
        .to_string();
    let (outcomes, contents) = (KindSet::of(Kind::HsDesc), KindSet::of(Kind::HsDescContent));
    let capacity = Capacity::default();
    let (watch, has_contents) =
        match Watch::new(controller, outcomes.union(contents), capacity, call).await {
            // Without these tor is asked for the descriptor when it has come.
            Err(Error::Rejected { .. }) => (
                Watch::new(controller, outcomes, capacity, call).await?,
                false,
            ),
            watch => (watch?, true),
        };
    expect_ok(watch.request(command, call, deadline).await?)?;
    let mut fetch = Fetch::default();
    let about = About {
        address: &address,
        relays: fingerprints(relays),
    };
    // Until when the text of a descriptor that has come is awaited.
    let mut text_due: Option<Deadline> = None;
    loop {
        let until = match text_due {
            _ if !fetch.has_begun() => deadline.or_sooner(silence),
            Some(due) if !due.is_over() => deadline.or_sooner(due),
            _ => deadline,
        };
        match watch.next(call, until).await? {
            Some(event) => fetch.take(&event, &about),
            None if deadline.is_over() => {
                let count = fetch.attempts.len();
                return Err(deadline.error(&format!(
                    "{address}.onion: neither a descriptor nor the last failure came, after {count} answers"
                )));
            }
            None if !fetch.has_begun() => {
                return Err(silence.error(&format!("{address}.onion: tor asked no relay for it")));
            }
            None => {}
        }
        if fetch.is_lossy {
            return Err(Error::Failed {
                message: format!("{address}.onion: events were lost, perhaps its descriptor"),
                reason: String::new(),
                why: Reason::Unknown,
            });
        }
        if fetch.descriptor.is_some() && fetch.pending == 0 {
            return Ok(fetch);
        }
        if !fetch.has_begun() {
            continue;
        }
        // What has come follows immediately, unless a filter drops it.
        if has_contents && fetch.has_come() {
            let due = *text_due.get_or_insert_with(|| Deadline::after(Some(TURN_MS)));
            if !due.is_over() {
                continue;
            }
        }
        if fetch.pending > 0 {
            continue;
        }
        // After a failure tor may turn to the next relay, and says nothing if there is none. It
        // does so before it takes the second of two requests.
        fetch.is_asking = false;
        for _ in 0..2 {
            match fetch.look_up(controller, &address, call).await? {
                Lookup::Descriptor => return Ok(fetch),
                Lookup::Nothing => watch.catch_up(&mut |event| fetch.take(event, &about))?,
                // It was not tor that answered, so tor may be behind.
                Lookup::Refusal => {
                    let soon = deadline.or_sooner(Deadline::after(Some(TURN_MS)));
                    if let Some(event) = watch.next(call, soon).await? {
                        fetch.take(&event, &about);
                    }
                }
            }
        }
        if !fetch.is_asking && fetch.pending == 0 {
            return Ok(fetch);
        }
    }
}

/// What a fetch is about.
struct About<'a> {
    address: &'a str,
    /// The fingerprints of the only relays that are asked; none if that is tor's choice.
    relays: Vec<Vec<u8>>,
}

impl About<'_> {
    /// Whether an answer of this relay is one to this fetch. tor may fetch for others meanwhile.
    fn asks(&self, relay: &[u8]) -> bool {
        let fingerprint = fingerprint(relay);
        self.relays.is_empty() || fingerprint.is_none_or(|it| self.relays.contains(&it))
    }
}

fn fingerprint(relay: &[u8]) -> Option<Vec<u8>> {
    let bare = relay.strip_prefix(b"$").unwrap_or(relay);
    let digits = bare.get(..40)?;
    let is_one = digits.iter().all(u8::is_ascii_hexdigit);
    is_one.then(|| digits.to_ascii_uppercase())
}

/// The fingerprints of these relays, if all are named by theirs.
fn fingerprints<S: AsRef<[u8]>>(relays: &[S]) -> Vec<Vec<u8>> {
    let all: Option<Vec<_>> = relays.iter().map(|it| fingerprint(it.as_ref())).collect();
    all.unwrap_or_default()
}

/// What tor has, asked by GETINFO.
enum Lookup {
    Descriptor,
    Nothing,
    /// A filter does not let the question through.
    Refusal,
}

impl Fetch {
    /// Whether tor has said anything of it.
    fn has_begun(&self) -> bool {
        self.is_asking || self.pending > 0 || !self.attempts.is_empty()
    }

    /// Whether a relay had the descriptor.
    fn has_come(&self) -> bool {
        self.attempts.iter().any(|it| it.failure.is_none())
    }

    fn take(&mut self, event: &Event, about: &About<'_>) {
        let fields = event.fields();
        let is_ours = |index: usize| {
            let other = fields.arg(index).bytes();
            other.eq_ignore_ascii_case(about.address.as_bytes())
        };
        if event.kind() == Kind::Gap {
            self.is_lossy = true;
        }
        if event.kind() == Kind::HsDescContent {
            let text = event.data().bytes();
            // One empty line stands for a failure.
            if is_ours(0) && about.asks(fields.arg(2).bytes()) && !text.trim_ascii().is_empty() {
                self.descriptor.get_or_insert_with(|| text.to_vec());
            }
            return;
        }
        let reason = fields.get(Key::Reason).unwrap_or_default().bytes();
        let is_other = !is_ours(1) || !about.asks(fields.arg(3).bytes());
        if event.kind() != Kind::HsDesc || is_other || reason == b"UPLOAD_REJECTED" {
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
        self.attempts.push(RelayAnswer {
            relay: relay.to_vec(),
            failure,
        });
    }

    /// Whether tor has the descriptor after all; it may have come before.
    async fn look_up(
        &mut self,
        controller: &Arc<Controller>,
        address: &str,
        call: &Operation,
    ) -> Result<Lookup, Error> {
        let has_come = self.has_come();
        let key = format!("hs/client/desc/id/{address}");
        match get_info(controller, &[key], call).await {
            Ok(values) if has_come => {
                self.descriptor = values.value(0).map(<[u8]>::to_vec);
                Ok(Lookup::Descriptor)
            }
            // An old one, which is not what was asked for.
            Ok(_) => Ok(Lookup::Nothing),
            // It is there, and cannot be had.
            Err(
                error @ Error::Rejected {
                    is_filtered: true, ..
                },
            ) if has_come => Err(error),
            Err(Error::Rejected {
                is_filtered: true, ..
            }) => Ok(Lookup::Refusal),
            Err(Error::Rejected { .. }) => Ok(Lookup::Nothing),
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
    use crate::engine::call::Call;
    use crate::engine::scripted;

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";

    fn take(fetch: &mut Fetch, text: &str) {
        take_of(fetch, text, &[]);
    }

    fn take_of(fetch: &mut Fetch, text: &str, relays: &[&str]) {
        let text = text.replace("SITE", SITE);
        let about = About {
            address: SITE,
            relays: fingerprints(relays),
        };
        fetch.take(
            &Event::of_text(Kind::HsDesc, "HS_DESC", text.as_bytes()),
            &about,
        );
    }

    const RELAY: &str = "00000000000000000000000000000000000000ab";

    /// A fetch from one relay: these are filtered, this follows the reply.
    fn fetched(filtered: &'static [&'static str], events: &str) -> Result<Fetch, Error> {
        let events = events.replace("SITE", SITE).replace("RELAY", RELAY);
        let events: String = events
            .lines()
            .map(|it| format!("{}\r\n", it.trim()))
            .collect();
        let controller = scripted::controller(move |line| match line {
            _ if filtered.iter().any(|it| line.contains(it)) => {
                "510 Command filtered\r\n".to_string()
            }
            _ if line.starts_with("HSFETCH") => format!("250 OK\r\n{events}"),
            _ if line.starts_with("GETINFO") => {
                format!("250+hs/client/desc/id/{SITE}=\r\nkept\r\n.\r\n250 OK\r\n")
            }
            _ => "250 OK\r\n".to_string(),
        });
        let limits = (Deadline::after(None), Deadline::after(Some(200)));
        let fetched = controller.wait_for(&Call::none(), async |call| {
            fetch_before(&controller, SITE.as_bytes(), &[RELAY], limits, call).await
        });
        controller.close();
        fetched
    }

    #[test]
    fn what_other_relays_say_is_another_fetch() {
        let ours = "650 HS_DESC RECEIVED SITE NO_AUTH $CC00000000000000000000000000000000000000~c d
            650+HS_DESC_CONTENT SITE d $CC00000000000000000000000000000000000000~c
            another's
            .
            650 OK
            650 HS_DESC REQUESTED SITE NO_AUTH $RELAY~b d HSDIR_INDEX=1
            650 HS_DESC RECEIVED SITE NO_AUTH $RELAY d
            650+HS_DESC_CONTENT SITE d $RELAY
            ours
            .
            650 OK";
        let fetch = fetched(&[], ours).unwrap();
        assert_eq!(fetch.descriptor.as_deref(), Some(&b"ours\n"[..]));
        assert_eq!(fetch.attempts.len(), 1);
        let mut fetch = Fetch::default();
        take_of(
            &mut fetch,
            "REQUESTED SITE NO_AUTH $AA~a d",
            &["nick", RELAY],
        );
        assert_eq!(fetch.pending, 1, "a nickname is not known by a fingerprint");
    }

    #[test]
    fn what_a_filter_refuses_fails_no_more_than_itself() {
        let came = "650 HS_DESC REQUESTED SITE NO_AUTH $RELAY d HSDIR_INDEX=1
            650 HS_DESC RECEIVED SITE NO_AUTH $RELAY d";
        let fetch = fetched(&["HS_DESC_CONTENT"], came).unwrap();
        assert_eq!(fetch.descriptor.as_deref(), Some(&b"kept\n"[..]));
        let error = fetched(&["HS_DESC_CONTENT", "GETINFO"], came).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("a filter before tor refused GETINFO hs/client/desc/id/{SITE}: 510 Command filtered")
        );
        let failed = "650 HS_DESC REQUESTED SITE NO_AUTH $RELAY d HSDIR_INDEX=1
            650 HS_DESC FAILED SITE NO_AUTH $RELAY d REASON=NOT_FOUND";
        let fetch = fetched(&["GETINFO"], failed).unwrap();
        assert_eq!(fetch.reasons(), "NOT_FOUND");
        let error = fetched(&["HS_DESC"], came).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a filter before tor refused SETEVENTS HS_DESC: 510 Command filtered"
        );
    }

    #[test]
    fn a_fetch_of_which_tor_says_nothing_ends() {
        let error = fetched(&[], "").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{SITE}.onion: tor asked no relay for it within 200 ms")
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
