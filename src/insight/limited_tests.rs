//! Contact limits against a plain loop over customers and playbooks.

use std::sync::Arc;

use jiff::Span;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::registry::Registry;
use super::samples::any_matching;
use super::scenario::Exposure;
use crate::domain::policy::Contact;
use crate::domain::{AfterFailure, Policy};
use crate::matching::economics::Economics;
use crate::matching::performance::PerformanceIndex;
use crate::matching::{Matching, Past, PastPlay, gates, ranking};
use crate::store::PlaybookIx;

const TODAY: Date = date(2026, 11, 30);

fn any_contact() -> impl Strategy<Value = Contact> {
    let days = || proptest::option::of((1u32..8).prop_map(|halves| f64::from(halves) / 2.0));
    (proptest::option::of(0u32..4), days(), days(), any::<bool>()).prop_map(
        |(most, per_days, same_playbook_days, next)| Contact {
            max_plays: most.map(f64::from),
            per_days,
            same_playbook_days,
            after_failure: if next { AfterFailure::Next } else { AfterFailure::Same },
            ..Contact::default()
        },
    )
}

/// Up to four plays of each of eight customers, around today, of the playbooks or of none.
fn any_plays() -> impl Strategy<Value = Vec<(u32, Vec<PastPlay>)>> {
    let play = (0u32..5, proptest::option::of(-5i64..3), any::<bool>());
    let play = play.prop_map(|(playbook, days, failed_in_stage)| PastPlay {
        playbook: (playbook < 4).then_some(PlaybookIx(playbook)),
        date: days.map(|days| TODAY.saturating_add(Span::new().days(days))),
        failed_in_stage,
    });
    let plays = proptest::collection::vec(proptest::collection::vec(play, 0..5), 8);
    plays.prop_map(|plays| (0..).zip(plays).collect())
}

/// As the policy says it, play by play.
fn is_stopped(contact: &Contact, plays: &[PastPlay], playbook: PlaybookIx) -> bool {
    let later = |date: Option<Date>, days: f64| {
        let days_ago = |date: Date| f64::from((TODAY - date).get_days());
        date.is_some_and(|date| days_ago(date) < days)
    };
    let too_many = match (contact.max_plays, contact.per_days) {
        (Some(most), Some(days)) => {
            plays.iter().filter(|play| later(play.date, days)).count() as f64 >= most
        }
        _ => false,
    };
    let own = || plays.iter().filter(|play| play.playbook == Some(playbook));
    let days = contact.same_playbook_days;
    let too_soon = days.is_some_and(|days| own().any(|play| later(play.date, days)));
    let next = contact.after_failure == AfterFailure::Next;
    too_many || too_soon || (next && own().any(|play| play.failed_in_stage))
}

/// The playbooks of a customer, best first, by a plain loop over all of them.
fn slow(run: &Matching, number: usize, plays: &[PastPlay]) -> Vec<PlaybookIx> {
    let (dataset, policy) = (run.dataset(), run.policy());
    let view = run.customer(number).unwrap();
    let risk = run.risk_score(number).unwrap();
    let index = PerformanceIndex::new(&dataset.performance);
    let open = dataset.numbered_playbooks().filter(|(place, playbook)| {
        gates::open_to(playbook, view.stage(), view.segment())
            && risk >= playbook.risk_threshold()
            && !is_stopped(&policy.contact, plays, *place)
    });
    let mut open: Vec<_> =
        open.map(|(at, p)| (Economics::of(p, view.segment(), &index), at)).collect();
    open.sort_by(|(a, _), (b, _)| ranking::order(policy.ranking, a, b));
    open.into_iter().map(|(_, place)| place).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn with_limits_everyone_gets_what_a_plain_loop_gives(
        before in any_matching(),
        contact in any_contact(),
        plays in any_plays(),
        threshold in 0u32..10,
    ) {
        let threshold = f64::from(threshold) / 10.0;
        let policy = Policy { contact, confidence_threshold: threshold, ..Policy::default() };
        let past = Arc::new(Past::new(TODAY, plays.clone()));
        let dataset = Arc::clone(before.dataset());
        let run = before.again_after(dataset, Arc::new(policy), Some(past));
        let registry = Registry::new(&run);
        let mut counted = vec![(0, 0); registry.playbooks.len()];
        let mut uncovered = 0;
        for number in 0..run.len() {
            let plays = &plays[number].1;
            let want = slow(&run, number, plays);
            let got: Vec<PlaybookIx> = run.candidates(number).map(|r| r.playbook).collect();
            prop_assert_eq!(&got, &want);
            let passes = run.risk(number).unwrap().passes_confidence(run.policy());
            let best = want.first().copied().filter(|_| passes);
            prop_assert_eq!(run.winner(number).map(|ranked| ranked.playbook), best);
            let without = slow(&before, number, plays).first().copied().filter(|_| passes);
            let kept_back = without.filter(|without| Some(*without) != best);
            prop_assert_eq!(run.kept_back(number).map(|ranked| ranked.playbook), kept_back);
            prop_assert_eq!(run.is_contacted(number), want != slow(&before, number, plays));
            let told = run.explain(number).unwrap();
            prop_assert_eq!(told.candidates.len(), want.len());
            prop_assert_eq!(
                told.recommendation.is_some(), best.is_some()
            );
            for playbook in &want {
                counted[playbook.0 as usize].0 += 1;
            }
            if let Some(best) = best {
                counted[best.0 as usize].1 += 1;
            }
            uncovered += usize::from(run.is_high_risk(number) && without.is_none());
        }
        let got: Vec<_> = registry.playbooks.iter().map(|p| (p.candidate, p.wins)).collect();
        prop_assert_eq!(got, counted);
        prop_assert_eq!(Exposure::of(&run).uncovered, uncovered);
        let again = run.again(Arc::clone(run.dataset()), Arc::clone(run.policy()));
        prop_assert!(again.same_plays(&run), "nothing is made twice");
        let off = run.again(Arc::clone(run.dataset()), Arc::clone(before.policy()));
        prop_assert!(off.same_plays(&before), "without the keys nothing is another one");
    }
}
