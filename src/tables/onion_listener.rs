//! Onion services with their sockets
//!
//! A listener is an onion service and the socket that its visitors come to, in one object: a
//! program polls its descriptor and accepts visitors, as with a socket of its own. The socket is a
//! port of 127.0.0.1, for tor often runs as another user, who could not reach a Unix socket in a
//! directory of the program's alone; so programs on this computer can connect to it past tor.
//!
//! Nothing says on which circuit a visitor came: tor exports that for services of its torrc alone
//! (HiddenServiceExportCircuitID), and ADD_ONION has no such flag.

trait OnionListener {
    /// Makes an onion service with this port, which leads to a new socket, by ADD_ONION.
    ///
    /// `options` are those of torctl_add_onion(), whose key, clients and limits count here as well;
    /// ports that were added to them are ports of the service that lead elsewhere. NULL means the
    /// defaults: a new key. Sets `*listener` to an object that the caller frees with
    /// torctl_onion_listener_free(), which ends the service. Returns what torctl_add_onion() does,
    /// and TORCTL_ERR_INVALID for a service that is detached. Blocks like a request; visitors can
    /// come when torctl_onion_listener_wait_published() is over.
    fn onion_listener_new(
        controller: &Controller,
        port: u16,
        #[check(new_onion)] options: Option<&torctl_onion_options>,
        call: &Operation,
        listener: New<torctl_onion_listener>,
    ) {
        OnionListener::new(controller, port, options.as_ref().clone(), call).await?
    }

    /// The service's address, for example "2gzyxa5i...53wid.onion".
    fn onion_listener_address(listener: &torctl_onion_listener) -> Text {
        listener.onion.address()
    }

    /// The service, for torctl_onion_private_key(), torctl_onion_get_status() and the like. Lives
    /// in the listener, and is not the caller's to free. NULL for NULL.
    fn onion_listener_onion(listener: &torctl_onion_listener) -> *const torctl_onion {
        std::ptr::from_ref(&listener.onion)
    }

    /// Waits until clients can find the service, as torctl_onion_wait_published() does with these
    /// arguments.
    fn onion_listener_wait_published(
        #[check(published)] listener: &torctl_onion_listener,
        min_uploads: u32,
        timeout_ms: Timeout,
        call: &Operation,
    ) {
        listener.wait(min_uploads.into(), timeout_ms, call).await?
    }

    /// The listening socket, for poll() and its like: readable while a visitor waits, and, on Linux,
    /// when the service is over because the controller was closed or its connection has ended.
    /// Never close it; it lives as long as the listener. -1 for NULL.
    #[or(-1)]
    fn onion_listener_fd(listener: &torctl_onion_listener) -> c_int {
        listener.listener.fd().as_raw_fd()
    }

    /// Accepts the next visitor. A timeout of 0 does not wait, -1 waits until there is one.
    ///
    /// Sets `*fd` to a connected socket, blocking and close-on-exec, which is the caller's to close;
    /// -1 if there is none. Returns TORCTL_EMPTY, without an error object, if none came in time;
    /// TORCTL_ERR_CLOSED if none will come any more, because the controller was closed or its
    /// connection has ended; TORCTL_ERR_SYSTEM with torctl_error_errno() if the visitor cannot be
    /// accepted, for example because descriptors are lacking: it goes on waiting then. Several
    /// threads may call it concurrently. torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED; the
    /// timeout of the call does not count. Cannot be begun: a program that does not wait polls
    /// torctl_onion_listener_fd(), and accepts with a timeout of 0.
    fn onion_listener_accept(
        listener: &torctl_onion_listener,
        timeout_ms: Timeout,
        call: &Call,
        #[or(-1)] fd: Place<c_int>,
    ) -> Status {
        accept(listener, timeout_ms, call, &mut fd)?
    }

    /// Ends the service, by DEL_ONION, and frees the object with its socket. Nobody may be waiting
    /// for it any more. Connections that exist go on.
    fn onion_listener_free(listener: Box<torctl_onion_listener>) -> Void {
        free_listener(listener)
    }
}
