//! Server descriptors
//!
//! What a relay says of itself: the values of `GETINFO desc/...`. Numbers that are not given are 0,
//! texts "", unless a comment says otherwise.

#[document("server descriptor", "server descriptors", "descriptor")]
#[number(202)]
#[text("the value of `GETINFO desc/...`")]
#[keys("desc/all-recent", "desc/id/FINGERPRINT", "desc/name/NICKNAME")]
#[annotated("server-descriptor 1.0")]
struct descriptor {
    /// The nickname; "" if the first line is malformed, as with the other fields of that line.
    #[own]
    #[find("_nickname")]
    nickname: Text,

    /// The IPv4 address.
    #[own]
    address: Text,

    /// The port for clients and other relays.
    #[with(nickname)]
    or_port: Port,

    /// The port for applications; 0 with every relay of this age.
    #[with(nickname)]
    socks_port: Port,

    /// The port for directory requests; 0 for none.
    #[with(nickname)]
    dir_port: Port,

    /// How many more addresses the relay has.
    #[item("One of its further addresses, an IPv6 address without brackets.")]
    #[port("The port of one of its further addresses.")]
    or_address: List<Address>,

    /// The relay's identity: 40 hexadecimal digits in upper case, without `$` or blanks.
    #[hand]
    #[find("")]
    fingerprint: Text,

    /// When the relay made the descriptor.
    #[line("published", time)]
    published_unix_us: Time,

    /// For how many seconds the relay had been running then.
    #[line("uptime", number)]
    uptime_s: Amount,

    /// How many bytes a second the relay is willing to carry for long.
    bandwidth_average_bytes: Number,

    /// How many bytes a second the relay is willing to carry for a short time.
    bandwidth_burst_bytes: Number,

    /// How many bytes a second the relay is known to have carried.
    bandwidth_observed_bytes: Number,

    /// Its software and system, for example "Tor 0.4.9.11 on Linux".
    #[line("platform", free_text)]
    platform: Text,

    /// How to reach the operator. Free text, bytes of any kind.
    #[line("contact", free_text)]
    contact: Text,

    /// The subprotocols it speaks, for example "Cons=1-2 Link=3-5".
    #[line("proto", tail)]
    protocols: Text,

    /// Whether it speaks this version of this subprotocol, as torctl_router_supports() says it.
    supports: fn(protocol: Text, version: u32) -> Truth,

    /// How many relays it says to be of one family with.
    #[item("One of the family: `$FINGERPRINT`, `$FINGERPRINT~nickname` or a nickname.")]
    family: List<Family>,

    /// How many rules its exit policy for IPv4 has. One that is malformed is among them, and among
    /// the extra lines.
    #[item(
        "One of the rules, for example \"reject 10.0.0.0/8:*\". The first that matches decides."
    )]
    rule: List<Rule>,

    /// Its exit policy for IPv6: "accept PORTS" or "reject PORTS"; "" for no exit.
    #[line("ipv6-policy", port_policy)]
    ipv6_policy: Text,

    /// Whether the descriptor has an exit policy. One without any rule is not whole: then it is not
    /// known where exits may lead.
    has_policy: Truth,

    /// Whether the exit policy lets through what goes to this IPv4 or IPv6 address and port, else
    /// 0, also if the text is not an address. NULL asks whether there is some address for which it
    /// does.
    ///
    /// A policy that cannot be read does not open what it may have closed: a reject that is
    /// malformed counts as a reject of everything, an accept that is malformed accepts nothing. 0
    /// as well for the port 0, and if torctl_descriptor_has_policy() is 0.
    can_exit_to: fn(address: Address, port: u16) -> Truth,

    /// Whether the relay has used up its allowance for now.
    is_hibernating: Truth,

    /// Whether it keeps extra-info documents.
    #[line("caches-extra-info", switch)]
    caches_extra_info: Truth,

    /// Whether it keeps onion service descriptors.
    #[line("hidden-service-dir", switch)]
    is_hidden_service_dir: Truth,

    /// Whether it answers directory requests on its OR port.
    #[line("tunnelled-dir-server", switch)]
    is_tunnelled_dir_server: Truth,

    /// Whether it lets single-hop circuits exit.
    #[line("allow-single-hop-exits", switch)]
    allows_single_hop_exits: Truth,

    /// When the relay was last overloaded.
    #[with(overload_text)]
    overload_unix_us: Time,

    /// What it says of its overload, as it came.
    overload_text: Text,

    /// How a bridge wants to be given out.
    #[line("bridge-distribution-request", word)]
    bridge_distribution: Text,

    /// The SHA-1 digest of its extra-info document: 40 hexadecimal digits.
    #[hand]
    extra_info_digest: Text,

    /// The SHA-256 digest of its extra-info document in base64.
    extra_info_sha256: Text,

    /// Its ntor key in base64.
    #[line("ntor-onion-key", key)]
    ntor_onion_key: Text,

    /// Its Ed25519 identity in base64.
    #[line("master-key-ed25519", key)]
    master_key_ed25519: Text,

    /// The certificate of its Ed25519 signing key, with its BEGIN and END lines.
    #[line("identity-ed25519", object)]
    identity_ed25519: Text,

    /// Its TAP onion key, with its BEGIN and END lines.
    #[line("onion-key", object)]
    onion_key: Text,

    /// Its RSA identity key, with its BEGIN and END lines.
    #[line("signing-key", object)]
    signing_key: Text,

    /// Its identities, signed with the TAP onion key, with the BEGIN and END lines.
    #[line("onion-key-crosscert", object)]
    onion_key_crosscert: Text,

    /// Its identity, certified with the ntor key, with the BEGIN and END lines.
    #[line("ntor-onion-key-crosscert", object)]
    ntor_crosscert: Text,

    /// The RSA signature, with its BEGIN and END lines.
    #[line("router-signature", object)]
    router_signature: Text,

    /// The Ed25519 signature in base64.
    #[line("router-sig-ed25519", key)]
    router_sig_ed25519: Text,
}
