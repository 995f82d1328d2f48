//! The functions of src/tables as Rust, for src/ffi and for cbindgen.
//!
//! A table says what a function takes, in C's order, and what it calls: the code between, which is the
//! same for all, is made here.

use syn::spanned::Spanned;
use syn::{FnArg, Pat, ReturnType, TraitItem, TraitItemFn};

use crate::params::{Kind, Param};
use crate::table::{self, fail, find, has, source, Doc, Table};
use crate::wrapper;

/// The functions of a table, and the constants that they take.
pub(crate) fn of(table: &Table) -> String {
    table::now_in(&table.name);
    let mut out = String::new();
    for choice in &table.choices {
        crate::choices::write(&mut out, choice);
    }
    for topic in &table.functions {
        let module = find(&topic.attrs, "api").map(|it| source(&it[0]));
        for item in &topic.items {
            match item {
                TraitItem::Fn(function) => {
                    wrapper::write(&mut out, &Function::read(function, &module))
                }
                other => fail(other.span(), "a trait has functions"),
            }
        }
    }
    out
}

/// An object that is to be freed, in a box that does not say of which type it is.
pub(crate) fn erased(object: &str) -> String {
    format!("{object}.map(|it| it as Box<dyn Freed>)")
}

/// What a function returns.
pub(crate) enum Returns {
    /// A status, and an error object.
    Status,
    /// A status that the function's body says.
    ItsOwnStatus,
    /// Nothing: it cannot fail.
    Void,
    /// A new object; NULL if it cannot be made.
    New(String),
    /// Another type, and what stands for none.
    Value(String, String),
}

pub(crate) struct Function {
    pub(crate) doc: Doc,
    pub(crate) name: String,
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Returns,
    /// What makes the result.
    pub(crate) call: String,
    pub(crate) is_flag: bool,
    pub(crate) is_guarded: bool,
    /// Names of arguments there and here.
    pub(crate) called: Option<String>,
    /// The choice that a setter makes, if others make it, too.
    pub(crate) choice: Option<String>,
}

impl Function {
    fn read(item: &TraitItemFn, module: &Option<String>) -> Function {
        let attrs = &item.attrs;
        let name = item.sig.ident.to_string();
        let params: Vec<Param> = item.sig.inputs.iter().map(param).collect();
        let texts = |name: &str| find(attrs, name).map(|it| it.iter().map(source).collect());
        let one = |name: &str| texts(name).map(|it: Vec<String>| it[0].clone());
        let given = match &item.sig.output {
            ReturnType::Default => "()".to_string(),
            ReturnType::Type(_, ty) => source(ty),
        };
        let is_flag = given == "Flag" || given == "Flag<i32>";
        let value = |ty: &str, none: &str| {
            Returns::Value(ty.to_string(), one("or").unwrap_or(none.to_string()))
        };
        let returns = match given.as_str() {
            "()" => Returns::Status,
            "Status" => Returns::ItsOwnStatus,
            "Void" => Returns::Void,
            "Flag" => value("c_int", "0"),
            "Flag<i32>" => value("i32", "0"),
            "Text" => value("*const c_char", "empty()"),
            other => match other
                .strip_prefix("New<")
                .and_then(|it| it.strip_suffix('>'))
            {
                Some(object) => Returns::New(object.to_string()),
                None if other.starts_with('*') => value(other, "std::ptr::null()"),
                None => value(other, "0"),
            },
        };
        let args = params.iter().filter(|it| it.is_argument());
        let args: Vec<&str> = args.map(|it| it.name.as_str()).collect();
        let can_begin = params.iter().any(|it| it.kind == Kind::Operation);
        let fails = if can_begin { ".await?" } else { "?" };
        let call = match (&item.default, one("command"), one("calls"), module) {
            (Some(body), ..) => source(body),
            (_, Some(command), ..) => {
                format!("switches::plain(controller, {command}, call){fails}")
            }
            (_, _, Some(path), _) => format!("{path}({}){fails}", args.join(", ")),
            (_, _, _, Some(module)) if !matches!(returns, Returns::Void) => {
                format!("{module}::{name}({}){fails}", args.join(", "))
            }
            _ if matches!(returns, Returns::New(_)) => "Box::default()".to_string(),
            _ => match params.as_slice() {
                [object] if matches!(object.kind, Kind::Owned(_)) => {
                    format!("free({})", erased(&object.name))
                }
                _ => fail(item.span(), "nothing says what is called"),
            },
        };
        check(item, &params);
        Function {
            doc: table::doc(attrs),
            params,
            returns,
            call,
            is_flag,
            is_guarded: has(attrs, "guarded"),
            called: texts("called").map(|it: Vec<String>| it.join(", ")),
            choice: one("choice"),
            name,
        }
    }
}

/// What may stand above a function.
const ATTRIBUTES: &[&str] = &[
    "doc", "command", "calls", "called", "choice", "or", "guarded",
];

/// Ends the build for what would be left out without a word.
fn check(item: &TraitItemFn, params: &[Param]) {
    for attr in &item.attrs {
        if !ATTRIBUTES.iter().any(|it| attr.path().is_ident(it)) {
            fail(attr.span(), "no function has this attribute");
        }
    }
    for (index, param) in params.iter().enumerate() {
        let Some(needed) = param.needs() else {
            continue;
        };
        if !params[index..].iter().any(|it| it.kind == needed) {
            let name = &param.name;
            fail(
                item.span(),
                &format!("{name} needs another argument behind it"),
            );
        }
    }
}

fn param(arg: &FnArg) -> Param {
    let FnArg::Typed(arg) = arg else {
        fail(arg.span(), "a function of C has no self");
    };
    let Pat::Ident(name) = &*arg.pat else {
        fail(arg.span(), "an argument has a name");
    };
    let said = |name: &str| find(&arg.attrs, name).map(|it| source(&it[0]));
    Param::read(
        name.ident.to_string(),
        &source(&arg.ty),
        said("check"),
        said("or"),
    )
    .unwrap_or_else(|what| fail(arg.ty.span(), &what))
}
