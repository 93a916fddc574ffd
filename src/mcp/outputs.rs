//! The shapes of what the tools return: the JSON of the commands.

use super::shape::Kind::{
    self, Anything, Both, Flag, List, Number, Object, Text, Untrusted, Whole,
};
use super::shape::{Member, member};

/// A list of objects under `items`.
macro_rules! items {
    ($members:expr) => {
        Object(&[member("items", List(&Object($members)))])
    };
}

/// A list under `items`, which may be a part of it: where there is more, it says how many in all, and
/// how to go on.
macro_rules! part_of {
    ($item:expr) => {
        Object(&[
            member("items", List(&$item)),
            member("total", Whole).if_any(),
            member("next_cursor", Untrusted).if_any(),
        ])
    };
}

/// The 12 fields; those of the playbook are `null` where there is none.
const RECOMMENDATION: &[Member] = &[
    member("customer_id", Untrusted),
    member("segment", Untrusted),
    member("journey_stage", Untrusted).or_null(),
    member("playbook_id", Untrusted).or_null(),
    member("playbook_name", Untrusted).or_null(),
    member("recommended_action", Untrusted).or_null(),
    member("confidence", Number),
    member("expected_cost", Number).or_null(),
    member("expected_value", Number).or_null(),
    member("requires_human_approval", Flag).or_null(),
    member("risk_score", Number),
    member("account_value", Number),
];

const ABOUT_CUSTOMER: &[Member] = &[
    member("status", Text),
    member("revenue_at_risk", Number),
    member("name", Untrusted).or_null(),
    member("owner", Untrusted).or_null(),
    member("renewal_date", Untrusted).or_null(),
    member("basis", Text).or_null(),
];

/// As `match` has them, with what is needed to know and name the customer.
pub const CUSTOMERS: Kind = part_of!(Both(RECOMMENDATION, ABOUT_CUSTOMER));

const UNCOUNTED: Kind = List(&Object(&[
    member("entry", Text),
    member("kind", Text),
    member("by", Untrusted),
    member("at", Text),
    member("why", Text),
]));

const CHANGES: Kind = List(&Object(&[
    member("field", Text),
    member("was", Anything).or_null(),
    member("now", Anything).or_null(),
]));

const EVIDENCE: Kind = Object(&[
    member("runs", Number),
    member("success_rate", Number).or_null(),
    member("grade", Text),
]);

const PROPOSALS: Kind = List(&Object(&[
    member("entry", Text),
    member("by", Untrusted),
    member("at", Text),
    member("playbook_id", Untrusted),
    member("reason", Untrusted).or_null(),
    member("note", Untrusted).or_null(),
    member("stale", Flag),
]));

/// The gates that a playbook does not pass.
const FAILED: Kind = List(&Object(&[
    member("gate", Text),
    member("found", Anything).or_null(),
    member("needs", Anything).or_null(),
]));

const OF_QUEUE: &[Member] = &[
    member("status", Text),
    member("since", Text).or_null(),
    member("revenue_at_risk", Number),
    member("urgency", Number),
    member("name", Untrusted).or_null(),
    member("owner", Untrusted).or_null(),
    member("renewal_date", Untrusted).or_null(),
    member("approval_reasons", List(&Text)),
    member("approvals", List(&Untrusted)),
    member("basis", Text),
    member("stale", Object(&[member("decision", Text), member("changed", CHANGES)])).if_any(),
    member(
        "chosen",
        Object(&[
            member("playbook_id", Untrusted),
            member("playbook_name", Untrusted).or_null(),
            member("recommended_action", Untrusted),
            member("expected_cost", Number),
            member("expected_value", Number),
            member("requires_human_approval", Flag),
            member("value_source", Text),
            member("cost_source", Text),
            member("roi_source", Text),
            member("roi_ratio", Number).or_null(),
            member("evidence", EVIDENCE),
            member("approval_reasons", List(&Text)).if_any(),
            member("missing", List(&Text)).if_any(),
            member("failed", FAILED).if_any(),
            member("approvals", List(&Untrusted)),
            member("needed", Whole),
        ]),
    )
    .if_any(),
    member("uncounted", UNCOUNTED).if_any(),
    member("proposals", PROPOSALS).if_any(),
    member("over_capacity", Object(&[member("plays", Whole), member("plays_per_week", Whole)]))
        .if_any(),
];

