//! The classes: one for each object, and one for each family of events.

use std::collections::BTreeMap;

use crate::cpp::{family_class, text, Api, Function};
use crate::cpp_requests::{both, structs};
use crate::cpp_values::{given, is_size, plain, take};

/// Names that would be those of something else.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("controller_timeout_ms", "poll_timeout"),
    ("get_process", "tor_process"),
    ("client_key_public", "public_key"),
    ("client_key_private", "private_key"),
];

/// What several of a thing are called.
const PLURALS: [(&str, &str); 6] = [
    ("path", "hops"),
    ("or_address", "or_addresses"),
    ("family", "families"),
    ("country", "countries"),
    ("needed", "needed_transports"),
    ("extra", "extra_lines"),
];

/// Words that are no names in C++.
const TAKEN: [&str; 3] = ["new", "delete", "default"];

pub(crate) fn method_name(function: &Function, class: Option<&str>, api: &Api) -> String {
    if let Some((_, name)) = OTHER_NAMES.iter().find(|(of, _)| *of == function.name) {
        return name.to_string();
    }
    let mut name = function.name.as_str();
    if let Some(class) = class {
        let base = class.strip_suffix("_ref").unwrap_or(class);
        if let Some(made) = name
            .strip_suffix("_new")
            .filter(|_| function.object() == Some("controller"))
        {
            return format!("make_{made}");
        }
        let family = base.strip_suffix("_event").unwrap_or(base);
        let prefixes = [base, family];
        let rest = prefixes
            .iter()
            .find_map(|it| name.strip_prefix(it)?.strip_prefix('_'));
        name = rest.unwrap_or(name);
        if !name.starts_with("get_info") && !name.starts_with("get_conf")
            || name.starts_with("get_config")
        {
            name = name.strip_prefix("get_").unwrap_or(name);
        }
        if name == "new" {
            return "make".to_string();
        }
    }
    let is_time = matches!(
        function.unit.as_str(),
        "unix_us" | "ms" | "us" | "s" | "mono_ns"
    );
    let units = [
        ("_unix_us", ""),
        ("_mono_ns", "_mono"),
        ("_ms", ""),
        ("_us", ""),
        ("_s", ""),
    ];
    let unit = units
        .iter()
        .find_map(|(unit, with)| Some(format!("{}{with}", name.strip_suffix(unit)?)));
    let name = unit.filter(|_| is_time).unwrap_or_else(|| name.to_string());
    let is_number = api.find(&function.name).is_none();
    match TAKEN.contains(&name.as_str()) && !is_number {
        true => format!("{name}_"),
        false => name,
    }
}

/// The functions that are methods of a class, without those by hand.
fn functions_of<'a>(class: &str, api: &'a Api) -> Vec<&'a Function> {
    let base = class.strip_suffix("_ref").unwrap_or(class);
    let of_class = api
        .functions
        .iter()
        .filter(|it| api.class_of(it).as_deref() == Some(base));
    // Handles make and free their objects, and lists have operator[].
    let others = ["new", "free", "get"].map(|it| format!("{base}_{it}"));
    let methods = of_class.filter(|it| it.can_fail() || !others.contains(&it.name));
    // A controller is made when all other classes are known.
    methods
        .filter(|it| !it.args.iter().any(|arg| arg.ty == "torctl_controller **"))
        .filter(|it| !api.is_by_hand(it) && !is_size(it, api))
        .collect()
}

