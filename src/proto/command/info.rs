//! Questions and subscriptions: GETINFO, SETEVENTS, USEFEATURE.

use crate::proto::encode::{ArgumentError, Builder, Command};
use crate::proto::event::{Kind, KindSet};

/// GETINFO of these keys. If tor does not know one of them it answers none.
pub fn get_info<K: AsRef<[u8]>>(keys: &[K]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("GETINFO");
    for (index, key) in keys.iter().enumerate() {
        let named =
            |error: ArgumentError| ArgumentError::new(format!("keys[{index}]"), error.reason());
        command.word("key", key.as_ref()).map_err(named)?;
    }
    let secret = keys.iter().any(|key| key.as_ref() == b"config-text");
    Ok(command.finish()?.with_secret_reply(secret))
}

/// Every kind that tor of today lets anybody subscribe to: not PT_LOG and PT_STATUS, which make
/// it refuse the whole SETEVENTS.
pub const SUBSCRIBABLE: KindSet = KindSet(
    // Bits 1 to 31: every kind of tor's table.
    0xffff_fffe,
);

/// SETEVENTS: from now on the events of these kinds and of these names, and no others.
///
/// Names are for kinds that this version does not know. One that tor does not know either makes it
/// refuse the whole command.
pub fn set_events<N: AsRef<[u8]>>(kinds: KindSet, names: &[N]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("SETEVENTS");
    for kind in kinds.kinds() {
        command.literal(kind.name());
    }
    for (index, name) in names.iter().enumerate() {
        let (argument, name) = (format!("names[{index}]"), name.as_ref());
        if !name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        {
            let reason = "is not the name of a kind of event: letters, digits and _ make one";
            return Err(ArgumentError::new(argument, reason));
        }
        let kind = Kind::from_word(&name.to_ascii_uppercase());
        if kind == Kind::Unknown || !kinds.has(kind) {
            command.word(&argument, name)?;
        }
    }
    command.finish()
}

/// USEFEATURE of these features. Those of today are always on.
pub fn use_feature<N: AsRef<[u8]>>(names: &[N]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("USEFEATURE");
    for (index, name) in names.iter().enumerate() {
        command.word(&format!("names[{index}]"), name.as_ref())?;
    }
    command.finish()
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn questions() {
        assert_eq!(
            text(get_info(&["version", "ip-to-country/::1"])),
            "GETINFO version ip-to-country/::1\r\n"
        );
        let error = get_info(&["version", "a\rb"]).unwrap_err();
        assert_eq!(error.argument(), "keys[1]");
        assert!(get_info(&[""]).is_err());
        assert!(get_info(&["a b"]).is_err());
        assert!(get_info(&["config-text"]).unwrap().has_secret_reply());
    }

    #[test]
    fn subscriptions() {
        let none: &[&str] = &[];
        assert_eq!(text(set_events(KindSet(0), none)), "SETEVENTS\r\n");
        let kinds = KindSet::of(Kind::Bw).union(KindSet::of(Kind::Circ));
        // What the library makes itself is never asked of tor.
        let kinds = kinds
            .union(KindSet::of(Kind::State))
            .union(KindSet::of(Kind::Gap));
        assert_eq!(
            text(set_events(kinds, &["NEW_ONE", "bw", "NS"])),
            "SETEVENTS CIRC BW NEW_ONE NS\r\n"
        );
        assert!(set_events(kinds, &["a b"]).is_err());
        assert!(set_events(kinds, &["a\nQUIT"]).is_err());
        assert!(set_events(kinds, &[""]).is_err());
        assert_eq!(SUBSCRIBABLE.kinds().count(), 31);
        assert!(!SUBSCRIBABLE.has(Kind::PtLog) && SUBSCRIBABLE.has(Kind::NetworkLiveness));
    }

    #[test]
    fn features() {
        assert_eq!(
            text(use_feature(&["VERBOSE_NAMES", "EXTENDED_EVENTS"])),
            "USEFEATURE VERBOSE_NAMES EXTENDED_EVENTS\r\n"
        );
    }
}