/// As `queue`.
pub const QUEUE: Kind = part_of!(Both(RECOMMENDATION, OF_QUEUE));

/// As `export`, with the hash of the basis that a claim names.
pub const CLEARED: Kind = part_of!(Object(&[
    member("customer_id", Untrusted),
    member("journey_stage", Untrusted).or_null(),
    member("playbook_id", Untrusted),
    member("recommended_action", Untrusted),
    member("confidence", Number),
    member("expected_cost", Number),
    member("expected_value", Number),
    member("requires_human_approval", Flag),
    member("triggered_by_signals", List(&Untrusted)),
    member("generated_at", Untrusted).or_null(),
    member("status", Text),
    member("decision", Text).or_null(),
    member("experiment", EXPERIMENT).if_any(),
    member("basis", Text),
]));

const FINDING: &[Member] = &[
    member("code", Text),
    member("severity", Text),
    member("message", Untrusted),
    member("file", Untrusted).or_null(),
    member("line", Whole).or_null(),
    member("column", Whole).or_null(),
    member("field", Untrusted).or_null(),
    member("playbook_id", Untrusted).or_null(),
    member("customers", Whole).or_null(),
    member("account_value", Number).or_null(),
];

/// As `check`.
pub const FINDINGS: Kind = items!(FINDING);

/// As `plan`.
pub const PLAN: Kind = Object(&[
    member("budget", Number),
    member("spent", Number),
    member("net_value", Number),
    member("bound", Number),
    member("gap", Number),
    member("next_1000", Number),
    member(
        "capacity",
        List(&Object(&[
            member("owner", Untrusted),
            member("plays_per_week", Whole),
            member("plays", Whole),
            member("binds", Flag),
            member("left_out", List(&Untrusted)),
            member("left_out_net_value", Number),
        ])),
    )
    .if_any(),
    member("plays", List(&Object(RECOMMENDATION))),
]);

/// As `learn`.
pub const LEARNED: Kind = Object(&[
    member("prior_runs", Number),
    member("maturity_days", Number),
    member("counted", Whole),
    member(
        "skipped",
        Object(&[
            member("not_joined", Whole),
            member("superseded", Whole),
            member("no_result", Whole),
            member("overridden", Whole),
            member("too_young", Whole),
            member("in_base", Whole),
        ]),
    ),
    member(
        "rows",
        List(&Object(&[
            member("playbook_id", Untrusted),
            member("segment", Untrusted),
            member("runs", Number),
            member("outcomes", Whole),
            member("successes", Number),
            member("raw_rate", Number).or_null(),
            member("low", Number).or_null(),
            member("high", Number).or_null(),
            member("success_rate", Number).or_null(),
            member("avg_value", Number).or_null(),
            member("avg_cost", Number).or_null(),
            member("roi_ratio", Number).or_null(),
        ])),
    ),
]);

/// As `experiment`.
pub const EXPERIMENTS: Kind = items!(&[
    member("id", Text),
    member("planned_outcomes", Whole).or_null(),
    member(
        "arms",
        List(&Object(&[
            member("arm", Text),
            member("share", Number),
            member("assigned", Whole),
            member("outcomes", Whole),
            member("successes", Whole),
            member("rate", Number).or_null(),
            member("low", Number),
            member("high", Number),
        ])),
    ),
    member(
        "differences",
        List(&Object(&[
            member("arm", Text),
            member("against", Text),
            member("difference", Number).or_null(),
            member("low", Number),
            member("high", Number),
        ])),
    ),
    member("srm", Object(&[member("chi2", Number), member("p", Number), member("broken", Flag)]),),
    member(
        "recommendation",
        Object(&[
            member("action", Text),
            member("arm", Text).or_null(),
            member("more_outcomes", Whole).or_null(),
            member("text", Text),
        ]),
    ),
]);

const TOTALS: Kind = Object(&[
    member("recommendations", Whole),
    member("need_approval", Whole),
    member("expected_cost", Number),
    member("expected_value", Number),
    member("net_benefit", Number),
]);

/// As `diff --set`.
pub const COMPARISON: Kind = Object(&[
    member("before", TOTALS),
    member("after", TOTALS),
    member(
        "customers",
        List(&Object(&[
            member("customer_id", Untrusted),
            member("change", Text),
            member("before", Object(RECOMMENDATION)).or_null(),
            member("after", Object(RECOMMENDATION)).or_null(),
        ])),
    ),
]);

