//! The functions of a kind of directory documents as Rust, for src/ffi and for cbindgen.

use std::fmt::Write as _;

use crate::document_fields;
use crate::documents::{Document, DocumentField, DocumentShape as Shape};
use crate::exports::comment;
use crate::table::{Doc, Table};
use crate::text::wrap;

/// What all kinds have: `{name}` and the like stand for the words of one.
const COMMON: &str = include_str!("document.rs.in");

/// What the kinds have that archives write annotations for.
const ANNOTATIONS: &str = include_str!("document_annotations.rs.in");

/// The functions of the documents of one table.
pub(crate) fn of(table: &Table) -> String {
    let mut out = String::new();
    for document in &table.documents {
        let annotations = document.annotated.as_ref().map_or("", |_| ANNOTATIONS);
        let source = COMMON
            .replace("{constants}", &document_fields::constants(document))
            .replace("{values}", &document_fields::values(document))
            .replace("{finders}", &finders(document))
            .replace("{fields}", &fields(document, table))
            .replace("{annotations}", annotations);
        out.push_str(&document.fill_in(&source));
    }
    out
}

impl Document {
    /// The source with the words of this kind, and its comments broken anew.
    fn fill_in(&self, source: &str) -> String {
        let [one, several, short] = &self.called;
        let keys: Vec<String> = self.keys.iter().map(|key| format!("\"{key}\"")).collect();
        let source = source
            .replace("{name}", &self.name)
            .replace("{NAME}", &self.name.to_uppercase())
            .replace("{Entry}", &self.entry)
            .replace("{One}", &format!("A {one}"))
            .replace("{one_of}", &format!("a {one}"))
            .replace("{one}", one)
            .replace("{several}", several)
            .replace("{short}", short)
            .replace("{texts}", &self.texts)
            .replace("{keys}", &keys.join(", "))
            .replace("{annotated}", self.annotated.as_deref().unwrap_or_default());
        let mut out = String::new();
        let mut doc = Doc::new();
        for line in source.lines() {
            match line.strip_prefix("///") {
                // A title, which stays alone.
                Some(line) if line.starts_with(" # ") => {
                    comment(&mut out, &std::mem::take(&mut doc));
                    let _ = writeln!(out, "///{line}");
                }
                Some(line) => doc.push(line.trim().to_string()),
                None => {
                    comment(&mut out, &std::mem::take(&mut doc));
                    let _ = writeln!(out, "{line}");
                }
            }
        }
        out
    }
}

/// The functions that find an entry by a field.
fn finders(document: &Document) -> String {
    let mut out = String::new();
    let by = document.fields.iter();
    let mut by: Vec<_> = by
        .filter_map(|it| Some((it.find.as_ref()?, &it.name)))
        .collect();
    by.sort();
    for (suffix, by) in by {
        let what = match by.as_str() {
            "fingerprint" => {
                "The {one} of the relay with this identity: 40 hexadecimal digits in either case, also in the forms `$FP`, \
                 `$FP~nickname` or `$FP=nickname`. The first of several. The first look-up may make an index, so that \
                 all of them are fast."
            }
            "nickname" => {
                "The first {one} with this nickname, in either case. Nicknames are not unique, and anybody may take any."
            }
            _ => "The {one} with this digest, as torctl_router_microdesc_digest() gives it.",
        };
        let _ = writeln!(
            out,
            "/// {what}\n///\n/// Returns an object that lives in the list; NULL if there is none.\n///\n\
             /// # Safety\n/// The {by} is NULL or a string.\n#[no_mangle]\n\
             pub unsafe extern \"C\" fn torctl_{{name}}s_find{suffix}(\n    \
             {{name}}s: Option<&{{Entry}}s>,\n    {by}: *const c_char,\n) -> *const {{Entry}} {{\n    \
             // SAFETY: passed on.\n    \
             unsafe {{ document::find({{name}}s, {by}, {{Entry}}s::find_{by}) }}\n}}\n"
        );
    }
    out
}

fn fields(document: &Document, table: &Table) -> String {
    let mut out = String::new();
    for field in &document.fields {
        match &field.shape {
            Shape::List(parts) => list(&mut out, field, parts),
            Shape::Question(arguments, result) => question(&mut out, field, arguments, result),
            _ => plain(&mut out, field, table),
        }
    }
    out
}

/// A function that takes nothing but the entry, and perhaps an index.
fn accessor(out: &mut String, doc: &Doc, name: &str, index: bool, ty: &str, body: &str) {
    for line in wrap(doc) {
        let _ = writeln!(out, "{}", format!("/// {line}").trim_end());
    }
    let index = if index { ", index: usize" } else { "" };
    let _ = writeln!(
        out,
        "#[no_mangle]\npub extern \"C\" fn torctl_{{name}}_{name}({{name}}: Option<&{{Entry}}>{index}) -> {ty} {{\n    {body}\n}}\n"
    );
}

