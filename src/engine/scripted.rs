//! A scripted peer for the tests: answers each command with what a function says.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use super::controller::Controller;
use super::conversation::Conversation;
use super::link::Link;
use super::settings::Settings;

/// A conversation with a connection, and the peer's end of that.
pub(crate) fn connected() -> (Arc<Conversation>, Arc<Link>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let settings = Settings::default();
    let link = Link::new(ours.into(), settings.limits).unwrap();
    let conversation = Conversation::new(settings.limits, settings.timeout);
    assert!(conversation.set_link(Arc::clone(&link)));
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
