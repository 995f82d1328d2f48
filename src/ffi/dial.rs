//! What stands behind src/tables/dial.rs.

use std::os::fd::{IntoRawFd, OwnedFd};

use super::generated::*;
use crate::api::dial::{dial, DialOptions, Isolation};
use crate::engine::link::Address;
use crate::proto::socks::{check_host, check_port, Target, MAX_BYTES};

/// How to connect through tor. Everything has a default. Serves for any number of connections; any
/// thread may use it.
///
/// A setter that refuses a value leaves the old one, and the options remember it: torctl_dial() then
/// fails, with the status and the message of the first setter that did. A later valid value for the
/// same setter clears that failure.
#[derive(Default)]
pub struct torctl_dial_options(OptionsCell<DialOptions>);

impl HasOptions for torctl_dial_options {
    type Value = DialOptions;

    fn cell(&self) -> &OptionsCell<DialOptions> {
        &self.0
    }
}

/// A copy, so that the options are not locked while tor is asked.
fn options_of(options: Option<&torctl_dial_options>) -> Result<DialOptions, Error> {
    match options {
        Some(options) => Ok(options.0.whole()?.clone()),
        None => Ok(DialOptions::default()),
    }
}

fn isolation(tag: Option<&[u8]>) -> Result<Isolation, Error> {
    match tag {
        None => Ok(Isolation::Own),
        Some([]) => Err(Error::Invalid("tag is empty".to_string())),
        Some(tag) if tag.len() > MAX_BYTES => {
            let message = format!("tag has {} bytes; there is room for 255", tag.len());
            Err(Error::Invalid(message))
        }
        Some(tag) => Ok(Isolation::Tag(tag.to_vec())),
    }
}

fn socks_address(address: &[u8]) -> Result<Address, Error> {
    Address::parse(address).map_err(|reason| Error::Invalid(format!("address: {reason}")))
}

fn dial_host(host: &[u8]) -> Result<&[u8], Error> {
    check_host(host)?;
    Ok(host)
}

fn dial_port(port: u16) -> Result<u16, Error> {
    check_port(port)?;
    Ok(port)
}

generated!("dial");
