//! What each fuzz target does with its input. The targets in `fuzz_targets` and the short runs of
//! `tests/fuzz_short.rs` share it.
#![allow(dead_code, reason = "each target uses one of them")]

#[path = "../tests/common/dashboard.rs"]
mod dashboard;
#[path = "../tests/common/workbook.rs"]
mod workbooks;

use std::convert::Infallible;
use std::fs;
use std::panic;
use std::path::Path;
use std::sync::{Arc, Once, OnceLock};
use std::time::Duration;

use dashboard::Desk;
use nextplay::domain::{DecisionKind, Finding};
use nextplay::filter::Filter;
use nextplay::insight::scenario::Setting;
use nextplay::intake::caught::is_caught;
use nextplay::intake::load::Reread;
use nextplay::intake::{DataFile, Keep, Loader, policy};
use nextplay::ledger::{Draft, Drafts, History, Ledger};
use nextplay::settings::effective::{Origin, effective, lines};
use nextplay::settings::{self, Base};
use nextplay::store::Dataset;
use nextplay::tui::activity::filter::ActivityFilter;
use nextplay::tui::checks;
use nextplay::tui::customers::list::RowsRequest;
use nextplay::tui::customers::rows::build_rows;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::runtime::input::{Decoder, Input};
use nextplay::tui::screen::id::Screen;
use nextplay::workspace::{Options, Snapshot, Workspace};
use tempfile::TempDir;

/// The content of a file of the sample data, with which other files are read together.
pub fn sample_of(file: DataFile) -> Vec<u8> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The package is `fuzz` or the whole repository.
    let mut roots = package.ancestors().take(2).map(|root| root.join("sample_data"));
    fs::read(roots.find(|data| data.is_dir()).unwrap().join(file.name())).unwrap()
}

/// The file that a run of the target `load` reads, from `NEXTPLAY_FUZZ_FILE`.
pub fn file_of_run() -> DataFile {
    static FILE: OnceLock<DataFile> = OnceLock::new();
    *FILE.get_or_init(|| {
        let name = std::env::var("NEXTPLAY_FUZZ_FILE").unwrap_or_default();
        let file = DataFile::ALL.into_iter().find(|file| file.name() == name);
        file.unwrap_or_else(|| {
            panic!("NEXTPLAY_FUZZ_FILE is one of {:?}", DataFile::ALL.map(DataFile::name))
        })
    })
}

/// A directory in memory, where there is such a place.
fn directory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// A data file of any content: the two ways to read it agree, it is read the same again, matching
/// takes of it what the dashboard takes, and everything is told without a panic.
pub fn load(file: DataFile, bytes: &[u8]) {
    let sum = bytes.iter().fold(1_u64, |sum, byte| sum.wrapping_mul(31) ^ u64::from(*byte));
    #[cfg(feature = "fuzzing")]
    {
        use nextplay::intake::equality::{Cut, Form, both_ways_agree};
        let block = [5, 17, 64, 200, 333, 1000, 1 << 20][(sum % 7) as usize];
        let cut = Cut { block, order: sum, known: sum & 8 == 0 };
        [Form::Json, Form::Lines, Form::Part]
            .into_iter()
            .for_each(|form| both_ways_agree(file, form, bytes, cut));
    }
    let directory = directory();
    for other in DataFile::ALL {
        let content = if other == file { bytes } else { &sample_of(other) };
        fs::write(directory.path().join(other.name()), content).unwrap();
    }
    let mut loader = Loader::new(directory.path());
    let first = loader.load(Reread::All);
    assert!(!loader.load(Reread::All).changed, "read twice, it differs");
    // What follows takes much longer than reading: now and then is enough.
    if sum.is_multiple_of(4) {
        tell(directory.path(), &first.problems);
    }
}

/// Tells all that there is to tell of a directory in which these files cannot be read.
fn tell(directory: &Path, problems: &[Finding]) {
    let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
    let for_matching = Workspace::for_matching(directory, Options::default(), Keep::Recommended)
        .refresh(Reread::All);
    assert_eq!((&snapshot.problems[..], &for_matching.problems[..]), (problems, problems));
    let plays = |snapshot: &Snapshot| snapshot.matching.recommendations().collect::<Vec<_>>();
    assert_eq!(plays(&snapshot), plays(&for_matching));
    snapshot.findings().for_each(|finding| assert!(!finding.to_string().is_empty()));
    snapshot.strategy_findings();
    snapshot.totals();
    for number in 0..snapshot.len().min(3) {
        snapshot.matching.explain(number);
        snapshot.export(number);
    }
}

/// What is between the sources file and the file that it maps, in the input of [`sources`].
pub const BETWEEN: &str = "\n====\n";

