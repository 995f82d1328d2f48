//! include/torctl.h, from the comments in src/ffi and src/tables.
//!
//! cbindgen runs once for each section, so that its types, constants and functions stand together
//! under its title, in reading order.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::answers;
use crate::documents;
use crate::table::Table;
use crate::version;

/// Opaque types: what they are called in C, and in Rust.
type Types = [(String, String)];

/// The nouns of the header in reading order: files of src/ffi, each with the opaque types that it
/// stands for and the Rust types that these are.
const NOUNS: &[(&str, &[(&str, &str)])] = &[
    ("version", &[]),
    ("status", &[]),
    ("error", &[("torctl_error", "torctl_error")]),
    ("reason", &[]),
    ("options", &[("torctl_options", "torctl_options")]),
    ("controller", &[("torctl_controller", "Tor")]),
    ("call", &[("torctl_call", "Call")]),
    ("request", &[]),
    ("result", &[]),
    ("pending", &[("torctl_pending", "Request")]),
    ("reply", &[("torctl_reply", "Reply")]),
    ("values", &[]),
    ("results", &[]),
    ("list", &[]),
    ("event", &[("torctl_event", "Event")]),
    ("listener", &[]),
    ("queue", &[("torctl_queue", "EventQueue")]),
    ("wait", &[]),
    ("trace", &[]),
    ("decoder", &[("torctl_decoder", "MessageDecoder")]),
    ("health", &[]),
    ("view", &[("torctl_view", "torctl_view")]),
    ("bridges", &[]),
    (
        "launch",
        &[("torctl_launch_options", "torctl_launch_options")],
    ),
    (
        "onion_options",
        &[("torctl_onion_options", "torctl_onion_options")],
    ),
    (
        "onion",
        &[
            ("torctl_onion", "torctl_onion"),
            ("torctl_onions", "torctl_onions"),
        ],
    ),
    (
        "onion_listener",
        &[("torctl_onion_listener", "torctl_onion_listener")],
    ),
    (
        "onion_key",
        &[
            ("torctl_onion_key", "torctl_onion_key"),
            ("torctl_client_key", "torctl_client_key"),
        ],
    ),
    ("client_auth", &[]),
    ("services", &[("torctl_services", "torctl_services")]),
    ("fetch", &[]),
    ("circuit", &[]),
    ("attach", &[]),
    ("dial", &[("torctl_dial_options", "torctl_dial_options")]),
    ("address", &[]),
    ("switches", &[]),
    ("config_options", &[]),
    ("question", &[]),
    ("endpoints", &[]),
    ("process_info", &[]),
    ("entry_guards", &[]),
    ("address_mappings", &[]),
    ("exit_policy", &[]),
    ("tor_version", &[]),
    ("value", &[]),
    ("document_kind", &[]),
    ("directory", &[]),
    ("router", &[]),
    ("descriptor", &[]),
    ("microdescriptor", &[]),
    ("onion_descriptor", &[]),
];

/// The noun behind which the fields of events stand.
const BEFORE_EVENT_TABLES: &str = "value";

/// Where the parts of the header begin, and what they are called.
const PARTS: &[(&str, &str)] = &[
    ("version", "Part 1: tor, and what a program does with it"),
    ("value", "Part 2: the fields of events"),
    ("document_kind", "Part 3: directory documents"),
];

const WIDTH: usize = 100;

/// Tables whose constants and functions belong to a noun with another name. A table with the name of a noun
/// belongs to it; a noun without a file in src/ffi has only that.
const TABLES_OF_NOUNS: &[(&str, &str)] = &[
    ("controller", "state"),
    ("request", "signal"),
    ("event", "kind"),
];

/// Files of src/ffi that go on with what another begins.
const MORE_OF_NOUNS: &[(&str, &str)] = &[("value", "read")];

/// The tables of events, in reading order.
const EVENT_TABLES: &[&str] = &[
    "circ",
    "stream",
    "orconn",
    "bandwidth",
    "log",
    "status",
    "library",
    "restored",
    "addrmap",
    "guard",
    "conf",
    "descriptors",
    "hs",
    "net",
    "cells",
];

/// Nouns whose functions that are written by hand are the first that a reader needs.
const BY_HAND_FIRST: &[&str] = &["attach", "listener"];

/// A section of the header: what manual pages call it, its title, and the part that it stands in.
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) part: &'static str,
}

