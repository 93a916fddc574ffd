//! What a recovery keeps of a damaged ledger: every sound entry up to the break, byte for byte, and the
//! rest in a file beside it.

use std::fs;

use nextplay::domain::RecoveredCustomers;
use nextplay::ledger::Ledger;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{LEDGER, approve, bytes_of, directory, now, read_in_every_way};

const CUSTOMERS: [&str; 5] = ["C1", "C2", "C1", "C3", "C2"];

/// Places are so many 65,536ths of the file or its lines.
#[derive(Debug, Clone)]
enum Damage {
    Flip(u16, u8),
    Cut(u16),
    Append(Vec<u8>),
    Insert(u16, Vec<u8>),
    Crlf,
    Bom,
    Blank(u16),
    LoseNewline,
    Drop(u16),
    Double(u16),
    Swap(u16),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    let bytes = || {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 1..20),
            "[ \t\r\n]{1,4}".prop_map(String::into_bytes),
            prop::sample::select(vec!["{\"seq\":6", "\0\0\0", "{\"customer_id\":\"C9\"}\n", "}"])
                .prop_map(|text| text.as_bytes().to_vec()),
        ]
    };
    prop_oneof![
        (any::<u16>(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, 1 << bit)),
        any::<u16>().prop_map(Damage::Cut),
        bytes().prop_map(Damage::Append),
        (any::<u16>(), bytes()).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        Just(Damage::Crlf),
        Just(Damage::Bom),
        any::<u16>().prop_map(Damage::Blank),
        Just(Damage::LoseNewline),
        any::<u16>().prop_map(Damage::Drop),
        any::<u16>().prop_map(Damage::Double),
        any::<u16>().prop_map(Damage::Swap),
    ]
}

impl Damage {
    fn to(&self, bytes: &[u8]) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> =
            bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let place = |share: u16, of: usize| usize::from(share) * of / 65_536;
        match self {
            Self::Flip(at, bit) => {
                let mut bytes = bytes.to_vec();
                let len = bytes.len();
                bytes.get_mut(place(*at, len)).into_iter().for_each(|byte| *byte ^= bit);
                return bytes;
            }
            Self::Cut(at) => return bytes[..place(*at, bytes.len())].to_vec(),
            Self::Append(more) => return [bytes, more].concat(),
            Self::Insert(at, more) => {
                let (before, after) = bytes.split_at(place(*at, bytes.len()));
                return [before, more, after].concat();
            }
            Self::Bom => return [b"\xef\xbb\xbf", bytes].concat(),
            Self::LoseNewline => return bytes.strip_suffix(b"\n").unwrap_or(bytes).to_vec(),
            Self::Crlf => lines.iter_mut().for_each(|line| {
                if line.pop_if(|byte| *byte == b'\n').is_some() {
                    line.extend(b"\r\n");
                }
            }),
            Self::Blank(at) => lines.insert(place(*at, lines.len()), b"\n".to_vec()),
            Self::Drop(at) => drop(lines.drain(place(*at, lines.len())..).next()),
            Self::Double(at) => {
                let at = place(*at, lines.len());
                lines.extend_from_within(at..lines.len().min(at + 1));
            }
            Self::Swap(at) if lines.len() > 1 => {
                let at = place(*at, lines.len() - 1);
                lines.swap(at, at + 1);
            }
            Self::Swap(_) => {}
        }
        lines.concat()
    }
}

/// What a line is without its form.
fn plain(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii()
}

/// All of some bytes but white space and byte-order marks.
fn substance(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    all.retain(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte));
    all
}

