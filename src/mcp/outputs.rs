//! The shapes of what the tools return: the JSON of the commands.

use super::shape::Kind::{self, Anything, Flag, List, Number, Object, Text, Untrusted, Whole};
use super::shape::{Member, member};

/// A list of objects under `items`.
macro_rules! items {
    ($members:expr) => {
        Object(&[member("items", List(&Object($members)))])
    };
}

/// Joins lists of members.
const fn join<const N: usize>(parts: &[&[Member]]) -> [Member; N] {
    let mut all = [member("", Kind::Text); N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut of_part = 0;
        while of_part < parts[part].len() {
            all[at] = parts[part][of_part];
            (of_part, at) = (of_part + 1, at + 1);
        }
        part += 1;
    }
    assert!(at == N, "the number of members is the sum of the parts");
    all
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
pub const CUSTOMERS: Kind = items!(&join::<18>(&[RECOMMENDATION, ABOUT_CUSTOMER]));

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
            member("approvals", List(&Untrusted)),
            member("needed", Whole),
        ]),
    )
    .if_any(),
    member("uncounted", UNCOUNTED).if_any(),
];

/// As `queue`.
pub const QUEUE: Kind = items!(&join::<25>(&[RECOMMENDATION, OF_QUEUE]));

/// As `export`, with the hash of the basis that a claim names.
pub const CLEARED: Kind = items!(&[
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
    member("basis", Text),
]);

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
    member("plays", List(&Object(RECOMMENDATION))),
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

/// As `report`.
pub const REPORT: Kind = Object(&[
    member("generated_at", Text),
    member("customers", Whole),
    member("customers_at_high_risk", Whole),
    member("revenue_at_risk", Number),
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
    member("why", List(&Untrusted)),
    member("caution", List(&Object(&[member("kind", Text), member("text", Untrusted)]))),
    member("or", List(&Object(PLAY))),
]);

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
    member("stability", Text).or_null(),
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
            member(
                "failed",
                List(&Object(&[
                    member("gate", Text),
                    member("found", Anything).or_null(),
                    member("needs", Anything).or_null(),
                ])),
            ),
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
    member("card", CARD),
    member("near_misses", List(&Untrusted)),
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
