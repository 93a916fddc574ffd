//! Recommendations as JSON, many at a time. Of the 12 fields only four differ between the customers
//! of one play, so the text of the others is made once for the play; and while one part is written
//! the next is made.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;
use serde_json::value::RawValue;

use super::fields::InOrder;
use crate::domain::json;
use crate::domain::number::{Num, hundredths, round};
use crate::matching::Matching;
use crate::matching::risk::confidence;

/// How the rows are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One array, as [`json::array`](super::json::array) writes it.
    Array,
    /// A row a line, as [`json::lines`](super::json::lines) writes it.
    Lines,
}

impl Shape {
    fn before_first(self) -> &'static [u8] {
        match self {
            Self::Array => b"[\n",
            Self::Lines => b"",
        }
    }

    fn between(self) -> &'static [u8] {
        match self {
            Self::Array => b",\n",
            Self::Lines => b"\n",
        }
    }

    fn after_last(self) -> &'static [u8] {
        match self {
            Self::Array => b"\n]\n",
            Self::Lines => b"\n",
        }
    }

    fn nothing(self) -> &'static [u8] {
        match self {
            Self::Array => b"[]\n",
            Self::Lines => b"",
        }
    }
}

/// Customers whose rows are made by one thread at a time.
const PART: usize = 1 << 9;
/// Parts that are made while others are written.
const PARTS: usize = 8;

/// Writes the recommendations of these customers; those without one are passed over.
///
/// # Errors
/// What the writer reports.
pub fn write(
    out: &mut dyn Write,
    matching: &Matching,
    numbers: Range<usize>,
    shape: Shape,
) -> io::Result<()> {
    let texts = Texts::of(matching, numbers.clone(), shape);
    let make = |parts: &mut Parts, from: usize| {
        let made = parts.0.par_iter_mut().enumerate().map(|(part, text)| {
            text.clear();
            let start = from.saturating_add(part * PART);
            let end = start.saturating_add(PART).min(numbers.end);
            rows(text, matching, &texts, start..end)
        });
        made.reduce(|| Ok(()), Result::and)
    };
    let (mut ready, mut next) = (Parts::default(), Parts::default());
    let mut from = numbers.start;
    let mut empty = true;
    make(&mut ready, from)?;
    while from < numbers.end {
        from += PART * PARTS;
        let mut made = Ok(());
        rayon::in_place_scope(|scope| {
            if from < numbers.end {
                scope.spawn(|_| made = make(&mut next, from));
            }
            for text in ready.0.iter().filter(|text| !text.is_empty()) {
                let mut text = &**text;
                if empty {
                    out.write_all(shape.before_first())?;
                    text = text.strip_prefix(shape.between()).unwrap_or(text);
                }
                empty = false;
                out.write_all(text)?;
            }
            io::Result::Ok(())
        })?;
        made?;
        std::mem::swap(&mut ready, &mut next);
    }
    out.write_all(if empty { shape.nothing() } else { shape.after_last() })
}

/// Texts of parts that follow each other.
struct Parts(Vec<Vec<u8>>);

impl Default for Parts {
    fn default() -> Self {
        Self(vec![Vec::new(); PARTS])
    }
}

/// What differs between the customers of one play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    CustomerId,
    Confidence,
    /// Whether it needs an approval, where that hangs on the account value.
    NeedsApproval {
        /// Every account needs one, for something else than its value.
        anyway: bool,
    },
    RiskScore,
    AccountValue,
}

impl Own {
    /// The field of the output that it is. `need` is what there is to `requires_human_approval`.
    fn of_field(name: &str, need: Option<Self>) -> Option<Self> {
        match name {
            "customer_id" => Some(Self::CustomerId),
            "confidence" => Some(Self::Confidence),
            "requires_human_approval" => need,
            "risk_score" => Some(Self::RiskScore),
            "account_value" => Some(Self::AccountValue),
            _ => None,
        }
    }
}

/// Texts that many rows have in them.
struct Texts {
    /// The row of each play.
    plays: Vec<Prepared>,
    /// Each hundredth from 0 to 1.
    hundredths: Vec<Hundredth>,
}

/// The text of a row with what stands before it, but for what is the customer's own.
#[derive(Debug, Default)]
struct Prepared {
    /// Each with what stands before it.
    own: Vec<(Vec<u8>, Own)>,
    end: Vec<u8>,
}

