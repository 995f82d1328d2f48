//! Onion service descriptors

/// A descriptor of an onion service.
#[answer(view, proto::dir::OnionDescriptor)]
struct onion_descriptor {
    /// The version of its format: 3; 0 when it cannot be read.
    version: Number32,

    /// For how many minutes a directory keeps it.
    lifetime_minutes: Number32,

    /// A number that grows with each descriptor that the service makes.
    revision_counter: Number,

    /// The certificate of the key that signs the descriptor, with its BEGIN and END lines.
    #[is(item.certificate_text_c())]
    certificate: Text,

    /// When this certificate expires.
    #[is(item.certificate()?.expires_us)]
    certificate_expires_unix_us: Time,

    /// The encrypted part with its BEGIN and END lines.
    #[is(item.superencrypted_c())]
    superencrypted: Text,

    /// The signature in base64.
    #[is(item.signature_c())]
    signature: Text,

    /// How many lines of the descriptor this version does not know or does not understand.
    extra_count: Count,

    /// One of these lines as it came, with the BEGIN to END lines behind it if it has them.
    #[is(item.extra_tail(index))]
    #[index(index)]
    extra: Text,

    /// Whether the first word of that line is known but what follows is not what it should be.
    #[is(item.extra_is_malformed(index))]
    #[index(index)]
    extra_is_malformed: Flag,

    /// The size of the raw text, which may hold NULs.
    #[is(item.raw_size())]
    raw_size_bytes: Count,
}
