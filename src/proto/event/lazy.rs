//! Fields that are parsed when somebody first asks for them.

use std::cell::{Cell, OnceCell};

use super::fields::Fields;
use super::lines::append_data;
use super::text::Text;
use super::Kind;

/// Buffers that one large event has blown up are given back when the next event comes.
const KEEP_BYTES: usize = 64 * 1024;

/// What has been parsed of one event so far: nothing at first.
///
/// Whoever walks through many events keeps one of these and calls [`LazyFields::reset`] between
/// them, so that the buffers live on.
#[derive(Default)]
pub struct LazyFields {
    fields: OnceCell<Box<Fields>>,
    // Always ends in a NUL once it is set.
    data: OnceCell<Vec<u8>>,
    spare_fields: Cell<Option<Box<Fields>>>,
    spare_data: Cell<Vec<u8>>,
}

impl LazyFields {
    /// Nothing parsed, no buffers yet.
    pub fn new() -> LazyFields {
        LazyFields::default()
    }

    /// The fields of the event, parsed now if they were not yet. Between two resets the kind and
    /// the message must be the same in every call.
    #[inline]
    pub fn fields(&self, kind: Kind, raw: &[u8]) -> &Fields {
        self.fields.get_or_init(|| {
            let mut fields = self.spare_fields.take().unwrap_or_default();
            fields.parse(kind, raw);
            fields
        })
    }

    /// The fields, if they have been parsed since the last reset.
    #[inline]
    pub fn parsed(&self) -> Option<&Fields> {
        self.fields.get().map(|fields| &**fields)
    }

    /// What stands in the data blocks of the message: unstuffed, lines ended by LF.
    pub fn data(&self, raw: &[u8]) -> Text<'_> {
        let data = self.data.get_or_init(|| {
            let mut data = self.spare_data.take();
            data.clear();
            append_data(raw, &mut data);
            data.push(0);
            data
        });
        Text::from_terminated(data)
    }

    /// Turns to another event and parses its fields now. After a panic nothing here is of use.
    #[inline]
    pub fn renew(&mut self, kind: Kind, raw: &[u8]) {
        match self.fields.get_mut() {
            Some(fields) if fields.capacity_bytes() <= KEEP_BYTES => {
                fields.parse(kind, raw);
                self.reset_data();
            }
            _ => {
                self.reset();
                self.fields(kind, raw);
            }
        }
    }

    /// Forgets the event, keeps the buffers.
    #[inline]
    pub fn reset(&mut self) {
        if let Some(fields) = self.fields.take() {
            if fields.capacity_bytes() <= KEEP_BYTES {
                self.spare_fields.set(Some(fields));
            }
        }
        self.reset_data();
    }

    #[inline]
    fn reset_data(&mut self) {
        if let Some(data) = self.data.take() {
            if data.capacity() <= KEEP_BYTES {
                self.spare_data.set(data);
            }
        }
    }
}

impl std::fmt::Debug for LazyFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LazyFields")
            .field("fields", &self.fields.get())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_forgets_the_event_and_keeps_the_buffers() {
        let mut lazy = LazyFields::new();
        let first = b"650+NS\r\na\r\n..b\r\n.\r\n650 OK\r\n";
        assert_eq!(lazy.data(first).bytes(), b"a\n.b\n");
        assert!(lazy.parsed().is_none());
        assert_eq!(lazy.fields(Kind::Ns, first).arg_count(), 0);
        assert!(lazy.parsed().is_some());
        lazy.reset();
        assert!(lazy.parsed().is_none());
        let second = b"650 BW 1 2\r\n";
        assert_eq!(lazy.data(second).bytes(), b"");
        let fields = lazy.fields(Kind::Bw, second);
        assert_eq!(fields.arg(1).bytes(), b"2");
        let buffer = fields.arg(0).with_nul().as_ptr();
        lazy.reset();
        let third = b"650 BW 3 4\r\n";
        assert_eq!(lazy.fields(Kind::Bw, third).arg(0).bytes(), b"3");
        assert_eq!(
            lazy.fields(Kind::Bw, third).arg(0).with_nul().as_ptr(),
            buffer
        );
    }

    #[test]
    fn the_next_event_takes_the_place_of_the_last() {
        let mut lazy = LazyFields::new();
        lazy.renew(Kind::Bw, b"650 BW 1 2\r\n");
        let fields = lazy.parsed().unwrap();
        assert_eq!(fields.arg(0).bytes(), b"1");
        let buffer = fields.arg(0).with_nul().as_ptr();
        assert_eq!(lazy.data(b"650+NS\r\na\r\n.\r\n650 OK\r\n").bytes(), b"a\n");
        lazy.renew(Kind::Bw, b"650 BW 3 4\r\n");
        let fields = lazy.parsed().unwrap();
        assert_eq!(fields.arg(0).bytes(), b"3");
        assert_eq!(fields.arg(0).with_nul().as_ptr(), buffer);
        assert_eq!(lazy.data(b"650 BW 3 4\r\n").bytes(), b"");
    }

    #[test]
    fn a_giant_is_not_held_on_to() {
        let mut lazy = LazyFields::new();
        let mut giant = b"650 CIRC 1 BUILT X=".to_vec();
        giant.resize(1 << 20, b'x');
        assert!(lazy.fields(Kind::Circ, &giant).capacity_bytes() > KEEP_BYTES);
        lazy.reset();
        let small = lazy.fields(Kind::Bw, b"650 BW 1 2\r\n");
        assert!(small.capacity_bytes() < KEEP_BYTES);
        lazy.renew(Kind::Circ, &giant);
        assert!(lazy.parsed().unwrap().capacity_bytes() > KEEP_BYTES);
        lazy.renew(Kind::Bw, b"650 BW 1 2\r\n");
        assert!(lazy.parsed().unwrap().capacity_bytes() < KEEP_BYTES);
    }
}
