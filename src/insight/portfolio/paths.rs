//! Where forecasts see customers go.

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::groups::falling;
use super::tally::Tally;
use crate::domain::{Sum, number};
use crate::store::Dataset;
use crate::store::dataset::fields;

/// The customers whose last forecast has this path. An empty path is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Path {
    /// The predicted stages, in the order of the forecast; never empty.
    pub path: Vec<CompactString>,
    /// Number of customers with this path.
    pub customers: usize,
    /// Dollars a year, of those customers.
    #[serde(serialize_with = "number::serialize")]
    pub revenue_at_risk: f64,
}

/// By revenue at risk, the highest first, then by path.
pub fn paths(tally: &Tally, dataset: &Dataset) -> Vec<Path> {
    let texts = dataset.tables.forecasts.texts(fields::PREDICTED_PATH).pool();
    // The same path may be written in several ways.
    let mut by_path: FxHashMap<Vec<CompactString>, (usize, Sum)> = FxHashMap::default();
    for (code, (customers, revenue)) in (0..).zip(&tally.paths) {
        let text = texts.get(code).filter(|_| *customers > 0);
        // What cannot be read back was never kept: this program wrote it.
        let path = text.and_then(|text| serde_json::from_str::<Vec<CompactString>>(text).ok());
        if let Some(path) = path.filter(|path| !path.is_empty()) {
            let sums = by_path.entry(path).or_default();
            sums.0 += customers;
            sums.1.join(*revenue);
        }
    }
    let row = |(path, (customers, revenue)): (Vec<CompactString>, (usize, Sum))| Path {
        path,
        customers,
        revenue_at_risk: revenue.value(),
    };
    let mut rows: Vec<Path> = by_path.into_iter().map(row).collect();
    rows.sort_by(|a, b| {
        falling(a.revenue_at_risk, b.revenue_at_risk).then_with(|| a.path.cmp(&b.path))
    });
    rows
}
