//! Functions that can fail: `try_x()` with an expected, `x()` that throws, and the one of `async`.

use crate::cpp::{bare, Api, Function};
use crate::cpp_classes::method_name;
use crate::cpp_values::{plain, take, Other, Taken};

/// Functions with several results: the name of the struct, and its members.
const STRUCTS: [(&str, &str, &[&str]); 9] = [
    ("get_traffic", "traffic_bytes", &["read", "written"]),
    ("get_effective_rate", "rate_bytes", &["rate", "burst"]),
    ("result_take_numbers", "two_numbers", &["first", "second"]),
    ("result_take_circuit", "built_circuit", &["id", "built"]),
    ("build_circuit", "built_circuit", &["id", "built"]),
    ("dial", "connection", &["fd", "inside"]),
    ("launched_wait", "tor_exit", &["exit_code", "signal"]),
    ("decoder_next", "message", &["reply", "event"]),
    ("result_take", "", &[]),
];

/// Lists of events of which the kind is known.
const TYPED: [(&str, &str); 5] = [
    ("get_circuits", "circuit_list"),
    ("view_circuits", "circuit_list"),
    ("get_streams", "stream_list"),
    ("view_streams", "stream_list"),
    ("get_orconns", "orconn_list"),
];

/// What a function gives: a type, and how it is made of the places.
struct Outcome {
    ty: String,
    /// Declarations of the places.
    places: Vec<String>,
    made: String,
    /// Addresses for C.
    passed: Vec<String>,
}

fn outcome(function: &Function, others: &[(usize, Other)]) -> Outcome {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut found = Outcome {
        ty: "void".to_string(),
        places: Vec::new(),
        made: String::new(),
        passed: Vec::new(),
    };
    for (_, other) in others {
        let Other::Out { ty, name } = other else {
            found.passed.push("failure.place()".to_string());
            continue;
        };
        let place = format!("out_{name}");
        let (declared, address, part) = match (ty.as_str(), name.as_str()) {
            ("char *", _) => {
                let size = if name == "address" {
                    "TORCTL_ONION_ADDRESS_SIZE"
                } else {
                    "TORCTL_AUTH_PRIVATE_SIZE"
                };
                let part = ("std::string".to_string(), format!("std::string({place})"));
                (format!("char {place}[{size}] = {{}};"), place.clone(), part)
            }
            ("uint8_t *", _) => {
                let array = "std::array<std::uint8_t, 32>";
                (
                    format!("{array} {place}{{}};"),
                    format!("{place}.data()"),
                    (array.to_string(), place.clone()),
                )
            }
            ("int *", "fd") => {
                let part = ("unique_fd".to_string(), format!("unique_fd({place})"));
                (format!("int {place} = -1;"), format!("&{place}"), part)
            }
            ("int *", "flag") => (
                format!("int {place} = 0;"),
                format!("&{place}"),
                ("bool".to_string(), format!("{place} != 0")),
            ),
            ("int32_t *", "outcome") => {
                let added = "torctl::client_auth_added";
                let part = (added.to_string(), format!("static_cast<{added}>({place})"));
                (
                    format!("std::int32_t {place} = 0;"),
                    format!("&{place}"),
                    part,
                )
            }
            (ty, _) if ty.ends_with("**") => {
                let object = ty.trim_end_matches(" **");
                let typed = TYPED.iter().find(|(name, _)| *name == function.name);
                let class = typed.map_or(bare(object), |(_, class)| class);
                let class = match function.comment.contains("TORCTL_END,") {
                    true => format!("detail::or_end<torctl::{class}>"),
                    false => format!("torctl::{class}"),
                };
                let made = match class.starts_with("detail") {
                    true => format!("{class}({place}, rc)"),
                    false => format!("{class}({place})"),
                };
                (
                    format!("{object} *{place} = nullptr;"),
                    format!("&{place}"),
                    (class, made),
                )
            }
            (ty, _) => {
                let ty = plain(ty.trim_end_matches([' ', '*']));
                (
                    format!("{ty} {place} = 0;"),
                    format!("&{place}"),
                    (ty, place.clone()),
                )
            }
        };
        found.places.push(declared);
        found.passed.push(address);
        parts.push(part);
    }
    match &parts[..] {
        [] => {}
        [(ty, made)] => (found.ty, found.made) = (ty.clone(), made.clone()),
        many => {
            let (_, name, _) = STRUCTS
                .iter()
                .find(|(of, _, _)| *of == function.name)
                .unwrap_or_else(|| panic!("{} has no struct in STRUCTS", function.name));
            let made: Vec<&str> = many.iter().map(|(_, made)| made.as_str()).collect();
            (found.ty, found.made) = (
                format!("torctl::{name}"),
                format!("torctl::{name}{{{}}}", made.join(", ")),
            );
        }
    }
    found
}

