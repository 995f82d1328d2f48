//! Names and paragraphs.

use crate::table::Doc;

/// How wide the text of a comment is.
const WIDTH: usize = 94;

/// The paragraphs of a comment, broken anew. Lists keep their lines.
pub(crate) fn wrap(doc: &Doc) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in doc {
        let is_item = line.starts_with("- ") || line.starts_with("    ");
        if line.trim().is_empty() || is_item {
            out.push(line.trim_end().to_string());
            is_open = is_item && line.starts_with("- ");
            continue;
        }
        for word in line.split_whitespace() {
            match out.last_mut() {
                Some(last) if is_open && last.len() + 1 + word.len() <= WIDTH => {
                    last.push(' ');
                    last.push_str(word);
                }
                Some(last) if is_open && last.starts_with("- ") => out.push(format!("  {word}")),
                Some(last) if is_open && last.starts_with("  ") => out.push(format!("  {word}")),
                _ => out.push(word.to_string()),
            }
            is_open = true;
        }
    }
    out
}

/// Puts a note in front of the full stop of the first sentence.
pub(crate) fn put_behind_first_sentence(doc: &mut Doc, note: &str) {
    for line in doc.iter_mut() {
        let end = line
            .find(". ")
            .or_else(|| line.strip_suffix('.').map(str::len))
            .or_else(|| line.find(": "))
            .or_else(|| line.find("; "));
        if let Some(end) = end {
            line.insert_str(end, note);
            return;
        }
    }
    panic!("no sentence ends in {doc:?}");
}

/// With a small letter at the beginning.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some_and(|it| !it.is_uppercase()) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_string(),
    }
}

/// `CircStatus` as `CIRC_STATUS`.
pub(crate) fn screaming(name: &str) -> String {
    let mut out = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_uppercase() && index > 0 {
            out.push('_');
        }
        out.extend(letter.to_uppercase());
    }
    out
}

/// `OnionKey` as `onion_key`.
pub(crate) fn snake(name: &str) -> String {
    screaming(name).to_lowercase()
}

/// `BUILD_FLAGS` as `BuildFlags`, for the enum of keywords. A keyword of small and capital letters
/// stays as it is, but for its first.
pub(crate) fn key_variant(key: &str) -> String {
    let is_mixed = key.chars().any(char::is_lowercase) && key.chars().any(char::is_uppercase);
    if is_mixed {
        return key.to_string();
    }
    key.split('_')
        .map(|part| {
            let (first, rest) = part.split_at(1);
            first.to_uppercase() + &rest.to_lowercase()
        })
        .collect()
}

/// The units that stand at the end of names, the longer before those that they end in.
const UNITS: &[&str] = &[
    "bytes_per_second",
    "unix_us",
    "mono_ns",
    "bytes",
    "cells",
    "us",
    "ms",
    "ns",
    "s",
];

/// The unit in a name.
pub(crate) fn unit(name: &str) -> Option<&'static str> {
    let mut units = UNITS.iter();
    let found = units.find(|unit| {
        let rest = name.strip_suffix(**unit);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    });
    found.copied()
}

/// `or_port` as `OrPort`.
pub(crate) fn camel(name: &str) -> String {
    name.split('_')
        .map(|part| {
            let (first, rest) = part.split_at(1);
            first.to_uppercase() + rest
        })
        .collect()
}
