//! What becomes of the types of C: results that cannot fail, and arguments.

use crate::cpp::{bare, object, Api, Arg, Function};

/// A result in C++: its type, and how it is made of the call.
pub(crate) struct Given {
    pub(crate) ty: String,
    pub(crate) made: String,
    /// It is a text that lives as long as the object.
    pub(crate) is_lent_text: bool,
}

/// What a function that cannot fail returns, if `call` is its call with these arguments.
pub(crate) fn given(function: &Function, arguments: &str, api: &Api) -> Given {
    let name = function.name.as_str();
    let call = format!("torctl_{name}({arguments})");
    let of = |ty: &str, made: String| Given {
        ty: ty.to_string(),
        made,
        is_lent_text: false,
    };
    if function.result == "const char *" {
        let size = size_of(function, api);
        let made = match &size {
            Some(size) => format!("cstring_view({call}, torctl_{}({arguments}))", size.name),
            None => format!("cstring_view({call})"),
        };
        return Given {
            ty: "cstring_view".to_string(),
            made,
            is_lent_text: !function.args.is_empty(),
        };
    }
    if function.result == "torctl_error *" {
        return of("torctl::error", format!("detail::given_error({call})"));
    }
    if function.result == "const torctl_error *" {
        return of("torctl::error", format!("detail::lent_error({call})"));
    }
    if let Some(of_object) = object(&function.result) {
        let ty = match function.result.starts_with("const ") {
            true => format!("torctl::{of_object}_ref"),
            false => format!("torctl::{of_object}"),
        };
        return of(&ty, format!("{ty}({call})"));
    }
    let is_number = matches!(
        function.result.as_str(),
        "int32_t" | "uint32_t" | "uint64_t" | "int64_t" | "double"
    );
    match function.unit.as_str() {
        "unix_us" => {
            return of(
                "std::chrono::system_clock::time_point",
                format!("detail::time_of({call})"),
            )
        }
        unit @ ("ms" | "us" | "s" | "mono_ns") if is_number => {
            let ty = match unit {
                "ms" => "std::chrono::milliseconds",
                "us" => "std::chrono::microseconds",
                "s" => "std::chrono::seconds",
                _ => "std::chrono::nanoseconds",
            };
            return of(ty, format!("{ty}(static_cast<std::int64_t>({call}))"));
        }
        _ => {}
    }
    if function.result == "torctl_status" {
        return of(
            "torctl::status",
            format!("static_cast<torctl::status>({call})"),
        );
    }
    if matches!(
        function.result.as_str(),
        "int32_t" | "uint32_t" | "uint64_t"
    ) {
        let named = function.words.as_ref().and_then(|it| api.words.named(it));
        let set = named.or_else(|| api.words.in_comment(&function.comment));
        let set = set.or_else(|| {
            if name.ends_with("skipped_kind") {
                api.words.named("document")
            } else {
                None
            }
        });
        let set = set.or_else(|| {
            if name == "kind_from_name" {
                api.words.named("kind")
            } else {
                None
            }
        });
        if let Some(set) = set {
            return of(&format!("torctl::{}", set.name), set.cast(&call));
        }
    }
    let comment = function.comment.trim_start_matches("Returns ");
    if function.result == "int" && (comment.starts_with("Whether") || comment.starts_with("1 if")) {
        return of("bool", format!("{call} != 0"));
    }
    of(&plain(&function.result), call)
}

/// The function with the size of a text, where it can hold a NUL.
pub(crate) fn size_of<'a>(function: &Function, api: &'a Api) -> Option<&'a Function> {
    let name = match function.name.as_str() {
        "reply_line_text" => "reply_line".to_string(),
        other => other.to_string(),
    };
    api.find(&format!("{name}_size_bytes"))
}

/// A function that says the size of a text: it is there with the text.
pub(crate) fn is_size(function: &Function, api: &Api) -> bool {
    api.functions.iter().any(|it| {
        it.result == "const char *" && size_of(it, api).is_some_and(|of| of.name == function.name)
    })
}

/// A type of C that is the same in C++.
pub(crate) fn plain(ty: &str) -> String {
    match ty {
        "size_t" => "std::size_t".to_string(),
        ty if ty.ends_with("_t") && !ty.starts_with("torctl_") => format!("std::{ty}"),
        ty => ty.to_string(),
    }
}

