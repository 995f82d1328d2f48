//! A scripted peer for the tests: answers each command with what a function says.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use super::controller::Controller;
use super::conversation::Conversation;
use super::link::Link;
use super::settings::Settings;

/// A conversation with a connection, and the peer's end of that.
pub(crate) fn connected() -> (Arc<Conversation>, Arc<Link>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let settings = Settings::default();
    let conversation = Conversation::new(settings.limits, settings.timeout, None);
    let link = relink(&conversation, ours);
    (conversation, link, theirs)
}

/// A controller that is ready. Its peer sends, in one piece, what `answer` says of each line; the
/// thread ends with the connection.
pub(crate) fn controller(
    mut answer: impl FnMut(&str) -> String + Send + 'static,
) -> Arc<Controller> {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let settings = Settings::default();
    let link = Link::new(ours.into(), settings.limits).unwrap();
    let controller = Controller::new(settings);
    assert!(controller.set_link(link));
    controller.become_ready().unwrap();
    std::thread::spawn(move || {
        let mut writer = theirs.try_clone().unwrap();
        for line in BufReader::new(theirs).lines() {
            let Ok(line) = line else { return };
            // It reads to the end, also when nobody takes its answers any more.
            let _ = writer.write_all(answer(&line).as_bytes());
        }
    });
    controller
}

/// The other end of a connection, for tests that say themselves what it does and when.
pub(crate) struct Peer {
    reader: BufReader<UnixStream>,
}

impl Peer {
    /// A connection, and its other end. It waits for nothing longer than a minute.
    pub(crate) fn new() -> (UnixStream, Peer) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (ours, Peer::of(theirs))
    }

    pub(crate) fn of(theirs: UnixStream) -> Peer {
        let minute = Some(Duration::from_secs(60));
        theirs.set_read_timeout(minute).unwrap();
        Peer {
            reader: BufReader::new(theirs),
        }
    }

    /// The next line that it gets, without its end; nothing at the end of the connection.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line.trim_end().to_string()
    }

    /// All lines until the end of the connection.
    pub(crate) fn lines(&mut self) -> Vec<String> {
        let lines = std::iter::repeat_with(|| self.line());
        lines.take_while(|line| !line.is_empty()).collect()
    }

    pub(crate) fn say(&self, text: &str) {
        self.reader.get_ref().write_all(text.as_bytes()).unwrap();
    }
}

/// A conversation over a connection, before the login, and the other end.
pub(crate) fn linked(settings: &Settings) -> (Arc<Conversation>, Arc<Link>, Peer) {
    let (ours, peer) = Peer::new();
    let conversation = Conversation::new(settings.limits, settings.timeout, None);
    let link = relink(&conversation, ours);
    (conversation, link, peer)
}

/// Makes a socket the conversation's link.
pub(crate) fn relink(conversation: &Arc<Conversation>, ours: UnixStream) -> Arc<Link> {
    let link = Link::new(ours.into(), conversation.limits).unwrap();
    assert!(conversation.set_link(Arc::clone(&link)));
    link
}

/// One that is ready.
pub(crate) fn ready() -> (Arc<Conversation>, Arc<Link>, Peer) {
    let (conversation, link, peer) = linked(&Settings::default());
    conversation.become_ready().unwrap();
    (conversation, link, peer)
}

/// Spins until a condition holds that another thread makes true.
pub(crate) fn until(mut is_so: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(std::time::Instant::now() < deadline, "it never came");
        std::thread::yield_now();
    }
}
