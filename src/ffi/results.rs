//! Results

use std::ffi::c_char;

use super::args::empty;
use super::error::torctl_error;
use super::guard::guard_or;
use super::status::*;
use crate::api::results::{Outcome, Results};

/// What became of each of several things asked at once, in the order asked: a key, and a value or an
/// error. Freed by torctl_results_free(). Outlives the controller; two threads may read it at once.
/// An index that is too large gives 0, "" or NULL, as NULL does.
pub struct torctl_results {
    items: Vec<(Outcome, Option<torctl_error>)>,
}

impl From<Results> for torctl_results {
    fn from(results: Results) -> torctl_results {
        let with_error = |outcome: Outcome| {
            let error = outcome.error().cloned().map(torctl_error::from);
            (outcome, error)
        };
        torctl_results {
            items: results.into_iter().map(with_error).collect(),
        }
    }
}

impl torctl_results {
    fn outcome(&self, index: usize) -> Option<&Outcome> {
        Some(&self.items.get(index)?.0)
    }
}

/// How many there are.
#[no_mangle]
pub extern "C" fn torctl_results_count(results: Option<&torctl_results>) -> usize {
    results.map_or(0, |results| results.items.len())
}

/// What one came to: TORCTL_OK, or the failure.
#[no_mangle]
pub extern "C" fn torctl_results_status(
    results: Option<&torctl_results>,
    index: usize,
) -> torctl_status {
    let item = results.and_then(|results| results.items.get(index));
    let error = item.and_then(|(_, error)| error.as_ref());
    error.map_or(TORCTL_OK, |error| error.status)
}

/// What was asked.
///
/// Returns a string that lives in the results.
#[no_mangle]
pub extern "C" fn torctl_results_key(
    results: Option<&torctl_results>,
    index: usize,
) -> *const c_char {
    let outcome = results.and_then(|results| results.outcome(index));
    outcome.map_or(empty(), |it| it.key().with_nul().as_ptr().cast())
}

/// What came of it, "" if it failed.
///
/// Returns a string that lives in the results.
#[no_mangle]
pub extern "C" fn torctl_results_value(
    results: Option<&torctl_results>,
    index: usize,
) -> *const c_char {
    let outcome = results.and_then(|results| results.outcome(index));
    outcome.map_or(empty(), |it| it.value().with_nul().as_ptr().cast())
}

/// The size of a value, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_results_value_size_bytes(
    results: Option<&torctl_results>,
    index: usize,
) -> usize {
    let outcome = results.and_then(|results| results.outcome(index));
    outcome.map_or(0, |outcome| outcome.value().bytes().len())
}

/// Why one failed.
///
/// Returns an error that lives in the results, or NULL if it did not fail.
#[no_mangle]
pub extern "C" fn torctl_results_error(
    results: Option<&torctl_results>,
    index: usize,
) -> *const torctl_error {
    let item = results.and_then(|results| results.items.get(index));
    let error = item.and_then(|(_, error)| error.as_ref());
    error.map_or(std::ptr::null(), std::ptr::from_ref)
}

/// Frees the results. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_results_free(results: Option<Box<torctl_results>>) {
    guard_or((), || drop(results));
}