/// Arguments in C++.
#[derive(Default)]
pub(crate) struct Taken {
    /// As they are declared, without what stands for nothing.
    params: Vec<(String, Option<&'static str>)>,
    /// Before the call.
    pub(crate) before: Vec<String>,
    /// Names of texts that may have a NUL.
    pub(crate) texts: Vec<(String, String)>,
    /// What is passed to C, of inputs.
    pub(crate) passed: Vec<String>,
    /// The names, for one function that calls another.
    pub(crate) names: Vec<String>,
    /// Lists must be of one length.
    pub(crate) uneven: Option<String>,
    pub(crate) has_template: bool,
}

impl Taken {
    pub(crate) fn params(&self) -> String {
        // What follows something that must be given, may be left out.
        let last = self
            .params
            .iter()
            .rposition(|(_, default)| default.is_none());
        let params = self
            .params
            .iter()
            .enumerate()
            .map(|(at, (param, default))| match default {
                Some(default) if last.is_none_or(|last| at > last) => {
                    format!("{param} = {default}")
                }
                _ => param.clone(),
            });
        params.collect::<Vec<_>>().join(", ")
    }

    fn take(&mut self, param: String, default: Option<&'static str>, name: &str, passed: String) {
        self.params.push((param, default));
        self.names.push(name.to_string());
        self.passed.push(passed);
    }
}

/// What is passed for an argument that is not an input.
pub(crate) enum Other {
    Out { ty: String, name: String },
    Error,
}

/// The arguments behind the first `skip`, in the order of C: those that a program gives and the others
/// with their places among what is passed.
pub(crate) fn take(
    function: &Function,
    skip: usize,
    is_begun: bool,
    api: &Api,
) -> (Taken, Vec<(usize, Other)>) {
    let mut taken = Taken::default();
    let mut others = Vec::new();
    let args = &function.args[skip..];
    let has_own_timeout = args.iter().any(|it| it.name == "timeout_ms");
    let mut lists: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        at += 1;
        let name = free(&arg.name, api);
        match arg.ty.as_str() {
            "const char *" => {
                taken
                    .before
                    .push(format!("const detail::c_str {name}_c({name});"));
                taken
                    .texts
                    .push((format!("{name}_c.has_nul()"), name.clone()));
                taken.take(
                    format!("const str &{name}"),
                    None,
                    &name,
                    format!("{name}_c.get()"),
                );
            }
            "const char *const *" => lists.push(name),
            "size_t" if arg.name == "count" && !lists.is_empty() => {
                take_lists(&mut taken, std::mem::take(&mut lists))
            }
            "const void *" => {
                at += 1;
                let default = (!taken.names.is_empty()).then_some("{}");
                taken.take(
                    format!("std::string_view {name}"),
                    default,
                    &name,
                    format!("{name}.data(), {name}.size()"),
                );
            }
            "const uint8_t *" => {
                let param = format!("const std::array<std::uint8_t, 32> &{name}");
                taken.take(param, None, &name, format!("{name}.data()"));
            }
            "torctl_call *" if is_begun => {
                if !has_own_timeout {
                    taken.params.push(("timeout limit".to_string(), Some("{}")));
                    taken.names.push("limit".to_string());
                }
                taken.passed.push("call".to_string());
            }
            "torctl_call *" => taken.take(
                "const within &with".to_string(),
                Some("{}"),
                "with",
                "with.get()".to_string(),
            ),
            "torctl_error **" => others.push((taken.passed.len(), Other::Error)),
            "size_t *" if arg.name == "bad_line" => {
                taken.take(
                    "std::size_t *bad_line".to_string(),
                    Some("nullptr"),
                    "bad_line",
                    "bad_line".to_string(),
                );
            }
            "int32_t" if arg.name.ends_with("_ms") => {
                let name = arg.name.trim_end_matches("_ms");
                let name = if name == "timeout" { "limit" } else { name };
                taken.take(
                    format!("torctl::timeout {name}"),
                    Some("{}"),
                    name,
                    format!("{name}.ms()"),
                );
            }
            ty if ty.ends_with("_fn") => {
                at += 1;
                taken.has_template = true;
                taken.before.push(format!(
                    "detail::visitor<std::remove_reference_t<F>> visit({name});"
                ));
                let row = ty.trim_end_matches("_fn");
                let run = format!(
                    "detail::each_run<{}_ref, std::remove_reference_t<F>>",
                    bare(row)
                );
                taken.take(
                    format!("F &&{name}"),
                    None,
                    &name,
                    format!("{run}, visit.data()"),
                );
            }
            ty if is_out(ty) => others.push((
                taken.passed.len(),
                Other::Out {
                    ty: arg.ty.clone(),
                    name: arg.name.clone(),
                },
            )),
            ty if object(ty).is_some() => {
                let of = object(ty).unwrap_or_default();
                let of = if api.has_ref(of) {
                    format!("{of}_ref")
                } else {
                    of.to_string()
                };
                let is_const = if ty.starts_with("const ") {
                    "const "
                } else {
                    ""
                };
                taken.take(
                    format!("{is_const}torctl::{of} &{name}"),
                    None,
                    &name,
                    format!("{name}.get()"),
                );
            }
            _ => take_number(&mut taken, function, arg, &name, api),
        }
    }
    (taken, others)
}

