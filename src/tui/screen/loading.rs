//! How far a load has come, and how long it may take.

use jiff::{SignedDuration, Timestamp};

use crate::domain::money::count;
use crate::intake::progress::Progress;

/// How long a load has to run before the remaining time is estimated.
const TOLD_AFTER: SignedDuration = SignedDuration::from_millis(500);

/// A load that takes long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loading {
    /// How far it is.
    pub progress: Progress,
    /// When it was first reported.
    pub since: Timestamp,
    /// When the progress was reported.
    pub at: Timestamp,
    /// What had been read when it was first reported.
    pub initial_bytes: u64,
}

impl Loading {
    /// A load that was just reported.
    pub fn new(progress: Progress, now: Timestamp) -> Self {
        Self { progress, since: now, at: now, initial_bytes: progress.bytes }
    }

    /// The same load, further on.
    pub fn went_on(self, progress: Progress, now: Timestamp) -> Self {
        Self { progress, at: now, ..self }
    }

    /// Whole percent; `None` while the size is not known.
    pub fn percent(&self) -> Option<u64> {
        let Progress { bytes, bytes_total, .. } = self.progress;
        let of_hundred = u128::from(bytes) * 100;
        (bytes_total > 0).then(|| (of_hundred / u128::from(bytes_total)).min(100) as u64)
    }

    /// `1,240,000 rows`.
    pub fn rows(&self) -> String {
        format!("{} rows", count(usize::try_from(self.progress.rows).unwrap_or(usize::MAX)))
    }

    /// `53 of 812 MB`.
    pub fn bytes(&self) -> String {
        let Progress { bytes, bytes_total, .. } = self.progress;
        let (unit, size) = match bytes_total {
            0..10_000 => ("bytes", 1),
            10_000..10_000_000 => ("kB", 1000),
            10_000_000..10_000_000_000 => ("MB", 1_000_000),
            _ => ("GB", 1_000_000_000),
        };
        format!("{} of {} {unit}", bytes / size, bytes_total / size)
    }

    /// The remaining time at the speed so far: `0.8 s left`; `None` until there is an estimate.
    pub fn left(&self) -> Option<String> {
        let Progress { bytes, bytes_total, .. } = self.progress;
        let elapsed = self.at.duration_since(self.since);
        let read = bytes.saturating_sub(self.initial_bytes);
        if elapsed < TOLD_AFTER || read == 0 || bytes >= bytes_total {
            return None;
        }
        let rest = (bytes_total - bytes) as f64;
        let seconds = rest * elapsed.as_secs_f64() / read as f64;
        Some(match seconds {
            0.0..10.0 => format!("{seconds:.1} s left"),
            10.0..90.0 => format!("{seconds:.0} s left"),
            _ => format!("{:.0} min left", seconds / 60.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(milliseconds)
    }

    fn progress(bytes: u64) -> Progress {
        Progress { rows: bytes / 100, bytes, bytes_total: 800_000_000 }
    }

    #[test]
    fn what_is_left_is_told_once_there_is_something_to_go_by() {
        let start = Loading::new(progress(0), at(0));
        let left = |bytes, milliseconds| start.went_on(progress(bytes), at(milliseconds)).left();
        assert_eq!(start.left(), None);
        assert_eq!(left(100_000_000, 400), None);
        assert_eq!(left(200_000_000, 1_000).as_deref(), Some("3.0 s left"));
        assert_eq!(left(100_000_000, 10_000).as_deref(), Some("70 s left"));
        assert_eq!(left(1_000_000, 1_000).as_deref(), Some("13 min left"));
        assert_eq!(left(800_000_000, 1_000), None);
        assert_eq!(left(0, 1_000), None);
    }

    #[test]
    fn amounts_are_in_units_that_can_be_read() {
        let told = |bytes, bytes_total| {
            let loading = Loading::new(Progress { rows: 1_240_000, bytes, bytes_total }, at(0));
            (loading.percent(), loading.bytes(), loading.rows())
        };
        let rows = "1,240,000 rows".to_owned();
        assert_eq!(
            told(53_400_000, 812_000_000),
            (Some(6), "53 of 812 MB".to_owned(), rows.clone())
        );
        assert_eq!(told(0, 0), (None, "0 of 0 bytes".to_owned(), rows.clone()));
        assert_eq!(told(900, 800), (Some(100), "900 of 800 bytes".to_owned(), rows));
    }
}
