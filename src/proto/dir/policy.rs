//! Exit policies: the summary by ports that consensus and microdescriptors have, and the rules
//! of a server descriptor.

use super::text;
use std::net::IpAddr;

/// A summary: `accept` or `reject` and a list of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortPolicy<'a> {
    accepts: bool,
    ports: &'a [u8],
}

impl<'a> PortPolicy<'a> {
    /// Reads `accept PORTS` or `reject PORTS`, ports as in `20-23,43`. The list itself is looked
    /// at when a port is asked for.
    #[inline]
    pub fn parse(text: &'a [u8]) -> Option<PortPolicy<'a>> {
        let (accepts, ports) = match text {
            [b'a', b'c', b'c', b'e', b'p', b't', b' ', ports @ ..] => (true, ports),
            [b'r', b'e', b'j', b'e', b'c', b't', b' ', ports @ ..] => (false, ports),
            _ => return None,
        };
        Some(PortPolicy { accepts, ports })
    }

    /// Whether the listed ports are those that are allowed.
    pub fn is_accept(&self) -> bool {
        self.accepts
    }

    /// The listed ranges, first and last port of each; what is not a range is left out.
    pub fn ranges(&self) -> impl Iterator<Item = (u16, u16)> + 'a {
        self.ports
            .split(|byte| *byte == b',')
            .filter_map(port_range)
    }

    /// Whether exits to the port are allowed, to most addresses.
    pub fn allows(&self, port: u16) -> bool {
        let listed = self
            .ranges()
            .any(|(first, last)| (first..=last).contains(&port));
        listed == self.accepts
    }
}

fn port_range(text: &[u8]) -> Option<(u16, u16)> {
    if text == b"*" {
        return Some((0, u16::MAX));
    }
    match memchr::memchr(b'-', text) {
        Some(dash) => {
            let range = (text::port(&text[..dash])?, text::port(&text[dash + 1..])?);
            (range.0 <= range.1).then_some(range)
        }
        None => text::port(text).map(|port| (port, port)),
    }
}

/// Which addresses a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Every address, of both families.
    Any,
    /// Every IPv4 address.
    AnyV4,
    /// Every IPv6 address.
    AnyV6,
    /// The networks that are nobody's on the internet.
    Private,
    /// The addresses that begin with the same bits.
    Network(IpAddr, u8),
}

/// A rule: `accept`, `reject`, `accept6` or `reject6`, addresses, a colon, ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Accepted, or rejected.
    pub accepts: bool,
    /// Which addresses.
    pub pattern: Pattern,
    /// The first port.
    pub first_port: u16,
    /// The last port.
    pub last_port: u16,
}

impl Rule {
    /// Reads a rule.
    pub fn parse(text: &[u8]) -> Option<Rule> {
        let (word, rest) = text::first_word(text);
        let (accepts, only_v6) = match word {
            b"accept" => (true, false),
            b"reject" => (false, false),
            b"accept6" => (true, true),
            b"reject6" => (false, true),
            _ => return None,
        };
        let rest = rest.trim_ascii();
        // A missing port list means all of them; an IPv6 address has colons of its own.
        let (addresses, ports) = match memchr::memrchr(b':', rest) {
            Some(colon) if !rest.ends_with(b"]") => (&rest[..colon], &rest[colon + 1..]),
            _ => (rest, &b"*"[..]),
        };
        let (first_port, last_port) = port_range(ports)?;
        let pattern = match Pattern::parse(addresses)? {
            Pattern::Any if only_v6 => Pattern::AnyV6,
            pattern => pattern,
        };
        Some(Rule {
            accepts,
            pattern,
            first_port,
            last_port,
        })
    }

    fn covers_port(&self, port: u16) -> bool {
        (self.first_port..=self.last_port).contains(&port)
    }
}

impl Pattern {
    fn parse(text: &[u8]) -> Option<Pattern> {
        match text {
            b"*" => return Some(Pattern::Any),
            b"*4" => return Some(Pattern::AnyV4),
            b"*6" => return Some(Pattern::AnyV6),
            b"private" => return Some(Pattern::Private),
            _ => {}
        }
        let (address, mask) = match memchr::memchr(b'/', text) {
            Some(slash) => (&text[..slash], Some(&text[slash + 1..])),
            None => (text, None),
        };
        let address = text::address(address)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = match mask {
            None => width,
            Some(mask) => match text::number(mask) {
                Some(bits) => u8::try_from(bits).ok()?,
                None => mask_bits(mask)?,
            },
        };
        (bits <= width).then_some(Pattern::Network(address, bits))
    }

