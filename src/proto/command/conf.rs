//! Configuration: SETCONF, RESETCONF, GETCONF, LOADCONF, SAVECONF.

use crate::proto::encode::{check_line, ArgumentError, Builder, Command};

/// One option and its value. Without a value SETCONF sets 0 or nothing, RESETCONF the default.
pub type Setting<'a> = (&'a [u8], Option<&'a [u8]>);

fn check_name(index: usize, name: &[u8]) -> Result<(), ArgumentError> {
    let argument = format!("names[{index}]");
    check_line(&argument, name)?;
    let reason = if name.is_empty() {
        "is empty"
    } else if name
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    {
        return Ok(());
    } else {
        "is not the name of an option: only letters, digits and _ can stand in one"
    };
    Err(ArgumentError::new(argument, reason))
}

/// Whether tor keeps a secret in this option. tor takes the beginning of a name for the name.
pub(crate) fn is_secret(name: &[u8]) -> bool {
    const NAMES: [(&[u8], usize); 5] = [
        (b"hashedcontrolpassword", 14),
        (b"__hashedcontrolsessionpassword", 16),
        (b"httpproxyauthenticator", 10),
        (b"httpsproxyauthenticator", 11),
        (b"socks5proxypassword", 12),
    ];
    let name = name.to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&name, word).is_some();
    let begins = |&(whole, least): &(&[u8], usize)| name.len() >= least && whole.starts_with(&name);
    has(b"password") || has(b"authenticator") || NAMES.iter().any(begins)
}

/// SETCONF: all of the settings or none. A name may come several times: the values of a list.
pub fn set_conf(settings: &[Setting<'_>]) -> Result<Command, ArgumentError> {
    settings_command("SETCONF", settings)
}

/// RESETCONF: like [`set_conf`], but an option without a value gets its default.
pub fn reset_conf(settings: &[Setting<'_>]) -> Result<Command, ArgumentError> {
    settings_command("RESETCONF", settings)
}

fn settings_command(
    keyword: &'static str,
    settings: &[Setting<'_>],
) -> Result<Command, ArgumentError> {
    let mut command = Builder::new(keyword);
    if settings.iter().any(|(name, _)| is_secret(name)) {
        command.secret();
    }
    for (index, (name, value)) in settings.iter().enumerate() {
        check_name(index, name)?;
        let argument = format!("values[{index}]");
        match value {
            // Always quoted: `ContactInfo=a b` would be two options to tor, and `b` an
            // abbreviation of a third.
            Some(value) => command.quoted(name, &argument, value)?,
            None => command.word("name", name)?,
        }
    }
    command.finish()
}

/// GETCONF of these options.
pub fn get_conf<N: AsRef<[u8]>>(names: &[N]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("GETCONF");
    for (index, name) in names.iter().enumerate() {
        check_name(index, name.as_ref())?;
        command.word("name", name.as_ref())?;
    }
    let secret = names.iter().any(|name| is_secret(name.as_ref()));
    Ok(command.finish()?.with_secret_reply(secret))
}

/// LOADCONF: this text instead of the configuration.
pub fn load_conf(text: &[u8]) -> Result<Command, ArgumentError> {
    if text.is_empty() {
        let reason = "is empty, which tor refuses as \"Empty body\"; one line feed would do";
        return Err(ArgumentError::new("text", reason));
    }
    let mut command = Builder::new("+LOADCONF");
    command.secret();
    command.finish_with_data("text", text)
}

/// SAVECONF. By force also over a file that includes others.
pub fn save_conf(force: bool) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("SAVECONF");
    if force {
        command.literal("FORCE");
    }
    command.finish()
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn values_are_quoted_and_keep_their_order() {
        assert_eq!(
            text(set_conf(&[
                (b"ContactInfo", Some(b"a b")),
                (b"MapAddress", Some(b"a.com b.com")),
                (b"MapAddress", Some(b"c.com d.com")),
                (b"Log", Some(b"")),
                (b"SocksPort", None),
            ])),
            "SETCONF ContactInfo=\"a b\" MapAddress=\"a.com b.com\" MapAddress=\"c.com d.com\" Log=\"\" SocksPort\r\n"
        );
        assert_eq!(text(reset_conf(&[(b"Log", None)])), "RESETCONF Log\r\n");
        assert_eq!(text(set_conf(&[])), "SETCONF\r\n");
    }

    #[test]
    fn bad_names_and_values_are_named() {
        let refused = |settings: &[Setting<'_>]| set_conf(settings).unwrap_err().to_string();
        assert!(refused(&[(b"Log", None), (b"a b", None)]).starts_with("names[1]: "));
        assert!(refused(&[(b"a=b", None)]).contains("not the name of an option"));
        assert!(refused(&[(b"a\r\nQUIT", None)]).contains("(CR)"));
        assert!(refused(&[(b"", None)]).contains("empty"));
        assert!(refused(&[(b"Log", Some(b"a\nb"))]).starts_with("values[0]: holds a line feed"));
        assert!(get_conf(&["Log", "a\nb"]).is_err());
        assert!(load_conf(b"")
            .unwrap_err()
            .to_string()
            .contains("Empty body"));
    }

    #[test]
    fn the_other_commands() {
        assert_eq!(
            text(get_conf(&["SocksPort", "Log"])),
            "GETCONF SocksPort Log\r\n"
        );
        assert_eq!(
            text(load_conf(b"Log notice\n")),
            "+LOADCONF\r\nLog notice\r\n.\r\n"
        );
        assert_eq!(text(save_conf(false)), "SAVECONF\r\n");
        assert_eq!(text(save_conf(true)), "SAVECONF FORCE\r\n");
    }

    #[test]
    fn passwords_are_secret() {
        let command = set_conf(&[(b"hashedcontrolpassword", Some(b"16:AA"))]).unwrap();
        assert_eq!(format!("{command:?}"), "SETCONF [secret]");
        assert!(set_conf(&[(b"Socks5ProxyPassword", Some(b"x"))])
            .unwrap()
            .is_secret());
        assert!(!set_conf(&[(b"Log", Some(b"x"))]).unwrap().is_secret());
        assert!(get_conf(&["HTTPSProxyAuthenticator"])
            .unwrap()
            .has_secret_reply());
    }
}
