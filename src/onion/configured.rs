//! Onion services of tor's configuration: its groups of HiddenService options.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use crate::api::conf::{get_conf, set_conf};
use crate::engine::controller::Controller;
use crate::engine::file;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::command::conf::Setting;
use crate::proto::encode::check_line;
use crate::proto::onion_address::OnionAddress;

/// The option that begins a group.
const DIRECTORY: &[u8] = b"HiddenServiceDir";
/// What tor calls all of them together.
const ALL: &str = "HiddenServiceOptions";

/// One service: its directory, and the options that follow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The value of HiddenServiceDir.
    pub directory: Vec<u8>,
    /// Names and values in order; a name may come more than once.
    pub options: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Service {
    /// Has the option have this value alone; without one, it is gone.
    pub fn set(&mut self, name: &[u8], value: Option<&[u8]>) {
        let first = self.position(name);
        let Some(value) = value else {
            return self.options.retain(|(other, _)| !same(other, name));
        };
        match first {
            None => self.add(name, value),
            Some(first) => {
                self.options[first].1 = value.to_vec();
                let mut index = 0;
                self.options.retain(|(other, _)| {
                    index += 1;
                    index - 1 <= first || !same(other, name)
                });
            }
        }
    }

    /// Adds a value to the option.
    pub fn add(&mut self, name: &[u8], value: &[u8]) {
        self.options.push((name.to_vec(), value.to_vec()));
    }

    fn position(&self, name: &[u8]) -> Option<usize> {
        self.options.iter().position(|(other, _)| same(other, name))
    }
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Refuses a directory that would be another than the program means.
pub fn check_directory(directory: &[u8]) -> Result<(), Error> {
    check_line("directory", directory)?;
    match Path::new(OsStr::from_bytes(directory)).is_absolute() {
        true => Ok(()),
        // tor takes it, with a warning in its log.
        false => Err(Error::Invalid(
            "directory is a relative path, which tor would take from its own working directory"
                .to_string(),
        )),
    }
}

/// Refuses what would not stay in its group.
pub fn check_option(name: &[u8], value: Option<&[u8]>) -> Result<(), Error> {
    check_line("value", value.unwrap_or_default())?;
    let is_service = name
        .get(..13)
        .is_some_and(|start| same(start, b"HiddenService"));
    if !is_service || same(name, DIRECTORY) || same(name, ALL.as_bytes()) {
        let message = "name is not an option of a service: HiddenServicePort and the like are";
        return Err(Error::Invalid(message.to_string()));
    }
    Ok(())
}

/// The services of tor's configuration, in order.
pub async fn get_services(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<Vec<Service>, Error> {
    let values = get_conf(controller, &[ALL], call).await?;
    let mut services: Vec<Service> = Vec::new();
    for (name, value) in values.iter() {
        match (value, services.last_mut()) {
            (None, _) => {}
            (Some(value), _) if same(name, DIRECTORY) => services.push(Service {
                directory: value.to_vec(),
                options: Vec::new(),
            }),
            (Some(value), Some(service)) => service.add(name, value),
            (Some(_), None) => {
                let message = "an option of a service stands before every HiddenServiceDir";
                return Err(Error::Protocol(message.to_string()));
            }
        }
    }
    Ok(services)
}

/// Has tor's configuration have these services and no others; all of it or nothing.
pub async fn set_services(
    controller: &Arc<Controller>,
    services: &[Service],
    call: &Operation,
) -> Result<(), Error> {
    let mut settings: Vec<Setting<'_>> = Vec::new();
    for service in services {
        settings.push((DIRECTORY, Some(&service.directory)));
        let options = service.options.iter();
        settings.extend(options.map(|(name, value)| (name.as_slice(), Some(value.as_slice()))));
    }
    if settings.is_empty() {
        settings.push((DIRECTORY, None));
    }
    set_conf(controller, &settings, call).await
}

/// The address that tor has written into a service's directory.
pub fn address(directory: &Path) -> Result<OnionAddress, Error> {
    let path = directory.join("hostname");
    let text = file::read_any(&path, 256).map_err(|error| Error::File {
        what: "cannot read the service's address in",
        path: path.display().to_string(),
        errno: error.raw_os_error().unwrap_or(0),
    })?;
    OnionAddress::parse(text.trim_ascii())
        .map_err(|error| Error::Protocol(format!("what \"{}\" holds {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_changed_and_the_others_stay() {
        let mut service = Service::default();
        service.add(b"HiddenServicePort", b"80");
        service.add(b"HiddenServiceMaxStreams", b"5");
        service.add(b"HiddenServicePort", b"81");
        service.set(b"hiddenserviceport", Some(b"82"));
        let options: Vec<_> = service
            .options
            .iter()
            .map(|(_, value)| &value[..])
            .collect();
        assert_eq!(options, [b"82", &b"5"[..]]);
        service.set(b"HiddenServiceVersion", Some(b"3"));
        service.set(b"HiddenServicePort", None);
        let options: Vec<_> = service.options.iter().map(|(name, _)| &name[..]).collect();
        assert_eq!(
            options,
            [&b"HiddenServiceMaxStreams"[..], b"HiddenServiceVersion"]
        );
    }

    #[test]
    fn only_options_of_services_are_taken() {
        assert!(check_option(b"HiddenServicePort", Some(b"80")).is_ok());
        for name in ["HiddenServiceDir", "hiddenserviceoptions", "Log", ""] {
            assert!(check_option(name.as_bytes(), None).is_err(), "{name}");
        }
        for value in ["80\r\nSIGNAL HALT", "80\n"] {
            let refused = check_option(b"HiddenServicePort", Some(value.as_bytes()));
            let message = refused.unwrap_err().to_string();
            assert!(message.starts_with("value"), "{message}");
        }
    }

    #[test]
    fn a_directory_is_the_one_that_the_program_means() {
        assert!(check_directory(b"/var/lib/tor/a b").is_ok());
        for directory in ["", "hs", "./hs", "~/hs", "/hs\nSocksPort 1"] {
            let message = check_directory(directory.as_bytes())
                .unwrap_err()
                .to_string();
            assert!(message.starts_with("directory"), "{message}");
        }
    }
}
