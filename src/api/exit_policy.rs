//! Where tor, as a relay, lets streams out.

use std::net::IpAddr;
use std::sync::Arc;

use super::info::get_info;
use crate::dir::{decide, decide_port, rules};
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;

/// A relay's own exit policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitPolicy {
    text: Vec<u8>,
}

/// tor's own, if it is a relay.
pub async fn exit_policy(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<ExitPolicy, Error> {
    let values = get_info(controller, &["exit-policy/full"], call).await?;
    Ok(ExitPolicy::new(values.value(0).unwrap_or_default()))
}

impl ExitPolicy {
    /// That of this text.
    pub fn new(text: &[u8]) -> ExitPolicy {
        ExitPolicy {
            text: text.to_vec(),
        }
    }

    /// The rules, as text, in order.
    pub fn rules(&self) -> impl Iterator<Item = &[u8]> {
        let rules = self.text.split(|byte| matches!(byte, b',' | b'\n'));
        rules
            .map(<[u8]>::trim_ascii)
            .filter(|rule| !rule.is_empty())
    }

    /// Whether a stream to this address and port is let out; without an address, to some address.
    pub fn allows(&self, address: Option<IpAddr>, port: u16) -> bool {
        let rules = rules(&self.text);
        match address {
            Some(address) => decide(rules, address, port),
            None => decide_port(rules.clone(), false, port) || decide_port(rules, true, port),
        }
    }

    /// The ports to which some IPv4 address can be reached, as microdescriptors say it: `accept
    /// 80,443`, `reject 25`, whichever is shorter.
    pub fn summary(&self) -> String {
        let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
        let rules: Vec<_> = rules(&self.text).collect();
        for port in 1..=u16::MAX {
            let ranges = match decide_port(rules.iter().copied(), false, port) {
                true => &mut accepted,
                false => &mut rejected,
            };
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == port => *last = port,
                _ => ranges.push((port, port)),
            }
        }
        let (accepted, rejected) = (list(&accepted), list(&rejected));
        match () {
            () if rejected.is_empty() => "accept 1-65535".to_string(),
            () if accepted.is_empty() => "reject 1-65535".to_string(),
            () if accepted.len() <= rejected.len() => format!("accept {accepted}"),
            () => format!("reject {rejected}"),
        }
    }
}

fn list(ranges: &[(u16, u16)]) -> String {
    let range = |(first, last): &(u16, u16)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> ExitPolicy {
        ExitPolicy::new(text.as_bytes())
    }

    #[test]
    fn summaries() {
        for (text, summary) in [
            ("reject *:*", "reject 1-65535"),
            ("accept *:*", "accept 1-65535"),
            ("", "reject 1-65535"),
            ("reject 10.0.0.0/8;*,accept *:*", "reject 1-65535"),
            ("accept *:80,accept *:443,reject *:*", "accept 80,443"),
            (
                "reject 10.0.0.0/8:*,reject *:25,reject *:6881-6999,accept *:*",
                "reject 25,6881-6999",
            ),
        ] {
            assert_eq!(policy(text).summary(), summary, "{text}");
        }
    }

    #[test]
    fn addresses_and_ports() {
        let policy = policy("reject 10.0.0.0/8:*,accept *:80-81,reject *:*");
        let allows = |address: &str, port| policy.allows(Some(address.parse().unwrap()), port);
        assert!(allows("192.0.2.1", 80) && !allows("10.1.2.3", 80) && !allows("192.0.2.1", 82));
        assert!(policy.allows(None, 81) && !policy.allows(None, 25));
        assert_eq!(policy.rules().count(), 3);
    }
}