/// The structs of those that give several things.
pub(crate) fn structs(api: &Api) -> String {
    let mut out = String::new();
    let mut seen = Vec::new();
    for (of, name, members) in STRUCTS {
        let Some(function) = api.find(of).filter(|_| !seen.contains(&name)) else {
            continue;
        };
        seen.push(name);
        let (_, others) = take(function, 1, false, api);
        let mut text = format!("/** What torctl_{of}() gives. */\nstruct {name} {{\n");
        let outs = others
            .iter()
            .filter_map(|(at, other)| matches!(other, Other::Out { .. }).then_some((*at, other)));
        for ((at, other), member) in outs.zip(members) {
            let Other::Out { ty, name } = other else {
                continue;
            };
            let one = Function {
                name: String::new(),
                result: String::new(),
                args: Vec::new(),
                comment: String::new(),
                unit: String::new(),
                words: None,
            };
            let found = outcome(
                &one,
                &[(
                    at,
                    Other::Out {
                        ty: ty.clone(),
                        name: name.clone(),
                    },
                )],
            );
            let default = if found.ty.starts_with("std::") || found.ty == "int" {
                " = 0"
            } else {
                ""
            };
            text.push_str(&format!("    {} {member}{default};\n", found.ty));
        }
        out.push_str(&format!("{text}}};\n"));
    }
    out
}

/// What is passed to C: inputs and places in the order of C.
fn arguments(taken: &Taken, others: &[(usize, Other)], places: &[String]) -> String {
    let mut all: Vec<String> = Vec::new();
    let mut places = others.iter().map(|(at, _)| *at).zip(places).peekable();
    for (at, passed) in taken.passed.iter().enumerate() {
        while let Some((_, place)) = places.next_if(|(before, _)| *before <= at) {
            all.push(place.clone());
        }
        all.push(passed.clone());
    }
    all.extend(places.map(|(_, place)| place.clone()));
    all.join(", ")
}

