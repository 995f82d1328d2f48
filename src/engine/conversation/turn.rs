//! A thread's turn at reading: from when it takes the reading role until it hands it back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Conversation;
use crate::engine::link::Link;
use crate::engine::park::lock;
use crate::engine::role::{Met, Terms};

/// The reading role, if the thread has it; handed back when dropped.
pub(super) struct Turn<'a> {
    conversation: &'a Arc<Conversation>,
    link: Option<Arc<Link>>,
    /// What the last read met.
    pub(super) met: Met,
    /// Of a thread that works on what it gets and then waits again.
    pub(super) terms: Option<Terms>,
}

impl<'a> Turn<'a> {
    /// That of a thread that is about to wait.
    pub(super) fn new(conversation: &'a Arc<Conversation>, terms: Option<Terms>) -> Turn<'a> {
        Turn {
            conversation,
            link: None,
            met: Met::default(),
            terms,
        }
    }

    /// Whether the thread can wait in the receive itself, with so much time left.
    pub(super) fn may_block(&self, left: Option<Duration>) -> bool {
        self.terms.is_some_and(|terms| terms.may_block(left))
    }

    /// Whether the thread waits for an answer, and not for events alone.
    pub(super) fn has_asked(&self) -> bool {
        self.terms.is_some_and(|terms| terms.has_asked())
    }

    /// The link to poll, if this thread has the role or nobody else who waits has it.
    pub(super) fn take(&mut self) -> Option<Arc<Link>> {
        let mut core = lock(&self.conversation.core);
        if let Some(link) = &self.link {
            if core.is_current(link) {
                return Some(Arc::clone(link));
            }
            self.link = None;
        }
        let outgoing = core.outgoing();
        let orders = core.role.wait(outgoing)?;
        self.conversation.carry_out(&mut core, orders);
        self.link.clone_from(&core.link);
        self.link.clone()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(link) = self.link.take() else {
            return;
        };
        if !self.conversation.is_here() {
            return;
        }
        let mut core = lock(&self.conversation.core);
        // The role of an earlier connection went with it.
        if core.is_current(&link) {
            let facts = self.conversation.facts(&core);
            let now = Instant::now();
            let orders = core.role.stop(now, self.terms, self.met, &facts);
            self.conversation.carry_out(&mut core, orders);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scripted::connected;
    use crate::engine::settings::Settings;
    use crate::error::Cause;
    use std::os::unix::net::UnixStream;

    #[test]
    fn one_has_it_until_it_is_handed_back() {
        let (conversation, link, _peer) = connected();
        let mut first = Turn::new(&conversation, None);
        let mut second = Turn::new(&conversation, None);
        for _ in 0..2 {
            assert!(first.take().is_some_and(|it| Arc::ptr_eq(&it, &link)));
            assert!(second.take().is_none());
        }
        drop(first);
        assert!(second.take().is_some());
    }

    #[test]
    fn that_of_an_earlier_connection_is_not_handed_back() {
        let (conversation, link, _peer) = connected();
        let mut first = Turn::new(&conversation, None);
        assert!(first.take().is_some());
        conversation.lose_link(&link, Cause::Eof);
        assert!(first.take().is_none());
        let mut stale = Turn::new(&conversation, None);
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let next = Link::new(ours.into(), Settings::default().limits).unwrap();
        assert!(conversation.set_link(Arc::clone(&next)));
        stale.link = Some(link);
        assert!(first.take().is_some_and(|it| Arc::ptr_eq(&it, &next)));
        drop(stale);
        let mut second = Turn::new(&conversation, None);
        assert!(second.take().is_none());
    }

    #[test]
    fn only_one_with_terms_waits_in_the_receive() {
        let (conversation, _link, _peer) = connected();
        let turn = Turn::new(&conversation, None);
        assert!(!turn.may_block(None) && !turn.has_asked());
    }
}
