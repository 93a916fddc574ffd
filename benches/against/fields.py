"""The fields of a recommendation, in the order in which all programs write them."""

FIELDS = [
    "customer_id",
    "segment",
    "journey_stage",
    "playbook_id",
    "playbook_name",
    "recommended_action",
    "confidence",
    "expected_cost",
    "expected_value",
    "requires_human_approval",
    "risk_score",
    "account_value",
]
