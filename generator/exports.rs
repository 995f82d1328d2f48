//! The functions and constants of src/tables as Rust, for src/ffi and for cbindgen.

use std::fmt::Write as _;

use crate::table::{Doc, Family, Field, Place, Shape, Table, Which, Words};
use crate::text::{key_variant, lower_first, screaming, wrap};

/// The source of one table's part of the interface.
pub(crate) fn of(table: &Table, all: &[Table]) -> String {
    let mut out = String::new();
    for words in table.kinds.iter().chain(&table.words) {
        constants(&mut out, words);
        name_function(&mut out, words);
    }
    for family in table.families.iter().filter(|family| !family.is_hidden) {
        let _ = writeln!(
            out,
            "const {}: KindSet = {};",
            kinds(family, &[]),
            set(&family.kinds)
        );
        for only in distinct_subsets(family) {
            let _ = writeln!(
                out,
                "const {}: KindSet = {};",
                kinds(family, &only),
                set(&only)
            );
        }
        out.push('\n');
        for field in family.fields.iter().filter(|field| !field.is_by_hand) {
            accessors(&mut out, family, field, all);
        }
    }
    out
}

fn constants(out: &mut String, words: &Words) {
    let ty = match (words.is_flags, words.is_wide) {
        (true, true) => "u64",
        (true, false) => "u32",
        _ => "i32",
    };
    let mut constant = |doc: &Doc, name: &str, number: i64| {
        comment(out, doc);
        let _ = writeln!(out, "pub const {}{name}: {ty} = {number};", words.prefix);
    };
    let mut doc: Doc = vec![crate::header::SET.to_string(), String::new()];
    doc.extend(words.doc.iter().cloned());
    if !words.is_flags {
        if !words.zero.is_empty() {
            constant(&doc, &words.zero, 0);
        }
        doc.clear();
    }
    for word in &words.words {
        let mut own = word.doc.clone();
        if words.is_wide {
            own[0] = format!("`{}`: {}", word.text, lower_first(&own[0]));
            own.splice(0..0, doc.last().map(|_| String::new()));
        }
        let both: Doc = doc.drain(..).chain(own).collect();
        constant(&both, &word.constant(), word.number);
    }
    if words.is_flags {
        let other = "A flag that this version does not know.".to_string();
        match words.is_wide {
            true => constant(&vec![other], "UNKNOWN", 1 << 62),
            false => constant(&vec![other], "OTHER", 1 << 30),
        }
    }
    out.push('\n');
}

/// The function that says which word has a number.
fn name_function(out: &mut String, words: &Words) {
    if words.is_flags {
        return;
    }
    let prefix = words.prefix.trim_end_matches('_');
    let whose = if words.is_ours {
        "The word"
    } else {
        "tor's word"
    };
    let example = words.words.first().map_or("", |word| &word.text);
    let doc = format!(
        "{whose} for one of the {prefix} constants, for example {example:?}. \"\" for any other number. The string is static."
    );
    comment(out, &vec![doc]);
    let name = screaming(&words.name).to_lowercase();
    let _ = writeln!(
        out,
        "#[no_mangle]\npub extern \"C\" fn torctl_{name}_name(number: i32) -> *const c_char {{\n    match number {{"
    );
    if words.is_ours {
        let _ = writeln!(out, "        0 => c{:?},", words.zero);
    }
    for word in &words.words {
        let _ = writeln!(out, "        {} => c{:?},", word.number, word.text);
    }
    out.push_str("        _ => c\"\",\n    }\n    .as_ptr()\n}\n\n");
}

pub(crate) fn comment(out: &mut String, doc: &Doc) {
    for line in wrap(doc) {
        let _ = writeln!(out, "{}", format!("/// {line}").trim_end());
    }
}

/// The name of the constant for a family's kinds, or for some of them.
fn kinds(family: &Family, only: &[String]) -> String {
    let parts = only.iter().map(|kind| screaming(kind));
    std::iter::once(format!("KINDS_OF_{}", family.name.to_uppercase()))
        .chain(parts)
        .collect::<Vec<_>>()
        .join("_")
}

/// These kinds as an expression.
pub(crate) fn set(kinds: &[String]) -> String {
    let mut sets = kinds
        .iter()
        .map(|kind| format!("KindSet::of(Kind::{kind})"));
    let first = sets.next().expect("a family has kinds");
    sets.fold(first, |all, set| format!("{all}.union({set})"))
}

fn distinct_subsets(family: &Family) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for field in family.fields.iter().filter(|field| !field.only.is_empty()) {
        if !found.contains(&field.only) {
            found.push(field.only.clone());
        }
    }
    found
}

