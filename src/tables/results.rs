//! Results.

/// The results of several things that were asked together, in the order asked: for each a key, and
/// a value or an error.
#[answer(list, api::outcome::Outcome)]
#[kept]
struct results {
    /// TORCTL_OK, or the status of the failure.
    #[is(item.error().map_or(TORCTL_OK, |error| torctl_error::from(error.clone()).status))]
    status: Status,

    /// What was asked.
    #[view(item.key().with_nul())]
    key: Text,

    /// The answer; "" if there is an error.
    #[view(item.value().with_nul())]
    value: Bytes,

    /// Why there is no answer: an error that lives in the results. NULL if there is an answer.
    #[is(item.error().cloned().map(torctl_error::from))]
    error: Object<torctl_error>,
}
