//! Documents that are too long to be held: read while they come.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{expect_ok, Error};
use crate::engine::request::Stream;
use crate::proto::command::info;
use crate::proto::dir::{Entry, Fields, List, Reader};
use crate::proto::reply::unstuff_lines;
use crate::proto::result::Values;

/// The value of a key in pieces of whole lines, each ended by LF, as they come. `take` may break off;
/// what is still to come is then thrown away.
pub fn get_info_in_pieces(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Arc<Call>,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), Error> {
    let stream = Stream::begin(controller, info::get_info(&[key])?, call)?;
    while let Some(mut piece) = stream.next_piece()? {
        unstuff_lines(&mut piece);
        if take(&piece).is_break() {
            return Ok(());
        }
    }
    // A value of one line comes with the reply.
    let values = Values::from_get_info(expect_ok(stream.finish()?)?)?;
    if let Some(value) = values.value(0).filter(|value| !value.is_empty()) {
        let _ = take(value);
    }
    Ok(())
}

/// Shows the entries of a document one by one as they come, in one object. How many were shown.
pub fn walk<F: Fields>(
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
    get_info_in_pieces(controller, key, call, &mut |piece| {
        reader.push(piece);
        let flow = show(&mut reader);
        broke = flow.is_break();
        flow
    })?;
    if !broke {
        reader.finish();
        let _ = show(&mut reader);
    }
    Ok(count)
}

/// All the entries of a document.
pub fn list<F: Fields>(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Arc<Call>,
) -> Result<List<F>, Error> {
    let mut text = Vec::new();
    get_info_in_pieces(controller, key, call, &mut |piece| {
        text.extend_from_slice(piece);
        ControlFlow::Continue(())
    })?;
    let too_long = || Error::Protocol("a document of 4 GiB or more".to_string());
    List::from_bytes(text).ok_or_else(too_long)
}