const INVESTMENT: Kind = Object(&[
    member("expected_cost", Number),
    member("expected_value", Number),
    member("net_benefit", Number),
    member("roi_percent", Number).or_null(),
]);

/// What was saved against what was expected.
const SAVED: &[Member] = &[
    member("outcomes", Whole),
    member("expected", Number),
    member("saved", Number),
    member("ratio", Number).or_null(),
    member("low", Number).or_null(),
    member("high", Number).or_null(),
];

/// As `report`.
pub const REPORT: Kind = Object(&[
    member("generated_at", Text),
    member("customers", Whole),
    member("customers_at_high_risk", Whole),
    member("revenue_at_risk", Number),
    member("revenue_at_risk_high", Number),
    member("recommendations", Whole),
    member("awaiting_decision", Whole),
    member("verdict", Text),
    member(
        "targets",
        List(&Object(&[
            member("name", Text),
            member("actual", Number),
            member("target", Number).or_null(),
            member("met", Flag).or_null(),
        ])),
    ),
    member("investment", INVESTMENT),
    member("committed", INVESTMENT),
    member(
        "segments",
        List(&Object(&[
            member("segment", Untrusted),
            member("customers", Whole),
            member("recommendations", Whole),
            member("need_approval", Whole),
            member("revenue_at_risk", Number),
            member("level", Text),
        ])),
    ),
    member(
        "stages",
        List(&Object(&[
            member("stage", Untrusted).or_null(),
            member("customers", Whole),
            member("revenue_at_risk", Number),
        ])),
    ),
    member(
        "paths",
        List(&Object(&[
            member("path", List(&Untrusted)),
            member("customers", Whole),
            member("revenue_at_risk", Number),
        ])),
    ),
    member(
        "leaderboard",
        List(&Object(&[
            member("playbook_id", Untrusted),
            member("playbook_name", Untrusted).or_null(),
            member("segment", Untrusted).or_null(),
            member("runs", Number).or_null(),
            member("success_rate", Number).or_null(),
            member("low", Number).or_null(),
            member("high", Number).or_null(),
            member("avg_cost", Number).or_null(),
            member("avg_value", Number).or_null(),
            member("roi_ratio", Number).or_null(),
        ])),
    ),
    member(
        "under_review",
        List(&Object(&[
            member("playbook_id", Untrusted),
            member("segment", Untrusted).or_null(),
            member("reasons", List(&Text)),
        ])),
    ),
    member(
        "kpis",
        List(&Object(&[
            member("name", Text),
            member("actual", Number).or_null(),
            member("low", Number).or_null(),
            member("high", Number).or_null(),
            member("count", Number),
            member("target", Number),
            member("status", Text).or_null(),
        ])),
    ),
    member(
        "trend",
        Object(&[
            member("direction", Text).or_null(),
            member("high_risk_change", Number).or_null(),
            member("revenue_change", Number).or_null(),
            member(
                "snapshots",
                List(&Object(&[
                    member("snapshot_id", Untrusted).or_null(),
                    member("total_customers", Number).or_null(),
                    member("customers_at_high_risk", Number).or_null(),
                    member("revenue_at_risk", Number).or_null(),
                    member("top_leaking_stage", Untrusted).or_null(),
                    member("generated_at", Untrusted).or_null(),
                ])),
            ),
        ]),
    ),
    member(
        "calibration",
        Object(&[
            member("all", Object(SAVED)),
            member("playbooks", List(&Both(&[member("playbook_id", Untrusted)], SAVED))),
            member(
                "churn",
                Object(&[
                    member("horizon_days", Number),
                    member("customers", Whole),
                    member("churned", Whole),
                    member("brier", Number),
                    member("reference", Number),
                ]),
            )
            .or_null(),
        ]),
    ),
    member("statements", List(&Untrusted)),
    member("findings", List(&Object(FINDING))),
]);

const PLAY: &[Member] = &[
    member("playbook_id", Untrusted),
    member("title", Untrusted),
    member("action", Untrusted),
    member("cost", Number).if_any(),
    member("value", Number).if_any(),
    member("net_value", Number).if_any(),
    member("roi", Number).if_any(),
    member("runs", Number).if_any(),
    member("evidence", Text).if_any(),
];

