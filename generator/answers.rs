//! The objects with the answers to questions, as Rust, for src/ffi and for cbindgen: each with its
//! conversion, its functions and the sentences that all of them have in common.

use std::fmt::Write as _;

use crate::answer::{Answer, Field, Form, Shape};
use crate::exports::{comment, find_words};
use crate::functions::erased;
use crate::table::{Doc, Table};
use crate::text::screaming;

/// The objects of one table, and the conversions of its enums.
pub(crate) fn of(table: &Table, all: &[Table]) -> String {
    let mut out = String::new();
    for words in &table.words {
        let Some(of) = &words.of else { continue };
        let arms = words.words.iter().map(|word| {
            let variant: String = word.text.split('_').map(capitalized).collect();
            format!("Self::{variant} => {}{},\n", words.prefix, word.constant())
        });
        let arms: String = arms.collect();
        let _ = writeln!(
            out,
            "impl Constant for {of} {{\nfn constant(&self) -> i32 {{\nmatch self {{\n{arms}}}\n}}\n}}\n"
        );
    }
    for answer in table.answers.iter().map(Answer::read) {
        answer.object(&mut out);
        answer.functions(&mut out, all);
    }
    out
}

/// The objects of a table: what they are called in C, and in Rust.
pub(crate) fn types(table: &Table) -> Vec<(String, String)> {
    let answers = table.answers.iter().map(Answer::read);
    answers
        .map(|answer| (answer.c_name(), answer.rust_name()))
        .collect()
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + &rest.to_lowercase()
}

impl Answer {
    /// The object and how it is made.
    fn object(&self, out: &mut String) {
        comment(out, &self.manual());
        let (object, source) = (self.c_name(), &self.source);
        let fields = |of_item: bool| {
            let fields = self.fields.iter().filter(|field| !field.is_view);
            fields.filter(move |field| field.is_of_item == of_item)
        };
        let declared = |of_item: bool| -> String {
            fields(of_item)
                .map(|it| format!("{}: {},\n", it.name, it.kept_type()))
                .collect()
        };
        let made = |of_item: bool, of: &str| -> String {
            fields(of_item)
                .map(|it| format!("{}: {},\n", it.name, it.made(of)))
                .collect()
        };
        let kept = |ty: &str| match self.is_kept {
            true => format!("pub(super) source: {ty},\n"),
            false => String::new(),
        };
        let _ = match self.form {
            Form::View => writeln!(out, "pub struct {object}(());\n"),
            Form::One => {
                let (kept, own, made) = (kept(source), declared(false), made(false, "item"));
                let keep = if self.is_kept { "source: item" } else { "" };
                writeln!(
                    out,
                    "pub struct {object} {{\n{kept}{own}}}\n\n\
                     impl From<{source}> for {object} {{\n\
                     fn from(item: {source}) -> {object} {{\n\
                     {object} {{\n{made}{keep}}}\n}}\n}}\n"
                )
            }
            Form::List => {
                let item = format!("{}_item", self.name);
                let (kept, own) = (kept(&format!("Vec<{source}>")), declared(false));
                let (of_item, whole_made) = (declared(true), made(false, "all"));
                let item_made = made(true, "item");
                let keep = if self.is_kept { "source: all" } else { "" };
                // What is copied need not be taken: that costs less code.
                let mut objects = fields(true).map(|it| matches!(it.shape, Shape::Object(_)));
                let iter = match !self.is_kept && objects.any(|is_object| is_object) {
                    true => "into_iter",
                    false => "iter",
                };
                writeln!(
                    out,
                    "pub struct {object} {{\n{kept}{own}items: Vec<{item}>,\n}}\n\n\
                     struct {item} {{\n{of_item}}}\n\n\
                     impl From<Vec<{source}>> for {object} {{\n\
                     fn from(all: Vec<{source}>) -> {object} {{\n\
                     {object} {{\n{whole_made}items: all.{iter}().map(|item| {item} {{\n{item_made}}}).collect(),\n{keep}}}\n\
                     }}\n}}\n\n\
                     impl<T: Into<{source}>> FromIterator<T> for {object} {{\n\
                     fn from_iter<I: IntoIterator<Item = T>>(all: I) -> {object} {{\n\
                     {object}::from(all.into_iter().map(Into::into).collect::<Vec<{source}>>())\n\
                     }}\n}}\n"
                )
            }
        };
    }

    /// The comment of the object.
    fn manual(&self) -> Doc {
        let mut doc = self.doc.clone();
        let wipes = match self.fields.iter().any(|it| it.shape == Shape::Secret) {
            true => ", which wipes its secrets",
            false => "",
        };
        doc.push(format!("Freed by {}_free(){wipes}.", self.c_name()));
        let threads = match self.is_of_one_thread {
            true => "It outlives the controller. One thread at a time may use it.",
            false => "It outlives the controller and never changes: any number of threads may read it concurrently.",
        };
        doc.push(threads.to_string());
        doc
    }

