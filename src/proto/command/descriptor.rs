//! Descriptors given and fetched: POSTDESCRIPTOR, HSPOST, HSFETCH.

use super::onion_address;
use crate::proto::encode::{ArgumentError, Builder, Command};
use crate::proto::relay::Fingerprint;

/// What a relay's descriptor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Each is tor's own word for it.
pub enum DescriptorPurpose {
    General,
    Controller,
    Bridge,
}

fn not_empty(descriptor: &[u8]) -> Result<(), ArgumentError> {
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

fn add_servers<S: AsRef<[u8]>>(command: &mut Builder, servers: &[S]) -> Result<(), ArgumentError> {
    for (index, server) in servers.iter().enumerate() {
        let fingerprint = Fingerprint::parse(server.as_ref()).ok_or_else(|| {
            let reason = "is not the fingerprint of a relay, 40 hex digits";
            ArgumentError::new(format!("relays[{index}]"), reason)
        })?;
        command.literal(&format!("SERVER={fingerprint}"));
    }
    Ok(())
}

/// HSFETCH: the descriptor of the onion service with this address, from these relays or from those
/// that should have it. It comes as events.
pub fn hs_fetch<S: AsRef<[u8]>>(address: &[u8], servers: &[S]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("HSFETCH");
    command.literal(&onion_address(address)?);
    add_servers(&mut command, servers)?;
    command.finish()
}

/// HSPOST: this descriptor for the onion service with this address.
pub fn hs_post<S: AsRef<[u8]>>(
    address: &[u8],
    servers: &[S],
    descriptor: &[u8],
) -> Result<Command, ArgumentError> {
    not_empty(descriptor)?;
    let mut command = Builder::new("+HSPOST");
    add_servers(&mut command, servers)?;
    command.literal(&format!("HSADDRESS={}", onion_address(address)?));
    command.finish_with_data("descriptor", descriptor)
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";
    const FP: &str = "5152A1D4F6B9C3E07A8899AABBCCDDEEFF00E337";
    const NONE: &[&str] = &[];

    #[test]
    fn relays() {
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

    #[test]
    fn onion_services() {
        let dollar = format!("${FP}");
        assert_eq!(
            text(hs_fetch(SITE.as_bytes(), &[dollar.as_str(), FP])),
            format!("HSFETCH {SITE} SERVER={FP} SERVER={FP}\r\n")
        );
        assert_eq!(
            text(hs_post(
                format!("{SITE}.onion").as_bytes(),
                &[FP],
                b"hs-descriptor 3\n"
            )),
            format!("+HSPOST SERVER={FP} HSADDRESS={SITE}\r\nhs-descriptor 3\r\n.\r\n")
        );
        assert_eq!(
            hs_fetch(SITE.as_bytes(), &["nick"]).unwrap_err().argument(),
            "relays[0]"
        );
        assert_eq!(hs_post(b"", NONE, b"x").unwrap_err().argument(), "address");
        assert!(hs_post(SITE.as_bytes(), NONE, b"").is_err());
    }
}