const CARD: Kind = Object(&[
    member(
        "customer",
        Object(&[
            member("customer_id", Untrusted),
            member("name", Untrusted).or_null(),
            member("segment", Untrusted),
            member("owner", Untrusted).or_null(),
            member("account_value", Number).or_null(),
            member("revenue_at_risk", Number).or_null(),
            member("renews_in_days", Whole).or_null(),
        ]),
    ),
    member(
        "do",
        Object(&[
            member("play", Object(PLAY)).or_null(),
            member("status", Text),
            member("state", Untrusted),
            member("why_none", Untrusted).if_any(),
        ]),
    ),
    member("proposed", List(&Untrusted)).if_any(),
    member("why", List(&Untrusted)),
    member("caution", List(&Object(&[member("kind", Text), member("text", Untrusted)]))),
    member("or", List(&Object(PLAY))),
]);

/// The experiment that a customer is in.
const EXPERIMENT: Kind = Object(&[member("id", Text), member("arm", Untrusted)]);

const AMOUNT: Kind = Object(&[member("amount", Number), member("source", Text)]);

/// As `explain`.
pub const EXPLANATION: Kind = Object(&[
    member("customer_id", Untrusted),
    member("segment", Untrusted),
    member("journey_stage", Untrusted).or_null(),
    member("account_value", Number),
    member("risk", Object(&[member("score", Number), member("source", Text)])),
    member(
        "confidence",
        Object(&[member("value", Number), member("threshold", Number), member("passes", Flag)]),
    ),
    member("recommendation", Object(RECOMMENDATION)).or_null(),
    member("experiment", EXPERIMENT).if_any(),
    member("stability", Text).or_null(),
    member("p_best", Number).or_null(),
    member(
        "candidates",
        List(&Object(&[
            member("rank", Whole),
            member("playbook_id", Untrusted),
            member("playbook_name", Untrusted).or_null(),
            member("value", AMOUNT),
            member("cost", AMOUNT),
            member("roi", Object(&[member("ratio", Number).or_null(), member("source", Text)])),
            member("net_value", Number),
            member("requires_human_approval", Flag),
            member(
                "evidence",
                Object(&[
                    member("runs", Number),
                    member("success_rate", Number).or_null(),
                    member("grade", Text),
                    member("low", Number).or_null(),
                    member("high", Number).or_null(),
                ]),
            ),
            member(
                "wins_if",
                List(&Object(&[
                    member("field", Text),
                    member("from", Number).or_null(),
                    member("to", Number).or_null(),
                ])),
            )
            .if_any(),
        ])),
    ),
    member(
        "excluded",
        List(&Object(&[
            member("playbook_id", Untrusted).or_null(),
            member("playbook_name", Untrusted).or_null(),
            member("failed", FAILED),
            member(
                "flip",
                List(&Object(&[
                    member("field", Text),
                    member("from", Anything).or_null(),
                    member("to", Anything).or_null(),
                ])),
            )
            .or_null(),
        ])),
    ),
    member("status", Text),
    member("basis", Text).or_null(),
    member(
        "running",
        Object(&[
            member("playbook_id", Untrusted),
            member("since", Untrusted).or_null(),
            member("entry", Text).if_any(),
            member("intervention_id", Untrusted).if_any(),
        ]),
    )
    .if_any(),
    member("uncounted", UNCOUNTED).if_any(),
    member("proposals", PROPOSALS),
    member("card", CARD),
    member("near_misses", List(&Untrusted)),
]);

/// The line of the ledger.
pub const ENTRY: Kind = Object(&[
    member("seq", Whole),
    member("id", Text),
    member("at", Text),
    member("by", Untrusted),
    member("kind", Text),
    member("customer_id", Untrusted),
    member("playbook_id", Untrusted),
    member("reason", Untrusted).or_null(),
    member("note", Untrusted).or_null(),
    member("until", Text).or_null(),
    member("undoes", Text).or_null(),
    member("after", Text).or_null(),
    member("batch", Text).if_any(),
    member("proposal", Text).if_any(),
    member("basis", Anything),
    member("basis_hash", Text),
    member("sig", Text).if_any(),
    member("prev", Text),
    member("hash", Text),
]);

