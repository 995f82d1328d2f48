//! What tor to start, and how.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::api::bootstrap::WaitLimits;
use crate::engine::settings::Settings;
use crate::error::Error;
use crate::proto::bridge::Bridge;
use crate::proto::torrc::option_line;

/// How the library talks with the tor that it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Control {
    /// Through a descriptor that tor is born with.
    #[default]
    Descriptor,
    /// Through a port of 127.0.0.1 that tor chooses, with a cookie. Others may connect there, too.
    Port,
}

/// What to start, and how.
#[derive(Clone, Debug)]
pub struct Launch {
    /// A path, or a name to look for in PATH.
    pub program: OsString,
    /// None for a temporary one.
    pub data_directory: Option<PathBuf>,
    /// Names and values, as in a torrc.
    pub options: Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>,
    /// What tor reaches the network through, behind those; none leaves that to the options.
    pub bridges: Option<Vec<Bridge>>,
    /// How to talk with it.
    pub control: Control,
    /// It goes on when the controller closes.
    pub is_kept: bool,
    /// Until it answers.
    pub start_timeout_ms: u64,
    /// Whether to wait until it is bootstrapped, and how long.
    pub bootstrap: Option<WaitLimits>,
    /// How often it is started again, if the controller reconnects.
    pub restarts: Restarts,
    /// Of the controller. Where tor is and how to authenticate is known without.
    pub settings: Settings,
}

/// How often tor is started again within this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restarts {
    /// So often at the most.
    pub most: u32,
    /// Any time so long.
    pub within: Duration,
}

impl Default for Restarts {
    fn default() -> Restarts {
        Restarts {
            most: 5,
            within: Duration::from_secs(600),
        }
    }
}

impl Default for Launch {
    fn default() -> Launch {
        Launch {
            program: "tor".into(),
            data_directory: None,
            options: Vec::new(),
            bridges: None,
            control: Control::default(),
            is_kept: false,
            start_timeout_ms: 30_000,
            bootstrap: None,
            restarts: Restarts::default(),
            settings: Settings::default(),
        }
    }
}

/// What only the library can say to a tor that it starts, and where the program is to say it.
const OWN: [(&str, &str); 5] = [
    (
        "DataDirectory",
        "is not set as an option of tor: name the data directory to the library",
    ),
    ("RunAsDaemon", "would hide tor's end from the library"),
    ("__OwningControllerFD", "is the library's to set"),
    ("__OwningControllerProcess", "is the library's to set"),
    ("__ReloadTorrcOnSIGHUP", "is the library's to set"),
];

/// The same where tor chooses the port.
const OWN_OF_PORT: [(&str, &str); 4] = [
    (
        "ControlPort",
        "is the library's to set, as it was told to use a port that tor chooses",
    ),
    ("ControlPortWriteToFile", "is the library's to set"),
    ("CookieAuthentication", "is the library's to set"),
    ("CookieAuthFile", "is the library's to set"),
];

fn check_own(own: &[(&str, &str)], name: &[u8]) -> Result<(), Error> {
    let same = |(other, _): &&(&str, &str)| other.as_bytes().eq_ignore_ascii_case(name);
    match own.iter().find(same) {
        Some((name, reason)) => Err(Error::Invalid(format!("name: {name} {reason}"))),
        None => Ok(()),
    }
}

impl Launch {
    /// Adds an option. Refuses what could be more than one.
    pub fn add_option(&mut self, name: &[u8], value: &[u8]) -> Result<(), Error> {
        option_line("name", name, value, &mut Vec::new())?;
        check_own(&OWN, name)?;
        let value = Zeroizing::new(value.to_vec());
        self.options.push((name.to_vec(), value));
        Ok(())
    }

    /// Fails for what cannot be together.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.control == Control::Port {
            for (name, _) in &self.options {
                check_own(&OWN_OF_PORT, name)?;
            }
        }
        if self.is_kept && self.data_directory.is_none() {
            let message = "a tor that goes on needs a data directory that does, too";
            return Err(Error::Invalid(message.to_string()));
        }
        Ok(())
    }
}
