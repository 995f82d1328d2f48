//! MAPADDRESS and RESOLVE; mappings and countries of addresses.

use std::net::IpAddr;
use std::sync::Arc;

use super::info::get_info_each;
use super::outcome::{Outcome, Results};
use super::typed_info::list;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::error::{expect_ok, Error};
use crate::proto::command::address;
use crate::proto::event::{number, Key, Kind, KindSet};
use crate::proto::info::{self, Mapping};
use crate::proto::quote::printable;
use crate::proto::reason::Reason;
use crate::proto::result::{addresses_mapped, Mapped};
use crate::session::{Again, Part};

/// Maps addresses to others; one result for each pair, in order.
pub async fn map_address(
    controller: &Arc<Controller>,
    pairs: &[(&[u8], &[u8])],
    call: &Operation,
) -> Result<Results, Error> {
    let mark = controller.setup_mark();
    let reply = controller.ask(address::map_address(pairs)?, call).await?;
    let mapped = addresses_mapped(&reply, pairs.len())?;
    for mapped in &mapped {
        if let Mapped::Yes { from, to } = mapped {
            keep_mapping(controller, from, to, mark, call).await?;
        }
    }
    let results = mapped.into_iter().zip(pairs);
    Ok(results
        .map(|(mapped, (asked, _))| match mapped {
            Mapped::Yes { from, to } => Outcome::new(&from, Ok(&to)),
            Mapped::No(rejection) => Outcome::new(asked, Err(rejection.into())),
        })
        .collect())
}

/// Keeps a mapping, also of an address that tor chose: programs have it by now. An address that is
/// mapped to itself is free again.
async fn keep_mapping(
    controller: &Arc<Controller>,
    from: &[u8],
    to: &[u8],
    mark: u64,
    call: &Operation,
) -> Result<(), Error> {
    let which = String::from_utf8_lossy(from);
    let command = || address::map_address(&[(from, to)]);
    if from.eq_ignore_ascii_case(to) {
        controller
            .forget((Part::MapAddress, &which), mark, &command, call)
            .await;
    } else if controller.keeps() {
        controller
            .keep(
                (Part::MapAddress, &which),
                Again::By(command()?),
                mark,
                call,
            )
            .await;
    }
    Ok(())
}

/// tor itself gives up a name after two minutes, unless SocksTimeout says otherwise. Longer than
/// this nobody waits who sees nothing of his question's stream.
const SILENCE_MS: u64 = 180_000;
/// A stream is told of before its answer. If it has not been when this has passed after an answer
/// that may be ours, it never will.
const DROPPED_MS: u64 = 2_000;

/// Tells tor to look up a name, or with `reverse` the name of an address, through its network; the
/// event with the answer.
pub async fn resolve(
    controller: &Arc<Controller>,
    name: &[u8],
    reverse: bool,
    timeout_ms: Option<u64>,
    call: &Operation,
) -> Result<Event, Error> {
    let deadline = Deadline::after(timeout_ms);
    let silence = Deadline::after(Some(SILENCE_MS));
    resolve_before(controller, name, reverse, (deadline, silence), call).await
}

async fn resolve_before(
    controller: &Arc<Controller>,
    name: &[u8],
    reverse: bool,
    (deadline, silence): (Deadline, Deadline),
    call: &Operation,
) -> Result<Event, Error> {
    let command = address::resolve(&[name], reverse)?;
    let (answers, streams) = (KindSet::of(Kind::AddrMap), KindSet::of(Kind::Stream));
    let capacity = Capacity::default();
    let (watch, has_streams) =
        match Watch::new(controller, answers.union(streams), capacity, call).await {
            // Without these the answer can be known by its name, if tor does not rewrite that.
            Err(Error::Rejected { .. }) => (
                Watch::new(controller, answers, capacity, call).await?,
                false,
            ),
            watch => (watch?, true),
        };
    // What comes before the reply is looked at as well: a filter may send an answer ahead of it, and an
    // answer to the same question is none that is wrong.
    expect_ok(watch.request(command, call, deadline).await?)?;
    let mut question = Question::new(name, reverse, has_streams);
    let mut dropped = None;
    loop {
        if question.candidate.is_some() && dropped.is_none() {
            dropped = Some(Deadline::after(Some(DROPPED_MS)));
        }
        let until = match (question.has_begun, dropped) {
            (true, _) => deadline,
            (false, None) => deadline.or_sooner(silence),
            (false, Some(dropped)) => deadline.or_sooner(dropped),
        };
        match watch.next(call, until).await? {
            Some(event) => {
                if let Some(answer) = question.look(&event) {
                    return answer;
                }
            }
            None if deadline.is_over() => {
                return Err(deadline.error(&format!("no answer for {} came", question.shown())))
            }
            None => return question.silent(silence),
        }
    }
}

