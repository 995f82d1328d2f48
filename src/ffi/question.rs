//! What stands behind src/tables/question.rs.

use super::made::*;
use crate::api::{question, signal};
use crate::proto::result::Values;

made!("question");
