//! What src/tables says to the parser of events: its keywords, its words and its grammar.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::table::{Family, Field, Place, Shape, Table, Words};
use crate::text::{key_variant, screaming};

/// The call of `keys!` with every keyword that a field has.
pub(crate) fn keys(all: &[Table]) -> String {
    let fields = families(all).flat_map(|family| family.fields.iter());
    let keys: BTreeSet<(String, &str)> = fields
        .filter_map(Field::key)
        .map(|key| (key_variant(key), key))
        .collect();
    let mut out = String::from("keys! {\n");
    for (variant, key) in keys {
        let _ = writeln!(out, "    {variant} = {key:?},");
    }
    out + "}\n"
}

/// The enum of kinds, and their names.
pub(crate) fn kinds(all: &[Table]) -> String {
    let kinds = find_kinds(all);
    let mut out = String::from(
        "/// A kind of event. The numbers are the ones in the C header and never change.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n#[repr(u8)]\npub enum Kind {\n    \
         /// A kind that this version does not know; its name stands in the raw text.\n    Unknown = 0,\n",
    );
    for kind in &kinds.words {
        let doc = kind.doc.first().cloned().unwrap_or_default();
        let _ = writeln!(
            out,
            "    /// {doc}\n    {} = {},",
            kind.variant, kind.number
        );
    }
    let variants = kinds
        .words
        .iter()
        .map(|kind| format!("Kind::{}", kind.variant));
    let variants: Vec<String> = variants.collect();
    let _ = writeln!(
        out,
        "}}\n\n/// Every kind but the unknown.\npub(super) const ALL: [Kind; {}] = [{}];\n",
        variants.len(),
        variants.join(", ")
    );
    let sent = kinds.words.iter().filter(|kind| !kind.is_ours);
    let sent = sent.flat_map(|kind| {
        let names = std::iter::once(&kind.text).chain(&kind.also);
        names.map(|name| format!("    Name::new({name:?}, Kind::{}),\n", kind.variant))
    });
    let sent: Vec<String> = sent.collect();
    let _ = writeln!(
        out,
        "/// What tor sends.\nstatic SENT: [Name<Kind>; {}] = [\n{}];\n",
        sent.len(),
        sent.concat()
    );
    let count = kinds
        .words
        .iter()
        .map(|kind| kind.number + 1)
        .max()
        .unwrap_or(1);
    let names = (0..count).map(|number| {
        let kind = kinds.words.iter().find(|kind| kind.number == number);
        format!("\"{}\\0\"", kind.map_or("", |kind| &kind.text))
    });
    let names: Vec<String> = names.collect();
    let _ = writeln!(
        out,
        "/// The names by the numbers of their kinds, with the NUL that C wants behind them.\n\
         static BY_NUMBER: [&str; Kind::COUNT] = [{}];\n",
        names.join(", ")
    );
    let ours = kinds.words.iter().filter(|kind| kind.is_ours);
    let ours: Vec<String> = ours.map(|kind| format!("Kind::{}", kind.variant)).collect();
    let _ = writeln!(
        out,
        "impl Kind {{\n    /// One more than the highest number.\n    \
         pub(super) const COUNT: usize = {count};\n\n    \
         /// Whether the library makes it: no peer can send it.\n    \
         const fn is_ours(self) -> bool {{\n        matches!(self, {})\n    }}\n}}",
        ours.join(" | ")
    );
    out
}

/// The table of kinds.
pub(crate) fn find_kinds(all: &[Table]) -> &Words {
    let mut kinds = all.iter().filter_map(|table| table.kinds.as_ref());
    kinds.next().expect("one table has the kinds")
}

/// A static for each table of words, and the list of all.
pub(crate) fn words(all: &[Table]) -> String {
    let events = all.iter().filter(|table| table.documents.is_empty());
    let tables: Vec<&Words> = events.flat_map(|table| table.words.iter()).collect();
    let mut out = String::new();
    for table in &tables {
        let first = table.doc.first().cloned().unwrap_or_default();
        let _ = writeln!(
            out,
            "/// {first}\npub static {}: Words = Words::new(",
            screaming(&table.name)
        );
        let _ = writeln!(out, "    {:?},\n    &[", table.prefix);
        for word in &table.words {
            let _ = writeln!(out, "        word({}, {:?}),", word.number, word.text);
        }
        for word in &table.words {
            for also in &word.also {
                let _ = writeln!(out, "        word({}, {also:?}),", word.number);
            }
        }
        out.push_str("    ],\n);\n\n");
    }
    let _ = writeln!(
        out,
        "/// Every table there is.\npub static TABLES: [&Words; {}] = [",
        tables.len()
    );
    for table in &tables {
        let _ = writeln!(out, "    &{},", screaming(&table.name));
    }
    out + "];\n"
}

