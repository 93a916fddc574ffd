//! A short run of each fuzz target, on the same inputs each time. `PROPTEST_CASES` and
//! `PROPTEST_RNG_SEED` look further; `fuzz/README.md` says how to let them run for long.

#[path = "../fuzz/bodies.rs"]
mod bodies;

use nextplay::intake::DataFile;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// Runs a target on inputs made from seeds: bytes are changed, taken out and doubled, and words put in.
fn run(cases: u32, seeds: &[Vec<u8>], words: &'static [&'static str], body: fn(&[u8])) {
    run_with(cases, seeds, words, &body);
}

fn run_with(cases: u32, seeds: &[Vec<u8>], words: &'static [&'static str], body: &dyn Fn(&[u8])) {
    seeds.iter().for_each(|seed| body(seed));
    let config = Config {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases),
        rng_seed: RngSeed::Fixed(21),
        failure_persistence: None,
        ..Config::default()
    };
    let word = select(words).prop_map(|word| word.as_bytes().to_vec());
    let bytes = prop_oneof![4 => word, 1 => vec(any::<u8>(), 1..6)];
    let edits = vec((0..6_u8, any::<u16>(), 1..40_usize, bytes), 0..8);
    let input = (select(seeds.to_vec()), edits).prop_map(|(seed, edits)| {
        edits
            .into_iter()
            .fold(seed, |bytes, (kind, at, len, new)| edit(&bytes, kind, at, len, &new))
    });
    let result = TestRunner::new(config).run(&input, |input| {
        body(&input);
        Ok::<(), TestCaseError>(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn edit(bytes: &[u8], kind: u8, at: u16, len: usize, new: &[u8]) -> Vec<u8> {
    let at = usize::from(at) * (bytes.len() + 1) / 65_536;
    let (before, after) = bytes.split_at(at);
    let (taken, rest) = after.split_at(len.min(after.len()));
    match kind {
        0 => [before, rest].concat(),
        1 => [before, taken, taken, rest].concat(),
        2 if len < 4 => before.to_vec(),
        3 => [before, new, after.get(new.len()..).unwrap_or_default()].concat(),
        _ => [before, new, after].concat(),
    }
}

const JSON: &[&str] = &[
    "null",
    "true",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "-1",
    "1e999",
    "0.1",
    "99999999999999999999",
    "\"\"",
    "\"C001\"",
    "\u{feff}",
    "\u{202e}",
    "\n",
    "\r\n",
    "\"2026-13-01\"",
    "\"2999-01-01T00:00:00Z\"",
    "{}",
    "[]",
    "[[",
    "\"customer_id\":",
];

/// The first rows of a sample file, as an array and, where it may be, keyed by id.
fn files(file: DataFile) -> Vec<Vec<u8>> {
    let sample = bodies::sample_of(file);
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&sample).unwrap();
    let few: Vec<_> = rows.into_iter().take(5).collect();
    let mut seeds = vec![sample, serde_json::to_vec(&few).unwrap()];
    if let Some(id) = file.keyed_by() {
        let keyed: serde_json::Map<_, _> =
            few.iter().map(|row| (row[id].as_str().unwrap().to_owned(), row.clone())).collect();
        seeds.push(serde_json::to_vec(&keyed).unwrap());
    }
    seeds
}

#[test]
fn data_files() {
    for file in DataFile::ALL {
        run_with(48, &files(file), JSON, &|bytes| bodies::load(file, bytes));
    }
}

#[test]
fn exports() {
    let columns = "[customers.columns]\ncustomer_id = \"ID\"\nname = \"Name\"\n\
        account_value = { column = \"Value\", number = \"us\" }\n\
        segment = { column = \"Tier\", values = { a = \"SMB\" } }\nrenewal_date = \"Renewal\"\n";
    let csv = "ID,Name,Value,Tier,Renewal\nC1,\"Acme, \"\"x\"\"\ny\",\"$1,234.50\",a,1/31/2027\nC2,Zo\u{eb},(5),b,\n";
    let json = r#"[{"ID":"C1","Name":"A","Value":5,"Tier":"a","Renewal":"2027-01-31"},{"ID":2,"Tier":null}]"#;
    let keyed = r#"{"C1":{"Name":"A","Value":"$5","Tier":"a","Renewal":"x"},"C2":{}}"#;
    let split =
        r#"{"columns":["ID","Name","Value","Tier","Renewal"],"data":[["C1","A",5,"a",""]]}"#;
    let by_column =
        r#"{"ID":{"0":"C1"},"Name":{"0":"A"},"Value":{},"Tier":{"0":"a"},"Renewal":{"0":0}}"#;
    let wrapped = format!(r#"{{"n":1,"a":{{"b":{json}}}}}"#);
    let seeds: Vec<Vec<u8>> = [
        ("", csv),
        ("format = \"csv\"\n", &csv.replace(',', ";")),
        ("format = \"jsonl\"\n", "{\"ID\":1,\"Name\":2}\n{\"ID\":3}\n"),
        ("", json),
        ("", keyed),
        ("", split),
        ("", by_column),
        ("path = \"a.b\"\n", &wrapped),
    ]
    .into_iter()
    .map(|(keys, file)| {
        let between = bodies::BETWEEN;
        format!("[customers]\nfile = \"export\"\n{keys}{columns}{between}{file}").into_bytes()
    })
    .collect();
    let words = &[
        "\"",
        ",",
        ";",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "{",
        "}",
        "[",
        "]",
        ":",
        "ID",
        "C1",
        "\u{feff}",
        "\0",
        "1/2/2027",
        "31/1/2027",
        "$",
        "1,234",
        "null",
        "\\",
        "path = \"x\"\n",
        "split",
        "columns",
        "encoding = \"utf-16\"\n",
        "delimiter = \";\"\n",
        "\u{1f}\u{8b}",
        "../",
        "*",
    ];
    run(200, &seeds, words, bodies::sources);
}

#[test]
fn workbooks() {
    let words = &[
        "<",
        "/>",
        "\"",
        "&",
        "&#x10FFFF;",
        "_xD83D_",
        "99999999999",
        "ZZZZZZZZ9",
        "B2:A1",
        "A0",
        "-1",
        "1e309",
        "#SPILL!",
        " t=\"s\"",
        " t=\"shared\" si=\"4294967295\"",
        "<si/>",
        "<c/>",
        "<row>",
        "</sheetData>",
        "<mergeCells>",
        "<![CDATA[",
        "<!--",
        "\0",
        "é",
        "date1904=\"1\"",
        "state=\"hidden\"",
        "numFmtId=\"46\"",
    ];
    run(300, &[bodies::sound_workbook()], words, bodies::workbook);
}

#[test]
fn policies() {
    let seed = include_bytes!("../sample_data/nextplay.toml").to_vec();
    let words =
        &["[", "]", "=", "\"", "\n", "[[approver]]\n", "name = \"x\"\n", "-1", "nan", "off"];
    run(400, &[seed, Vec::new()], words, bodies::policy);
}

#[test]
fn settings_files() {
    let template = nextplay::settings::template();
    let switched_on = template.replace("\n#", "\n");
    let blocks = "[[data]]\npath = \"/a\"\nledger = \"l\"\ndefault = true\n[themes.mine]\naccent = \"red\"\n";
    let words = &[
        "[",
        "]",
        "=",
        "\"",
        "\n",
        "[[view]]\n",
        "[[data]]\n",
        "[keys]\n",
        "name = \"x\"\n",
        "-1",
        "nan",
        "true",
        "reviewer",
        "data",
        "ledger",
        "\u{feff}",
        "\u{202e}",
        "\\u001b",
        ".",
        "{",
        "}",
        "\r",
    ];
    let seeds = [template.as_str(), &switched_on, blocks, ""];
    run(300, &seeds.map(|seed| seed.as_bytes().to_vec()), words, bodies::config);
}

#[test]
fn ledgers() {
    // A sound one, with some of it changed.
    let changed = [&[1, 5, 0, 1][..], &[1, 0, 0, 0], &[1, 12, 200, 255], &[0]];
    let words = &["{\"seq\":", "\n", "\r\n", "\u{feff}", "\"}", "\",\"hash\":\"", "\0", "C2", " "];
    run(300, &changed.map(<[u8]>::to_vec), words, bodies::ledger);
}

#[test]
fn filters() {
    let seeds = [
        "risk>0.7 seg\nment:SMB",
        "value>=50000 status:pending,held\n acme",
        "owner:me segment=\"Mid-Market\"\n for:me",
        "by:dana kind:approve\n customer:C0",
        "path=\nłódź",
    ];
    let words = &[
        "risk", ">", ">=", "=", ":", "\"", ",", " ", "\n", "segment", "status:", "owner:me", "me",
        "by:", "kind:", "null", "1e9", "50k", "-", "é", "e\u{301}", "\u{202e}", "İ", "ß", "path",
    ];
    run(300, &seeds.map(|seed| seed.as_bytes().to_vec()), words, bodies::filter);
}

#[test]
fn settings() {
    let seeds = [
        "matching.confidence_threshold=0.7",
        "playbook.PB_SUP_001.risk_threshold=0.4",
        "playbook.PB_SUP_001.eligible_segments=SMB,Enterprise",
        "playbook.PB_SUP_001.name=\"x\"",
        "performance.PB_SUP_001.SMB.success_rate=0.5",
        "approval.required_at_cost=off",
    ];
    let words = &[
        ".",
        "=",
        "null",
        "off",
        "\"",
        "[",
        "]",
        ",",
        "playbook.",
        "performance.",
        "PB_",
        "-1",
        "1e999",
        " ",
        "true",
        "status",
        "{",
        "\u{202e}",
        "\n",
        "All",
    ];
    run(400, &seeds.map(|seed| seed.as_bytes().to_vec()), words, bodies::setting);
}

#[test]
fn keys() {
    let seeds: [&[u8]; 6] = [
        b"\xfb\x1b[<0;05;05M\xfb\x1b[<0;05;05M\xfb\x1b[<0;02;24M\xfb\x1b[<0;30;12M\xfb\x1b[<0;08;24M",
        b"\xfc\x1b[<65;10;10M\xfc\x1b[<32;60;10M\xfa\x1b[<0;11;2M\xfa\x1b[<0;1;24M\xf1y",
        b"\xf1a\xf1y\xf1u\xf1y",
        b"\xf12\xf1/\xf3ris\xf1\r\xf1j\xf1 \xf1j\xf1 \xf1a\xf1y",
        b"\x34\x1b[A\x2e\x1b]11;rgb:yyyy\xf1y\xfe\x1b[200~ayay\x1b[\x04201~",
        b"\xf15\xf1+\xf1w\xf3a.t\xf1\r\xf14\xf1\t\xf1?",
    ];
    let words = &[
        "\u{1}", "a", "y", "u", "r", "o", "d", "\x1b", "[", "O", "~", ";", "200~", "201~", "\r",
        "\t", "<0;", "<65;", "24M", "5", "+", "w", "x", "/", "1", "2", "3", "4", "6", "ä", "\u{c}",
        " ", "A", "?", "G",
    ];
    run(48, &seeds.map(<[u8]>::to_vec), words, bodies::keys);
}
