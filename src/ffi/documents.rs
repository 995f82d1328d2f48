//! The exports for directory documents, which build.rs makes of src/tables.

use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;

use super::args::{empty, optional_bytes};
use super::error::torctl_error;
use super::guard::guard_or;
use super::status::*;
use super::{directory, document, document_kind};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::proto::dir::{
    Annotation, Descriptor, DescriptorReader, Descriptors, Microdescriptor, MicrodescriptorReader,
    Microdescriptors, Router, RouterReader, Routers, SpanKind,
};

include!(concat!(env!("OUT_DIR"), "/documents.rs"));
