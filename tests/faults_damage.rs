//! Ledgers that are torn, changed, out of reach or without room, and a clock that goes backwards:
//! nothing that was acknowledged is lost, nothing is decided twice, the message says what to do.
//! `NEXTPLAY_FAULTS=1000` tears at more bytes, `-- --nocapture` shows the figures.

use crate::common;
use crate::common::faults;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use common::{Data, LEDGER, Ran};
use faults::{ledger, set_aside, sound, times, waiting};
use nextplay::approval::Request;
use nextplay::domain::{Clock, DecisionKind, Status};
use nextplay::intake::load::Reread;
use nextplay::workspace::{DecisionRequest, Options, Workspace};
use serde_json::Value;

/// Four customers of whom three are approved, and the ledger's lines.
fn three_approved() -> (Data, Vec<String>) {
    let data = waiting(4);
    for id in ["C1", "C2", "C3"] {
        data.run(&["approve", id]).ends(0);
    }
    let lines = data.ledger().split_inclusive('\n').map(str::to_owned).collect();
    (data, lines)
}

fn hash(line: &str) -> String {
    serde_json::from_str::<Value>(line).unwrap()["hash"].as_str().unwrap().to_owned()
}

/// The tests of the library tear at each byte; here it is the program, and `NEXTPLAY_FAULTS=1000`
/// has it at each byte, too.
#[test]
fn a_ledger_torn_at_any_byte_warns_and_the_next_decision_mends_it() {
    // For who saw the last entry before, it is gone.
    let (data, lines) = three_approved();
    let data = data.forgotten();
    let (whole, last) = (lines.concat(), lines[2].len());
    let before = whole.len() - last;
    let ends = [0, 1, 2, last - 3, last - 2, last - 1];
    let many = (2 * times(8)).min(last);
    let within = (0..many).map(|number| number * last / many);
    let cuts: BTreeSet<usize> = ends.into_iter().chain(within).collect();
    for cut in &cuts {
        for old in fs::read_dir(data.path("")).unwrap().map(|entry| entry.unwrap().path()) {
            if old.to_string_lossy().contains(".torn-") {
                fs::remove_file(old).unwrap();
            }
        }
        data.write(LEDGER, &whole[..before + cut]);
        let verified = data.run(&["verify"]).ends(0);
        let log = data.run(&["log", "--format", "jsonl"]).ends(0).out;
        if *cut == last - 1 {
            // Only the newline is missing: it counts, and the next decision adds it.
            verified.prints(&["3 entries, chain whole"]).says(&["line 3 lacks only its newline"]);
            assert_eq!(log, whole);
            data.run(&["approve", "C3"]).fails(1, &["already approved by dana"]);
            let added = data.run(&["approve", "C4", "--format", "json"]).ends(0).out;
            assert_eq!(data.ledger(), format!("{whole}{added}"));
            assert!(set_aside(&data).is_empty());
            continue;
        }
        let verified = verified.prints(&["2 entries, chain whole"]);
        assert_eq!(log, whole[..before]);
        let made = data.run(&["approve", "C3", "--format", "json"]).ends(0);
        assert_eq!(data.ledger(), format!("{}{}", &whole[..before], made.out));
        if *cut == 0 {
            assert_eq!((verified.err.as_str(), made.err.as_str()), ("", ""));
            continue;
        }
        verified.says(&["warning: line 3 is unfinished", "the next decision moves the line"]);
        made.says(&["last line was unfinished and was moved to", "decisions.jsonl.torn-"]);
        assert_eq!(set_aside(&data), [&whole.as_bytes()[before..before + cut]]);
        data.run(&["verify"]).ends(0).prints(&["3 entries, chain whole"]);
    }
    println!("torn: at {} of {last} bytes of a line, 0 lost, 0 decided twice", cuts.len());
}

