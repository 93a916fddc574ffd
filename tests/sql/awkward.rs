//! Directories of data that are right and awkward: near bounds, at the ends of what a number holds, with
//! texts that look alike, ids that come twice, and any policy that bears on recommendations.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use nextplay::domain::Policy;
use nextplay::intake::Keep;
use nextplay::intake::load::Reread;
use nextplay::intake::policy;
use nextplay::matching::{Matching, Staircase};
use nextplay::workspace::{Options, Workspace};
use serde_json::{Map, Value, json};

/// Numbers that look random and come again.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// SplitMix64.
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
}

const STAGES: [&str; 12] = [
    "support",
    "support",
    "support",
    "engagement",
    "",
    "Support",
    "support ",
    "O'Hara \\ \"x\"",
    "ligne\nnouvelle\t",
    "\u{1b}[31mred",
    "日本 👍",
    "\\n",
];
const SEGMENTS: [&str; 13] = [
    "SMB",
    "SMB",
    "Enterprise",
    "Enterprise",
    "Mid-Market",
    "All",
    "",
    "smb",
    "SMB ",
    "it''s",
    "a\\'b",
    "x\u{202e}y\u{85}",
    "Ł👩‍💻",
];
const RISKS: [f64; 18] = [
    0.0,
    -0.0,
    0.3,
    0.29999999999999993,
    0.30000000000000004,
    0.5,
    0.49999999999999994,
    0.6,
    0.7,
    0.8,
    1.0,
    1.7,
    -0.4,
    64.0,
    5e-324,
    1e300,
    -1e300,
    2.2250738585072014e-308,
];
const VALUES: [f64; 14] = [
    0.0,
    -0.0,
    99.995,
    99.99499999999999,
    100.0,
    1e5,
    99_999.996,
    99_999.994,
    -5.0,
    0.1,
    1e22,
    1.8e306,
    f64::MAX,
    5e-324,
];

/// A directory: the rows of the tables that the statement reads, in file order, and the other files.
#[derive(Debug)]
pub struct Directory {
    pub customers: Vec<Map<String, Value>>,
    pub states: Vec<Map<String, Value>>,
    pub fused: Vec<Map<String, Value>>,
    pub forecasts: Vec<Map<String, Value>>,
    pub playbooks: Vec<Value>,
    pub performance: Vec<Value>,
    pub policy: String,
}

/// A directory as the program matches it, and what the statement is made from.
#[derive(Debug)]
pub struct Matched {
    pub matching: Arc<Matching>,
    pub staircase: Staircase,
}

impl Directory {
    /// A directory of about so many customers.
    pub fn random(dice: &mut Dice, customers: usize) -> Self {
        let policy = random_policy(dice);
        let read = policy::parse(&policy).unwrap();
        // Few stages a directory, so that playbooks and customers meet.
        let stages: Vec<&str> = (0..1 + dice.below(3)).map(|_| *dice.of(&STAGES)).collect();
        let count = dice.below(16);
        let playbooks: Vec<Value> = (0..count).map(|n| playbook(dice, n, &stages)).collect();
        let performance: Vec<Value> = (0..dice.below(14)).map(|_| performance(dice)).collect();
        let bounds: Vec<f64> = playbooks
            .iter()
            .filter_map(|playbook| playbook["risk_threshold"].as_f64())
            .chain([read.confidence_threshold - read.confidence_margin])
            .flat_map(|bound| [bound.next_down(), bound, bound.next_up()])
            .collect();
        let ids: Vec<Value> = (0..customers).map(|n| id(dice, n)).collect();
        let rows = |dice: &mut Dice, most: usize, fields: &[Field]| {
            let count = if most == 0 { 0 } else { most + dice.below(most) };
            let row = |_| row(dice, &ids, &bounds, fields);
            (0..count).map(row).collect::<Vec<_>>()
        };
        // Now and then a file is empty.
        let some = |dice: &mut Dice| if dice.one_in(9) { 0 } else { customers };
        Self {
            customers: rows(
                dice,
                customers,
                &[Field::Text("segment", &SEGMENTS), Field::Value("account_value")],
            ),
            states: {
                let most = some(dice);
                rows(dice, most, &[Field::Text("journey_stage", &stages)])
            },
            fused: {
                let most = some(dice);
                rows(dice, most, &[Field::Risk("fused_risk_score")])
            },
            forecasts: {
                let most = some(dice);
                rows(dice, most, &[Field::Risk("churn_probability")])
            },
            playbooks,
            performance,
            policy,
        }
    }

