//! Where a tor usually is, for a program that does not say.

use std::path::PathBuf;

use super::link::Address;
use super::sys;

/// The places to look, in order: those that the environment names, if it names any, or else the
/// usual ones. The order is promised in the header.
pub(crate) fn places() -> Vec<Address> {
    let named = from_environment(&|name| sys::variable(name).map(|it| it.into_string()));
    if !named.is_empty() {
        return named;
    }
    let sockets = ["/run/tor/control", "/var/run/tor/control"];
    let sockets = sockets.iter().map(|path| Address::Unix(path.into()));
    // 9051 is tor's own default, 9151 Tor Browser's.
    let ports = [9051, 9151].map(|port| Address::Tcp("127.0.0.1".to_string(), port));
    sockets.chain(ports).collect()
}

/// The password that the environment names, as Tor Browser's does.
pub(crate) fn password() -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    sys::variable("TOR_CONTROL_PASSWD").map(OsStringExt::into_vec)
}

/// The cookie file that the environment names.
pub(crate) fn cookie_file() -> Option<PathBuf> {
    sys::variable("TOR_CONTROL_COOKIE_AUTH_FILE").map(PathBuf::from)
}

type Variable = Option<Result<String, std::ffi::OsString>>;

fn from_environment(get: &dyn Fn(&str) -> Variable) -> Vec<Address> {
    let mut named = Vec::new();
    match get("TOR_CONTROL_IPC_PATH") {
        Some(Ok(path)) if !path.is_empty() => named.push(Address::Unix(path.into())),
        Some(Err(path)) => named.push(Address::Unix(path.into())),
        _ => {}
    }
    let host = get("TOR_CONTROL_HOST").and_then(Result::ok);
    let port = get("TOR_CONTROL_PORT").and_then(Result::ok);
    if let Some(port) = port.and_then(|port| port.parse().ok()) {
        let host = host.filter(|host| !host.is_empty());
        named.push(Address::Tcp(
            host.unwrap_or_else(|| "127.0.0.1".to_string()),
            port,
        ));
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_places() {
        let named = |pairs: &[(&str, &str)]| {
            from_environment(&|name| {
                let pair = pairs.iter().find(|(other, _)| *other == name);
                pair.map(|(_, value)| Ok(value.to_string()))
            })
        };
        assert_eq!(named(&[]), []);
        assert_eq!(named(&[("TOR_CONTROL_HOST", "h")]), []);
        assert_eq!(
            named(&[
                ("TOR_CONTROL_PORT", "9151"),
                ("TOR_CONTROL_IPC_PATH", "/run/x"),
            ]),
            [
                Address::Unix("/run/x".into()),
                Address::Tcp("127.0.0.1".to_string(), 9151),
            ]
        );
    }
}
