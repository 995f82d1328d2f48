//! The results of several things asked together.

use std::sync::Arc;

use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::engine::request::Request;
use crate::error::Error;
use crate::proto::encode::{ArgumentError, Command};
use crate::proto::event::Text;
use crate::proto::reply::Reply;

/// The result of one.
#[derive(Debug)]
pub struct Outcome {
    key: Vec<u8>,
    value: Vec<u8>,
    error: Option<Error>,
}

impl Outcome {
    /// The outcome for this key.
    pub fn new(key: &[u8], value: Result<&[u8], Error>) -> Outcome {
        let (value, error) = match value {
            Ok(value) => (value, None),
            Err(error) => (&[][..], Some(error)),
        };
        let with_nul = |text: &[u8]| [text, b"\0"].concat();
        Outcome {
            key: with_nul(key),
            value: with_nul(value),
            error,
        }
    }

    /// What was asked.
    pub fn key(&self) -> Text<'_> {
        Text::from_terminated(&self.key)
    }

    /// What came of it; empty after a failure.
    pub fn value(&self) -> Text<'_> {
        Text::from_terminated(&self.value)
    }

    /// Why it failed, if it did.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}

/// The results, in the order asked.
pub type Results = Vec<Outcome>;

/// So many are asked before the first answer is waited for.
const WINDOW: usize = 64;

/// Asks one thing for each of these keys, together. What is wrong with an argument is an error before
/// any is asked.
pub async fn ask_each(
    controller: &Arc<Controller>,
    (argument, keys): (&str, &[&[u8]]),
    command: &(dyn Fn(usize) -> Result<Command, ArgumentError> + Sync),
    read: &(dyn Fn(usize, Reply) -> Result<&'static str, Error> + Sync),
    call: &Operation,
) -> Result<Results, Error> {
    let commands: Result<Vec<Command>, Error> = (0..keys.len())
        .map(|index| {
            command(index).map_err(|error| {
                let name = match error.argument() == argument {
                    true => format!("{argument}es[{index}]"),
                    false => format!("{}s[{index}]", error.argument()),
                };
                ArgumentError::new(name, error.reason()).into()
            })
        })
        .collect();
    let mut commands = commands?.into_iter();
    let mut answers = Vec::with_capacity(keys.len());
    while commands.len() > 0 {
        let window = commands.by_ref().take(WINDOW);
        let mut begun = Vec::with_capacity(WINDOW);
        for command in window {
            begun.push(Request::start_for(controller, command, call).await);
        }
        for request in begun {
            let reply = match request {
                Ok(request) => request.answer(call).await,
                Err(error) => Err(error),
            };
            answers.push(reply.and_then(|reply| read(answers.len(), reply)));
        }
    }
    let answers = some_answered(answers)?;
    let outcomes = keys.iter().zip(answers);
    let outcome =
        |(key, answer): (&&[u8], Result<&str, Error>)| Outcome::new(key, answer.map(str::as_bytes));
    Ok(outcomes.map(outcome).collect())
}

/// The outcomes; or the first error, if none of what was asked was answered.
pub fn some_answered<T>(outcomes: Vec<Result<T, Error>>) -> Result<Vec<Result<T, Error>>, Error> {
    let unanswered = |outcome: &Result<T, Error>| match outcome {
        Err(Error::Closed(_) | Error::Timeout(_) | Error::Cancelled | Error::State(_)) => true,
        Ok(_) | Err(_) => false,
    };
    if outcomes.iter().all(unanswered) {
        outcomes.into_iter().map(|it| it.map(Ok)).collect()
    } else {
        Ok(outcomes)
    }
}
