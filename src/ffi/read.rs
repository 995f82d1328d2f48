//! torctl_event_read(): the values of fields, as the table of all fields says.
//!
//! Trick: rows for every field (docs/internals/tricks.md).

use std::ffi::{c_char, CStr};

use super::args::empty;
use super::field_access;
use super::value::*;
use crate::engine::event::Event;
use crate::proto::event::words::{self, Words};
use crate::proto::event::{number, Fields, Key, Kind, KindSet, PartList, Text};

include!(concat!(env!("OUT_DIR"), "/event_fields.rs"));

/// Fields that one kind of events has, or several have in common.
struct Family {
    kinds: KindSet,
    /// By their numbers; what is no single value has a number, too.
    fields: &'static [Option<Field>],
}

/// One field.
struct Field {
    name: &'static CStr,
    unit: &'static CStr,
    kinds: KindSet,
    place: FieldPlace,
    shape: FieldShape,
    /// The shape's number in the header.
    shape_number: i32,
}

/// Where it stands.
#[derive(Clone, Copy)]
enum FieldPlace {
    Arg(usize),
    Key(Key),
    KeyOrArg(Key, usize),
    Data,
    /// The kind says it.
    Kind,
    /// Of a list: how many items, and the first and the second text of the first item.
    Count(PartList),
    First(PartList),
    Second(PartList),
}

