//! The table behind torctl_event_read(): every field of events with its number, its place and its shape.

use std::fmt::Write as _;

use crate::exports::set;
use crate::table::{Family, Field, Place, Shape, Table, Which};
use crate::text::{key_variant, screaming};

/// The constants for the header.
pub(crate) fn constants(table: &Table) -> String {
    let mut out = String::new();
    for family in table.families.iter().filter(|family| !family.is_hidden) {
        for (index, (number, field)) in readable(family).enumerate() {
            if index == 0 {
                let set = crate::header::SET;
                let _ = writeln!(
                    out,
                    "/// {set}\n///\n/// The numbers of the fields for torctl_event_read()."
                );
            }
            let name = format!("{}_{}", family.name, field.name).to_uppercase();
            let _ = writeln!(out, "pub const TORCTL_FIELD_{name}: i32 = {number};");
        }
    }
    out
}

/// The fields that are one value, with their numbers. A field keeps its number as long as it keeps its
/// place in the table.
pub(crate) fn readable(family: &Family) -> impl Iterator<Item = (usize, &Field)> {
    let numbered = family.fields.iter().enumerate();
    numbered
        .map(|(index, field)| (family.number * 100 + index + 1, field))
        .filter(|(_, field)| !field.has_index() && !field.is_by_hand)
}

/// The rows, by the numbers of families and of their fields.
pub(crate) fn rows(all: &[Table]) -> String {
    let families = all.iter().flat_map(|table| table.families.iter());
    let mut families: Vec<&Family> = families.filter(|family| !family.is_hidden).collect();
    families.sort_by_key(|family| family.number);
    let mut out = String::from("static FAMILIES: &[Family] = &[\n");
    for (index, family) in families.iter().enumerate() {
        assert_eq!(
            family.number,
            101 + index,
            "{} has the next number",
            family.name
        );
        let _ = writeln!(
            out,
            "    Family {{\n        kinds: {},\n        fields: &[",
            set(&family.kinds)
        );
        for (index, field) in family.fields.iter().enumerate() {
            let is_readable = !field.has_index() && !field.is_by_hand;
            let row = is_readable.then(|| row(family, field));
            let row = row.unwrap_or("None".to_string());
            let _ = writeln!(out, "            {row}, // {}", index + 1);
        }
        out.push_str("        ],\n    },\n");
    }
    out + "];\n"
}

fn row(family: &Family, field: &Field) -> String {
    let kinds = if field.only.is_empty() {
        &family.kinds
    } else {
        &field.only
    };
    format!(
        "Some(Field {{ name: c{:?}, unit: c{:?}, kinds: {}, place: {}, shape: {shape}, shape_number: {shape}.number() }})",
        field.name,
        field.unit(),
        set(kinds),
        place(field),
        shape = shape(&field.shape),
    )
}

fn place(field: &Field) -> String {
    if let Some(part) = &field.part {
        let which = match part.which {
            Which::Count => "Count",
            Which::First => "First",
            Which::Second => "Second",
        };
        return format!("FieldPlace::{which}(PartList::{})", part.list);
    }
    match &field.place {
        Place::Arg(index) => format!("FieldPlace::Arg({index})"),
        Place::Key(key) => format!("FieldPlace::Key(Key::{})", key_variant(key)),
        Place::KeyOrArg(key, index) => {
            format!("FieldPlace::KeyOrArg(Key::{}, {index})", key_variant(key))
        }
        Place::Data => "FieldPlace::Data".to_string(),
        Place::Kind => "FieldPlace::Kind".to_string(),
        Place::Args | Place::Line => panic!("{} is no single value", field.name),
    }
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Number => "FieldShape::Unsigned".to_string(),
        Shape::NumberBehind(prefix) => format!("FieldShape::Behind(b{prefix:?})"),
        Shape::Signed => "FieldShape::Signed".to_string(),
        Shape::Small => "FieldShape::Small".to_string(),
        Shape::Port => "FieldShape::Port".to_string(),
        Shape::Float => "FieldShape::Float".to_string(),
        Shape::Time => "FieldShape::Time".to_string(),
        Shape::Text | Shape::Bytes => "FieldShape::Text".to_string(),
        Shape::Word(of) => format!("FieldShape::Word(&words::{})", screaming(of)),
        Shape::Flags(of) => format!("FieldShape::Flags(&words::{})", screaming(of)),
        Shape::Is(is) => format!("FieldShape::Is(b{is:?})"),
        Shape::YesNo(yes, no) => format!("FieldShape::YesNo(b{yes:?}, b{no:?})"),
        Shape::Filled => "FieldShape::Filled".to_string(),
        Shape::Count => "FieldShape::Count".to_string(),
        Shape::Map => panic!("a map is no single value"),
    }
}

impl Field {
    /// The unit in its name; "" for none.
    pub(crate) fn unit(&self) -> &'static str {
        crate::text::unit(&self.name).unwrap_or_default()
    }
}
