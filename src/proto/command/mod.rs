//! Every command of tor as a function that makes its bytes, one file for each topic.

pub mod address;
pub mod answer;
pub mod circuit;
pub mod conf;
pub mod connection;
pub mod descriptor;
pub mod info;
pub mod raw;
pub mod signal;
pub mod stream;

use crate::proto::encode::ArgumentError;

/// The id of a circuit or stream that there is; 0 means none to tor.
fn check_id(argument: &str, id: u64) -> Result<u64, ArgumentError> {
    match id {
        0 => Err(ArgumentError::new(argument, "is 0, which is no id")),
        id => Ok(id),
    }
}

/// The bytes of a command, for the tests of those that make one.
#[cfg(test)]
pub(crate) fn text(command: Result<crate::proto::encode::Command, ArgumentError>) -> String {
    let command = command.expect("must be a command");
    String::from_utf8(command.as_bytes().to_vec()).expect("must be UTF-8")
}
