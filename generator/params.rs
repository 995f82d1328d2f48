//! What a function of the interface takes: how an argument crosses from C, and how a result goes back.

use crate::text::snake;

/// An argument of a function, or a place for a result.
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// A function that checks the value and makes another of it.
    check: Option<String>,
    /// What a place for a result holds first.
    first: String,
}

/// What it is. src/tables/README.md has the names that tables give these.
#[derive(Clone, PartialEq)]
pub(crate) enum Kind {
    /// A handle that is shared, const in C or not.
    Shared(&'static str, bool),
    /// The call of a function that can be begun.
    Operation,
    /// An object of this process, and one of any.
    Own(String),
    Object(String),
    /// One that may be NULL, passed on as it is.
    MaybeObject(String),
    /// One that is freed.
    Owned(String),
    /// Options that a setter changes, or adds to.
    Set(String),
    Add(String),
    /// A string, which must be there or not; the same as a path.
    Str,
    MaybeStr,
    Path,
    /// An array, whose size is a later argument.
    Strings,
    MaybeStrings,
    /// Likewise, of objects none of which is NULL.
    Objects(String),
    Count,
    /// A block of memory, whose size is a later argument.
    Memory,
    MaybeMemory,
    Size,
    /// 0 or not, and its type in C.
    Flag(&'static str),
    /// A number of which 0 means none.
    NotZero(String),
    Timeout,
    /// A constant of a set of choices; 0 can mean none.
    Choice(String),
    MaybeChoice(String),
    /// The program's pointer, and the function that destroys it.
    UserData,
    Destroy,
    Pointer,
    /// A place for a new object, which the program must want or need not.
    New(String),
    MaybeNew(String),
    /// A place for a number.
    Out(String),
    /// One that the function fills itself.
    Place(String),
    /// A place for a descriptor, which is the program's to close; it must want it.
    Descriptor,
    /// Anything else, as it is.
    Plain(String),
}

fn inner<'a>(ty: &'a str, outer: &str) -> Option<&'a str> {
    ty.strip_prefix(outer)?.strip_prefix('<')?.strip_suffix('>')
}

/// The Rust type behind a handle.
fn handle_type(object: &str) -> &str {
    match object {
        "Controller" => "Tor",
        other => other,
    }
}

impl Kind {
    fn read(ty: &str) -> Result<Kind, String> {
        let own = |of: &str| matches!(of, "EventQueue" | "Request");
        if let Some(of) = inner(ty, "Option") {
            return Ok(match of {
                "Str" => Kind::MaybeStr,
                "Strings" => Kind::MaybeStrings,
                "Memory" => Kind::MaybeMemory,
                "u16" | "u32" | "u64" | "usize" => Kind::NotZero(of.to_string()),
                _ => match (inner(of, "New"), inner(of, "Choice"), of.strip_prefix('&')) {
                    (Some(object), ..) => Kind::MaybeNew(object.to_string()),
                    (_, Some(choice), _) => Kind::MaybeChoice(choice.to_string()),
                    (_, _, Some(object)) => Kind::MaybeObject(object.to_string()),
                    _ => return Err(format!("no argument is an {ty}")),
                },
            });
        }
        let of = |outer: &str| inner(ty, outer).map(str::to_string);
        let generic = [
            of("New").map(|it| Kind::New(handle_type(&it).to_string())),
            of("Out").map(Kind::Out),
            of("Place").map(Kind::Place),
            of("Choice").map(Kind::Choice),
            of("Objects").map(Kind::Objects),
            of("Set").map(Kind::Set),
            of("Add").map(Kind::Add),
            of("Box").map(Kind::Owned),
        ];
        if let Some(kind) = generic.into_iter().flatten().next() {
            return Ok(kind);
        }
        Ok(match ty {
            "&Controller" => Kind::Shared("Tor", true),
            "&mut Controller" => Kind::Shared("Tor", false),
            "&Call" => Kind::Shared("Call", false),
            "&Operation" => Kind::Operation,
            "Str" => Kind::Str,
            "Path" => Kind::Path,
            "Strings" => Kind::Strings,
            "Count" => Kind::Count,
            "Memory" => Kind::Memory,
            "Size" => Kind::Size,
            "Flag" => Kind::Flag("c_int"),
            "Flag<i32>" => Kind::Flag("i32"),
            "Timeout" => Kind::Timeout,
            "UserData" => Kind::UserData,
            "Destroy" => Kind::Destroy,
            "Pointer" => Kind::Pointer,
            "Descriptor" => Kind::Descriptor,
            _ => match ty.strip_prefix('&') {
                Some(object) if own(object) => Kind::Own(object.to_string()),
                Some(object) => Kind::Object(object.to_string()),
                None => Kind::Plain(ty.to_string()),
            },
        })
    }
}

