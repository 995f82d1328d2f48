//! MAPADDRESS and RESOLVE.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::results::{Outcome, Results};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{expect_ok, Error};
use crate::engine::event::Event;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::proto::command::address;
use crate::proto::event::{Key, Kind, KindSet};
use crate::proto::quote::printable;
use crate::proto::reason::Reason;
use crate::proto::result::{addresses_mapped, Mapped};

/// Maps addresses to others; one result for each pair, in order.
pub fn map_address(
    controller: &Arc<Controller>,
    pairs: &[(&[u8], &[u8])],
    call: &Arc<Call>,
) -> Result<Results, Error> {
    let reply = controller.request(address::map_address(pairs)?, call)?;
    let mapped = addresses_mapped(&reply, pairs.len())?;
    let results = mapped.into_iter().zip(pairs);
    Ok(results
        .map(|(mapped, (asked, _))| match mapped {
            Mapped::Yes { from, to } => Outcome::new(&from, Ok(&to)),
            Mapped::No(rejection) => Outcome::new(asked, Err(rejection.into())),
        })
        .collect())
}

/// Has tor look up a name, or with `reverse` the name of an address, through its network; the
/// event with the answer.
pub fn resolve(
    controller: &Arc<Controller>,
    name: &[u8],
    reverse: bool,
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
) -> Result<Event, Error> {
    let command = address::resolve(&[name], reverse)?;
    let deadline = Deadline::after(timeout_ms);
    let kinds = KindSet::of(Kind::AddrMap);
    let watch = Watch::new(controller, kinds, Capacity::default(), call)?;
    expect_ok(watch.request(command, call, deadline)?)?;
    let answer = watch.wait(call, deadline, &mut |event| look(event, name))?;
    answer.ok_or_else(|| {
        let name = printable(name);
        deadline.error(&format!("no answer for \"{name}\" came"))
    })
}

fn look(event: &Event, name: &[u8]) -> ControlFlow<Result<Event, Error>> {
    let fields = event.fields();
    let from = fields.arg(0).bytes();
    if event.kind() != Kind::AddrMap || !bare(from).eq_ignore_ascii_case(bare(name)) {
        return ControlFlow::Continue(());
    }
    if fields.arg(1).bytes() != b"<error>" {
        return ControlFlow::Break(Ok(event.dup()));
    }
    // `error=yes`, or a bare word where tor could not even begin.
    let word = match fields.get(Key::Error) {
        Some(word) => word.bytes(),
        None => fields.arg(3).bytes(),
    };
    let (name, word) = (printable(name), printable(word));
    ControlFlow::Break(Err(Error::Failed {
        message: format!("\"{name}\" could not be resolved ({word})"),
        reason: word.into_owned(),
        why: Reason::Unknown,
    }))
}

/// An IPv6 address may come back in brackets or without.
fn bare(address: &[u8]) -> &[u8] {
    let inside = address.strip_prefix(b"[");
    inside
        .and_then(|inside| inside.strip_suffix(b"]"))
        .unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str, name: &str) -> ControlFlow<Result<Event, Error>> {
        let event = Event::of_text(Kind::AddrMap, "ADDRMAP", text.as_bytes());
        look(&event, name.as_bytes())
    }

    #[test]
    fn only_the_answer_itself_counts() {
        let other = "b.test 127.0.0.1 \"2026-01-01 00:00:00\" CACHED=\"YES\"";
        assert!(answer(other, "a.test").is_continue());
        assert!(matches!(answer(other, "B.test"), ControlFlow::Break(Ok(_))));
        let six = "[::1] six.test NEVER CACHED=\"YES\"";
        assert!(answer(six, "::1").is_break());
    }

    #[test]
    fn failures_have_tors_word() {
        for (text, word) in [
            ("a <error> \"2026-01-01 00:00:00\" error=yes EXPIRES=\"2026-01-01 00:00:00\" CACHED=\"NO\"", "yes"),
            ("a <error> \"2026-01-01 00:00:00\" internal EXPIRES=\"2026-01-01 00:00:00\" CACHED=\"NO\"", "internal"),
        ] {
            let ControlFlow::Break(Err(Error::Failed { message, reason, .. })) = answer(text, "a")
            else {
                panic!("{text}");
            };
            assert_eq!(reason, word);
            assert_eq!(message, format!("\"a\" could not be resolved ({word})"));
        }
    }
}
