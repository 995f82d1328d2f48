//! Onion services that ask for a key.

/// What torctl_onion_client_auth_add() changed.
#[words("TORCTL_CLIENT_AUTH_")]
#[zero("")]
#[of("proto::result::ClientAuthAdded")]
enum ClientAuthAdded {
    /// tor had no key for the service.
    NEW = 1,
    /// The key replaced another.
    REPLACED = 2,
    /// The key decrypted a descriptor that tor had already.
    DECRYPTED = 3,
}

/// Keys for services.
#[answer(list, proto::result::ClientAuth)]
struct client_auths {
    /// The address of the service, with ".onion".
    #[is(format!("{}.onion", item.address))]
    address: Text,

    /// The private key for the service, as "x25519:" and base64.
    #[is(item.key.as_bytes())]
    key: Secret,

    /// The name that the key was given; "" if it has none.
    name: Text,

    /// Whether tor keeps the key in its ClientOnionAuthDir.
    #[is(item.permanent)]
    is_permanent: Flag,
}
