//! Answers about onion services and their clients.

use crate::proto::onion_address::OnionAddress;
use crate::proto::quote::printable;
use crate::proto::reply::Reply;
use crate::proto::result::{done, AnswerError, Rejection};
use std::fmt;
use zeroize::Zeroizing;

/// What ADD_ONION made.
#[derive(Clone, PartialEq, Eq)]
pub struct OnionAdded {
    /// Its address.
    pub address: OnionAddress,
    /// The key of a new service, as ADD_ONION takes it again.
    pub private_key: Option<Zeroizing<String>>,
    /// The public keys of its clients, in tor's words.
    pub clients: Vec<String>,
}

impl fmt::Debug for OnionAdded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnionAdded")
            .field("address", &self.address)
            .field(
                "private_key",
                &self.private_key.as_ref().map(|_| "[secret]"),
            )
            .field("clients", &self.clients)
            .finish()
    }
}

/// The answer to ADD_ONION.
pub fn onion_added(reply: &Reply) -> Result<OnionAdded, AnswerError> {
    done(reply)?;
    let (mut address, mut private_key, mut clients) = (None, None, Vec::new());
    for line in reply.lines() {
        if let Some(text) = line.text.strip_prefix(b"ServiceID=") {
            address = OnionAddress::parse(text).ok();
        } else if let Some(text) = line.text.strip_prefix(b"PrivateKey=") {
            private_key = std::str::from_utf8(text)
                .ok()
                .map(|key| Zeroizing::new(key.to_owned()));
        } else if let Some(text) = line.text.strip_prefix(b"ClientAuthV3=") {
            clients.push(printable(text).into_owned());
        }
    }
    Ok(OnionAdded {
        address: address.ok_or(AnswerError::Malformed("ADD_ONION"))?,
        private_key,
        clients,
    })
}

/// What ONION_CLIENT_AUTH_ADD did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthAdded {
    /// A key for a service that had none.
    New,
    /// Another key instead of the old one.
    Replaced,
    /// The key opened a descriptor that tor had kept.
    Decrypted,
}

impl ClientAuthAdded {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            ClientAuthAdded::New => "NEW",
            ClientAuthAdded::Replaced => "REPLACED",
            ClientAuthAdded::Decrypted => "DECRYPTED",
        }
    }
}

/// The answer to ONION_CLIENT_AUTH_ADD.
pub fn client_auth_added(reply: &Reply) -> Result<ClientAuthAdded, AnswerError> {
    done(reply)?;
    Ok(match reply.code() {
        251 => ClientAuthAdded::Replaced,
        252 => ClientAuthAdded::Decrypted,
        _ => ClientAuthAdded::New,
    })
}

/// The answer to ONION_CLIENT_AUTH_REMOVE: whether there was a key.
pub fn client_auth_removed(reply: &Reply) -> Result<bool, AnswerError> {
    done(reply)?;
    Ok(reply.code() != 251)
}

/// One line of ONION_CLIENT_AUTH_VIEW.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientAuth {
    /// The service.
    pub address: OnionAddress,
    /// The private key, as tor writes it: `x25519:` and base64.
    pub key: Zeroizing<String>,
    /// The name of the client, "" if it has none.
    pub name: String,
    /// Kept over tor's end.
    pub permanent: bool,
}

impl fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAuth")
            .field("address", &self.address)
            .field("name", &self.name)
            .field("permanent", &self.permanent)
            .finish_non_exhaustive()
    }
}

/// The answer to ONION_CLIENT_AUTH_VIEW. tor writes Flags before ClientName, its specification the
/// other way round; both are read.
pub fn client_auths(reply: &Reply) -> Result<Vec<ClientAuth>, AnswerError> {
    done(reply)?;
    reply
        .lines()
        .filter_map(|line| line.text.strip_prefix(b"CLIENT "))
        .map(|text| client_auth(text).ok_or(AnswerError::Malformed("ONION_CLIENT_AUTH_VIEW")))
        .collect()
}

fn client_auth(text: &[u8]) -> Option<ClientAuth> {
    let mut words = text.split(|byte| *byte == b' ');
    let address = OnionAddress::parse(words.next()?).ok()?;
    let key = Zeroizing::new(std::str::from_utf8(words.next()?).ok()?.to_owned());
    let (mut name, mut permanent) = (String::new(), false);
    for word in words {
        if let Some(flags) = word.strip_prefix(b"Flags=") {
            permanent = flags
                .split(|byte| *byte == b',')
                .any(|flag| flag == b"Permanent");
        } else if let Some(text) = word.strip_prefix(b"ClientName=") {
            name = printable(text).into_owned();
        }
    }
    Some(ClientAuth {
        address,
        key,
        name,
        permanent,
    })
}

