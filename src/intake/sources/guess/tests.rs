use std::fs;

use proptest::prelude::*;

use super::read::look;
use super::write::text;
use super::*;
use crate::domain::text::is_control;
use crate::intake::sources::sources_file::parse;

/// The guess of these files.
fn of(files: &[(&str, &str)]) -> Guess {
    let dir = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(dir.path().join(name), text).unwrap());
    let found = look(dir.path(), &[]);
    guess(&found.samples, &found.present, &found.own)
}

/// The lines of the sources file that are no comments, and those of choices.
fn lines(guess: &Guess) -> Vec<String> {
    let text = text(guess);
    assert!(parse(&text).is_ok(), "{:?}\n{text}", parse(&text));
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines.filter(|line| *line != "#").map(str::to_owned).collect()
}

#[test]
fn a_hubspot_export_becomes_three_tables() {
    let guess = of(&[(
        "hubspot-crm-exports-all-companies-2025-02-01.csv",
        "Record ID,Company name,Company owner,Lifecycle Stage,Tier,ARR,Renewal Date,Health Score\n\
         101,Acme,Dana Wu,Onboarding,Tier 1,\"$120,000.00\",01/31/2026,35\n\
         102,Birch,Sam Hill,Adoption,Tier 3,\"$4,200.00\",06/15/2026,90\n\
         103,Cobalt,Dana Wu,Onboarding,Tier 2,\"$38,000.00\",03/02/2026,10\n",
    )]);
    assert_eq!(
        lines(&guess),
        [
            "[customers]",
            "file = \"hubspot-crm-exports-all-companies*.csv\"",
            "[customers.columns]",
            "customer_id = \"Record ID\"",
            "name = \"Company name\"",
            "segment = { column = \"Tier\", values = { \"Tier 1\" = \"Enterprise\", \"Tier 3\" = \"SMB\", \"Tier 2\" = \"Mid-Market\" } }",
            "account_value = { column = \"ARR\", number = \"us\" }",
            "owner = \"Company owner\"",
            "renewal_date = { column = \"Renewal Date\", date = \"%m/%d/%Y\" }",
            "[journey_state_log]",
            "file = \"hubspot-crm-exports-all-companies*.csv\"",
            "[journey_state_log.columns]",
            "customer_id = \"Record ID\"",
            "journey_stage = { column = \"Lifecycle Stage\", values = { \"Onboarding\" = \"onboarding\", \"Adoption\" = \"adoption\" } }",
            "[journey_forecasts]",
            "file = \"hubspot-crm-exports-all-companies*.csv\"",
            "[journey_forecasts.columns]",
            "customer_id = \"Record ID\"",
            "churn_probability = { column = \"Health Score\", from = [0, 100], to = [1, 0] }",
        ]
    );
    let written = text(&guess);
    let said: String =
        written.lines().map(|line| line.trim_start_matches("# ")).collect::<Vec<_>>().join(" ");
    for comment in [
        "is recognized as HubSpot companies: it has \"Record ID\", \"Company name\", \"Company owner\".",
        "A column of HubSpot companies; no value repeats. Examples: \"101\", \"102\", \"103\"",
        "Examples: \"$120,000.00\", \"$4,200.00\", \"$38,000.00\"",
        "a scale from 0 to 100, reversed: higher is better. Examples: \"35\", \"90\", \"10\"",
    ] {
        assert!(said.contains(comment), "{comment:?} is missing in {written}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_left_to_a_person() {
    let guess = of(&[(
        "accounts.csv",
        "Account ID,Account Name,ARR,Renewal Date\nA1,Acme,1.234,03/04/2026\nA2,Birch,5.678,05/06/2026\n",
    )]);
    assert_eq!(
        lines(&guess)[3..],
        [
            "customer_id = \"Account ID\"",
            "name = \"Account Name\"",
            "#account_value = \"ARR\"  # \"1.234\" is 1.234",
            "#account_value = { column = \"ARR\", number = \"eu\" }  # \"1.234\" is 1234",
            "#renewal_date = { column = \"Renewal Date\", date = \"%m/%d/%Y\" }  # \"03/04/2026\" is 2026-03-04",
            "#renewal_date = { column = \"Renewal Date\", date = \"%d/%m/%Y\" }  # \"03/04/2026\" is 2026-04-03",
        ]
    );
    assert!(guess.tables[0].columns[2].is_unsure());
}

#[test]
fn fields_within_objects_are_found() {
    let row = |id: u32, tier: &str| {
        format!(
            r#"{{"id":{id},"name":"N{id}","domain_names":[],"external_id":null,"organization_fields":{{"tier":"{tier}","arr":5,"customer_stage":"renewal"}}}}"#
        )
    };
    // As the API of Zendesk answers: on one line.
    let answer = format!(
        r#"{{"organizations":[{},{}],"next_page":null,"count":2}}"#,
        row(1, "a"),
        row(2, "b")
    );
    let guess = of(&[("organizations.json", &answer)]);
    assert_eq!(
        lines(&guess),
        [
            "[customers]",
            "file = \"organizations.json\"",
            "path = \"organizations\"",
            "[customers.columns]",
            "customer_id = \"id\"",
            "name = \"name\"",
            "segment = \"organization_fields.tier\"",
            "account_value = \"organization_fields.arr\"",
            "[journey_state_log]",
            "file = \"organizations.json\"",
            "path = \"organizations\"",
            "[journey_state_log.columns]",
            "customer_id = \"id\"",
            "journey_stage = \"organization_fields.customer_stage\"",
        ]
    );
    let plan = of(&[(
        "companies.json",
        r#"{"type":"list","data":[{"company_id":"7","name":"A","monthly_spend":5,"session_count":1,"plan":{"id":"1","name":"Growth"}}]}"#,
    )]);
    assert!(lines(&plan).iter().any(|line| line.contains("column = \"plan.name\"")));
}

#[test]
fn rows_under_their_ids_have_these() {
    let rows = r#"{"C1":{"name":"Acme","owner":"dana"},"C2":{"name":"Birch","owner":"sam"}}"#;
    let guess = of(&[("accounts.json", rows)]);
    assert_eq!(lines(&guess)[3], "customer_id = \"customer_id\"");
    assert!(text(&guess).contains("# Its rows stand under their ids"));
}

#[test]
fn reports_of_one_name_with_other_columns_are_other_files() {
    let accounts = "Account ID,Account Name,Account Owner,Segment,ARR\nA1,Acme,dana,SMB,5\n";
    let chances = "Opportunity ID,Opportunity Name,Stage,Amount,Account ID\nO1,Up,Won,5,A1\n";
    let guess = of(&[
        ("report1732980000123.csv", accounts),
        ("report1732980000999.csv", chances),
        ("report1732980000100.csv", accounts),
    ]);
    assert_eq!(lines(&guess)[..2], ["[customers]", "file = \"report1732980000123.csv\""]);
    assert!(
        text(&guess).contains("# CHECK: \"report*.csv\" is the name of files with other columns")
    );
    let alike = of(&[
        ("report1732980000123.csv", accounts),
        ("report1732980000999.csv", &accounts.replace("ARR", "ARR,Tier").replace(",5", ",5,A")),
    ]);
    assert_eq!(lines(&alike)[1], "file = \"report*.csv\"");
}

#[test]
fn files_about_others_are_not_used() {
    let guess = of(&[
        ("accounts.csv", "Account ID,Account Name,CSM,ARR\nA1,Acme,dana,5\nA2,Birch,sam,7\n"),
        ("other.csv", "Account ID,Account Name,CSM\nB1,Acme,dana\nB2,Birch,sam\n"),
        ("health.csv", "Customer ID,Health Score\nX1,5\nX2,90\n"),
    ]);
    let tables: Vec<&str> = guess.tables.iter().map(|table| table.file.as_str()).collect();
    assert_eq!(tables, ["accounts.csv"]);
    let unused: Vec<String> =
        guess.unused.iter().map(|(file, why)| format!("{file}: {why}")).collect();
    assert_eq!(
        unused,
        [
            "health.csv: none of its ids is the id of a customer",
            "other.csv: customers are read from accounts.csv; to use others, name them with --from",
        ]
    );
}

#[test]
fn customers_come_from_the_file_that_says_most_of_them() {
    let guess = of(&[
        ("customers (1).csv", "id,Name,Delinquent,Card ID\nc1,Acme,false,x\nc2,Birch,false,x\n"),
        (
            "subscriptions (1).csv",
            "customer,Customer Name,Plan,Status,Amount,Current Period End (UTC)\n\
             c1,Acme,Growth,active,10.00,2027-01-31 10:10\nc2,Birch,Startup,past_due,5.00,2027-02-28 10:10\n",
        ),
    ]);
    let tables: Vec<&str> = guess.tables.iter().map(|table| table.file.as_str()).collect();
    assert_eq!(tables, ["subscriptions (1).csv"; 2]);
}

#[test]
fn a_german_spreadsheet_is_read() {
    let guess = of(&[(
        "Kunden.csv",
        "Kundennummer;Firma;Betreuer;Jahresumsatz;Vertragsende;Risiko\n\
         00100;Müller;Dana;1.234,50;31.12.2026;45%\n00101;Köhler;Sam;900,00;15.01.2027;5%\n",
    )]);
    assert_eq!(
        lines(&guess)[2..7],
        [
            "[customers.columns]",
            "customer_id = \"Kundennummer\"",
            "name = \"Firma\"",
            "account_value = { column = \"Jahresumsatz\", number = \"eu\" }",
            "owner = \"Betreuer\"",
        ]
    );
}

#[test]
fn the_order_of_columns_means_nothing() {
    let one = of(&[("a.csv", "Customer ID,Name,Owner\n1,Acme,dana\n2,Birch,sam\n")]);
    let other = of(&[("a.csv", "Owner,Customer ID,Name\ndana,1,Acme\nsam,2,Birch\n")]);
    assert_eq!(lines(&one), lines(&other));
    assert_eq!(lines(&of(&[("a.csv", "1,Acme,dana\n2,Birch,sam\n")])), [""; 0]);
}

#[test]
fn an_id_that_comes_again_and_again_is_none_of_a_customer() {
    let guess = of(&[(
        "list.csv",
        "Account ID,Customer No,Customer Name\nX,1,Acme\nX,2,Birch\nX,3,Cobalt\n",
    )]);
    assert_eq!(guess.tables[0].columns[0].column, "Customer No");
    assert!(guess.tables[0].columns[0].why.contains("\"Account ID\" also matches by name"));
}

#[test]
fn files_about_customers_are_joined_by_their_values() {
    let guess = of(&[
        ("crm.csv", "Account ID,Account Name,Account Owner\n001A,Acme,dana\n001B,Birch,sam\n"),
        (
            "support.jsonl",
            "{\"id\":7,\"external_id\":\"001A\",\"organization\":\"Acme\",\"risk_score\":0.4}\n\
             {\"id\":8,\"external_id\":\"001B\",\"organization\":\"Birch\",\"risk_score\":0.9}\n\
             {\"id\":9,\"external_id\":\"001A\",\"organization\":\"Acme\",\"risk_score\":0.5}\n",
        ),
        ("notes.csv", "Note,Author\nhello,dana\n"),
    ]);
    let tables: Vec<(&str, &str)> =
        guess.tables.iter().map(|table| (table.table.stem(), table.file.as_str())).collect();
    assert_eq!(tables, [("customers", "crm.csv"), ("fused_signals", "support.jsonl")]);
    let id = guess.tables[1].column("customer_id").unwrap();
    assert_eq!(id.column, "external_id");
    assert!(id.why.contains("2 of its first 2 values are ids of customers"), "{}", id.why);
    assert_eq!(guess.unused.len(), 1);
}

#[test]
fn known_exports_are_known() {
    for (name, header, row) in [
        (
            "Salesforce accounts",
            "Account ID,Account Name,Account Owner,ARR,Health Score",
            "1,Acme,dana,100,50",
        ),
        (
            "Salesforce opportunities",
            "Opportunity ID,Opportunity Name,Account ID,Account Name,Amount,Close Date,Probability (%)",
            "6,Renew,1,Acme,100,2026-01-31,50",
        ),
        (
            "HubSpot companies",
            "Record ID,Company name,Company owner,Lifecycle Stage",
            "1,Acme,dana,Customer",
        ),
        (
            "HubSpot deals",
            "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Associated Company IDs",
            "9,Renew,Won,100,dana,2026-01-31,1",
        ),
        (
            "Gainsight companies",
            "Company ID,Name,CSM,ARR,Current Score,Lifecycle Stage,Renewal Date",
            "1,Acme,dana,100,50,Adoption,2026-01-31",
        ),
        (
            "Gainsight calls to action",
            "CTA ID,CTA Name,Company ID,Reason,Priority,Due Date",
            "5,Call,1,Low usage,High,2026-01-31",
        ),
        (
            "Zendesk organizations",
            "id,name,domain_names,shared_tickets,external_id",
            "7,Acme,a.com,false,1",
        ),
        (
            "Stripe customers",
            "id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status,Total Spend",
            "cus_1,x,a@a.com,Acme,2025-01-31 10:00,false,pro,active,10",
        ),
        (
            "Stripe subscriptions",
            "id,Customer ID,Customer Email,Plan,Amount,Status,Current Period End (UTC),Canceled At (UTC)",
            "sub_1,cus_1,a@a.com,pro,10.00,active,2026-01-31 10:00,",
        ),
        (
            "Intercom companies",
            "id,company_id,name,plan,monthly_spend,session_count",
            "x,1,Acme,pro,49,3",
        ),
    ] {
        let guess = of(&[("export.csv", &format!("{header}\n{row}\n"))]);
        let table = guess.tables.first().unwrap_or_else(|| panic!("{name}: {guess:?}"));
        assert!(table.why.contains(&format!("is recognized as {name}:")), "{name}: {}", table.why);
        lines(&guess);
    }
}

#[test]
fn our_own_fields_in_a_spreadsheet_are_every_table() {
    let guess = of(&[
        (
            "plays.csv",
            "playbook_id,name,journey_stage,eligible_segments,risk_threshold,default_actions,approval_required,avg_cost_estimate,expected_value_range,status\nP1,Call,support,SMB;Enterprise,0.5,call,yes,10,100;200,active\n",
        ),
        ("customers.csv", "customer_id,name,segment,account_value\nC1,Acme,SMB,100\n"),
        ("journey_state_log.csv", "customer_id,journey_stage\nC1,support\n"),
        (
            "log.csv",
            "playbook_id,segment,runs,success_rate,avg_cost,avg_value,roi_ratio\nP1,SMB,3,60%,1,2,2\n",
        ),
    ]);
    let tables: Vec<&str> = guess.tables.iter().map(|table| table.table.stem()).collect();
    assert_eq!(
        tables,
        ["customers", "journey_playbooks", "journey_state_log", "playbook_performance_log"]
    );
    let lines = lines(&guess);
    for line in [
        "eligible_segments = { column = \"eligible_segments\", split = \";\" }",
        "success_rate = { column = \"success_rate\", number = \"percent\" }",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} is missing in {lines:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a file holds, the sources file can be read and acts on no terminal.
    #[test]
    fn any_values_make_a_sources_file_that_can_be_read(
        values in prop::collection::vec("\\PC{0,12}|[\\x00-\\x1f\\x7f\\u{202e}\\u{e0041}\"\\\\#\\]]{0,6}|(Tier [123])|High", 8),
        name in "[a-z \"#'\\u{202e}]{1,12}",
    ) {
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let rows: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(at, value)| format!("{at},{},{},{}", quote(value), quote(value), quote(value)))
            .collect();
        let header = "Customer ID,Segment,Stage,Health Score";
        let guess = of(&[(&format!("{name}.csv"), &format!("{header}\n{}\n", rows.join("\n")))]);
        let text = text(&guess);
        prop_assert!(parse(&text).is_ok(), "{:?}\n{}", parse(&text), text);
        prop_assert!(!text.chars().any(|c| c != '\n' && is_control(c)), "{text:?}");
    }
}
