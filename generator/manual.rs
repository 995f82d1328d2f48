//! What the comments of functions have in common.

use crate::functions::{Function, Returns};
use crate::params::Kind;
use crate::table::Doc;

impl Function {
    /// The comment, with what it has in common with others.
    pub(crate) fn manual(&self) -> Doc {
        let mut doc = self.doc.clone();
        for param in &self.params {
            if let Some(object) = param.new_object() {
                let is_optional = matches!(param.kind, Kind::MaybeNew(_));
                say_who_frees(&mut doc, &param.name, object, is_optional);
            }
            if matches!(param.kind, Kind::Owned(_)) {
                doc.push("Accepts NULL.".to_string());
            }
        }
        if self.params.iter().any(|it| it.kind == Kind::Operation) {
            doc.push("Can be begun: see torctl_call_set_queue().".to_string());
        }
        if let Returns::New(object) = &self.returns {
            doc.push(format!(
                "The caller frees the result with torctl_{}_free().",
                c_name(object)
            ));
        }
        doc
    }
}

/// Says who frees what `*name` is set to, unless the comment does.
fn say_who_frees(doc: &mut Doc, name: &str, object: &str, is_optional: bool) {
    let free = &format!("torctl_{}_free()", c_name(object));
    if doc.iter().any(|line| line.contains(free)) {
        return;
    }
    let sets = format!("Sets `*{name}`");
    let Some(at) = doc.iter().position(|line| line.contains(&sets)) else {
        let wanted = match is_optional {
            true => format!("{sets}, if `{name}` is not NULL,"),
            false => sets,
        };
        let what = match c_name(object) {
            "event" => "an event",
            "controller" => "a controller",
            "queue" => "a queue",
            "reply" => "a reply",
            _ => "an object",
        };
        let sentence = format!("{wanted} to {what} that the caller frees with {free}.");
        doc.extend([String::new(), sentence]);
        return;
    };
    let end = doc[at..].iter().position(|line| line.is_empty());
    let end = end.map_or(doc.len(), |it| at + it);
    let mut paragraph = doc.drain(at..end).collect::<Vec<_>>().join(" ");
    let from = paragraph.find(&sets).unwrap_or(0);
    let behind = paragraph[from..].find(". ");
    let behind = behind.map_or(paragraph.len(), |it| from + it + 1);
    let sentence = format!(" The caller frees `*{name}` with {free}.");
    paragraph.insert_str(behind, &sentence);
    doc.insert(at, paragraph);
}

/// What an object is called in C, without `torctl_`.
fn c_name(object: &str) -> &str {
    match object {
        "Tor" => "controller",
        "Event" => "event",
        "MessageDecoder" => "decoder",
        "EventQueue" => "queue",
        "OnionDescriptor" => "onion_descriptor",
        "Reply" => "reply",
        "Request" => "pending",
        "Values" => "values",
        other => other.strip_prefix("torctl_").unwrap_or(other),
    }
}
