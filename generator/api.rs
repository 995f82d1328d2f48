//! include/torctl.api.json: the whole interface in a form that programs read, for bindings, manual pages
//! and tests. Functions, constants and objects are those of the header; what only the tables know
//! (fields with their places, words with tor's spelling) comes from them.

use serde_json::{json, Map, Value};

use crate::document_fields;
use crate::exports::find_words;
use crate::header::Section;
use crate::parser::find_kinds;
use crate::table::{Family, Field, Place, Shape, Table, Which, Word, Words};
use crate::text::screaming;

/// The document, from the text of the header with its sections, and the tables.
pub(crate) fn document(header: &str, sections: &[Section], tables: &[Table]) -> String {
    let declarations = Declarations::of(header);
    let words = tables.iter().flat_map(|table| &table.words).map(words);
    let families = tables.iter().flat_map(|table| &table.families);
    let families = families.map(|it| family(it, tables));
    let sections = sections
        .iter()
        .map(|it| json!({"name": it.name, "title": it.title, "part": it.part}));
    let parts = [
        ("sections", sections.collect()),
        ("objects", declarations.objects()),
        ("functions", declarations.functions),
        ("callbacks", declarations.callbacks),
        ("constants", declarations.constants),
        ("kinds", find_kinds(tables).words.iter().map(kind).collect()),
        ("words", words.collect()),
        ("events", families.collect()),
        ("documents", document_fields::api(tables)),
    ];
    let mut text = format!(
        "{{\n\"library\": \"torctl\",\n\"version\": {:?}",
        env!("CARGO_PKG_VERSION")
    );
    for (name, items) in parts {
        // One item a line, so that a change shows as one.
        let items: Vec<String> = items.iter().map(Value::to_string).collect();
        text.push_str(&format!(",\n{name:?}: [\n{}\n]", items.join(",\n")));
    }
    text + "\n}\n"
}

/// What the header declares, in its order.
#[derive(Default)]
struct Declarations {
    opaque: Vec<String>,
    comments: Map<String, Value>,
    functions: Vec<Value>,
    callbacks: Vec<Value>,
    constants: Vec<Value>,
}