    fn functions(&self, out: &mut String, all: &[Table]) {
        let (object, argument) = (self.c_name(), self.argument());
        let ty = match self.form {
            Form::View => &self.source,
            Form::List | Form::One => &object,
        };
        let mut function = |doc: &Doc, name: &str, indices: &[&str], returns: &str, body: &str| {
            comment(out, doc);
            let indices: String = indices.iter().map(|it| format!(", {it}: usize")).collect();
            let _ = writeln!(
                out,
                "#[no_mangle]\npub extern \"C\" fn {object}_{name}({argument}: Option<&{ty}>{indices}) -> {returns} \
                 {{\n{body}\n}}\n"
            );
        };
        if self.form == Form::List {
            let doc = vec!["How many there are.".to_string()];
            let body = format!("{argument}.map_or(0, |it| it.items.len())");
            function(&doc, "count", &[], "usize", &body);
        }
        for field in &self.fields {
            let (name, indices) = (field.name.trim_start_matches("r#"), field.indices());
            let item = match (field.is_view && self.form != Form::View, field.is_of_item) {
                (false, false) => "",
                (true, false) => ".source",
                (false, true) => ".items.get(index)?",
                (true, true) => ".source.get(index)?",
            };
            let item = match item {
                "" => format!("{argument}?"),
                part => format!("{argument}?{part}"),
            };
            let body = |got: &str, ty: &str, absent: &str| {
                let borrow = if item.ends_with(".source") { "&" } else { "" };
                format!(
                    "let found = || -> Option<{ty}> {{\nlet item = {borrow}{item};\nSome({got})\n}};\n\
                     found().unwrap_or({absent})"
                )
            };
            let ty = field.c_type();
            let got = body(&field.got(&indices), &ty, field.absent());
            function(&field.manual(all), name, &indices, &ty, &got);
            if field.shape == Shape::Bytes {
                let doc = format!("The length of {object}_{name}(), which may hold NULs.");
                let size = body(&format!("{}.len() - 1", field.place()), "usize", "0");
                let name = format!("{name}_size_bytes");
                function(&vec![doc], &name, &indices, "usize", &size);
            }
        }
        let _ = writeln!(
            out,
            "/// Frees the object. Accepts NULL.\n#[no_mangle]\n\
             pub extern \"C\" fn {object}_free({argument}: Option<Box<{ty}>>) {{\n\
             free({});\n}}\n",
            erased(argument)
        );
    }
}

impl Field {
    /// How the object makes it of an item, or of all of them.
    fn made(&self, of: &str) -> String {
        let is = self.is.clone();
        let is = is.unwrap_or_else(|| format!("{of}.{}", self.name));
        match &self.shape {
            Shape::Plain(_) | Shape::Time => format!("or({is}, {})", self.absent()),
            Shape::Flag => format!("c_int::from({is})"),
            Shape::Word(words) if self.is.is_none() => {
                format!("words::{}.number(&{is})", screaming(words))
            }
            Shape::Word(_) | Shape::Object(_) => is,
            Shape::Text => format!("text(raw(&{is}))"),
            Shape::Bytes => format!("with_nul(raw(&{is}))"),
            Shape::Secret => format!("Zeroizing::new(with_nul(raw(&{is})))"),
            Shape::Texts if self.is.is_none() => format!("texts(&{is})"),
            Shape::Texts => format!("texts({is})"),
        }
    }

    /// Where a function finds it.
    fn place(&self) -> String {
        match (&self.is, self.is_view) {
            (Some(is), true) => is.clone(),
            (None, true) => format!("item.{}()", self.name),
            (_, false) => format!("item.{}", self.name),
        }
    }

    /// How a function gets it.
    fn got(&self, indices: &[&str]) -> String {
        let place = self.place();
        match &self.shape {
            Shape::Texts => {
                let index = indices.last().expect("it has one of its own");
                format!("{place}.get({index})?.as_ptr()")
            }
            Shape::Text if !self.is_view => format!("{place}.as_ptr()"),
            Shape::Text | Shape::Bytes | Shape::Secret => format!("{place}.as_ptr().cast()"),
            Shape::Object(_) => format!("std::ptr::from_ref({place}.as_ref()?)"),
            Shape::Flag if self.is_view => format!("c_int::from({place})"),
            Shape::Plain(_) | Shape::Time if self.is_view => {
                format!("or({place}, {})", self.absent())
            }
            _ => place,
        }
    }

    /// The field's comment, and what it has in common with others of its sort.
    fn manual(&self, all: &[Table]) -> Doc {
        let mut doc = self.doc.clone();
        match &self.shape {
            Shape::Time => doc.push("Microseconds since 1970, UTC.".to_string()),
            Shape::Word(of) => {
                let words = find_words(all, of);
                let zero = match words.zero.as_str() {
                    "" => "0".to_string(),
                    zero => format!("{}{zero}", words.prefix),
                };
                doc.push(format!(
                    "One of the {} constants; {zero} for one that this version does not know.",
                    words.prefix.trim_end_matches('_')
                ));
            }
            _ => {}
        }
        doc
    }
}
