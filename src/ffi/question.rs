//! What stands behind src/tables/question.rs: the section "Questions" of the header, which has one
//! function or two of several topics.

use super::generated::*;
use crate::api::{address, conf, new_identity, snapshot, traffic, typed_info};
use crate::proto::result::Values;

generated!("question");