fn recovers(sound: &[u8], damaged: &[u8]) -> Result<(), TestCaseError> {
    let directory = directory();
    let ledger = Ledger::new(directory.path().join(LEDGER));
    fs::write(ledger.path().unwrap(), damaged).unwrap();
    let broken = read_in_every_way(ledger.path().unwrap(), &[]).broken;
    let plan = ledger.plan_recovery(0).unwrap();
    prop_assert_eq!(broken.is_some(), plan.is_some(), "{:?} and {:?}", broken, plan);
    let recovered = ledger.recover("dana", now(), 0).unwrap();
    prop_assert_eq!(&plan, &recovered.as_ref().map(|recovered| recovered.recovery.clone()));
    let now_there = fs::read(ledger.path().unwrap()).unwrap();
    let Some(recovered) = recovered else {
        prop_assert_eq!(now_there, damaged, "a sound ledger is left alone");
        return Ok(());
    };
    // As many as stand there in order, whatever their form.
    let lines = damaged.split(|byte| *byte == b'\n').map(plain).filter(|line| !line.is_empty());
    let originals: Vec<&[u8]> = sound.split_inclusive(|byte| *byte == b'\n').collect();
    let good = lines.zip(&originals).take_while(|(line, original)| *line == plain(original));
    let good: Vec<u8> = good.flat_map(|(_, original)| original.to_vec()).collect();
    prop_assert!(now_there.starts_with(&good), "an entry was lost or changed");
    let recovery = &recovered.recovery;
    let kept = good.split_inclusive(|byte| *byte == b'\n').count() as u64;
    prop_assert_eq!(recovery.kept, kept);
    let history = read_in_every_way(ledger.path().unwrap(), &[(*recovered.history).clone()]);
    prop_assert_eq!(
        (history.seq(), &history.broken, &history.unfinished),
        (kept + 1, &None, &None)
    );

    // Nothing is thrown away but form.
    let beside = |what: &str| -> Vec<u8> {
        let files = fs::read_dir(directory.path()).unwrap().map(Result::unwrap);
        let of = files.filter(|file| file.file_name().to_string_lossy().contains(what));
        of.flat_map(|file| fs::read(file.path()).unwrap()).collect()
    };
    let (cut, torn) = (beside(".cut-"), beside(".torn-"));
    prop_assert!(damaged.ends_with(&cut) && damaged.ends_with(&torn));
    prop_assert_eq!(substance(&[&good[..], &cut, &torn].concat()), substance(damaged));
    let last = history.last().unwrap();
    if let Some(planned) = &recovery.cut {
        prop_assert_eq!(planned.bytes, cut.len() as u64);
        let noted = last.recovered.as_ref().unwrap();
        prop_assert_eq!(noted.bytes, cut.len() as u64);
        prop_assert_eq!(&noted.customers, &planned.customers);
        if recovery.repaired == 0 {
            prop_assert_eq!([good, cut.clone()].concat(), damaged);
        }
        // Whoever was decided on in a line that is still whole has to be decided on anew.
        if let RecoveredCustomers::Named(named) = &noted.customers {
            for (line, id) in originals.iter().zip(CUSTOMERS) {
                let in_cut = cut.windows(line.len() - 1).any(|window| window == plain(line));
                prop_assert!(!in_cut || named.iter().any(|name| name == id), "{} is missing", id);
            }
        }
    } else {
        prop_assert!(cut.is_empty() && last.recovered.is_none());
    }
    prop_assert!(ledger.recover("dana", now(), 0).unwrap().is_none());
    prop_assert!(approve(&ledger, None, &["C1".to_owned()]).unwrap().each[0].is_ok());
    Ok(())
}

#[test]
fn any_flipped_bit_is_found_and_loses_no_other_entry() {
    let sound = bytes_of(&CUSTOMERS[..3]);
    for at in (0..sound.len()).step_by(7) {
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << (at % 8);
        recovers(&sound, &damaged).unwrap();
        let directory = directory();
        let ledger = Ledger::new(directory.path().join(LEDGER));
        fs::write(ledger.path().unwrap(), &damaged).unwrap();
        let (line_feeds, history) =
            (damaged.split(|b| *b == b'\n').count(), ledger.read().unwrap());
        let told = history.broken.is_some() || history.unfinished.is_some();
        assert!(told, "byte {at} of {line_feeds} lines");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(12),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_recovery_keeps_every_sound_entry_and_every_byte(
        damages in prop::collection::vec(any_damage(), 1..4)
    ) {
        thread_local!(static SOUND: Vec<u8> = bytes_of(&CUSTOMERS));
        let sound = SOUND.with(Vec::clone);
        let damaged = damages.iter().fold(sound.clone(), |bytes, damage| damage.to(&bytes));
        recovers(&sound, &damaged)?;
    }
}