/// Never panics.
pub fn fuzz_answers(bytes: &[u8]) {
    let reply = Reply::new(bytes.to_vec());
    let results = [
        onion_added(&reply).map(drop),
        client_auth_added(&reply).map(drop),
        client_auth_removed(&reply).map(drop),
        client_auths(&reply).map(drop),
    ];
    assert!(reply.is_ok() || results.iter().all(Result::is_err));
    assert_eq!(reply.is_ok(), Rejection::of(&reply).is_none());
}

#[cfg(test)]
mod tests {
    use super::*;

    // Answers of tor 0.4.9.11.
    const ADDED: &str = "250-ServiceID=tz573lq5zkrhbbhad22vsna26l3pbsaofpltdvubqxteddsjql3e67qd\r\n250-PrivateKey=ED25519-V3:mEzH4vcqUIP78IDENtnJiU9/90DzIwhDltgTZHhCaGcxrJE+owfKN+oY9aS5XeEBBcANkAvxptCRzDdJxqrq5w==\r\n250-ClientAuthV3=JSXPFMICWELKXMK7MEKCD76JTW3G2LD5J2A4OPJOD4UM5XQZIRZA\r\n250 OK\r\n";
    const VIEW: &str = "250-ONION_CLIENT_AUTH_VIEW\r\n250-CLIENT 2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid x25519:8VOl3SOxakHE0xlPQqhaitYlNI1rfHJizG9R56ZjvXA= ClientName=\r\n250-CLIENT 2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid x25519:8VOl3SOxakHE0xlPQqhaitYlNI1rfHJizG9R56ZjvXA= Flags=Permanent ClientName=bob\r\n250 OK\r\n";

    fn reply(text: &str) -> Reply {
        Reply::new(text.as_bytes().to_vec())
    }

    #[test]
    fn services() {
        let service = onion_added(&reply(ADDED)).unwrap();
        assert!(service.address.to_string().starts_with("tz573lq5"));
        let key = service.private_key.as_ref().unwrap();
        assert!(key.starts_with("ED25519-V3:mEzH4vcq") && key.ends_with("=="));
        assert_eq!(service.clients.len(), 1);
        assert!(!format!("{service:?}").contains("mEzH4vcq"));
        let no_key = onion_added(&reply(
            "250-ServiceID=wzy4yjthdpt7p4ugyut33qrcpazki2hfbye6nvxdhijdlzdyxjgvm5qd\r\n250 OK\r\n",
        ));
        assert_eq!(no_key.unwrap().private_key, None);
        let refused = onion_added(&reply("512 Invalid MaxStreams\r\n")).unwrap_err();
        assert_eq!(refused.to_string(), "tor refused: 512 Invalid MaxStreams");
        let empty = onion_added(&reply("250 OK\r\n")).unwrap_err();
        assert_eq!(empty, AnswerError::Malformed("ADD_ONION"));
    }

    #[test]
    fn clients() {
        let clients = client_auths(&reply(VIEW)).unwrap();
        assert_eq!(clients.len(), 2);
        assert_eq!(
            (clients[0].name.as_str(), clients[0].permanent),
            ("", false)
        );
        assert_eq!(
            (clients[1].name.as_str(), clients[1].permanent),
            ("bob", true)
        );
        assert!(clients[0].key.starts_with("x25519:8VOl3"));
        assert!(!format!("{clients:?}").contains("8VOl3"));
        let swapped = VIEW.replace(
            "Flags=Permanent ClientName=bob",
            "ClientName=bob Flags=Permanent",
        );
        assert_eq!(client_auths(&reply(&swapped)).unwrap(), clients);
        assert_eq!(
            client_auths(&reply("250-ONION_CLIENT_AUTH_VIEW\r\n250 OK\r\n")),
            Ok(Vec::new())
        );
        assert!(client_auths(&reply("250-CLIENT a b\r\n250 OK\r\n")).is_err());
    }

    #[test]
    fn codes_that_tell() {
        let added = |text| client_auth_added(&reply(text));
        assert_eq!(added("250 OK\r\n"), Ok(ClientAuthAdded::New));
        assert_eq!(
            added("251 Client for onion existed and replaced\r\n"),
            Ok(ClientAuthAdded::Replaced)
        );
        assert_eq!(
            added("252 Registered client and decrypted desc\r\n"),
            Ok(ClientAuthAdded::Decrypted)
        );
        assert!(added("512 Invalid v3 address\r\n").is_err());
        assert_eq!(client_auth_removed(&reply("250 OK\r\n")), Ok(true));
        assert_eq!(
            client_auth_removed(&reply("251 No credentials for \"a\"\r\n")),
            Ok(false)
        );
    }

    #[test]
    fn survives_mutants() {
        crate::proto::mutate::mutants(&[ADDED.as_bytes(), VIEW.as_bytes()], 3_000, fuzz_answers);
    }
}
