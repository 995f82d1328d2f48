//! Many fields in one call
//!
//! Every field of an event and of an entry of a directory document has a number, one of the
//! TORCTL_FIELD constants, which never changes. torctl_event_read() and its like write the values
//! of as many fields as a program names into an array: one call instead of one for each field.

use std::ffi::c_char;

use super::args::empty;
use crate::proto::event::Text;

/// The field is not there, or the object is of a kind that does not have it.
pub const TORCTL_VALUE_ABSENT: i32 = 0;
/// The field is there.
pub const TORCTL_VALUE_PRESENT: i32 = 6401;
/// The field is there, and what tor wrote is nothing that its shape can be: `text` has it.
pub const TORCTL_VALUE_MALFORMED: i32 = 6402;

/// `number.u64` counts.
pub const TORCTL_SHAPE_UNSIGNED: i32 = 6301;
/// `number.i64` counts.
pub const TORCTL_SHAPE_SIGNED: i32 = 6302;
/// `number.f64` counts.
pub const TORCTL_SHAPE_FLOAT: i32 = 6303;
/// `number.i64` counts: microseconds since 1970, UTC.
pub const TORCTL_SHAPE_TIME: i32 = 6304;
/// `text` counts, and `size_bytes`.
pub const TORCTL_SHAPE_TEXT: i32 = 6305;
/// `number.i64` counts: a constant of the field's set, 0 for a word that this version does not know;
/// `text` has tor's word.
pub const TORCTL_SHAPE_WORD: i32 = 6306;
/// `number.u64` counts: a sum of constants of the field's set; `text` has tor's words.
pub const TORCTL_SHAPE_FLAGS: i32 = 6307;
/// `number.u64` counts: how many items a list has. Functions of its own give the items.
pub const TORCTL_SHAPE_LIST: i32 = 6308;
/// `number.i64` counts: 1 for yes, 0 for no.
pub const TORCTL_SHAPE_BOOLEAN: i32 = 6309;

/// The number of a value. The value's shape says which member counts.
#[derive(Clone, Copy)]
#[repr(C)]
pub union torctl_number {
    /// A number without a sign.
    pub u64: u64,
    /// A number with a sign.
    pub i64: i64,
    /// A number with a decimal point.
    pub f64: f64,
}

/// The value of one field. This is the only struct of the interface with a body:
/// its layout never changes.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct torctl_value {
    /// TORCTL_VALUE_PRESENT, TORCTL_VALUE_ABSENT or TORCTL_VALUE_MALFORMED.
    pub state: i32,
    /// One of the TORCTL_SHAPE constants.
    pub shape: i32,
    /// Its number; 0 if it is none, or is not there.
    pub number: torctl_number,
    /// What tor wrote, unquoted, with a NUL behind it; "" if it is not there. It lives as long as
    /// the object.
    pub text: *const c_char,
    /// The length of the text, which may hold NULs.
    pub size_bytes: usize,
}

impl torctl_value {
    /// Of a field that is not there.
    pub(super) fn absent(shape: i32) -> torctl_value {
        torctl_value {
            state: TORCTL_VALUE_ABSENT,
            shape,
            number: torctl_number { u64: 0 },
            text: empty(),
            size_bytes: 0,
        }
    }

    /// A number, of which these are the bits.
    pub(super) fn number(shape: i32, bits: u64) -> torctl_value {
        torctl_value {
            state: TORCTL_VALUE_PRESENT,
            number: torctl_number { u64: bits },
            ..torctl_value::absent(shape)
        }
    }

    /// A text, perhaps with a number for it.
    pub(super) fn word(shape: i32, bits: u64, text: Text<'_>) -> torctl_value {
        torctl_value {
            state: TORCTL_VALUE_PRESENT,
            shape,
            number: torctl_number { u64: bits },
            text: text.with_nul().as_ptr().cast(),
            size_bytes: text.len(),
        }
    }

    /// A text that is not of the field's shape.
    pub(super) fn malformed(shape: i32, text: Text<'_>) -> torctl_value {
        torctl_value {
            state: TORCTL_VALUE_MALFORMED,
            ..torctl_value::word(shape, 0, text)
        }
    }
}
