//! Onion services that ask for a key
//!
//! A service may let in only clients whose keys it knows. These requests give tor, as the client,
//! the private key for such a service.

trait ClientAuth {
    /// Gives tor the private x25519 key for a service, by ONION_CLIENT_AUTH_ADD.
    ///
    /// `private_key` is in base32 or base64, alone or as tor's files have it. `name`, if not NULL, is a
    /// name for people, of 1 to 16 bytes without blanks. With `permanent` not 0 tor keeps the key
    /// in its ClientOnionAuthDir. Sets `*outcome`, if not NULL, to one of the TORCTL_CLIENT_AUTH
    /// constants.
    fn onion_client_auth_add(
        controller: &Controller,
        address: Str,
        private_key: Str,
        name: Option<Str>,
        permanent: Flag,
        call: &Operation,
        outcome: Out<i32>,
    ) {
        client_auth::add(controller, address, private_key, name, permanent, call)
            .await?
            .constant()
    }

    /// Gives tor private keys for several services with one round of commands, each as
    /// torctl_onion_client_auth_add() does. `names` may be NULL, and so may each name.
    ///
    /// Sets `*results` to one result for each address, in order: its key is the address, its value
    /// "NEW", "REPLACED" or "DECRYPTED", as the TORCTL_CLIENT_AUTH constants say it. TORCTL_OK only
    /// says that tor answered for one of them at least. What cannot be sent (TORCTL_ERR_INVALID)
    /// fails the whole before a key is given.
    #[calls(client_auth::add_each)]
    fn onion_client_auth_add_each(
        controller: &Controller,
        addresses: Strings,
        private_keys: Strings,
        names: Option<Strings>,
        count: Count,
        permanent: Flag,
        call: &Operation,
        results: New<torctl_results>,
    );

    /// Tells tor to forget the key for a service, by ONION_CLIENT_AUTH_REMOVE. The file of a
    /// permanent key is deleted, too.
    ///
    /// Returns TORCTL_ERR_NOT_FOUND if tor had none.
    fn onion_client_auth_remove(controller: &Controller, address: Str, call: &Operation) {
        if !client_auth::remove(controller, address, call).await? {
            return Err(Error::NotFound("tor has no key for this service".into()));
        }
    }

    /// Lists the keys that tor has, by ONION_CLIENT_AUTH_VIEW; for one service, or for all if `address`
    /// is NULL.
    #[calls(client_auth::view)]
    fn get_client_auths(
        controller: &Controller,
        address: Option<Str>,
        call: &Operation,
        auths: New<torctl_client_auths>,
    );
}

/// What torctl_onion_client_auth_add() changed.
#[words("TORCTL_CLIENT_AUTH_")]
#[ours]
#[zero("")]
#[of("onion::answer::ClientAuthAdded")]
#[base(2800)]
enum ClientAuthAdded {
    /// tor had no key for the service.
    NEW = 1,
    /// The key replaced another.
    REPLACED = 2,
    /// The key decrypted a descriptor that tor had already.
    DECRYPTED = 3,
}

/// Keys for services.
#[answer(list, onion::answer::ClientAuth)]
struct client_auths {
    /// The address of the service, with ".onion".
    #[is(format!("{}.onion", item.address))]
    address: Text,

    /// The private key for the service: "x25519:" and base64.
    #[is(item.key.as_bytes())]
    key: Secret,

    /// The name that the key was given; "" if it has none.
    name: Text,

    /// Whether tor keeps the key in its ClientOnionAuthDir.
    #[is(item.permanent)]
    is_permanent: Flag,
}
