//! What is known of a kind before one looks at an event of it.

use super::kind::ALL;
use super::order::{positional, usual_order, Form};
use super::token::Style;
use super::Kind;

/// How the events of a kind are written.
#[derive(Debug)]
pub(super) struct Grammar {
    /// How many arguments have no keyword, whatever they look like: names that others chose, and
    /// the paths of old tors, may have `=` in them.
    pub(super) positional: usize,
    /// Which of them may be empty, between two blanks: the address to which none is mapped any
    /// more.
    pub(super) may_be_empty: Option<usize>,
    /// How values are written.
    pub(super) style: Style,
    /// The keywords in the order in which tor writes them.
    pub(super) order: &'static [Form],
    /// The rest of the line is text for people.
    pub(super) is_log: bool,
}

impl Grammar {
    /// The grammar of a kind.
    #[inline(always)]
    pub(super) fn of(kind: Kind) -> &'static Grammar {
        &GRAMMARS[kind as usize]
    }

    const fn new(kind: Kind) -> Grammar {
        let style = match kind {
            Kind::Stream => Style::Strict,
            Kind::StatusGeneral | Kind::StatusClient => Style::Status,
            Kind::StatusServer => Style::StatusServer,
            _ => Style::Usual,
        };
        Grammar {
            positional: positional(kind),
            may_be_empty: match kind {
                Kind::AddrMap => Some(1),
                _ => None,
            },
            style,
            order: usual_order(kind),
            is_log: matches!(
                kind,
                Kind::Debug | Kind::Info | Kind::Notice | Kind::Warn | Kind::Err
            ),
        }
    }
}

/// By the numbers of the kinds.
static GRAMMARS: [Grammar; Kind::COUNT] = {
    let mut grammars = [const { Grammar::new(Kind::Unknown) }; Kind::COUNT];
    let mut index = 0;
    while index < ALL.len() {
        grammars[ALL[index] as usize] = Grammar::new(ALL[index]);
        index += 1;
    }
    grammars
};