/// The whole header, and its sections. `made` is where the exports of the tables were written.
pub(crate) fn header(ffi: &Path, made: &Path, tables: &[Table]) -> (String, Vec<Section>) {
    let mut sections = Vec::new();
    let mut part = "";
    let mut out = String::from(
        "/* Generated from the comments in src/ffi and src/tables. Do not edit: change those and build. */\n",
    );
    // The index is a table, which only the header's own lines show as one.
    for (page, mark) in [("preface", "/**\n * @file\n"), ("index", "/*\n")] {
        let (title, text) = top_comment(&ffi.join(format!("{page}.rs")));
        let _ = write!(out, "\n{mark} * {title}\n *\n");
        for line in &text {
            let _ = writeln!(out, "{}", format!(" * {line}").trim_end());
        }
        out.push_str(" */\n");
    }
    out.push_str(PREAMBLE);
    out.push_str("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    let tables_of = |noun: &'static str| -> Vec<&Table> {
        let is_of_noun = |table: &&Table| {
            let name = table.name.as_str();
            TABLES_OF_NOUNS.contains(&(noun, name)) || name == noun && !EVENT_TABLES.contains(&name)
        };
        tables.iter().filter(is_of_noun).collect()
    };
    let types_of = |noun: &(&'static str, &[(&str, &str)])| -> Vec<(String, String)> {
        let own = noun
            .1
            .iter()
            .map(|(c, rust)| (c.to_string(), rust.to_string()));
        let of_table = |table: &Table| {
            answers::types(table)
                .into_iter()
                .chain(documents::types(table))
        };
        let of_tables = tables_of(noun.0).into_iter().flat_map(of_table);
        own.chain(of_tables).collect()
    };
    let all_types: Vec<(String, String)> = NOUNS.iter().flat_map(types_of).collect();
    let opaque: String = all_types
        .iter()
        .map(|(name, _)| format!("typedef struct {name} {name};\n"))
        .collect();
    out.push_str("/* The objects. Each is described under its noun. */\n");
    out.push_str(&opaque);
    let table_file = |name: &str| made.join(format!("table_{name}.rs"));
    for entry @ (noun, _) in NOUNS {
        let of_noun = tables_of(noun);
        let mut files: Vec<PathBuf> = of_noun.iter().map(|it| table_file(&it.name)).collect();
        let file = ffi.join(format!("{noun}.rs"));
        let own = of_noun.iter().find(|it| !it.functions.is_empty());
        let documents = of_noun.iter().find(|it| !it.documents.is_empty());
        let (title, text) = match own.or(documents) {
            Some(table) => top_of_table(table),
            None if file.exists() => top_comment(&file),
            None => top_of_table(of_noun.first().expect("a noun has a file or a table")),
        };
        let by_hand = Some(file).filter(|it| it.exists());
        match own {
            Some(_) => {
                let at = if BY_HAND_FIRST.contains(noun) {
                    0
                } else {
                    files.len()
                };
                files.splice(at..at, by_hand);
                files = vec![joined(made, noun, &files)];
            }
            None => {
                // Functions that make an object come before those that read it.
                let has_answers = of_noun.iter().any(|table| !table.answers.is_empty());
                let at = if has_answers { 0 } else { files.len() };
                files.splice(at..at, by_hand);
            }
        }
        if *noun == "version" {
            files.insert(0, version::numbers_file(made));
        }
        let more = MORE_OF_NOUNS.iter().filter(|(it, _)| it == noun);
        files.extend(more.map(|(_, more)| ffi.join(format!("{more}.rs"))));
        if let Some((_, begins)) = PARTS.iter().find(|(first, _)| first == noun) {
            part = begins;
            let _ = write!(out, "\n/* {:=<1$} */\n", format!("{part} "), WIDTH - 6);
        }
        sections.push(write_title(&mut out, noun.replace('_', "-"), &title, part));
        write_section(&mut out, &text, &files, &types_of(entry), &all_types);
        if *noun == "event" {
            out.push_str(KIND_BIT);
        }
        if *noun == BEFORE_EVENT_TABLES {
            for name in EVENT_TABLES {
                let table = tables.iter().find(|table| table.name == *name);
                let table = table.expect("the list is right");
                let page = format!("events-{name}");
                sections.push(write_title(&mut out, page, &table.doc[0], part));
                let mut files = vec![table_file(name)];
                let by_hand = ffi.join(format!("event_{name}.rs"));
                files.extend(Some(by_hand).filter(|it| it.exists()));
                write_section(&mut out, &table.doc[1..], &files, &[], &all_types);
            }
        }
    }
    out.push_str("\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* TORCTL_H */\n");
    let text = out.lines().map(str::trim_end);
    let text = text.fold(String::new(), |all, line| all + line + "\n");
    (text, sections)
}

/// One source of several, so that cbindgen puts their types in front of their functions.
fn joined(made: &Path, noun: &str, files: &[PathBuf]) -> PathBuf {
    let mut all = String::new();
    for file in files {
        let text = fs::read_to_string(file).expect("the file is there");
        for line in text.lines().filter(|line| !line.starts_with("//!")) {
            let _ = writeln!(all, "{line}");
        }
    }
    let path = made.join(format!("section_{noun}.rs"));
    fs::write(&path, all).expect("a build writes there");
    path
}