/// A sources file and an export of any content: every mistake has a place, what can be read is read the
/// same in blocks of any length, and everything is told without a panic.
pub fn sources(bytes: &[u8]) {
    use nextplay::intake::sources::sources_file::parse;
    let at = bytes.windows(BETWEEN.len()).position(|window| window == BETWEEN.as_bytes());
    let Some(at) = at else { return };
    let (text, file) = (&bytes[..at], &bytes[at + BETWEEN.len()..]);
    if let Ok(text) = std::str::from_utf8(text) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for finding in parse(text).err().unwrap_or_default() {
            let place = finding.place().unwrap();
            let line = text.split('\n').nth(place.line as usize - 1);
            let columns = line.map_or(0, |line| line.chars().count() + 1);
            assert!((1..=columns).contains(&(place.column as usize)), "{finding} in {text:?}");
        }
    }
    let directory = directory();
    let playbooks = DataFile::Playbooks;
    fs::write(directory.path().join(playbooks.name()), sample_of(playbooks)).unwrap();
    fs::write(directory.path().join("sources.toml"), text).unwrap();
    fs::write(directory.path().join("export"), file).unwrap();
    let mut loader = Loader::new(directory.path());
    let first = loader.load(Reread::All);
    assert!(!loader.load(Reread::All).changed, "read twice, it differs");
    if bytes.len().is_multiple_of(4) {
        tell(directory.path(), &first.problems);
    }
    #[cfg(feature = "fuzzing")]
    nextplay::intake::equality::mapped_blocks_agree(directory.path());
}

/// The parts of a workbook that [`workbook`] takes, in their order.
pub const PARTS: [&str; 5] = [
    "xl/worksheets/sheet0.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
];

/// The parts of a sound workbook, as [`workbook`] takes them.
pub fn sound_workbook() -> Vec<u8> {
    let sheet =
        "ID|Name|Value|Tier|Renewal\nC1|Acme|n:5|a|d:46418\nC2|e:#N/A|f:7|b:1|d:60\n007||f:|x|";
    let merged = "<mergeCells count=\"1\"><mergeCell ref=\"B3:C4\"/></mergeCells>";
    let mut parts = workbooks::parts(&[("A", sheet)], merged, "<workbookPr date1904=\"0\"/>");
    let texts = "<sst count=\"1\" uniqueCount=\"1\"><si><r><t>Zo</t></r><r><t>_x00e9_ &amp; Co</t></r></si></sst>";
    parts.push(("xl/sharedStrings.xml".to_owned(), texts.to_owned()));
    let part = |name: &str| parts.iter().find(|(of, _)| of == name).map(|(_, text)| text.as_str());
    let shared =
        "<c r=\"B2\" t=\"s\"><v>0</v></c><c r=\"C2\"><f t=\"shared\" si=\"0\" ref=\"C2:C3\">A1</f>";
    let text = PARTS.map(|name| part(name).unwrap_or_default()).join(BETWEEN);
    let text = text.replace("<c r=\"C2\">", shared);
    text.replace("<sheetData>", "<dimension ref=\"A1:E4\"/><sheetData>").into_bytes()
}

/// The parts of a workbook with any content, one behind the other: it is read or refused in words, twice
/// the same, and no panic of a library goes further than its reader.
pub fn workbook(bytes: &[u8]) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_caught() {
                before(info);
            }
        }));
    });
    let mut parts = workbooks::parts(&[("A", "")], "", "");
    let mut rest = bytes;
    for name in PARTS {
        let at = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN.as_bytes());
        let (part, after) = rest.split_at(at.unwrap_or(rest.len()));
        rest = after.get(BETWEEN.len()..).unwrap_or_default();
        parts.retain(|(of, _)| of != name);
        parts.push((name.to_owned(), String::from_utf8_lossy(part).into_owned()));
    }
    let mut file =
        b"[customers]\nfile = \"export\"\ncolumns = { customer_id = \"ID\", name = \"Name\", \
        account_value = \"Value\", segment = \"Tier\", renewal_date = \"Renewal\" }"
            .to_vec();
    file.extend(BETWEEN.bytes());
    file.extend(workbooks::of_parts(&parts));
    sources(&file);
}

/// A policy of any content is read, or told what is wrong and where.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = policy::parse(text);
    assert_eq!(read, policy::parse(text));
    let findings = read.err().unwrap_or_default();
    for finding in &findings {
        let place = finding.place().unwrap();
        let line = text.split('\n').nth(place.line as usize - 1);
        let columns = line.map_or(0, |line| line.chars().count() + 1);
        assert!((1..=columns).contains(&(place.column as usize)), "{finding} in {text:?}");
    }
}