impl Texts {
    /// Takes the text of each play from the first customer who has it.
    fn of(matching: &Matching, numbers: Range<usize>, shape: Shape) -> Self {
        let mut plays: Vec<Option<Prepared>> = Vec::new();
        plays.resize_with(matching.plays(), || None);
        let mut missing = matching.customers_by_play().iter().filter(|count| **count > 0).count();
        let of_customers = matching.plays_from(numbers.start).take(numbers.len());
        for (number, play) in numbers.zip(of_customers) {
            let slot = play.and_then(|play| plays.get_mut(play.index()));
            if let Some(slot @ None) = slot {
                let row = matching.recommendation(number).map(|row| json::line(&row));
                *slot = row.map(|row| Prepared::of(&row, need(matching, number), shape));
                missing = missing.saturating_sub(1);
            }
            if missing == 0 {
                break;
            }
        }
        Self {
            plays: plays.into_iter().map(Option::unwrap_or_default).collect(),
            hundredths: (0..=100).map(Hundredth::of).collect(),
        }
    }

    /// Adds a confidence with two decimals, as its number is written.
    fn append_confidence(&self, text: &mut Vec<u8>, exact: f64) -> io::Result<()> {
        match hundredths(exact).and_then(|hundredths| self.hundredths.get(hundredths)) {
            Some(hundredth) => hundredth.append(text),
            None => Num(round(exact, 2)).append(text)?,
        }
        Ok(())
    }
}

/// The text of a number of hundredths from 0 to 1.
struct Hundredth {
    /// Those that count, then zeros: a fixed number of bytes is copied without a call.
    bytes: [u8; 4],
    count: usize,
}

impl Hundredth {
    fn of(hundredths: u8) -> Self {
        let text = Num(f64::from(hundredths) / 100.0).to_string();
        let mut bytes = [0; 4];
        bytes.iter_mut().zip(text.bytes()).for_each(|(to, byte)| *to = byte);
        Self { bytes, count: text.len() }
    }

    fn append(&self, text: &mut Vec<u8>) {
        let before = text.len();
        text.extend_from_slice(&self.bytes);
        text.truncate(before + self.count);
    }
}

/// How the need of an approval of a customer's play hangs on the account value; `None` where it
/// does not.
fn need(matching: &Matching, number: usize) -> Option<Own> {
    matching.policy().approval.required_at_account_value?;
    let ranked = matching.winner(number)?;
    let anyway = !matching.asked_for_any_account(ranked).is_empty();
    Some(Own::NeedsApproval { anyway })
}

impl Prepared {
    /// From the row of any customer who has the play.
    fn of(row: &str, need: Option<Own>, shape: Shape) -> Self {
        let fields: InOrder<&RawValue> = serde_json::from_str(row).unwrap_or_default();
        let mut prepared = Self::default();
        let mut text = [shape.between(), b"{"].concat();
        for (number, (name, value)) in fields.0.iter().enumerate() {
            if number > 0 {
                text.push(b',');
            }
            text.extend_from_slice(json::line(name).as_bytes());
            text.push(b':');
            match Own::of_field(name, need) {
                Some(own) => prepared.own.push((std::mem::take(&mut text), own)),
                None => text.extend_from_slice(value.get().as_bytes()),
            }
        }
        text.push(b'}');
        prepared.end = text;
        prepared
    }
}

/// Adds the rows of customers that have one, each with what stands between two rows before it.
fn rows(
    text: &mut Vec<u8>,
    matching: &Matching,
    texts: &Texts,
    numbers: Range<usize>,
) -> io::Result<()> {
    let of_customers = matching.plays_from(numbers.start);
    for (number, play) in numbers.zip(of_customers) {
        let Some(prepared) = play.and_then(|play| texts.plays.get(play.index())) else { continue };
        let Some(view) = matching.customer(number) else { continue };
        let risk = matching.risk_score(number).unwrap_or_default();
        for (before, own) in &prepared.own {
            text.extend_from_slice(before);
            match own {
                Own::CustomerId => write_text(text, view.id())?,
                Own::Confidence => {
                    texts.append_confidence(text, confidence(risk, matching.policy()))?;
                }
                Own::NeedsApproval { anyway } => {
                    let needs = *anyway
                        || matching.policy().approval.asks_for_account(view.known_account_value());
                    text.extend_from_slice(if needs { b"true" } else { b"false" });
                }
                Own::RiskScore => Num(risk).append(text)?,
                Own::AccountValue => Num(view.account_value()).append(text)?,
            }
        }
        match matching.in_experiment(number) {
            None => text.extend_from_slice(&prepared.end),
            Some(experiment) => {
                // The 13th field, before the brace that ends the row.
                text.extend_from_slice(prepared.end.strip_suffix(b"}").unwrap_or_default());
                text.extend_from_slice(b",\"experiment\":");
                json::write(&mut *text, &experiment)?;
                text.push(b'}');
            }
        }
    }
    Ok(())
}

