//! Sets the library's soname, makes the exports and the parser's tables of src/tables, and writes
//! include/torctl.h from the comments there and in src/ffi, and torctl.hpp and torctl.api.json from that.

use std::path::Path;
use std::{env, fs};

#[path = "generator/answer.rs"]
mod answer;
#[path = "generator/answers.rs"]
mod answers;
#[path = "generator/api.rs"]
mod api;
#[path = "generator/choices.rs"]
mod choices;
#[path = "generator/cpp.rs"]
mod cpp;
#[path = "generator/cpp_classes.rs"]
mod cpp_classes;
#[path = "generator/cpp_requests.rs"]
mod cpp_requests;
#[path = "generator/cpp_settings.rs"]
mod cpp_settings;
#[path = "generator/cpp_values.rs"]
mod cpp_values;
#[path = "generator/cpp_words.rs"]
mod cpp_words;
#[path = "generator/document_exports.rs"]
mod document_exports;
#[path = "generator/document_fields.rs"]
mod document_fields;
#[path = "generator/document_parser.rs"]
mod document_parser;
#[path = "generator/documents.rs"]
mod documents;
#[path = "generator/exports.rs"]
mod exports;
#[path = "generator/functions.rs"]
mod functions;
#[path = "generator/header.rs"]
mod header;
#[path = "generator/manual.rs"]
mod manual;
#[path = "generator/params.rs"]
mod params;
#[path = "generator/parser.rs"]
mod parser;
#[path = "generator/reading.rs"]
mod reading;
#[path = "generator/table.rs"]
mod table;
#[path = "generator/text.rs"]
mod text;
#[path = "generator/version.rs"]
mod version;
#[path = "generator/wrapper.rs"]
mod wrapper;

fn main() {
    for read in [
        "build.rs",
        "Cargo.toml",
        "generator",
        "src/ffi",
        "src/tables",
    ] {
        println!("cargo:rerun-if-changed={read}");
    }
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let root = Path::new(&root);
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("cargo has read it");
    let abi = version::abi(&manifest);
    let target = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if target == "linux" || target.ends_with("bsd") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtorctl.so.{abi}");
        // std leaves code behind that runs when a thread ends: unloading would pull it away.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let out = Path::new(&out);
    let tables = table::read_all(&root.join("src/tables"));

    write(
        &version::numbers_file(out),
        &version::constants(&env::var("CARGO_PKG_VERSION").expect("cargo sets it"), abi),
    );
    write(&out.join("keys.rs"), &parser::keys(&tables));
    write(&out.join("kinds.rs"), &parser::kinds(&tables));
    write(&out.join("words.rs"), &parser::words(&tables));
    write(&out.join("grammar.rs"), &parser::grammar(&tables));
    write(&out.join("required.rs"), &parser::required(&tables));
    write(&out.join("event_fields.rs"), &reading::rows(&tables));
    let (mut fields, mut objects, mut documents) = (String::new(), String::new(), String::new());
    for table in &tables {
        let exports = exports::of(table, &tables) + &reading::constants(table);
        let answers = answers::of(table, &tables);
        fields.push_str(&exports);
        objects.push_str(&answers);
        let functions = functions::of(table);
        if !functions.is_empty() {
            let file = out.join(format!("functions_{}.rs", table.name));
            write(&file, &functions);
        }
        let of_documents = document_exports::of(table);
        documents.push_str(&of_documents);
        for document in &table.documents {
            let methods = document_parser::methods(document);
            write(&out.join(format!("methods_{}.rs", document.name)), &methods);
        }
        for flags in table.words.iter().filter(|words| words.is_wide) {
            write(&out.join("flags.rs"), &document_parser::flags(flags));
        }
        // For cbindgen, which reads one section at a time. Functions that make an object come before
        // those that read it.
        let section = out.join(format!("table_{}.rs", table.name));
        write(&section, &(exports + &functions + &answers + &of_documents));
    }
    write(&out.join("fields.rs"), &fields);
    write(&out.join("answers.rs"), &objects);
    documents.push_str(&document_fields::names(&tables));
    write(&out.join("documents.rs"), &documents);
    let (header, sections) = header::header(&root.join("src/ffi"), out, &tables);
    write(&root.join("include/torctl.h"), &header);
    let api = api::document(&header, &sections, &tables);
    write(&root.join("include/torctl.api.json"), &api);
    let cpp = cpp::header(&root.join("generator/cpp"), &api);
    write(&root.join("include/torctl.hpp"), &cpp);
}

/// Writes a file if that changes it: one that is right is left alone, for it may be read-only.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
