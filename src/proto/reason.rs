//! Why something was refused or did not come, as one word of a list: what a program branches on
//! where the message is for people.

/// A reason that the library knows. The numbers are in `ffi/reason.rs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    /// None, or none that the library knows.
    #[default]
    Unknown,
}
