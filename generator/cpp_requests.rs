//! Functions that can fail: `try_x()` with an expected, `x()` that throws, and the one of `async`.

use crate::cpp::{bare, Api, Function};
use crate::cpp_classes::method_name;
use crate::cpp_values::{plain, take, Other, Taken};

/// Functions with several results: the name of the struct if it is not `x_result`, and its members if they have
/// other names than the arguments.
const STRUCTS: [(&str, &str, &[&str]); 10] = [
    ("get_traffic", "traffic_bytes", &["read", "written"]),
    ("get_effective_rate", "rate_bytes", &["rate", "burst"]),
    ("result_take_numbers", "two_numbers", &[]),
    ("result_take_circuit", "built_circuit", &[]),
    ("build_circuit", "built_circuit", &[]),
    ("result_take_fd", "connection", &["fd", "inside"]),
    ("dial", "connection", &["fd", "inside"]),
    ("decoder_next", "message", &[]),
    ("launched_wait", "tor_exit", &[]),
    ("result_take_exit", "tor_exit", &[]),
];

/// The struct of a function with several results, and other names of its members.
fn struct_of(function: &Function) -> (String, &'static [&'static str]) {
    let known = STRUCTS.iter().find(|(of, _, _)| *of == function.name);
    known.map_or_else(
        || (format!("{}_result", function.name), &[][..]),
        |(_, name, members)| (name.to_string(), *members),
    )
}

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
            let (name, _) = struct_of(function);
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
    let all = api.functions.iter().filter(|it| it.can_fail());
    for function in all.filter(|it| !api.is_by_hand(it) && api.class_of(it).is_some()) {
        let (_, others) = take(function, 1, false, api);
        let outs = others
            .into_iter()
            .filter(|(_, it)| matches!(it, Other::Out { .. }));
        let outs: Vec<(usize, Other)> = outs.collect();
        let (name, members) = struct_of(function);
        if outs.len() < 2 || seen.contains(&name) {
            continue;
        }
        out.push_str(&format!(
            "/** What torctl_{}() gives. */\nstruct {name} {{\n",
            function.name
        ));
        seen.push(name);
        for (index, out_of) in outs.into_iter().enumerate() {
            let own = match &out_of.1 {
                Other::Out { name, .. } => name.clone(),
                Other::Error => String::new(),
            };
            let member = members.get(index).map_or(own, |it| it.to_string());
            let ty = outcome(function, &[out_of]).ty;
            let is_number = ty.starts_with("std::") || ty == "int";
            let default = if is_number { " = 0" } else { "" };
            out.push_str(&format!("    {ty} {member}{default};\n"));
        }
        out.push_str("};\n");
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
    let outs = others.iter().filter_map(|(_, it)| match it {
        Other::Out { ty, .. } => Some(ty.as_str()),
        Other::Error => None,
    });
    let outs: Vec<&str> = outs.collect();
    match &outs[..] {
        _ if function.name == "get_info" => "detail::take_value".to_string(),
        [] => "detail::take_nothing".to_string(),
        ["uint64_t *"] => "detail::take_number".to_string(),
        [one] if one.ends_with("**") => {
            let object = one.trim_end_matches(" **");
            let take = format!("torctl_result_take_{}", bare(object));
            format!("detail::take_object<{ty}, {object}, {take}>")
        }
        [_] => format!("detail::take_int<{ty}>"),
        ["int *", _] => "detail::take_connection".to_string(),
        [_, second] if second.ends_with("**") => "detail::take_circuit".to_string(),
        ["int32_t *", _] => "detail::take_exit".to_string(),
        _ => format!("detail::take_numbers<{ty}>"),
    }
}

/// Those of `async` that are by hand, beside all that take a callable.
const BEGUN_BY_HAND: [&str; 4] = ["add_onions", "listener_remove", "controller_open", "launch"];

/// The methods of `async`.
pub(crate) fn begun(api: &Api) -> String {
    let begun = api.functions.iter().filter(|it| {
        it.can_be_begun() && !it.has_callable() && !BEGUN_BY_HAND.contains(&it.name.as_str())
    });
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
            // It says that this is wanted.
            Other::Out { ty, .. } if ty == "torctl_dialed **" => "&wanted".to_string(),
            Other::Out { .. } => "nullptr".to_string(),
            Other::Error => "why".to_string(),
        }).collect();
        let arguments = arguments(&taken, &others, &places);
        let before: String = taken.before.iter().map(|line| format!("        {line}\n")).collect();
        let mut nul = taken.texts.iter().rev().fold("nullptr".to_string(), |rest, (has, name)| format!("{has} ? {name:?} : {rest}"));
        if let Some(uneven) = &taken.uneven {
            nul = format!("{uneven} ? \"a list that is too short\" : {nul}");
        }
        let unused = match (of_controller, function.name.as_str()) {
            (_, "dial") => "torctl_dialed *wanted = nullptr; ",
            (true, _) => "",
            (false, _) => "static_cast<void>(tor); ",
        };
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
