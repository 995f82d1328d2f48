//! Reads src/tables: what the interface says of tor's events, each fact once.
//!
//! A table is Rust by its looks, so that rustfmt and editors know it, but it is not compiled: an enum
//! is a set of words, a struct a family of events, a member a field of them. src/tables/README.md
//! says what may stand in one.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use crate::documents::{self, Document};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta, Type};

use crate::text::screaming;

/// A comment of the manual, line by line.
pub(crate) type Doc = Vec<String>;

/// One file of src/tables.
pub(crate) struct Table {
    /// The name of the file without its ending.
    pub(crate) name: String,
    /// What stands at its top: a title, and what follows it.
    pub(crate) doc: Doc,
    pub(crate) words: Vec<Words>,
    /// The kinds of events.
    pub(crate) kinds: Option<Words>,
    pub(crate) families: Vec<Family>,
    pub(crate) documents: Vec<Document>,
    /// Answers to questions, for `answers`.
    pub(crate) answers: Vec<syn::ItemStruct>,
    /// Functions, for `functions`.
    pub(crate) functions: Vec<syn::ItemTrait>,
    /// Constants of which a program chooses one, for `choices`.
    pub(crate) choices: Vec<syn::ItemEnum>,
}

/// The words of a field that come from a fixed set, or the flags of a list.
pub(crate) struct Words {
    pub(crate) doc: Doc,
    /// In CamelCase, as fields name it.
    pub(crate) name: String,
    /// What the names of the constants begin with.
    pub(crate) prefix: String,
    pub(crate) is_flags: bool,
    /// The flags are constants of 64 bits, each named apart from its word.
    pub(crate) is_wide: bool,
    /// The words are the library's own: there is none that this version does not know.
    pub(crate) is_ours: bool,
    /// What the constant for 0 is called; "" where there is none.
    pub(crate) zero: String,
    /// The Rust enum whose variants they are.
    pub(crate) of: Option<String>,
    pub(crate) words: Vec<Word>,
}

pub(crate) struct Word {
    pub(crate) doc: Doc,
    /// How its constant ends.
    pub(crate) name: String,
    /// What Rust calls it.
    pub(crate) variant: String,
    /// As tor spells it.
    pub(crate) text: String,
    pub(crate) number: i64,
    /// tor never sends it.
    pub(crate) is_ours: bool,
    /// Older spellings.
    pub(crate) also: Vec<String>,
}

impl Word {
    /// Its constant, without the prefix.
    pub(crate) fn constant(&self) -> String {
        self.name.clone()
    }
}

/// The fields of one kind of events, or of several that have them in common.
pub(crate) struct Family {
    /// What the names of its functions begin with, without `torctl_`.
    pub(crate) name: String,
    /// Its fields have the numbers from a hundred times this on.
    pub(crate) number: usize,
    /// Variants of `Kind`.
    pub(crate) kinds: Vec<String>,
    /// How many arguments have no keyword, whatever they look like.
    pub(crate) positional: usize,
    /// tor writes the keywords in the order of the fields.
    pub(crate) is_ordered: bool,
    /// No tor of today sends it: the parser knows the keywords, and there are no functions.
    pub(crate) is_hidden: bool,
    /// Whether an event must have a data block, and of what.
    pub(crate) block: Option<String>,
    pub(crate) fields: Vec<Field>,
}

/// One field.
pub(crate) struct Field {
    pub(crate) doc: Doc,
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) part: Option<Part>,
    pub(crate) shape: Shape,
    /// The kinds that have it, if not all of the family.
    pub(crate) only: Vec<String>,
    /// The status actions that have it; none for all.
    pub(crate) of: Vec<String>,
    pub(crate) required: Option<String>,
    /// How the export gets it, where that is not said by place and shape.
    pub(crate) by: Option<String>,
    /// No function gives the word as tor wrote it.
    pub(crate) has_no_text: bool,
    /// The functions stand in src/ffi.
    pub(crate) is_by_hand: bool,
    /// What tor's specification calls it.
    pub(crate) called: String,
}

/// Where a field stands on the wire.
#[derive(Clone, PartialEq)]
pub(crate) enum Place {
    /// The positional argument with this index.
    Arg(usize),
    /// Every positional argument.
    Args,
    /// A keyword.
    Key(String),
    /// A keyword, or where it is absent an argument.
    KeyOrArg(String, usize),
    /// The data block.
    Data,
    /// A line of its own.
    Line,
    /// The word for the kind.
    Kind,
}

