//! The file in which tor writes down where its control ports are (ControlPortWriteToFile).

use std::path::Path;

use super::file::read_any;
use super::link::Address;
use crate::error::{io_text, Error};

/// Far more than tor writes.
pub const MOST_BYTES: usize = 4096;

/// The addresses, of the lines that are whole.
pub fn addresses(text: &[u8]) -> Vec<Address> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.filter_map(address).collect()
}

fn address(line: &[u8]) -> Option<Address> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if let Some(path) = line.strip_prefix(b"UNIX_PORT=") {
        return Address::parse([b"unix:", path].concat()).ok();
    }
    Address::parse(line.strip_prefix(b"PORT=")?).ok()
}

/// The addresses in this file, at least one.
pub(super) fn read(path: &Path) -> Result<Vec<Address>, Error> {
    let name = path.display();
    let text = read_any(path, MOST_BYTES).map_err(|error| Error::Connect {
        message: format!("cannot read the port file \"{name}\": {}", io_text(&error)),
        errno: error.raw_os_error().unwrap_or(0),
    })?;
    let found = addresses(&text);
    match found.is_empty() {
        true => Err(Error::Connect {
            message: format!("the port file \"{name}\" has no address"),
            errno: 0,
        }),
        false => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_when_its_line_is_whole() {
        let tcp = || Address::Tcp("127.0.0.1".to_string(), 39917);
        let unix = || Address::Unix("/run/a b".into());
        for (text, expected) in [
            ("", vec![]),
            ("PORT=127.0.0.1:39", vec![]),
            ("PORT=\nPORT=nowhere\nUNIX_PORT=\n\n", vec![]),
            ("PORT=127.0.0.1:39917\r\nUNIX_PORT=/run", vec![tcp()]),
            (
                "UNIX_PORT=/run/a b\nOTHER=1\nPORT=127.0.0.1:39917\n",
                vec![unix(), tcp()],
            ),
        ] {
            assert_eq!(addresses(text.as_bytes()), expected, "{text}");
        }
    }
}
