//! The exports for directory documents, which build.rs makes of src/tables.
// One comment stands for all the numbers of fields.
#![allow(missing_docs)]

use std::ffi::{c_char, c_int, c_void, CStr};
use std::mem::MaybeUninit;

use super::args::{empty, optional_bytes};
use super::error::torctl_error;
use super::guard::{free, guard_or};
use super::status::*;
use super::value::*;
use super::{directory, document, document_kind, document_value};
use crate::api::Tor;
use crate::dir::{
    Annotation, Descriptor, DescriptorReader, Descriptors, Microdescriptor, MicrodescriptorReader,
    Microdescriptors, Router, RouterReader, Routers, SpanKind,
};
use crate::engine::call::Call;

include!(concat!(env!("OUT_DIR"), "/documents.rs"));
