//! Where forecasts see customers go.

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::groups::falling;
use super::tally::Tally;
use crate::domain::dataset::fields;
use crate::domain::{Dataset, Sum, number};

/// The customers whose last forecast has this path. An empty path is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Path {
    pub path: Vec<CompactString>,
    pub customers: usize,
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
}

/// By revenue at risk, the highest first, then by path.
pub fn paths(tally: &Tally, dataset: &Dataset) -> Vec<Path> {
    let texts = dataset.tables.forecasts.texts(fields::PREDICTED_PATH).words();
    // The same text may stand under several numbers.
    let mut by_text: FxHashMap<&str, (usize, Sum)> = FxHashMap::default();
    for (code, (customers, revenue)) in (0..).zip(&tally.paths) {
        if let Some(text) = texts.get(code).filter(|_| *customers > 0) {
            let path = by_text.entry(text).or_default();
            path.0 += customers;
            path.1.join(*revenue);
        }
    }
    let row = |(text, (customers, revenue)): (&str, (usize, Sum))| {
        // What cannot be read back was never kept: this program wrote it.
        let path: Vec<CompactString> = serde_json::from_str(text).ok()?;
        let row = Path { path, customers, revenue_at_risk: revenue.value() };
        (!row.path.is_empty()).then_some(row)
    };
    let mut rows: Vec<Path> = by_text.into_iter().filter_map(row).collect();
    rows.sort_by(|a, b| {
        falling(a.revenue_at_risk, b.revenue_at_risk).then_with(|| a.path.cmp(&b.path))
    });
    rows
}
