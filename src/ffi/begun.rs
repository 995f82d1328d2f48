//! Calls that a program begins and does not wait for: what they keep of their arguments, and where
//! their outcome goes.

use std::any::Any;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use super::args::Out;
use super::status::{torctl_status, TORCTL_OK, TORCTL_PENDING};
use super::wait::{torctl_progress_fn, Passed};
use crate::api::dial::DialOptions;
use crate::api::Tor;
use crate::engine::call::{Call, Destination, Given};
use crate::engine::conversation::{Begun, Conversation};
use crate::engine::event_queue::QueueWishes;
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

    /// The argument as what was kept would lend it, for a call that is waited for.
    fn lend_now(&self) -> <Self::Kept as Lend>::Lent<'_>;
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

            fn lend_now(&self) -> $ty {
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
    Passed,
    Signal,
    Overflow,
    CircuitPurpose,
    DescriptorPurpose,
    StreamReason,
    torctl_progress_fn,
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

            fn lend_now(&self) -> &$borrowed {
                self
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

            fn lend_now(&self) -> Option<&$borrowed> {
                *self
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

impl Keep for &Vec<&[u8]> {
    type Kept = Vec<Vec<u8>>;

    fn keep(&self) -> Vec<Vec<u8>> {
        self.iter().map(|it| it.to_vec()).collect()
    }

    fn lend_now(&self) -> Vec<&[u8]> {
        self.to_vec()
    }
}

impl Lend for Vec<Vec<u8>> {
    type Lent<'a> = Vec<&'a [u8]>;

    fn lend(&self) -> Vec<&[u8]> {
        self.iter().map(Vec::as_slice).collect()
    }
}

impl Keep for &Vec<Option<&[u8]>> {
    type Kept = Vec<Option<Vec<u8>>>;

    fn keep(&self) -> Vec<Option<Vec<u8>>> {
        self.iter().map(Keep::keep).collect()
    }

    fn lend_now(&self) -> Vec<Option<&[u8]>> {
        self.to_vec()
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

            fn lend_now(&self) -> &$ty {
                self
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
    Vec<Service>,
    DialOptions,
    QueueWishes
);

impl Keep for &Arc<Tor> {
    type Kept = Arc<Tor>;

    fn keep(&self) -> Arc<Tor> {
        Arc::clone(self)
    }

    fn lend_now(&self) -> &Arc<Tor> {
        self
    }
}

impl Lend for Arc<Tor> {
    type Lent<'a> = &'a Arc<Tor>;

    fn lend(&self) -> &Arc<Tor> {
        self
    }
}

/// All arguments of a call.
macro_rules! together {
    ($($part:ident)*) => {
        #[allow(non_snake_case)]
        impl<$($part: Keep),*> Keep for ($($part,)*) {
            type Kept = ($($part::Kept,)*);

            fn keep(&self) -> Self::Kept {
                let ($($part,)*) = self;
                ($($part.keep(),)*)
            }

            fn lend_now(&self) -> <Self::Kept as Lend>::Lent<'_> {
                let ($($part,)*) = self;
                ($($part.lend_now(),)*)
            }
        }

        #[allow(non_snake_case)]
        impl<$($part: Lend),*> Lend for ($($part,)*) {
            type Lent<'a> = ($($part::Lent<'a>,)*) where Self: 'a;

            fn lend(&self) -> Self::Lent<'_> {
                let ($($part,)*) = self;
                ($($part.lend(),)*)
            }
        }
    };
}

together!(A);
together!(A B);
together!(A B C);
together!(A B C D);
together!(A B C D E);
together!(A B C D E F);
together!(A B C D E F G);
together!(A B C D E F G H);

/// What is done for a call. It has one type whether it is waited for or begun, so that the state
/// machine behind it is in the library once.
pub(super) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A call that the program makes.
pub(super) struct Asked<'a> {
    conversation: &'a Arc<Conversation>,
    call: &'a Arc<Call>,
    destination: Option<Destination>,
    names: &'static [(&'static str, &'static str)],
}

