//! The figures of a report calculated a second time, plainly, from the raw files; nothing of the
//! crate is used. Good for directories with a fused file and dates without times.

mod generated;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

pub use generated::generated;
use serde_json::{Value, json};

/// The rows of a file that fit their types.
fn rows(directory: &Path, file: &str) -> Vec<Value> {
    all_rows(directory, file).into_iter().filter(fits).collect()
}

fn all_rows(directory: &Path, file: &str) -> Vec<Value> {
    let Ok(text) = fs::read_to_string(directory.join(file)) else { return Vec::new() };
    serde_json::from_str::<Vec<Value>>(&text).unwrap()
}

fn fits(row: &Value) -> bool {
    let numbers = ["churn_probability", "revenue_at_risk", "fused_risk_score", "account_value"];
    numbers.iter().all(|field| row[field].is_null() || row[field].is_number())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The number, unless it is missing or 0.
fn truthy(value: &Value) -> Option<f64> {
    value.as_f64().filter(|x| *x != 0.0)
}

/// The last row of each customer.
fn last(rows: &[Value]) -> HashMap<String, &Value> {
    rows.iter().map(|row| (text(&row["customer_id"]), row)).collect()
}

struct Candidate<'a> {
    playbook: &'a Value,
    cost: f64,
    value: f64,
    roi: f64,
    runs: f64,
}

fn candidates<'a>(
    playbooks: &'a [Value],
    performance: &HashMap<(String, String), &Value>,
    stage: &Value,
    segment: &str,
    risk: f64,
) -> Vec<Candidate<'a>> {
    let mut all = Vec::new();
    for playbook in playbooks {
        let eligible = playbook["eligible_segments"].as_array().cloned().unwrap_or_default();
        let open = eligible.iter().any(|one| one == "All" || *one == segment);
        let threshold = truthy(&playbook["risk_threshold"]).unwrap_or(0.5);
        let matches = playbook["status"] == "active" && playbook["journey_stage"] == *stage;
        if !(matches && open && risk >= threshold) {
            continue;
        }
        let id = text(&playbook["playbook_id"]);
        let row = performance
            .get(&(id.clone(), segment.to_owned()))
            .or_else(|| performance.get(&(id, "All".to_owned())));
        let of_row = |field: &str| row.and_then(|row| truthy(&row[field]));
        let range: f64 = playbook["expected_value_range"]
            .as_array()
            .map_or(0.0, |range| range.iter().filter_map(Value::as_f64).sum());
        let value = of_row("avg_value").unwrap_or(range / 2.0);
        let cost = of_row("avg_cost").or(truthy(&playbook["avg_cost_estimate"])).unwrap_or(0.0);
        let computed = if cost == 0.0 { 0.0 } else { value / cost };
        let roi = of_row("roi_ratio").unwrap_or(computed);
        all.push(Candidate { playbook, cost, value, roi, runs: of_row("runs").unwrap_or(0.0) });
    }
    // Stable: of equal ones the first in the file.
    all.sort_by(|a, b| b.roi.total_cmp(&a.roi).then(b.value.total_cmp(&a.value)));
    all
}

#[derive(Default)]
struct Group {
    customers: usize,
    recommendations: usize,
    need_approval: usize,
    revenue: f64,
}

/// The settings that the tests use, read line by line.
fn setting(directory: &Path, key: &str) -> Option<f64> {
    let policy = fs::read_to_string(directory.join("nextplay.toml")).unwrap_or_default();
    let line = policy.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('='))?;
    line.trim().replace('_', "").parse().ok()
}

