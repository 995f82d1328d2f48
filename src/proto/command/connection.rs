//! What concerns the connection itself: PROTOCOLINFO, AUTHCHALLENGE, AUTHENTICATE, ownership, QUIT.

use crate::proto::encode::{ArgumentError, Builder, Command};
use data_encoding::HEXUPPER;
use zeroize::Zeroizing;

/// A command that is one word, such as TAKEOWNERSHIP, DROPGUARDS and DROPTIMEOUTS.
pub fn plain(keyword: &'static str) -> Command {
    Builder::new(keyword)
        .finish()
        .expect("a keyword is shorter than the limit")
}

/// PROTOCOLINFO: how one may authenticate. tor answers it once before that.
pub fn protocol_info() -> Command {
    plain("PROTOCOLINFO 1")
}

/// AUTHCHALLENGE with the client's nonce.
pub fn auth_challenge(nonce: &[u8; 32]) -> Command {
    let mut command = Builder::new("AUTHCHALLENGE SAFECOOKIE");
    command.literal(&HEXUPPER.encode(nonce));
    command
        .finish()
        .expect("a nonce of 32 bytes is shorter than the limit")
}

/// AUTHENTICATE with these bytes, in hex; without any when there are none.
pub fn authenticate(secret: &[u8]) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("AUTHENTICATE");
    if !secret.is_empty() {
        command.secret();
        command.literal(&Zeroizing::new(HEXUPPER.encode(secret)));
    }
    command.finish()
}

/// QUIT: tor says goodbye and hangs up.
pub fn quit() -> Command {
    plain("QUIT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes() {
        for (command, bytes) in [
            (protocol_info(), "PROTOCOLINFO 1\r\n"),
            (authenticate(b"").unwrap(), "AUTHENTICATE\r\n"),
            (
                authenticate(b"a\0\"\r\n").unwrap(),
                "AUTHENTICATE 6100220D0A\r\n",
            ),
            (plain("TAKEOWNERSHIP"), "TAKEOWNERSHIP\r\n"),
            (quit(), "QUIT\r\n"),
        ] {
            assert_eq!(command.as_bytes(), bytes.as_bytes());
        }
        let challenge = auth_challenge(&[0xab; 32]);
        let expected = format!("AUTHCHALLENGE SAFECOOKIE {}\r\n", "AB".repeat(32));
        assert_eq!(challenge.as_bytes(), expected.as_bytes());
        assert!(authenticate(&vec![0; 600_000]).is_err());
        assert_eq!(
            format!("{:?}", authenticate(b"abc").unwrap()),
            "AUTHENTICATE [secret]"
        );
    }
}
