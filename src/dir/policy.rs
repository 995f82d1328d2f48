//! Exit policies: the summary by ports that consensus and microdescriptors have, and the rules
//! of a server descriptor.

use super::token::LineWords;
use crate::proto::text;
use std::net::IpAddr;

/// A summary: `accept` or `reject` and a list of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortPolicy<'a> {
    accepts: bool,
    ports: &'a [u8],
}

impl<'a> PortPolicy<'a> {
    /// Reads `accept PORTS` or `reject PORTS`, ports for example `20-23,43`; what stands behind
    /// them does not matter. None if the list has anything but ports: a part of a reject that was
    /// left out would let through what it is there to stop.
    #[inline]
    pub fn parse(text: &'a [u8]) -> Option<PortPolicy<'a>> {
        let (accepts, ports) = match text {
            [b'a', b'c', b'c', b'e', b'p', b't', b' ', ports @ ..] => (true, ports),
            [b'r', b'e', b'j', b'e', b'c', b't', b' ', ports @ ..] => (false, ports),
            _ => return PortPolicy::parse_words(text),
        };
        match are_ports(ports) {
            true => Some(PortPolicy { accepts, ports }),
            false => PortPolicy::parse_words(text),
        }
    }

    #[cold]
    fn parse_words(text: &'a [u8]) -> Option<PortPolicy<'a>> {
        let mut words = LineWords::of(text);
        let accepts = match words.next()?.text {
            b"accept" => true,
            b"reject" => false,
            _ => return None,
        };
        let ports = words.next()?.text;
        are_ports(ports).then_some(PortPolicy { accepts, ports })
    }

    /// Whether the listed ports are those that are allowed.
    pub fn is_accept(&self) -> bool {
        self.accepts
    }

    /// The listed ranges, first and last port of each.
    pub fn ranges(&self) -> impl Iterator<Item = (u16, u16)> + 'a {
        self.ports
            .split(|byte| *byte == b',')
            .filter_map(port_range)
    }

    /// Whether exits to the port are allowed, to most addresses. 0 is no port.
    pub fn allows(&self, port: u16) -> bool {
        let listed = self
            .ranges()
            .any(|(first, last)| (first..=last).contains(&port));
        port != 0 && listed == self.accepts
    }
}

/// Whether it is a list of ports, and nothing else.
pub(super) fn are_ports(list: &[u8]) -> bool {
    // 0 stands for none.
    let (mut first, mut port) = (0, 0);
    for byte in list {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        match *byte {
            _ if digit <= 9 => {
                port = port * 10 + digit;
                if port > u32::from(u16::MAX) {
                    return false;
                }
            }
            b'-' if first == 0 && port > 0 => (first, port) = (port, 0),
            b',' if port > 0 && first <= port => (first, port) = (0, 0),
            _ => return list == b"*",
        }
    }
    port > 0 && first <= port
}

/// Whether it is a rule in the form that nearly all have: `*` or an IPv4 network, a colon, and `*`,
/// a port or two.
#[inline(always)]
pub(super) fn is_plain_rule(text: &[u8], size: usize) -> bool {
    let behind = match text {
        [b'a', b'c', b'c', b'e', b'p', b't', b' ', rest @ ..] => behind_pattern(rest),
        [b'r', b'e', b'j', b'e', b'c', b't', b' ', rest @ ..] => behind_pattern(rest),
        _ => return false,
    };
    behind.is_some_and(|rest| text.len() - rest.len() == size)
}

#[inline(never)]
fn behind_pattern(text: &[u8]) -> Option<&[u8]> {
    let rest = match text {
        [b'*', rest @ ..] => rest,
        _ => match behind_ipv4(text)? {
            [b'/', rest @ ..] => {
                let (bits, rest) = text::leading_number(rest)?;
                (bits <= 32).then_some(rest)?
            }
            rest => rest,
        },
    };
    match rest {
        [b':', b'*', rest @ ..] => Some(rest),
        [b':', ports @ ..] => {
            let (first, rest) = text::leading_number(ports)?;
            let (last, rest) = match rest {
                [b'-', rest @ ..] => text::leading_number(rest)?,
                _ => (first, rest),
            };
            (first <= last && last <= u64::from(u16::MAX)).then_some(rest)
        }
        _ => None,
    }
}

/// What stands behind the IPv4 address that the text begins with.
#[inline]
fn behind_ipv4(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    for index in 0..4 {
        let (octet, behind) = text::leading_number(rest)?;
        // A zero in front of others is something else for some.
        if octet > 255 || rest[0] == b'0' && rest.len() - behind.len() > 1 {
            return None;
        }
        rest = match behind {
            [b'.', behind @ ..] if index < 3 => behind,
            _ if index == 3 => behind,
            _ => return None,
        };
    }
    Some(rest)
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
    /// All that a reject could be for that cannot be read: everything.
    Unreadable,
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
        let mut words = LineWords::of(text);
        let mut word = words.next()?.text;
        if word == b"opt" {
            word = words.next()?.text;
        }
        let (accepts, only_v6) = match word {
            b"accept" => (true, false),
            b"reject" => (false, false),
            b"accept6" => (true, true),
            b"reject6" => (false, true),
            _ => return None,
        };
        let rest = words.next()?.text;
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

    /// Whether the first `size` bytes of the text are a rule. What stands behind them is not taken
    /// for a part of it, but numbers are read faster where the text does not end.
    #[inline]
    pub fn begins(text: &[u8], size: usize) -> bool {
        is_plain_rule(text, size) || Rule::parse(&text[..size]).is_some()
    }

    /// The same, but a reject that cannot be read is not left out: it rejects everything, for a
    /// policy without it would let through what it stops. An accept that cannot be read accepts
    /// nothing.
    pub fn parse_or_close(text: &[u8]) -> Option<Rule> {
        let closed = || {
            text.trim_ascii_start()
                .starts_with(b"reject")
                .then_some(Rule {
                    accepts: false,
                    pattern: Pattern::Unreadable,
                    first_port: 0,
                    last_port: u16::MAX,
                })
        };
        Rule::parse(text).or_else(closed)
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
            Pattern::Any | Pattern::Unreadable => true,
            Pattern::AnyV4 => !v6,
            Pattern::AnyV6 => v6,
            Pattern::Private => false,
            Pattern::Network(address, bits) => bits == 0 && address.is_ipv6() == v6,
        }
    }