/// What it is.
#[derive(Clone, Copy)]
enum FieldShape {
    Unsigned,
    /// The same behind a prefix.
    Behind(&'static [u8]),
    Signed,
    Small,
    Port,
    Float,
    Time,
    Text,
    Word(&'static Words),
    Flags(&'static Words),
    Is(&'static [u8]),
    YesNo(&'static [u8], &'static [u8]),
    Filled,
    Count,
}

impl FieldShape {
    /// Its number in the header.
    const fn number(self) -> i32 {
        match self {
            FieldShape::Unsigned | FieldShape::Behind(_) | FieldShape::Port => {
                TORCTL_SHAPE_UNSIGNED
            }
            FieldShape::Signed | FieldShape::Small => TORCTL_SHAPE_SIGNED,
            FieldShape::Float => TORCTL_SHAPE_FLOAT,
            FieldShape::Time => TORCTL_SHAPE_TIME,
            FieldShape::Text => TORCTL_SHAPE_TEXT,
            FieldShape::Word(_) => TORCTL_SHAPE_WORD,
            FieldShape::Flags(_) => TORCTL_SHAPE_FLAGS,
            FieldShape::Is(_) | FieldShape::YesNo(..) | FieldShape::Filled => TORCTL_SHAPE_BOOLEAN,
            FieldShape::Count => TORCTL_SHAPE_LIST,
        }
    }

    /// The bits of the number that this text is; `None` for one that is none.
    #[inline(always)]
    fn bits(self, text: Text<'_>) -> Option<u64> {
        let signed = |number: i64| number as u64;
        match self {
            FieldShape::Unsigned => number::unsigned_text(text),
            FieldShape::Behind(prefix) => {
                text.bytes().strip_prefix(prefix).and_then(number::unsigned)
            }
            FieldShape::Signed => number::signed(text).map(signed),
            FieldShape::Small => {
                number::unsigned_text(text).filter(|it| i32::try_from(*it).is_ok())
            }
            FieldShape::Port => number::unsigned_text(text).filter(|it| u16::try_from(*it).is_ok()),
            FieldShape::Float => number::float(text.bytes()).map(f64::to_bits),
            FieldShape::Time => number::time_us(text.bytes()).map(signed),
            FieldShape::Is(is) => Some(u64::from(text.bytes() == is)),
            FieldShape::YesNo(yes, _) if text.bytes() == yes => Some(1),
            FieldShape::YesNo(_, no) => (text.bytes() == no).then_some(0),
            FieldShape::Filled => Some(u64::from(!text.bytes().trim_ascii().is_empty())),
            FieldShape::Text | FieldShape::Word(_) | FieldShape::Flags(_) | FieldShape::Count => {
                Some(0)
            }
        }
    }
}

/// The field with this number.
#[inline]
fn field_of(number: i32) -> Option<&'static Field> {
    let number = usize::try_from(number).ok()?;
    let family = FAMILIES.get((number / 100).checked_sub(101)?)?;
    family.fields.get((number % 100).checked_sub(1)?)?.as_ref()
}

/// What one event has for its fields.
struct EventReader<'a> {
    event: &'a Event,
    kinds: KindSet,
    fields: Option<&'a Fields>,
    /// The two numbers of a BW event, which come from a quicker parser.
    bw: Option<[u64; 2]>,
}

impl<'a> EventReader<'a> {
    fn of(event: &'a Event) -> EventReader<'a> {
        let kinds = KindSet::of(event.kind());
        let bw = Some(event)
            .filter(|event| event.kind() == Kind::Bw)
            .and_then(Event::bw);
        let fields = match bw {
            Some(_) => None,
            None => field_access::fields(Some(event), kinds),
        };
        EventReader {
            event,
            kinds,
            fields,
            bw,
        }
    }

    #[inline(always)]
    fn read(&self, number: i32) -> torctl_value {
        let Some(field) = field_of(number) else {
            return torctl_value::absent(0);
        };
        let shape = field.shape_number;
        if !field.kinds.meets(self.kinds) {
            return torctl_value::absent(shape);
        }
        let Some(fields) = self.fields else {
            return self.read_bw(field);
        };
        let text = match field.place {
            FieldPlace::Key(key) => fields.get(key),
            FieldPlace::Arg(index) => fields.arg_if_any(index),
            place => match self.rare(fields, place) {
                Rare::Text(text) => text,
                Rare::Number(number) => return torctl_value::number(shape, number),
            },
        };
        let Some(text) = text else {
            return torctl_value::absent(shape);
        };
        let bits = match field.shape {
            FieldShape::Text => return torctl_value::word(shape, 0, text),
            FieldShape::Word(words) => {
                let number = words.number(text.bytes());
                return torctl_value::word(shape, number as u64, text);
            }
            FieldShape::Flags(words) => {
                return torctl_value::word(shape, u64::from(words.flags(text)), text);
            }
            other => other.bits(text),
        };
        match bits {
            Some(bits) => torctl_value::number(shape, bits),
            None => torctl_value::malformed(shape, text),
        }
    }

    /// A number of a BW event of the usual form, or nothing.
    #[inline(never)]
    fn read_bw(&self, field: &Field) -> torctl_value {
        match (self.bw, field.place) {
            (Some(bw), FieldPlace::Arg(index)) => {
                torctl_value::number(field.shape_number, bw[index.min(1)])
            }
            _ => torctl_value::absent(field.shape_number),
        }
    }

    /// What stands elsewhere than most fields.
    #[inline(never)]
    fn rare(&self, fields: &'a Fields, place: FieldPlace) -> Rare<'a> {
        let event = Some(self.event);
        let some = |text: Text<'a>| Rare::Text(Some(text).filter(|text| !text.is_empty()));
        match place {
            FieldPlace::Arg(index) => Rare::Text(fields.arg_if_any(index)),
            FieldPlace::Key(key) => Rare::Text(fields.get(key)),
            FieldPlace::KeyOrArg(key, index) => {
                Rare::Text(fields.get(key).or_else(|| fields.arg_if_any(index)))
            }
            FieldPlace::Data => Rare::Text(Some(field_access::data(event, self.kinds))),
            FieldPlace::First(list) => some(field_access::first_part(event, self.kinds, list, 0)),
            FieldPlace::Second(list) => some(field_access::second_part(event, self.kinds, list, 0)),
            FieldPlace::Kind => Rare::Number(field_access::log_severity(event) as u64),
            FieldPlace::Count(list) => {
                Rare::Number(field_access::part_count(event, self.kinds, list) as u64)
            }
        }
    }
}

/// What a rare place has.
enum Rare<'a> {
    Text(Option<Text<'a>>),
    Number(u64),
}

/// Reads many fields of an event in one call. `fields` are `count` of the TORCTL_FIELD constants,
/// in any order; their values are written to `values`, which has room for as many, in the same
/// order.
///
/// Returns how many of them are TORCTL_VALUE_PRESENT. A field that events of this kind do not have
/// is TORCTL_VALUE_ABSENT, and so is a number that is no field; all are for NULL instead of an
/// event. NULL for `fields` or `values` writes nothing and returns 0.
///
/// It tells a field that is absent from one that is 0 or "", and is one call where each call is
/// dear, for example from another language. From C and C++ the functions for single fields cost
/// less. Does not block. Texts live as long as the event.
///
/// # Safety
/// `fields` and `values` have that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_event_read(
    event: Option<&Event>,
    fields: *const i32,
    count: usize,
    values: *mut torctl_value,
) -> usize {
    if fields.is_null() || values.is_null() {
        return 0;
    }
    let reader = event.map(EventReader::of);
    let mut present = 0;
    for index in 0..count {
        // SAFETY: by this function's contract there are `count` numbers.
        let number = unsafe { *fields.add(index) };
        let value = match &reader {
            Some(reader) => reader.read(number),
            None => torctl_value::absent(field_of(number).map_or(0, |field| field.shape_number)),
        };
        present += usize::from(value.state == TORCTL_VALUE_PRESENT);
        // SAFETY: by this function's contract there is room for `count` values.
        unsafe { values.add(index).write(value) };
    }
    present
}

/// How many fields events of a kind have that torctl_event_read() reads. 0 for a number that is no
/// kind.
#[no_mangle]
pub extern "C" fn torctl_kind_field_count(kind: i32) -> usize {
    numbers_of(kind).count()
}

/// The number of a field of a kind, by its index from 0; 0 if the index is too large.
#[no_mangle]
pub extern "C" fn torctl_kind_field(kind: i32, index: usize) -> i32 {
    numbers_of(kind).nth(index).unwrap_or(0)
}

/// The numbers of the fields that a kind has.
fn numbers_of(kind: i32) -> impl Iterator<Item = i32> {
    let kind = Kind::from_number(kind).map(KindSet::of).unwrap_or_default();
    let families = FAMILIES.iter().zip(101..);
    families
        .filter(move |(family, _)| family.kinds.meets(kind))
        .flat_map(|(family, number)| family.fields.iter().zip(number * 100 + 1..))
        .filter(move |(field, _)| {
            let field = field.as_ref();
            field.is_some_and(|field| field.kinds.meets(kind))
        })
        .map(|(_, number)| number)
}

/// Name, unit and shape of a field, of events or of directory documents.
fn described(field: i32) -> Option<(&'static CStr, &'static CStr, i32)> {
    let of_events = field_of(field).map(|it| (it.name, it.unit, it.shape.number()));
    of_events.or_else(|| super::documents::field_of(field))
}

/// The name of a field, which is the end of its function's name: "purpose" for
/// TORCTL_FIELD_CIRC_PURPOSE, which torctl_circ_purpose() gives. "" for a number that is no field.
/// The string is static.
#[no_mangle]
pub extern "C" fn torctl_field_name(field: i32) -> *const c_char {
    described(field).map_or(empty(), |(name, _, _)| name.as_ptr())
}

/// The unit of a field's number: "bytes", "cells", "us", "ms", "s", or "unix_us" for microseconds
/// since 1970, UTC. "" if it has none. The string is static.
#[no_mangle]
pub extern "C" fn torctl_field_unit(field: i32) -> *const c_char {
    described(field).map_or(empty(), |(_, unit, _)| unit.as_ptr())
}

/// The shape of a field, one of the TORCTL_SHAPE constants; 0 for a number that is no field.
#[no_mangle]
pub extern "C" fn torctl_field_shape(field: i32) -> i32 {
    described(field).map_or(0, |(_, _, shape)| shape)
}