/// A settings file of any content is read, or every mistake has a place in the text; what is right in it
/// can be used.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let base = Base { directory: "/config".into(), home: Some("/home/dana".into()) };
    let reading = settings::read(text, &base, &checks::problems);
    assert_eq!(reading, settings::read(text, &base, &checks::problems));
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for mistake in &reading.mistakes {
        assert!(!mistake.message.is_empty());
        let Some(place) = mistake.place else { continue };
        let line = text.split('\n').nth(place.line as usize - 1);
        let columns = line.map_or(0, |line| line.chars().count() + 1);
        assert!((1..=columns).contains(&(place.column as usize)), "{mistake} in {text:?}");
    }
    let left = checks::problems(&reading.settings);
    assert!(left.is_empty(), "{left:?} in {text:?}");
    let origin = Origin::Default;
    let data = (Path::new("/data"), origin);
    let all =
        effective(&reading, (Some("dana"), origin), data, (None, origin), ("/ledger", origin));
    assert!(lines(&all).len() >= all.len());
}

fn draft(customer: &str) -> Draft {
    Draft {
        id: None,
        by: "dana".into(),
        kind: DecisionKind::Approve,
        customer_id: customer.into(),
        playbook_id: "PB_SUP_001".into(),
        reason: None,
        note: None,
        until: None,
        until_at: None,
        undoes: None,
        after: None,
        batch: None,
        proposal: None,
        sig: None,
        recovered: None,
        basis: include_str!("../tests/ledger_basis.json").trim().to_owned(),
        at: "2026-02-03T14:02:11Z".parse().unwrap(),
    }
}

/// The bytes of a ledger with three entries.
fn sound_ledger() -> &'static [u8] {
    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let directory = directory();
        let ledger = Ledger::new(directory.path().join("decisions.jsonl"));
        let together = |id| Ok(Draft { batch: Some("01956789".into()), ..draft(id) });
        let drafts = || vec![Ok(draft("C1")), together("C2"), together("C3")];
        let made = |_: &Arc<History>| -> Result<Drafts<'static, Infallible>, Infallible> {
            Ok(Box::new(std::iter::once(drafts())))
        };
        ledger.append_each(None, made).unwrap();
        fs::read(ledger.path().unwrap()).unwrap()
    })
}

/// A ledger of any content, or, where the first byte is odd, a sound one with bytes put in the place of
/// others: reading, going on, verifying and recovering agree, and a recovery loses no byte.
pub fn ledger(bytes: &[u8]) {
    let bytes = match bytes {
        [kind, high, low, removed, new @ ..] if kind % 2 == 1 => {
            let sound = sound_ledger();
            let at = usize::from(u16::from_be_bytes([*high, *low])) % (sound.len() + 1);
            let (before, after) = sound.split_at(at);
            let after = after.get(usize::from(*removed)..).unwrap_or_default();
            [before, new, after].concat()
        }
        bytes => bytes.get(1..).unwrap_or_default().to_vec(),
    };
    let directory = directory();
    let ledger = Ledger::new(directory.path().join("decisions.jsonl"));
    // Going on from two sound entries.
    let second = sound_ledger().iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1);
    fs::write(ledger.path().unwrap(), &sound_ledger()[..=second.unwrap().0]).unwrap();
    let known = ledger.read().unwrap();
    fs::write(ledger.path().unwrap(), &bytes).unwrap();
    let whole = ledger.read().unwrap();
    let on = ledger.read_from(Some(&known)).unwrap();
    if whole.hash_of(known.seq()) == Some(known.head()) {
        assert!(on.entries().eq(whole.entries()));
        assert_eq!((on.head(), &on.broken), (whole.head(), &whole.broken));
    }
    let verified = ledger.verify().unwrap();
    assert_eq!((verified.head, &verified.broken), (whole.head(), &whole.broken));
    assert!(whole.broken.is_none() || whole.unfinished.is_none());
    let plan = ledger.plan_recovery(0).unwrap();
    assert_eq!(plan.is_some(), whole.broken.is_some(), "{plan:?}, {:?}", whole.broken);
    let recovered = ledger.recover("dana", "2026-02-04T00:00:00Z".parse().unwrap(), 0).unwrap();
    let after = ledger.read().unwrap();
    assert_eq!(after.broken, None);
    match recovered {
        None => assert_eq!(fs::read(ledger.path().unwrap()).unwrap(), bytes),
        Some(recovered) => {
            assert_eq!(Some(&recovered.recovery), plan.as_ref());
            assert_eq!(after.seq(), recovered.recovery.kept + 1);
            let cut = recovered.file.map(|file| fs::read(file).unwrap()).unwrap_or_default();
            assert!(bytes.ends_with(&cut));
        }
    }
    assert!(ledger.recover("dana", "2026-02-05T00:00:00Z".parse().unwrap(), 0).unwrap().is_none());
    assert!(
        ledger
            .append(|history| {
                let mut draft = draft("C1");
                draft.after = history.last_for("C1").map(|entry| entry.id.clone());
                Ok::<_, Infallible>(draft)
            })
            .is_ok()
    );
}