/// The functions for one field.
fn accessors(out: &mut String, family: &Family, field: &Field, all: &[Table]) {
    let name = format!("torctl_{}_{}", family.name, field.name);
    let kinds = kinds(family, &field.only);
    let place = place(field, &kinds);
    let mut function = |doc: &Doc, suffix: &str, ty: &str, body: &str| {
        comment(out, doc);
        let index = if field.has_index() {
            ", index: usize"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "#[no_mangle]\npub extern \"C\" fn {name}{suffix}(event: Option<&Event>{index}) -> {ty} {{\n    {body}\n}}\n"
        );
    };
    let words = |of: &str| find_words(all, of);
    let (ty, body) = match &field.shape {
        Shape::Number => ("u64", format!("unsigned({place})")),
        Shape::NumberBehind(prefix) => {
            let rest = format!("{place}.bytes().strip_prefix(b{prefix:?})");
            ("u64", format!("unsigned_text({rest})"))
        }
        Shape::Signed => ("i64", format!("signed({place})")),
        Shape::Small => ("i32", format!("small({place})")),
        Shape::Port => ("u16", format!("port({place})")),
        Shape::Float => ("f64", format!("float({place})")),
        Shape::Time => ("i64", format!("time_us({place})")),
        Shape::Text | Shape::Bytes => ("*const c_char", format!("text({place})")),
        Shape::Word(of) => {
            let table = screaming(of);
            ("i32", format!("words::{table}.number({place}.bytes())"))
        }
        Shape::Flags(of) => ("u32", format!("words::{}.flags({place})", screaming(of))),
        Shape::Is(is) => ("c_int", format!("c_int::from({place}.bytes() == b{is:?})")),
        Shape::YesNo(yes, no) => ("c_int", format!("yes_no({place}, b{yes:?}, b{no:?})")),
        Shape::Filled => (
            "c_int",
            format!("c_int::from(!{place}.bytes().trim_ascii().is_empty())"),
        ),
        Shape::Count => ("usize", place.clone()),
        Shape::Map => panic!("{name} is written by hand"),
    };
    function(
        &field.manual(family, all),
        "",
        ty,
        field.by.as_ref().unwrap_or(&body),
    );
    match &field.shape {
        Shape::Word(of) | Shape::Flags(of) if field.has_text(words(of)) => {
            let doc = match &field.shape {
                Shape::Word(_) => format!("tor's word for {name}()."),
                _ => format!("tor's words for {name}(), separated by commas."),
            };
            function(
                &vec![doc],
                "_text",
                "*const c_char",
                &format!("text({place})"),
            );
        }
        Shape::Bytes => {
            let doc = format!("The size of {name}().");
            function(
                &vec![doc],
                "_size_bytes",
                "usize",
                &format!("{place}.bytes().len()"),
            );
        }
        _ => {}
    }
}

/// The table of words with this name.
pub(crate) fn find_words<'a>(all: &'a [Table], name: &str) -> &'a Words {
    let mut words = all.iter().flat_map(|table| table.words.iter());
    words
        .find(|words| words.name == name)
        .unwrap_or_else(|| panic!("no table of words is called {name}"))
}

/// Where the field's text comes from.
fn place(field: &Field, kinds: &str) -> String {
    if let Some(part) = &field.part {
        let index = if part.has_index { "index" } else { "0" };
        let list = &part.list;
        return match part.which {
            Which::Count => format!("part_count(event, {kinds}, PartList::{list})"),
            Which::First => format!("first_part(event, {kinds}, PartList::{list}, {index})"),
            Which::Second => format!("second_part(event, {kinds}, PartList::{list}, {index})"),
        };
    }
    match &field.place {
        Place::Arg(at) => format!("arg(event, {kinds}, {at})"),
        Place::Key(key) => format!("value(event, {kinds}, Key::{})", key_variant(key)),
        Place::KeyOrArg(key, at) => {
            format!(
                "value_or_arg(event, {kinds}, Key::{}, {at})",
                key_variant(key)
            )
        }
        Place::Data => format!("data(event, {kinds})"),
        Place::Args | Place::Line | Place::Kind => String::new(),
    }
}

impl Field {
    /// Whether the program says which item of a list it wants.
    pub(crate) fn has_index(&self) -> bool {
        self.part.as_ref().is_some_and(|part| part.has_index)
    }

    /// Whether a function gives the word as tor wrote it.
    pub(crate) fn has_text(&self, words: &Words) -> bool {
        !self.has_no_text && !words.is_ours
    }

    /// The field's comment, and what it has in common with others of its sort.
    fn manual(&self, family: &Family, all: &[Table]) -> Doc {
        let mut notes = Vec::new();
        if let Place::Key(key) | Place::KeyOrArg(key, _) = &self.place {
            notes.push(key.clone());
        }
        if !self.only.is_empty() && family.kinds.len() > 1 {
            let only: Vec<_> = self.only.iter().map(|kind| screaming(kind)).collect();
            notes.push(format!("{} only", only.join(", ")));
        }
        let mut doc = self.doc.clone();
        if !notes.is_empty() {
            crate::text::put_behind_first_sentence(&mut doc, &format!(" ({})", notes.join("; ")));
        }
        if !self.of.is_empty() {
            let actions = self.of.join(", ");
            doc[0] = format!("{actions}: {}", lower_first(&doc[0]));
        }
        let more = match &self.shape {
            Shape::Word(of) => {
                let prefix = find_words(all, of).prefix.trim_end_matches('_');
                format!("One of the {prefix} constants.")
            }
            Shape::Flags(of) => {
                let prefix = find_words(all, of).prefix.trim_end_matches('_');
                format!("A sum of {prefix} constants.")
            }
            Shape::Small => "-1 if it is absent.".to_string(),
            Shape::YesNo(..) => "-1 if it is absent or another word.".to_string(),
            _ => return doc,
        };
        doc.push(more);
        doc
    }
}