/// Everything but time, statements and findings.
pub fn calculated(directory: &Path) -> Value {
    let customers = rows(directory, "customers.json");
    let playbooks = rows(directory, "journey_playbooks.json");
    let states = rows(directory, "journey_state_log.json");
    let fused = rows(directory, "fused_signals.json");
    let forecasts = rows(directory, "journey_forecasts.json");
    let interventions = rows(directory, "interventions.json");
    let log = rows(directory, "playbook_performance_log.json");
    let (states, fused, forecasts) = (last(&states), last(&fused), last(&forecasts));
    let mut performance: HashMap<(String, String), &Value> = HashMap::new();
    for row in &log {
        let segment = row.get("segment").map_or("All".to_owned(), text);
        let key = (text(&row["playbook_id"]), segment);
        let roi = |row: &Value| row["roi_ratio"].as_f64().unwrap_or(0.0);
        if performance.get(&key).is_none_or(|best| roi(row) > roi(best)) {
            performance.insert(key, row);
        }
    }
    let doubtful: HashSet<String> = all_rows(directory, "journey_forecasts.json")
        .iter()
        .filter(|row| !fits(row))
        .map(|row| text(&row["customer_id"]))
        .collect();
    let account_limit = setting(directory, "required_at_account_value");
    let runs_limit = setting(directory, "required_below_runs");

    let (mut high_risk, mut revenue_at_risk, mut revenue_at_risk_high) = (0, 0.0, 0.0);
    let (mut plays, mut awaiting, mut cost, mut value) = (0, 0, 0.0, 0.0);
    let mut segments: BTreeMap<String, Group> = BTreeMap::new();
    let mut stages: BTreeMap<Option<String>, Group> = BTreeMap::new();
    let mut paths: BTreeMap<Vec<String>, Group> = BTreeMap::new();
    for customer in &customers {
        let id = text(&customer["customer_id"]);
        let segment = Some(text(&customer["segment"])).filter(|s| !s.is_empty());
        let segment = segment.unwrap_or("SMB".to_owned());
        let account = customer["account_value"].as_f64().unwrap_or(0.0);
        let state = states.get(&id);
        let stage = state.map_or(Value::Null, |row| row["journey_stage"].clone());
        let forecast = forecasts.get(&id);
        let risk = fused
            .get(&id)
            .and_then(|row| truthy(&row["fused_risk_score"]))
            .or(forecast.and_then(|row| truthy(&row["churn_probability"])))
            .unwrap_or(0.0);
        let revenue =
            forecast.and_then(|row| row["revenue_at_risk"].as_f64()).unwrap_or(account * risk);
        if risk >= 0.5 {
            high_risk += 1;
            revenue_at_risk_high += revenue;
        }
        revenue_at_risk += revenue;
        let path = forecast.and_then(|row| row["predicted_path"].as_array());
        let path: Vec<String> = path.into_iter().flatten().map(text).collect();
        if !path.is_empty() {
            let group = paths.entry(path).or_default();
            group.customers += 1;
            group.revenue += revenue;
        }
        let best = candidates(&playbooks, &performance, &stage, &segment, risk);
        let best = best.first().filter(|_| (risk + 0.2).min(1.0) >= 0.5);
        let asks = best.is_some_and(|best| {
            best.playbook["approval_required"] == true
                || account_limit.is_some_and(|limit| account >= limit)
                || runs_limit.is_some_and(|limit| best.runs < limit)
        });
        if let Some(best) = best {
            plays += 1;
            cost += best.cost;
            value += best.value;
            let entered = state.map(|row| text(&row["state_entered_at"])).unwrap_or_default();
            let runs = interventions.iter().any(|row| {
                row["customer_id"] == id
                    && row["playbook_id"] == best.playbook["playbook_id"]
                    && text(&row["generated_at"]) >= entered
            });
            awaiting += usize::from(!runs && (asks || doubtful.contains(&id)));
        }
        let stage = stage.as_str().map(str::to_owned);
        for group in [segments.entry(segment).or_default(), stages.entry(stage).or_default()] {
            group.customers += 1;
            group.revenue += revenue;
            group.recommendations += usize::from(best.is_some());
            group.need_approval += usize::from(asks);
        }
    }

    let (most_customers, most_revenue) = (
        setting(directory, "customers_at_high_risk_max"),
        setting(directory, "revenue_at_risk_max"),
    );
    let met = |actual: f64, target: Option<f64>| target.map(|most| actual <= most);
    let verdicts = [met(f64::from(high_risk), most_customers), met(revenue_at_risk, most_revenue)];
    let missed = verdicts.contains(&Some(false));
    let level = |revenue: f64| match revenue {
        200_000.0.. => "critical",
        50_000.0.. => "elevated",
        _ => "monitor",
    };
    json!({
        "customers": customers.len(),
        "customers_at_high_risk": high_risk,
        "revenue_at_risk": revenue_at_risk,
        "revenue_at_risk_high": revenue_at_risk_high,
        "recommendations": plays,
        "awaiting_decision": awaiting,
        "verdict": if missed { "above_target" } else { "on_target" },
        "targets": [
            {"name": "customers_at_high_risk", "actual": high_risk, "target": most_customers, "met": verdicts[0]},
            {"name": "revenue_at_risk", "actual": revenue_at_risk, "target": most_revenue, "met": verdicts[1]},
        ],
        "investment": {
            "expected_cost": cost, "expected_value": value, "net_benefit": value - cost,
            "roi_percent": (cost != 0.0).then(|| (value - cost) / cost * 100.0),
        },
        "segments": by_revenue(segments).into_iter().map(|(name, group)| json!({
            "segment": name, "customers": group.customers, "recommendations": group.recommendations,
            "need_approval": group.need_approval, "revenue_at_risk": group.revenue,
            "level": level(group.revenue),
        })).collect::<Vec<_>>(),
        "stages": by_revenue(stages).into_iter().map(|(name, group)| json!({
            "stage": name, "customers": group.customers, "revenue_at_risk": group.revenue,
        })).collect::<Vec<_>>(),
        "paths": by_revenue(paths).into_iter().map(|(path, group)| json!({
            "path": path, "customers": group.customers, "revenue_at_risk": group.revenue,
        })).collect::<Vec<_>>(),
        "leaderboard": leaderboard(&log, &playbooks),
        "under_review": under_review(&log),
        "kpis": kpis(&performance, &rows(directory, "outcomes.json")),
        "trend": trend(rows(directory, "portfolio_snapshots.json")),
    })
}

