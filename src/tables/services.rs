//! Onion services of tor's configuration
//!
//! Services that tor runs from directories, each a HiddenServiceDir with the options behind it.
//! They are read all together, changed in memory, and set all together, so that nothing of the
//! others is lost.

#[api(configured)]
trait Services {
    /// Reads the services of tor's configuration, by GETCONF HiddenServiceOptions.
    fn get_services(controller: &Controller, call: &Operation, services: New<torctl_services>);

    /// Replaces the services of tor's configuration by these, by SETCONF: all of it or nothing.
    /// Until tor ends or reads its torrc again; torctl_save_conf() makes it stay.
    fn set_services(
        controller: &Controller,
        #[check(torctl_services::all)] services: &torctl_services,
        call: &Operation,
    ) {
        configured::set_services(controller, services.as_ref(), call).await?
    }

    /// How many services there are.
    fn services_count(services: &torctl_services) -> usize {
        services.groups()?.len()
    }

    /// The directory of a service: its HiddenServiceDir.
    ///
    /// Returns a string that lives in the object until the service is changed.
    fn services_directory(services: &torctl_services, index: usize) -> Text {
        services.groups()?.get(index)?.directory.as_ptr()
    }

    /// How many options a service has beside its directory.
    fn services_option_count(services: &torctl_services, index: usize) -> usize {
        services.groups()?.get(index)?.options.len()
    }

    /// The name of an option of a service, for example "HiddenServicePort".
    ///
    /// Returns a string that lives in the object until the service is changed.
    fn services_option_name(services: &torctl_services, index: usize, option: usize) -> Text {
        services.option(index, option)?[0]
    }

    /// The value of an option of a service, for example "80 127.0.0.1:8080".
    ///
    /// Returns a string that lives in the object until the service is changed.
    fn services_option_value(services: &torctl_services, index: usize, option: usize) -> Text {
        services.option(index, option)?[1]
    }

    /// Adds a service without options; it needs a HiddenServicePort at least. tor makes the
    /// directory if it is not there. A relative path is refused, because tor would take it from its
    /// own working directory.
    ///
    /// Sets `*index`, if not NULL, to the service's index.
    fn services_add(services: Add<torctl_services>, directory: Str, index: Place<usize>) {
        index.set(add(services, directory)?);
    }

    /// Removes a service; those behind it move up. Its directory stays, with its key in it.
    fn services_remove(services: &torctl_services, index: usize) {
        services.0.edit(|groups| remove(groups, index))?
    }

    /// Adds a value to an option of a service beside those that it has, for example another
    /// HiddenServicePort.
    fn services_add_option(services: Add<torctl_services>, index: usize, name: Str, value: Str) {
        add_option(services, index, name, value)?;
    }

    /// Clears the failure that the object remembers, so that what was set and added before counts:
    /// for a program that has looked at each status.
    fn services_clear_failure(services: &torctl_services) -> Void {
        services.0.clear_failure()
    }

    /// Frees the object.
    fn services_free(services: Box<torctl_services>) -> Void;

    /// Reads the address of the service in a directory from its file "hostname", which tor writes
    /// and only its user may read. Does not talk to tor.
    ///
    /// Writes the address, with ".onion" and a NUL, to `address`, which has room for
    /// TORCTL_ONION_ADDRESS_SIZE bytes. Returns TORCTL_ERR_SYSTEM if the file cannot be read.
    fn service_directory_address(directory: Path, address: *mut c_char) {
        if address.is_null() {
            return Err(null("address"));
        }
        let text = format!("{}.onion\0", configured::address(directory)?);
        // SAFETY: by this function's contract there is room.
        unsafe { put(text.as_bytes(), address.cast()) };
    }
}