impl Declarations {
    fn of(header: &str) -> Declarations {
        let mut found = Declarations::default();
        let mut section = String::new();
        let mut comment = Vec::new();
        let mut lines = header.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(title) = section_title(line) {
                section = title.to_string();
            } else if line.starts_with("/*") {
                comment = take_comment(line, &mut lines);
                continue;
            } else if let Some(define) = line.strip_prefix("#define TORCTL_") {
                found.constant(define, &comment);
            } else if line.starts_with("typedef struct ") && line.ends_with(';') {
                found
                    .opaque
                    .extend(line.split([' ', ';']).nth(2).map(str::to_string));
            } else if let Some(name) = line.strip_prefix("struct ") {
                let name = name.trim_end_matches(';').to_string();
                found.comments.insert(name, json!(comment.join("\n")));
            } else if line.starts_with("TORCTL_") || line.starts_with("typedef ") {
                let mut declaration = line.to_string();
                while !declaration.ends_with(';') && !declaration.ends_with('{') {
                    match lines.next() {
                        Some(more) => declaration.push_str(&format!(" {}", more.trim())),
                        None => break,
                    }
                }
                found.declaration(&declaration, &section, &comment);
            }
            comment = Vec::new();
        }
        found
    }

    fn constant(&mut self, define: &str, comment: &[String]) {
        let Some((name, value)) = define.split_once(' ') else {
            return;
        };
        let value = value.trim_matches(['(', ')']).parse::<i64>();
        if let Ok(value) = value {
            let name = format!("TORCTL_{name}");
            self.constants
                .push(json!({"name": name, "value": value, "comment": comment.join("\n")}));
        }
    }

    fn declaration(&mut self, text: &str, section: &str, comment: &[String]) {
        let is_nodiscard = text.contains("TORCTL_NODISCARD");
        let text = text
            .replace("TORCTL_NODISCARD", "")
            .replace("TORCTL_API", "");
        let text = text.trim();
        if let Some(callback) = text.strip_prefix("typedef ") {
            // result (*name)(arguments);
            let Some((result, rest)) = callback.split_once(" (*") else {
                return;
            };
            let Some((name, arguments)) = rest.split_once(")(") else {
                return;
            };
            self.callbacks.push(json!({
                "name": name,
                "result": result,
                "arguments": arguments_of(arguments),
                "comment": comment.join("\n"),
            }));
            return;
        }
        let Some((head, arguments)) = text.split_once('(') else {
            return;
        };
        let Some(at) = head.rfind("torctl_") else {
            return;
        };
        let (result, name) = (head[..at].trim(), &head[at..]);
        let arguments = arguments_of(arguments);
        let mut function = json!({
            "name": name,
            "section": section,
            "result": result,
            "arguments": arguments,
            "blocks": arguments.iter().any(|argument| argument["type"] == "torctl_call *"),
            "nodiscard": is_nodiscard,
            "since": since(comment),
            "comment": comment.join("\n"),
        });
        if let Some(given) = given_object(result) {
            function["gives"] = json!(given);
        } else if result.starts_with("const ") {
            let lender = arguments
                .first()
                .filter(|it| it["type"].as_str().is_some_and(is_object));
            function["lends"] = lender.map_or(json!("static"), |it| it["name"].clone());
        }
        if let Some(unit) = crate::text::unit(name) {
            function["unit"] = json!(unit);
        }
        self.functions.push(function);
    }

    /// Each with the function that frees it.
    fn objects(&self) -> Vec<Value> {
        let objects = self.opaque.iter().map(|name| {
            let free = format!("{name}_free");
            let has_free = self
                .functions
                .iter()
                .any(|function| function["name"] == free.as_str());
            let comment = self
                .comments
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default();
            json!({
                "name": name,
                "free": has_free.then_some(free),
                "threads": if comment.contains("One thread at a time") { "one" } else { "any" },
                "comment": comment,
            })
        });
        objects.collect()
    }
}

fn section_title(line: &str) -> Option<&str> {
    let title = line.strip_prefix("/* ")?.strip_suffix(" */")?;
    title
        .ends_with("----")
        .then(|| title.trim_end_matches('-').trim())
}

/// The lines of a comment that begins with this one.
fn take_comment<'a>(first: &str, lines: &mut impl Iterator<Item = &'a str>) -> Vec<String> {
    let text = first.strip_prefix("/** ").or(first.strip_prefix("/* "));
    if let Some(text) = text.and_then(|it| it.strip_suffix(" */")) {
        return vec![text.to_string()];
    }
    let mut comment = Vec::new();
    for line in lines {
        let text = line.trim_end_matches("*/").trim_start_matches(" *").trim();
        if line.trim() != "*/" {
            comment.push(text.to_string());
        }
        if line.ends_with("*/") {
            break;
        }
    }
    comment
}

fn arguments_of(text: &str) -> Vec<Value> {
    let text = text.trim_end_matches(';').trim_end_matches(')');
    let arguments = text
        .split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty() && *it != "void");
    let arguments = arguments.map(|argument| {
        let at = argument.rfind([' ', '*']).map_or(0, |at| at + 1);
        let (ty, name) = (argument[..at].trim(), &argument[at..]);
        let mut described = json!({"name": name, "type": ty});
        if ty.ends_with("**") && !ty.starts_with("const") {
            described["direction"] = json!("out");
            described["gives"] = json!(ty.trim_end_matches(['*', ' ']));
        } else if ty.ends_with('*') && !ty.starts_with("const") && !is_object(ty) && ty != "void *"
        {
            described["direction"] = json!("out");
        }
        described
    });
    arguments.collect()
}

fn is_object(ty: &str) -> bool {
    ty.trim_start_matches("const ").starts_with("torctl_") && ty.ends_with('*')
}

/// The object that a function returns for its caller to free.
fn given_object(result: &str) -> Option<&str> {
    let name = result.strip_suffix('*')?.trim();
    name.starts_with("torctl_").then_some(name)
}

