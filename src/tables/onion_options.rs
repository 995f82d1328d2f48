//! Onion services
//!
//! A service of ADD_ONION belongs to the controller's connection and ends with it, unless it is
//! detached. It has two moments: its address is known when torctl_add_onion() returns, and it can
//! be reached when its descriptor has been published, for which torctl_onion_wait_published()
//! waits. Addresses are taken with and without ".onion" and checked, the checksum included.

/// Whether clients have to work.
#[choice("TORCTL_POW_", Pow)]
#[base(3900)]
enum Pow {
    /// No proof-of-work defences.
    Off = 0,
    /// Proof-of-work defences if this tor has them, which it does from 0.4.9.2 on.
    IfPossible = 1,
    /// Proof-of-work defences, or no service.
    Required = 2,
}

/// Which new key tor is asked for.
#[choice("TORCTL_ONION_KEY_", NewKey)]
#[base(4000)]
enum NewKey {
    /// A new key of the kind that tor thinks best: `NEW:BEST`. Every tor of today makes a version 3
    /// key.
    Best = 0,
    /// A new key for a version 3 service: `NEW:ED25519-V3`. Some filters before tor let only this
    /// through.
    #[is(NewKey::V3)]
    Ed25519V3 = 1,
}

trait OnionOptions {
    /// Makes options with the defaults: a new key that tor makes and returns, no ports yet, every
    /// client may connect.
    fn onion_options_new() -> New<torctl_onion_options>;

    /// Adds a port that clients may connect to, and where it leads: "8080" (a port on 127.0.0.1),
    /// "192.0.2.1:8080", "[::1]:8080", "unix:/path"; NULL is the same port on 127.0.0.1.
    fn onion_options_add_port(options: Add<torctl_onion_options>, port: u16, target: Option<Str>) {
        let target = target.unwrap_or_default();
        NewOnion::check_target(target)?;
        if port == 0 {
            return Err(Error::Invalid("port is 0".to_string()));
        }
        options.ports.push((port, target.to_vec()));
    }

    /// Sets the service's key, as torctl_onion_private_key() or torctl_onion_key_text() gave it:
    /// then the service has the address of this key. It is copied, and wiped with the options. NULL
    /// tells tor to make a new one.
    #[choice("key")]
    fn onion_options_set_key(options: Set<torctl_onion_options>, key: Option<Str>) {
        options.key = given_key(key)?;
    }

    /// Sets which kind of key tor is asked for when it makes a new one: TORCTL_ONION_KEY_BEST, the
    /// default, or TORCTL_ONION_KEY_ED25519_V3. Not looked at when the key is given or in a file.
    /// What is sent matters to filters before tor (onion-grater in Tails and Whonix), which compare
    /// it as text.
    fn onion_options_set_key_type(options: Set<torctl_onion_options>, key_type: Choice<NewKey>) {
        options.new_key = key_type;
    }

    /// Sets the file that the service's key is kept in. If there is none of this name when the
    /// service is made, a new key is put there first, in one step, for the file's owner alone (mode
    /// 0600); so the service has the same address every time. The file has the text of
    /// torctl_onion_key_text(); tor's own hs_ed25519_secret_key is read, too. A file that belongs
    /// to another user, or that others may read or write, is refused when the service is made. NULL
    /// clears it.
    #[choice("key")]
    fn onion_options_set_key_file(options: Set<torctl_onion_options>, path: Option<Str>) {
        options.key = match path {
            None => KeySource::New,
            Some(path) => KeySource::File(not_empty(path, "path")?.into()),
        };
    }

    /// Sets whether tor keeps a new key to itself, so that nobody can ever make the service again.
    /// 0 by default. Not for a key that was given or is in a file. Such a service is lost when tor is
    /// started anew, also with a controller that reconnects.
    fn onion_options_set_discard_key(options: Set<torctl_onion_options>, discard_key: Flag) {
        options.discard_key = discard_key;
    }

    /// Sets whether the library keeps the service's key in memory, so that a controller that
    /// reconnects (torctl_options_set_reconnect()) can make the service again on a tor that was
    /// started anew. 1 by default; the key is wiped when the service is removed and with the
    /// controller. With 0, and where tor keeps the key to itself, the service ends with tor, and an
    /// event of kind RESTORED says that it is lost.
    fn onion_options_set_keep_key(options: Set<torctl_onion_options>, keep_key: Flag) {
        options.is_key_forgotten = !keep_key;
    }

    /// Sets whether the service stays when the connection ends. 0 by default.
    fn onion_options_set_detach(options: Set<torctl_onion_options>, detach: Flag) {
        options.detach = detach;
    }

    /// Sets whether the service is single-hop: clients reach it faster, and its location is not
    /// hidden. 0 by default. tor must have been set up for it by HiddenServiceNonAnonymousMode.
    fn onion_options_set_non_anonymous(options: Set<torctl_onion_options>, non_anonymous: Flag) {
        options.non_anonymous = non_anonymous;
    }

    /// Sets how many streams a client's circuit may have; 0, which is the default, is any number.
    /// With `close_circuit` not 0 a circuit that has more is closed, and not only the stream.
    fn onion_options_set_max_streams(
        options: Set<torctl_onion_options>,
        max_streams: Option<u16>,
        close_circuit: Flag,
    ) {
        options.max_streams = max_streams;
        options.max_streams_close_circuit = close_circuit;
    }

    /// Sets whether clients have to work for their first connection when there are too many: one of
    /// the TORCTL_POW constants. TORCTL_POW_OFF by default.
    fn onion_options_set_pow(options: Set<torctl_onion_options>, pow: Choice<Pow>) {
        options.pow = pow;
    }

    /// Sets how many requests per second the proof-of-work defences let through, and how many in
    /// one burst. tor's defaults if not set.
    fn onion_options_set_pow_queue(options: Set<torctl_onion_options>, rate: u32, burst: u32) {
        options.pow_queue = Some((rate, burst));
    }

    /// Adds a client by its public x25519 key, in base32 or base64, as torctl_client_key_public()
    /// gives it. Once there is one, nobody else can reach the service.
    fn onion_options_add_client(options: Add<torctl_onion_options>, public_key: Str) {
        if parse_x25519(public_key).is_none() {
            let message = "public_key is not an x25519 key: 32 bytes in base32 or base64";
            return Err(Error::Invalid(message.to_string()));
        }
        options.clients.push(public_key.to_vec());
    }

    /// Sets whether torctl_add_onion() asks for HS_DESC events, which torctl_onion_wait_published()
    /// and torctl_onion_get_status() need. 1 by default. With 0 the only command sent is ADD_ONION.
    /// That a filter before tor refuses the events is no reason to set it: the service is made all
    /// the same.
    fn onion_options_set_watch(options: Set<torctl_onion_options>, watch: Flag) {
        options.is_unwatched = !watch;
    }

    /// Clears the failure that the options remember, so that what was set and added before counts:
    /// for a program that has looked at each status.
    fn onion_options_clear_failure(options: &torctl_onion_options) -> Void {
        options.0.clear_failure()
    }

    /// Frees the options. Services made from them go on.
    fn onion_options_free(options: Box<torctl_onion_options>) -> Void;
}