fn sample() -> &'static Snapshot {
    static SNAPSHOT: OnceLock<Arc<Snapshot>> = OnceLock::new();
    SNAPSHOT.get_or_init(|| {
        let directory = directory();
        for file in DataFile::ALL {
            fs::write(directory.path().join(file.name()), sample_of(file)).unwrap();
        }
        Workspace::new(directory.path(), Options::default()).refresh(Reread::All)
    })
}

/// Any two lines as filters, the second typed on behind the first: what is found goes on from what was
/// found before as if it were looked for anew, and a filter that narrows leaves nobody more.
pub fn filter(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (first, more) = text.split_once('\n').unwrap_or((text, ""));
    let both = format!("{first}{more}");
    let wanted = |filter: &str| {
        let me = "dana".into();
        RowsRequest { filter: filter.to_owned(), ..RowsRequest::initial(Screen::Customers, me) }
    };
    let rows = |filter: &str, known: &[_]| {
        build_rows(&wanted(filter), sample(), known, &|| false).unwrap()
    };
    let before = rows(first, &[]);
    let (anew, on) = (rows(&both, &[]), rows(&both, std::slice::from_ref(&before)));
    assert_eq!(anew.rows, on.rows, "{first:?}, then {more:?}");
    let (filter, earlier) = (Filter::parse(&both, "dana"), Filter::parse(first, "dana"));
    if filter.narrows(&earlier) {
        assert!(anew.rows.iter().all(|row| before.rows.contains(row)), "{first:?}, {more:?}");
    }
    let _ = (filter.problem().map(|problem| problem.message()), filter.is_empty());
    let parse = |text: &str| ActivityFilter::parse(text, "dana");
    let (lines, earlier) = (parse(&both), parse(first));
    let _ = lines.problem().map(|problem| problem.message());
    let records = ["Dana\napprove\napproved\nC1\nAcme\nP1\nRescue\nlate\n", more];
    if lines.narrows(&earlier) {
        assert!(records.iter().all(|record| !lines.matches(record) || earlier.matches(record)));
    }
}

/// Any text as a setting of What-if: it is refused in words, or reads back as what it sets.
pub fn setting(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let dataset: &Dataset = sample().matching.dataset();
    match Setting::parse(text, dataset) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(setting) => {
            let again = format!("{}={}", setting.key(), setting.value());
            let read = Setting::parse(&again, dataset).unwrap();
            assert!(read.same_place(&setting), "{again}");
            assert_eq!(read.value(), setting.value(), "{again}");
        }
    }
}

/// Bytes that a terminal sends, in pieces: the low half of a byte says how many follow, the high half how
/// long nothing comes after them. Nothing panics, and a decision leaves only from a dialog that was
/// open before the piece came.
pub fn keys(mut bytes: &[u8]) {
    let mut desk = Desk::new().sized(80, 24);
    let mut decoder = Decoder::new(desk.pressed);
    while let [head, rest @ ..] = bytes {
        let (piece, after) = rest.split_at(usize::from(head & 15).min(rest.len()));
        bytes = after;
        let open = desk.dialog_is_open();
        let mut heard = Vec::new();
        decoder.feed(piece, desk.pressed, &mut |input| heard.push(input));
        hear(&mut desk, heard);
        let until = desk.pressed + Duration::from_millis(45) * u32::from(head >> 4);
        while let Some(deadline) = decoder.deadline().filter(|at| *at <= until) {
            let mut heard = Vec::new();
            decoder.expire(deadline, &mut |input| heard.push(input));
            desk.pressed = deadline;
            hear(&mut desk, heard);
        }
        desk.pressed = until;
        let decides = desk.effects.iter().any(|effect| matches!(effect, Effect::Decide(_)));
        assert!(!decides || open, "decided unseen by {piece:?}");
        // As a key, or as a sequence that stands for it.
        assert!(!decides || piece == b"y" || piece.len() > 2, "decided by {piece:?}");
        desk.effects.clear();
        desk.screen();
    }
}

fn hear(desk: &mut Desk, heard: Vec<Input>) {
    for input in heard {
        match input {
            Input::Keys(keys) => desk.event(Event::Keys(keys)),
            Input::Paste(text) => desk.event(Event::Paste(text)),
            Input::Mouse(mouse) => desk.event(Event::Mouse(mouse)),
            Input::KeyboardProtocol | Input::Colors(_) => {}
        }
    }
}