fn by_revenue<K>(groups: BTreeMap<K, Group>) -> Vec<(K, Group)> {
    let mut all: Vec<(K, Group)> = groups.into_iter().collect();
    all.sort_by(|a, b| b.1.revenue.total_cmp(&a.1.revenue));
    all
}

fn segment_of(row: &Value) -> Value {
    row.get("segment").cloned().unwrap_or(json!("All"))
}

fn leaderboard(log: &[Value], playbooks: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = log
        .iter()
        .map(|row| {
            let playbook = playbooks.iter().rfind(|one| one["playbook_id"] == row["playbook_id"]);
            let interval = row["success_rate"].as_f64().zip(row["runs"].as_f64());
            let (low, high) = interval.and_then(|(rate, runs)| wilson(rate, runs)).unzip();
            json!({
                "playbook_id": row["playbook_id"],
                "playbook_name": playbook.map_or(Value::Null, |playbook| playbook["name"].clone()),
                "segment": segment_of(row), "runs": row["runs"],
                "success_rate": row["success_rate"], "low": low, "high": high, "avg_cost": row["avg_cost"],
                "avg_value": row["avg_value"], "roi_ratio": row["roi_ratio"],
            })
        })
        .collect();
    let key = |row: &Value| (text(&row["playbook_id"]), text(&row["segment"]));
    let roi = |row: &Value| row["roi_ratio"].as_f64().unwrap_or(f64::NEG_INFINITY);
    all.sort_by(|a, b| roi(b).total_cmp(&roi(a)).then_with(|| key(a).cmp(&key(b))));
    all
}

fn under_review(log: &[Value]) -> Vec<Value> {
    let review = |row: &Value| {
        let mut reasons = Vec::new();
        if row["success_rate"].as_f64().is_some_and(|rate| rate < 0.5) {
            reasons.push("success_rate");
        }
        // As matching reads it: where none is measured, or 0, value ÷ cost.
        let number = |field: &str| row[field].as_f64().filter(|number| *number != 0.0);
        let computed = || Some(number("avg_value")? / number("avg_cost")?);
        let roi = number("roi_ratio").or_else(computed).or(row["roi_ratio"].as_f64());
        if roi.is_some_and(|roi| roi < 15.0) {
            reasons.push("roi_ratio");
        }
        let row = json!({
            "playbook_id": row["playbook_id"], "segment": segment_of(row), "reasons": reasons,
        });
        (!reasons.is_empty()).then_some(row)
    };
    log.iter().filter_map(review).collect()
}

/// The 95% interval of a rate, by Wilson's formula.
fn wilson(rate: f64, runs: f64) -> Option<(f64, f64)> {
    let z = 1.959_963_984_540_054_f64;
    let middle = (rate + z * z / (2.0 * runs)) / (1.0 + z * z / runs);
    let half = z / (1.0 + z * z / runs)
        * (rate * (1.0 - rate) / runs + z * z / (4.0 * runs * runs)).sqrt();
    (runs > 0.0).then(|| ((middle - half).max(0.0), (middle + half).min(1.0)))
}

