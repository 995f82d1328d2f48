//! Lists of subprotocols and their versions.

use crate::proto::text::{number, words};

/// Versions of a subprotocol are 0 to this, as tor counts them.
const MAX_PROTOCOL_VERSION: u64 = 63;

/// Whether a list such as `Cons=1-2 Link=1,3-5` has this version of this subprotocol. As in tor,
/// nothing is believed of a subprotocol whose versions are not what versions can be.
pub(super) fn supports(protocols: &[u8], name: &[u8], version: u32) -> bool {
    let version = u64::from(version);
    words(protocols)
        .filter_map(|word| word.strip_prefix(name)?.strip_prefix(b"="))
        .any(|versions| has_version(versions, version).unwrap_or(false))
}

/// None if the list is not one of versions.
fn has_version(versions: &[u8], version: u64) -> Option<bool> {
    let mut has = false;
    for range in versions.split(|byte| *byte == b',') {
        let (first, last) = match memchr::memchr(b'-', range) {
            Some(dash) => (number(&range[..dash])?, number(&range[dash + 1..])?),
            None => (number(range)?, number(range)?),
        };
        if first > last || last > MAX_PROTOCOL_VERSION {
            return None;
        }
        has |= (first..=last).contains(&version);
    }
    Some(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subprotocols() {
        let list = b"Cons=1-2 Link=1,3-5 LinkAuth=3 Odd=x,1-,-2 Link=9";
        for version in 0..11 {
            let listed = [1, 3, 4, 5, 9].contains(&version);
            assert_eq!(supports(list, b"Link", version), listed, "{version}");
            assert!(!supports(list, b"Lin", version) && !supports(list, b"Odd", version));
        }
    }

    #[test]
    fn damaged_lists() {
        crate::proto::mutate::mutants(&[b"Cons=1-2 Link=1,3-5"], 2000, |text| {
            supports(text, b"Link", 4);
        });
    }
}
