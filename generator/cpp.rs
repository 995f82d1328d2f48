//! include/torctl.hpp: the mirror of the C interface as classes, made of torctl.api.json's document and of what
//! is written by hand in generator/cpp. A function that a comment there names, as `torctl_x()`, is by hand.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cpp_classes;
use crate::cpp_requests;
use crate::cpp_settings;
use crate::cpp_words::Words;

/// The parts in their order.
const PARTS: [&str; 10] = [
    "head",
    "words",
    "strings",
    "core",
    "call",
    "events",
    "queue",
    "objects",
    "controller",
    "async",
];

pub(crate) struct Arg {
    pub(crate) ty: String,
    pub(crate) name: String,
}

/// A function of the header.
pub(crate) struct Function {
    /// Without `torctl_`.
    pub(crate) name: String,
    pub(crate) result: String,
    pub(crate) args: Vec<Arg>,
    pub(crate) comment: String,
    pub(crate) unit: String,
    /// The name of the set of words that the field of an event has.
    pub(crate) words: Option<String>,
}

impl Function {
    fn of(value: &Value, api: &Api) -> Function {
        let args = value["arguments"].as_array().into_iter().flatten();
        let full = text(&value["name"]);
        Function {
            name: bare(&full).to_string(),
            result: text(&value["result"]),
            args: args
                .map(|it| Arg {
                    ty: text(&it["type"]),
                    name: text(&it["name"]),
                })
                .collect(),
            comment: text(&value["comment"]).replace('\n', " "),
            unit: text(&value["unit"]),
            words: api
                .fields()
                .find(|it| it["function"] == full.as_str())
                .and_then(|it| it["words"].as_str().map(str::to_string)),
        }
    }

    /// The object that it is asked of, without `torctl_`.
    pub(crate) fn object(&self) -> Option<&str> {
        object(&self.args.first()?.ty)
    }

    /// Whether it returns a status and takes a place for an error.
    pub(crate) fn can_fail(&self) -> bool {
        self.result == "torctl_status"
            && self
                .args
                .last()
                .is_some_and(|it| it.ty == "torctl_error **")
    }

    pub(crate) fn can_be_begun(&self) -> bool {
        self.comment.contains("Can be begun")
    }

    pub(crate) fn has_callable(&self) -> bool {
        self.args.iter().any(|it| it.ty.ends_with("_fn"))
    }

    /// The first sentence of the comment, with the name of the function.
    pub(crate) fn manual(&self, indent: &str) -> String {
        let first = self.comment.split("  ").next().unwrap_or_default();
        let end = first.find(". ").map_or(first.len(), |at| at + 1);
        format!("{indent}/** {} torctl_{}() */\n", &first[..end], self.name)
    }
}

