//! The exit policy.

/// Where tor, as a relay, lets streams out.
#[answer(one, api::exit_policy::ExitPolicy)]
#[kept]
struct exit_policy {
    /// The ports to which some IPv4 address can be reached, in short: "accept 80,443" or "reject 25,6881-6999".
    #[is(item.summary())]
    summary: Text,

    /// How many rules there are.
    #[is(item.rules().count())]
    rule_count: Count,

    /// A rule, for example "reject 10.0.0.0/8:*". The first rule that matches decides.
    #[is(item.rules())]
    rule: Texts,
}