/// The version that brought a function.
fn since(comment: &[String]) -> &str {
    let since = comment.iter().find_map(|line| line.strip_prefix("Since: "));
    since.unwrap_or("0.1")
}

fn kind(kind: &Word) -> Value {
    let constant = format!("TORCTL_EVENT_{}", kind.text);
    json!({"name": kind.text, "constant": constant, "number": kind.number, "made_by_library": kind.is_ours})
}

fn words(words: &Words) -> Value {
    let members = words.words.iter().map(|word| {
        let name = format!("{}{}", words.prefix, word.constant());
        json!({"constant": name, "word": word.text, "also": word.also, "number": word.number})
    });
    json!({
        "name": screaming(&words.name).to_lowercase(),
        "prefix": words.prefix,
        "flags": words.is_flags,
        "words": members.collect::<Vec<_>>(),
    })
}

fn family(family: &Family, tables: &[Table]) -> Value {
    let fields = family.fields.iter().enumerate();
    json!({
        "name": family.name,
        "kinds": family.kinds.iter().map(|kind| kind_name(kind, tables)).collect::<Vec<_>>(),
        "hidden": family.is_hidden,
        "fields": fields.map(|(index, it)| field(family, index, it, tables)).collect::<Vec<_>>(),
    })
}

/// tor's word for a variant of `Kind`.
fn kind_name(kind: &str, tables: &[Table]) -> String {
    let mut kinds = find_kinds(tables).words.iter();
    let found = kinds.find(|it| it.variant == kind);
    found
        .unwrap_or_else(|| panic!("{kind} is no kind"))
        .text
        .clone()
}

fn field(family: &Family, index: usize, field: &Field, tables: &[Table]) -> Value {
    let only = if field.only.is_empty() {
        &family.kinds
    } else {
        &field.only
    };
    let mut described = json!({
        "name": field.name,
        "function": format!("torctl_{}_{}", family.name, field.name),
        "kinds": only.iter().map(|kind| kind_name(kind, tables)).collect::<Vec<_>>(),
        "called": field.called,
        "where": place(&field.place),
        "shape": shape(&field.shape),
        "required": field.required.is_some(),
        "by_hand": field.is_by_hand,
    });
    if !field.has_index() && !field.is_by_hand && !family.is_hidden {
        described["number"] = json!(family.number * 100 + index + 1);
    }
    if !field.unit().is_empty() {
        described["unit"] = json!(field.unit());
    }
    if let Shape::Word(of) | Shape::Flags(of) = &field.shape {
        described["words"] = json!(screaming(of).to_lowercase());
        described["has_text"] = json!(field.has_text(find_words(tables, of)));
    }
    if !field.of.is_empty() {
        described["actions"] = json!(field.of);
    }
    if let Some(part) = &field.part {
        let which = match part.which {
            Which::Count => "count",
            Which::First => "first",
            Which::Second => "second",
        };
        described["part"] = json!({"which": which, "has_index": part.has_index});
    }
    described
}

fn place(place: &Place) -> String {
    match place {
        Place::Arg(index) => format!("arg {index}"),
        Place::Args => "args".to_string(),
        Place::Key(key) => key.clone(),
        Place::KeyOrArg(key, _) => key.clone(),
        Place::Data => "data".to_string(),
        Place::Line => "line".to_string(),
        Place::Kind => "kind".to_string(),
    }
}

fn shape(shape: &Shape) -> &'static str {
    match shape {
        Shape::Number | Shape::NumberBehind(_) => "number",
        Shape::Signed => "signed",
        Shape::Small => "small",
        Shape::Port => "port",
        Shape::Float => "float",
        Shape::Time => "time",
        Shape::Text => "text",
        Shape::Bytes => "bytes",
        Shape::Word(_) => "word",
        Shape::Flags(_) => "flags",
        Shape::Is(_) | Shape::Filled => "boolean",
        Shape::YesNo(..) => "yes_no",
        Shape::Count => "count",
        Shape::Map => "map",
    }
}
