//! What a controller tells the machine that says who reads ([`Role`]), and how it carries out what
//! the machine orders.

use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Instant;

use mio::Interest;

use super::{Conversation, Core};
use crate::engine::park::lock;
use crate::engine::reactor::{Reactor, Served};
use crate::engine::role::{Change, Facts, Orders, Outgoing, Watch};
use crate::error::Error;

impl Watch {
    fn interest(self) -> Option<Interest> {
        match (self.read, self.write) {
            (true, true) => Some(Interest::READABLE | Interest::WRITABLE),
            (true, false) => Some(Interest::READABLE),
            (false, true) => Some(Interest::WRITABLE),
            (false, false) => None,
        }
    }
}

impl Core {
    /// What there is to write.
    pub(super) fn outgoing(&self) -> Outgoing {
        match self.dialogue.corked_until() {
            Some(until) => Outgoing::Corked(until),
            None if self.dialogue.has_unwritten() => Outgoing::Waiting,
            None => Outgoing::Nothing,
        }
    }
}

impl Conversation {
    pub(super) fn facts(&self, core: &Core) -> Facts {
        let link = core.link.as_ref();
        Facts {
            consumers: self.consumers(),
            brings_events: core.dialogue.has_asked_for_events()
                || link.is_some_and(|link| link.brings_events.load(Ordering::Relaxed)),
            has_requests: core.dialogue.has_pending(),
            awaited: core.dialogue.awaited(),
            outgoing: core.outgoing(),
            has_io_thread: core.reactor.is_some(),
        }
    }

    /// Lets the I/O thread read: from now on it concerns somebody.
    pub(crate) fn ensure_read(self: &Arc<Self>) -> Result<(), Error> {
        let mut core = lock(&self.core);
        let outgoing = core.outgoing();
        let orders = core.role.consumer_added(outgoing);
        self.try_carry_out(&mut core, orders)
            .map_err(|error| Error::system("no I/O thread", &error))
    }

    /// Notices the end of a connection that nobody watches.
    pub(crate) fn look(self: &Arc<Self>) {
        let link = {
            let core = lock(&self.core);
            core.link.clone().filter(|_| core.role.is_unread())
        };
        if let Some(link) = link {
            // Nothing to do if somebody reads by now.
            let _ = self.try_read_once(&link);
        }
    }

    /// Stops reading for a moment because a consumer is behind.
    pub(super) fn pause(self: &Arc<Self>) {
        let mut core = lock(&self.core);
        let outgoing = core.outgoing();
        let orders = core.role.queue_full(Instant::now(), outgoing);
        self.carry_out(&mut core, orders);
    }

    /// Reads on: the consumer has caught up.
    pub(crate) fn resume(self: &Arc<Self>) {
        if !self.is_here() {
            return;
        }
        let mut core = lock(&self.core);
        let outgoing = core.outgoing();
        let orders = core.role.queue_drained(outgoing);
        self.carry_out(&mut core, orders);
    }

    /// Lets the I/O thread read on: the thread that has the lease does not read for now.
    pub(crate) fn end_lease(self: &Arc<Self>) {
        let mut core = lock(&self.core);
        let facts = self.facts(&core);
        let orders = core.role.end_lease(&facts);
        self.carry_out(&mut core, orders);
    }

    /// Something was written, or is to be.
    pub(super) fn report_outgoing(self: &Arc<Self>, core: &mut Core) {
        let orders = core.role.written(core.outgoing());
        self.carry_out(core, orders);
    }

    /// Something was asked, and perhaps nobody will wait for the answer.
    pub(super) fn report_unawaited(self: &Arc<Self>, core: &mut Core) {
        let facts = self.facts(core);
        let orders = core.role.unawaited(&facts);
        self.carry_out(core, orders);
    }

    /// Called by the I/O thread when it is time, or earlier. The next time, if there is one.
    fn run_timer(self: &Arc<Self>) -> Option<Instant> {
        let (orders, deadline) = {
            let mut core = lock(&self.core);
            let (now, facts) = (Instant::now(), self.facts(&core));
            let orders = core.role.timer(now, &facts);
            core.dialogue.handle_timeout(now);
            let without_timer = Orders {
                timer: None,
                ..orders
            };
            self.carry_out(&mut core, without_timer);
            (orders, core.dialogue.poll_timeout())
        };
        if orders.write {
            self.write_more();
            self.report_unawaited(&mut lock(&self.core));
        }
        self.tasks().run();
        if orders.end_pauses {
            for subscriber in self.subscribers().iter() {
                subscriber.end_pause();
            }
        }
        orders.timer.into_iter().chain(deadline).min()
    }

    /// Has [`Conversation::run_timer`] called then, or earlier. Without an I/O thread there is nobody
    /// to do so: then a request ends when it is waited for.
    pub(super) fn set_timer(self: &Arc<Self>, at: Instant) {
        let mut core = lock(&self.core);
        if core.link.is_none() {
            // What it was for is over, and an I/O thread would be started for nothing.
            return;
        }
        if let Ok(reactor) = self.reactor(&mut core) {
            reactor.set_timer(core.number, at);
        }
    }

    /// Carries out what concerns the socket, the time and those who wait.
    #[inline]
    pub(super) fn carry_out(self: &Arc<Self>, core: &mut Core, orders: Orders) {
        if orders.is_empty() {
            return;
        }
        // Of a failure the role knows.
        let _ = self.try_carry_out(core, orders);
    }