    fn is_everything(self, v6: bool) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::AnyV4 => !v6,
            Pattern::AnyV6 => v6,
            Pattern::Private => false,
            Pattern::Network(address, bits) => bits == 0 && address.is_ipv6() == v6,
        }
    }

    fn is_of_family(self, v6: bool) -> bool {
        match self {
            Pattern::Any | Pattern::Private => true,
            Pattern::AnyV4 => !v6,
            Pattern::AnyV6 => v6,
            Pattern::Network(address, _) => address.is_ipv6() == v6,
        }
    }

    /// Whether the address is one of these.
    pub fn matches(self, address: IpAddr) -> bool {
        match (self, address) {
            (Pattern::Any, _) => true,
            (Pattern::AnyV4, address) => address.is_ipv4(),
            (Pattern::AnyV6, address) => address.is_ipv6(),
            (Pattern::Private, address) => is_private(address),
            (Pattern::Network(IpAddr::V4(net), bits), IpAddr::V4(address)) => {
                let differ = u32::from(net) ^ u32::from(address);
                differ.checked_shr(32 - u32::from(bits)).unwrap_or(0) == 0
            }
            (Pattern::Network(IpAddr::V6(net), bits), IpAddr::V6(address)) => {
                let differ = u128::from(net) ^ u128::from(address);
                differ.checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// The number of leading ones of a mask such as 255.255.0.0.
fn mask_bits(text: &[u8]) -> Option<u8> {
    match text::address(text)? {
        IpAddr::V4(mask) => {
            let mask = u32::from(mask);
            let bits = mask.leading_ones();
            (mask.count_ones() == bits).then_some(bits as u8)
        }
        IpAddr::V6(_) => None,
    }
}

/// Tor's list of private networks.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            matches!(
                (a, b),
                (0 | 10 | 127, _) | (169, 254) | (192, 168) | (172, 16..=31)
            )
        }
        IpAddr::V6(address) => {
            let first = address.segments()[0];
            // [::]/8, [fc00::]/7, [fe80::]/10, [fec0::]/10, [ff00::]/8
            first >> 8 == 0
                || first >> 9 == 0x7e
                || first >> 6 == 0x3fa
                || first >> 6 == 0x3fb
                || first >> 8 == 0xff
        }
    }
}

/// What the rules say of an address: of the rules in their order the first that matches decides,
/// and what none matches is accepted.
pub fn decide(rules: impl Iterator<Item = Rule>, address: IpAddr, port: u16) -> bool {
    rules
        .filter(|rule| rule.covers_port(port) && rule.pattern.matches(address))
        .map(|rule| rule.accepts)
        .next()
        .unwrap_or(true)
}

/// Whether the rules let some address of the family through: rejects of single networks leave
/// others, so only a reject of everything decides.
pub fn decide_port(rules: impl Iterator<Item = Rule>, v6: bool, port: u16) -> bool {
    rules
        .filter(|rule| rule.covers_port(port) && rule.pattern.is_of_family(v6))
        .find(|rule| rule.accepts || rule.pattern.is_everything(v6))
        .is_none_or(|rule| rule.accepts)
}

/// The rules of a policy as GETINFO exit-policy/... gives it, separated by commas or line ends.
/// What is not a rule is left out.
pub fn rules(text: &[u8]) -> impl Iterator<Item = Rule> + Clone + '_ {
    // Where IPv6 has words of its own, the others are for IPv4 alone: tor writes an `accept *:80`
    // from its torrc as `accept *:80` and `accept6 *:80`.
    let has_six = memchr::memmem::find(text, b"accept6 ").is_some()
        || memchr::memmem::find(text, b"reject6 ").is_some();
    text.split(|byte| matches!(byte, b',' | b'\n'))
        .filter_map(|rule| Rule::parse(rule.trim_ascii()))
        .map(move |rule| match rule.pattern {
            Pattern::Any if has_six => Rule {
                pattern: Pattern::AnyV4,
                ..rule
            },
            _ => rule,
        })
}

