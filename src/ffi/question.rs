//! What stands behind src/tables/question.rs.

use super::made::*;
use crate::proto::result::Values;
use crate::api::{question, signal};

made!("question");
