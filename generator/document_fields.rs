//! The numbers of the fields of directory documents, and how many of them are read in one call.

use std::fmt::Write as _;

use serde_json::{json, Value};

use crate::documents::{Document, DocumentField, DocumentShape as Shape};
use crate::table::Table;
use crate::text::unit;

/// A field that is one value.
struct Readable {
    number: usize,
    /// The end of its function's name.
    name: String,
    /// The end of its TORCTL_SHAPE constant.
    shape: &'static str,
    /// Its value, of the entry `it`.
    read: String,
}

/// What all documents have, counted from here: a field keeps its number if a table gets a new one.
pub(crate) const COMMON: usize = 91;

/// Name, shape and value.
type Common = (&'static str, &'static str, &'static str);

const ANNOTATIONS: [Common; 5] = [
    (
        "annotated_type",
        "TEXT",
        "text(it.annotation_c(Annotation::Type))",
    ),
    (
        "source",
        "TEXT",
        "text(it.annotation_c(Annotation::Source))",
    ),
    (
        "purpose",
        "TEXT",
        "text(it.annotation_c(Annotation::Purpose))",
    ),
    (
        "downloaded_unix_us",
        "TIME",
        "time(it.downloaded_unix_us())",
    ),
    (
        "last_listed_unix_us",
        "TIME",
        "time(it.last_listed_unix_us())",
    ),
];

const ALWAYS: [Common; 2] = [
    ("extra_count", "LIST", "list(it.extra_count())"),
    ("raw", "TEXT", "raw(it)"),
];

/// The constants for the header.
pub(crate) fn constants(document: &Document) -> String {
    let mut out = format!(
        "/// {}\n///\n/// The fields of {{one_of}}, for torctl_{{name}}_read(): each has a function of the same name.\n",
        crate::header::SET
    );
    for field in readable(document) {
        let name = format!("{}_{}", document.name, field.name).to_uppercase();
        let _ = writeln!(
            out,
            "pub const TORCTL_FIELD_{name}: i32 = {};",
            field.number
        );
    }
    out
}

/// The values of an entry by their numbers.
pub(crate) fn values(document: &Document) -> String {
    let mut out = String::from(
        "#[inline]\nfn {name}_value(it: &{Entry}, field: i32) -> torctl_value {\n    match field {\n",
    );
    for field in readable(document) {
        let _ = writeln!(
            out,
            "        {} => document_value::{},",
            field.number, field.read
        );
    }
    out + "        _ => document_value::none(field),\n    }\n}\n"
}

/// Name, unit and shape of each field.
pub(crate) fn names(all: &[Table]) -> String {
    let mut out = String::from(
        "/// The name, the unit and the shape of a field.\n\
         pub(super) fn field_of(field: i32) -> Option<(&'static CStr, &'static CStr, i32)> {\n    \
         Some(match field {\n",
    );
    for field in documents(all).flat_map(readable) {
        let Readable {
            number,
            name,
            shape,
            ..
        } = &field;
        let unit = unit(name).unwrap_or_default();
        let _ = writeln!(
            out,
            "        {number} => (c{name:?}, c{unit:?}, TORCTL_SHAPE_{shape}),"
        );
    }
    out + "        _ => return None,\n    })\n}\n"
}

/// What torctl.api.json says of documents.
pub(crate) fn api(all: &[Table]) -> Vec<Value> {
    let described = documents(all).map(|document| {
        let fields = readable(document).into_iter().map(|field| {
            let mut described = json!({
                "name": field.name,
                "function": format!("torctl_{}_{}", document.name, field.name),
                "number": field.number,
                "shape": field.shape.to_lowercase(),
            });
            if let Some(unit) = unit(&field.name) {
                described["unit"] = json!(unit);
            }
            described
        });
        json!({"name": document.name, "fields": fields.collect::<Vec<_>>()})
    });
    described.collect()
}

fn documents(all: &[Table]) -> impl Iterator<Item = &Document> {
    all.iter().flat_map(|table| table.documents.iter())
}

fn readable(document: &Document) -> Vec<Readable> {
    let first = document.number * 100;
    let own = document.fields.iter().zip(first + 1..);
    let own = own.filter_map(|(field, number)| {
        let (shape, read) = value(field)?;
        let name = match field.shape {
            Shape::List(_) => format!("{}_count", field.name),
            _ => field.name.clone(),
        };
        Some(Readable {
            number,
            name,
            shape,
            read,
        })
    });
    let common = ANNOTATIONS.into_iter().zip(first + COMMON..);
    let common = common.filter(|_| document.annotated.is_some());
    let common = common.chain(ALWAYS.into_iter().zip(first + COMMON + ANNOTATIONS.len()..));
    let common = common.map(|((name, shape, read), number)| Readable {
        number,
        name: name.to_string(),
        shape,
        read: read.to_string(),
    });
    own.chain(common).collect()
}

/// A field's shape and its value, of the entry `it`; none if it is no single value.
fn value(field: &DocumentField) -> Option<(&'static str, String)> {
    let name = &field.name;
    let got = match &field.with {
        Some(with) => format!("it.{with}_c().map(|_| it.{name}())"),
        None => format!("it.{name}()"),
    };
    Some(match &field.shape {
        Shape::Text => ("TEXT", format!("text(it.{name}_c())")),
        Shape::Time => ("TIME", format!("time({got})")),
        Shape::Port => ("UNSIGNED", format!("unsigned({got})")),
        Shape::Number => ("UNSIGNED", format!("unsigned({got})")),
        Shape::Amount | Shape::Small => ("SIGNED", format!("amount({got})")),
        Shape::Truth => ("BOOLEAN", format!("truth({got})")),
        Shape::Flags(_) => ("FLAGS", format!("flags({got}, it.{name}_text_c())")),
        Shape::List(parts) => ("LIST", format!("list(it.part_count(SpanKind::{parts}))")),
        Shape::Question(..) => return None,
    })
}
