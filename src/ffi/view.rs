//! What stands behind src/tables/view.rs.

use std::os::fd::AsRawFd;

use super::generated::*;
use crate::api::view::{Changes, Sort, View};

/// A live view of circuits, streams and guards. Freed by torctl_view_free(), before or after its
/// controller. Several threads may use it concurrently; each change goes to one of them.
pub struct torctl_view(View);

impl From<View> for torctl_view {
    fn from(view: View) -> torctl_view {
        torctl_view(view)
    }
}

fn take_changes(
    view: &torctl_view,
    changes: Out<'_, *mut torctl_view_changes>,
) -> Result<torctl_status, Error> {
    Ok(match view.0.take_changes()? {
        Changes::Some(all) => {
            changes.set_box(all.into());
            TORCTL_OK
        }
        Changes::None => TORCTL_EMPTY,
        Changes::Ended => TORCTL_END,
    })
}

generated!("view");