/// For the fuzzer.
pub fn fuzz_policy(data: &[u8]) {
    if let Some(policy) = PortPolicy::parse(data) {
        let _ = (policy.ranges().count(), policy.allows(443));
    }
    let address = IpAddr::from([192, 0, 2, 1]);
    decide(rules(data), address, 80);
    decide_port(rules(data), true, 80);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        let policy = PortPolicy::parse(b"accept 20-23,43,8080").unwrap();
        assert!(policy.is_accept());
        assert!([20, 21, 23, 43, 8080]
            .iter()
            .all(|port| policy.allows(*port)));
        assert!(![19, 24, 44, 0, 65535]
            .iter()
            .any(|port| policy.allows(*port)));
        let policy = PortPolicy::parse(b"reject 25,119,6881-6999").unwrap();
        assert!(policy.allows(80) && !policy.allows(25) && !policy.allows(6900));
        assert!(!PortPolicy::parse(b"reject 1-65535").unwrap().allows(443));
        assert_eq!(PortPolicy::parse(b"accept"), None);
        assert_eq!(PortPolicy::parse(b"allow 80"), None);
        let odd = PortPolicy::parse(b"accept 99999,9-3,,x,80").unwrap();
        assert_eq!(odd.ranges().collect::<Vec<_>>(), [(80, 80)]);
    }

    fn all(text: &str) -> Vec<Rule> {
        rules(text.as_bytes()).collect()
    }

    fn allows(text: &str, address: &str, port: u16) -> bool {
        decide(rules(text.as_bytes()), address.parse().unwrap(), port)
    }

    #[test]
    fn rules_in_every_form() {
        let parsed = all(
            "reject 0.0.0.0/8:*,reject 10.0.0.0/255.0.0.0:*,accept *:80-81,accept6 *:443,\
             reject [2001:db8::]/32:22,accept *4:22,reject *6:*,reject private:*,accept 1.2.3.4,\
             accept [::1],reject *",
        );
        assert_eq!(parsed.len(), 11);
        assert_eq!(parsed[1].pattern, Pattern::Network([10, 0, 0, 0].into(), 8));
        assert_eq!((parsed[2].first_port, parsed[2].last_port), (80, 81));
        assert_eq!(parsed[3].pattern, Pattern::AnyV6);
        let net = "2001:db8::".parse().unwrap();
        assert_eq!(parsed[4].pattern, Pattern::Network(net, 32));
        assert_eq!(parsed[8].last_port, 65535);
        for bad in [
            "accept",
            "accept :80",
            "accept 1.2.3:80",
            "accept *:80-70",
            "accept *:65536",
            "accept 1.2.3.4/33:*",
            "accept 1.2.3.4/255.0.255.0:*",
            "accept [::1:80",
            "deny *:*",
        ] {
            assert_eq!(Rule::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let policy = "reject 10.0.0.0/8:*\nreject *:25\naccept *:20-443\nreject *:*";
        assert!(!allows(policy, "10.1.2.3", 80));
        assert!(!allows(policy, "11.1.2.3", 25));
        assert!(allows(policy, "11.1.2.3", 80));
        assert!(!allows(policy, "11.1.2.3", 444));
        assert!(
            allows("accept *4:80,reject *4:*", "::1", 22),
            "no rule: accepted"
        );
        assert!(!allows("reject private:*", "fe80::1", 22));
        assert!(!allows("reject private:*", "172.31.0.1", 22));
        assert!(allows("reject private:*", "172.32.0.1", 22));
        let full =
            "accept *:80\naccept6 *:80\nreject *:443\naccept6 *:443\nreject *:*\nreject6 *:*";
        assert!(allows(full, "::1", 443) && !allows(full, "1.2.3.4", 443));
        assert!(!allows(full, "::1", 444));
        assert!(allows("accept 1.2.3.4/0:80,reject *:*", "9.9.9.9", 80));
        assert!(!allows("reject ::/0:80", "2001:db8::1", 80));
    }

    #[test]
    fn a_port_is_open_if_some_address_is() {
        let decide = |text: &str, v6, port| decide_port(rules(text.as_bytes()), v6, port);
        let policy = "reject 10.0.0.0/8:*,reject *:25,accept *:20-443,reject *:*";
        assert!(decide(policy, false, 80));
        assert!(!decide(policy, false, 25));
        assert!(!decide(policy, false, 9000));
        assert!(decide("accept 1.2.3.4:9000,reject *:*", false, 9000));
        assert!(!decide("accept 1.2.3.4:9000,reject *:*", true, 9000));
        assert!(!decide("reject 0.0.0.0/0:80", false, 80));
        assert!(decide("reject 0.0.0.0/0:80", true, 80));
    }

    #[test]
    fn damaged_text() {
        let seeds: [&[u8]; 3] = [
            b"reject 0.0.0.0/8:*,reject 10.0.0.0/255.0.0.0:*,accept *:80-81,accept6 *:443",
            b"accept 20-23,43,8080",
            b"reject [2001:db8::]/32:22\nreject6 *:*\naccept *4:1",
        ];
        crate::proto::mutate::mutants(&seeds, 2000, fuzz_policy);
    }
}
