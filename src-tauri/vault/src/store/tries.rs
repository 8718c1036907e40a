//! Wrong passphrases in a row, and the growing time after which the next one is looked at.
//!
//! Counted in the vault, so that closing the program does not end the wait. Whoever has a copy of the file is not
//! slowed by this; against them stands the work that each guess costs (`custody::passphrase`). The
//! key of the audit is locked up meanwhile; the next right one writes down how many wrong ones there were.

use jiff::{SignedDuration, Timestamp};

use super::Vault;
use crate::error::{CustodyError, VaultError};

/// Where they are counted.
const SETTING: &str = "wrong_passphrases";
/// So many mistakes are a person's, and cost no wait.
const FREE: u32 = 3;
/// Seconds after the first that costs one; each further one doubles it.
const FIRST_WAIT: i64 = 2;
/// Never more than five minutes: whoever remembers at last must not be kept out of their own vault.
const LONGEST_WAIT: i64 = 300;

/// How many wrong passphrases there were since the last right one, and when the last of them was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Tries {
    wrong: u32,
    last: Timestamp,
}

impl Tries {
    fn wait(self) -> SignedDuration {
        let seconds = match self.wrong.checked_sub(FREE) {
            None => 0,
            // Beyond eight doublings it is the longest anyway.
            Some(beyond) => (FIRST_WAIT << beyond.min(8)).min(LONGEST_WAIT),
        };
        SignedDuration::from_secs(seconds)
    }

    /// Refuses the next one if it comes too early. A clock that was set back makes the wait no longer than it was.
    pub(super) fn permit(self, now: Timestamp) -> Result<(), CustodyError> {
        let gone = now.duration_since(self.last).max(SignedDuration::ZERO);
        let left = self.wait() - gone;
        if left <= SignedDuration::ZERO {
            return Ok(());
        }
        let seconds = left.as_millis().unsigned_abs().div_ceil(1000);
        Err(CustodyError::TooManyTries { wrong: self.wrong, seconds: u64::try_from(seconds).unwrap_or(u64::MAX) })
    }

    pub(super) fn one_more(self) -> Option<Self> {
        Some(Self { wrong: self.wrong.saturating_add(1), last: Timestamp::now() })
    }

    /// How many wrong ones.
    pub(super) fn wrong(self) -> u32 {
        self.wrong
    }

    /// As after a right one; nothing where there is nothing to forget.
    pub(super) fn forgotten(self) -> Option<Self> {
        (self.wrong > 0).then(Self::default)
    }
}

impl Vault {
    pub(super) async fn wrong_tries(&self) -> Result<Tries, VaultError> {
        let counted = self.setting(SETTING).await?;
        // What cannot be read was not written by us; guessing at it goes on as after the free ones.
        Ok(counted.map_or_else(Tries::default, |text| {
            serde_json::from_str(&text).unwrap_or(Tries { wrong: FREE, last: Timestamp::now() })
        }))
    }

    /// Stores the count, where there is one to store and a vault that can be written.
    pub(super) async fn count_try(&self, tries: Option<Tries>) -> Result<(), VaultError> {
        match tries {
            Some(tries) if !self.info().read_only => {
                let text = serde_json::to_string(&tries).map_err(|error| VaultError::Database(error.to_string()))?;
                self.set_preference(SETTING, &text).await
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let waits: Vec<i64> = (0..14).map(|wrong| Tries { wrong, ..Tries::default() }.wait().as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(Tries { wrong: u32::MAX, ..Tries::default() }.wait().as_secs(), LONGEST_WAIT);
    }

    #[test]
    fn it_is_over_when_the_time_has_passed_and_a_clock_set_back_does_not_lengthen_it() {
        let last: Timestamp = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let tries = Tries { wrong: FREE + 2, last };
        let left = |seconds| match tries.permit(last + SignedDuration::from_secs(seconds)) {
            Err(CustodyError::TooManyTries { seconds, .. }) => seconds,
            other => {
                assert!(other.is_ok());
                0
            }
        };
        assert_eq!([left(0), left(1), left(7), left(8), left(9)], [8, 7, 1, 0, 0]);
        assert_eq!(left(-3000), 8);
        assert!(Tries::default().permit(last).is_ok());
    }
}
