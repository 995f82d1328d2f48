//! Bridges

/// Bridges, in the order of their lines.
#[answer(list, proto::bridge::Bridge)]
#[kept]
struct bridges {
    /// A bridge's line, as tor takes it as the value of its option Bridge.
    text: Text,

    /// The number of a bridge's line in the text that was read, counted from 1.
    line_number: Count,

    /// The pluggable transport by which a bridge is reached, for example "obfs4"; "" if it needs none.
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

    /// How many pluggable transports the bridges need, each counted once. Without a ClientTransportPlugin for
    /// it, tor does not reach the bridge: see TORCTL_REASON_NO_TRANSPORT.
    #[is(proto::bridge::needed(&all).len())]
    #[whole]
    needed_count: Count,

    /// A transport that the bridges need, in the order of the lines.
    #[is(proto::bridge::needed(&all))]
    #[whole]
    needed: Texts,
}