/// The answer to a claim.
pub const CLAIMED: Kind = Object(&[member(
    "plays",
    List(&Object(&[
        member("customer_id", Untrusted),
        member("basis", Text),
        member("handed_off", Flag),
        member(
            "play",
            Object(&[
                member("intervention_id", Text),
                member("handed_off_at", Text),
                member("playbook_id", Untrusted),
                member("playbook_name", Untrusted).or_null(),
                member("recommended_action", Untrusted),
                member("expected_cost", Number),
                member("expected_value", Number),
            ]),
        )
        .or_null(),
        member("refused", Untrusted).or_null(),
    ])),
)]);

/// A line of `outcomes.reported.jsonl`.
pub const REPORTED: Kind = Object(&[
    member("outcome_id", Text),
    member("intervention_id", Untrusted),
    member("customer_id", Untrusted),
    member("playbook_id", Untrusted),
    member("outcome", Untrusted),
    member("playbook_success", Flag).or_null(),
    member("resolution_time_days", Number).or_null(),
    member("estimated_revenue_saved", Number).or_null(),
    member("human_override", Flag).or_null(),
    member("measured_at", Text),
    member("reported_by", Untrusted),
    member("reported_at", Text),
]);

/// As `playbooks`.
pub const PLAYBOOKS: Kind = items!(&[
    member("playbook_id", Untrusted),
    member("playbook_name", Untrusted).or_null(),
    member("journey_stage", Untrusted).or_null(),
    member("eligible_segments", List(&Untrusted)),
    member("risk_threshold", Number),
    member("status", Untrusted).or_null(),
    member("approval_required", Flag),
    member("eligible", Whole),
    member("recommended", Whole),
    member("outranked", Whole),
    member("blocked", Whole),
    member("expected_cost", Number),
    member("expected_value", Number),
    member("net_value", Number),
    member("roi", Number).or_null(),
]);

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::approval::Request;
    use crate::domain::DecisionKind;
    use crate::intake::load::Reread;
    use crate::mcp::engine::View;
    use crate::mcp::read;
    use crate::mcp::resources::RESOURCES;
    use crate::mcp::tools::{Call, TOOLS};
    use crate::workspace::{DecisionRequest, Options, Workspace};

    fn fits(what: &str, shape: &Kind, text: &[u8]) -> Value {
        let value: Value = serde_json::from_slice(text).unwrap();
        let misfits = shape.misfits(&value);
        assert!(misfits.is_empty(), "{what}: {:#?}", &misfits[..misfits.len().min(9)]);
        value
    }

    /// Calls every tool that reads, and reads every resource of JSON.
    fn everything_fits(view: &View) {
        let customers = fits("customers", &CUSTOMERS, &read::customers(view).unwrap());
        let ids: Vec<&Value> =
            customers["items"].as_array().unwrap().iter().map(|c| &c["customer_id"]).collect();
        for tool in TOOLS {
            let Call::Read(call) = &tool.call else { continue };
            let inputs = match tool.name {
                "explain_customer" => ids.iter().map(|id| json!({ "customer_id": id })).collect(),
                "what_if" => vec![json!({ "set": ["matching.confidence_threshold=0.9"] })],
                "plan" => vec![json!({ "budget": 1000 })],
                _ => vec![json!({})],
            };
            for input in inputs {
                let text = call(view, input.as_object().cloned()).unwrap();
                fits(tool.name, &tool.output, &text);
            }
        }
        for resource in RESOURCES.iter().filter(|resource| resource.mime_type == "application/json")
        {
            fits(resource.uri, &resource.shape, &(resource.read)(view).unwrap());
        }
    }

    #[test]
    fn every_result_has_the_shape_of_its_table_row() {
        let directory = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir("sample_data").unwrap().flatten() {
            std::fs::copy(file.path(), directory.path().join(file.file_name())).unwrap();
        }
        let path = |name: &str| directory.path().join(name);
        let mut workspace = Workspace::new(directory.path(), Options::default());
        everything_fits(&View::of(workspace.refresh(Reread::Changed), "dana"));
        // What is only there where people decided: a stale decision, a choice that needs another
        // approver, an approval that does not count, a proposal, a play that runs.
        let decide = |workspace: &mut Workspace, kind, customer: &str, by: &str, playbook: &str| {
            let playbook_id = (!playbook.is_empty()).then(|| playbook.into());
            let request = Request { playbook_id, ..Request::new(kind, customer, by) };
            let request = match kind {
                DecisionKind::Approve => request,
                _ => {
                    Request { reason: Some("other".into()), note: Some("a note".into()), ..request }
                }
            };
            let decided = workspace.decide_each(&[DecisionRequest::Decide(request)]).unwrap();
            decided.each[0].as_ref().unwrap().entry.basis.line().unwrap()
        };
        workspace.hand_off("dana", |_| Ok(())).unwrap();
        let view = View::of(workspace.refresh(Reread::Changed), "dana");
        let waiting = view.snapshot.waiting();
        let id =
            |place: usize| view.snapshot.matching.customer(waiting[place]).unwrap().id().to_owned();
        assert_eq!(id(0), "C006");
        decide(&mut workspace, DecisionKind::Approve, "C006", "dana", "");
        decide(&mut workspace, DecisionKind::Override, &id(1), "dana", "PB_ONB_002");
        decide(&mut workspace, DecisionKind::Approve, &id(2), "eve", "");
        decide(&mut workspace, DecisionKind::Approve, &id(4), "dana", "");
        let line = decide(&mut workspace, DecisionKind::Propose, &id(3), "agent", "PB_ONB_002");
        fits("propose", &ENTRY, &line);
        let policy = std::fs::read_to_string(path("nextplay.toml")).unwrap();
        let policy = policy.replace("[hand_off]\n", "[hand_off]\nby = [\"agent\"]\n");
        let agents = policy.replace("#may_", "may_");
        std::fs::write(path("nextplay.toml"), agents).unwrap();
        let snapshot = workspace.refresh(Reread::All);
        let cleared = snapshot.cleared().unwrap().into_iter();
        let cleared: Vec<_> = cleared.filter_map(|n| snapshot.cleared_play(n)).collect();
        let claim = |play: &crate::workspace::claim::ClearedPlay| crate::workspace::PlayClaim {
            customer_id: play.play.customer_id.to_string(),
            basis: play.basis.clone(),
        };
        let nobody = crate::workspace::PlayClaim { customer_id: "C0".into(), basis: String::new() };
        let last = cleared.iter().find(|play| play.play.customer_id == id(4).as_str()).unwrap();
        let plays = [claim(last), nobody];
        let claimed = workspace.claim_plays("agent", &plays, "key").unwrap();
        fits("claim_plays", &CLAIMED, crate::domain::json::line(&claimed).as_bytes());
        let report = crate::workspace::outcomes::OutcomeReport {
            intervention_id: claimed.plays[0].play.as_ref().unwrap().intervention_id.clone(),
            outcome: "resolved".into(),
            ..Default::default()
        };
        let reported = workspace.report_outcome("agent", &report).unwrap();
        fits("report_outcome", &REPORTED, crate::domain::json::line(&reported).as_bytes());
        let people = "\n[[approver]]\nname = \"dana\"\n[[approver]]\nname = \"max\"\n";
        let more = "two_approvers_at_account_value = 1\n";
        let policy = policy.replace("[approval]\n", &format!("[approval]\n{more}"));
        std::fs::write(path("nextplay.toml"), policy + people).unwrap();
        let signals = std::fs::read_to_string(path("fused_signals.json")).unwrap();
        std::fs::write(path("fused_signals.json"), signals.replace("0.8333", "0.9")).unwrap();
        let view = View::of(workspace.refresh(Reread::All), "dana");
        everything_fits(&view);
        let told = |answer: read::Answer| String::from_utf8(answer.unwrap()).unwrap();
        let explain = |number: usize| {
            let customer = view.snapshot.matching.customer(number).unwrap();
            let customer_id = customer.id().to_owned();
            told(read::explain_customer(&view, crate::mcp::inputs::OfCustomer { customer_id }))
        };
        let told = told(read::list_queue(&view, Default::default()))
            + &(0..view.snapshot.len()).map(explain).collect::<String>();
        for member in ["uncounted\":[{", "proposals\":[{", "stale\":{", "chosen\":{", "running\":{"]
        {
            assert!(told.contains(&format!("\"{member}")), "{member} is not tried");
        }
    }
}
