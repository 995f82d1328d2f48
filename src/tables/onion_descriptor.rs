//! Onion service descriptors
//!
//! The outer layer of a v3 descriptor: the value of `GETINFO hs/client/desc/id/...` or
//! `hs/service/desc/id/...`, the data of a TORCTL_EVENT_HS_DESC_CONTENT. What is inside is encrypted
//! and stays as it is.

trait OnionDescriptor {
    /// Reads a descriptor, of which it keeps a copy.
    ///
    /// Sets `*out` to a descriptor that the caller frees with torctl_onion_descriptor_free(). A
    /// text without one, such as the empty line of an event for a descriptor that was not found,
    /// gives TORCTL_ERR_NOT_FOUND.
    fn onion_descriptor_parse(text: Memory, size_bytes: Size, out: New<OnionDescriptor>) {
        parse(text)?
    }

    /// The whole descriptor as it came. Put together when it is first asked for.
    #[guarded]
    fn onion_descriptor_raw(descriptor: &OnionDescriptor) -> Text {
        descriptor.raw_with_nul().as_ptr().cast()
    }
}

/// A descriptor of an onion service.
#[answer(view, dir::OnionDescriptor)]
struct onion_descriptor {
    /// The version of its format: 3; 0 when it cannot be read.
    version: Number32,

    /// For how many minutes a directory keeps it.
    lifetime_minutes: Number32,

    /// A number that grows with each descriptor that the service makes.
    revision_counter: Number,

    /// The certificate of the key that signs the descriptor, with its BEGIN and END lines.
    #[is(item.certificate_text_c()?)]
    certificate: Text,

    /// When this certificate expires.
    #[is(item.certificate()?.expires_us)]
    certificate_expires_unix_us: Time,

    /// The encrypted part with its BEGIN and END lines.
    #[is(item.superencrypted_c()?)]
    superencrypted: Text,

    /// The signature in base64.
    #[is(item.signature_c()?)]
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