/// What stands in a class.
pub(crate) fn methods(class: &str, api: &Api) -> String {
    let mut out = String::new();
    let is_ref = class.ends_with("_ref") || class.ends_with("_event");
    for function in functions_of(class, api) {
        if function.can_fail() {
            out.push_str(&both(function, Some(class), api));
            continue;
        }
        if function
            .args
            .last()
            .is_some_and(|it| it.ty == "torctl_value *")
        {
            let read = format!("return detail::read_fields(fields, [this](const std::int32_t *from, std::size_t count, torctl_value *to) {{ torctl_{}(get(), from, count, to); }});", function.name);
            out.push_str(&format!("{}    std::vector<field_value> read(std::initializer_list<std::int32_t> fields) const {{ {read} }}\n", function.manual("    ")));
            continue;
        }
        let (taken, _) = take(function, 1, false, api);
        let arguments = std::iter::once("get()".to_string()).chain(taken.passed.iter().cloned());
        let arguments = arguments.collect::<Vec<_>>().join(", ");
        let given = given(function, &arguments, api);
        let name = method_name(function, Some(class), api);
        let is_size = name == "count" && function.args.len() == 1;
        let name = if is_size { "size".to_string() } else { name };
        let manual = function.manual("    ");
        let params = taken.params();
        let before: String = taken.before.iter().map(|it| format!("{it} ")).collect();
        if name == "dup" {
            out.push_str(&format!("{manual}    {} dup() const;\n", given.ty));
            continue;
        }
        let is_const = function.args[0].ty.starts_with("const ") || is_look(function);
        if is_ref || !given.is_lent_text {
            let constness = if is_const { " const" } else { "" };
            let ty = &given.ty;
            let body = if ty == "void" {
                format!("{};", given.made)
            } else {
                format!("return {};", given.made)
            };
            out.push_str(&format!(
                "{manual}    {ty} {name}({params}){constness} {{ {before}{body} }}\n"
            ));
            continue;
        }
        out.push_str(&format!(
            "{manual}    cstring_view {name}({params}) const & {{ {before}return {made}; }}\n    std::string {name}({params}) && {{ {before}return {made}.str(); }}\n",
            made = given.made
        ));
    }
    out + &lists_of(class, api)
}

/// Those of a controller that only look, though C says nothing of it.
fn is_look(function: &Function) -> bool {
    function.name == "newnym_wait_ms"
}

/// A list in an object: the word in the names of its functions ("" for all), and the functions for an item.
struct List<'a> {
    word: String,
    count: &'a Function,
    functions: Vec<&'a Function>,
}

fn c_prefix(class: &str, api: &Api) -> String {
    let base = class.strip_suffix("_ref").unwrap_or(class);
    let family = api
        .families()
        .map(|it| text(&it["name"]))
        .find(|it| family_class(it) == base);
    family.unwrap_or_else(|| base.to_string())
}

fn lists<'a>(class: &str, api: &'a Api) -> Vec<List<'a>> {
    let prefix = format!("{}_", c_prefix(class, api));
    let base = class.strip_suffix("_ref").unwrap_or(class);
    let all: Vec<&Function> = api
        .functions
        .iter()
        .filter(|it| api.class_of(it).as_deref() == Some(base))
        .collect();
    let counts = all
        .iter()
        .filter(|it| it.args.len() == 1 && it.result == "size_t");
    let mut found: Vec<List> = counts
        .filter_map(|count| {
            let word = count.name.strip_prefix(&prefix)?;
            let word = word
                .strip_suffix("count")?
                .trim_end_matches('_')
                .to_string();
            Some(List {
                word,
                count,
                functions: Vec::new(),
            })
        })
        .collect();
    for function in all {
        let has_index = function
            .args
            .get(1)
            .is_some_and(|it| it.ty == "size_t" && it.name == "index");
        if !has_index || function.can_fail() || is_size(function, api) {
            continue;
        }
        let Some(rest) = function.name.strip_prefix(&prefix) else {
            continue;
        };
        let owner = found
            .iter_mut()
            .filter(|it| {
                it.word.is_empty()
                    || rest == it.word
                    || rest
                        .strip_prefix(it.word.as_str())
                        .is_some_and(|it| it.starts_with('_'))
            })
            .max_by_key(|it| it.word.len());
        if let Some(list) = owner {
            list.functions.push(function);
        }
    }
    found.retain(|it| !it.functions.is_empty());
    found
}