/// What a power cut may leave: a file that is longer than what was written into it.
#[test]
fn zeros_at_the_end_are_an_unfinished_line() {
    let (data, lines) = three_approved();
    data.write(LEDGER, lines.concat() + &"\0".repeat(5_000));
    data.run(&["verify"])
        .ends(0)
        .escape_controls()
        .says(&["warning: line 4 is unfinished (5000 bytes)"]);
    data.run(&["approve", "C4"]).ends(0).escape_controls().says(&["last line was unfinished"]);
    assert_eq!(set_aside(&data), [[0; 5_000]]);
    data.run(&["verify"]).ends(0).prints(&["4 entries, chain whole"]);
}

#[test]
fn a_changed_ledger_decides_nothing_and_the_way_on_that_it_tells_works() {
    type Damage = fn(&[String]) -> String;
    let cases: [(&str, Damage, usize, &str); 8] = [
        ("another reviewer", |l| l.concat().replacen("dana", "lee", 1), 1, "its hash differs"),
        ("two lines swapped", |l| format!("{}{}{}", l[0], l[2], l[1]), 2, "its prev differs"),
        ("first lines swapped", |l| format!("{}{}{}", l[1], l[0], l[2]), 1, "its prev differs"),
        ("a line taken out", |l| format!("{}{}", l[0], l[2]), 2, "its prev differs"),
        ("the first taken out", |l| l[1..].concat(), 1, "its prev differs"),
        ("a line twice", |l| format!("{}{}", l.concat(), l[2]), 4, "its prev differs"),
        ("a line in between", |l| format!("{}x\n{}{}", l[0], l[1], l[2]), 2, "it is not JSON"),
        (
            "a number changed",
            |l| format!("{}{}{}", l[0], l[1], l[2].replace("0.98", "0.99")),
            3,
            "its hash differs",
        ),
    ];
    for (what, damage, line, why) in cases {
        let (data, lines) = three_approved();
        let data = data.forgotten();
        let damaged = damage(&lines);
        data.write(LEDGER, &damaged);
        let broken = format!("ledger broken at line {line}: {why}");
        let verified = data.run(&["verify"]).ends(1);
        verified.says(&[&broken]);
        for args in [&["approve", "C4"][..], &["reject", "C1", "--reason", "other"], &["undo", "1"]]
        {
            data.run(args)
                .fails(1, &[&broken, "`nextplay ledger recover` shows what would be kept"]);
        }
        assert_eq!(data.ledger(), damaged, "{what}: left as it is");
        for args in [&["queue"][..], &["explain", "C4"]] {
            data.run(args).ends(0).says(&["warning: ", &broken]).prints(&["C4"]);
        }
        data.run(&["match"]).ends(0).prints(&["C4"]);
        // What stood before the break still counts.
        let sound: String = damaged.split_inclusive('\n').take(line - 1).collect();
        assert_eq!(data.run(&["log", "--format", "jsonl"]).ends(0).out, sound, "{what}");

        // The way on: nothing is lost, and everybody whose decision may be is asked about again.
        let planned = data.run(&["ledger", "recover"]).ends(1);
        planned.prints(&["Would cut off"]).says(&["nothing was changed"]);
        assert_eq!(data.ledger(), damaged, "{what}");
        data.run(&["ledger", "recover", "--yes"]).ends(0).prints(&["Cut off", "Saved (#"]);
        let recovered = data.ledger();
        assert!(recovered.starts_with(&sound), "{what}");
        let cut = String::from_utf8(set_aside(&data).concat()).unwrap();
        assert_eq!(format!("{sound}{cut}"), damaged, "{what}");
        data.run(&["verify"]).ends(0).prints(&[&format!("{line} entr")]);
        data.run(&["ledger", "recover"]).ends(0).prints(&["The ledger is sound"]);
        data.run(&["approve", "C4"]).ends(0);
    }
}

