//! The sets of words as enumerations.

use serde_json::Value;

use crate::cpp::text;

/// Sets that are no words of tor: their prefix, and their name in C++.
const OTHER: [(&str, &str); 12] = [
    ("TORCTL_REASON_", "reason"),
    ("TORCTL_AUTH_", "auth"),
    ("TORCTL_DROP_", "overflow"),
    ("TORCTL_LAUNCH_", "launch_control"),
    ("TORCTL_POW_", "pow"),
    ("TORCTL_ONION_KEY_", "onion_key_type"),
    ("TORCTL_DESCRIPTOR_", "descriptor_purpose"),
    ("TORCTL_VALUE_", "presence"),
    ("TORCTL_SHAPE_", "shape"),
    ("TORCTL_CELLS_", "cells"),
    ("TORCTL_DOCUMENT_", "document"),
    ("TORCTL_EVENT_", "kind"),
];

/// What is no set, though it begins like one.
const NO_MEMBERS: [&str; 2] = ["TORCTL_AUTH_PRIVATE_SIZE", "TORCTL_ONION_ADDRESS_SIZE"];

/// Names that C++ or common headers have taken.
const TAKEN: [&str; 28] = [
    "new", "or", "and", "not", "default", "delete", "auto", "unix", "linux", "signal", "operator",
    "errno", "private", "public", "unsigned", "signed", "float", "double", "int", "bool", "char",
    "void", "short", "long", "switch", "this", "true", "false",
];

pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) is_flags: bool,
    /// Names, constants and comments.
    members: Vec<(String, String, String)>,
}

pub(crate) struct Words {
    sets: Vec<Set>,
}

impl Words {
    pub(crate) fn of(document: &Value) -> Words {
        let words = document["words"].as_array().into_iter().flatten();
        let mut sets: Vec<Set> = words
            .map(|it| {
                set(
                    &text(&it["name"]),
                    &text(&it["prefix"]),
                    it["flags"] == true,
                )
            })
            .collect();
        sets.extend(OTHER.iter().map(|(prefix, name)| set(name, prefix, false)));
        sets.insert(0, set("status", "TORCTL_ERR_", false));
        for constant in document["constants"].as_array().into_iter().flatten() {
            let name = text(&constant["name"]);
            if NO_MEMBERS.contains(&name.as_str()) {
                continue;
            }
            let is_answer = ["TORCTL_OK", "TORCTL_EMPTY", "TORCTL_END", "TORCTL_PENDING"]
                .contains(&name.as_str());
            let found = match is_answer {
                true => sets.first_mut(),
                // The longest prefix is that of its set.
                false => sets
                    .iter_mut()
                    .filter(|it| name.starts_with(&it.prefix))
                    .max_by_key(|it| it.prefix.len()),
            };
            if let Some(set) = found {
                let short = name
                    .strip_prefix(&set.prefix)
                    .or(name.strip_prefix("TORCTL_"))
                    .unwrap_or(&name);
                let comment = text(&constant["comment"]).replace('\n', " ");
                set.members
                    .push((free(&short.to_lowercase(), set), name, comment));
            }
        }
        Words { sets }
    }

    /// The set that a comment names: "one of the TORCTL_CIRC constants".
    pub(crate) fn in_comment(&self, comment: &str) -> Option<&Set> {
        let before = comment
            .split(" constants")
            .next()
            .filter(|it| it.len() < comment.len())?;
        let prefix = before.rsplit(' ').next()?;
        self.sets
            .iter()
            .find(|it| it.prefix == format!("{prefix}_"))
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Set> {
        self.sets.iter().find(|it| it.name == name)
    }

    pub(crate) fn declarations(&self) -> String {
        self.sets.iter().map(Set::declaration).collect()
    }
}

fn set(name: &str, prefix: &str, is_flags: bool) -> Set {
    Set {
        name: name.to_string(),
        prefix: prefix.to_string(),
        is_flags,
        members: Vec::new(),
    }
}

/// A name that may be one.
fn free(name: &str, set: &Set) -> String {
    // `kind::signal` is as good as any other; the macros and words of C++ are not.
    let is_taken = TAKEN.contains(&name) && !(name == "signal" && set.name == "kind");
    match is_taken || name.starts_with(|first: char| first.is_ascii_digit()) {
        true => format!("{name}_"),
        false => name.to_string(),
    }
}

impl Set {
    fn declaration(&self) -> String {
        let name = &self.name;
        let ty = match (self.is_flags, self.name.as_str()) {
            (true, "router_flags") => "std::uint64_t",
            (true, _) => "std::uint32_t",
            (false, _) => "std::int32_t",
        };
        let mut out = format!(
            "/** The {}... constants. */\nenum class {name} : {ty} {{\n",
            self.prefix
        );
        for (member, constant, comment) in &self.members {
            let end = comment.find(". ").map_or(comment.len(), |at| at + 1);
            out.push_str(&format!(
                "    /** {} */\n    {member} = {constant},\n",
                &comment[..end]
            ));
        }
        out.push_str("};\n");
        if self.is_flags {
            out.push_str(&format!(
                "constexpr {name} operator|({name} one, {name} other) noexcept\n{{\n    return static_cast<{name}>(static_cast<{ty}>(one) | static_cast<{ty}>(other));\n}}\n\
                 /** Whether all of `wanted` are among `flags`. */\nconstexpr bool has({name} flags, {name} wanted) noexcept\n{{\n    return (static_cast<{ty}>(flags) & static_cast<{ty}>(wanted)) == static_cast<{ty}>(wanted);\n}}\n"
            ));
        }
        out + "\n"
    }

    /// A number of C as a member.
    pub(crate) fn cast(&self, expression: &str) -> String {
        format!("static_cast<torctl::{}>({expression})", self.name)
    }
}
