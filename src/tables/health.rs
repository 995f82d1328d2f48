//! Health
//!
//! How tor does, in one answer: for a daemon's log, its watchdog, or the lamp in a window. Each part
//! of tor is an item with a level, a reason and a sentence; the verdict is the worst level of all.
//!
//! TORCTL_EVENT_HEALTH tells of each change. Make the queue or listener first, then call
//! torctl_get_health(): nothing is missed in between.

#[api(health)]
trait Health {
    /// Asks how tor does, by GETINFO and GETCONF, all in one step. What this tor does not know, or a
    /// filter refuses, is unknown and no failure.
    ///
    /// Works in every state of the controller: if it is not connected, the answer says so, with the
    /// cause. Fails only if tor does not answer in time or the call is cancelled. If tor's start is
    /// not at its end, asks some more to find the cause, which takes a second at the most.
    ///
    /// Some things tor says only in events: by how much the clock is wrong, that it was put to
    /// sleep, which services are published. These are known while somebody wants
    /// TORCTL_EVENT_HEALTH.
    #[calls(health::health)]
    fn get_health(controller: &Controller, call: &Operation, health: New<torctl_health>);

    /// How well an item does, one of the TORCTL_HEALTH constants. 0 for `item` is the verdict about
    /// all of tor. TORCTL_HEALTH_UNKNOWN also for an item that is not there, because the controller
    /// is not connected.
    fn health_level(health: Option<&torctl_health>, item: i32) -> i32 {
        level(&health?.source, item)
    }

    /// Why an item does not do better, one of the TORCTL_REASON constants. 0 for `item` is what
    /// decided the verdict. TORCTL_REASON_UNKNOWN if the library has no number for it.
    fn health_reason(health: Option<&torctl_health>, item: i32) -> i32 {
        reason::number(finding(&health?.source, item)?.why)
    }

    /// Why an item is as it is, in a sentence for people. 0 for `item` is what decided the verdict.
    /// "" for an item that is not there.
    ///
    /// Returns a string that lives in the object.
    fn health_text(health: Option<&torctl_health>, item: i32) -> Text {
        finding(&health?.source, item)?
            .text()
            .with_nul()
            .as_ptr()
            .cast()
    }
}

/// How well tor or a part of it does. The verdict about tor is the highest of its items.
#[words("TORCTL_HEALTH_")]
#[ours]
#[zero("UNKNOWN")]
#[base(7100)]
enum HealthLevel {
    /// As it should.
    OK = 1,
    /// tor can be used, but something is wrong.
    DEGRADED = 2,
    /// tor cannot be used yet, and is on its way there.
    STARTING = 3,
    /// tor cannot be used, and something is in the way.
    DOWN = 4,
}

/// A part of tor.
#[words("TORCTL_HEALTH_ITEM_")]
#[ours]
#[zero("ALL")]
#[base(7200)]
enum HealthItem {
    /// The connection to tor. DOWN if it ended or there was none yet, STARTING while the controller
    /// connects. Without it no other item is known.
    CONNECTION = 1,
    /// The start of tor. DOWN if something is in its way, STARTING while it goes on.
    BOOTSTRAP = 2,
    /// Whether tor is dormant: then it is DEGRADED, and wakes when somebody uses it.
    DORMANT = 3,
    /// Whether tor reaches the network. DEGRADED if it did before, STARTING if it did not yet.
    NETWORK = 4,
    /// Whether tor can build circuits. DOWN if it could before, STARTING if it could not yet.
    CIRCUIT = 5,
    /// Whether tor knows enough relays. DOWN if it did before, STARTING if it did not yet.
    DIRECTORY = 6,
    /// The clock of tor's computer. DEGRADED if tor has said that it is wrong.
    CLOCK = 7,
    /// The entry guards. DEGRADED if none of them can be used.
    GUARDS = 8,
    /// The onion services of this controller, and the detached ones. DEGRADED if not all of them are
    /// known to be published. Which services there are is asked by torctl_get_health() and in each
    /// new connection; no event tells of it.
    ONIONS = 9,
}

/// How tor does.
#[answer(one, api::health::Health)]
#[kept]
struct health {
    /// The verdict about all of tor.
    #[is(words::HEALTH_LEVEL.number(item.verdict.word().as_bytes()))]
    verdict: Word<HealthLevel>,

    /// Whether the controller is connected and authenticated.
    is_connected: Flag,

    /// How far the start of tor is, 0 to 100; -1 if tor does not say.
    #[absent(-1)]
    bootstrap_percent: Signed,

    /// What tor does at this point of its start.
    bootstrap_tag: Word<BootstrapTag>,

    /// The same in tor's words; "" if tor does not say.
    bootstrap_summary: Text,

    /// Since when tor is at this point, as far as the library has seen it; 0 if tor's start is at its
    /// end.
    #[is(item.bootstrap_since_us)]
    bootstrap_since_unix_us: Time,

    /// 1 if tor is dormant, 0 if not, -1 if tor does not say.
    #[is(item.is_dormant.map(i64::from))]
    #[absent(-1)]
    is_dormant: Signed,

    /// 1 if tor believes that it reaches the network, 0 if not, -1 if tor does not say.
    #[is(item.is_network_live.map(i64::from))]
    #[absent(-1)]
    is_network_live: Signed,

    /// 1 if tor can build circuits, 0 if not, -1 if tor does not say.
    #[is(item.has_circuit.map(i64::from))]
    #[absent(-1)]
    is_circuit_established: Signed,

    /// 1 if tor knows enough relays, 0 if not, -1 if tor does not say.
    #[is(item.has_directory.map(i64::from))]
    #[absent(-1)]
    has_enough_directory: Signed,

    /// By how many seconds the clock of tor's computer is ahead, negative if it is behind. 0 if tor
    /// has not said that it is wrong, or not by how much: then the level of TORCTL_HEALTH_ITEM_CLOCK
    /// says which.
    clock_skew_s: Signed,

    /// How many guards tor has chosen; -1 if tor does not say.
    #[is(item.guards.map(|it| it.0 as i64))]
    #[absent(-1)]
    guards: Signed,

    /// How many of them can be used; -1 if tor does not say.
    #[is(item.guards.map(|it| it.1 as i64))]
    #[absent(-1)]
    guards_usable: Signed,

    /// How many of them are down; -1 if tor does not say.
    #[is(item.guards.map(|it| it.2 as i64))]
    #[absent(-1)]
    guards_down: Signed,

    /// How many onion services this controller has made, and others detached; -1 if tor does not
    /// say.
    #[is(item.onions_listed.map(|it| it as i64))]
    #[absent(-1)]
    onions: Signed,

    /// How many of them are published; -1 if that is not known of all.
    #[is(item.onions_published.map(|it| it as i64))]
    #[absent(-1)]
    onions_published: Signed,
}
