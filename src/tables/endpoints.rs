//! Where tor listens

trait Endpoints {
    /// Asks where tor listens, by GETINFO net/listeners. `kind` is "socks", "control", "or", "dir",
    /// "dns", "trans", "natd", "httptunnel", "extor" or "metrics".
    ///
    /// Sets `*endpoints` to the places. There may be none, for example with DisableNetwork: that is
    /// TORCTL_OK as well.
    #[called(("keys[0]", "kind"))]
    #[calls(endpoints::endpoints)]
    fn get_endpoints(
        controller: &Controller,
        #[check(kind_text)] kind: Str,
        call: &Operation,
        endpoints: New<torctl_endpoints>,
    );
}

/// The sort of a place where tor listens.
#[words("TORCTL_ENDPOINT_")]
#[ours]
#[zero("")]
#[base(2900)]
enum EndpointFamily {
    /// An IPv4 address and a port.
    IPV4 = 4,
    /// An IPv6 address and a port.
    IPV6 = 6,
    /// A Unix socket.
    UNIX = 1,
}

/// The places where tor listens for one kind of clients.
#[answer(list, proto::info::Endpoint)]
struct endpoints {
    /// What sort of place it is.
    #[is(match &item {
        proto::info::Endpoint::Tcp(address, _) if address.is_ipv4() => TORCTL_ENDPOINT_IPV4,
        proto::info::Endpoint::Tcp(..) => TORCTL_ENDPOINT_IPV6,
        proto::info::Endpoint::Unix(_) => TORCTL_ENDPOINT_UNIX,
        proto::info::Endpoint::Other(_) => 0,
    })]
    family: Word<EndpointFamily>,

    /// The address, without brackets, of an IPv4 or IPv6 place; the path of a Unix socket; tor's
    /// own words for a place of another sort.
    #[is(item.address())]
    address: Text,

    /// The port of an IPv4 or IPv6 place, otherwise 0.
    #[is(item.port())]
    port: Port,
}
