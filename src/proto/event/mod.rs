//! Asynchronous replies (code 650): their kinds, their fields, and what the words in them mean.

mod kind;

pub use kind::{Kind, KindSet};
