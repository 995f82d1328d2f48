//! What stands behind src/tables/question.rs.

use super::made::*;
use crate::api::{question, signal};

made!("question");