/// What a field takes of a list in its place.
#[derive(Clone, PartialEq)]
pub(crate) struct Part {
    /// A variant of `List`.
    pub(crate) list: String,
    pub(crate) which: Which,
    /// The program says of which item; otherwise the first.
    pub(crate) has_index: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Which {
    /// How many items there are.
    Count,
    /// The first and the second text of an item.
    First,
    Second,
}

/// What a field is.
#[derive(Clone, PartialEq)]
pub(crate) enum Shape {
    /// 0 when absent.
    Number,
    /// The same behind a prefix that the text must have.
    NumberBehind(String),
    Signed,
    /// A small number; -1 when absent.
    Small,
    Port,
    Float,
    /// Microseconds since 1970.
    Time,
    Text,
    /// A text that may hold NULs.
    Bytes,
    Word(String),
    Flags(String),
    /// 1 for this text, 0 for another.
    Is(String),
    /// 1 for the first text, 0 for the second, -1 for neither.
    YesNo(String, String),
    /// 1 if there is more than white space.
    Filled,
    /// The size of a list.
    Count,
    /// Names with numbers.
    Map,
}

/// All the tables of a folder, in the order of their names.
pub(crate) fn read_all(folder: &Path) -> Vec<Table> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("src/tables is there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Table {
    let text = fs::read_to_string(path).expect("a table is text");
    FILE.set(path.display().to_string());
    let file =
        syn::parse_file(&text).unwrap_or_else(|error| fail(error.span(), &error.to_string()));
    let stem = path.file_stem().expect("it has a name").to_string_lossy();
    let mut table = Table {
        name: stem.into_owned(),
        doc: doc(&file.attrs),
        words: Vec::new(),
        kinds: None,
        families: Vec::new(),
        documents: Vec::new(),
        answers: Vec::new(),
        functions: Vec::new(),
        choices: Vec::new(),
    };
    for item in file.items {
        match item {
            Item::Enum(item) if has(&item.attrs, "choice") => table.choices.push(item),
            Item::Enum(item) if has(&item.attrs, "kinds") => table.kinds = Some(words(item)),
            Item::Enum(item) => table.words.push(words(item)),
            Item::Struct(item) if has(&item.attrs, "document") => {
                table.documents.push(documents::read(item));
            }
            Item::Struct(item) if has(&item.attrs, "answer") => table.answers.push(item),
            Item::Struct(item) => table.families.push(family(item)),
            Item::Trait(item) => table.functions.push(item),
            other => fail(other.span(), "a table has enums, structs and traits"),
        }
    }
    table
}

fn words(item: syn::ItemEnum) -> Words {
    let name = item.ident.to_string();
    let flags = find(&item.attrs, "flags");
    let is_flags = flags.is_some();
    let prefix = flags
        .or_else(|| find(&item.attrs, "words"))
        .or_else(|| find(&item.attrs, "kinds"))
        .unwrap_or_else(|| {
            fail(
                item.span(),
                "an enum is #[words(PREFIX)] or #[flags(PREFIX)]",
            )
        });
    Words {
        doc: doc(&item.attrs),
        prefix: text(&prefix[0]),
        is_flags,
        is_wide: has(&item.attrs, "wide"),
        is_ours: has(&item.attrs, "ours"),
        zero: find(&item.attrs, "zero").map_or("UNKNOWN".to_string(), |it| text(&it[0])),
        of: find(&item.attrs, "of").map(|it| text(&it[0])),
        words: item
            .variants
            .iter()
            .map(|it| word(it, base(&item.attrs)))
            .collect(),
        name,
    }
}

/// What is added to the numbers of an enumeration, so that no two have a number in common. 0 means
/// "unknown" or "the default" in all of them.
pub(crate) fn base(attrs: &[Attribute]) -> i64 {
    find(attrs, "base").map_or(0, |it| integer(&it[0]))
}

fn word(variant: &syn::Variant, base: i64) -> Word {
    let ident = variant.ident.to_string();
    let (_, number) = variant
        .discriminant
        .as_ref()
        .unwrap_or_else(|| fail(variant.span(), "a word has a number"));
    let spelt = find(&variant.attrs, "word");
    let also = find(&variant.attrs, "also").unwrap_or_default();
    // A kind of events is written as Rust has it.
    let is_kind = ident.contains(char::is_lowercase);
    let text = match spelt {
        Some(spelt) => text(&spelt[0]),
        None if is_kind => screaming(&ident),
        None => ident.clone(),
    };
    Word {
        doc: doc(&variant.attrs),
        name: if is_kind { text.clone() } else { ident.clone() },
        text,
        is_ours: has(&variant.attrs, "ours"),
        variant: ident,
        number: base + integer(number),
        also: also.iter().map(self::text).collect(),
    }
}

fn family(item: syn::ItemStruct) -> Family {
    let name = item.ident.to_string();
    let said = find(&item.attrs, "events")
        .unwrap_or_else(|| fail(item.span(), "a struct is #[events(KIND, ...)]"));
    let is_hidden = has(&item.attrs, "hidden");
    let number = find(&item.attrs, "number").map(|it| integer(&it[0]) as usize);
    if number.is_none() && !is_hidden {
        fail(
            item.ident.span(),
            "a family has a #[number(N)], the next that is free",
        );
    }
    let mut family = Family {
        number: number.unwrap_or(0),
        kinds: Vec::new(),
        positional: 0,
        is_ordered: has(&item.attrs, "ordered"),
        is_hidden,
        block: find(&item.attrs, "block").map(|it| ident(&it[0])),
        fields: Vec::new(),
        name,
    };
    for kind in &said {
        family.kinds.push(ident(kind));
    }
    if let Some(positional) = find(&item.attrs, "positional") {
        family.positional = integer(&positional[0]) as usize;
    }
    let Fields::Named(fields) = item.fields else {
        fail(item.ident.span(), "a struct has named fields");
    };
    family.fields = fields.named.iter().map(field).collect();
    family
}

fn field(field: &syn::Field) -> Field {
    let name = field.ident.as_ref().expect("it has a name").to_string();
    let attrs = &field.attrs;
    let required = find(attrs, "required").map(|it| it.first().map_or(String::new(), ident));
    let (place, called) = place(attrs).unwrap_or_else(|| {
        fail(
            field.span(),
            "a field has a place: #[arg(0, NAME)], #[key(NAME)] ...",
        )
    });
    let shape = shape(&field.ty, attrs).unwrap_or_else(|| {
        fail(
            field.ty.span(),
            "no such type, or an attribute of it is missing",
        )
    });
    Field {
        doc: doc(attrs),
        place,
        part: part(attrs),
        shape,
        only: find(attrs, "only")
            .unwrap_or_default()
            .iter()
            .map(ident)
            .collect(),
        of: find(attrs, "of")
            .unwrap_or_default()
            .iter()
            .map(text)
            .collect(),
        required,
        by: find(attrs, "by").map(|it| text(&it[0])),
        has_no_text: has(attrs, "no_text"),
        is_by_hand: has(attrs, "hand"),
        called,
        name: name.trim_start_matches("r#").to_string(),
    }
}

/// Where a field stands, and what tor's specification calls it.
fn place(attrs: &[Attribute]) -> Option<(Place, String)> {
    let key = find(attrs, "key").map(|it| text(&it[0]));
    let arg = find(attrs, "arg").map(|it| (integer(&it[0]) as usize, text(&it[1])));
    match (key, arg) {
        (Some(key), Some((arg, called))) => return Some((Place::KeyOrArg(key, arg), called)),
        (Some(key), None) => return Some((Place::Key(key.clone()), key)),
        (None, Some((arg, called))) => return Some((Place::Arg(arg), called)),
        (None, None) => {}
    }
    let others = [
        ("args", Place::Args),
        ("data", Place::Data),
        ("line", Place::Line),
        ("kind", Place::Kind),
    ];
    let mut found = others.into_iter().filter_map(|(name, place)| {
        let said = find(attrs, name)?;
        Some((place, said.first().map_or("Severity".to_string(), text)))
    });
    found.next()
}

fn part(attrs: &[Attribute]) -> Option<Part> {
    let sorts = [
        ("count", Which::Count, false),
        ("first", Which::First, false),
        ("second", Which::Second, false),
        ("each_first", Which::First, true),
        ("each_second", Which::Second, true),
    ];
    let mut found = sorts.into_iter().filter_map(|(name, which, has_index)| {
        let list = ident(&find(attrs, name)?[0]);
        Some(Part {
            list,
            which,
            has_index,
        })
    });
    found.next()
}

fn shape(ty: &Type, attrs: &[Attribute]) -> Option<Shape> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let inner = match &segment.arguments {
        syn::PathArguments::AngleBracketed(inner) => match inner.args.first()? {
            syn::GenericArgument::Type(Type::Path(inner)) => {
                Some(inner.path.segments.last()?.ident.to_string())
            }
            _ => return None,
        },
        _ => None,
    };
    let texts = |name: &str| find(attrs, name).map(|it| it.iter().map(text).collect::<Vec<_>>());
    Some(match segment.ident.to_string().as_str() {
        "Number" => match texts("behind") {
            Some(prefix) => Shape::NumberBehind(prefix[0].clone()),
            None => Shape::Number,
        },
        "Signed" => Shape::Signed,
        "Small" => Shape::Small,
        "Port" => Shape::Port,
        "Float" => Shape::Float,
        "Time" => Shape::Time,
        "Text" => Shape::Text,
        "Bytes" => Shape::Bytes,
        "Word" => Shape::Word(inner?),
        "Flags" => Shape::Flags(inner?),
        "Is" => Shape::Is(texts("is")?[0].clone()),
        "YesNo" => match texts("yes_no")?.as_slice() {
            [yes, no] => Shape::YesNo(yes.clone(), no.clone()),
            _ => return None,
        },
        "Filled" => Shape::Filled,
        "Count" => Shape::Count,
        "Map" => Shape::Map,
        _ => return None,
    })
}