/// `try_x()` and `x()`, for the class of this name, or as functions of their own.
pub(crate) fn both(function: &Function, class: Option<&str>, api: &Api) -> String {
    let own = class.filter(|class| {
        let base = class.strip_suffix("_ref").unwrap_or(class);
        function.object() == Some(base)
            || (function.object() == Some("event") && class.ends_with("_event"))
    });
    let (taken, others) = take(function, usize::from(own.is_some()), false, api);
    let outcome = outcome(function, &others);
    let name = method_name(function, class, api);
    let prefix = match (class, own) {
        (Some(_), None) => "static ",
        (None, _) => "inline ",
        _ => "",
    };
    let constness = match own {
        Some(_) if function.args[0].ty.starts_with("const ") => " const",
        _ => "",
    };
    let indent = if class.is_some() { "    " } else { "" };
    let template = if taken.has_template {
        format!("{indent}template <class F>\n")
    } else {
        String::new()
    };
    let mut lines = Vec::new();
    if own.is_some() {
        lines.push("if (get() == nullptr)".to_string());
        lines.push(format!(
            "    return detail::moved_from({:?});",
            class.unwrap_or_default().trim_end_matches("_ref")
        ));
    }
    lines.extend(taken.before.iter().cloned());
    for (has_nul, name) in &taken.texts {
        lines.push(format!("if ({has_nul})"));
        lines.push(format!("    return detail::nul_inside({name:?});"));
    }
    if let Some(uneven) = &taken.uneven {
        lines.push(format!("if ({uneven})"));
        lines.push("    return detail::uneven();".to_string());
    }
    lines.push("detail::failure failure;".to_string());
    lines.extend(outcome.places.iter().cloned());
    let mut arguments = arguments(&taken, &others, &outcome.passed);
    if own.is_some() {
        arguments = format!("get(), {arguments}");
    }
    lines.push(format!(
        "const torctl_status rc = torctl_{}({arguments});",
        function.name
    ));
    if taken.has_template {
        lines.push("visit.rethrow();".to_string());
    }
    lines.push("if (rc < 0)".to_string());
    lines.push("    return failure.take(rc);".to_string());
    lines.push(match outcome.ty.as_str() {
        "void" => "return {};".to_string(),
        _ => format!("return {};", outcome.made),
    });
    let body: String = lines
        .iter()
        .map(|line| format!("{indent}    {line}\n"))
        .collect();
    let manual = function.manual(indent);
    let (ty, params) = (&outcome.ty, taken.params());
    let place = own.map_or(String::new(), |_| constness.to_string());
    let called = match taken.has_template {
        true => taken
            .names
            .iter()
            .map(|it| {
                if it == "each" {
                    "std::forward<F>(each)".to_string()
                } else {
                    it.clone()
                }
            })
            .collect::<Vec<_>>()
            .join(", "),
        false => taken.names.join(", "),
    };
    format!(
        "{manual}{template}{indent}[[nodiscard]] {prefix}expected<{ty}> try_{name}({params}){place}\n{indent}{{\n{body}{indent}}}\n\
         #if TORCTL_EXCEPTIONS\n{template}{indent}{prefix}{ty} {name}({params}){place} {{ return detail::unwrap(try_{name}({called})); }}\n#endif\n"
    )
}

/// How the outcome of a begun call is taken.
fn taker(function: &Function, ty: &str, others: &[(usize, Other)]) -> String {
    let made = |take: &str, place: &str, made: &str| {
        format!(
            "[](const torctl_event *outcome) -> expected<{ty}> {{\n            detail::failure failure;\n            {place}\n            \
             const torctl_status rc = torctl_result_take_{take};\n            if (rc < 0)\n                return failure.take(rc);\n            return {made};\n        }}"
        )
    };
    let outs: Vec<&String> = others
        .iter()
        .filter_map(|(_, it)| match it {
            Other::Out { ty, .. } => Some(ty),
            Other::Error => None,
        })
        .collect();
    if function.name == "get_info" {
        let take = made(
            "values(outcome, &made, failure.place())",
            "torctl_values *made = nullptr;",
            "torctl::values(made).value(0)",
        );
        return take;
    }
    match &outs[..] {
        [] => "[](const torctl_event *outcome) -> expected<void> {\n            const torctl_status rc = torctl_result_status(outcome);\n            \
               if (rc < 0)\n                return unexpected(error::take(rc, torctl_result_error(outcome)));\n            return {};\n        }".to_string(),
        [one] if one.ends_with("**") => {
            let object = one.trim_end_matches(" **");
            let take = format!("{}(outcome, &made, failure.place())", bare(object));
            made(&take, &format!("{object} *made = nullptr;"), &format!("{ty}(made)"))
        }
        [one] if *one == "uint64_t *" => made("number(outcome, &made, failure.place())", "std::uint64_t made = 0;", "made"),
        [_] => made("int(outcome, &made, failure.place())", "int made = 0;", if ty == "bool" { "made != 0".to_string() } else { format!("static_cast<{ty}>(made)") }.as_str()),
        [_, second] if second.ends_with("**") => made("circuit(outcome, &id, &built, failure.place())", "std::uint64_t id = 0;\n            torctl_event *built = nullptr;", &format!("{ty}{{id, torctl::event(built)}}")),
        _ => made("numbers(outcome, &first, &second, failure.place())", "std::uint64_t first = 0;\n            std::uint64_t second = 0;", &format!("{ty}{{first, second}}")),
    }
}

