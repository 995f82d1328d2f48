//! What src/tables says to the parser of directory documents: the methods for fields that it keeps in a
//! member of the same name, and the flags.

use std::fmt::Write as _;

use crate::documents::{Document, DocumentField, DocumentShape as Shape, Kept};
use crate::table::Words;

/// The methods of one kind of entry, and what takes the lines that the table says all of.
pub(crate) fn methods(document: &Document) -> String {
    let mut out = lines(document);
    let _ = writeln!(
        out,
        "/// What the parser keeps in a member of the same name.\nimpl {} {{",
        document.entry
    );
    for field in &document.fields {
        method(&mut out, field);
    }
    out + "}\n"
}

/// The members for the fields that have a line, and the function that fills them in.
fn lines(document: &Document) -> String {
    let of_line = document.fields.iter();
    let of_line = of_line.filter_map(|field| Some((field, field.line.as_ref()?)));
    let (mut members, mut arms) = (String::new(), String::new());
    for (field, (keyword, how)) in of_line {
        let name = &field.name;
        let ty = match &field.shape {
            Shape::Text => "u32",
            Shape::Time => "Option<i64>",
            Shape::Truth => "bool",
            _ => "Option<u64>",
        };
        let member = format!("&mut self.{name}");
        let taken = match how.as_str() {
            "switch" => format!("take::switch({member})"),
            "object" => format!("take::object({member}, line, out)"),
            "time" | "number" => format!("take::value({member}, take::{how}(words))"),
            _ => format!("take::{how}({member}, line, words, out)"),
        };
        let _ = writeln!(members, "    {name}: {ty},");
        let _ = writeln!(arms, "            b{keyword:?} => {taken},");
    }
    if members.is_empty() {
        return members;
    }
    format!(
        "/// What stands in lines of its own. A number is a position in the text, 0 where it has none.\n\
         #[derive(Debug, Default)]\nstruct Lines {{\n{members}}}\n\n\
         impl Lines {{\n    #[inline]\n    \
         fn take(&mut self, keyword: &[u8], line: &Line<'_>, words: &mut LineWords<'_>, out: &mut EntrySpans) -> Taken {{\n        \
         match keyword {{\n{arms}            _ => Taken::Unknown,\n        }}\n    }}\n}}\n\n"
    )
}

fn method(out: &mut String, field: &DocumentField) {
    let name = &field.name;
    let doc = field.doc[0].trim_end_matches([';', ':']);
    let place = match field.kept {
        Kept::Line => "self.fields.lines",
        _ => "self.fields",
    };
    let mut text = |name: &str| {
        let kept = match field.kept {
            Kept::Own => format!("text::own(&{place}.{name})"),
            _ => format!("self.tail({place}.{name})"),
        };
        if field.kept != Kept::ByHand || matches!(field.shape, Shape::Flags(_)) {
            let _ = writeln!(
                out,
                "    #[inline]\n    pub(crate) fn {name}_c(&self) -> Option<&[u8]> {{\n        {kept}\n    }}"
            );
        }
        let _ = writeln!(
            out,
            "    /// {doc}\n    pub fn {name}(&self) -> &[u8] {{\n        \
             text::until_nul(self.{name}_c().unwrap_or_default())\n    }}"
        );
    };
    let ty = match &field.shape {
        Shape::Text => return text(name),
        Shape::Flags(_) => return text(&format!("{name}_text")),
        _ if field.kept == Kept::ByHand => return,
        Shape::Time if field.with.is_none() => "Option<i64>",
        Shape::Time => "i64",
        Shape::Port => "u16",
        Shape::Truth => "bool",
        _ => "Option<u64>",
    };
    let _ = writeln!(
        out,
        "    /// {doc}\n    #[inline]\n    pub fn {name}(&self) -> {ty} {{\n        {place}.{name}\n    }}"
    );
}

/// The words of flags and their bits.
pub(crate) fn flags(words: &Words) -> String {
    let mut out = format!(
        "/// Tor's word for each flag and its bit, as in the C header; the numbers never change.\n\
         pub const FLAGS: [(&str, u64); {}] = [\n",
        words.words.len()
    );
    for word in &words.words {
        let _ = writeln!(out, "    ({:?}, {}),", word.text, word.number);
    }
    out.push_str(
        "];\n\n/// Tor's word for a flag's bit; \"\" for anything else.\n\
         pub fn flag_name(bit: u64) -> &'static CStr {\n    match bit {\n",
    );
    for word in &words.words {
        let _ = writeln!(out, "        {} => c{:?},", word.number, word.text);
    }
    out.push_str(
        "        _ => c\"\",\n    }\n}\n\n/// The bit of a flag's word.\n#[inline]\n\
         pub fn flag_bit(word: &[u8]) -> u64 {\n    match word {\n",
    );
    for word in &words.words {
        let _ = writeln!(out, "        b{:?} => {},", word.text, word.number);
    }
    out + "        _ => FLAG_UNKNOWN,\n    }\n}\n"
}
