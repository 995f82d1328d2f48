//! What is there again after a restart of tor: RESTORED.
//!
//! A controller that reconnects (torctl_options_set_reconnect()) finds a tor on which nothing of
//! what the program had set up is left. It sets it up again, before its state becomes READY, and
//! reports each thing by one event to those that ask for this kind. Once set up again are, in this
//! order: what torctl_take_ownership() took; options of torctl_keep_conf(); the attacher's option;
//! mappings of torctl_map_address(), also of addresses that tor chose; keys of
//! torctl_onion_client_auth_add() that are not permanent; services of torctl_add_onion(), with the
//! same addresses. What was undone by torctl_del_onion() and its like is not; what was done by
//! torctl_request() is not known.

/// What a RESTORED event is about.
#[words("TORCTL_SETUP_")]
#[ours]
#[zero("")]
#[base(6400)]
enum SetupPart {
    /// tor ends with the connection: torctl_take_ownership().
    OWNERSHIP = 1,
    /// Options that torctl_keep_conf() set.
    CONF = 2,
    /// The option by which tor leaves new streams to torctl_attacher_set().
    ATTACHER = 3,
    /// A mapping of torctl_map_address().
    MAPADDRESS = 4,
    /// A key of torctl_onion_client_auth_add().
    CLIENT_AUTH = 5,
    /// A service of torctl_add_onion().
    ONION = 6,
    /// Events that queues and listeners want.
    EVENTS = 7,
}

/// What became of a thing that the program had set up.
#[words("TORCTL_RESTORED_")]
#[ours]
#[zero("")]
#[base(6500)]
enum RestoredOutcome {
    /// It is there again.
    RESTORED = 1,
    /// It is not there: torctl_restored_message() says why.
    LOST = 2,
    /// It needed no restoring: a detached service that tor still had.
    LIVES = 3,
}

#[events(Restored)]
#[positional(2)]
#[number(126)]
struct restored {
    /// What was set up.
    #[arg(0, "What")]
    what: Word<SetupPart>,

    /// What became of it.
    #[arg(1, "Outcome")]
    outcome: Word<RestoredOutcome>,

    /// Which one it is: the address of a service, with ".onion"; an address that is mapped; names of
    /// options, with commas between them; "" where there is only one, or where it is about several.
    /// Never a key.
    #[key("WHICH")]
    which: Text,

    /// The code of tor's reply; 0 if there was none.
    #[key("CODE")]
    code: Number,

    /// tor's words, or why tor was not asked.
    #[key("MESSAGE")]
    message: Text,
}
