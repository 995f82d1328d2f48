//! The keywords of the frequent kinds in the order in which tor writes them.
//!
//! A keyword that stands where it is expected is known by one or two comparisons, without a look for
//! its `=` and without a hash. Everything else, in whatever order, is found the general way.

use super::key::Key;
use super::scan::word_at;
use super::Kind;

/// The keywords that an event of this kind may have, in tor's order; none for the rare kinds.
pub(super) fn usual_order(kind: Kind) -> &'static [Key] {
    match kind {
        Kind::Circ | Kind::CircMinor => &[
            Key::BuildFlags,
            Key::Purpose,
            Key::HsState,
            Key::RendQuery,
            Key::TimeCreated,
            Key::SocksUsername,
            Key::SocksPassword,
            Key::HsPow,
            Key::ConfluxId,
            Key::ConfluxRtt,
            Key::Reason,
            Key::RemoteReason,
            Key::OldPurpose,
            Key::OldHsState,
            Key::OldTimeCreated,
        ],
        Kind::Stream => &[
            Key::Reason,
            Key::RemoteReason,
            Key::Source,
            Key::SourceAddr,
            Key::Purpose,
            Key::SocksUsername,
            Key::SocksPassword,
            Key::ClientProtocol,
            Key::NymEpoch,
            Key::SessionGroup,
            Key::IsoFields,
        ],
        Kind::OrConn => &[Key::Reason, Key::Ncircs, Key::Id],
        Kind::ConnBw => &[Key::Id, Key::Type, Key::Read, Key::Written],
        Kind::CircBw => &[
            Key::Id,
            Key::Read,
            Key::Written,
            Key::Time,
            Key::DeliveredRead,
            Key::OverheadRead,
            Key::DeliveredWritten,
            Key::OverheadWritten,
            Key::Ss,
            Key::Cwnd,
            Key::Rtt,
            Key::MinRtt,
        ],
        _ => &[],
    }
}

/// What a line has where a keyword with its `=` stands: the first eight bytes under the mask, and
/// the last eight of a longer one.
struct Form {
    first: u64,
    mask: u64,
    last: u64,
    /// With the `=`.
    len: usize,
}

static FORMS: [Form; Key::COUNT] = {
    let mut forms = [const {
        Form {
            first: 0,
            mask: 0,
            last: 0,
            len: 0,
        }
    }; Key::COUNT];
    let mut number = 0;
    while number < Key::COUNT {
        let name = Key::NAMES[number].as_bytes();
        let len = name.len() + 1;
        let (mut first, mut mask, mut last) = (0, 0, 0);
        let mut at = 0;
        while at < len {
            let byte = if at < name.len() { name[at] } else { b'=' } as u64;
            if at < 8 {
                first |= byte << (8 * at);
                mask |= 0xff << (8 * at);
            }
            if at + 8 >= len {
                last |= byte << (8 * (at + 8 - len));
            }
            at += 1;
        }
        forms[number] = Form {
            first,
            mask,
            last,
            len,
        };
        number += 1;
    }
    forms
};

/// Whether the token at `at` begins with one of the keywords that are still expected. If so, which,
/// and where its `=` stands; what comes before it is expected no more.
#[inline(always)]
pub(super) fn expected(line: &[u8], at: usize, order: &mut &'static [Key]) -> Option<(Key, usize)> {
    let first = word_at(line, at)?;
    for (index, &key) in order.iter().enumerate() {
        let form = &FORMS[key as usize];
        if first & form.mask == form.first {
            let end = at + form.len;
            let is_it = match form.len {
                ..=8 => true,
                9..=16 => word_at(line, end - 8) == Some(form.last),
                // The ends say nothing about what stands between them.
                _ => {
                    word_at(line, end - 8) == Some(form.last)
                        && line[at..end - 1] == *key.name().as_bytes()
                }
            };
            if is_it {
                *order = &order[index + 1..];
                return Some((key, end - 1));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_known_where_it_is_expected() {
        for key in Key::all() {
            let order: &'static [Key] = vec![Key::Xm, key].leak();
            let name = key.name();
            let line = format!("abc {name}=12345678");
            let mut rest = order;
            let found = expected(line.as_bytes(), 4, &mut rest);
            assert_eq!(found, Some((key, 4 + name.len())));
            assert!(rest.is_empty() || key == Key::Xm);
            for at in 4..=4 + name.len() {
                let mut other = line.clone().into_bytes();
                other[at] ^= 0x40;
                assert_eq!(expected(&other, 4, &mut &*order), None, "{name}");
            }
        }
    }

    #[test]
    fn what_is_passed_over_is_expected_no_more() {
        let mut order = usual_order(Kind::CircBw);
        let line = b"WRITTEN=1 READ=12345678";
        let found = expected(line, 0, &mut order);
        assert_eq!(found, Some((Key::Written, 7)));
        assert_eq!(expected(line, 10, &mut order), None);
        assert_eq!(expected(b"TIME=", 0, &mut order), None);
    }
}