fn plain(out: &mut String, field: &DocumentField, table: &Table) {
    let name = &field.name;
    let text = |name: &str| format!("document::string({{name}}.and_then({{Entry}}::{name}_c))");
    let some = format!("{{name}}.and_then({{Entry}}::{name})");
    let plain = format!("{{name}}.map_or(0, {{Entry}}::{name})");
    let mut doc = field.doc.clone();
    let (ty, body, more) = match &field.shape {
        Shape::Text => ("*const c_char", text(name), ""),
        Shape::Time => {
            let body = match field.with {
                Some(_) => plain,
                None => format!("{some}.unwrap_or(0)"),
            };
            ("i64", body, "Microseconds since 1970, UTC; 0 if absent.")
        }
        Shape::Port => ("u16", plain, ""),
        Shape::Number => ("u64", format!("{some}.unwrap_or(0)"), "0 if absent."),
        Shape::Amount => ("i64", format!("document::amount({some})"), "-1 if absent."),
        Shape::Small => (
            "c_int",
            format!("{some}.map_or(-1, c_int::from)"),
            "-1 if absent.",
        ),
        Shape::Truth => (
            "c_int",
            format!("{{name}}.is_some_and({{Entry}}::{name}).into()"),
            "1 or 0.",
        ),
        Shape::Flags(of) => {
            let words = table.words.iter().find(|words| words.name == *of);
            let prefix = &words.expect("the flags stand in the same table").prefix;
            let more = format!("The sum of {} constants.", prefix.trim_end_matches('_'));
            doc.push(more);
            ("u64", plain, "")
        }
        Shape::List(_) | Shape::Question(..) => unreachable!("these are no plain fields"),
    };
    if !more.is_empty() {
        if doc.len() > 1 {
            doc.push(String::new());
        }
        doc.push(more.to_string());
    }
    accessor(out, &doc, name, false, ty, &body);
    if matches!(field.shape, Shape::Flags(_)) {
        let doc = format!(
            "The words of torctl_{{name}}_{name}() as tor wrote them, with blanks between."
        );
        let name = format!("{name}_text");
        accessor(out, &vec![doc], &name, false, "*const c_char", &text(&name));
    }
}

fn list(out: &mut String, field: &DocumentField, parts: &str) {
    let name = &field.name;
    let count = format!("{{name}}.map_or(0, |it| it.part_count(SpanKind::{parts}))");
    accessor(
        out,
        &field.doc,
        &format!("{name}_count"),
        false,
        "usize",
        &count,
    );
    let mut item = |doc: &str, name: &str, parts: &str| {
        let body =
            format!("document::string({{name}}.map(|it| it.part_tail(SpanKind::{parts}, index)))");
        accessor(
            out,
            &vec![doc.to_string()],
            name,
            true,
            "*const c_char",
            &body,
        );
    };
    if let Some((name, parts, doc)) = &field.beside {
        item(doc, name, parts);
    }
    item(
        field.item.as_deref().expect("a list has #[item(...)]"),
        name,
        parts,
    );
    if let Some(doc) = &field.port {
        let body = format!("{{name}}.map_or(0, |it| it.part_port(SpanKind::{parts}, index))");
        accessor(
            out,
            &vec![doc.clone()],
            &format!("{name}_port"),
            true,
            "u16",
            &body,
        );
    }
}

/// A function that takes more than the entry. One that takes a string is guarded.
fn question(out: &mut String, field: &DocumentField, arguments: &[(String, String)], result: &str) {
    let name = &field.name;
    let (mut taken, mut given, mut string) = (String::new(), Vec::new(), None);
    for (argument, ty) in arguments {
        given.push(argument.as_str());
        let ty = match ty.as_str() {
            "Text" => {
                string = Some((argument, "optional_bytes"));
                "*const c_char"
            }
            "Address" => {
                string = Some((argument, "document::target"));
                "*const c_char"
            }
            number => number,
        };
        let _ = write!(taken, ", {argument}: {ty}");
    }
    let given = given.join(", ");
    let (ty, none, call) = match result {
        "Truth" => ("c_int", "0", format!("it.{name}({given}).into()")),
        _ => (
            "*const c_char",
            "empty()",
            format!("document::string(it.{name}_c({given}))"),
        ),
    };
    for line in wrap(&field.doc) {
        let _ = writeln!(out, "{}", format!("/// {line}").trim_end());
    }
    let Some((string, read)) = string else {
        let _ = writeln!(
            out,
            "#[no_mangle]\npub extern \"C\" fn torctl_{{name}}_{name}({{name}}: Option<&{{Entry}}>{taken}) -> {ty} {{\n    \
             {{name}}.map_or({none}, |it| {call})\n}}\n"
        );
        return;
    };
    let _ = writeln!(
        out,
        "///\n/// # Safety\n/// The {string} is NULL or a string.\n#[no_mangle]\n\
         pub unsafe extern \"C\" fn torctl_{{name}}_{name}({{name}}: Option<&{{Entry}}>{taken}) -> {ty} {{\n    \
         guard_or({none}, || {{\n        // SAFETY: passed on.\n        \
         let {string} = unsafe {{ {read}({string}) }};\n        \
         {{name}}.zip({string}).map_or({none}, |(it, {string})| {call})\n    }})\n}}\n"
    );
}
