//! Documents that are too long to be held: read while they come.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use crate::dir::{Entry, EntryFields, List, Reader, Skipped};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::request::Stream;
use crate::error::{expect_ok, Error};
use crate::proto::command::info;
use crate::proto::result::Values;

/// Reads the value of a key as it comes. `more` is called until it breaks off or there is no more;
/// it gets a function that puts the next piece behind a text: whole lines, each ended by LF.
fn in_pieces(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Arc<Call>,
    more: &mut dyn FnMut(&mut Append<'_>) -> ControlFlow<()>,
) -> Result<(), Error> {
    let stream = Stream::begin(controller, info::get_info(&[key])?, call)?;
    let mut outcome = Ok(true);
    while matches!(outcome, Ok(true)) {
        let append = &mut |text: &mut Vec<u8>| outcome = stream.next_piece(text);
        if more(append).is_break() {
            return Ok(());
        }
    }
    outcome?;
    // A value of one line comes with the reply.
    let values = Values::from_get_info(expect_ok(stream.finish()?)?)?;
    if let Some(value) = values.value(0).filter(|value| !value.is_empty()) {
        let _ = more(&mut |text| text.extend_from_slice(value));
    }
    Ok(())
}

/// Puts the next piece behind a text, if there is one.
type Append<'a> = dyn FnMut(&mut Vec<u8>) + 'a;

/// The value of a key in pieces of whole lines, each ended by LF, as they come. `take` may break
/// off; what is still to come is then thrown away.
pub fn get_info_in_pieces(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Arc<Call>,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), Error> {
    let mut piece = Vec::new();
    in_pieces(controller, key, call, &mut |append| {
        piece.clear();
        append(&mut piece);
        match piece.is_empty() {
            true => ControlFlow::Continue(()),
            false => take(&piece),
        }
    })
}

/// Shows the entries of a document one by one as they come, in one object. How many were shown.
pub fn walk<F: EntryFields>(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Arc<Call>,
    each: &mut dyn FnMut(&Entry<F>) -> ControlFlow<()>,
) -> Result<usize, Error> {
    let mut reader = Reader::<F>::new();
    let mut count = 0;
    let mut show = |reader: &mut Reader<F>| {
        while let Some(entry) = reader.next() {
            count += 1;
            each(entry)?;
        }
        ControlFlow::Continue(())
    };
    let mut broke = false;
    in_pieces(controller, key, call, &mut |append| {
        reader.push_by(append);
        let flow = show(&mut reader);
        broke = flow.is_break();
        flow
    })?;
    if !broke {
        reader.finish();
        let _ = show(&mut reader);
        if reader.is_other_document() {
            return Err(other_document::<F>(&value_of(key), reader.skipped()));
        }
    }
    Ok(count)
}

fn value_of(key: &[u8]) -> String {
    format!("the value of {}", key.escape_ascii())
}

/// What was to have entries of one kind is a document of another.
pub fn other_document<F: EntryFields>(what: &str, skipped: &Skipped) -> Error {
    let found = match skipped.kind {
        Some(kind) => format!("it has {}", kind.name()),
        None => "it is no document that is known".to_string(),
    };
    let (wanted, bytes) = (F::KIND.name(), skipped.bytes);
    Error::NotFound(format!(
        "{what} has no {wanted}: {found} ({bytes} bytes were skipped)"
    ))
}

/// Room for the next list, from the last one.
static LAST_BYTES: AtomicUsize = AtomicUsize::new(0);

/// All the entries of a document.
pub fn list<F: EntryFields>(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Arc<Call>,
) -> Result<List<F>, Error> {
    let mut text = Vec::new();
    // Asked for again, a document is about as long as the last time: no growing, no copies. Without
    // so much memory it grows as it comes.
    let _ = text.try_reserve_exact(LAST_BYTES.load(Ordering::Relaxed));
    let mut outcome = Ok(());
    in_pieces(controller, key, call, &mut |append| {
        append(&mut text);
        // It is held as a whole, as other replies are.
        outcome = controller.check_size(text.len());
        match outcome {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    outcome?;
    LAST_BYTES.store(text.len() + text.len() / 64, Ordering::Relaxed);
    text.shrink_to_fit();
    let too_long = || Error::Protocol("a document of 4 GiB or more".to_string());
    let list = List::<F>::from_bytes(text).ok_or_else(too_long)?;
    match list.is_other_document() {
        true => Err(other_document::<F>(&value_of(key), list.skipped())),
        false => Ok(list),
    }
}