/// The object that a type points to, without `torctl_`.
pub(crate) fn object(ty: &str) -> Option<&str> {
    let ty = ty.strip_prefix("const ").unwrap_or(ty);
    ty.strip_prefix("torctl_")?.strip_suffix(" *")
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

pub(crate) fn bare(name: &str) -> &str {
    name.strip_prefix("torctl_").unwrap_or(name)
}

/// What the generator knows of the interface.
pub(crate) struct Api {
    document: Value,
    pub(crate) functions: Vec<Function>,
    pub(crate) objects: Vec<String>,
    pub(crate) words: Words,
    /// Those that the parts have by hand.
    by_hand: BTreeSet<String>,
}

impl Api {
    fn of(document: Value, parts: &str) -> Api {
        let words = Words::of(&document);
        let objects = document["objects"].as_array().into_iter().flatten();
        let objects = objects
            .map(|it| bare(&text(&it["name"])).to_string())
            .collect();
        let mut api = Api {
            document,
            functions: Vec::new(),
            objects,
            words,
            by_hand: named(parts),
        };
        let functions = api.document["functions"].as_array().into_iter().flatten();
        api.functions = functions.map(|it| Function::of(it, &api)).collect();
        api
    }

    pub(crate) fn families(&self) -> impl Iterator<Item = &Value> {
        let families = self.document["events"].as_array().into_iter().flatten();
        families.filter(|it| it["hidden"] != true)
    }

    fn fields(&self) -> impl Iterator<Item = &Value> {
        self.families()
            .flat_map(|it| it["fields"].as_array().into_iter().flatten())
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = &Value> {
        self.document["kinds"].as_array().into_iter().flatten()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|it| it.name == name)
    }

    pub(crate) fn is_by_hand(&self, function: &Function) -> bool {
        self.by_hand.contains(&function.name)
    }

    /// Objects of which functions also give looks: their class is in two parts.
    pub(crate) fn has_ref(&self, name: &str) -> bool {
        let lent = format!("const torctl_{name} *");
        name != "error" && self.functions.iter().any(|it| it.result == lent)
    }

    /// The class of an object, or of a family of events, for which a function is a method; none for a
    /// function of its own.
    pub(crate) fn class_of(&self, function: &Function) -> Option<String> {
        let name = function.name.as_str();
        let begins = |with: &str| {
            name.strip_prefix(with)
                .is_some_and(|it| it.starts_with('_'))
        };
        let of_name = self
            .objects
            .iter()
            .filter(|it| begins(it))
            .max_by_key(|it| it.len());
        match function.object() {
            Some("event") if of_name.is_some_and(|it| it == "routers") => {
                Some("routers".to_string())
            }
            Some("event") => {
                let families = self.families().map(|it| text(&it["name"]));
                let family = families.filter(|it| begins(it)).max_by_key(String::len);
                let family = family.filter(|_| !name.starts_with("event_"));
                Some(family.map_or("event".to_string(), |it| family_class(&it)))
            }
            Some(object) => Some(object.to_string()),
            // One that makes an object, or walks through the text of one.
            None => of_name
                .filter(|it| {
                    let makes = format!("torctl_{it} *");
                    function.result == makes
                        || function
                            .args
                            .iter()
                            .any(|arg| arg.ty == format!("{makes}*"))
                        || name.ends_with("_walk")
                })
                .cloned(),
        }
    }
}

/// The class for a family of events.
pub(crate) fn family_class(family: &str) -> String {
    match family.ends_with("_event") {
        true => family.to_string(),
        false => format!("{family}_event"),
    }
}

/// The functions that comments name: what such a comment is about is by hand.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace());
    let names = words.filter_map(|word| word.strip_prefix("torctl_")?.strip_suffix("()"));
    names.map(str::to_string).collect()
}

/// The header, from `generator/cpp` and the text of torctl.api.json.
pub(crate) fn header(directory: &Path, api: &str) -> String {
    let part = |name: &str| {
        let path = directory.join(format!("{name}.hpp.in"));
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let parts = PARTS.map(part);
    let api = Api::of(
        serde_json::from_str(api).expect("it was made here"),
        &parts[1..].concat(),
    );
    let mut out = String::new();
    for line in parts.concat().lines() {
        let mark = line
            .trim()
            .strip_prefix('@')
            .and_then(|it| it.strip_suffix('@'));
        match mark {
            Some(mark) => out.push_str(&generated(mark, &api)),
            None => out.push_str(&format!("{line}\n")),
        }
    }
    out + "\n} // inline namespace\n} // namespace torctl\n\n#endif\n"
}

fn generated(mark: &str, api: &Api) -> String {
    match mark.split_once(' ') {
        Some(("METHODS", class)) => cpp_classes::methods(class, api),
        Some(("ITEMS", class)) => cpp_classes::items(class, api),
        Some(("FAMILY", name)) => cpp_classes::family(name, api),
        _ => match mark {
            "FORWARD" => cpp_classes::forward(api),
            "WORDS" => api.words.declarations(),
            "NAMES" => cpp_classes::names(api),
            "FAMILIES" => cpp_classes::families(api),
            "VISIT" => cpp_classes::visit(api),
            "CLASSES" => cpp_classes::all(
                api,
                &[
                    "event",
                    "queue",
                    "call",
                    "options",
                    "launch_options",
                    "controller",
                    "error",
                ],
            ),
            "STRUCTS" => cpp_requests::structs(api),
            "SETTINGS" => cpp_settings::settings(api),
            "FUNCTIONS" => cpp_classes::functions(api),
            "ASYNC" => cpp_requests::begun(api),
            _ => panic!("generator/cpp: nothing is known of @{mark}@"),
        },
    }
}
