//! Onion services that ask their clients for a key: ONION_CLIENT_AUTH_ADD, _REMOVE, _VIEW.

use super::address_argument;
use crate::onion::key_text::{parse_x25519, x25519_base64};
use crate::proto::encode::{ArgumentError, Builder, Command};

/// The longest name of a client; a longer one makes tor answer twice.
const NAME_LIMIT: usize = 16;

/// ONION_CLIENT_AUTH_ADD: this private x25519 key, in base64 or base32, for the service with this
/// address. A permanent one is kept in tor's ClientOnionAuthDir.
pub fn add(
    address: &[u8],
    key: &[u8],
    name: Option<&[u8]>,
    permanent: bool,
) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("ONION_CLIENT_AUTH_ADD");
    command.secret();
    command.literal(&address_argument(address)?);
    let key = parse_x25519(key).ok_or_else(|| {
        let reason = "is not a private x25519 key: 32 bytes in base64 or base32";
        ArgumentError::new("private_key", reason)
    })?;
    command.literal("x25519:");
    command.append(x25519_base64(&key).as_bytes());
    if let Some(name) = name {
        if name.len() > NAME_LIMIT {
            let reason = format!("has {} bytes, tor takes {NAME_LIMIT}", name.len());
            return Err(ArgumentError::new("name", reason));
        }
        command.key_word("ClientName", "name", name)?;
    }
    if permanent {
        command.literal("Flags=Permanent");
    }
    command.finish()
}

/// ONION_CLIENT_AUTH_REMOVE: the key for this service.
pub fn remove(address: &[u8]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("ONION_CLIENT_AUTH_REMOVE");
    command.literal(&address_argument(address)?);
    command.finish()
}

/// ONION_CLIENT_AUTH_VIEW: the keys for this service, or for all.
pub fn view(address: Option<&[u8]>) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("ONION_CLIENT_AUTH_VIEW");
    if let Some(address) = address {
        command.literal(&address_argument(address)?);
    }
    Ok(command.finish()?.with_secret_reply(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::command::text;

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";
    const KEY: &str = "8VOl3SOxakHE0xlPQqhaitYlNI1rfHJizG9R56ZjvXA=";

    #[test]
    fn keys_are_added() {
        let site = format!("{SITE}.onion");
        let add =
            |key: &str, name, permanent| add(site.as_bytes(), key.as_bytes(), name, permanent);
        assert_eq!(
            text(add(KEY, Some(b"1234567890123456"), true)),
            format!("ONION_CLIENT_AUTH_ADD {SITE} x25519:{KEY} ClientName=1234567890123456 Flags=Permanent\r\n")
        );
        let tagged = format!("x25519:{KEY}");
        let plain = format!("ONION_CLIENT_AUTH_ADD {SITE} x25519:{KEY}\r\n");
        assert_eq!(text(add(&tagged, None, false)), plain);
        let command = add(KEY, None, false).unwrap();
        assert_eq!(format!("{command:?}"), "ONION_CLIENT_AUTH_ADD [secret]");
        let error = add(KEY, Some(b"12345678901234567"), false).unwrap_err();
        assert_eq!(error.to_string(), "name: has 17 bytes, tor takes 16");
        assert!(add(KEY, Some(b"a b"), false).is_err());
        assert!(add(KEY, Some(b"a\"b"), false).is_err());
        let error = add("secret words", None, false).unwrap_err();
        assert_eq!(error.argument(), "private_key");
        assert!(!error.to_string().contains("secret words"));
        assert!(super::add(b"a", KEY.as_bytes(), None, false).is_err());
    }

    #[test]
    fn keys_are_removed_and_viewed() {
        assert_eq!(
            text(remove(SITE.as_bytes())),
            format!("ONION_CLIENT_AUTH_REMOVE {SITE}\r\n")
        );
        assert_eq!(text(view(None)), "ONION_CLIENT_AUTH_VIEW\r\n");
        let of_one = view(Some(SITE.as_bytes()));
        assert!(of_one.as_ref().unwrap().has_secret_reply());
        assert_eq!(text(of_one), format!("ONION_CLIENT_AUTH_VIEW {SITE}\r\n"));
        assert!(view(Some(b"")).is_err());
    }
}
