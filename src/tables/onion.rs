//! Services that exist

#[api(service)]
trait Onion {
    /// Makes an onion service, by ADD_ONION, and before it asks for HS_DESC events, so that none of
    /// its uploads is missed. If those are refused, which some filters before tor do, the service
    /// is made all the same, and torctl_onion_wait_published() alone fails.
    ///
    /// Sets `*onion` to an object that the caller frees with torctl_onion_free(), which does not
    /// remove the service. Returns TORCTL_ERR_REJECTED when tor refuses, TORCTL_ERR_SYSTEM when the
    /// key's file cannot be read or written, and the failure of the first setter that refused a
    /// value for the options. A filter may let only one way of asking for a new key through: see
    /// torctl_onion_options_set_key_type(). Blocks like a request.
    ///
    /// tor makes no second service with a key that one has already: torctl_error_reason() is then
    /// TORCTL_REASON_ONION_OWN if this connection has it, TORCTL_REASON_ONION_DETACHED if nobody
    /// does, TORCTL_REASON_ONION_ELSEWHERE if another connection or the configuration does, and
    /// TORCTL_REASON_ONION_COLLISION if a filter does not let that be known.
    fn add_onion(
        controller: &Controller,
        #[check(torctl_onion_options::new_onion)] options: &torctl_onion_options,
        call: &Operation,
        onion: New<torctl_onion>,
    ) {
        service::add_onion(controller, options.as_ref(), call).await?
    }

    /// Makes several onion services with one round of commands: far quicker than one after the other
    /// if there are many. Each is made as torctl_add_onion() makes it, and has a result of its own.
    ///
    /// Sets `*onions` to the results, in the order of `options`. TORCTL_OK only says that tor
    /// answered for one of them at least: torctl_onions_take() has the status and the service of
    /// each. If there was no answer for any, the status is that of the first, for example
    /// TORCTL_ERR_CLOSED. Options that nothing can be made of (TORCTL_ERR_INVALID) fail the whole
    /// before a service is made; the message names them. The call's timeout counts for each
    /// service. Options may be named more than once, if they have no key.
    fn add_onions(
        controller: &Controller,
        #[check(new_onions)] options: Objects<torctl_onion_options>,
        count: Count,
        call: &Operation,
        onions: New<torctl_onions>,
    ) {
        service::add_onions(controller, options.as_ref(), call).await?
    }

    /// Follows a service that this tor has already, for example one of its torrc or a detached one:
    /// its uploads count from now on. Asks for HS_DESC events; if those are refused,
    /// torctl_onion_wait_published() says so.
    fn watch_onion(
        controller: &Controller,
        address: Str,
        call: &Operation,
        onion: New<torctl_onion>,
    );

    /// The service's address, for example "2gzyxa5i...53wid.onion".
    fn onion_address(onion: &torctl_onion) -> Text {
        onion.address()
    }

    /// The service's private key, as torctl_onion_options_set_key() takes it; "" if tor kept it to
    /// itself or the service was not made here. Whoever has it can be the service.
    ///
    /// Returns a string that lives in the object and is wiped with it.
    fn onion_private_key(onion: &torctl_onion) -> Text {
        onion.private_key.as_ptr().cast()
    }

    /// Whether tor took the service with proof-of-work defences.
    fn onion_has_pow(onion: &torctl_onion) -> Flag {
        onion.onion.has_pow
    }

    /// Waits until at least `min_uploads` relays have taken the service's descriptor since `onion`
    /// was made; then clients can find it. 0 is the same as 1. tor uploads to up to 16 relays. Of a
    /// service that was made by torctl_add_onion(), what a service with the same key had begun to
    /// upload before does not count.
    ///
    /// Returns TORCTL_ERR_FAILED when all uploads that were begun have failed: the message says
    /// with which relay and why, and the next wait is for the next attempt. Returns it also when
    /// the service is gone, which is checked every few seconds. With a controller that reconnects
    /// the wait goes on when tor is started anew, and counts what the new tor uploads; if the
    /// service could not be restored, it fails with the reason. Blocks for `timeout_ms` at the
    /// most, where -1 is endless; then TORCTL_ERR_TIMEOUT, with what is known. TORCTL_ERR_FILTERED
    /// if a filter before tor refused the HS_DESC events. TORCTL_ERR_STATE if another thread waits
    /// for this service. May be called again, with another number, too.
    fn onion_wait_published(
        #[check(torctl_onion::published)] onion: &torctl_onion,
        min_uploads: u32,
        timeout_ms: Timeout,
        call: &Operation,
    ) {
        onion.wait(min_uploads.into(), timeout_ms, call).await?
    }

