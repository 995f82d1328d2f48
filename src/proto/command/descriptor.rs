//! POSTDESCRIPTOR.

use crate::proto::encode::{ArgumentError, Builder, Command};

/// What a relay's descriptor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Each is tor's own word for it.
pub enum DescriptorPurpose {
    General,
    Controller,
    Bridge,
}

/// tor refuses an empty descriptor.
pub(crate) fn not_empty(descriptor: &[u8]) -> Result<(), ArgumentError> {
    match descriptor.is_empty() {
        true => Err(ArgumentError::new(
            "descriptor",
            "is empty, which tor refuses (512)",
        )),
        false => Ok(()),
    }
}

/// POSTDESCRIPTOR: the descriptor of a relay.
pub fn post_descriptor(
    descriptor: &[u8],
    purpose: Option<DescriptorPurpose>,
    cache: Option<bool>,
) -> Result<Command, ArgumentError> {
    not_empty(descriptor)?;
    let mut command = Builder::new("+POSTDESCRIPTOR");
    match purpose {
        None => {}
        Some(DescriptorPurpose::General) => command.literal("purpose=general"),
        Some(DescriptorPurpose::Controller) => command.literal("purpose=controller"),
        Some(DescriptorPurpose::Bridge) => command.literal("purpose=bridge"),
    }
    match cache {
        None => {}
        Some(true) => command.literal("cache=yes"),
        Some(false) => command.literal("cache=no"),
    }
    command.finish_with_data("descriptor", descriptor)
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn bytes() {
        assert_eq!(
            text(post_descriptor(b"router x\n.y", None, None)),
            "+POSTDESCRIPTOR\r\nrouter x\r\n..y\r\n.\r\n"
        );
        for (purpose, word) in [
            (DescriptorPurpose::General, "general"),
            (DescriptorPurpose::Controller, "controller"),
            (DescriptorPurpose::Bridge, "bridge"),
        ] {
            assert_eq!(
                text(post_descriptor(b"r", Some(purpose), Some(true))),
                format!("+POSTDESCRIPTOR purpose={word} cache=yes\r\nr\r\n.\r\n")
            );
        }
        assert!(text(post_descriptor(b"r", None, Some(false))).contains(" cache=no\r\n"));
        assert_eq!(
            post_descriptor(b"", None, None).unwrap_err().argument(),
            "descriptor"
        );
        assert!(post_descriptor(b"a\0", None, None).is_err());
    }
}