#[test]
fn a_ledger_cut_at_its_end_is_told_by_a_head_that_was_noted() {
    let (data, lines) = three_approved();
    let data = data.forgotten();
    data.write(LEDGER, lines[..2].concat());
    data.run(&["verify"]).ends(0).prints(&["2 entries, chain whole"]);
    data.run(&["verify", "--head", &hash(&lines[1])]).ends(0);
    let gone = ["removed or replaced since it was noted"];
    data.run(&["verify", "--head", &hash(&lines[2])]).ends(1).says(&gone);
    // Nor does it help to decide the same again.
    data.run(&["approve", "C3"]).ends(0);
    data.run(&["verify", "--head", &hash(&lines[2])]).ends(1).says(&gone);
    fs::remove_file(data.path(LEDGER)).unwrap();
    data.run(&["verify", "--head", &hash(&lines[0])]).ends(1).says(&gone);
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    use super::*;

    const NOBODY: u32 = 65_534;

    fn allow(data: &Data, file: &str, mode: u32) {
        fs::set_permissions(data.path(file), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs the program as somebody who is bound by permissions, which root is not.
    fn run(data: &Data, args: &[&str]) -> Option<Ran> {
        let mut command = data.command(args);
        if fs::metadata(data.path("")).unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        match command.output() {
            Ok(output) => Some(Ran::of(output)),
            Err(error) => {
                println!("skipped: as root, and the program cannot be run as nobody: {error}");
                None
            }
        }
    }

    #[test]
    fn where_nothing_can_be_written_everything_but_deciding_works() {
        let (data, lines) = three_approved();
        let whole = lines.concat();
        let looks_work = || {
            for args in [&["queue"][..], &["match"], &["explain", "C4"], &["log"], &["verify"]] {
                run(&data, args).unwrap().ends(0);
            }
        };
        let rights = "permission denied";

        allow(&data, "", 0o555);
        allow(&data, LEDGER, 0o444);
        if run(&data, &["match"]).is_none() {
            return;
        }
        looks_work();
        for args in [["approve", "C4"], ["undo", "3"]] {
            run(&data, &args)
                .unwrap()
                .fails(1, &["cannot write the ledger", rights, "hint: ask for write access"]);
        }
        assert_eq!(data.ledger(), whole);

        // The file may be written, but there is no place for its unfinished last line.
        allow(&data, "", 0o755);
        data.write(LEDGER, whole.clone() + "{\"seq\":4");
        allow(&data, "", 0o555);
        allow(&data, LEDGER, 0o666);
        looks_work();
        let args = ["approve", "C4"];
        run(&data, &args).unwrap().fails(1, &["nothing was recorded", "cannot be moved", rights]);
        assert_eq!(data.ledger(), whole.clone() + "{\"seq\":4", "nothing is thrown away");
        allow(&data, "", 0o777);
        run(&data, &args).unwrap().ends(0).says(&["last line was unfinished and was moved to"]);
        data.run(&["verify"]).ends(0).prints(&["4 entries, chain whole"]);

        // No ledger yet.
        fs::remove_file(data.path(LEDGER)).unwrap();
        allow(&data, "", 0o555);
        looks_work();
        run(&data, &args)
            .unwrap()
            .fails(1, &["cannot write the ledger", rights, "hint: ask for write access"]);

        // A ledger that cannot even be read: what was decided is not known.
        allow(&data, "", 0o755);
        data.write(LEDGER, &whole);
        allow(&data, LEDGER, 0o000);
        // What is recommended does not hang on it.
        run(&data, &["match"]).unwrap().ends(0);
        for args in [&["queue"][..], &["verify"], &["approve", "C4"]] {
            run(&data, args).unwrap().fails(2, &["cannot read the ledger", rights]);
        }
        println!("unwritable: 5 decisions refused, 0 lost");
    }
}

/// Files may not become larger than so many blocks, which stands in for a full disk: part of a line
/// is written, then no more.
#[cfg(unix)]
fn with_room_for(blocks: usize, data: &Data, args: &[&str]) -> Ran {
    let command = data.command(args);
    let mut limited = Command::new("sh");
    limited.arg("-c").arg(format!(r#"ulimit -f {blocks} && exec "$0" "$@""#));
    limited.arg(command.get_program()).args(command.get_args());
    limited.env("NEXTPLAY_REVIEWER", "dana").env_remove("NEXTPLAY_DATA");
    limited.env("XDG_STATE_HOME", common::STATE).env("XDG_CONFIG_HOME", common::CONFIG);
    Ran::of(limited.output().unwrap())
}

#[cfg(unix)]
#[test]
fn without_room_on_the_disk_nothing_counts_that_was_not_acknowledged() {
    let data = waiting(10);
    let (mut acknowledged, mut refused, mut customer) = (String::new(), 0, 1);
    for blocks in 0..8 {
        loop {
            let ran = with_room_for(
                blocks,
                &data,
                &["approve", &format!("C{customer}"), "--format", "json"],
            );
            if ran.status == 0 {
                acknowledged.push_str(&ran.out);
                customer += 1;
                continue;
            }
            let told = ["nothing was recorded: cannot write to the ledger", "raise the limit"];
            ran.fails(1, &told);
            break;
        }
        refused += 1;
        assert_eq!(fs::read_to_string(data.path(LEDGER)).unwrap_or_default(), acknowledged);
        assert_eq!(data.run(&["verify"]).ends(0).err, "");
    }
    assert!(customer > 1, "some found room");
    assert_eq!(sound(&ledger(&data)).len(), customer - 1);

    // No room to set an unfinished line aside: it stays where it is.
    let torn = acknowledged.clone() + &"{\"seq\":99".repeat(200);
    data.write(LEDGER, &torn);
    let id = format!("C{customer}");
    with_room_for(1, &data, &["approve", &id])
        .fails(1, &["nothing was recorded", "cannot be moved"]);
    assert_eq!(data.ledger(), torn);
    assert!(set_aside(&data).is_empty(), "no half copy");

    let made =
        data.run(&["approve", &id, "--format", "json"]).ends(0).says(&["last line was unfinished"]);
    assert_eq!(data.ledger(), acknowledged + &made.out);
    assert_eq!(set_aside(&data), ["{\"seq\":99".repeat(200).as_bytes()]);
    println!("no room: {} acknowledged, {} refused, 0 lost", customer - 1, refused + 1);
}

#[test]
fn a_clock_that_goes_backwards_changes_no_order() {
    let data = waiting(1);
    let minutes = Arc::new(AtomicI64::new(0));
    let hand = Arc::clone(&minutes);
    let noon: jiff::Timestamp = "2026-02-03T12:00:00Z".parse().unwrap();
    let time = move || noon + jiff::SignedDuration::from_mins(hand.load(Ordering::Relaxed));
    let clock = Clock::new(time, jiff::tz::TimeZone::UTC);
    let mut workspace = Workspace::new(data.path(""), Options { clock, ..Options::default() });
    let mut at = |minute: i64, ask: DecisionRequest| {
        minutes.store(minute, Ordering::Relaxed);
        let made = workspace.decide(ask).map_err(|error| error.to_string())?;
        Ok::<_, String>((made.entry.id.clone(), workspace.refresh(Reread::Changed).status(0)))
    };
    let approve = || DecisionRequest::Decide(Request::new(DecisionKind::Approve, "C1", "dana"));
    let undo = |entry: &str| DecisionRequest::Undo {
        entry: entry.into(),
        by: "dana".into(),
        note: None,
        seen: None,
    };
    at(0, approve()).unwrap();
    assert_eq!(at(-5, approve()).unwrap_err(), "already approved by dana just now");
    let mut reject = Request::new(DecisionKind::Reject, "C1", "dana");
    reject.reason = Some("other".into());
    let (rejected, status) = at(-5, DecisionRequest::Decide(reject)).unwrap();
    assert_eq!(status, Status::Rejected, "the later one stands");
    let (_, status) = at(-6, undo(&rejected)).unwrap();
    assert_eq!(status, Status::Pending, "what stood before is dated in the future");
    at(-10, undo("1")).unwrap();
    let (_, status) = at(-50 * 60, approve()).unwrap();
    assert_eq!(status, Status::Approved);

    let entries: Vec<_> = sound(&ledger(&data)).entries().cloned().collect();
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(entries[1..4].iter().zip(&entries).all(|(later, entry)| later.at < entry.at));
    assert_eq!(data.run(&["log", "--format", "jsonl"]).ends(0).out, data.ledger());
    data.run(&["verify"]).ends(0).prints(&["5 entries, chain whole"]);
}
