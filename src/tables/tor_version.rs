//! Versions of tor
//!
//! As `GETINFO version` gives them, as relays state them, with or without "Tor " in front and a
//! remark behind: "0.4.9.11", "0.4.9.2-alpha-dev", "0.0.9pre1-cvs", "Tor 0.4.8.10
//! (git-0123456789abcdef)". Numbers that are missing at the end are 0.

trait TorVersion {
    /// Compares two versions of tor.
    ///
    /// Returns -1 if the first is the older one, 1 if it is the newer one, 0 if they are the same.
    /// NULL and what is not a version are older than any version.
    fn tor_version_compare(version: Option<Str>, other: Option<Str>) -> c_int {
        let (version, other) = (
            version.and_then(Version::parse),
            other.and_then(Version::parse),
        );
        version.cmp(&other) as c_int
    }

    /// Whether a version of tor is a certain one or a later one: ("0.4.9.11", "0.4.8") is. Words
    /// behind the numbers, for example "-alpha", count only if the wanted version has them. 0 if
    /// either is NULL or not a version.
    fn tor_version_is_at_least(version: Str, wanted: Str) -> Flag {
        Version::parse(version)?.is_at_least(&Version::parse(wanted)?)
    }
}
