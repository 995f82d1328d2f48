//! An onion service together with the socket that its visitors come to.
//!
//! The socket is a port of 127.0.0.1 and not a Unix socket: tor often runs as another user, who may
//! not go into a directory of this program's alone. So programs on this computer can connect to it
//! past tor, as with every service of that kind.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

use super::command::service::del_onion;
use super::service::{add_onion, NewOnion, Onion};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::listening::{Listening, Visit};
use crate::engine::operation::Operation;
use crate::engine::watch::Deadline;
use crate::error::{Cause, Error};
use crate::proto::onion_address::OnionAddress;

/// See the module's comment. The service ends with it.
#[derive(Debug)]
pub struct OnionListener {
    listening: Arc<Listening>,
    controller: Arc<Controller>,
    /// None until there is a service.
    address: Option<OnionAddress>,
}

impl OnionListener {
    /// Makes a service with this port and those that `new` has, and listens for visitors of this
    /// one.
    pub async fn new(
        controller: &Arc<Controller>,
        port: u16,
        mut new: NewOnion,
        call: &Operation,
    ) -> Result<(OnionListener, Onion), Error> {
        controller.check_here()?;
        if port == 0 {
            return Err(Error::Invalid("port is 0".to_string()));
        }
        if new.detach {
            let message = "options are for a detached service, and a listener's ends with it";
            return Err(Error::Invalid(message.to_string()));
        }
        let listening = Listening::on_loopback()
            .map_err(|error| Error::system("no socket to listen on", &error))?;
        controller.add_subscriber(&listening)?;
        let mut listener = OnionListener {
            listening,
            controller: Arc::clone(controller),
            address: None,
        };
        let target = format!("127.0.0.1:{}", listener.listening.port());
        new.ports.push((port, target.into_bytes()));
        let onion = add_onion(controller, &new, call).await?;
        listener.address = Some(onion.address);
        Ok((listener, onion))
    }

    /// The next visitor; None if none came in time.
    pub fn accept(
        &self,
        timeout_ms: Option<u64>,
        call: &Arc<Call>,
    ) -> Result<Option<OwnedFd>, Error> {
        self.controller.check_here()?;
        let deadline = Deadline::after(timeout_ms);
        let listening = &self.listening;
        let visit = listening.accept(&self.controller, call, deadline.at());
        match visit.map_err(|error| Error::system("no visitor can be accepted", &error))? {
            Visit::Visitor(fd) => Ok(Some(fd)),
            Visit::None if call.is_cancelled() => Err(Error::Cancelled),
            Visit::None => Ok(None),
            Visit::Ended => {
                let cause = self.controller.closed_cause();
                Err(Error::Closed(cause.unwrap_or(Cause::Local)))
            }
        }
    }

    /// Readable while a visitor waits, and when the service is over.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.listening.fd()
    }
}

impl Drop for OnionListener {
    fn drop(&mut self) {
        if !self.controller.is_here() {
            self.listening.close_copy();
            return;
        }
        self.controller.remove_subscriber(&self.listening);
        if let Some(address) = self.address {
            // Nobody waits for the answer. If the connection has ended, so has the service.
            if let Ok(command) = del_onion(address.to_string().as_bytes()) {
                let _ = self.controller.send_only(command);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scripted;
    use std::net::TcpStream;
    use std::sync::mpsc::{channel, Receiver};

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";

    fn tor() -> (Arc<Controller>, Receiver<String>) {
        let (send, lines) = channel();
        let controller = scripted::controller(move |line| {
            let _ = send.send(line.to_string());
            match line.starts_with("ADD_ONION") {
                true => format!("250-ServiceID={SITE}\r\n250 OK\r\n"),
                false => "250 OK\r\n".to_string(),
            }
        });
        (controller, lines)
    }

    fn open(controller: &Arc<Controller>) -> OnionListener {
        let new = NewOnion {
            is_unwatched: true,
            ..NewOnion::default()
        };
        controller
            .wait_for(&Call::none(), async |call| {
                OnionListener::new(controller, 80, new, call).await
            })
            .unwrap()
            .0
    }

    #[test]
    fn the_service_leads_to_the_socket_and_ends_with_the_listener() {
        let (controller, lines) = tor();
        let listener = open(&controller);
        let line = lines.recv().unwrap();
        let place = line.rsplit_once("Port=80,").unwrap().1;
        let visitor = TcpStream::connect(place.trim()).unwrap();
        let fd = listener.accept(None, &Call::none()).unwrap().unwrap();
        let peer = TcpStream::from(fd).peer_addr().unwrap();
        assert_eq!(peer, visitor.local_addr().unwrap());
        assert!(listener.accept(Some(0), &Call::none()).unwrap().is_none());
        drop(listener);
        assert_eq!(lines.recv().unwrap(), format!("DEL_ONION {SITE}"));
        assert!(TcpStream::connect(place.trim()).is_err());
        controller.close();
    }

    #[test]
    fn a_close_ends_the_wait() {
        let (controller, _lines) = tor();
        let listener = open(&controller);
        let closer = Arc::clone(&controller);
        let thread = std::thread::spawn(move || closer.close());
        let end = listener.accept(None, &Call::none());
        assert!(matches!(end, Err(Error::Closed(Cause::Local))), "{end:?}");
        thread.join().unwrap();
        let call = Arc::new(Call::default());
        call.cancel();
        assert!(listener.accept(None, &call).is_err());
    }

    #[test]
    fn what_a_listener_cannot_be_is_refused_before_tor_is_asked() {
        let (controller, lines) = tor();
        let detached = NewOnion {
            detach: true,
            ..NewOnion::default()
        };
        for (port, new) in [(0, NewOnion::default()), (80, detached)] {
            let made = controller.wait_for(&Call::none(), async |call| {
                OnionListener::new(&controller, port, new, call).await
            });
            assert!(matches!(made, Err(Error::Invalid(_))));
        }
        controller.close();
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["QUIT"]);
        let made = controller.wait_for(&Call::none(), async |call| {
            OnionListener::new(&controller, 80, NewOnion::default(), call).await
        });
        assert!(matches!(made, Err(Error::Closed(_))));
    }
}