/// How many arguments of a kind have no keyword, and in which order its keywords come.
pub(crate) fn grammar(all: &[Table]) -> String {
    let mut out = String::from(
        "/// How many arguments have no keyword, whatever they look like: names that others chose, and the\n\
         /// paths of old tors, may have `=` in them.\n\
         pub(super) const fn positional(kind: Kind) -> usize {\n    match kind {\n",
    );
    for family in families(all).filter(|family| family.positional > 0) {
        let _ = writeln!(
            out,
            "        {} => {},",
            pattern(&family.kinds),
            family.positional
        );
    }
    out.push_str("        _ => 0,\n    }\n}\n\n");
    out.push_str(
        "/// The keywords that an event of this kind may have, in tor's order; none for the rare kinds.\n\
         pub(super) const fn usual_order(kind: Kind) -> &'static [Form] {\n    match kind {\n",
    );
    for family in families(all).filter(|family| family.is_ordered) {
        let _ = writeln!(
            out,
            "        {} => &{},",
            pattern(&family.kinds),
            family.name.to_uppercase()
        );
    }
    out.push_str("        _ => &[],\n    }\n}\n");
    for family in families(all).filter(|family| family.is_ordered) {
        let mut keys: Vec<&str> = Vec::new();
        for key in family.fields.iter().filter_map(Field::key) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let name = family.name.to_uppercase();
        let _ = writeln!(out, "\nstatic {name}: [Form; {}] = forms([", keys.len());
        for key in keys {
            let _ = writeln!(out, "    Key::{},", key_variant(key));
        }
        out.push_str("]);\n");
    }
    out
}

/// What events of a kind, and status events of an action, cannot do without.
pub(crate) fn required(all: &[Table]) -> String {
    let mut out = String::from(
        "/// What events of a kind must have.\n\
         const fn required(kind: Kind) -> &'static [Part] {\n    match kind {\n",
    );
    let parts = |family: &Family, kind: &String, of: Option<&String>| {
        let fields = family.fields.iter();
        let mut parts: Vec<String> = fields
            .filter(|field| field.only.is_empty() || field.only.contains(kind))
            .filter(|field| of.map_or(field.of.is_empty(), |of| field.of.contains(of)))
            .filter_map(Field::required_part)
            .collect();
        parts.extend(family.block.clone().filter(|_| of.is_none()));
        parts
    };
    for family in families(all) {
        for kind in &family.kinds {
            let parts = parts(family, kind, None);
            let _ = writeln!(out, "        Kind::{kind} => &[{}],", parts.join(", "));
        }
    }
    out.push_str("        Kind::Unknown | Kind::DescChanged => &[],\n    }\n}\n\n");
    out.push_str(
        "/// What events of an action must have besides: the numbers of which 0 says something.\n\
         fn required_of_action(kind: Kind, action: &[u8]) -> &'static [Part] {\n    match (kind, action) {\n",
    );
    for family in families(all) {
        let actions: BTreeSet<&String> = family.fields.iter().flat_map(|field| &field.of).collect();
        for action in actions {
            let parts = parts(family, &family.kinds[0], Some(action));
            if !parts.is_empty() {
                let kinds = pattern(&family.kinds);
                let _ = writeln!(
                    out,
                    "        ({kinds}, b{action:?}) => &[{}],",
                    parts.join(", ")
                );
            }
        }
    }
    out + "        _ => &[],\n    }\n}\n"
}

fn families(all: &[Table]) -> impl Iterator<Item = &Family> {
    all.iter().flat_map(|table| table.families.iter())
}

fn pattern(kinds: &[String]) -> String {
    let kinds: Vec<String> = kinds.iter().map(|kind| format!("Kind::{kind}")).collect();
    kinds.join(" | ")
}

impl Field {
    /// Its keyword.
    pub(crate) fn key(&self) -> Option<&str> {
        match &self.place {
            Place::Key(key) | Place::KeyOrArg(key, _) => Some(key),
            _ => None,
        }
    }

    /// Its row in the table of what must be there.
    fn required_part(&self) -> Option<String> {
        let shape = match self.required.as_deref()? {
            "" => match &self.shape {
                Shape::Number => "Unsigned",
                Shape::Signed => "Signed",
                Shape::Small => "Unsigned",
                Shape::Port => "Port",
                Shape::Float => "Float",
                Shape::Time => "Time",
                _ => "Word",
            },
            said => said,
        };
        Some(match &self.place {
            Place::Arg(index) => format!("Arg({index}, {shape})"),
            Place::Args => format!("Arg(0, {shape})"),
            Place::Key(key) => format!("Pair(Key::{}, {shape})", key_variant(key)),
            _ => panic!("{} cannot be required", self.name),
        })
    }
}