    /// Asks how a service is: whether tor lists it, and the results of its uploads. GETINFO
    /// onions/current says it of a service that torctl_add_onion() made, onions/detached of one
    /// that is detached; both are asked only for a service of torctl_watch_onion(), and one that is
    /// refused matters only if the other does not have the service.
    ///
    /// Where HS_DESC events are refused, no uploads are counted.
    fn onion_get_status(
        #[check(torctl_onion::published)] onion: &torctl_onion,
        call: &Operation,
        status: New<torctl_onion_status>,
    ) {
        onion.status(call).await?
    }

    /// Frees the object; the service stays.
    fn onion_free(onion: Box<torctl_onion>) -> Void {
        free(onion)
    }

    /// Removes a service, by DEL_ONION: one of this connection, or a detached one. Connections that
    /// exist go on.
    fn del_onion(controller: &Controller, address: Str, call: &Operation);

    /// Removes several services with one round of commands.
    ///
    /// Sets `*results` to one result for each address, in order: its key is the address. TORCTL_OK
    /// only says that tor answered for one of them at least. An address that is none
    /// (TORCTL_ERR_INVALID) fails the whole before a service is removed.
    fn del_onions(
        controller: &Controller,
        addresses: Strings,
        count: Count,
        call: &Operation,
        results: New<torctl_results>,
    );

    /// Lists the services of this connection, or with `detached` not 0 those that are detached, by
    /// GETINFO onions/current or onions/detached.
    ///
    /// Sets `*list` to their addresses without ".onion".
    fn get_onions(
        controller: &Controller,
        detached: Flag,
        call: &Operation,
        list: New<torctl_list>,
    ) {
        services::list_onions(controller, detached, call)
            .await?
            .into_iter()
            .collect::<torctl_list>()
    }
}

trait Onions {
    /// How many results there are: as many as options were given.
    fn onions_count(onions: &torctl_onions) -> usize {
        onions.0.len()
    }

    /// Takes one service out of the results, or says why it was not made.
    ///
    /// Sets `*onion` to an object that the caller frees with torctl_onion_free(). Returns what
    /// torctl_add_onion() would have returned for these options, with that error;
    /// TORCTL_ERR_NOT_FOUND past the end; TORCTL_ERR_STATE if it was taken already. Does not talk
    /// to tor.
    fn onions_take(onions: &torctl_onions, index: usize, onion: New<torctl_onion>) {
        onions.take(index)?
    }

    /// Frees the results, and the objects that were not taken. The services stay.
    fn onions_free(onions: Box<torctl_onions>) -> Void {
        drop(onions)
    }
}

/// How a service was when torctl_onion_get_status() asked.
#[answer(one, onion::published::PublishStatus)]
struct onion_status {
    /// Whether tor lists the service, as this connection's or as a detached one. Services of tor's
    /// torrc are not listed.
    #[is(item.is_current || item.is_detached)]
    is_listed: Flag,

    /// Whether the service is a detached one.
    is_detached: Flag,

    /// How many uploads of the descriptor were begun.
    #[is(item.uploads.begun)]
    begun: Number,

    /// How many uploads a relay took.
    #[is(item.uploads.uploaded)]
    uploaded: Number,

    /// How many uploads failed.
    #[is(item.uploads.failed)]
    failed: Number,

    /// Why the last upload failed that did, in tor's word; "" if none did.
    #[is(item.uploads.last_failure)]
    last_failure: Text,

    /// With which relay that was, for example "$FINGERPRINT~nickname".
    #[is(item.uploads.last_failure_relay)]
    last_failure_relay: Text,

    /// Of which tor, one after the other, these numbers are: see torctl_controller_incarnation().
    /// They begin anew with each.
    #[is(item.uploads.incarnation)]
    incarnation: Number,
}