fn take_lists(taken: &mut Taken, lists: Vec<String>) {
    if let [first, second] = &lists[..] {
        let name = format!("{first}_{second}");
        taken
            .texts
            .push((format!("{name}.has_nul()"), name.clone()));
        let passed = format!("{name}.first().get(), {name}.second().get(), {name}.first().size()");
        taken.take(format!("const pairs &{name}"), None, &name, passed);
        return;
    }
    let last = lists.last().cloned().unwrap_or_default();
    let uneven: Vec<String> = lists
        .iter()
        .filter(|it| **it != last)
        .map(|it| format!("{it}.size() != {last}.size()"))
        .collect();
    if !uneven.is_empty() {
        taken.uneven = Some(uneven.join(" || "));
    }
    for name in &lists {
        taken
            .texts
            .push((format!("{name}.has_nul()"), name.clone()));
        let size = if *name == last {
            format!(", {name}.size()")
        } else {
            String::new()
        };
        taken.take(
            format!("const texts &{name}"),
            None,
            name,
            format!("{name}.get(){size}"),
        );
    }
}

fn take_number(taken: &mut Taken, function: &Function, arg: &Arg, name: &str, api: &Api) {
    let ty = arg.ty.as_str();
    let set = match (function.name.as_str(), arg.name.as_str()) {
        (_, "signal") => "signal",
        ("options_set_auth", "method") => "auth",
        (_, "overflow") => "overflow",
        (_, "item") => "health_item",
        (_, "control") => "launch_control",
        (_, "key_type") => "onion_key_type",
        (_, "pow") => "pow",
        ("post_descriptor", "purpose") => "descriptor_purpose",
        (_, "purpose") => "circ_purpose",
        ("close_stream", "reason") => "stream_reason",
        (_, "map") => "cells",
        (_, "kind") => "kind",
        _ => "",
    };
    if let Some(set) = api.words.named(set).filter(|_| ty == "int32_t") {
        return taken.take(
            format!("torctl::{} {name}", set.name),
            None,
            name,
            format!("static_cast<std::int32_t>({name})"),
        );
    }
    if (ty == "int" && name != "fd") || name == "wait_ready" {
        return taken.take(
            format!("bool {name}"),
            None,
            name,
            format!("{name} ? 1 : 0"),
        );
    }
    taken.take(
        format!("{} {name}", plain(ty)),
        None,
        name,
        name.to_string(),
    );
}

/// A place for a result. A pointer to constant things is none.
fn is_out(ty: &str) -> bool {
    ty.ends_with("**") || (ty.ends_with('*') && !ty.starts_with("const ") && object(ty).is_none())
}

/// A name for an argument that is none of a constant, which it would hide.
fn free(name: &str, api: &Api) -> String {
    let is_kind = api.kinds().any(|it| {
        it["name"]
            .as_str()
            .is_some_and(|it| it.to_lowercase() == name)
    });
    match (name, is_kind) {
        ("private_key" | "public_key", _) | (_, false) => name.to_string(),
        _ => format!("{name}_"),
    }
}
