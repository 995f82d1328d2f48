//! The functions of src/tables as Rust, for src/ffi and for cbindgen.
//!
//! A table says what a function takes, in C's order, and what it calls: the code between, which is the
//! same for all, is made here.

use std::fmt::Write as _;

use syn::spanned::Spanned;
use syn::{FnArg, Pat, ReturnType, TraitItem, TraitItemFn};

use crate::params::{Kind, Param};
use crate::table::{self, fail, find, has, source, Doc, Table};
use crate::text::wrap;

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
                TraitItem::Fn(function) => write(&mut out, &Function::read(function, &module)),
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
    name: String,
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Returns,
    /// What makes the result.
    call: String,
    is_flag: bool,
    is_guarded: bool,
    /// Names of arguments there and here.
    called: Option<String>,
    /// The choice that a setter makes, if others make it, too.
    choice: Option<String>,
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
        let call = match (&item.default, one("command"), one("calls"), module) {
            (Some(body), ..) => source(body),
            (_, Some(command), ..) => format!("session::plain(controller, {command}, call)?"),
            (_, _, Some(path), _) => format!("{path}({})?", args.join(", ")),
            (_, _, _, Some(module)) if !matches!(returns, Returns::Void) => {
                format!("{module}::{name}({})?", args.join(", "))
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

fn write(out: &mut String, function: &Function) {
    for line in wrap(&function.manual()) {
        let _ = writeln!(out, "{}", format!("/// {line}").trim_end());
    }
    let is_unsafe = function.params.iter().any(|it| it.is_raw());
    if is_unsafe {
        out.push_str(
            "///\n/// # Safety\n/// The pointers are NULL or what the header says of them.\n",
        );
    }
    let with_err = matches!(function.returns, Returns::Status | Returns::ItsOwnStatus);
    let mut declared: Vec<String> = Vec::new();
    for param in &function.params {
        declared.push(format!("{}: {}", param.name, param.in_c(with_err)));
    }
    if with_err {
        declared.push("err: Option<&mut MaybeUninit<*mut torctl_error>>".to_string());
    }
    if declared.len() > 7 {
        out.push_str("#[allow(clippy::too_many_arguments)]\n");
    }
    let result = match &function.returns {
        Returns::Status | Returns::ItsOwnStatus => " -> torctl_status".to_string(),
        Returns::Void => String::new(),
        Returns::New(object) => format!(" -> *mut {object}"),
        Returns::Value(ty, _) => format!(" -> {ty}"),
    };
    let _ = write!(
        out,
        "#[no_mangle]\npub {}extern \"C\" fn torctl_{}({}){result} {{\n",
        if is_unsafe { "unsafe " } else { "" },
        function.name,
        declared.join(", "),
    );
    let sizes: Vec<(Kind, String)> = function
        .params
        .iter()
        .map(|it| (it.kind.clone(), it.name.clone()))
        .collect();
    for (index, param) in function.params.iter().enumerate() {
        out.push_str(&param.before(&sizes[index..]));
    }
    match function.params.first().map(|it| &it.kind) {
        Some(Kind::Set(_) | Kind::Add(_)) => setter(out, function, &sizes),
        _ => body(out, function, &sizes, with_err),
    }
    out.push_str("}\n\n");
}

/// A body whose result is nothing.
fn as_statement(call: &str) -> String {
    let inner = call.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let inner = inner.unwrap_or(call).trim_end();
    match inner.ends_with([';', '}']) {
        true => inner.to_string(),
        false => format!("{inner};"),
    }
}

/// The arguments, checked.
fn checks(out: &mut String, function: &Function, all: &[(Kind, String)], fails: &str) {
    for (index, param) in function.params.iter().enumerate() {
        out.push_str(&param.inside(&all[index..], fails));
    }
}

fn setter(out: &mut String, function: &Function, all: &[(Kind, String)]) {
    let (object, name) = (&function.params[0].name, &function.name);
    let setter = match (&function.params[0].kind, &function.choice) {
        (Kind::Add(_), _) => format!("Setter::adds(\"torctl_{name}\")"),
        (_, Some(choice)) => format!("Setter::sets(\"torctl_{name}\", {choice})"),
        (_, None) => format!("Setter::sets(\"torctl_{name}\", \"torctl_{name}\")"),
    };
    let _ = writeln!(out, "choose({object}, {setter}, err, |{object}| {{");
    checks(out, function, all, "?");
    let _ = writeln!(out, "{}\nOk(())\n}})", as_statement(&function.call));
}

fn body(out: &mut String, function: &Function, all: &[(Kind, String)], with_err: bool) {
    let call = &function.call;
    if with_err {
        match &function.called {
            Some(called) => {
                let _ = writeln!(out, "guard_named(Out::object(err), &[{called}], || {{");
            }
            None => out.push_str("guard(Out::object(err), || {\n"),
        }
        checks(out, function, all, "?");
        let outs: Vec<&Param> = function.params.iter().filter(|it| it.is_result()).collect();
        let _ = match outs.as_slice() {
            _ if matches!(function.returns, Returns::ItsOwnStatus) => writeln!(out, "Ok({call})"),
            [] => writeln!(out, "{}\nOk(TORCTL_OK)", as_statement(call)),
            [one] => writeln!(out, "let made = {call};\n{}Ok(TORCTL_OK)", one.put("made")),
            many => {
                let names: Vec<String> =
                    many.iter().map(|it| format!("made_{}", it.name)).collect();
                let _ = writeln!(out, "let ({}) = {call};", names.join(", "));
                for (param, name) in many.iter().zip(&names) {
                    out.push_str(&param.put(name));
                }
                writeln!(out, "Ok(TORCTL_OK)")
            }
        };
        out.push_str("})\n");
        return;
    }
    if call.starts_with("free(") {
        let _ = writeln!(out, "{call};");
        return;
    }
    let is_guarded = function.is_guarded || function.params.iter().any(|it| it.is_raw());
    let (none, some) = match &function.returns {
        Returns::New(_) => {
            let _ = writeln!(
                out,
                "guard_or(std::ptr::null_mut(), || Box::into_raw({call}))"
            );
            return;
        }
        Returns::Value(_, none) if function.is_flag => (none.as_str(), format!("({call}).into()")),
        Returns::Value(_, none) => (none.as_str(), call.clone()),
        _ => ("()", call.clone()),
    };
    let is_void = matches!(function.returns, Returns::Void);
    let guard = if is_guarded || is_void {
        "ask_guarded"
    } else {
        "ask"
    };
    let _ = writeln!(out, "{guard}({none}, || {{");
    checks(out, function, all, ".ok()?");
    let _ = match is_void {
        true => writeln!(out, "{}\nSome(())\n}});", as_statement(&some)),
        false => writeln!(out, "Some({some})\n}})"),
    };
}