fn write_title(out: &mut String, name: String, title: &str, part: &'static str) -> Section {
    let title = title.trim_end_matches('.').to_string();
    let _ = write!(out, "\n/* {:-<1$} */\n", format!("{title} "), WIDTH - 6);
    Section { name, title, part }
}

/// What is said of a section, and what it declares.
fn write_section(out: &mut String, text: &[String], files: &[PathBuf], types: &Types, all: &Types) {
    let intro: Vec<&str> = text
        .iter()
        .map(String::as_str)
        .skip_while(|it| it.is_empty())
        .collect();
    if !intro.is_empty() {
        let _ = write!(out, "\n/*\n * {}\n */\n", intro.join("\n * "));
    }
    for file in files {
        let declared = section(file, types, all);
        if !declared.trim().is_empty() {
            let _ = write!(out, "\n{}\n", declared.trim());
        }
    }
}

const PREAMBLE: &str = "
#ifndef TORCTL_H
#define TORCTL_H

#include <stddef.h>
#include <stdint.h>

/* Marks what the library exports. */
#ifndef TORCTL_API
#  if defined(__GNUC__) || defined(__clang__)
#    define TORCTL_API __attribute__((visibility(\"default\")))
#  else
#    define TORCTL_API
#  endif
#endif

/* Marks functions whose status must be looked at: one that is dropped is a mistake that the compiler
 * warns of. Define it as nothing before including this header to have no such warnings. */
#ifndef TORCTL_NODISCARD
#  if defined(__cplusplus) && __cplusplus >= 201703L
#    define TORCTL_NODISCARD [[nodiscard]]
#  elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#    define TORCTL_NODISCARD [[nodiscard]]
#  elif defined(__GNUC__) || defined(__clang__)
#    define TORCTL_NODISCARD __attribute__((warn_unused_result))
#  else
#    define TORCTL_NODISCARD
#  endif
#endif
";

/// What changes an object takes it without const, although Rust shares it: its name says that it sets,
/// adds, removes, takes or clears something.
fn drop_const(declaration: &str) -> String {
    let name = declaration.split('(').next().unwrap_or_default();
    let changes = ["_set_", "_add_", "_clear_"]
        .iter()
        .any(|verb| name.contains(verb))
        || ["_add", "_remove", "_take"]
            .iter()
            .any(|verb| name.ends_with(verb));
    match changes {
        true => declaration.replacen("(const torctl_", "(torctl_", 1),
        false => declaration.to_string(),
    }
}

/// Functions whose status tells only what the program may not mind: that there was nothing to remove.
const MAY_BE_DROPPED: &[&str] = &["torctl_listener_remove", "torctl_attacher_remove"];

