//! Constants of which a program chooses one, and what each stands for inside.

use std::fmt::Write as _;

use syn::spanned::Spanned;

use crate::table::{base, doc, fail, find, integer, source, text};
use crate::text::{screaming, snake, wrap};

/// The constants of `#[choice(PREFIX, type)] enum`, and the function that knows them; without a type,
/// the constants alone.
pub(crate) fn write(out: &mut String, item: &syn::ItemEnum) {
    let said = find(&item.attrs, "choice").expect("it was found by that");
    let prefix = text(&said[0]);
    let ty = said.get(1).map(source);
    let mut arms = String::new();
    for variant in &item.variants {
        let name = variant.ident.to_string();
        let Some((_, number)) = &variant.discriminant else {
            fail(variant.span(), "a choice has a number");
        };
        let number = match integer(number) {
            0 => 0,
            number => base(&item.attrs) + number,
        };
        for line in wrap(&doc(&variant.attrs)) {
            let _ = writeln!(out, "{}", format!("/// {line}").trim_end());
        }
        let _ = writeln!(
            out,
            "pub const {prefix}{}: i32 = {number};",
            screaming(&name)
        );
        let is = find(&variant.attrs, "is").map(|it| source(&it[0]));
        let is = is.or_else(|| Some(format!("{}::{name}", ty.as_ref()?)));
        if let Some(is) = is {
            let _ = writeln!(arms, "{number} => {is},");
        }
    }
    let Some(ty) = ty else {
        out.push('\n');
        return;
    };
    let _ = write!(
        out,
        "\npub(super) fn choice_{}(number: i32, name: &str) -> Result<{ty}, Error> {{\n\
         Ok(match number {{\n{arms}_ => return Err(no_constant(number, name, {:?})),\n}})\n}}\n\n",
        snake(&item.ident.to_string()),
        prefix.trim_end_matches('_'),
    );
}