fn write_text(text: &mut Vec<u8>, plain: &str) -> io::Result<()> {
    let needs_no_escape = |b: u8| matches!(b, 0x20..=0x7e) && b != b'"' && b != b'\\';
    // All of them, without asking after each whether to go on.
    if !plain.bytes().fold(true, |all, byte| all & needs_no_escape(byte)) {
        return json::write(text, plain);
    }
    text.push(b'"');
    text.extend_from_slice(plain.as_bytes());
    text.push(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Policy;
    use crate::intake::Loader;
    use crate::intake::load::Reread;
    use crate::report;
    use std::path::Path;
    use std::sync::Arc;

    fn sample() -> Matching {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        let dataset = Loader::new(directory).load(Reread::All).dataset;
        Matching::new(dataset, Arc::new(Policy::default()))
    }

    fn awkward() -> Matching {
        let dir = tempfile::tempdir().unwrap();
        let customers: Vec<String> = ["A", "B\\u001b", "\\\"C", "Ü", "E", "F", "G"]
            .iter()
            .enumerate()
            .map(|(n, id)| {
                let value = [0.0, 1.5, 1e300, -3.0, 9_007_199_254_740_992.0][n % 5];
                format!(r#"{{"customer_id":"{id}","account_value":{value:?}}}"#)
            })
            .collect();
        let risks: Vec<String> = ["A", "\\\"C", "Ü", "E", "F"]
            .iter()
            .zip([0.3, 0.305, 1.7, 0.75, -5.0])
            .map(|(id, risk)| format!(r#"{{"customer_id":"{id}","fused_risk_score":{risk}}}"#))
            .collect();
        let playbooks = "[{\"playbook_id\":\"P\\u202e\",\"eligible_segments\":[\"All\"],\"risk_threshold\":-9,\
             \"status\":\"active\",\"avg_cost_estimate\":0.1,\"expected_value_range\":[1,2]}]";
        let write = |name: &str, text: String| std::fs::write(dir.path().join(name), text).unwrap();
        write("customers.json", format!("[{}]", customers.join(",")));
        write("fused_signals.json", format!("[{}]", risks.join(",")));
        write("journey_playbooks.json", playbooks.to_owned());
        let dataset = Loader::new(dir.path()).load(Reread::All).dataset;
        let policy = Policy { confidence_threshold: 0.0, ..Policy::default() };
        Matching::new(dataset, Arc::new(policy))
    }

    fn with_limits() -> Matching {
        let before = sample();
        let mut policy = Policy::default();
        policy.approval.required_at_account_value = Some(60_000.0);
        policy.approval.required_at_cost = Some(100.0);
        before.again(Arc::clone(before.dataset()), Arc::new(policy))
    }

    #[test]
    fn the_bytes_are_those_of_row_after_row() {
        for matching in [sample(), awkward(), with_limits()] {
            let all = matching.len();
            for numbers in [0..all, 3..all, 0..1, 2..2, all..all] {
                let rows = || numbers.clone().filter_map(|n| matching.recommendation(n));
                let (mut fast, mut plain) = (Vec::new(), Vec::new());
                write(&mut fast, &matching, numbers.clone(), Shape::Array).unwrap();
                report::json::array(&mut plain, rows()).unwrap();
                assert_eq!(String::from_utf8(fast), String::from_utf8(plain), "{numbers:?}");
                let (mut fast, mut plain) = (Vec::new(), Vec::new());
                write(&mut fast, &matching, numbers.clone(), Shape::Lines).unwrap();
                report::json::lines(&mut plain, rows()).unwrap();
                assert_eq!(String::from_utf8(fast), String::from_utf8(plain), "{numbers:?}");
            }
        }
    }
}
