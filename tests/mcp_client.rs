//! A session with the official client of the protocol, the Python package `mcp`.

use crate::common;

use std::process::Command;

use common::{Data, Ran};

/// True where the package is there. Where it has to be (`NEXTPLAY_REQUIRE` names it), its absence fails.
fn has_client() -> bool {
    let tried = Command::new("python3").args(["-c", "import mcp"]).output();
    let found = tried.is_ok_and(|output| output.status.success());
    let required = std::env::var("NEXTPLAY_REQUIRE").unwrap_or_default();
    assert!(found || !required.split(' ').any(|name| name == "mcp"), "mcp is required");
    if !found {
        eprintln!("SKIPPED: the Python package mcp is not installed");
    }
    found
}

#[test]
fn the_official_client_lists_proposes_claims_and_finds_no_way_to_approve() {
    if !has_client() {
        return;
    }
    let policy = "[agents]\nmay_hand_off = true\nmay_report = true\n[hand_off]\nby = [\"bot\"]\n\
                  [[approver]]\nname = \"dana\"\n";
    let data = Data::good().with("nextplay.toml", policy);
    let program = common::program();
    let mut client = Command::new("python3");
    client.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mcp_client.py"));
    client.arg(program.get_program()).arg(data.path(""));
    client.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    client.env_remove("NEXTPLAY_DATA");
    Ran::of(client.output().unwrap()).ends(0).prints(&["done"]);
    data.run(&["verify"]).ends(0);
}
