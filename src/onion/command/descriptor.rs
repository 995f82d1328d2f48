//! Descriptors of onion services given and fetched: HSPOST, HSFETCH.

use super::address_argument;
use crate::proto::command::descriptor::not_empty;
use crate::proto::encode::{ArgumentError, Builder, Command};
use crate::proto::relay::Fingerprint;

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
    command.literal(&address_argument(address)?);
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
    command.literal(&format!("HSADDRESS={}", address_argument(address)?));
    command.finish_with_data("descriptor", descriptor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::command::text;

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";
    const FP: &str = "5152A1D4F6B9C3E07A8899AABBCCDDEEFF00E337";
    const NONE: &[&str] = &[];

    #[test]
    fn bytes() {
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
