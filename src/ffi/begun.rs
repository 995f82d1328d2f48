//! Calls that a program begins and does not wait for: what they keep of their arguments, and where
//! their outcome goes.

use std::any::Any;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::status::{torctl_status, TORCTL_PENDING};
use crate::engine::call::{Call, Destination, Given};
use crate::engine::conversation::{Begun, Conversation};
use crate::engine::operation::Operation;
use crate::engine::queue::Overflow;
use crate::error::Error;
use crate::onion::configured::Service;
use crate::onion::published::Published;
use crate::onion::service::NewOnion;
use crate::proto::bridge::Bridge;
use crate::proto::command::circuit::CircuitPurpose;
use crate::proto::command::descriptor::DescriptorPurpose;
use crate::proto::command::signal::Signal;
use crate::proto::command::stream::StreamReason;
use crate::proto::event::KindSet;

/// An argument that a begun call keeps, for the program's memory may be gone before it ends.
pub(super) trait Keep {
    type Kept: Lend + Send + 'static;

    fn keep(&self) -> Self::Kept;
}

/// What was kept, as what is called takes it.
pub(super) trait Lend {
    type Lent<'a>
    where
        Self: 'a;

    fn lend(&self) -> Self::Lent<'_>;
}

macro_rules! copied {
    ($($ty:ty),*) => {$(
        impl Keep for $ty {
            type Kept = $ty;

            fn keep(&self) -> $ty {
                *self
            }
        }

        impl Lend for $ty {
            type Lent<'a> = $ty;

            fn lend(&self) -> $ty {
                *self
            }
        }
    )*};
}

copied!(
    bool,
    i32,
    i64,
    u16,
    u32,
    u64,
    usize,
    KindSet,
    Signal,
    Overflow,
    CircuitPurpose,
    DescriptorPurpose,
    StreamReason,
    Option<bool>,
    Option<u16>,
    Option<u32>,
    Option<u64>,
    Option<usize>,
    Option<CircuitPurpose>,
    Option<DescriptorPurpose>
);

macro_rules! owned {
    ($($borrowed:ty, $owned:ty, |$it:ident| $keep:expr, $lend:expr;)*) => {$(
        impl Keep for &$borrowed {
            type Kept = $owned;

            fn keep(&self) -> $owned {
                let $it = self;
                $keep
            }
        }

        impl Lend for $owned {
            type Lent<'a> = &'a $borrowed;

            fn lend(&self) -> &$borrowed {
                let $it = self;
                $lend
            }
        }

        impl Keep for Option<&$borrowed> {
            type Kept = Option<$owned>;

            fn keep(&self) -> Option<$owned> {
                self.map(|$it| $keep)
            }
        }

        impl Lend for Option<$owned> {
            type Lent<'a> = Option<&'a $borrowed>;

            fn lend(&self) -> Option<&$borrowed> {
                self.as_ref().map(|$it| $lend)
            }
        }
    )*};
}

owned! {
    [u8], Vec<u8>, |it| it.to_vec(), it.as_slice();
    str, String, |it| it.to_string(), it.as_str();
    Path, PathBuf, |it| it.to_path_buf(), it.as_path();
}

impl Keep for Vec<&[u8]> {
    type Kept = Vec<Vec<u8>>;

    fn keep(&self) -> Vec<Vec<u8>> {
        self.iter().map(|it| it.to_vec()).collect()
    }
}

impl Lend for Vec<Vec<u8>> {
    type Lent<'a> = Vec<&'a [u8]>;

    fn lend(&self) -> Vec<&[u8]> {
        self.iter().map(Vec::as_slice).collect()
    }
}

impl Keep for Vec<Option<&[u8]>> {
    type Kept = Vec<Option<Vec<u8>>>;

    fn keep(&self) -> Vec<Option<Vec<u8>>> {
        self.iter().map(Keep::keep).collect()
    }
}

impl Lend for Vec<Option<Vec<u8>>> {
    type Lent<'a> = Vec<Option<&'a [u8]>>;

    fn lend(&self) -> Vec<Option<&[u8]>> {
        self.iter().map(Option::as_deref).collect()
    }
}

/// What was made of an argument for the call alone.
macro_rules! made {
    ($($ty:ty),*) => {$(
        impl Keep for $ty {
            type Kept = $ty;

            fn keep(&self) -> $ty {
                self.clone()
            }
        }

        impl Lend for $ty {
            type Lent<'a> = &'a $ty;

            fn lend(&self) -> &$ty {
                self
            }
        }
    )*};
}

made!(
    Box<NewOnion>,
    Vec<NewOnion>,
    Arc<Published>,
    Vec<Bridge>,
    Vec<Service>
);

/// Begins a call; what it is called with are pairs of names as for the guard.
pub(super) fn begin<F>(
    conversation: &Arc<Conversation>,
    call: &Arc<Call>,
    destination: Destination,
    names: &'static [(&'static str, &'static str)],
    work: impl FnOnce(Arc<Operation>) -> F,
) -> Result<torctl_status, Error>
where
    F: Future<Output = Result<Given, Error>> + Send + 'static,
{
    let begin = |operation| Box::pin(work(operation)) as Begun;
    conversation.begin_call(call, destination, names, Box::new(begin))?;
    Ok(TORCTL_PENDING)
}

/// What a call gives, of the type by which it is taken.
pub(super) fn given<T: Any + Send>(made: impl Into<T>) -> Given {
    Box::new(made.into())
}
