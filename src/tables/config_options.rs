//! The options that tor has

trait ConfigOptions {
    /// Asks which options tor has, of which types and with which defaults, by GETINFO config/names
    /// and config/defaults.
    #[calls(conf::config_options)]
    fn get_config_options(
        controller: &Controller,
        call: &Operation,
        options: New<torctl_config_options>,
    );
}

/// The options that tor has, whether set or not.
#[answer(list, api::conf::ConfigOption)]
struct config_options {
    /// The name of an option.
    name: Text,

    /// tor's word for the type of an option: "Boolean", "DataSize" or "LineList", for example, or
    /// "Dependent" for an option of a service.
    #[is(item.kind)]
    r#type: Text,

    /// How many values an option has if nobody sets it.
    #[is(item.defaults.len())]
    default_count: Count,

    /// A value that an option has if nobody sets it.
    #[is(&item.defaults)]
    #[index(value)]
    default: Texts,
}
