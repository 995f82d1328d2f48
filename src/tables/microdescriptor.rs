//! Microdescriptors
//!
//! The part of a server descriptor that clients need: the values of `GETINFO md/...`. A consensus
//! names them by their digests.

#[document("microdescriptor", "microdescriptors", "microdescriptor")]
#[number(203)]
#[text("the value of `GETINFO md/...`")]
#[keys("md/all", "md/id/FINGERPRINT", "md/name/NICKNAME")]
#[annotated("microdescriptor 1.0")]
struct microdescriptor {
    /// Its SHA-256 digest in base64 without padding, by which a consensus names it. Computed when
    /// first asked for.
    #[hand]
    #[find("")]
    digest: Text,

    /// The relay's Ed25519 identity in base64.
    ed25519: Text,

    /// The relay's RSA identity in base64; only old ones have it.
    rsa1024: Text,

    /// Its ntor key in base64.
    #[line("ntor-onion-key", key)]
    ntor_onion_key: Text,

    /// Its TAP onion key with its BEGIN and END lines; "" if it has none.
    onion_key: Text,

    /// How many addresses it names besides the one in the consensus.
    #[item("One of these addresses, an IPv6 address without brackets.")]
    #[port("The port of one of its further addresses.")]
    or_address: List<Address>,

    /// How many relays are of one family with it.
    #[item("One of the family: `$FINGERPRINT` or a nickname.")]
    family: List<Family>,

    /// How many families it proves to belong to.
    #[item("One of these families, for example \"ed25519:KEY\".")]
    family_id: List<FamilyId>,

    /// Which ports it lets exits to IPv4 go to: "accept PORTS" or "reject PORTS"; "" for no exit.
    #[line("p", port_policy)]
    policy: Text,

    /// The same for IPv6.
    #[line("p6", port_policy)]
    ipv6_policy: Text,

    /// Returns 1 if its policy lets exits to this port through, to most addresses of the family
    /// that this IPv4 or IPv6 address has, else 0, also if the text is not an address. NULL asks
    /// for both families. A microdescriptor without a policy lets nothing through, and nor does one
    /// with a policy that is malformed. 0 as well for the port 0.
    can_exit_to: fn(address: Address, port: u16) -> Truth,
}
