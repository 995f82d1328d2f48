//! Requests
//!
//! Each asks tor and blocks until tor has answered. What ends it early: the call's timeout, or the
//! controller's if it has none (TORCTL_ERR_TIMEOUT); torctl_call_cancel() (TORCTL_ERR_CANCELLED);
//! the end of the connection (TORCTL_ERR_CLOSED). Several threads may have requests on the way on
//! one controller; each gets its own answer. All may be called inside callbacks. Strings with CR,
//! LF or NUL are refused (TORCTL_ERR_INVALID), as is what would make tor crash or lose count of its
//! answers. A controller that is not connected gives TORCTL_ERR_STATE.

trait Request {
    /// Sends one command as it is and takes tor's reply, whatever it says: look at
    /// torctl_reply_code(). It is for commands that this library has no function for.
    ///
    /// `command` is one line without its line end. A command that takes a data block begins with a
    /// plus sign, for example "+POSTDESCRIPTOR", and `data` is that block: any lines, which the
    /// library dot-stuffs. NULL with a size of 0 means no block. Sets `*reply` to a reply that the
    /// caller frees with torctl_reply_free(); NULL for `reply` means not wanted.
    ///
    /// Some commands would change what this library knows of the connection:
    /// - SETEVENTS, AUTHENTICATE and AUTHCHALLENGE return TORCTL_ERR_INVALID. torctl_queue_new() and
    /// torctl_listener_add() ask for events.
    /// - QUIT ends the connection: later calls return TORCTL_ERR_CLOSED. torctl_controller_close()
    ///   sends it, too.
    /// - TAKEOWNERSHIP and DROPOWNERSHIP say whether tor ends with this connection, also for a tor that
    /// torctl_launch() has started.
    /// - SIGNAL NEWNYM is not counted: a later torctl_new_identity() may return before tor acts on its
    /// own. torctl_signal() counts it. SIGNAL SHUTDOWN and SIGNAL HALT end tor, and with it the
    /// connection.
    /// - SETCONF, RESETCONF and LOADCONF of `__LeaveStreamsUnattached` take the streams from an
    /// attacher, and those of `__OwningControllerProcess` decide whether a launched tor ends with
    /// this program; so do torctl_set_conf() and its like.
    /// - ADD_ONION and DEL_ONION are followed by no wait: torctl_add_onion() is.
    /// - What a controller that reconnects sets up again on another tor is what the functions for it
    /// did, and nothing of this one.
    fn request(
        controller: &Controller,
        command: Str,
        data: Option<Memory>,
        data_size_bytes: Size,
        call: &Operation,
        reply: Option<New<Reply>>,
    ) {
        controller.ask(Command::raw(command, data)?, call).await?
    }
}

#[api(info)]
trait Info {
    /// Asks for one piece of information, by GETINFO.
    ///
    /// Sets `*values` to the key and its value. A key that tor does not know gives
    /// TORCTL_ERR_REJECTED. A key that is well formed, of a relay or a descriptor that tor does not
    /// have ("ns/id/" and a fingerprint, for example), gives TORCTL_ERR_NOT_FOUND.
    #[called(("keys[0]", "key"))]
    fn get_info(controller: &Controller, key: Str, call: &Operation, values: New<Values>) {
        info::get_info(controller, &[key], call).await?
    }

    /// Asks for several pieces of information in one GETINFO, which tor answers at one moment.
    ///
    /// Sets `*values` to the keys and their values in the order asked. A key that tor does not
    /// know, or of what it does not have, fails the whole: TORCTL_ERR_REJECTED, or
    /// TORCTL_ERR_NOT_FOUND if nothing worse is wrong with any of them.
    #[calls(info::get_info)]
    fn get_info_many(
        controller: &Controller,
        keys: Strings,
        count: Count,
        call: &Operation,
        values: New<Values>,
    );

    /// Asks for several pieces of information, each by a GETINFO of its own, all sent together. A
    /// key that tor refuses has its own error and hides no other.
    ///
    /// Sets `*results` to one result for each key in the order asked. TORCTL_OK only says that tor
    /// answered all: each key may have been refused.
    fn get_info_each(
        controller: &Controller,
        keys: Strings,
        count: Count,
        call: &Operation,
        results: New<torctl_results>,
    );
}

