//! Descriptors given and fetched

/// Whose a descriptor is, and for what.
#[choice("TORCTL_DESCRIPTOR_", DescriptorPurpose)]
#[base(3100)]
enum Purpose {
    /// A relay's descriptor for tor's own use.
    General = 1,
    /// A relay's descriptor for circuits that the program makes.
    Controller = 2,
    /// A bridge's descriptor.
    Bridge = 3,
}

#[api(descriptor)]
trait Descriptor {
    /// Gives tor a relay's server descriptor, by POSTDESCRIPTOR.
    ///
    /// `purpose` is one of the TORCTL_DESCRIPTOR constants, or 0 for tor's default. `cache` is 1 or
    /// 0 for whether tor keeps it after a restart, or -1 for tor's default. Returns
    /// TORCTL_ERR_REJECTED also when the descriptor is good but tor did not keep it, for example
    /// because it has a newer one; then torctl_error_reply_code() is 251.
    fn post_descriptor(
        controller: &Controller,
        text: Memory,
        size_bytes: Size,
        purpose: Option<Choice<Purpose>>,
        #[check(yes_no_or_default)] cache: c_int,
        call: &Operation,
    );

    /// Tells tor to upload the descriptor of an onion service that runs elsewhere, by HSPOST: to
    /// the relays whose fingerprints are in `relays`, or to those that are to have it if `count` is
    /// 0. The result comes as HS_DESC events, which torctl_watch_onion() counts if it was called
    /// before; tor does not announce these uploads, so one that fails does not end
    /// torctl_onion_wait_published().
    #[calls(fetch::hs_post)]
    fn post_onion_descriptor(
        controller: &Controller,
        address: Str,
        relays: Strings,
        count: Count,
        text: Memory,
        size_bytes: Size,
        call: &Operation,
    );

    /// Tells tor to fetch the descriptor of an onion service, by HSFETCH, and does not wait: it
    /// comes as HS_DESC and HS_DESC_CONTENT events. torctl_fetch_onion() waits for them.
    ///
    /// `relays` are fingerprints of those to ask; with a `count` of 0 tor asks one after the other of
    /// those that are to have it.
    #[calls(fetch::hs_fetch)]
    fn fetch_onion_start(
        controller: &Controller,
        address: Str,
        relays: Strings,
        count: Count,
        call: &Operation,
    );

    /// Tells tor to fetch the descriptor of an onion service, by HSFETCH, and waits until it has
    /// come, or until every relay that tor asked has failed.
    ///
    /// The arguments are those of torctl_fetch_onion_start(). TORCTL_OK says that the question is answered, and
    /// not that there is a descriptor: torctl_fetch_is_found(). If relays are named by their
    /// fingerprints, only their answers count. Blocks for `timeout_ms` at the most, where -1 is
    /// endless; then TORCTL_ERR_TIMEOUT, which also comes when tor has asked no relay for a minute.
    /// Asks for HS_DESC events, without which this fails, and for HS_DESC_CONTENT events; where those
    /// are refused, GETINFO hs/client/desc/id gives the text. The descriptor's text is for
    /// torctl_onion_descriptor_parse().
    #[calls(fetch::fetch_onion)]
    fn fetch_onion(
        controller: &Controller,
        address: Str,
        relays: Strings,
        count: Count,
        timeout_ms: Timeout,
        call: &Operation,
        fetch: New<torctl_fetch>,
    );
}

/// The result of a fetch: each relay's answer, and the descriptor if there was one.
#[answer(one, onion::fetch::Fetch)]
struct fetch {
    /// Whether there is a descriptor.
    #[is(item.descriptor.is_some())]
    is_found: Flag,

    /// The text of the descriptor, "" if there is none.
    #[is(item.descriptor.as_deref().unwrap_or_default())]
    descriptor: Bytes,

    /// How many answers there were.
    #[is(item.attempts.len())]
    count: Count,

    /// Who answered, for example "$FINGERPRINT~nickname"; "" if tor found nobody to ask.
    #[is(item.attempts.iter().map(|it| &it.relay))]
    relay: Texts,

    /// Why that one did not have the descriptor, in tor's word, for example "NOT_FOUND"; "" if it
    /// had.
    #[is(item.attempts.iter().map(|it| it.failure.as_deref().unwrap_or_default()))]
    failure: Texts,
}