fn kpis(performance: &HashMap<(String, String), &Value>, outcomes: &[Value]) -> Value {
    let (mut runs, mut successes) = (0.0, 0.0);
    let ids: HashSet<&String> = performance.keys().map(|(id, _)| id).collect();
    for id in ids {
        let of = |row: &Value| Some((row["runs"].as_f64()?, row["success_rate"].as_f64()?));
        let (mut n, mut k) = (0.0, 0.0);
        for ((_, segment), row) in performance.iter().filter(|((of, _), _)| of == id) {
            if let Some((of_row, rate)) =
                of(row).filter(|_| segment != "All" && !row["segment"].is_null())
            {
                n += of_row;
                k += of_row * rate;
            }
        }
        let all = performance.get(&(id.clone(), "All".to_owned())).and_then(|row| of(row));
        let (of_all, rate) = all.unwrap_or_default();
        let rest = f64::max(0.0, of_all - n);
        runs += n + rest;
        successes += k + (of_all * rate - k).clamp(0.0, rest);
    }
    let overridden = outcomes.iter().filter(|row| row["human_override"] == true).count();
    let days: Vec<f64> =
        outcomes.iter().filter_map(|row| row["resolution_time_days"].as_f64()).collect();
    let share = |n: f64, of: f64| (of > 0.0).then(|| n / of);
    let rate = |name: &str, rate: Option<f64>, count: f64, target: f64, good: bool| {
        let (low, high) = rate.and_then(|rate| wilson(rate, count)).unzip();
        let unclear = low.zip(high).is_some_and(|(low, high)| low < target && target < high);
        let status = match rate {
            None => Value::Null,
            Some(_) if unclear => json!("inconclusive"),
            Some(_) if good => json!("on_track"),
            Some(_) => json!("at_risk"),
        };
        json!({"name": name, "actual": rate, "low": low, "high": high, "count": count, "target": target, "status": status})
    };
    let success = share(successes, runs);
    let overrides = share(overridden as f64, outcomes.len() as f64);
    let mean = share(days.iter().sum(), days.len() as f64);
    let status = |good: bool| if good { "on_track" } else { "at_risk" };
    json!([
        rate("success_rate", success, runs, 0.6, success.is_some_and(|x| x >= 0.6)),
        rate("override_rate", overrides, outcomes.len() as f64, 0.2, overrides.is_some_and(|x| x <= 0.2)),
        {"name": "resolution_days", "actual": mean, "low": null, "high": null, "count": days.len(), "target": 5, "status": mean.map(|x| status(x <= 5.0))},
    ])
}

fn trend(mut snapshots: Vec<Value>) -> Value {
    snapshots.sort_by_key(|row| text(&row["generated_at"]));
    let fields = [
        "snapshot_id",
        "total_customers",
        "customers_at_high_risk",
        "revenue_at_risk",
        "top_leaking_stage",
        "generated_at",
    ];
    let shown: Vec<Value> = snapshots
        .iter()
        .map(|row| fields.iter().map(|f| ((*f).to_owned(), row[f].clone())).collect())
        .collect();
    let (Some(first), Some(last)) = (snapshots.first(), snapshots.last()) else {
        return json!({"direction": null, "high_risk_change": null, "revenue_change": null, "snapshots": []});
    };
    let change = |field: &str| {
        let (was, is) = (first[field].as_f64().unwrap(), last[field].as_f64().unwrap());
        (is - was) / was
    };
    let changes = [change("customers_at_high_risk"), change("revenue_at_risk")];
    let (fell, rose) = (changes.iter().any(|c| *c <= -0.05), changes.iter().any(|c| *c >= 0.05));
    let direction = match (fell, rose) {
        (true, false) => "improving",
        (false, true) => "declining",
        _ => "stable",
    };
    json!({
        "direction": direction, "high_risk_change": changes[0], "revenue_change": changes[1],
        "snapshots": shown,
    })
}

/// Dollars as people read them.
pub fn money(amount: f64) -> String {
    let whole_dollars = amount.abs() >= 1_000.0;
    let shown = if whole_dollars { amount.abs().round() } else { amount.abs() };
    let text = format!("{shown:.2}");
    let (whole, cents) = text.split_once('.').unwrap();
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let cents = if cents == "00" { String::new() } else { format!(".{cents}") };
    format!("{}${grouped}{cents}", if amount < 0.0 { "-" } else { "" })
}
