//! The C side of events, as it is written down: constants against the tables of words, functions
//! against the list of fields.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use torctl::proto::event::words::{OTHER_FLAG, TABLES};
use torctl::proto::event::{Key, Kind};

/// The source of all accessors of event fields, without their tests.
fn accessors() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ffi");
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("the C side is there") {
        let path = entry.expect("a folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("event_") {
            let source = std::fs::read_to_string(&path).expect("source is text");
            text.push_str(source.split("#[cfg(test)]").next().unwrap_or_default());
        }
    }
    text
}

fn list() -> Vec<[String; 4]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/event-fields.txt");
    let text = std::fs::read_to_string(path).expect("the list is there");
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<String> = line.split('\t').map(str::to_string).collect();
            cells.try_into().expect("four cells in every row")
        })
        .collect()
}

fn constants(source: &str) -> BTreeMap<&str, i64> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "))
        .map(|line| {
            let (name, rest) = line.split_once(": ").expect("a type");
            let (_, value) = rest.split_once(" = ").expect("a value");
            let value = value.trim_end_matches(';').parse();
            (name, value.expect("a plain number"))
        })
        .collect()
}

#[test]
fn constants_are_the_numbers_of_the_words() {
    let source = accessors();
    let mut constants = constants(&source);
    for words in TABLES {
        let is_set = constants
            .remove(format!("{}OTHER", words.prefix).as_str())
            .is_some_and(|other| other == i64::from(OTHER_FLAG));
        if !is_set {
            let unknown = format!("{}UNKNOWN", words.prefix);
            assert_eq!(constants.remove(unknown.as_str()), Some(0), "{unknown}");
        }
        for word in words.all() {
            let number = word.number;
            // Another name of the same thing has no constant of its own.
            if words.word(number) == Some(word.text) {
                let name = format!("{}{}", words.prefix, word.text.to_uppercase());
                assert_eq!(
                    constants.remove(name.as_str()),
                    Some(i64::from(number)),
                    "{name}"
                );
            }
        }
    }
    constants.retain(|name, _| !name.starts_with("TORCTL_CELLS_"));
    assert_eq!(constants, BTreeMap::new());
}

#[test]
fn every_accessor_is_in_the_list_and_every_row_has_its_accessor() {
    let source = accessors();
    let written: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub extern \"C\" fn "))
        .filter_map(|line| line.split('(').next())
        .collect();
    assert!(written.len() > 200, "{}", written.len());
    let rows = list();
    let mut listed: BTreeSet<&str> = rows.iter().map(|row| row[3].as_str()).collect();
    // The general ones, and those of router status entries, are nouns of their own.
    listed
        .retain(|name| !name.starts_with("torctl_event_") && !name.starts_with("torctl_routers_"));
    assert_eq!(written, listed);
}

#[test]
fn the_list_has_every_kind_and_only_keywords_that_are_known() {
    let rows = list();
    let kinds: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    for kind in Kind::all() {
        // No tor lets anybody subscribe to these two.
        if !matches!(kind, Kind::PtLog | Kind::PtStatus) {
            assert!(kinds.contains(kind.name()), "{}", kind.name());
        }
    }
    let mut keywords = BTreeSet::new();
    for row in &rows {
        match row[2].as_str() {
            "kind" | "line" | "args" | "data" | "-" | "any keyword" => {}
            place if place.starts_with("arg ") => {}
            keyword => {
                assert!(Key::from_word(keyword.as_bytes()).is_some(), "{keyword}");
                keywords.insert(keyword);
            }
        }
    }
    // The other way round: a keyword that the parser knows is there for some accessor. The rest
    // belongs to the two kinds that no tor sends.
    let missing: Vec<&str> = Key::all()
        .map(Key::name)
        .filter(|name| !keywords.contains(name))
        .collect();
    assert_eq!(missing, ["PT", "SEVERITY", "TRANSPORT"]);
}