impl<'a> Asked<'a> {
    /// One without a destination is waited for. `names` are as for [`Error::called`].
    pub(super) fn new(
        conversation: &'a Arc<Conversation>,
        call: &'a Arc<Call>,
        destination: Option<Destination>,
        names: &'static [(&'static str, &'static str)],
    ) -> Asked<'a> {
        Asked {
            conversation,
            call,
            destination,
            names,
        }
    }

    /// Does the work of the call, or begins it, which gives None: what comes out goes to the
    /// destination.
    pub(super) fn of_tor<A: Keep, T: 'static>(
        self,
        args: &A,
        work: for<'w> fn(<A::Kept as Lend>::Lent<'w>, &'w Operation) -> Work<'w, T>,
        given: fn(T) -> Given,
    ) -> Result<Option<T>, Error> {
        match self.destination {
            None => {
                let operation = Operation::blocking(self.call);
                let work = work(args.lend_now(), &operation);
                waited(self.conversation, &operation, work).map(Some)
            }
            Some(_) => {
                let kept = Keeping {
                    kept: args.keep(),
                    work,
                };
                self.begin(Box::new(kept), given)?;
                Ok(None)
            }
        }
    }

    /// Not generic in what is called, for which it would be in the library a hundred times.
    #[inline(never)]
    fn begin<T: 'static>(
        self,
        kept: Box<dyn Called<T>>,
        given: fn(T) -> Given,
    ) -> Result<(), Error> {
        let Some(destination) = self.destination else {
            return Ok(());
        };
        let begin = |operation: Arc<Operation>| {
            let begun = async move { kept.work(&operation).await.map(given) };
            Box::pin(begun) as Begun
        };
        self.conversation
            .begin_call(self.call, destination, self.names, Box::new(begin))
    }
}

/// Not generic in what is called, as [`Asked::begin`] is not.
#[inline(never)]
fn waited<T>(
    conversation: &Arc<Conversation>,
    operation: &Operation,
    work: Work<'_, T>,
) -> Result<T, Error> {
    conversation.block_on(operation, work)?
}

/// What is called, with what it keeps of its arguments.
trait Called<T>: Send {
    fn work<'w>(&'w self, operation: &'w Operation) -> Work<'w, T>;
}

struct Keeping<K: Lend + 'static, T> {
    kept: K,
    work: for<'w> fn(K::Lent<'w>, &'w Operation) -> Work<'w, T>,
}

impl<K: Lend + Send + 'static, T> Called<T> for Keeping<K, T> {
    fn work<'w>(&'w self, operation: &'w Operation) -> Work<'w, T> {
        (self.work)(self.kept.lend(), operation)
    }
}

/// The status of a call that gives nothing more.
pub(super) fn status_of(done: Option<()>) -> torctl_status {
    match done {
        Some(()) => TORCTL_OK,
        None => TORCTL_PENDING,
    }
}

/// The same for what cannot be lent: begins a call that gives nothing more, or waits for it.
pub(super) fn begin_or_wait<F>(
    conversation: &Arc<Conversation>,
    call: &Arc<Call>,
    work: impl FnOnce(Arc<Operation>) -> F,
) -> Result<torctl_status, Error>
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let Some(destination) = call.begins_in() else {
        let operation = Arc::new(Operation::blocking(call));
        let work = Box::pin(work(Arc::clone(&operation)));
        return conversation.block_on(&operation, work)?.map(|()| TORCTL_OK);
    };
    let begin = |operation| {
        let work = Box::pin(work(operation));
        Box::pin(async move { work.await.map(given::<(), _>) }) as Begun
    };
    conversation.begin_call(call, destination, &[], Box::new(begin))?;
    Ok(TORCTL_PENDING)
}

/// A controller that nobody has taken yet.
pub(super) struct Opened(Option<Arc<Tor>>);

impl Opened {
    pub(super) fn take(mut self) -> Option<Arc<Tor>> {
        self.0.take()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(tor) = self.0.take() {
            tor.close();
        }
    }
}

/// Connects a new controller and hands it out, or begins that.
pub(super) fn open(
    tor: Arc<Tor>,
    call: &Arc<Call>,
    destination: Option<Destination>,
    out: Out<'_, *mut Tor>,
) -> Result<torctl_status, Error> {
    let Some(destination) = destination else {
        tor.wait_for(call, async |call| tor.connect_for(call).await)?;
        out.set(Arc::into_raw(tor).cast_mut());
        return Ok(TORCTL_OK);
    };
    if tor.home().is_thread_free() {
        let message = "nobody could see to a controller that starts no thread before it is handed \
            out: make it first, by torctl_controller_new_launched(), and connect it then";
        return Err(Error::State(message.to_string()));
    }
    let its_tor = Arc::clone(&tor);
    let begin = |operation: Arc<Operation>| {
        let work = async move {
            tor.connect_for(&operation).await?;
            Ok(Box::new(Opened(Some(tor))) as Given)
        };
        Box::pin(work) as Begun
    };
    its_tor.begin_call(call, destination, &[], Box::new(begin))?;
    Ok(TORCTL_PENDING)
}

/// What a call gives, of the type by which it is taken.
pub(super) fn given<G: Any + Send, T: Into<G>>(made: T) -> Given {
    Box::new(made.into())
}