/// What was asked, and what has been seen of it.
struct Question<'a> {
    name: &'a [u8],
    reverse: bool,
    /// Streams are told of.
    has_streams: bool,
    /// The streams that ask for this name, and have not ended.
    streams: Vec<u64>,
    has_begun: bool,
    /// What tor made of the name.
    names: Vec<Vec<u8>>,
    /// An answer under this name that may be another's.
    candidate: Option<Event>,
}

impl<'a> Question<'a> {
    fn new(name: &'a [u8], reverse: bool, has_streams: bool) -> Question<'a> {
        Question {
            name,
            reverse,
            has_streams,
            streams: Vec::new(),
            has_begun: false,
            names: vec![name.to_vec(), without_onion(name).to_vec()],
            candidate: None,
        }
    }

    fn shown(&self) -> String {
        format!("\"{}\"", printable(self.name))
    }

    /// The outcome, if this event tells it.
    fn look(&mut self, event: &Event) -> Option<Result<Event, Error>> {
        match event.kind() {
            Kind::Stream => self.look_at_stream(event),
            Kind::AddrMap => self.look_at_answer(event),
            Kind::Gap => Some(Err(self.failed("events were lost, perhaps the answer", ""))),
            _ => None,
        }
    }

    fn look_at_stream(&mut self, event: &Event) -> Option<Result<Event, Error>> {
        let fields = event.fields();
        let id = number::unsigned(fields.arg(0).bytes())?;
        let host = host(fields.arg(3).bytes());
        match fields.arg(1).bytes() {
            b"NEWRESOLVE" if is_same(host, self.name) => {
                self.has_begun = true;
                self.streams.push(id);
            }
            b"REMAP" if self.streams.contains(&id) => self.names.push(host.to_vec()),
            b"FAILED" | b"CLOSED" if self.streams.contains(&id) => {
                self.streams.retain(|other| *other != id);
                if self.streams.is_empty() {
                    return Some(self.end(fields.get(Key::Reason).unwrap_or_default().bytes()));
                }
            }
            _ => {}
        }
        None
    }

    fn look_at_answer(&mut self, event: &Event) -> Option<Result<Event, Error>> {
        let fields = event.fields();
        let stream = fields.get(Key::Streamid);
        let stream = stream.map(|it| number::unsigned(it.bytes()).unwrap_or(0));
        if stream.is_some_and(|stream| self.streams.contains(&stream)) {
            return Some(self.answer(event));
        }
        let from = fields.arg(0).bytes();
        if self.names.iter().any(|name| is_same(from, name)) {
            // Of another question, or a mapping that was made, or of a tor that does not say whose
            // answer it is: that shows when the stream ends.
            let to = fields.arg(1).bytes();
            let is_address = self.reverse || is_address(to);
            let is_failure = to == b"<error>" && !self.has_streams;
            if !self.has_begun && (is_address || is_failure) {
                return Some(self.answer(event));
            }
            if !self.has_begun || stream.is_none() {
                self.candidate = Some(event.dup());
            }
        }
        None
    }

    /// What an event about this question says.
    fn answer(&self, event: &Event) -> Result<Event, Error> {
        let fields = event.fields();
        if fields.arg(1).bytes() != b"<error>" {
            return Ok(event.dup());
        }
        // `error=yes` is a flag and no word for a reason; a bare word is one.
        let word = match fields.get(Key::Error) {
            Some(_) => b"",
            None => fields.arg(3).bytes(),
        };
        let what = match (word.is_empty(), self.reverse) {
            (false, _) => "tor could not look for it",
            (true, true) => "no name was found",
            (true, false) if without_onion(self.name) != self.name => {
                "an onion address has no IP address"
            }
            (true, false) => "no address was found",
        };
        Err(self.failed(what, &printable(word)))
    }

    /// The outcome when all streams that asked have ended.
    fn end(&self, reason: &[u8]) -> Result<Event, Error> {
        match &self.candidate {
            Some(event) => self.answer(event),
            None => {
                let what = "tor ended the search without an answer";
                Err(self.failed(what, &printable(reason)))
            }
        }
    }

    /// The outcome when no stream that asks was seen for so long.
    fn silent(&self, silence: Deadline) -> Result<Event, Error> {
        match &self.candidate {
            Some(event) => self.answer(event),
            None => {
                let shown = self.shown();
                let what = format!("no answer for {shown} came, and no stream that asks for it");
                Err(silence.error(&what))
            }
        }
    }

    fn failed(&self, what: &str, reason: &str) -> Error {
        let mut message = format!("{} could not be resolved: {what}", self.shown());
        if !reason.is_empty() {
            message += &format!(" ({reason})");
        }
        Error::Failed {
            message,
            reason: reason.to_string(),
            why: Reason::Unknown,
        }
    }
}

/// The host of a stream's target. That of one that resolves has port 0.
fn host(target: &[u8]) -> &[u8] {
    let colon = target.iter().rposition(|byte| *byte == b':');
    &target[..colon.unwrap_or(target.len())]
}

fn is_address(text: &[u8]) -> bool {
    let text = std::str::from_utf8(bare(text)).unwrap_or_default();
    text.parse::<IpAddr>().is_ok()
}

fn is_same(one: &[u8], other: &[u8]) -> bool {
    bare(one).eq_ignore_ascii_case(bare(other))
}

/// An IPv6 address may come back in brackets or without.
fn bare(address: &[u8]) -> &[u8] {
    let inside = address.strip_prefix(b"[");
    inside
        .and_then(|inside| inside.strip_suffix(b"]"))
        .unwrap_or(address)
}

/// An onion address as tor answers for it: without its end, and without labels before it.
fn without_onion(name: &[u8]) -> &[u8] {
    const END: &[u8] = b".onion";
    let Some(size) = name.len().checked_sub(END.len()) else {
        return name;
    };
    if !name[size..].eq_ignore_ascii_case(END) {
        return name;
    }
    let dot = name[..size].iter().rposition(|byte| *byte == b'.');
    &name[dot.map_or(0, |dot| dot + 1)..size]
}

/// The address mappings of this kind: all, config, cache or control.
pub async fn mappings(
    controller: &Arc<Controller>,
    kind: &str,
    call: &Operation,
) -> Result<Vec<Mapping>, Error> {
    let key = format!("address-mappings/{kind}");
    list(controller, &key, call, |value| {
        info::mappings(value).collect()
    })
    .await
}

/// The countries of addresses, as far as tor knows them.
pub async fn countries<A: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    addresses: &[A],
    call: &Operation,
) -> Result<Results, Error> {
    let key = |address: &A| [b"ip-to-country/", address.as_ref()].concat();
    let keys: Vec<Vec<u8>> = addresses.iter().map(key).collect();
    let outcomes = get_info_each(controller, &keys, call).await?;
    let outcomes = addresses.iter().zip(outcomes);
    Ok(outcomes
        .map(|(address, outcome)| {
            let value = match outcome.error() {
                None => Ok(outcome.value().bytes()),
                Some(error) => Err(error.clone()),
            };
            Outcome::new(address.as_ref(), value)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::call::Call;
    use crate::engine::scripted;

    const EXPIRES: &str = "\"2026-01-01 00:00:00\" EXPIRES=\"2026-01-01 00:00:00\" CACHED=\"NO\"";

    /// The outcome of RESOLVE when this follows its reply.
    fn outcome(name: &str, reverse: bool, events: &str) -> Result<Event, Error> {
        outcome_where("", name, reverse, events)
    }

    /// The same, where this kind of events is refused.
    fn outcome_where(
        refused: &'static str,
        name: &str,
        reverse: bool,
        events: &str,
    ) -> Result<Event, Error> {
        let events: String = events
            .replace("EXPIRES", EXPIRES)
            .lines()
            .map(|line| format!("650 {}\r\n", line.trim()))
            .collect();
        let controller = scripted::controller(move |line| match line {
            _ if line.starts_with("RESOLVE") => format!("250 OK\r\n{events}"),
            _ if line.starts_with("SETEVENTS") && !refused.is_empty() && line.contains(refused) => {
                "510 Command filtered\r\n".to_string()
            }
            _ => "250 OK\r\n".to_string(),
        });
        // Whoever sees nothing of his stream is soon tired of it here.
        let limits = (Deadline::after(None), Deadline::after(Some(200)));
        let answer = controller.wait_for(&Call::none(), async |call| {
            resolve_before(&controller, name.as_bytes(), reverse, limits, call).await
        });
        controller.close();
        answer
    }

    fn to(outcome: Result<Event, Error>) -> String {
        let event = outcome.unwrap();
        printable(event.fields().arg(1).bytes()).into_owned()
    }

    fn failure(outcome: Result<Event, Error>) -> (String, String) {
        match outcome {
            Err(Error::Failed {
                message, reason, ..
            }) => (message, reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_name_that_tor_rewrites_is_answered_by_its_stream() {
        let mapped = "STREAM 172 NEWRESOLVE 0 M.example:0 PURPOSE=DNS_REQUEST
            ADDRMAP m.example b.test NEVER CACHED=\"YES\"
            STREAM 172 REMAP 0 b.test:0 SOURCE=CACHE
            ADDRMAP b.test 192.0.2.9 EXPIRES STREAMID=99
            STREAM 99 CLOSED 3 192.0.2.9:0 REASON=DONE
            ADDRMAP b.test 127.0.0.1 EXPIRES STREAMID=172
            STREAM 172 CLOSED 3 127.0.0.1:0 REASON=DONE";
        assert_eq!(to(outcome("m.example", false, mapped)), "127.0.0.1");
        // A tor that does not say whose answer it is.
        let old = mapped.replace(" STREAMID=172", "").replace("99", "98");
        assert_eq!(to(outcome("m.example", false, &old)), "127.0.0.1");
    }

    #[test]
    fn an_answer_to_another_question_of_the_same_name_is_not_ours() {
        let two = "STREAM 5 NEWRESOLVE 0 [::1]:0
            ADDRMAP ::1 <error> \"x\" error=yes CACHED=\"NO\" STREAMID=4
            ADDRMAP [::1] six.test EXPIRES STREAMID=5";
        assert_eq!(to(outcome("::1", true, two)), "six.test");
        // Two streams with one name: that one fails does not say that the other does.
        let both = "STREAM 5 NEWRESOLVE 0 a.test:0
            STREAM 6 NEWRESOLVE 0 a.test:0
            STREAM 5 CLOSED 0 a.test:0 REASON=MISC
            ADDRMAP a.test 192.0.2.1 EXPIRES STREAMID=6";
        assert_eq!(to(outcome("a.test", false, both)), "192.0.2.1");
    }

    #[test]
    fn a_stream_that_ends_ends_the_wait() {
        for (status, reason) in [("FAILED", "TIMEOUT"), ("CLOSED", "MISC")] {
            let ended = format!(
                "STREAM 7 NEWRESOLVE 0 a.test:0\nSTREAM 8 NEWRESOLVE 0 b.test:0
                 STREAM 8 CLOSED 0 b.test:0 REASON=DONE
                 STREAM 7 {status} 0 a.test:0 REASON={reason}"
            );
            let (message, word) = failure(outcome("a.test", false, &ended));
            assert_eq!(word, reason);
            assert_eq!(
                message,
                format!("\"a.test\" could not be resolved: tor ended the search without an answer ({reason})")
            );
        }
    }

    #[test]
    fn what_tor_says_of_a_failure_is_told_in_words() {
        let onion = "wqpvk7gny32tcmhbrk2fj7v44jbmbztkse32xyxp3ib7w5dd2mtbw5qd";
        for (name, reverse, text, word, expected) in [
            ("a.test", false, "error=yes", "", "no address was found"),
            ("192.0.2.1", true, "error=yes", "", "no name was found"),
            (
                "a.test",
                false,
                "internal",
                "internal",
                "tor could not look for it (internal)",
            ),
            ("onion", false, "error=yes", "", "no address was found"),
        ] {
            let events = format!(
                "STREAM 7 NEWRESOLVE 0 {name}:0\nADDRMAP {name} <error> \"2026-01-01 00:00:00\" {text} CACHED=\"NO\" STREAMID=7"
            );
            let (message, reason) = failure(outcome(name, reverse, &events));
            assert_eq!(
                message,
                format!("\"{name}\" could not be resolved: {expected}")
            );
            assert_eq!(reason, word);
        }
        // tor answers under another name; the stream says that it is ours.
        let name = format!("www.{onion}.Onion");
        let events = format!(
            "STREAM 7 NEWRESOLVE 0 {name}:0\nADDRMAP {onion} <error> \"x\" error=yes CACHED=\"NO\" STREAMID=7"
        );
        let (message, _) = failure(outcome(&name, false, &events));
        assert!(
            message.ends_with("an onion address has no IP address"),
            "{message}"
        );
        // Where no stream is seen the name must do, whether that is refused or dropped.
        let events = events.replace("STREAM 7 NEWRESOLVE", "STREAM 7 NEW");
        for refused in ["STREAM", ""] {
            let (message, _) = failure(outcome_where(refused, &name, false, &events));
            assert!(
                message.ends_with("an onion address has no IP address"),
                "{message}"
            );
        }
    }

    #[test]
    fn without_streams_the_name_counts_and_silence_ends_the_wait() {
        let answer = "ADDRMAP A.test b.test NEVER CACHED=\"YES\"
            ADDRMAP a.test 192.0.2.1 EXPIRES STREAMID=6";
        for refused in ["STREAM", ""] {
            assert_eq!(
                to(outcome_where(refused, "a.test", false, answer)),
                "192.0.2.1"
            );
        }
        let other = "ADDRMAP b.test 192.0.2.1 EXPIRES STREAMID=6";
        let error = outcome_where("STREAM", "a.test", false, other).unwrap_err();
        assert!(matches!(error, Error::Overdue { .. }), "{error:?}");
        assert_eq!(
            error.to_string(),
            "no answer for \"a.test\" came, and no stream that asks for it within 200 ms"
        );
        // Without these there can be no answer at all.
        let error = outcome_where("ADDRMAP", "a.test", false, answer).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a filter before tor refused SETEVENTS ADDRMAP: 510 Command filtered"
        );
    }
}
