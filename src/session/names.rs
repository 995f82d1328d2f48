//! Names of kinds of events that this version does not know, each with a bit in a [`KindSet`].

use crate::error::Error;
use crate::proto::event::{Kind, KindSet};

/// A name keeps its bit also when nobody wants it any more: an event of it may still wait in a
/// queue. Only one that tor refused gives it back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Vec<Option<String>>);

/// The longest name. tor's longest of today has 18 letters.
const MAX_NAME_BYTES: usize = 64;

/// Whether this can be the name of a kind.
pub(crate) fn check_name(name: &[u8]) -> Result<(), Error> {
    let is_in_order = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if (1..=MAX_NAME_BYTES).contains(&name.len()) && name.iter().all(is_in_order) {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "name is not the name of a kind of event: 1 to {MAX_NAME_BYTES} letters, digits and _ make one"
    )))
}

impl Names {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bit of a name that somebody asked for.
    pub(crate) fn find(&self, name: &[u8]) -> Option<u8> {
        let is_it = |own: &Option<String>| {
            let own = own.as_ref();
            own.is_some_and(|own| own.as_bytes().eq_ignore_ascii_case(name))
        };
        self.0.iter().position(is_it).map(KindSet::bit_of_name)
    }

    /// The bit of a kind that this version knows, or of the name.
    pub(super) fn find_or_add(&mut self, name: &[u8]) -> Result<KindSet, Error> {
        check_name(name)?;
        let name = name.to_ascii_uppercase();
        let bit = match Kind::from_word(&name) {
            Kind::Unknown => self.find(&name),
            kind => Some(kind as u8),
        };
        if let Some(bit) = bit {
            return Ok(KindSet::of_bit(bit));
        }
        let name = Some(String::from_utf8_lossy(&name).into_owned());
        let index = match self.0.iter().position(Option::is_none) {
            Some(free) => {
                self.0[free] = name;
                free
            }
            None if self.0.len() == KindSet::MAX_NAMES => {
                let max = KindSet::MAX_NAMES;
                let message = format!("the controller has {max} names of unknown kinds already");
                return Err(Error::State(message));
            }
            None => {
                self.0.push(name);
                self.0.len() - 1
            }
        };
        Ok(KindSet::of_bit(KindSet::bit_of_name(index)))
    }

    /// Takes back names that tor refused.
    pub(super) fn remove(&mut self, kinds: KindSet) {
        for index in kinds.names() {
            if let Some(name) = self.0.get_mut(index) {
                *name = None;
            }
        }
    }

    pub(super) fn of(&self, kinds: KindSet) -> Vec<&str> {
        let names = kinds.names().filter_map(|index| self.0.get(index));
        names.filter_map(Option::as_deref).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(names: &mut Names, name: &str) -> KindSet {
        names.find_or_add(name.as_bytes()).unwrap()
    }

    #[test]
    fn a_name_is_a_known_kind_or_has_a_bit() {
        let mut names = Names::default();
        assert!(names.is_empty());
        let new = kinds(&mut names, "NEW_KIND");
        assert!(new.meets(KindSet::NAMED) && !names.is_empty());
        assert_eq!(kinds(&mut names, "new_kind"), new);
        assert_eq!(kinds(&mut names, "circ"), KindSet::of(Kind::Circ));
        assert_eq!(names.find(b"NEW_KIND"), Some(KindSet::bit_of_name(0)));
        assert_eq!(names.find(b"NEW_KIN"), None);
        let other = kinds(&mut names, "OTHER");
        assert_eq!(names.of(new.union(other)), ["NEW_KIND", "OTHER"]);
        for name in ["", "A B", "A\rB", "A\n", "A-B", "\u{e4}", &"A".repeat(65)] {
            assert!(matches!(
                names.find_or_add(name.as_bytes()),
                Err(Error::Invalid(_))
            ));
        }
    }

    #[test]
    fn a_name_that_was_refused_gives_its_bit_back() {
        let mut names = Names::default();
        let first = kinds(&mut names, "FIRST");
        let refused = kinds(&mut names, "REFUSED");
        let last = kinds(&mut names, "LAST");
        names.remove(refused);
        assert_eq!(names.find(b"REFUSED"), None);
        assert_eq!(
            names.of(first.union(refused).union(last)),
            ["FIRST", "LAST"]
        );
        assert_eq!(kinds(&mut names, "NEXT"), refused);
        names.remove(KindSet::of(Kind::Bw));
        for number in 3..KindSet::MAX_NAMES {
            kinds(&mut names, &format!("NEW_{number}"));
        }
        let one_more = names.find_or_add(b"ONE_MORE");
        assert!(matches!(one_more, Err(Error::State(_))), "{one_more:?}");
        assert_eq!(kinds(&mut names, "first"), first);
    }
}