fn item_class(class: &str, word: &str) -> String {
    let base = class.strip_suffix("_ref").unwrap_or(class);
    match word {
        "" => format!("{base}_item"),
        _ => format!("{base}_{word}_item"),
    }
}

/// The classes for the items of the lists of a class.
pub(crate) fn items(class: &str, api: &Api) -> String {
    let mut out = String::new();
    for list in lists(class, api) {
        let item = item_class(class, &list.word);
        let object = list.count.args[0]
            .ty
            .trim_start_matches("const ")
            .to_string();
        let begin = format!(
            "public:\n    using list_type = const {object};\n    {item}() noexcept = default;\n"
        );
        let only = match &list.functions[..] {
            [only] if only.args.len() == 2 && only.result.ends_with('*') => Some(*only),
            _ => None,
        };
        out.push_str(&format!("/** An item of {class}. */\n"));
        if let Some(only) = only {
            let given = given(only, "list, index", api);
            out.push_str(&format!(
                "class {item} : public {ty} {{\n{begin}    /** torctl_{}() */\n    {item}(list_type list, std::size_t index) : {ty}({made}) {{}}\n}};\n\n",
                only.name,
                ty = given.ty,
                made = given.made
            ));
            continue;
        }
        out.push_str(&format!("class {item} {{\n{begin}    {item}(list_type list, std::size_t index) noexcept : list_(list), index_(index) {{}}\n"));
        for function in list.functions {
            let (taken, _) = take(function, 2, false, api);
            let arguments = ["list_", "index_"]
                .map(str::to_string)
                .into_iter()
                .chain(taken.passed.iter().cloned());
            let given = given(function, &arguments.collect::<Vec<_>>().join(", "), api);
            let name = method_name(function, Some(class), api);
            let short = name
                .strip_prefix(list.word.as_str())
                .map(|it| it.trim_start_matches('_'));
            let short = match short {
                Some("") => "text",
                Some(short) => short,
                None => &name,
            };
            out.push_str(&format!(
                "{}    {} {short}({}) const {{ return {}; }}\n",
                function.manual("    "),
                given.ty,
                taken.params(),
                given.made
            ));
        }
        out.push_str(
            "\nprivate:\n    list_type list_ = nullptr;\n    std::size_t index_ = 0;\n};\n\n",
        );
    }
    out
}

/// The ranges of a class.
fn lists_of(class: &str, api: &Api) -> String {
    let mut out = String::new();
    let is_ref = class.ends_with("_ref") || class.ends_with("_event");
    for list in lists(class, api) {
        let item = item_class(class, &list.word);
        let count = format!("torctl_{}(get())", list.count.name);
        let range = format!("detail::items<{item}>");
        if list.word.is_empty() {
            let refs = if is_ref { " const" } else { " const &" };
            out.push_str(&format!(
                "    using iterator = detail::list_iterator<{item}>;\n    \
                 bool empty() const noexcept {{ return size() == 0; }}\n"
            ));
            for (ty, declared, made) in [
                ("iterator", "begin()", "iterator(get(), 0)".to_string()),
                ("iterator", "end()", "iterator(get(), size())".to_string()),
                (
                    &item,
                    "operator[](std::size_t index)",
                    format!("{item}(get(), index)"),
                ),
            ] {
                out.push_str(&format!("    {ty} {declared}{refs} {{ return {made}; }}\n"));
                // The items of a list that is about to go would look at nothing.
                if !is_ref {
                    out.push_str(&format!("    {ty} {declared} && = delete;\n"));
                }
            }
            continue;
        }
        let plural = PLURALS.iter().find(|(one, _)| *one == list.word);
        let plural = plural.map_or(format!("{}s", list.word), |(_, many)| many.to_string());
        let body = format!("{{ return {range}(get(), {count}); }}");
        match is_ref {
            true => out.push_str(&format!("    {range} {plural}() const {body}\n")),
            false => out.push_str(&format!(
                "    {range} {plural}() const & {body}\n    {range} {plural}() && = delete;\n"
            )),
        }
    }
    out
}