impl Param {
    pub(crate) fn read(
        name: String,
        ty: &str,
        check: Option<String>,
        first: Option<String>,
    ) -> Result<Param, String> {
        let first = first.unwrap_or("0".to_string());
        let kind = Kind::read(ty)?;
        Ok(Param {
            name,
            kind,
            check,
            first,
        })
    }

    /// The type of C, as Rust writes it. A function without a status takes a handle as const.
    pub(crate) fn in_c(&self, with_err: bool) -> String {
        match &self.kind {
            Kind::Shared(of, true) if !with_err => format!("*const {of}"),
            Kind::Shared(of, _) => format!("*mut {of}"),
            Kind::Operation => "*mut Call".to_string(),
            Kind::Own(of)
            | Kind::Object(of)
            | Kind::MaybeObject(of)
            | Kind::Set(of)
            | Kind::Add(of) => {
                format!("Option<&{of}>")
            }
            Kind::Owned(of) => format!("Option<Box<{of}>>"),
            Kind::Str | Kind::MaybeStr | Kind::Path => "*const c_char".to_string(),
            Kind::Strings | Kind::MaybeStrings => "*const *const c_char".to_string(),
            Kind::Objects(of) => format!("*const *const {of}"),
            Kind::Memory | Kind::MaybeMemory => "*const c_void".to_string(),
            Kind::Count | Kind::Size => "usize".to_string(),
            Kind::Flag(ty) => ty.to_string(),
            Kind::NotZero(ty) | Kind::Plain(ty) => ty.clone(),
            Kind::Timeout | Kind::Choice(_) | Kind::MaybeChoice(_) => "i32".to_string(),
            Kind::UserData | Kind::Pointer => "*mut c_void".to_string(),
            Kind::Destroy => "torctl_destroy_fn".to_string(),
            Kind::New(of) | Kind::MaybeNew(of) => format!("Option<&mut MaybeUninit<*mut {of}>>"),
            Kind::Out(of) | Kind::Place(of) => format!("Option<&mut MaybeUninit<{of}>>"),
            Kind::Descriptor => "Option<&mut MaybeUninit<c_int>>".to_string(),
        }
    }

    /// Whether it is a pointer that Rust does not check.
    pub(crate) fn is_raw(&self) -> bool {
        match &self.kind {
            Kind::Plain(ty) => ty.starts_with('*') || ty.ends_with("_fn"),
            Kind::Pointer => true,
            _ => self.in_c(true).starts_with('*'),
        }
    }

    /// Whether what is called takes it.
    pub(crate) fn is_argument(&self) -> bool {
        !self.is_result() && !matches!(self.kind, Kind::Count | Kind::Size | Kind::Destroy)
    }

    /// Whether it is the controller or the call.
    pub(crate) fn is_handle(&self) -> bool {
        matches!(self.kind, Kind::Shared(..) | Kind::Operation)
    }

    /// The kind of an argument that must stand behind it.
    pub(crate) fn needs(&self) -> Option<Kind> {
        match &self.kind {
            Kind::Strings | Kind::MaybeStrings | Kind::Objects(_) => Some(Kind::Count),
            Kind::Memory | Kind::MaybeMemory => Some(Kind::Size),
            Kind::UserData => Some(Kind::Destroy),
            _ => None,
        }
    }

    /// Whether what is called returns it.
    pub(crate) fn is_result(&self) -> bool {
        use Kind::{Descriptor, MaybeNew, New, Out};
        matches!(self.kind, New(_) | MaybeNew(_) | Out(_) | Descriptor)
    }

    pub(crate) fn new_object(&self) -> Option<&str> {
        match &self.kind {
            Kind::New(object) | Kind::MaybeNew(object) => Some(object),
            _ => None,
        }
    }

    /// What happens in front of everything that can fail.
    pub(crate) fn before(&self, from_here: &[(Kind, String)]) -> String {
        let (name, first) = (&self.name, &self.first);
        match &self.kind {
            Kind::New(_) | Kind::MaybeNew(_) => format!("let {name} = Out::object({name});\n"),
            Kind::Out(_) => format!("let {name} = Out::new({name}, {first});\n"),
            Kind::Descriptor => format!("let {name} = Out::new({name}, -1);\n"),
            Kind::Place(_) => {
                format!("#[allow(unused_mut)]\nlet mut {name} = Out::new({name}, {first});\n")
            }
            Kind::UserData => {
                let destroy = later(from_here, Kind::Destroy);
                format!("let {name} = UserData::new({name}, {destroy});\n")
            }
            _ => String::new(),
        }
    }

