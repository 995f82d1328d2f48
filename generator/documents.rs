//! The kinds of directory documents, as src/tables says them.
//!
//! A struct is a kind of entry: router status entries, server descriptors, microdescriptors. Its
//! functions for whole documents are alike for all kinds and come from document.rs.in; a member is a
//! field of it.

use syn::spanned::Spanned;
use syn::{Attribute, Fields, Type};

use crate::document_fields::COMMON;
use crate::table::{doc, fail, find, has, ident, integer, text, Doc, Table};
use crate::text::camel;

/// One kind of entry.
pub(crate) struct Document {
    /// What the names of its functions begin with, without `torctl_`.
    pub(crate) name: String,
    /// The Rust type of an entry.
    pub(crate) entry: String,
    /// Its fields have the numbers from a hundred times this on.
    pub(crate) number: usize,
    /// What one is called in a sentence, several, and one again where it is clear of which kind.
    pub(crate) called: [String; 3],
    /// Which texts have them.
    pub(crate) texts: String,
    /// The keys of GETINFO that ask for them.
    pub(crate) keys: Vec<String>,
    /// What archives write into `@type`; none if there are no annotations.
    pub(crate) annotated: Option<String>,
    pub(crate) fields: Vec<DocumentField>,
}

/// One field.
pub(crate) struct DocumentField {
    pub(crate) doc: Doc,
    pub(crate) name: String,
    pub(crate) shape: DocumentShape,
    pub(crate) kept: Kept,
    /// The keyword of its line, and which function of the parser takes the words behind it.
    pub(crate) line: Option<(String, String)>,
    /// It stands in the same line as this field, and is there if that is.
    pub(crate) with: Option<String>,
    /// How the name of the function ends that finds an entry by it.
    pub(crate) find: Option<String>,
    /// What is said of an item of a list, and of its port.
    pub(crate) item: Option<String>,
    pub(crate) port: Option<String>,
    /// A list with as many items: its name, its kind of parts, and what is said of one.
    pub(crate) beside: Option<(String, String, String)>,
}

/// Where the parser has a field.
#[derive(PartialEq)]
pub(crate) enum Kept {
    /// In the member of the same name: for a text its position.
    Member,
    /// In the member of the same name, as a text of its own.
    Own,
    /// In the member of the same name among those that the parser fills in as the table says.
    Line,
    /// A method of the parser, written by hand, has it.
    ByHand,
}

/// What a field is.
#[derive(PartialEq)]
pub(crate) enum DocumentShape {
    Text,
    /// Microseconds since 1970.
    Time,
    Port,
    /// 0 if absent.
    Number,
    /// -1 if absent.
    Amount,
    /// The same, and small.
    Small,
    /// 1 or 0.
    Truth,
    /// Flags of this table.
    Flags(String),
    /// Parts of this kind.
    List(String),
    /// The program asks for something: arguments with their types, and what it gets.
    Question(Vec<(String, String)>, String),
}

/// A struct of a table.
pub(crate) fn read(item: syn::ItemStruct) -> Document {
    let said = |name: &str| {
        find(&item.attrs, name)
            .unwrap_or_else(|| fail(item.ident.span(), &format!("a document has #[{name}(...)]")))
    };
    let called: Vec<String> = said("document").iter().map(text).collect();
    let name = item.ident.to_string();
    let Fields::Named(fields) = &item.fields else {
        fail(item.ident.span(), "a struct has named fields");
    };
    let document = Document {
        entry: camel(&name),
        number: integer(&said("number")[0]) as usize,
        called: called.try_into().unwrap_or_else(|_| {
            let what = "a document is #[document(ONE, SEVERAL, SHORT)]";
            fail(item.ident.span(), what)
        }),
        texts: text(&said("text")[0]),
        keys: said("keys").iter().map(text).collect(),
        annotated: find(&item.attrs, "annotated").map(|it| text(&it[0])),
        fields: fields.named.iter().map(field).collect(),
        name,
    };
    if document.fields.len() >= COMMON {
        fail(item.ident.span(), "the numbers of these fields are used up");
    }
    document
}

/// The objects of a table: what they are called in C, and in Rust.
pub(crate) fn types(table: &Table) -> Vec<(String, String)> {
    let documents = table.documents.iter().map(|it| (&it.name, &it.entry));
    let types = documents.flat_map(|(name, entry)| {
        [("", ""), ("s", "s"), ("_reader", "Reader")]
            .map(|(c, rust)| (format!("torctl_{name}{c}"), format!("{entry}{rust}")))
    });
    types.collect()
}

fn field(field: &syn::Field) -> DocumentField {
    let attrs = &field.attrs;
    let string = |name: &str| find(attrs, name).map(|it| text(&it[0]));
    let shape = shape(&field.ty)
        .unwrap_or_else(|| fail(field.ty.span(), "no field of a document has such a type"));
    DocumentField {
        doc: doc(attrs),
        name: field
            .ident
            .as_ref()
            .expect("the fields are named")
            .to_string(),
        kept: kept(attrs, &shape),
        line: find(attrs, "line").map(|it| (text(&it[0]), ident(&it[1]))),
        with: find(attrs, "with").map(|it| ident(&it[0])),
        find: string("find"),
        item: string("item"),
        port: string("port"),
        beside: find(attrs, "beside").map(|it| (ident(&it[0]), ident(&it[1]), text(&it[2]))),
        shape,
    }
}

fn kept(attrs: &[Attribute], shape: &DocumentShape) -> Kept {
    let is_plain = matches!(
        shape,
        DocumentShape::Text | DocumentShape::Time | DocumentShape::Port
    );
    match (has(attrs, "own"), has(attrs, "hand") || !is_plain) {
        _ if has(attrs, "line") => Kept::Line,
        (true, _) => Kept::Own,
        (false, true) => Kept::ByHand,
        (false, false) => Kept::Member,
    }
}

fn shape(ty: &Type) -> Option<DocumentShape> {
    if let Type::BareFn(function) = ty {
        let arguments = function.inputs.iter().map(|argument| {
            let (name, _) = argument.name.as_ref()?;
            Some((name.to_string(), word(&argument.ty)?.0))
        });
        let syn::ReturnType::Type(_, result) = &function.output else {
            return None;
        };
        let arguments = arguments.collect::<Option<Vec<_>>>()?;
        return Some(DocumentShape::Question(arguments, word(result)?.0));
    }
    let (name, inner) = word(ty)?;
    Some(match (name.as_str(), inner) {
        ("Text", None) => DocumentShape::Text,
        ("Time", None) => DocumentShape::Time,
        ("Port", None) => DocumentShape::Port,
        ("Number", None) => DocumentShape::Number,
        ("Amount", None) => DocumentShape::Amount,
        ("Small", None) => DocumentShape::Small,
        ("Truth", None) => DocumentShape::Truth,
        ("Flags", Some(of)) => DocumentShape::Flags(of),
        ("List", Some(of)) => DocumentShape::List(of),
        _ => return None,
    })
}

/// A type of one word, and the one in its angle brackets.
fn word(ty: &Type) -> Option<(String, Option<String>)> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let inner = match &segment.arguments {
        syn::PathArguments::None => None,
        syn::PathArguments::AngleBracketed(inner) => match inner.args.first()? {
            syn::GenericArgument::Type(inner) => Some(word(inner)?.0),
            _ => return None,
        },
        _ => return None,
    };
    Some((segment.ident.to_string(), inner))
}
