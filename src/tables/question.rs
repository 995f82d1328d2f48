//! Questions
//!
//! Requests whose answers are numbers, objects and events, and not text. torctl_get_info() asks what no function
//! asks.

/// What is there now, in the form of the events that would have announced it.
#[answer(list, Event)]
#[one_thread]
struct events {
    /// An event, which lives in the object; NULL if there are not so many.
    #[is(item)]
    get: Object<Event>,
}
