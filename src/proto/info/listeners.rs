//! Where tor listens (`net/listeners/...`).

use crate::proto::quote;
use crate::proto::text;
use std::net::IpAddr;

/// A place where tor listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// An address and port.
    Tcp(IpAddr, u16),
    /// The path of a Unix socket.
    Unix(Vec<u8>),
    /// Something else, as it came.
    Other(Vec<u8>),
}

impl Endpoint {
    fn parse(place: &[u8]) -> Endpoint {
        if let Some(path) = place.strip_prefix(b"unix:") {
            // A path with blanks or so comes in quotes of its own.
            let path = match quote::unquote(path) {
                Some((inner, size)) if size == path.len() => inner,
                _ => path.to_vec(),
            };
            return Endpoint::Unix(path);
        }
        let address = text::host_port(place)
            .and_then(|(host, port)| Some(Endpoint::Tcp(text::address(host)?, port)));
        address.unwrap_or_else(|| Endpoint::Other(place.to_vec()))
    }

    /// The address, without brackets, or the path, or what came.
    pub fn address(&self) -> Vec<u8> {
        match self {
            Endpoint::Tcp(address, _) => address.to_string().into_bytes(),
            Endpoint::Unix(text) | Endpoint::Other(text) => text.clone(),
        }
    }

    /// The port; 0 where there is none.
    pub fn port(&self) -> u16 {
        match self {
            Endpoint::Tcp(_, port) => *port,
            Endpoint::Unix(_) | Endpoint::Other(_) => 0,
        }
    }
}

/// The places of a list: quoted, with blanks between. An empty list has none.
pub fn listeners(value: &[u8]) -> impl Iterator<Item = Endpoint> + '_ {
    let mut rest = value;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let (place, size) = quote::unquote(rest).unwrap_or_else(|| {
            let (word, _) = text::first_word(rest);
            (word.to_vec(), word.len())
        });
        rest = &rest[size..];
        Some(Endpoint::parse(&place))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_every_kind() {
        let value = b"\"127.0.0.1:9050\" \"[::1]:9051\" \"unix:/run/tor/control\" \
\"unix:/run/a \\\"b\\\" \\303\\251\" \"unix:\\\"/quoted twice\\\"\" 192.0.2.1:1 \"what:is this\"";
        assert_eq!(
            listeners(value).collect::<Vec<_>>(),
            [
                Endpoint::Tcp([127, 0, 0, 1].into(), 9050),
                Endpoint::Tcp("::1".parse().unwrap(), 9051),
                Endpoint::Unix(b"/run/tor/control".to_vec()),
                Endpoint::Unix(b"/run/a \"b\" \xc3\xa9".to_vec()),
                Endpoint::Unix(b"/quoted twice".to_vec()),
                Endpoint::Tcp([192, 0, 2, 1].into(), 1),
                Endpoint::Other(b"what:is this".to_vec()),
            ]
        );
        assert_eq!(listeners(b"").count(), 0);
        assert_eq!(listeners(b"  ").count(), 0);
        let broken: Vec<_> = listeners(b"\"127.0.0.1:1").collect();
        assert_eq!(broken, [Endpoint::Other(b"\"127.0.0.1:1".to_vec())]);
    }
}
