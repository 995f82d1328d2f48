//! What is known of a tor's health, from its answers and its events.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::bootstrap::BootstrapState;
use crate::engine::controller::State;
use crate::engine::event::Event;
use crate::error::Error;
use crate::proto::command::{conf, info as info_command};
use crate::proto::encode::{ArgumentError, Command};
use crate::proto::event::{number, Fields, Key, Kind, KindSet};
use crate::proto::info;
use crate::proto::reply::Reply;
use crate::proto::result::Values;

/// More guards and services than this are not kept.
const MOST: usize = 10_000;

/// What tor is asked. Each by itself: what one tor lacks or a filter refuses, the others may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    BootstrapPhase,
    Circuit,
    Directory,
    Dormant,
    Network,
    Guards,
    Onions,
    Detached,
    NetworkDisabled,
}

impl Question {
    pub(super) const ALL: [Question; 9] = [
        Question::BootstrapPhase,
        Question::Circuit,
        Question::Directory,
        Question::Dormant,
        Question::Network,
        Question::Guards,
        Question::Onions,
        Question::Detached,
        Question::NetworkDisabled,
    ];

    pub(super) fn command(self) -> Result<Command, ArgumentError> {
        info_command::get_info(&[match self {
            Question::BootstrapPhase => "status/bootstrap-phase",
            Question::Circuit => "status/circuit-established",
            Question::Directory => "status/enough-dir-info",
            Question::Dormant => "dormant",
            Question::Network => "network-liveness",
            Question::Guards => "entry-guards",
            Question::Onions => "onions/current",
            Question::Detached => "onions/detached",
            Question::NetworkDisabled => return conf::get_conf(&["DisableNetwork"]),
        }])
    }