/// The comment above an item.
pub(crate) fn doc(attrs: &[Attribute]) -> Doc {
    let lines = attrs.iter().filter(|attr| attr.path().is_ident("doc"));
    lines
        .map(|attr| match &attr.meta {
            Meta::NameValue(value) => {
                let line = text(&value.value);
                line.strip_prefix(' ').unwrap_or(&line).to_string()
            }
            _ => fail(attr.span(), "a comment is text"),
        })
        .collect()
}

pub(crate) fn has(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident(name))
}

/// What stands in the parentheses of an attribute; nothing for one without.
pub(crate) fn find(attrs: &[Attribute], name: &str) -> Option<Vec<Expr>> {
    let attr = attrs.iter().find(|attr| attr.path().is_ident(name))?;
    match &attr.meta {
        Meta::Path(_) => Some(Vec::new()),
        Meta::List(list) => {
            let parse = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let parsed = list.parse_args_with(parse);
            let parsed = parsed.unwrap_or_else(|error| fail(attr.span(), &error.to_string()));
            Some(parsed.into_iter().collect())
        }
        Meta::NameValue(value) => Some(vec![value.value.clone()]),
    }
}

pub(crate) fn text(expr: &Expr) -> String {
    match literal(expr) {
        Some(Lit::Str(text)) => text.value(),
        _ => fail(expr.span(), "a string belongs here"),
    }
}

pub(crate) fn integer(expr: &Expr) -> i64 {
    match literal(expr) {
        Some(Lit::Int(number)) => number.base10_parse().expect("a number of a table is small"),
        _ => fail(expr.span(), "a number belongs here"),
    }
}

fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(literal) => Some(&literal.lit),
        _ => None,
    }
}

pub(crate) fn ident(expr: &Expr) -> String {
    match expr {
        Expr::Path(path) if path.path.segments.len() == 1 => {
            path.path.segments[0].ident.to_string()
        }
        _ => fail(expr.span(), "a name belongs here"),
    }
}

/// The text of something in the table.
pub(crate) fn source(item: &impl Spanned) -> String {
    let text = item.span().source_text();
    text.unwrap_or_else(|| fail(item.span(), "this has no text"))
}

thread_local! {
    /// The table that is being read.
    static FILE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Says of which table is spoken from now on.
pub(crate) fn now_in(table: &str) {
    FILE.set(format!("src/tables/{table}.rs"));
}

/// Ends the build, saying where the table is wrong.
pub(crate) fn fail(at: proc_macro2::Span, what: &str) -> ! {
    FILE.with_borrow(|file| panic!("{file}:{}: {what}", at.start().line))
}