    /// The argument, checked. `fails` is what ends the function where there is none.
    pub(crate) fn inside(&self, from_here: &[(Kind, String)], fails: &str) -> String {
        let name = &self.name;
        let count = || later(from_here, Kind::Count);
        let size = || later(from_here, Kind::Size);
        let unsafely = |what: String| {
            format!("// SAFETY: by this function's contract.\nlet {name} = unsafe {{ {what} }}")
        };
        let and_ref = |bound: String| format!("{bound};\nlet {name} = &{name};\n");
        let mut out = match &self.kind {
            Kind::Shared("Call", _) => and_ref(unsafely(format!("share_call({name})")) + fails),
            Kind::Shared(..) => and_ref(unsafely(format!("share({name}, \"{name}\")")) + fails),
            Kind::Own(_) => format!("let {name} = own({name}, \"{name}\"){fails};\n"),
            Kind::Object(_) if fails == "?" => {
                format!("let {name} = required({name}, \"{name}\")?;\n")
            }
            Kind::Object(_) => format!("let {name} = {name}?;\n"),
            Kind::Str => unsafely(format!("bytes({name}, \"{name}\")")) + fails + ";\n",
            Kind::MaybeStr => unsafely(format!("optional_bytes({name})")) + ";\n",
            Kind::Path => unsafely(format!("path_of({name}, \"{name}\")")) + fails + ";\n",
            Kind::Strings => {
                and_ref(unsafely(format!("all_strings({name}, {}, \"{name}\")", count())) + fails)
            }
            Kind::Objects(_) => {
                and_ref(unsafely(format!("all_objects({name}, {}, \"{name}\")", count())) + fails)
            }
            Kind::MaybeStrings => and_ref(
                unsafely(format!("strings_or_none({name}, {}, \"{name}\")", count())) + fails,
            ),
            Kind::Memory => {
                let memory = unsafely(format!("memory({name}, {}, \"{name}\")", size()));
                format!("{memory}{fails}.unwrap_or_default();\n")
            }
            Kind::MaybeMemory => {
                unsafely(format!("memory({name}, {}, \"{name}\")", size())) + fails + ";\n"
            }
            Kind::Flag(_) => format!("let {name} = {name} != 0;\n"),
            Kind::NotZero(_) => format!("let {name} = ({name} != 0).then_some({name});\n"),
            Kind::Timeout => format!("let {name} = timeout({name}, \"{name}\"){fails};\n"),
            Kind::Choice(of) => {
                format!(
                    "let {name} = choice_{}({name}, \"{name}\"){fails};\n",
                    snake(of)
                )
            }
            Kind::MaybeChoice(of) => {
                let made = format!("choice_{}({name}, \"{name}\"){fails}", snake(of));
                format!("let {name} = if {name} == 0 {{ None }} else {{ Some({made}) }};\n")
            }
            Kind::New(_) | Kind::Descriptor => format!("{name}.check(\"{name}\")?;\n"),
            _ => String::new(),
        };
        if let Some(check) = &self.check {
            out += &format!("let {name} = {check}({name}){fails};\n");
        }
        out
    }

    /// Whether the argument is a reference to what was made of C's.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self.kind, Kind::Strings | Kind::MaybeStrings) && self.check.is_none()
    }

    /// The type of what a begun call gives in place of handing a result out.
    pub(crate) fn given_type(&self) -> Option<String> {
        match &self.kind {
            Kind::New(of) | Kind::MaybeNew(of) if of == "Tor" => Some("Arc<Tor>".to_string()),
            Kind::New(of) | Kind::MaybeNew(of) | Kind::Out(of) => Some(of.clone()),
            Kind::Descriptor => Some("OwnedFd".to_string()),
            _ => None,
        }
    }

    /// Hands a result out.
    pub(crate) fn put(&self, made: &str) -> String {
        let name = &self.name;
        match &self.kind {
            Kind::New(of) if of == "Tor" => {
                format!("{name}.set(Arc::into_raw({made}).cast_mut());\n")
            }
            Kind::New(_) => format!("{name}.set_new({made});\n"),
            Kind::Descriptor => format!("{name}.set({made}.into_raw_fd());\n"),
            Kind::MaybeNew(_) => format!("if {name}.is_wanted() {{\n{name}.set_new({made});\n}}\n"),
            _ => format!("{name}.set_from({made});\n"),
        }
    }
}

/// The name of the next argument of a kind, which is there.
fn later(from_here: &[(Kind, String)], kind: Kind) -> String {
    let found = from_here.iter().find(|it| it.0 == kind);
    found.map_or_else(String::new, |it| it.1.clone())
}