    /// The value in the reply. None if tor refuses to say.
    fn value(self, reply: Reply) -> Option<Vec<u8>> {
        let values = match self {
            Question::NetworkDisabled => Values::from_get_conf(reply),
            _ => Values::from_get_info(reply),
        };
        match values.map_err(Error::from) {
            Ok(values) => values.value(0).map(<[u8]>::to_vec),
            // What tors before 0.4.0 say of an empty list.
            Err(Error::Rejected {
                code: 551, text, ..
            }) if text.starts_with("No onion services") => Some(Vec::new()),
            Err(_) => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GuardState {
    Usable,
    Down,
    /// Not to be used: the consensus or the configuration forbids it.
    Barred,
}

/// See the module's comment. What nobody said is None.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// How far the controller is, in STATE's word.
    pub(super) state: Vec<u8>,
    /// Why it has no connection; nothing if that is not known.
    pub(super) cause: String,
    pub(super) bootstrap: BootstrapState,
    /// When tor last went a step further, or was first seen where it is. 0 if it is at the end.
    pub(super) since_unix_us: i64,
    pub(super) is_network_disabled: Option<bool>,
    /// By GETINFO: it builds no circuits because nobody needs any.
    pub(super) is_idle: Option<bool>,
    /// By its last signal.
    pub(super) is_put_to_sleep: Option<bool>,
    pub(super) is_network_live: Option<bool>,
    pub(super) has_circuit: Option<bool>,
    /// tor's word for why it has none.
    pub(super) no_circuit: String,
    pub(super) has_directory: Option<bool>,
    /// Seconds, and who says so.
    pub(super) skew: Option<(i64, String)>,
    pub(super) guards: Option<BTreeMap<Vec<u8>, GuardState>>,
    /// Addresses of this connection's services, and of the detached ones.
    onions: Option<BTreeSet<Vec<u8>>>,
    detached: Option<BTreeSet<Vec<u8>>>,
    /// Addresses whose descriptors some directory has taken, or none has.
    descriptors: BTreeMap<Vec<u8>, bool>,
}

impl Facts {
    /// Of a controller in this state.
    pub(super) fn of(state: State, cause: String) -> Facts {
        Facts {
            state: state.word().into(),
            cause,
            ..Facts::default()
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.state == State::Ready.word().as_bytes()
    }

    /// Whether tor is dormant.
    pub(super) fn is_dormant(&self) -> Option<bool> {
        match (self.is_put_to_sleep, self.is_idle) {
            (None, None) => None,
            (asleep, idle) => Some(asleep == Some(true) || idle == Some(true)),
        }
    }

    /// How many guards are known, can be used, and are down.
    pub(super) fn guard_counts(&self) -> Option<(usize, usize, usize)> {
        let guards = self.guards.as_ref()?;
        let count = |of: GuardState| guards.values().filter(|it| **it == of).count();
        Some((
            guards.len(),
            count(GuardState::Usable),
            count(GuardState::Down),
        ))
    }

    /// How many services there are.
    pub(super) fn listed(&self) -> Option<usize> {
        let (own, detached) = (self.onions.as_ref(), self.detached.as_ref());
        let count = own.or(detached)?.len();
        Some(match (own, detached) {
            (Some(own), Some(detached)) => own.union(detached).count(),
            _ => count,
        })
    }

    /// How many of these are known to be published. None if of any nothing is known.
    pub(super) fn published(&self) -> Option<usize> {
        self.listed()?;
        let (own, detached) = (self.onions.iter(), self.detached.iter());
        let all: BTreeSet<_> = own.chain(detached).flatten().collect();
        let known: Option<Vec<bool>> = all
            .into_iter()
            .map(|it| self.descriptors.get(it).copied())
            .collect();
        Some(known?.into_iter().filter(|it| *it).count())
    }

    /// What only events say is forgotten where none come that would say the contrary.
    pub(super) fn forget_unheard(&mut self, heard: KindSet) {
        if !heard.has(Kind::Signal) {
            self.is_put_to_sleep = None;
        }
        if !heard.has(Kind::StatusGeneral) {
            self.skew = None;
            self.bootstrap.forget_skew();
        }
        if !heard.has(Kind::HsDesc) {
            self.descriptors.clear();
        }
    }

    /// The controller's state has changed. What was known of tor is about an earlier connection.
    pub(super) fn take_state(&mut self, fields: &Fields) {
        let text = |key| fields.get(key).unwrap_or_default().bytes().to_vec();
        let cause = String::from_utf8_lossy(&text(Key::Message)).into_owned();
        let state = fields.arg(0).bytes().to_vec();
        let is_kept = state == State::Ready.word().as_bytes();
        match is_kept {
            true => self.state = state,
            false => {
                *self = Facts {
                    state,
                    cause,
                    ..Facts::default()
                }
            }
        }
    }

    pub(super) fn take_answer(&mut self, question: Question, reply: Reply, now_us: i64) {
        let value = question.value(reply);
        let flag = value.as_deref().and_then(info::switch);
        let addresses = |value: Option<Vec<u8>>| {
            let addresses = value?;
            let some = info::addresses(&addresses).take(MOST);
            Some(some.map(<[u8]>::to_vec).collect::<BTreeSet<_>>())
        };
        match question {
            Question::BootstrapPhase => {
                if let Some(value) = value {
                    let event = Event::of_text(Kind::StatusClient, "STATUS_CLIENT", &value);
                    self.take_bootstrap(&event, now_us);
                }
            }
            Question::Circuit => self.has_circuit = flag,
            Question::Directory => self.has_directory = flag,
            Question::Dormant => self.is_idle = flag,
            Question::NetworkDisabled => self.is_network_disabled = flag,
            Question::Network => {
                self.is_network_live = match value.as_deref() {
                    Some(b"up") => Some(true),
                    Some(b"down") => Some(false),
                    _ => None,
                }
            }
            Question::Guards => {
                let guards = |value: Vec<u8>| {
                    let guards = info::entry_guards(&value).take(MOST);
                    let guards = guards.map(|guard| {
                        let state = match &guard.state[..] {
                            b"up" | b"never-connected" => GuardState::Usable,
                            b"down" => GuardState::Down,
                            _ => GuardState::Barred,
                        };
                        (guard.fingerprint.to_vec(), state)
                    });
                    guards.collect()
                };
                self.guards = value.map(guards);
            }
            Question::Onions => self.onions = addresses(value),
            Question::Detached => self.detached = addresses(value),
        }
    }

    fn take_bootstrap(&mut self, event: &Event, now_us: i64) {
        let before = self.bootstrap.percent;
        self.bootstrap.take(event);
        if self.bootstrap.percent > before {
            let is_over = self.bootstrap.percent >= 100;
            self.since_unix_us = if is_over { 0 } else { now_us };
        }
    }

    pub(super) fn take_event(&mut self, event: &Event) {
        let fields = event.fields();
        let word = fields.arg(0).bytes();
        match event.kind() {
            Kind::StatusClient => self.take_client(event),
            Kind::StatusGeneral => self.take_general(event),
            Kind::NetworkLiveness => self.is_network_live = Some(word == b"UP"),
            Kind::Signal => match word {
                b"DORMANT" => self.is_put_to_sleep = Some(true),
                b"ACTIVE" => (self.is_put_to_sleep, self.is_idle) = (Some(false), Some(false)),
                _ => {}
            },
            Kind::Guard => self.take_guard(fields),
            Kind::ConfChanged => {
                let all = (0..fields.pair_count()).filter_map(|index| fields.pair(index));
                for pair in all.filter(|it| it.name.bytes() == b"DisableNetwork") {
                    self.is_network_disabled = Some(pair.value.bytes() == b"1");
                }
            }
            Kind::HsDesc => self.take_descriptor(fields),
            _ => {}
        }
    }

    fn take_client(&mut self, event: &Event) {
        let fields = event.fields();
        match fields.arg(1).bytes() {
            b"BOOTSTRAP" => self.take_bootstrap(event, event.arrival_unix_us()),
            b"ENOUGH_DIR_INFO" => self.has_directory = Some(true),
            b"NOT_ENOUGH_DIR_INFO" => self.has_directory = Some(false),
            b"CIRCUIT_ESTABLISHED" => self.has_circuit = Some(true),
            b"CIRCUIT_NOT_ESTABLISHED" => {
                self.has_circuit = Some(false);
                let word = fields.get(Key::Reason).unwrap_or_default();
                self.no_circuit = String::from_utf8_lossy(word.bytes()).into_owned();
            }
            _ => {}
        }
    }

    fn take_general(&mut self, event: &Event) {
        let fields = event.fields();
        match fields.arg(1).bytes() {
            b"CLOCK_SKEW" => {
                self.bootstrap.take(event);
                let by = number::signed(fields.get(Key::Skew).unwrap_or_default());
                let source = fields.get(Key::Source).unwrap_or_default();
                let source = String::from_utf8_lossy(source.bytes()).into_owned();
                self.skew = Some((by.unwrap_or(0), source));
            }
            // The clock was set, and is right until tor says otherwise.
            b"CLOCK_JUMPED" => {
                self.skew = None;
                self.bootstrap.forget_skew();
            }
            _ => {}
        }
    }

    fn take_guard(&mut self, fields: &Fields) {
        let name = fields.arg(1).bytes();
        let Some(fingerprint) = name.strip_prefix(b"$").and_then(|it| it.get(..40)) else {
            return;
        };
        // Without the list nobody knows what the others are.
        let Some(guards) = &mut self.guards else {
            return;
        };
        let state = match fields.arg(2).bytes() {
            b"NEW" | b"UP" | b"GOOD" => GuardState::Usable,
            b"DOWN" => GuardState::Down,
            b"BAD" => GuardState::Barred,
            b"DROPPED" => {
                guards.remove(fingerprint);
                return;
            }
            _ => return,
        };
        if guards.len() < MOST || guards.contains_key(fingerprint) {
            guards.insert(fingerprint.to_vec(), state);
        }
    }

    /// Only of own services come CREATED, UPLOAD and UPLOADED.
    fn take_descriptor(&mut self, fields: &Fields) {
        let is_published = match fields.arg(0).bytes() {
            b"CREATED" | b"UPLOAD" => false,
            b"UPLOADED" => true,
            _ => return,
        };
        let address = fields.arg(1).bytes();
        let known = self.descriptors.len();
        match self.descriptors.get_mut(address) {
            // An earlier descriptor stays where it is while a new one is on its way.
            Some(published) => *published |= is_published,
            None if known < MOST => {
                self.descriptors.insert(address.to_vec(), is_published);
            }
            None => {}
        }
    }
}
