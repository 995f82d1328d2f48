//! Lines of a torrc, the text that tor reads its options from when it starts.

use super::encode::{check_line, ArgumentError};
use super::quote::quote_into;

/// Appends the line of one option, the value quoted so that tor reads nothing else into it.
/// `argument` is what the two are called in a refusal.
pub fn option_line(
    argument: &str,
    name: &[u8],
    value: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), ArgumentError> {
    check_option_name(argument, name)?;
    check_line(&format!("the value of {}", text(name)), value)?;
    out.extend_from_slice(name);
    out.push(b' ');
    quote_into(value, out);
    out.push(b'\n');
    Ok(())
}

/// Refuses what is not the name of an option: also `%include` and the `+` and `/` before a name.
fn check_option_name(argument: &str, name: &[u8]) -> Result<(), ArgumentError> {
    check_line(argument, name)?;
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let reason = match name.iter().all(is_letter) {
        true if !name.is_empty() => return Ok(()),
        true => "is empty",
        false => "is not the name of an option: only letters, digits and _ can stand in one",
    };
    Err(ArgumentError::new(argument, reason))
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// For fuzzing: whatever the bytes are, a line is one line.
pub fn fuzz_torrc(bytes: &[u8]) {
    let (name, value) = bytes.split_at(bytes.len() / 2);
    let mut line = Vec::new();
    match option_line("name", name, value, &mut line) {
        Ok(()) => {
            assert_eq!(memchr::memchr_iter(b'\n', &line).count(), 1);
            assert!(!line.contains(&b'\r') && !line.contains(&0));
        }
        Err(_) => assert!(line.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, value: &[u8]) -> Result<String, String> {
        let mut out = Vec::new();
        option_line("name", name.as_bytes(), value, &mut out).map_err(|it| it.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn values_are_quoted() {
        assert_eq!(line("SocksPort", b"auto").unwrap(), "SocksPort \"auto\"\n");
        assert_eq!(
            line("ContactInfo", b"a # \"b\\ \xe9").unwrap(),
            "ContactInfo \"a # \\\"b\\\\ \\351\"\n"
        );
        assert_eq!(line("ContactInfo", b"").unwrap(), "ContactInfo \"\"\n");
    }

    #[test]
    fn what_could_be_more_than_one_option_is_refused() {
        let refused = |name, value| line(name, value).unwrap_err();
        assert!(refused("Log", b"a\nDataDirectory /").starts_with("the value of Log: "));
        assert!(refused("Log", b"a\r").contains("(CR)"));
        assert!(refused("Log", b"a\0").contains("NUL"));
        assert!(refused("%include", b"/etc/passwd").contains("not the name"));
        assert!(refused("+Log", b"x").contains("not the name"));
        assert!(refused("Log x\nUser", b"x").contains("(LF)"));
        assert!(refused("", b"x").contains("empty"));
    }

    #[test]
    fn whatever_comes_is_one_line() {
        for bytes in [&b""[..], b"Log\"\\#", b"a\nb", b"abcd\xff\x01\x7f\""] {
            fuzz_torrc(bytes);
        }
    }
}