    fn is_of_family(self, v6: bool) -> bool {
        match self {
            Pattern::Any | Pattern::Private | Pattern::Unreadable => true,
            Pattern::AnyV4 => !v6,
            Pattern::AnyV6 => v6,
            Pattern::Network(address, _) => address.is_ipv6() == v6,
        }
    }

    /// Whether the address is one of these.
    pub fn matches(self, address: IpAddr) -> bool {
        match (self, address) {
            (Pattern::Any | Pattern::Unreadable, _) => true,
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
/// and what none matches is accepted. Without any rule there is no policy, and with 0 no port: then
/// nothing is accepted.
pub fn decide(rules: impl Iterator<Item = Rule>, address: IpAddr, port: u16) -> bool {
    first_of(rules, port, |rule| rule.pattern.matches(address))
}

/// Whether the rules let some address of the family through: rejects of single networks leave
/// others, so only a reject of everything decides.
pub fn decide_port(rules: impl Iterator<Item = Rule>, v6: bool, port: u16) -> bool {
    first_of(rules, port, |rule| {
        rule.pattern.is_of_family(v6) && (rule.accepts || rule.pattern.is_everything(v6))
    })
}

fn first_of(
    mut rules: impl Iterator<Item = Rule>,
    port: u16,
    matches: impl Fn(&Rule) -> bool,
) -> bool {
    let mut has_rule = false;
    let found = rules.find(|rule| {
        has_rule = true;
        rule.covers_port(port) && matches(rule)
    });
    port != 0 && found.map_or(has_rule, |rule| rule.accepts)
}

/// The rules of a policy as GETINFO exit-policy/... gives it, separated by commas or line ends.
/// A reject that is none rejects everything, another that is none is left out.
pub fn rules(text: &[u8]) -> impl Iterator<Item = Rule> + Clone + '_ {
    // Where IPv6 has words of its own, the others are for IPv4 alone: tor writes an `accept *:80`
    // from its torrc as `accept *:80` and `accept6 *:80`.
    let has_six = memchr::memmem::find(text, b"accept6 ").is_some()
        || memchr::memmem::find(text, b"reject6 ").is_some();
    text.split(|byte| matches!(byte, b',' | b'\n'))
        .filter_map(|rule| Rule::parse_or_close(rule.trim_ascii()))
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
    for rule in data.split(|byte| *byte == b',') {
        for size in [rule.len(), rule.len() / 2] {
            let is_rule = Rule::parse(&rule[..size]).is_some();
            assert_eq!(Rule::begins(rule, size), is_rule);
        }
    }
    decide_port(rules(data), true, 80);
}

#[cfg(test)]
mod tests;
