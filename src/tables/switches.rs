//! Ownership and other switches

#[api(switches)]
trait Session {
    /// Tells tor to end when this connection ends, however it ends, by TAKEOWNERSHIP. Then also
    /// torctl_controller_close() ends tor.
    fn take_ownership(controller: &Controller, call: &Operation);

    /// Reverses torctl_take_ownership(), by DROPOWNERSHIP.
    fn drop_ownership(controller: &Controller, call: &Operation);

    /// Tells tor to forget its entry guards and to choose new ones, by DROPGUARDS. This makes tor's
    /// user easier to attack.
    #[command("DROPGUARDS")]
    fn drop_guards(controller: &Controller, call: &Operation);

    /// Tells tor to forget how long circuits take to be built, by DROPTIMEOUTS.
    #[command("DROPTIMEOUTS")]
    fn drop_timeouts(controller: &Controller, call: &Operation);

    /// Turns features of the control protocol on, by USEFEATURE. Those that exist, VERBOSE_NAMES
    /// and EXTENDED_EVENTS, are always on in every tor that this library supports.
    fn use_feature(controller: &Controller, names: Strings, count: Count, call: &Operation);
}
