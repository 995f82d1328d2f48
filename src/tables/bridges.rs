//! Bridges
//!
//! People get bridges as lines of text to paste. torctl_bridges_parse() reads such a text by tor's
//! own rule, names a line that is wrong, and says which pluggable transports the bridges need. The
//! bridges are then used by a tor that runs, with torctl_set_bridges(), or by one that is to be
//! started, with torctl_launch_options_set_bridges(). Each transport needs a ClientTransportPlugin
//! among tor's options.

trait Bridges {
    /// Reads bridge lines: "obfs4 192.0.2.1:443 FINGERPRINT cert=... iat-mode=0", for example, or
    /// only "192.0.2.1:443". "Bridge" may stand in front of a line, as in a torrc; blank lines and
    /// comments are skipped; lines end in LF, CRLF or CR.
    ///
    /// Sets `*bridges` to an object that the caller frees with torctl_bridges_free(); it is empty
    /// if the text has no such line. Returns TORCTL_ERR_INVALID if a line is not one that tor
    /// takes: the message names the bad lines by their numbers and says what is wrong with each,
    /// and `*bad_line`, if not NULL, is set to the number of the first, counted from 1; otherwise
    /// to 0. Does not talk to tor.
    fn bridges_parse(text: Str, bridges: New<torctl_bridges>, bad_line: Place<usize>) {
        bridge::bridges(text).map_err(|bad| {
            bad_line.put(bad.first());
            Error::Invalid(bad.to_string())
        })?
    }

    /// Tells a tor that runs to use these bridges and no others, by SETCONF of UseBridges and
    /// Bridge: all of it or nothing. Until tor ends or reads its torrc again; torctl_save_conf()
    /// makes it stay.
    ///
    /// NULL or no bridges mean that tor uses none. Returns and blocks like torctl_set_conf().
    fn set_bridges(
        controller: &Controller,
        #[check(lines)] bridges: Option<&torctl_bridges>,
        call: &Operation,
    ) {
        bridges::set_bridges(controller, bridges.as_ref(), call).await?
    }
}

/// Bridges, in the order of their lines.
#[answer(list, proto::bridge::Bridge)]
#[kept]
struct bridges {
    /// A bridge's line, as tor takes it as the value of its option Bridge.
    text: Text,

    /// The number of a bridge's line in the text that was read, counted from 1.
    line_number: Count,

    /// The pluggable transport by which a bridge is reached, for example "obfs4"; "" if it needs
    /// none.
    #[is(item.transport.as_deref().unwrap_or_default())]
    transport: Text,

    /// A bridge's IP address, without brackets. Some transports do not connect to it.
    address: Text,

    /// A bridge's port; 443 if the line has none.
    port: Port,

    /// A bridge's fingerprint, 40 hex digits in capitals; "" if the line has none.
    #[is(item.fingerprint.as_deref().unwrap_or_default())]
    fingerprint: Text,

    /// How many arguments a bridge's line has for the transport.
    #[is(item.arguments.len())]
    argument_count: Count,

    /// The name of an argument, for example "cert".
    #[is(item.arguments.iter().map(|it| &it.0))]
    #[index(argument)]
    argument_name: Texts,

    /// The value of an argument.
    #[is(item.arguments.iter().map(|it| &it.1))]
    #[index(argument)]
    argument_value: Texts,

    /// How many pluggable transports the bridges need, each counted once. Without a
    /// ClientTransportPlugin for it, tor does not reach the bridge: see TORCTL_REASON_NO_TRANSPORT.
    #[is(proto::bridge::needed(&all).len())]
    #[whole]
    needed_count: Count,

    /// A transport that the bridges need, in the order of the lines.
    #[is(proto::bridge::needed(&all))]
    #[whole]
    needed: Texts,
}
