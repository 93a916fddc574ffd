//! How far a load has come.

/// What has been read so far of everything that a load reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Rows read.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes to be read in all.
    pub bytes_total: u64,
}