    /// The same. Fails if the I/O thread cannot be had.
    pub(super) fn try_carry_out(
        self: &Arc<Self>,
        core: &mut Core,
        orders: Orders,
    ) -> io::Result<()> {
        if let Some(change) = orders.watch {
            let watched = self.watch(core, change);
            self.check(core, Some(change), watched)?;
        }
        if let Some(at) = orders.timer {
            let reactor = self.reactor(core);
            let set = reactor.map(|reactor| reactor.set_timer(core.number, at));
            self.check(core, None, set)?;
        }
        if orders.wake_one {
            core.dialogue.wake_one();
        }
        Ok(())
    }

    fn watch(self: &Arc<Self>, core: &mut Core, change: Change) -> io::Result<()> {
        let Some(link) = core.link.clone() else {
            return Ok(());
        };
        let reactor = self.reactor(core)?;
        let (old, new) = (change.from.interest(), change.to.interest());
        reactor.watch(core.number, link.as_fd(), old, new)
    }

    /// Tells the role of a failure.
    fn check(
        &self,
        core: &mut Core,
        change: Option<Change>,
        done: io::Result<()>,
    ) -> io::Result<()> {
        if done.is_err() && core.role.refused(change).wake_one {
            core.dialogue.wake_one();
        }
        done
    }

    /// The I/O thread, in which the controller has a share from now on.
    fn reactor(self: &Arc<Self>, core: &mut Core) -> io::Result<Arc<Reactor>> {
        if let Some(reactor) = &core.reactor {
            return Ok(Arc::clone(reactor));
        }
        let reactor = self.home().reactor()?;
        let served: Arc<dyn Served> = Arc::<Conversation>::clone(self);
        core.number = reactor.enter(Arc::downgrade(&served));
        core.reactor = Some(Arc::clone(&reactor));
        Ok(reactor)
    }
}

impl Served for Conversation {
    fn write_ready(self: Arc<Self>) {
        self.write_more();
    }

    fn read_ready(self: Arc<Self>) -> bool {
        self.read_a_turn()
    }

    fn timer(self: Arc<Self>) -> Option<Instant> {
        self.run_timer()
    }

    fn end(self: Arc<Self>) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::call::Call;
    use crate::engine::conversation::State;
    use crate::engine::request::Request;
    use crate::engine::scripted::{self, connected};
    use crate::engine::slot::Slot;
    use crate::proto::encode::Command;
    use std::io::Write;
    use std::time::Duration;

    /// Waits for what another thread does.
    fn wait_for(mut is_so: impl FnMut() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !is_so() {
            assert!(Instant::now() < deadline);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn getinfo() -> Command {
        Command::raw(b"GETINFO version", None).unwrap()
    }

    #[test]
    fn the_io_thread_watches_for_what_is_ordered() {
        let interest = |read, write| Watch { read, write }.interest();
        let both = Interest::READABLE | Interest::WRITABLE;
        assert_eq!(interest(true, true), Some(both));
        assert_eq!(interest(true, false), Some(Interest::READABLE));
        assert_eq!(interest(false, true), Some(Interest::WRITABLE));
        assert_eq!(interest(false, false), None);
    }

    #[test]
    fn the_io_thread_reads_for_a_consumer() {
        let (conversation, link, mut peer) = connected();
        peer.write_all(b"650 BW 1 2\r\n").unwrap();
        conversation.ensure_read().unwrap();
        wait_for(|| link.routed.load(Ordering::SeqCst) == 12);
    }

    #[test]
    fn a_pause_ends_by_its_timer_and_by_a_consumer() {
        let (conversation, link, mut peer) = connected();
        let may_io_read = || lock(&conversation.core).role.may_io_read();
        conversation.ensure_read().unwrap();
        conversation.pause();
        peer.write_all(b"650 BW 1 2\r\n").unwrap();
        wait_for(|| link.routed.load(Ordering::SeqCst) == 12);
        assert!(may_io_read());
        conversation.pause();
        conversation.resume();
        assert!(may_io_read());
    }

    #[test]
    fn what_is_corked_is_answered_though_nobody_waits() {
        let controller = scripted::controller(|_| "250-version=1\r\n250 OK\r\n".to_string());
        let request = Request::start(&controller, getinfo(), Call::none()).unwrap();
        wait_for(|| request.is_complete());
    }

    #[test]
    fn the_end_of_a_connection_that_nobody_reads_is_noticed() {
        let (conversation, _link, peer) = connected();
        conversation.become_ready().unwrap();
        conversation.look();
        assert_eq!(conversation.state(), State::Ready);
        drop(peer);
        conversation.look();
        assert_eq!(conversation.state(), State::Closed);
    }

    #[test]
    fn who_waits_is_woken_where_the_io_thread_cannot_be_had() {
        let (conversation, _link, _peer) = connected();
        conversation.become_ready().unwrap();
        let slot = Slot::new();
        let parker = slot.parker();
        let ticket = conversation.send(getinfo(), &slot, &|_| true).unwrap();
        conversation.write_and_await(ticket);
        let mut core = lock(&conversation.core);
        // Ordered, and not carried out.
        let orders = core.role.consumer_added(Outgoing::Nothing);
        let lack = io::Error::from(io::ErrorKind::OutOfMemory);
        let refused = conversation.check(&mut core, orders.watch, Err(lack));
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::OutOfMemory);
        drop(core);
        let deadline = Instant::now() + Duration::from_secs(60);
        parker.park(&Call::none(), Some(deadline));
        assert!(Instant::now() < deadline);
    }
}
