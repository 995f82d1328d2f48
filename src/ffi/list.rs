//! Lists

use std::ffi::c_char;

use super::args::empty;
use super::guard::guard_or;

/// Texts in the order in which tor gave them. Freed by torctl_list_free(). Outlives the controller; two
/// threads may read it at once.
pub struct torctl_list {
    // Each with a NUL behind it.
    items: Vec<Vec<u8>>,
}

impl<T: Into<Vec<u8>>> FromIterator<T> for torctl_list {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> torctl_list {
        let with_nul = |item: T| {
            let mut item = item.into();
            item.push(0);
            item
        };
        torctl_list {
            items: items.into_iter().map(with_nul).collect(),
        }
    }
}

/// How many there are.
#[no_mangle]
pub extern "C" fn torctl_list_count(list: Option<&torctl_list>) -> usize {
    list.map_or(0, |list| list.items.len())
}

/// One of them; "" if there are not so many.
///
/// Returns a string that lives in the list.
#[no_mangle]
pub extern "C" fn torctl_list_item(list: Option<&torctl_list>, index: usize) -> *const c_char {
    let item = list.and_then(|list| list.items.get(index));
    item.map_or(empty(), |item| item.as_ptr().cast())
}

/// The size of one of them, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_list_item_size_bytes(list: Option<&torctl_list>, index: usize) -> usize {
    let item = list.and_then(|list| list.items.get(index));
    item.map_or(0, |item| item.len() - 1)
}

/// Frees the list. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_list_free(list: Option<Box<torctl_list>>) {
    guard_or((), || drop(list));
}