/// The methods of `async`.
pub(crate) fn begun(api: &Api) -> String {
    let begun = api.functions.iter().filter(|it| it.can_be_begun());
    let methods = begun.map(|function| {
        let (mut taken, others) = take(function, 1, true, api);
        let outcome = outcome(function, &others);
        // Of one key it is the value alone.
        let ty = if function.name == "get_info" { "std::string" } else { &outcome.ty };
        let take = taker(function, ty, &others);
        let of_controller = function.object() == Some("controller");
        let name = method_name(function, Some("controller"), api);
        let name = match function.name.as_str() {
            "queue_new" => "subscribe".to_string(),
            "add_onions" => return many_onions(&take),
            _ => name,
        };
        let mut object = "tor".to_string();
        let mut params = taken.params();
        let mut names = taken.names.clone();
        if !of_controller {
            let of = function.object().unwrap_or_default();
            let class = if api.has_ref(of) { format!("{of}_ref") } else { of.to_string() };
            params = format!("const torctl::{class} &of, {params}");
            names.insert(0, "of".to_string());
            object = "of.get()".to_string();
        }
        if function.name == "queue_new" {
            params = "kinds wanted, const queue_settings &settings = {}, timeout limit = {}".to_string();
            names = ["wanted", "settings", "limit"].map(str::to_string).to_vec();
            taken.passed = ["wanted.bits()", "settings.capacity_events", "settings.capacity_bytes", "static_cast<std::int32_t>(settings.overflow)", "call"].map(str::to_string).to_vec();
        }
        let places: Vec<String> = others.iter().map(|(_, it)| match it {
            Other::Out { .. } => "nullptr".to_string(),
            Other::Error => "why".to_string(),
        }).collect();
        let arguments = arguments(&taken, &others, &places);
        let before: String = taken.before.iter().map(|line| format!("        {line}\n")).collect();
        let mut nul = taken.texts.iter().rev().fold("nullptr".to_string(), |rest, (has, name)| format!("{has} ? {name:?} : {rest}"));
        if let Some(uneven) = &taken.uneven {
            nul = format!("{uneven} ? \"a list that is too short\" : {nul}");
        }
        let unused = if of_controller { "" } else { "static_cast<void>(tor); " };
        let limit = if names.iter().any(|it| it == "limit") && !function.args.iter().any(|it| it.name == "timeout_ms") { "limit" } else { "timeout()" };
        let called = names.join(", ");
        format!(
            "    /** torctl_{}() */\n    operation<{ty}> try_{name}({params})\n    {{\n{before}        return begin<{ty}>({limit}, {nul}, {take},\n            \
             [&](torctl_controller *tor, torctl_call *call, torctl_error **why) {{ {unused}return torctl_{}({object}, {arguments}); }});\n    }}\n\
             #if TORCTL_EXCEPTIONS && TORCTL_COROUTINES\n    throwing_operation<{ty}> {name}({params}) {{ return throwing_operation<{ty}>(try_{name}({called})); }}\n#endif\n",
            function.name, function.name
        )
    });
    methods.collect()
}

/// `add_onions()`, whose options are objects in C and a vector of them here.
fn many_onions(take: &str) -> String {
    format!(
        "    /** torctl_add_onions() */\n    operation<torctl::onions> try_add_onions(const std::vector<onion_options> &list, timeout limit = {{}})\n    {{\n        \
         std::vector<const torctl_onion_options *> options;\n        for (const onion_options &one : list)\n            options.push_back(one.get());\n        \
         return begin<torctl::onions>(limit, nullptr, {take},\n            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) {{ return torctl_add_onions(tor, options.data(), options.size(), call, nullptr, why); }});\n    }}\n\
         #if TORCTL_EXCEPTIONS && TORCTL_COROUTINES\n    throwing_operation<torctl::onions> add_onions(const std::vector<onion_options> &list, timeout limit = {{}}) {{ return throwing_operation<torctl::onions>(try_add_onions(list, limit)); }}\n#endif\n"
    )
}