    /// The tables by their names.
    pub fn tables(&self) -> [(&'static str, &[Map<String, Value>]); 4] {
        [
            ("customers", &self.customers),
            ("journey_state_log", &self.states),
            ("fused_signals", &self.fused),
            ("journey_forecasts", &self.forecasts),
        ]
    }

    pub fn write(&self, directory: &Path) {
        let write = |name: &str, text: String| fs::write(directory.join(name), text).unwrap();
        for (name, rows) in self.tables() {
            write(&format!("{name}.json"), serde_json::to_string(rows).unwrap());
        }
        write("journey_playbooks.json", serde_json::to_string(&self.playbooks).unwrap());
        write("playbook_performance_log.json", serde_json::to_string(&self.performance).unwrap());
        write("nextplay.toml", self.policy.clone());
    }

    /// What the program makes of it; `None` where it takes a file for a bad one, as too many rows are.
    pub fn matched(&self) -> Option<Matched> {
        let directory = tempfile::tempdir().unwrap();
        self.write(directory.path());
        let mut workspace =
            Workspace::for_matching(directory.path(), Options::default(), Keep::Recommended);
        let snapshot = workspace.refresh(Reread::All);
        if !snapshot.problems.is_empty() {
            return None;
        }
        let policy: &Arc<Policy> = snapshot.matching.policy();
        let mut loader = nextplay::intake::Loader::new(directory.path());
        loader.set_out_of_range(policy.data.out_of_range);
        // Without a customer, as `sql` reads it.
        let strategy = loader.load_strategy();
        assert_eq!(strategy.problems, []);
        let staircase = Staircase::new(&strategy.dataset, policy);
        Some(Matched { matching: Arc::clone(&snapshot.matching), staircase })
    }

    /// The only row of each customer that a view would have: the last one of each table, of those within
    /// their range where others are skipped.
    pub fn view(&self) -> Vec<Map<String, Value>> {
        let skips = self.policy.contains("\"skip\"");
        let in_range = |row: &&Map<String, Value>| {
            let holds = |(name, value): (&String, &Value)| {
                let Some(number) = value.as_f64() else { return true };
                match &**name {
                    "account_value" => number >= 0.0,
                    _ => (0.0..=1.0).contains(&number),
                }
            };
            !skips || row.iter().all(holds)
        };
        let last = |rows: &[Map<String, Value>], id: &Value| -> Map<String, Value> {
            let own = || rows.iter().filter(|row| row.get("customer_id") == Some(id));
            own().rfind(in_range).or_else(|| own().next_back()).cloned().unwrap_or_default()
        };
        let mut seen = std::collections::HashSet::new();
        let mut view = Vec::new();
        for row in &self.customers {
            let id = row.get("customer_id").cloned().unwrap_or(Value::Null);
            if id.is_null() || !seen.insert(id.to_string()) {
                continue;
            }
            let mut joined = last(&self.customers, &id);
            for rows in [&self.states, &self.fused, &self.forecasts] {
                joined.extend(last(rows, &id));
            }
            joined.insert("customer_id".into(), id);
            view.push(joined);
        }
        // Nobody's, as a view may have them.
        view.push(Map::from_iter([("fused_risk_score".to_owned(), json!(0.9))]));
        view
    }
}

enum Field<'a> {
    Text(&'a str, &'a [&'a str]),
    Risk(&'a str),
    Value(&'a str),
}

fn row(dice: &mut Dice, ids: &[Value], bounds: &[f64], fields: &[Field]) -> Map<String, Value> {
    let mut row = Map::new();
    let id = match dice.below(30) {
        0 => json!("nobody"),
        1 => Value::Null,
        2 => json!(""),
        _ => dice.of(ids).clone(),
    };
    row.insert("customer_id".into(), id);
    for field in fields {
        let (name, value) = match field {
            Field::Text(name, texts) => (name, json!(dice.of(texts))),
            Field::Value(name) if dice.one_in(3) => (name, json!(dice.share() * 2e5)),
            Field::Value(name) => (name, json!(dice.of(&VALUES))),
            Field::Risk(name) => {
                let risk = match dice.below(4) {
                    0 => *dice.of(&RISKS),
                    1 => *dice.of(bounds),
                    2 => (dice.share() * 1000.0).round() / 1000.0,
                    _ => dice.share().sqrt(),
                };
                (name, json!(risk))
            }
        };
        match dice.below(16) {
            0 => {
                row.insert((*name).to_owned(), Value::Null);
            }
            1 => {}
            _ => {
                row.insert((*name).to_owned(), value);
            }
        }
    }
    row
}

fn id(dice: &mut Dice, n: usize) -> Value {
    match dice.below(12) {
        0 => json!(format!("C'{n}\\")),
        1 => json!(format!("c{n} ")),
        2 => json!(format!("Ł👍{n}\n")),
        _ => json!(format!("C{n}")),
    }
}

fn playbook(dice: &mut Dice, n: usize, stages: &[&str]) -> Value {
    let id = match dice.below(12) {
        // One that comes twice; one whose row is skipped.
        0 => "P0".to_owned(),
        1 => return json!({"playbook_id": format!("P{n}"), "risk_threshold": "high"}),
        2 => format!("P'{n}\" \\"),
        _ => format!("P{n}"),
    };
    let mut playbook = json!({
        "playbook_id": id,
        "name": dice.of(&["Call", "O'Hara \\", "", "line\nbreak, \"q\"", "null", "\u{9b}x", "👍"]),
        "eligible_segments": segments(dice),
        "risk_threshold": dice.of(&[0.3, 0.3, 0.5, 0.6, 0.1 + 0.2, 0.7, 0.0, -0.2, 1.2, 0.55]),
        "default_actions": dice.of(&[json!(["call", "mail"]), json!([]), json!(null), json!(["a'b"])]),
        "approval_required": dice.of(&[json!(true), json!(false), json!(null)]),
        "avg_cost_estimate": dice.of(&[0.0, 30.0, 9.995, 1.0 / 3.0, 100.0, 99.996, 1e300]),
        "expected_value_range": dice.of(&[
            json!([100, 900]), json!([0.1, 0.2, 0.3]), json!([]), json!(null), json!([-0.0]),
            json!([f64::MAX, f64::MAX]), json!([1e16, 1.0]), json!([-50, 10]),
        ]),
        "status": dice.of(&["active", "active", "active", "active", "active", "active", "retired", "Active"]),
    });
    let fields = playbook.as_object_mut().unwrap();
    if !dice.one_in(8) {
        fields.insert("journey_stage".into(), json!(dice.of(stages)));
    }
    for name in ["name", "avg_cost_estimate", "risk_threshold"] {
        if dice.one_in(10) {
            fields.remove(name);
        }
    }
    playbook
}

fn segments(dice: &mut Dice) -> Value {
    if !dice.one_in(3) {
        return json!(["All"]);
    }
    json!((0..1 + dice.below(4)).map(|_| *dice.of(&SEGMENTS)).collect::<Vec<_>>())
}

fn performance(dice: &mut Dice) -> Value {
    let mut row = json!({
        "playbook_id": format!("P{}", dice.below(8)),
        "segment": dice.of(&SEGMENTS),
        "runs": dice.of(&[0, 3, 4, 5, 50]),
        "success_rate": dice.of(&[0.5, 0.64, 1.5]),
        "avg_cost": dice.of(&[0.0, 29.0, 100.0, 0.1, 1e-300, -3.0]),
        "avg_value": dice.of(&[0.0, 890.0, 0.30000000000000004, 1e300]),
        "roi_ratio": dice.of(&[0.0, 30.7, 8.9, -1.0, 30.7]),
    });
    let fields = row.as_object_mut().unwrap();
    for name in ["segment", "runs", "avg_cost", "avg_value", "roi_ratio"] {
        match dice.below(8) {
            0 => {
                fields.remove(name);
            }
            1 => {
                fields.insert(name.into(), Value::Null);
            }
            _ => {}
        }
    }
    row
}

fn random_policy(dice: &mut Dice) -> String {
    let mut policy = format!(
        "[matching]\nconfidence_threshold = {:?}\nconfidence_margin = {:?}\nranking = {:?}\n[approval]\n",
        dice.of(&[0.5, 0.5, 0.0, 0.3, 0.75, 1.0, 0.1 + 0.2]),
        dice.of(&[0.2, 0.2, 0.0, 0.05, 1.0, 1.0 / 3.0]),
        dice.of(&["roi", "net_value"]),
    );
    let limits: [(&str, &[f64]); 3] = [
        ("required_at_account_value", &[100.0, 1e5, 0.0, 1e22]),
        ("required_at_cost", &[10.0, 100.0, 0.0]),
        ("required_below_runs", &[4.0, 0.0, 51.0]),
    ];
    for (name, values) in limits {
        if dice.one_in(2) {
            policy.push_str(&format!("{name} = {:?}\n", dice.of(values)));
        }
    }
    if dice.one_in(4) {
        policy.push_str("[data]\nout_of_range = \"skip\"\n");
    }
    policy
}