#[api(conf)]
trait Conf {
    /// Asks for the value of an option of tor's configuration, by GETCONF.
    ///
    /// Sets `*values` to one entry for each value, in order. An option that is at its default may
    /// have none: torctl_values_is_unset(). The name comes back in tor's own spelling.
    #[called(("names[0]", "name"), ("values[0]", "value"))]
    fn get_conf(controller: &Controller, name: Str, call: &Operation, values: New<Values>) {
        conf::get_conf(controller, &[name], call).await?
    }

    /// Asks for the values of several options in one GETCONF. Otherwise like torctl_get_conf(); a
    /// name that tor does not know fails the whole.
    #[calls(conf::get_conf)]
    fn get_conf_many(
        controller: &Controller,
        names: Strings,
        count: Count,
        call: &Operation,
        values: New<Values>,
    );

    /// Sets an option of tor's configuration, by SETCONF, until tor ends or reads its torrc again.
    ///
    /// The value is quoted, so it may hold anything but CR, LF and NUL. NULL for `value` sets 0 or
    /// nothing. For the default use torctl_reset_conf().
    ///
    /// Returns TORCTL_ERR_REJECTED if tor refuses, and then nothing was changed:
    /// torctl_error_reason() tells an unknown option, a bad value, and one that only a new tor can
    /// have, apart. Where tor's answer is only "See logs for details", the message has the line of
    /// its log: for that, the command is sent once more with tor's warnings asked for, by
    /// SETEVENTS.
    #[called(("names[0]", "name"), ("values[0]", "value"))]
    fn set_conf(controller: &Controller, name: Str, value: Option<Str>, call: &Operation) {
        conf::set_conf(controller, &[(name, value)], call).await?
    }

    /// Sets several options in one SETCONF: all of them or none. A list option is given once for
    /// each of its values, which replace those it had. Otherwise like torctl_set_conf().
    fn set_conf_many(
        controller: &Controller,
        names: Strings,
        values: Option<Strings>,
        count: Count,
        call: &Operation,
    ) {
        conf::set_conf(controller, &zip(names, values), call).await?
    }

    /// Sets an option as torctl_set_conf() does, and sets it again on each tor that the controller
    /// reconnects to (torctl_options_set_reconnect()), which an event of kind RESTORED reports. The
    /// same as torctl_set_conf() for a controller that does not reconnect.
    ///
    /// This ends when the same option is set by torctl_set_conf() or torctl_reset_conf(), or the
    /// whole configuration by torctl_load_conf().
    #[called(("names[0]", "name"), ("values[0]", "value"))]
    fn keep_conf(controller: &Controller, name: Str, value: Option<Str>, call: &Operation) {
        conf::keep_conf(controller, &[(name, value)], call).await?
    }

    /// Sets several options in one SETCONF, all of them or none, and does so again on each tor that
    /// the controller reconnects to. Otherwise like torctl_keep_conf().
    fn keep_conf_many(
        controller: &Controller,
        names: Strings,
        values: Option<Strings>,
        count: Count,
        call: &Operation,
    ) {
        conf::keep_conf(controller, &zip(names, values), call).await?
    }

    /// Sets an option to its default, or to a value, by RESETCONF. NULL for `value` means the
    /// default.
    #[called(("names[0]", "name"), ("values[0]", "value"))]
    fn reset_conf(controller: &Controller, name: Str, value: Option<Str>, call: &Operation) {
        conf::reset_conf(controller, &[(name, value)], call).await?
    }

    /// Sets several options in one RESETCONF: all of them or none. `values` may be NULL, which
    /// means the default for all. Otherwise like torctl_reset_conf().
    fn reset_conf_many(
        controller: &Controller,
        names: Strings,
        values: Option<Strings>,
        count: Count,
        call: &Operation,
    ) {
        conf::reset_conf(controller, &zip(names, values), call).await?
    }

    /// Replaces tor's whole configuration by `text`, which is that of a torrc, by LOADCONF. Options
    /// that it does not name get their defaults. All of it or nothing.
    fn load_conf(controller: &Controller, text: Str, call: &Operation);

    /// Tells tor to write its configuration into its torrc, by SAVECONF. A torrc that includes
    /// other files is only written with `force` not 0, and then does not include them any more.
    fn save_conf(controller: &Controller, force: Flag, call: &Operation);
}

#[api(signal)]
trait Signal {
    /// Sends tor a signal, one of the TORCTL_SIGNAL constants, by SIGNAL.
    ///
    /// TORCTL_SIGNAL_HALT and TORCTL_SIGNAL_SHUTDOWN end tor: it says yes and closes the
    /// connection.
    fn signal(controller: &Controller, #[check(known_signal)] signal: i32, call: &Operation);
}