/// A class for an object of C, with the classes for its items.
fn class(name: &str, api: &Api) -> String {
    let manual = format!("/** See torctl_{name} in torctl.h. */\n");
    let has_new = api
        .functions
        .iter()
        .any(|it| it.name == format!("{name}_new") && it.args.is_empty());
    if api.has_ref(name) {
        let look = format!("{name}_ref");
        let dup = match api.find(&format!("{name}_dup")) {
            Some(_) => format!("\ninline {name} {look}::dup() const {{ return {name}(torctl_{name}_dup(get())); }}\n"),
            None => String::new(),
        };
        return format!(
            "{}{manual}class {look} : public detail::ref<torctl_{name}> {{\npublic:\n    using ref::ref;\n{}}};\n\n\
             /** One that frees itself. */\nclass {name} : public detail::owned<{look}, torctl_{name}, torctl_{name}_free> {{\npublic:\n    using owned::owned;\n}};\n{dup}\n",
            items(&look, api),
            methods(&look, api)
        );
    }
    let make = if has_new {
        format!("    {name}() : handle(torctl_{name}_new()) {{}}\n")
    } else {
        String::new()
    };
    format!(
        "{}{manual}class {name} : public detail::handle<torctl_{name}, torctl_{name}_free> {{\npublic:\n    using handle::handle;\n{make}{}}};\n\n",
        items(name, api),
        methods(name, api)
    )
}

/// All classes but those that are by hand, each behind what it uses.
pub(crate) fn all(api: &Api, by_hand: &[&str]) -> String {
    let mut units: BTreeMap<String, String> = BTreeMap::new();
    for name in api
        .objects
        .iter()
        .filter(|it| !by_hand.contains(&it.as_str()))
    {
        units.insert(name.clone(), class(name, api));
    }
    for text in structs(api).split_inclusive("};\n") {
        let name = text
            .split("struct ")
            .nth(1)
            .and_then(|it| it.split(' ').next());
        units.insert(name.unwrap_or_default().to_string(), text.to_string());
    }
    let mut out = String::new();
    let mut names: Vec<String> = api.objects.clone();
    names.extend(units.keys().filter(|it| !api.objects.contains(it)).cloned());
    let mut path = Vec::new();
    for name in names {
        place(&name, &mut units, &mut path, &mut out);
    }
    out
}

fn place(
    name: &str,
    units: &mut BTreeMap<String, String>,
    path: &mut Vec<String>,
    out: &mut String,
) {
    if path.iter().any(|it| it == name) {
        panic!("C++ classes use each other in a circle: {path:?} {name}");
    }
    let Some(text) = units.get(name).cloned() else {
        return;
    };
    path.push(name.to_string());
    for part in text.split("torctl::").skip(1) {
        let used = part
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default();
        let used = used.strip_suffix("_ref").unwrap_or(used);
        if used != name {
            place(used, units, path, out);
        }
    }
    path.pop();
    units.remove(name);
    out.push_str(&text);
}

pub(crate) fn forward(api: &Api) -> String {
    let mut out = String::new();
    for name in api.objects.iter().filter(|it| *it != "error") {
        out.push_str(&format!("class {name};\n"));
        if api.has_ref(name) {
            out.push_str(&format!("class {name}_ref;\n"));
        }
    }
    for family in api.families() {
        out.push_str(&format!(
            "class {};\n",
            family_class(&text(&family["name"]))
        ));
    }
    out
}

