//! Reads the objects with the answers to questions from src/tables.

use syn::spanned::Spanned;

use crate::table::{doc, fail, has, Doc};

/// One object.
pub(crate) struct Answer {
    pub(crate) doc: Doc,
    /// Without `torctl_`.
    pub(crate) name: String,
    pub(crate) form: Form,
    /// The Rust type that an item is made of, or that the object is.
    pub(crate) source: String,
    /// It keeps what it was made of.
    pub(crate) is_kept: bool,
    /// Threads may not read it concurrently.
    pub(crate) is_of_one_thread: bool,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// Items, each made of one source.
    List,
    /// Made of a single source.
    One,
    /// The object is the source.
    View,
}

pub(crate) struct Field {
    pub(crate) doc: Doc,
    pub(crate) name: String,
    pub(crate) shape: Shape,
    /// How it is got of the source, where that is not said by the name.
    pub(crate) is: Option<String>,
    /// It is got whenever a program asks for it, and not kept.
    pub(crate) is_view: bool,
    /// What stands for one that is not there, where that is not 0.
    pub(crate) absent: Option<String>,
    /// What the index is called, where there is one of its own.
    pub(crate) index: Option<String>,
    /// It is one of the items'.
    pub(crate) is_of_item: bool,
}

#[derive(PartialEq)]
pub(crate) enum Shape {
    /// A number of this type.
    Plain(&'static str),
    Time,
    Flag,
    Word(String),
    Text,
    /// A text that may hold NULs.
    Bytes,
    /// A text that is wiped.
    Secret,
    /// Texts with an index of their own.
    Texts,
    /// Another object, which lives in this one.
    Object(String),
}

impl Answer {
    pub(crate) fn read(item: &syn::ItemStruct) -> Answer {
        let no_form = || -> ! { fail(item.ident.span(), "#[answer(list, one or view, TYPE)]") };
        let said = source(&item.attrs, "answer").unwrap_or_else(|| no_form());
        let (form, source) = said.split_once(',').unwrap_or_else(|| no_form());
        let form = match form.trim() {
            "list" => Form::List,
            "one" => Form::One,
            "view" => Form::View,
            _ => no_form(),
        };
        Answer {
            doc: doc(&item.attrs),
            name: item.ident.to_string(),
            form,
            source: source.replace(' ', ""),
            is_kept: has(&item.attrs, "kept"),
            is_of_one_thread: has(&item.attrs, "one_thread"),
            fields: item.fields.iter().map(|it| Field::read(it, form)).collect(),
        }
    }

    pub(crate) fn c_name(&self) -> String {
        format!("torctl_{}", self.name)
    }

    /// What it is called in Rust.
    pub(crate) fn rust_name(&self) -> String {
        let last = self.source.rsplit(':').next().map(str::to_string);
        last.filter(|_| self.form == Form::View)
            .unwrap_or_else(|| self.c_name())
    }

    /// What a function calls it.
    pub(crate) fn argument(&self) -> &str {
        self.name.rsplit('_').next().unwrap_or_default()
    }
}

impl Field {
    fn read(field: &syn::Field, form: Form) -> Field {
        let ident = field.ident.as_ref();
        let ident = ident.unwrap_or_else(|| fail(field.span(), "a field has a name"));
        let view = source(&field.attrs, "view");
        Field {
            doc: doc(&field.attrs),
            name: ident.to_string(),
            shape: shape(&field.ty),
            is_view: form == Form::View || view.is_some(),
            is: view.or_else(|| source(&field.attrs, "is")),
            absent: source(&field.attrs, "absent"),
            index: source(&field.attrs, "index"),
            is_of_item: form == Form::List && !has(&field.attrs, "whole"),
        }
    }

    pub(crate) fn c_type(&self) -> String {
        match &self.shape {
            Shape::Plain(ty) => ty.to_string(),
            Shape::Time => "i64".to_string(),
            Shape::Flag => "c_int".to_string(),
            Shape::Word(_) => "i32".to_string(),
            Shape::Object(ty) => format!("*const {ty}"),
            _ => "*const c_char".to_string(),
        }
    }

    /// What the object keeps of it.
    pub(crate) fn kept_type(&self) -> String {
        match &self.shape {
            Shape::Text => "CString".to_string(),
            Shape::Bytes => "Vec<u8>".to_string(),
            Shape::Secret => "Zeroizing<Vec<u8>>".to_string(),
            Shape::Texts => "Vec<CString>".to_string(),
            Shape::Object(ty) => format!("Option<{ty}>"),
            _ => self.c_type(),
        }
    }

    /// What a function returns when there is none.
    pub(crate) fn absent(&self) -> &str {
        match &self.shape {
            Shape::Object(_) => "std::ptr::null()",
            Shape::Text | Shape::Bytes | Shape::Secret | Shape::Texts => "empty()",
            _ => self.absent.as_deref().unwrap_or("0"),
        }
    }

    /// The names of a function's indices.
    pub(crate) fn indices(&self) -> Vec<&str> {
        let of_item = Some("index").filter(|_| self.is_of_item);
        let own = match (&self.index, &self.shape) {
            (None, Shape::Texts) => Some("index"),
            (index, _) => index.as_deref(),
        };
        of_item.into_iter().chain(own).collect()
    }
}

fn shape(ty: &syn::Type) -> Shape {
    let no_such = || -> ! { fail(ty.span(), "an answer has no field of this type") };
    let syn::Type::Path(path) = ty else { no_such() };
    let segment = path.path.segments.last().unwrap_or_else(|| no_such());
    let inner = || match &segment.arguments {
        syn::PathArguments::AngleBracketed(inner) => match inner.args.first() {
            Some(syn::GenericArgument::Type(syn::Type::Path(inner))) => {
                let names = inner.path.segments.iter().map(|it| it.ident.to_string());
                names.collect::<Vec<_>>().join("::")
            }
            _ => no_such(),
        },
        _ => no_such(),
    };
    match segment.ident.to_string().as_str() {
        "Number" => Shape::Plain("u64"),
        "Number32" => Shape::Plain("u32"),
        "Signed" => Shape::Plain("i64"),
        "Count" => Shape::Plain("usize"),
        "Port" => Shape::Plain("u16"),
        "Status" => Shape::Plain("torctl_status"),
        "Time" => Shape::Time,
        "Flag" => Shape::Flag,
        "Word" => Shape::Word(inner()),
        "Text" => Shape::Text,
        "Bytes" => Shape::Bytes,
        "Secret" => Shape::Secret,
        "Texts" => Shape::Texts,
        "Object" => Shape::Object(inner()),
        _ => no_such(),
    }
}

/// What stands in the parentheses of an attribute, as it is.
fn source(attrs: &[syn::Attribute], name: &str) -> Option<String> {
    let attr = attrs.iter().find(|attr| attr.path().is_ident(name))?;
    match &attr.meta {
        syn::Meta::List(list) => Some(list.tokens.to_string()),
        _ => fail(attr.span(), "this attribute has something in parentheses"),
    }
}
