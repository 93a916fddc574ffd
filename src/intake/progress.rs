//! How far a load has come.

/// What has been read so far of everything that a load reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub rows: u64,
    pub bytes: u64,
    pub bytes_total: u64,
}
