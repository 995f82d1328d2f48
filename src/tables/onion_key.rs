//! Keys and addresses of onion services

trait OnionKey {
    /// Makes a new key.
    fn onion_key_new(key: New<torctl_onion_key>) {
        key_file::new_service_key()?
    }

    /// Reads a key: "ED25519-V3:" and base64, as ADD_ONION has it, or the bytes of tor's file
    /// hs_ed25519_secret_key.
    ///
    /// Returns TORCTL_ERR_INVALID if it is none.
    fn onion_key_read(data: Memory, data_size_bytes: Size, key: New<torctl_onion_key>) {
        let none = || Error::Invalid("data is not the key of an onion service".to_string());
        ServiceKey::parse(data).ok_or_else(none)?
    }

    /// Reads the key in a file; if there is no file of this name, makes a new key and the file, in
    /// one step and for its owner alone (mode 0600). A file that belongs to another user, or that
    /// others may read or write, is refused with TORCTL_ERR_SYSTEM; the message has its owner or
    /// its mode.
    fn onion_key_keep(path: Path, key: New<torctl_onion_key>) {
        key_file::load_or_new(path)?
    }

    /// Writes the key into a new file for its owner alone (mode 0600). A file that is there already
    /// stays as it is: TORCTL_ERR_SYSTEM.
    fn onion_key_save(key: &torctl_onion_key, path: Path) {
        key_file::save(path, &key.key.text())?
    }

    /// The address of the service with this key, with ".onion".
    fn onion_key_address(key: &torctl_onion_key) -> Text {
        key.address.as_ptr()
    }

    /// The key as torctl_onion_options_set_key() takes it.
    ///
    /// Returns a string that lives in the key and is wiped with it.
    fn onion_key_text(key: &torctl_onion_key) -> Text {
        key.text.as_ptr().cast()
    }

    /// Frees the key.
    fn onion_key_free(key: Box<torctl_onion_key>) -> Void;

    /// Checks the address of an onion service, with or without ".onion": its length, letters,
    /// version and checksum.
    ///
    /// Writes the service's public key of 32 bytes to `public_key` if that is not NULL. Returns
    /// TORCTL_ERR_INVALID if it is no address; the message says what is wrong with it.
    fn onion_address_check(#[check(parse_address)] address: Str, public_key: *mut u8) {
        if !public_key.is_null() {
            // SAFETY: by this function's contract there is room.
            unsafe { put(address.public_key(), public_key) };
        }
    }

    /// Writes the address of the service with a public key of 32 bytes, with ".onion" and a NUL, to
    /// `address`, which has room for TORCTL_ONION_ADDRESS_SIZE bytes.
    fn onion_address_from_key(public_key: *const u8, address: *mut c_char) {
        if address.is_null() {
            return Err(null("address"));
        }
        // SAFETY: by this function's contract there are so many bytes.
        let key = unsafe { memory(public_key.cast(), 32, "public_key") }?;
        // SAFETY: by this function's contract there is room.
        unsafe { put_address(key.unwrap_or_default(), address) }?
    }

    /// Makes a new pair of keys.
    fn client_key_new(key: New<torctl_client_key>) {
        key_file::new_client_key()?
    }

    /// Reads a private key, from which the public one follows: base32 or base64, alone or as
    /// ONION_CLIENT_AUTH_ADD and tor's files have it.
    ///
    /// Returns TORCTL_ERR_INVALID if it is none.
    fn client_key_read(private_key: Str, key: New<torctl_client_key>) {
        ClientKey::parse(private_key).ok_or_else(|| {
            let message = "private_key is not an x25519 key: 32 bytes in base32 or base64";
            Error::Invalid(message.to_string())
        })?
    }

    /// The public key in base32, for the service: torctl_onion_options_add_client().
    fn client_key_public(key: &torctl_client_key) -> Text {
        key.public.as_ptr()
    }

    /// The private key in base32, for the client: torctl_onion_client_auth_add().
    ///
    /// Returns a string that lives in the pair and is wiped with it.
    fn client_key_private(key: &torctl_client_key) -> Text {
        key.private.as_ptr().cast()
    }

    /// The text of a file NAME.auth, which lets the client in when it stands in the directory
    /// authorized_clients of a service of tor's torrc: "descriptor:x25519:" and the public key.
    fn client_key_auth(key: &torctl_client_key) -> Text {
        key.auth.as_ptr()
    }

    /// Writes the text of a file NAME.auth_private, for the client's ClientOnionAuthDir, and a NUL
    /// to `text`, which has room for TORCTL_AUTH_PRIVATE_SIZE bytes: the service's address without
    /// ".onion", ":descriptor:x25519:" and the private key.
    fn client_key_auth_private(
        key: &torctl_client_key,
        #[check(parse_address)] address: Str,
        text: *mut c_char,
    ) {
        if text.is_null() {
            return Err(null("text"));
        }
        let line = with_nul(&key.key.auth_private_text(&address));
        // SAFETY: by this function's contract there is room.
        unsafe { put(&line, text.cast()) };
    }

    /// Frees the pair.
    fn client_key_free(key: Box<torctl_client_key>) -> Void;
}
