//! Objects of one sort by their ids, and what became of them since somebody last looked.

use std::collections::BTreeMap;

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is another than before.
    Changed,
    /// It is gone.
    Removed,
}

/// See the module's comment. Changes take no more room than the objects of now and of the last look.
#[derive(Debug)]
pub(super) struct Objects<K, V> {
    all: BTreeMap<K, V>,
    changes: BTreeMap<K, Change>,
    /// The most objects that are kept.
    most: usize,
}

impl<K: Ord + Clone, V: PartialEq> Objects<K, V> {
    pub(super) fn new(most: usize) -> Objects<K, V> {
        Objects {
            all: BTreeMap::new(),
            changes: BTreeMap::new(),
            most,
        }
    }

    pub(super) fn all(&self) -> &BTreeMap<K, V> {
        &self.all
    }

    pub(super) fn get(&self, id: &K) -> Option<&V> {
        self.all.get(id)
    }

    pub(super) fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// What became of which since this was last called, in the order of the ids.
    pub(super) fn take_changes(&mut self) -> BTreeMap<K, Change> {
        std::mem::take(&mut self.changes)
    }

    /// Enters an object, or what it is now. False if there is no room for another.
    pub(super) fn set(&mut self, id: K, value: V) -> bool {
        let is_full = self.all.len() >= self.most;
        match self.all.get_mut(&id) {
            Some(old) if *old == value => return true,
            Some(old) => {
                *old = value;
                // One that is new is new for all that follows.
                self.changes.entry(id).or_insert(Change::Changed);
            }
            None if is_full => return false,
            None => {
                self.all.insert(id.clone(), value);
                let was_there = self.changes.contains_key(&id);
                let change = match was_there {
                    true => Change::Changed,
                    false => Change::Added,
                };
                self.changes.insert(id, change);
            }
        }
        true
    }

    pub(super) fn remove(&mut self, id: &K) {
        if self.all.remove(id).is_none() {
            return;
        }
        match self.changes.get(id) {
            // Nobody has ever seen it.
            Some(Change::Added) => {
                self.changes.remove(id);
            }
            _ => {
                self.changes.insert(id.clone(), Change::Removed);
            }
        }
    }

    /// These are all that there are. False if there is no room for some.
    pub(super) fn replace(&mut self, all: impl IntoIterator<Item = (K, V)>) -> bool {
        let mut new: BTreeMap<K, V> = all.into_iter().collect();
        let gone: Vec<K> = self
            .all
            .keys()
            .filter(|id| !new.contains_key(id))
            .cloned()
            .collect();
        for id in &gone {
            self.remove(id);
        }
        let mut has_room = true;
        while let Some((id, value)) = new.pop_first() {
            has_room &= self.set(id, value);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(objects: &mut Objects<u64, char>) -> String {
        let changes = objects.take_changes().into_iter();
        let words = changes.map(|(id, change)| format!("{id} {change:?}"));
        words.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn changes_are_those_between_two_looks() {
        let mut objects = Objects::new(3);
        assert!(objects.set(1, 'a') && objects.set(2, 'a') && objects.set(3, 'a'));
        assert!(objects.set(2, 'b'), "it is new all the same");
        objects.remove(&3);
        assert_eq!(changes(&mut objects), "1 Added, 2 Added");
        assert!(!objects.has_changes());
        assert!(objects.set(1, 'a'), "nothing changed");
        assert!(!objects.has_changes());
        objects.set(1, 'b');
        objects.set(1, 'c');
        objects.remove(&2);
        objects.remove(&2);
        assert_eq!(changes(&mut objects), "1 Changed, 2 Removed");
        objects.remove(&1);
        objects.set(1, 'x');
        assert_eq!(changes(&mut objects), "1 Changed", "it came back");
        assert_eq!(objects.get(&1), Some(&'x'));
    }

    #[test]
    fn a_new_picture_is_compared_with_the_old_one() {
        let mut objects = Objects::new(3);
        objects.replace([(1, 'a'), (2, 'a'), (3, 'a')]);
        objects.take_changes();
        assert!(objects.replace([(2, 'a'), (3, 'b'), (4, 'a')]));
        assert_eq!(changes(&mut objects), "1 Removed, 3 Changed, 4 Added");
        assert!(!objects.replace([(5, 'a'), (6, 'a'), (7, 'a'), (8, 'a')]));
        assert_eq!(objects.all().len(), 3);
    }

    #[test]
    fn what_nobody_looks_at_takes_no_room() {
        let mut objects = Objects::new(usize::MAX);
        for id in 0..1000 {
            objects.set(id, 'a');
            objects.remove(&id);
        }
        assert!(!objects.has_changes() && objects.all().is_empty());
    }
}