/// Marks each function whose status must be looked at. The mark stands in front of everything else:
/// C++ takes [[nodiscard]] nowhere behind an __attribute__.
fn mark_nodiscard(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        // A long declaration has its TORCTL_API on a line of its own.
        let declared = match line {
            "TORCTL_API" => lines.peek().copied(),
            _ => line.strip_prefix("TORCTL_API "),
        };
        let name = declared.and_then(|it| it.strip_prefix("torctl_status "));
        let name = name.and_then(|it| it.split('(').next());
        match declared {
            Some(declared) if name.is_some_and(|it| !MAY_BE_DROPPED.contains(&it)) => {
                out.push_str("TORCTL_NODISCARD TORCTL_API\n");
                if line != "TORCTL_API" {
                    let _ = writeln!(out, "{declared}");
                }
            }
            _ => {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out
}

const KIND_BIT: &str = "
/* The bit of a kind in the sets that torctl_listener_add() and torctl_queue_new() take. */
#define TORCTL_KIND_BIT(kind) (UINT64_C(1) << (kind))
";

/// The same of a table.
fn top_of_table(table: &Table) -> (String, Vec<String>) {
    let title = table.doc.first().cloned().unwrap_or_default();
    (title, table.doc.iter().skip(1).cloned().collect())
}

/// The first line of a file's `//!` comment, and the rest.
fn top_comment(file: &Path) -> (String, Vec<String>) {
    let text = fs::read_to_string(file).expect("the file is there");
    let mut lines = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_string());
    let title = lines.next().unwrap_or_default();
    (title, lines.skip(1).collect())
}

fn section(file: &Path, types: &Types, all: &Types) -> String {
    let mut config = cbindgen::Config {
        language: cbindgen::Language::C,
        style: cbindgen::Style::Type,
        documentation_style: cbindgen::DocumentationStyle::C,
        no_includes: true,
        usize_is_size_t: true,
        line_length: WIDTH,
        tab_width: 4,
        ..Default::default()
    };
    config.function.prefix = Some("TORCTL_API".to_string());
    config.function.args = cbindgen::Layout::Auto;
    config.export.include = types.iter().map(|(name, _)| name.clone()).collect();
    for (name, rust) in all.iter().filter(|(name, rust)| name != rust) {
        config.export.rename.insert(rust.clone(), name.clone());
    }
    if file.ends_with("value.rs") {
        // The one struct with a body, which no function of its section names.
        config.export.include.push("torctl_value".to_string());
    }
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_src(file)
        .generate()
        .expect("src/ffi is what cbindgen takes");
    let mut out = Vec::new();
    bindings.write(&mut out);
    let text = String::from_utf8(out).expect("the comments are UTF-8");
    tidy(&text)
}

/// What cbindgen wrote, in the form that people write: comments of one line where they fit, runs of
/// constants without blank lines, objects declared once, and nothing for Rust readers.
fn tidy(text: &str) -> String {
    let mut out = String::new();
    let mut comment: Option<Vec<&str>> = None;
    let mut indent = "";
    for line in text.lines() {
        match (&mut comment, line.trim()) {
            (None, "/*") => {
                comment = Some(Vec::new());
                indent = &line[..line.len() - "/*".len()];
            }
            (Some(lines), "*/") => {
                write_comment(&mut out, lines, indent);
                comment = None;
            }
            (Some(lines), _) => {
                let line = line.strip_prefix(indent).unwrap_or(line);
                lines.push(line.strip_prefix(' ').unwrap_or(line));
            }
            // The typedefs stand at the top; here the object is only named again.
            (None, object) if object.starts_with("typedef struct ") && object.ends_with(';') => {
                let name = object.trim_end_matches(';').rsplit(' ').next();
                let _ = writeln!(out, "struct {};", name.unwrap_or_default());
            }
            (None, constant) if constant.starts_with("#define ") => {
                let mut words = constant.splitn(3, ' ');
                let (_, name, value) = (words.next(), words.next(), words.next());
                let (name, value) = (name.unwrap_or_default(), value.unwrap_or_default());
                let _ = match value.starts_with('-') {
                    true => writeln!(out, "#define {name} ({value})"),
                    false => writeln!(out, "#define {name} {value}"),
                };
            }
            (None, "")
                if out
                    .lines()
                    .last()
                    .is_some_and(|it| it.starts_with("#define ")) => {}
            (None, "") => out.push('\n'),
            (None, _) => {
                if out
                    .lines()
                    .last()
                    .is_some_and(|it| it.starts_with("#define "))
                {
                    out.push('\n');
                }
                let _ = writeln!(out, "{line}");
            }
        }
    }
    let out: String = out.lines().map(|line| drop_const(line) + "\n").collect();
    part_from_constants(&mark_nodiscard(&out))
}

/// Stands at the top of the comment of a set of constants, so that an empty line comes in front of it.
pub(crate) const SET: &str = "# Set";

/// An empty line between a run of constants and the comment of something else, or of another set.
fn part_from_constants(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        if *line == SET {
            if index > 0 && !lines[index - 1].is_empty() {
                out.push('\n');
            }
            continue;
        }
        let is_behind_constant = index > 0 && lines[index - 1].starts_with("#define ");
        if is_behind_constant && line.starts_with("/*") {
            let is_comment = |line: &&&str| line.starts_with("/*") || line.starts_with(" *");
            let subject = lines[index..].iter().find(|line| !is_comment(line));
            if !subject.is_some_and(|line| line.starts_with("#define ")) {
                out.push('\n');
            }
        }
        let _ = writeln!(out, "{line}");
    }
    out
}

fn write_comment(out: &mut String, lines: &[&str], indent: &str) {
    let safety = lines.iter().position(|line| line.starts_with("# Safety"));
    let mut lines = &lines[..safety.unwrap_or(lines.len())];
    if let [first, _, rest @ ..] = lines {
        if *first == SET {
            let _ = writeln!(out, "{SET}");
            lines = rest;
        }
    }
    while let Some((last, rest)) = lines.split_last() {
        if !last.trim().is_empty() {
            break;
        }
        lines = rest;
    }
    if let [line] = lines {
        if indent.len() + line.len() + 7 <= WIDTH {
            let _ = writeln!(out, "{indent}/** {line} */");
            return;
        }
    }
    let _ = writeln!(out, "{indent}/**");
    for line in lines {
        let _ = writeln!(out, "{indent} * {line}");
    }
    let _ = writeln!(out, "{indent} */");
}