/// The class of one family, which has all that an event has.
pub(crate) fn family(name: &str, api: &Api) -> String {
    let class = family_class(name);
    let found = api.families().find(|it| text(&it["name"]) == name);
    let kinds = found
        .into_iter()
        .flat_map(|it| it["kinds"].as_array().into_iter().flatten());
    let kinds: Vec<String> = kinds.map(text).collect();
    format!(
        "{}/** The fields of {}. */\nclass {class} : public event_ref {{\npublic:\n    using event_ref::event_ref;\n{}}};\n\n",
        items(&class, api),
        kinds.join(", "),
        methods(&class, api)
    )
}

/// All families but that of outcomes, which gives objects of all classes.
pub(crate) fn families(api: &Api) -> String {
    let mut out = String::new();
    let mut last = String::new();
    for found in api.families() {
        let name = text(&found["name"]);
        let class = family_class(&name);
        if name != "result" {
            out.push_str(&family(&name, api));
        }
        let kinds: Vec<String> = found["kinds"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| text(it).to_lowercase())
            .collect();
        for kind in &kinds {
            last.push_str(&format!(
                "template <> struct fields_of<kind::{kind}> {{\n    using type = {class};\n}};\n"
            ));
        }
        let set: Vec<String> = kinds
            .iter()
            .map(|it| format!("kinds(kind::{it})"))
            .collect();
        last.push_str(&format!("template <> struct kinds_of<{class}> {{\n    static constexpr kinds value = {};\n}};\n", set.join(" | ")));
    }
    format!("{out}namespace detail {{\n\n{last}\n}} // namespace detail\n")
}

/// event_ref::visit().
pub(crate) fn visit(api: &Api) -> String {
    let mut cases = String::new();
    for family in api.families() {
        for kind in family["kinds"].as_array().into_iter().flatten() {
            cases.push_str(&format!("    case kind::{}:\n", text(kind).to_lowercase()));
        }
        let class = family_class(&text(&family["name"]));
        cases.push_str(&format!("        if constexpr (std::is_invocable_v<F &, const {class} &>)\n            f({class}(object_));\n        break;\n"));
    }
    format!(
        "template <class F> void event_ref::visit(F &&f) const\n{{\n    switch (kind()) {{\n{cases}    default:\n        if constexpr (std::is_invocable_v<F &, const event_ref &>)\n            f(*this);\n        break;\n    }}\n}}\n\n"
    )
}

/// The kinds as constants, but those whose names are those of something else.
pub(crate) fn names(api: &Api) -> String {
    let kinds = api.kinds().map(|it| text(&it["name"]).to_lowercase());
    let kinds = kinds.filter(|it| !api.objects.contains(it) && api.words.named(it).is_none());
    kinds
        .map(|it| format!("inline constexpr kind {it} = kind::{it};\n"))
        .collect()
}

/// Functions that are methods of nothing.
pub(crate) fn functions(api: &Api) -> String {
    let mut out = String::new();
    let all = api
        .functions
        .iter()
        .filter(|it| api.class_of(it).is_none() && !api.is_by_hand(it));
    for function in all {
        if function.can_fail() {
            out.push_str(&both(function, None, api));
            continue;
        }
        let manual = function.manual("");
        let set =
            function
                .name
                .strip_suffix("_name")
                .map(|it| if it == "flag" { "router_flags" } else { it });
        if let Some(set) = set.and_then(|it| api.words.named(it)) {
            let number = plain(&function.args[0].ty);
            let given = given(function, &format!("static_cast<{number}>(word)"), api);
            out.push_str(&format!(
                "{manual}inline cstring_view name(torctl::{} word) noexcept {{ return {}; }}\n",
                set.name, given.made
            ));
            continue;
        }
        let (taken, _) = take(function, 0, false, api);
        let given = given(function, &taken.passed.join(", "), api);
        let before: String = taken.before.iter().map(|it| format!("{it} ")).collect();
        let name = method_name(function, None, api);
        out.push_str(&format!(
            "{manual}inline {} {name}({}) {{ {before}return {}; }}\n",
            given.ty,
            taken.params(),
            given.made
        ));
    }
    out
}
