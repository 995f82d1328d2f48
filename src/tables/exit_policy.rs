//! The exit policy

trait ExitPolicy {
    /// Asks for tor's own exit policy, by GETINFO exit-policy/full.
    ///
    /// A tor that is no relay gives TORCTL_ERR_REJECTED.
    #[calls(exit_policy::exit_policy)]
    fn get_exit_policy(controller: &Controller, call: &Operation, policy: New<torctl_exit_policy>);

    /// Whether streams to an IPv4 or IPv6 address and a port are let out. NULL for `address` asks
    /// whether they are for some address. 0 for what is no address, for the port 0, and behind a
    /// reject that cannot be read.
    fn exit_policy_allows(policy: &torctl_exit_policy, address: Option<Str>, port: u16) -> Flag {
        let address = match address {
            None => None,
            Some(text) => Some(text::address(text)?),
        };
        policy.source.allows(address, port)
    }
}

/// Where tor, as a relay, lets streams out.
#[answer(one, api::exit_policy::ExitPolicy)]
#[kept]
struct exit_policy {
    /// The ports to which some IPv4 address can be reached, in short: "accept 80,443" or "reject
    /// 25,6881-6999".
    #[is(item.summary())]
    summary: Text,

    /// How many rules there are.
    #[is(item.rules().count())]
    rule_count: Count,

    /// A rule, for example "reject 10.0.0.0/8:*". The first rule that matches decides.
    #[is(item.rules())]
    rule: Texts,
}
