//! Documents for the tests: as large as the public network's, the same in each run.

use data_encoding::{BASE64_NOPAD, HEXUPPER};
use std::fmt::Write;

/// xorshift: the tests need variety, not chance.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new() -> Random {
        Random(0x9e37_79b9_7f4a_7c15)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        [0; N].map(|_| self.below(256) as u8)
    }
}

/// What a relay of the sample must be read as.
pub(super) struct Expected {
    pub(super) nickname: String,
    pub(super) fingerprint: String,
    pub(super) digest: String,
    pub(super) address: String,
    pub(super) or_port: u16,
    pub(super) dir_port: u16,
    pub(super) or_address: Option<(String, u16)>,
    pub(super) flags: String,
    pub(super) bandwidth: u64,
    pub(super) policy: String,
}

/// Router status entries as `GETINFO ns/all` gives them.
pub(super) fn relays(count: usize) -> (String, Vec<Expected>) {
    let mut random = Random::new();
    let mut ids: Vec<[u8; 20]> = (0..count).map(|_| random.bytes()).collect();
    ids.sort_unstable();
    let mut text = String::new();
    let mut expected = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let digest: [u8; 20] = random.bytes();
        let ip: [u8; 4] = random.bytes();
        let names = [
            "Authority",
            "Exit",
            "Fast",
            "Guard",
            "HSDir",
            "Stable",
            "V2Dir",
        ];
        let mut flags: Vec<&str> = names.into_iter().filter(|_| random.below(3) > 0).collect();
        flags.extend(["Running", "Valid"]);
        flags.sort_unstable();
        let has_v6 = random.below(3) == 0;
        let policy = match random.below(4) {
            0 => "accept 20-23,43,53,80,110,143,194,220,443,465,563,587,993,995".to_string(),
            1 => {
                "reject 25,119,135-139,445,563,1214,4661-4666,6346-6429,6699,6881-6999".to_string()
            }
            _ => "reject 1-65535".to_string(),
        };
        let relay = Expected {
            nickname: format!("relay{index}x{}", random.below(1_000_000)),
            fingerprint: HEXUPPER.encode(id),
            digest: HEXUPPER.encode(&digest),
            address: format!("{}.{}.{}.{}", ip[0], ip[1], ip[2], ip[3]),
            or_port: random.below(65_536) as u16,
            dir_port: [0, 9030][random.below(2) as usize],
            or_address: has_v6
                .then(|| (format!("2001:db8::{index:x}"), random.below(65_536) as u16)),
            flags: flags.join(" "),
            bandwidth: random.below(500_000),
            policy,
        };
        let (id, digest) = (BASE64_NOPAD.encode(id), BASE64_NOPAD.encode(&digest));
        let mut line = |line: std::fmt::Arguments<'_>| {
            text.write_fmt(line).unwrap();
            text.push('\n');
        };
        line(format_args!(
            "r {} {id} {digest} 2038-01-01 00:00:00 {} {} {}",
            relay.nickname, relay.address, relay.or_port, relay.dir_port
        ));
        if let Some((address, port)) = &relay.or_address {
            line(format_args!("a [{address}]:{port}"));
        }
        line(format_args!("s {}", relay.flags));
        line(format_args!("w Bandwidth={}", relay.bandwidth));
        line(format_args!("p {}", relay.policy));
        expected.push(relay);
    }
    (text, expected)
}
