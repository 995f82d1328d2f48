//! Names and addresses

#[api(address)]
trait Address {
    /// Maps addresses, by MAPADDRESS: streams to `from[i]` go to `to[i]` instead.
    ///
    /// In `from`, "0.0.0.0", "::" and "." let tor choose an address of that kind: IPv4, IPv6, a
    /// name. Mapping an address to itself undoes it. Sets `*results` to one result for each pair,
    /// whose key is the address that streams are to use, and whose value is where they go.
    /// TORCTL_OK only says that tor looked at all pairs: each may have failed by itself.
    fn map_address(
        controller: &Controller,
        from: Strings,
        to: Strings,
        count: Count,
        call: &Operation,
        results: New<torctl_results>,
    ) {
        address::map_address(controller, &zip(from, to), call).await?
    }

    /// Looks up a name through tor's network, by RESOLVE, and waits for the answer. With `reverse`
    /// not 0, `name` is an address whose name is looked up.
    ///
    /// Sets `*answer` to the ADDRMAP event with the answer, torctl_addrmap_to().
    /// torctl_addrmap_from() is another name than the one that was asked if that is mapped, for
    /// example by torctl_map_address(): the answer is known by its stream, for which STREAM events
    /// are asked for as well. Returns TORCTL_ERR_FAILED if there is none: the name has no address,
    /// it is an onion address, or tor gave up; torctl_error_reply_text() then has tor's word, or ""
    /// where tor has none. Blocks for `timeout_ms` at the most, where -1 means as long as tor
    /// tries; then TORCTL_ERR_TIMEOUT. Where STREAM events are refused or dropped by a filter,
    /// three minutes are the most.
    #[called(("addresses[0]", "name"))]
    fn resolve(
        controller: &Controller,
        name: Str,
        reverse: Flag,
        timeout_ms: Timeout,
        call: &Operation,
        answer: New<Event>,
    );
}
