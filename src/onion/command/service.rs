//! Onion services of tor's own making: ADD_ONION, DEL_ONION.

use super::address_argument;
use crate::onion::key_text::{parse_service_key, parse_x25519, service_key_text, x25519_base32};
use crate::proto::encode::{check_word, ArgumentError, Builder, Command};
use std::net::SocketAddr;

/// The key of a new service.
#[derive(Clone, Copy, Default)]
pub enum KeyArgument<'a> {
    /// A new one, of the kind that tor thinks best.
    #[default]
    NewBest,
    /// A new one for a version 3 service.
    NewV3,
    /// This one, as tor gave it out: `ED25519-V3:` and base64.
    Given(&'a [u8]),
}

/// Where the connections of a port go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortTarget<'a> {
    /// To the same port on 127.0.0.1.
    Same,
    /// To another port on 127.0.0.1.
    Port(u16),
    /// To this address.
    Address(SocketAddr),
    /// To the Unix socket with this path.
    Unix(&'a [u8]),
}

/// A port of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePort<'a> {
    /// The port that clients name.
    pub port: u16,
    /// Where it leads.
    pub target: PortTarget<'a>,
}

impl<'a> PortTarget<'a> {
    /// Reads `8080`, `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `unix:/path`, or nothing.
    pub fn parse(text: &'a [u8]) -> Result<PortTarget<'a>, ArgumentError> {
        let bad = |reason| Err(ArgumentError::new("target", reason));
        if let Some(path) = text.strip_prefix(b"unix:") {
            check_word("target", path)?;
            return match path.first() {
                Some(b'/') => Ok(PortTarget::Unix(path)),
                _ => bad("must be an absolute path after unix:"),
            };
        }
        if text.is_empty() {
            return Ok(PortTarget::Same);
        }
        let text = std::str::from_utf8(text).unwrap_or_default();
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse() {
                Ok(port) if port != 0 => Ok(PortTarget::Port(port)),
                _ => bad("must have a port from 1 to 65535"),
            };
        }
        let address = match text.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}").parse(),
            None => text.parse::<SocketAddr>(),
        };
        match address {
            Ok(address) if address.port() != 0 => Ok(PortTarget::Address(address)),
            _ => bad("must be a port, an address with a port, or unix: with a path; names are not looked up here"),
        }
    }
}

/// ADD_ONION in full. Start from the default and name at least one port.
#[derive(Clone, Copy, Default)]
pub struct AddOnion<'a> {
    /// The service's key.
    pub key: KeyArgument<'a>,
    /// The ports.
    pub ports: &'a [ServicePort<'a>],
    /// tor does not tell the key of a new service; nobody can run it again.
    pub discard_key: bool,
    /// The service outlives this connection.
    pub detach: bool,
    /// The service is reached faster and hides nothing; tor must be set up for it.
    pub non_anonymous: bool,
    /// How many streams a client's circuit may have; none or 0: any number.
    pub max_streams: Option<u16>,
    /// A circuit with more is closed, not only the stream.
    pub max_streams_close_circuit: bool,
    /// Proof-of-work defences, from tor 0.4.9.2 on; older ones refuse all three (512).
    pub pow_defenses: Option<bool>,
    /// Requests per second that they let through.
    pub pow_queue_rate: Option<u32>,
    /// How many in one burst.
    pub pow_queue_burst: Option<u32>,
    /// Public x25519 keys of the only clients, in base32 or base64; none: everybody.
    pub clients: &'a [&'a [u8]],
}

