//! Entry guards

trait EntryGuards {
    /// Asks for the entry guards, by GETINFO entry-guards.
    #[calls(entry_guards::guards)]
    fn get_guards(controller: &Controller, call: &Operation, guards: New<torctl_guards>);
}

/// What tor knows of an entry guard.
#[words("TORCTL_ENTRY_GUARD_")]
#[zero("")]
#[base(3000)]
enum EntryGuardState {
    /// tor reached it when it last tried.
    #[word("up")]
    UP = 1,
    /// tor did not reach it when it last tried.
    #[word("down")]
    DOWN = 2,
    /// tor has not tried yet.
    #[word("never-connected")]
    NEVER_CONNECTED = 3,
    /// tor cannot use it under the present options.
    #[word("unusable")]
    UNUSABLE = 4,
    /// The consensus does not have it.
    #[word("unlisted")]
    UNLISTED = 5,
}

/// The entry guards that tor has chosen.
#[answer(list, proto::info::EntryGuard)]
struct guards {
    /// The fingerprint of a guard, 40 hex digits.
    fingerprint: Text,

    /// The nickname of a guard; "" if tor does not know it.
    nickname: Text,

    /// What tor knows of a guard.
    state: Word<EntryGuardState>,

    /// Since when the state is so; 0 if tor does not say.
    #[is(item.since_us)]
    since_unix_us: Time,
}
