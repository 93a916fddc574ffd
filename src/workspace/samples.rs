//! A data directory for tests.

use std::fs;

use tempfile::TempDir;

/// `C1` needs an approval for `P1`, `C2` and `C3` are cleared to run `P2`.
pub(super) fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write(
        "customers.json",
        r#"[{"customer_id":"C1","account_value":100},{"customer_id":"C2","account_value":100},
            {"customer_id":"C3","account_value":100}]"#,
    );
    write(
        "journey_state_log.json",
        r#"[{"customer_id":"C1","journey_stage":"a"},{"customer_id":"C2","journey_stage":"b"},
            {"customer_id":"C3","journey_stage":"b"}]"#,
    );
    write(
        "journey_playbooks.json",
        r#"[{"playbook_id":"P1","journey_stage":"a","eligible_segments":["All"],
             "approval_required":true,"avg_cost_estimate":50,"status":"active"},
            {"playbook_id":"P2","journey_stage":"b","eligible_segments":["All"],
             "approval_required":false,"avg_cost_estimate":50,"status":"active"}]"#,
    );
    let risk = |id: &str| format!(r#"{{"customer_id":"{id}","fused_risk_score":0.8}}"#);
    let risks = ["C1", "C2", "C3"].map(risk).join(",");
    write("fused_signals.json", &format!("[{risks}]"));
    directory
}
