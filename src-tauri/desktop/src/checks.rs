//! The check of many credentials that is under way, so that another command can stop it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The check that is under way, if there is one.
#[derive(Default)]
pub struct Checks(Mutex<Option<Arc<Notify>>>);

impl Checks {
    /// Begins a check. One that is still under way is stopped: the page that began it may be gone.
    pub fn begin(&self) -> Running<'_> {
        let stop = Arc::new(Notify::new());
        if let Some(earlier) = self.slot().replace(stop.clone()) {
            earlier.notify_one();
        }
        Running { checks: self, stop }
    }

    /// Stops the check that is under way. It comes back with what it has.
    pub fn stop(&self) {
        if let Some(running) = &*self.slot() {
            // The permit stays, so that this is heard even when nobody listens yet.
            running.notify_one();
        }
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A check until it is dropped.
pub struct Running<'c> {
    checks: &'c Checks,
    stop: Arc<Notify>,
}

impl Running<'_> {
    /// Comes back when the check is to stop.
    pub async fn stopped(&self) {
        self.stop.notified().await;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut slot = self.checks.slot();
        if slot.as_ref().is_some_and(|running| Arc::ptr_eq(running, &self.stop)) {
            *slot = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_check_is_stopped_once_and_by_the_next_one() {
        let checks = Checks::default();
        checks.stop();
        let first = checks.begin();
        checks.stop();
        first.stopped().await;
        let second = checks.begin();
        drop(first);
        let third = checks.begin();
        second.stopped().await;
        drop(second);
        checks.stop();
        third.stopped().await;
        drop(third);
        assert!(checks.slot().is_none(), "nothing is under way any more");
    }
}