impl AddOnion<'_> {
    fn flags(&self) -> String {
        let flags = [
            (self.discard_key, "DiscardPK"),
            (self.detach, "Detach"),
            (!self.clients.is_empty(), "V3Auth"),
            (self.non_anonymous, "NonAnonymous"),
            (self.max_streams_close_circuit, "MaxStreamsCloseCircuit"),
        ];
        let set = flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name);
        set.collect::<Vec<_>>().join(",")
    }

    /// The command. tor's answer holds the key of a new service unless it is discarded.
    pub fn command(&self) -> Result<Command, ArgumentError> {
        let mut command = Builder::new("ADD_ONION");
        let mut is_new = true;
        match self.key {
            KeyArgument::NewBest => command.literal("NEW:BEST"),
            KeyArgument::NewV3 => command.literal("NEW:ED25519-V3"),
            KeyArgument::Given(text) => {
                let reason = "is not a key of an onion service: ED25519-V3: and 64 bytes in base64";
                let key = parse_service_key(text).ok_or(ArgumentError::new("key", reason))?;
                is_new = false;
                command.secret();
                command.literal(&service_key_text(&key));
            }
        }
        if self.discard_key && !is_new {
            let reason = "goes with a new key only; this one was given";
            return Err(ArgumentError::new("discard_key", reason));
        }
        let flags = self.flags();
        if !flags.is_empty() {
            command.literal(&format!("Flags={flags}"));
        }
        let numbers = [
            ("MaxStreams", self.max_streams.map(u32::from)),
            ("PoWDefensesEnabled", self.pow_defenses.map(u32::from)),
            ("PoWQueueRate", self.pow_queue_rate),
            ("PoWQueueBurst", self.pow_queue_burst),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                command.literal(&format!("{name}={number}"));
            }
        }
        if self.ports.is_empty() {
            return Err(ArgumentError::new(
                "ports",
                "is empty; a service has at least one port",
            ));
        }
        for (index, port) in self.ports.iter().enumerate() {
            add_port(&mut command, index, port)?;
        }
        for (index, client) in self.clients.iter().enumerate() {
            let key = parse_x25519(client).ok_or_else(|| {
                let reason = "is not a public x25519 key: 32 bytes in base32 or base64";
                ArgumentError::new(format!("clients[{index}]"), reason)
            })?;
            command.key_word("ClientAuthV3", "clients", x25519_base32(&key).as_bytes())?;
        }
        let secret = is_new && !self.discard_key;
        Ok(command.finish()?.with_secret_reply(secret))
    }
}

fn add_port(
    command: &mut Builder,
    index: usize,
    port: &ServicePort<'_>,
) -> Result<(), ArgumentError> {
    let number = port.port;
    let zero = |name: &str| {
        let argument = format!("ports[{index}].{name}");
        Err(ArgumentError::new(
            argument,
            "must have a port from 1 to 65535",
        ))
    };
    if number == 0 {
        return zero("port");
    }
    match port.target {
        PortTarget::Port(0) => return zero("target"),
        PortTarget::Address(address) if address.port() == 0 => return zero("target"),
        PortTarget::Same => command.literal(&format!("Port={number}")),
        PortTarget::Port(target) => command.literal(&format!("Port={number},{target}")),
        PortTarget::Address(target) => command.literal(&format!("Port={number},{target}")),
        PortTarget::Unix(path) => {
            let argument = format!("ports[{index}].target");
            let mut value = format!("{number},unix:").into_bytes();
            value.extend_from_slice(path);
            command.key_word("Port", &argument, &value)?;
        }
    }
    Ok(())
}

/// DEL_ONION: the service with this address, with or without `.onion`.
pub fn del_onion(address: &[u8]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("DEL_ONION");
    command.literal(&address_argument(address)?);
    command.finish()
}

