//! Options as plain structs, for designated initialisers: `{.address = "...", .timeout = 5s}`.

use crate::cpp::{Api, Function};
use crate::cpp_classes::method_name;
use crate::cpp_values::take;

/// The options, and what the struct is called.
const STRUCTS: [(&str, &str); 4] = [
    ("options", "connect_settings"),
    ("launch_options", "launch_settings"),
    ("dial_options", "dial_settings"),
    ("onion_options", "onion_settings"),
];

/// Members that are not made of one setter, in front of the others.
const BY_HAND: [(&str, &str); 2] = [
    (
        "launch_options",
        "    /** Options of tor with their values. */\n    std::vector<std::pair<std::string, std::string>> options{};\n",
    ),
    (
        "onion_options",
        "    /** The port of the service, and where it leads; without a target, to the same port here. */\n    std::optional<std::uint16_t> port{};\n    onion_target target{};\n    \
         /** More ports. */\n    std::vector<std::pair<std::uint16_t, onion_target>> ports{};\n    /** Public keys of the clients that alone are let in. */\n    std::vector<std::string> clients{};\n",
    ),
];

/// What build() does with those.
const BUILT_BY_HAND: [(&str, &str); 2] = [
    (
        "launch_options",
        "        for (const auto &[name, value] : options)\n            if (auto done = made.try_add(name, value); !done)\n                return unexpected(done.error());\n",
    ),
    (
        "onion_options",
        "        if (port)\n            if (auto done = made.try_add_port(*port, target.text()); !done)\n                return unexpected(done.error());\n        \
         for (const auto &[one, to] : ports)\n            if (auto done = made.try_add_port(one, to.text()); !done)\n                return unexpected(done.error());\n        \
         for (const std::string &client : clients)\n            if (auto done = made.try_add_client(client); !done)\n                return unexpected(done.error());\n",
    ),
];

fn setters<'a>(class: &str, api: &'a Api) -> Vec<&'a Function> {
    let prefix = format!("{class}_set_");
    let setters = api
        .functions
        .iter()
        .filter(|it| it.name.starts_with(&prefix) && !it.has_callable());
    let mut setters: Vec<&Function> = setters.collect();
    // A service is first of all its key.
    setters.sort_by_key(|it| it.name != "onion_options_set_key_file");
    setters
}

/// The type of a member for an argument of a setter.
fn member(param: &str) -> String {
    let ty = param
        .rsplit_once([' ', '&'])
        .map_or(param, |(ty, _)| ty)
        .trim();
    match ty.trim_start_matches("const ") {
        "str" => "std::string".to_string(),
        object if object.starts_with("torctl::") && param.contains('&') => {
            format!("const {object} *")
        }
        ty => ty.to_string(),
    }
}

pub(crate) fn settings(api: &Api) -> String {
    STRUCTS
        .iter()
        .map(|(class, name)| structure(class, name, api))
        .collect()
}

fn structure(class: &str, name: &str, api: &Api) -> String {
    let mut members = of(&BY_HAND, class).to_string();
    let mut built = of(&BUILT_BY_HAND, class).to_string();
    for setter in setters(class, api) {
        let (taken, _) = take(setter, 1, false, api);
        let params = taken.params();
        let types: Vec<String> = params
            .split(", ")
            .map(|it| member(it.trim_end_matches(" = {}")))
            .collect();
        let method = method_name(setter, Some(class), api);
        let field = method.strip_prefix("set_").unwrap_or(&method);
        let field = ["_ms"]
            .iter()
            .find_map(|unit| field.strip_suffix(unit))
            .unwrap_or(field);
        let (ty, passed) = match &types[..] {
            [one] if one.ends_with('*') => (one.clone(), format!("*{field}")),
            [one] => (format!("std::optional<{one}>"), format!("*{field}")),
            many => (
                format!("std::optional<std::pair<{}>>", many.join(", ")),
                format!("{field}->first, {field}->second"),
            ),
        };
        members.push_str(&format!("{}    {ty} {field}{{}};\n", setter.manual("    ")));
        built.push_str(&format!(
            "        if ({field})\n            if (auto done = made.try_{method}({passed}); !done)\n                return unexpected(done.error());\n"
        ));
    }
    format!(
        "/** {class} with names: what is not named has its default. */\nstruct {name} {{\n{members}    \
         /** The options that these are. */\n    [[nodiscard]] expected<torctl::{class}> build() const\n    {{\n        torctl::{class} made;\n{built}        return made;\n    }}\n}};\n\n"
    )
}

fn of<'a>(table: &[(&str, &'a str)], class: &str) -> &'a str {
    table
        .iter()
        .find(|(of, _)| *of == class)
        .map_or("", |(_, text)| text)
}
