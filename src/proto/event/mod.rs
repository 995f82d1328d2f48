//! Asynchronous replies (code 650): their kinds, their fields, and what the words in them mean.

mod bw;
mod cstring;
mod fields;
mod grammar;
mod key;
mod kind;
mod lazy;
mod lines;
mod marks;
mod names;
pub mod number;
mod order;
mod parts;
mod required;
pub(crate) mod scan;
mod split;
mod text;
mod token;
pub mod words;

pub use bw::bw_numbers;
pub use cstring::unescape_in_place;
pub use fields::{fuzz_fields, Fields, Pair};
pub use key::Key;
pub use kind::{Kind, KindSet};
pub use lazy::LazyFields;
pub use lines::append_data;
pub use parts::{PartList, Parts};
pub use text::Text;