/// Never panics; a target that is read makes a command of one line.
pub fn fuzz_target(bytes: &[u8]) {
    if let Ok(target) = PortTarget::parse(bytes) {
        let add = AddOnion {
            ports: &[ServicePort { port: 80, target }],
            key: KeyArgument::Given(bytes),
            clients: &[bytes],
            ..AddOnion::default()
        };
        assert!(add.command().is_err());
        let add = AddOnion {
            key: KeyArgument::NewV3,
            clients: &[],
            ..add
        };
        let command = add
            .command()
            .expect("every target that is read can be sent");
        let lines = command
            .as_bytes()
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        assert_eq!(lines, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::command::text;

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";
    const KEY: &str = "ED25519-V3:qO/2z0vZ3Jfh+DCpBHfOn+Pal348d4AdFVAU7OVkLUpVfPirl0j1PuKDEtLoBoR8Z9IMLCg/bRrye9RdlmsxTQ==";
    const CLIENT: &str = "JSXPFMICWELKXMK7MEKCD76JTW3G2LD5J2A4OPJOD4UM5XQZIRZA";

    fn port(port: u16, target: &str) -> ServicePort<'_> {
        let target = PortTarget::parse(target.as_bytes()).unwrap();
        ServicePort { port, target }
    }

    #[test]
    fn a_service_in_full() {
        let ports = [
            port(80, ""),
            port(81, "8080"),
            port(82, "127.0.0.1:82"),
            port(83, "[::1]:83"),
            port(84, "unix:/run/a"),
            port(85, "localhost:85"),
        ];
        let add = AddOnion {
            key: KeyArgument::NewV3,
            ports: &ports,
            discard_key: true,
            detach: true,
            non_anonymous: true,
            max_streams: Some(65535),
            max_streams_close_circuit: true,
            pow_defenses: Some(true),
            pow_queue_rate: Some(u32::MAX),
            pow_queue_burst: Some(0),
            clients: &[CLIENT.as_bytes()],
        };
        assert_eq!(
            text(add.command()),
            format!("ADD_ONION NEW:ED25519-V3 Flags=DiscardPK,Detach,V3Auth,NonAnonymous,MaxStreamsCloseCircuit MaxStreams=65535 PoWDefensesEnabled=1 PoWQueueRate=4294967295 PoWQueueBurst=0 Port=80 Port=81,8080 Port=82,127.0.0.1:82 Port=83,[::1]:83 Port=84,unix:/run/a Port=85,127.0.0.1:85 ClientAuthV3={CLIENT}\r\n")
        );
        assert!(!add.command().unwrap().has_secret_reply());
    }

    #[test]
    fn the_least_of_a_service() {
        let ports = [port(80, "")];
        let add = AddOnion {
            ports: &ports,
            ..AddOnion::default()
        };
        assert_eq!(text(add.command()), "ADD_ONION NEW:BEST Port=80\r\n");
        assert!(add.command().unwrap().has_secret_reply());
        let given = AddOnion {
            key: KeyArgument::Given(KEY.as_bytes()),
            ..add
        };
        assert_eq!(
            text(given.command()),
            format!("ADD_ONION {KEY} Port=80\r\n")
        );
        let command = given.command().unwrap();
        assert_eq!(format!("{command:?}"), "ADD_ONION [secret]");
        assert!(!command.has_secret_reply());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = [port(80, "")];
        let add = AddOnion {
            ports: &good,
            ..AddOnion::default()
        };
        let named = |add: AddOnion<'_>| add.command().unwrap_err().argument().to_owned();
        assert_eq!(named(AddOnion { ports: &[], ..add }), "ports");
        let zero = [
            port(80, ""),
            ServicePort {
                port: 0,
                target: PortTarget::Same,
            },
        ];
        assert_eq!(
            named(AddOnion {
                ports: &zero,
                ..add
            }),
            "ports[1].port"
        );
        let blank = [ServicePort {
            port: 1,
            target: PortTarget::Unix(b"/a b"),
        }];
        assert_eq!(
            named(AddOnion {
                ports: &blank,
                ..add
            }),
            "ports[0].target"
        );
        let zero = [ServicePort {
            port: 1,
            target: PortTarget::Port(0),
        }];
        assert_eq!(
            named(AddOnion {
                ports: &zero,
                ..add
            }),
            "ports[0].target"
        );
        assert_eq!(
            named(AddOnion {
                key: KeyArgument::Given(b"abc"),
                ..add
            }),
            "key"
        );
        let given = AddOnion {
            key: KeyArgument::Given(KEY.as_bytes()),
            discard_key: true,
            ..add
        };
        assert_eq!(named(given), "discard_key");
        let clients = [CLIENT.as_bytes(), b"AAAA".as_slice()];
        assert_eq!(
            named(AddOnion {
                clients: &clients,
                ..add
            }),
            "clients[1]"
        );
    }

    #[test]
    fn targets() {
        for text in [
            "0",
            "65536",
            "unix:",
            "unix:a",
            "unix:/a b",
            "unix:/a\nb",
            "::1",
            "a.com:80",
            "1.2.3.4",
            "1.2.3.4:0",
            "\n",
        ] {
            assert!(PortTarget::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(PortTarget::parse(b"\xff:80").is_err());
    }

    #[test]
    fn services_are_removed() {
        let expected = format!("DEL_ONION {SITE}\r\n");
        assert_eq!(text(del_onion(SITE.as_bytes())), expected);
        assert_eq!(
            text(del_onion(format!("{SITE}.onion").as_bytes())),
            expected
        );
        assert_eq!(del_onion(b"a\r\nQUIT").unwrap_err().argument(), "address");
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 3] = [b"unix:/run/a", b"[::1]:8080", b"localhost:80"];
        crate::proto::mutate::mutants(&seeds, 5_000, fuzz_target);
    }
}
