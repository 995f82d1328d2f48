//! The code of an export: what lies between C and the function that is called.

use std::fmt::Write as _;

use crate::functions::{Function, Returns};
use crate::params::{Kind, Param};
use crate::text::wrap;

pub(crate) fn write(out: &mut String, function: &Function) {
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
    let _ = writeln!(out, "set_option({object}, {setter}, err, |{object}| {{");
    checks(out, function, all, "?");
    let _ = writeln!(out, "{}\nOk(())\n}})", as_statement(&function.call));
}

/// Hands out what the call makes.
fn handed_out(call: &str, outs: &[&Param]) -> String {
    if let [one] = outs {
        let made = match call {
            "made" => String::new(),
            call => format!("let made = {call};\n"),
        };
        return made + &one.put("made");
    }
    let names: Vec<String> = outs.iter().map(|it| format!("made_{}", it.name)).collect();
    let puts = outs.iter().zip(&names).map(|(param, name)| param.put(name));
    let puts: String = puts.collect();
    format!("let ({}) = {call};\n{puts}", names.join(", "))
}

/// The name of the call of a function that can be begun.
fn operation(function: &Function) -> Option<&str> {
    let param = function
        .params
        .iter()
        .find(|it| it.kind == Kind::Operation)?;
    Some(&param.name)
}

/// The body of a request that the program waits for or not.
fn request(
    out: &mut String,
    function: &Function,
    all: &[(Kind, String)],
    operation: &str,
    called: &str,
) {
    let call = &function.call;
    let has_controller = function.params.iter().any(|it| it.name == "controller");
    let _ = match has_controller {
        true => write!(
            out,
            "// SAFETY: by this function's contract.\n\
             let handles = unsafe {{ Handles::of(controller, {operation}) }};\n\
             guard_call(Out::object(err), handles, &[{called}], |controller, {operation}| {{\n"
        ),
        false => write!(
            out,
            "guard_named(Out::object(err), &[{called}], || {{\n\
             // SAFETY: by this function's contract.\n\
             let {operation} = &unsafe {{ share_any_call({operation}) }}?;\n"
        ),
    };
    let args: Vec<&Param> = function
        .params
        .iter()
        .filter(|it| it.is_argument() && !it.is_handle())
        .collect();
    let outs: Vec<&Param> = function.params.iter().filter(|it| it.is_result()).collect();
    for (index, param) in function.params.iter().enumerate() {
        if !param.is_handle() && !param.is_result() {
            out.push_str(&param.inside(&all[index..], "?"));
        }
    }
    if let (false, Some(object)) = (has_controller, function.params.first()) {
        // The conversation is that of the object.
        let _ = writeln!(out, "let controller = &{}.conversation();", object.name);
    }
    // Whether a result is wanted that costs something.
    let wants = outs.iter().map(|it| format!("wants_{}", it.name));
    let wants: Vec<String> = wants.filter(|it| call.contains(it)).collect();
    for name in &wants {
        let place = name.trim_start_matches("wants_");
        let _ = writeln!(out, "let {name} = {place}.is_wanted();");
    }
    let _ = writeln!(out, "let destination = {operation}.begins_in();");
    let needed = outs
        .iter()
        .filter(|it| matches!(it.kind, Kind::New(_) | Kind::Descriptor));
    for place in needed {
        let name = &place.name;
        let _ = writeln!(
            out,
            "if destination.is_none() {{\n{name}.check(\"{name}\")?;\n}}"
        );
    }
    let made = args.iter().filter(|it| it.is_made());
    let made: String = made
        .map(|it| format!("let {0} = &{0};\n", it.name))
        .collect();
    let controller = has_controller.then_some("controller");
    let args = controller
        .into_iter()
        .chain(args.iter().map(|it| it.name.as_str()))
        .chain(wants.iter().map(String::as_str));
    let args: String = args.map(|it| format!("{it}, ")).collect();
    let work = match outs.as_slice() {
        [] => format!("{{\n{made}{}\nOk(())\n}}", as_statement(call)),
        _ => match call.strip_suffix(".await?") {
            Some(asked) => format!("{{ {made}{asked}.await }}"),
            None => format!("{{ {made}Ok({call}) }}"),
        },
    };
    let types: Vec<String> = outs.iter().filter_map(|it| it.given_type()).collect();
    let given = match types.as_slice() {
        [] => "()".to_string(),
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    };
    let asked = format!(
        "Asked::new(controller, {operation}, destination, &[{called}]).of_tor(&({args}),\n\
         |({args}), {operation}| Box::pin(async move {work}), given::<{given}, _>)?"
    );
    match outs.as_slice() {
        [] => {
            let _ = writeln!(out, "Ok(status_of({asked}))");
        }
        outs => {
            let _ = writeln!(
                out,
                "let Some(made) = {asked} else {{\nreturn Ok(TORCTL_PENDING);\n}};"
            );
            out.push_str(&handed_out("made", outs));
            out.push_str("Ok(TORCTL_OK)\n");
        }
    }
    out.push_str("})\n");
}

fn body(out: &mut String, function: &Function, all: &[(Kind, String)], with_err: bool) {
    let call = &function.call;
    if with_err {
        let called = function.called.as_deref().unwrap_or_default();
        let is_request = function.params.iter().filter(|it| it.is_handle()).count() == 2;
        if let Some(operation) = operation(function) {
            return request(out, function, all, operation, called);
        }
        let _ = match is_request {
            true => write!(
                out,
                "// SAFETY: by this function's contract.\n\
                 let handles = unsafe {{ Handles::of(controller, call) }};\n\
                 guard_request(Out::object(err), handles, &[{called}], |controller, call| {{\n"
            ),
            false if called.is_empty() => writeln!(out, "guard(Out::object(err), || {{"),
            false => writeln!(out, "guard_named(Out::object(err), &[{called}], || {{"),
        };
        for (index, param) in function.params.iter().enumerate() {
            if !is_request || !param.is_handle() {
                out.push_str(&param.inside(&all[index..], "?"));
            }
        }
        let outs: Vec<&Param> = function.params.iter().filter(|it| it.is_result()).collect();
        let _ = match outs.as_slice() {
            _ if matches!(function.returns, Returns::ItsOwnStatus) => writeln!(out, "Ok({call})"),
            [] => writeln!(out, "{}\nOk(TORCTL_OK)", as_statement(call)),
            outs => writeln!(out, "{}Ok(TORCTL_OK)", handed_out(call, outs)),
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
