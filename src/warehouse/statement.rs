//! The statement: customers joined to the steps of the strategy.

use super::dialect::{Dialect, TableName};
use super::source::{Source, own_names};
use super::stairs;
use crate::domain::money::count;
use crate::domain::{Error, ErrorKind};
use crate::matching::Staircase;
use crate::store::dataset::DEFAULT_SEGMENT;

/// Where the statement finds the steps of the strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stairs {
    /// In itself, a `SELECT` each.
    Inline,
    /// In itself, as `VALUES`.
    Values,
    /// In this table, which holds the rows of [`stairs::write_csv`].
    Table(TableName),
}

/// Which rows the statement gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Every recommendation.
    All,
    /// Those that require approval.
    Waiting,
}

/// Returns one statement, without a semicolon, that gives the 12 fields of each recommendation.
///
/// # Errors
/// Where the dialect does not have what is asked for, or a statement as long as this one; where it
/// cannot hold a text of the strategy.
pub fn statement(
    dialect: &Dialect,
    staircase: &Staircase,
    source: &Source,
    stairs: &Stairs,
    rows: Rows,
) -> Result<String, Error> {
    stairs::check(dialect, staircase)?;
    let table = match stairs {
        Stairs::Table(table) => Some(table),
        Stairs::Inline | Stairs::Values => None,
    };
    // A table that is read keeps its name: it would be hidden behind a query of that name.
    let own = |name: &str| {
        let taken = |own: &str| source.is(own) || table.is_some_and(|table| table.is(own));
        let mut own = name.to_owned();
        while taken(&own) {
            own.push('_');
        }
        own
    };
    let [steps, stairs_, named, latest, known, keyed] =
        ["steps", "stairs", "named", "latest", "known", "keyed"].map(own);
    let written = match stairs {
        Stairs::Inline => Some(stairs::union(dialect, staircase)),
        Stairs::Values if dialect.has_values => Some(stairs::values(dialect, staircase)),
        Stairs::Values => {
            let message = format!("{} cannot use VALUES as a table", dialect.name);
            let error = Error::new(ErrorKind::Usage, message);
            return Err(error.hint("use --stairs inline, or --stairs FILE"));
        }
        Stairs::Table(_) => None,
    };
    let from = table.map_or_else(|| steps.clone(), |table| table.sql(dialect));
    let zero = dialect.zero;
    let asks = match staircase.asks_from_account_value {
        None => "t.asks = 1".to_owned(),
        Some(limit) => format!(
            "t.asks = 1 OR k.account_value IS NULL OR k.account_value >= {}",
            dialect.number(limit)
        ),
    };
    let waiting = match rows {
        Rows::All => String::new(),
        Rows::Waiting => format!("\n  AND ({asks})"),
    };
    let steps = written.map(|written| format!("{steps} AS (\n{written}\n),\n")).unwrap_or_default();
    // `is_named` is 0 or null where the join finds nothing: engines differ in what a text is then.
    let statement = format!(
        "WITH {steps}{stairs_} AS (
{read}
),
{named} AS (
  SELECT DISTINCT no_stage, stage, segment, 1 AS is_named FROM {stairs_} WHERE other_segment = 0
),
{latest} AS (
{query}
),
{known} AS {once}(
  SELECT i.customer_id, COALESCE(NULLIF(i.segment, ''), '{DEFAULT_SEGMENT}') AS segment, i.journey_stage,
    CASE WHEN i.journey_stage IS NULL THEN 1 ELSE 0 END AS no_stage, COALESCE(i.journey_stage, '') AS stage,
    COALESCE(NULLIF(i.fused_risk_score, {zero}), NULLIF(i.churn_probability, {zero}), {zero}) AS risk_score,
    i.account_value
  FROM {latest} i WHERE i.customer_id <> ''
),
{keyed} AS (
  SELECT {of_customer},
    k.no_stage AS no_stage, k.stage AS stage,
    CASE WHEN COALESCE(n.is_named, 0) = 1 THEN 0 ELSE 1 END AS other_segment,
    COALESCE(n.segment, '') AS own_segment
  FROM {known} k
  LEFT JOIN {named} n ON n.no_stage = k.no_stage AND n.stage = k.stage AND n.segment = k.segment
)
SELECT {of_output},
  {of_step},
  {confidence} AS confidence,
  {of_economics},
  CASE WHEN {asks} THEN TRUE ELSE FALSE END AS requires_human_approval,
  k.risk_score AS risk_score, COALESCE(k.account_value, {zero}) AS account_value
FROM {keyed} k
JOIN {stairs_} t ON t.no_stage = k.no_stage AND t.stage = k.stage
  AND t.other_segment = k.other_segment AND t.segment = k.own_segment
WHERE k.risk_score >= t.risk_from AND (t.risk_below IS NULL OR k.risk_score < t.risk_below){waiting}",
        once = dialect.materialized,
        of_customer = own_names(
            "k",
            &["customer_id", "segment", "journey_stage", "risk_score", "account_value"]
        ),
        of_output = own_names("k", &["customer_id", "segment", "journey_stage"]),
        of_step = own_names("t", &["playbook_id", "playbook_name", "recommended_action"]),
        of_economics = own_names("t", &["expected_cost", "expected_value"]),
        read = stairs::read(dialect, &from),
        query = source.query(dialect, staircase.out_of_range),
        confidence = confidence(dialect, &staircase.confidences),
    );
    match dialect.longest {
        Some(longest) if statement.len() > longest => {
            let message = format!(
                "the statement has {} bytes, and {} takes {}",
                count(statement.len()),
                dialect.name,
                count(longest)
            );
            Err(Error::new(ErrorKind::Data, message)
                .hint("keep the strategy in a table: --stairs FILE"))
        }
        _ => Ok(statement),
    }
}

/// The confidence of a risk: few comparisons in a tree, since rounding differs between engines.
fn confidence(dialect: &Dialect, bounds: &[(f64, f64)]) -> String {
    let (low, high) = bounds.split_at(bounds.len() / 2);
    match (low, high) {
        ([], []) => dialect.number(0.0),
        ([], [(_, confidence), ..]) => dialect.number(*confidence),
        (_, high) => format!(
            "CASE WHEN k.risk_score < {} THEN {} ELSE {} END",
            dialect.number(high.first().map_or(0.0, |(bound, _)| *bound)),
            confidence(dialect, low),
            confidence(dialect, high)
        ),
    }
}
