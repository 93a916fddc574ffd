//! The recommendation of every customer (`matching.md`, rule 8).

use std::sync::Arc;

use rayon::prelude::*;

use super::assigned::{InArm, any_started, assigned, running};
use super::contact::ContactGate;
use super::economics::{BELOW_EVERY_LIMIT, Economics};
use super::gates::Subject;
use super::limited::limited;
use super::lists::Lists;
use super::past::Past;
use super::plays::{Play, Ranking};
use super::population::{CHUNK, Pair, Population};
use super::ranking::{Ranked, RankedList};
use super::risk::{self, Risk};
use crate::domain::decision::{ContactLimits, InExperiment, PolicyBasis, UncoveredCustomer};
use crate::domain::experiment::{Experiment, HOLDOUT};
use crate::domain::{ApprovalReason, Basis, Missing, Playbook, Policy, Recommendation};
use crate::store::ix::Number as _;
use crate::store::{CustomerView, Dataset, PairIx, PlayIx, PlaybookIx};

/// A dataset matched under a policy. Immutable; what is asked of one customer is answered from the
/// ranking of its stage and segment.
#[derive(Debug)]
pub struct Matching {
    dataset: Arc<Dataset>,
    policy: Arc<Policy>,
    population: Arc<Population>,
    /// By stage, segment and risk alone.
    base: Arc<Ranking>,
    /// With contact limits and experiments; the same one where none is in force.
    ranked: Arc<Ranking>,
    past: Option<Arc<Past>>,
}

impl Matching {
    /// Matches every customer.
    pub fn new(dataset: Arc<Dataset>, policy: Arc<Policy>) -> Self {
        let population = Arc::new(Population::new(&dataset));
        let base = Arc::new(Ranking::new(&dataset, &policy, &population));
        Self { dataset, policy, population, ranked: Arc::clone(&base), base, past: None }
    }

    /// Matches every customer of a later load or under another policy; what is still the same is
    /// shared with this run. What was done for customers before stays, unless they are others.
    pub fn again(&self, dataset: Arc<Dataset>, policy: Arc<Policy>) -> Self {
        let same = Population::same_inputs(&self.dataset, &dataset);
        let past = self.past.clone().filter(|_| same);
        self.again_after(dataset, policy, past)
    }

    /// The same customers and policy, with what was done for them before.
    #[must_use]
    pub fn after(&self, past: Option<Arc<Past>>) -> Self {
        self.again_after(Arc::clone(&self.dataset), Arc::clone(&self.policy), past)
    }

    /// As [`Matching::again`], with what was done for these customers before.
    pub fn again_after(
        &self,
        dataset: Arc<Dataset>,
        policy: Arc<Policy>,
        past: Option<Arc<Past>>,
    ) -> Self {
        if !Population::same_inputs(&self.dataset, &dataset) {
            return Self::new(dataset, policy).limited(self, past);
        }
        let population = Arc::clone(&self.population);
        population.find_kinds();
        let same_ranking =
            Arc::ptr_eq(&self.dataset, &dataset) && self.policy.ranking == policy.ranking;
        let base = if same_ranking {
            Arc::clone(&self.base)
        } else {
            Arc::new(Ranking::new(&dataset, &policy, &population))
        };
        let ranked = Arc::clone(&base);
        Self { dataset, policy, population, base, ranked, past: None }.limited(self, past)
    }

    /// Applies the policy's contact limits and experiments, unless they were applied before to the same.
    fn limited(mut self, before: &Self, past: Option<Arc<Past>>) -> Self {
        let contact = self.policy.contact;
        let is_tried = past.as_deref().is_some_and(|past| any_started(&self.policy, past.today));
        let same_experiments = before.policy.experiments == self.policy.experiments
            && (!is_tried
                || Arc::ptr_eq(&before.dataset, &self.dataset)
                    && before.policy.confidence_threshold == self.policy.confidence_threshold
                    && before.policy.confidence_margin == self.policy.confidence_margin);
        let same_past = match (&before.past, &past) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        match &past {
            Some(_)
                if same_past
                    && Arc::ptr_eq(&before.base, &self.base)
                    && before.policy.contact == contact
                    && same_experiments =>
            {
                self.ranked = Arc::clone(&before.ranked);
            }
            Some(past) => {
                if contact.limits_plays() {
                    self.ranked = Arc::new(limited(&self.base, contact, &self.population, past));
                }
                if is_tried {
                    let Self { ranked, policy, dataset, population, .. } = &self;
                    let ranked = assigned(ranked, policy, dataset, population, past);
                    self.ranked = Arc::new(ranked);
                }
            }
            None => {}
        }
        self.past = past;
        self
    }

    /// What was done for customers before, where it is known.
    pub fn past(&self) -> Option<&Arc<Past>> {
        self.past.as_ref()
    }

    /// The contact gate of a customer; `None` where no limit is in force.
    pub fn contact(&self, number: usize) -> Option<ContactGate<'_>> {
        let contact = self.policy.contact;
        let past = self.past.as_deref().filter(|_| contact.limits_plays())?;
        Some(ContactGate::new(contact, past, number))
    }

    /// The experiment that a customer is in, with the arm; `None` of one that is in none.
    pub fn experiment(&self, number: usize) -> Option<(&Experiment, &str)> {
        let all = &self.ranked.assigned;
        let key = u32::try_from(number).ok().filter(|_| !all.is_empty())?;
        let at = all.binary_search_by_key(&key, |(customer, _)| *customer).ok()?;
        let (_, InArm { experiment, arm }) = *all.get(at)?;
        let experiment = self.policy.experiments.get(usize::from(experiment))?;
        Some((experiment, experiment.arms.get(usize::from(arm))?))
    }

    /// The same, as it is told of a customer.
    pub fn in_experiment(&self, number: usize) -> Option<InExperiment> {
        let (experiment, arm) = self.experiment(number)?;
        Some(InExperiment { id: experiment.id().into(), arm: arm.into() })
    }

    /// True of a customer whom an experiment leaves alone, to compare others with.
    pub fn is_held_out(&self, number: usize) -> bool {
        self.experiment(number).is_some_and(|(_, arm)| arm == HOLDOUT)
    }

    /// The customers who are in an experiment, ascending.
    pub fn in_experiments(&self) -> impl Iterator<Item = usize> {
        self.ranked.assigned.iter().map(|(customer, _)| *customer as usize)
    }

    /// The playbooks that experiments compare today.
    pub fn compared(&self) -> Vec<PlaybookIx> {
        let Some(past) = &self.past else { return Vec::new() };
        let running = running(&self.policy, &self.dataset, past.today);
        running.into_iter().flat_map(|one| one.playbooks.into_iter().flatten()).collect()
    }

    /// The customers for whom a contact limit stops a candidate, ascending.
    pub fn contacted(&self) -> &[u32] {
        &self.ranked.contacted
    }

    /// True where a contact limit stops one of the customer's candidates.
    pub fn is_contacted(&self, number: usize) -> bool {
        let contacted = &self.ranked.contacted;
        !contacted.is_empty()
            && u32::try_from(number).is_ok_and(|number| contacted.binary_search(&number).is_ok())
    }

    /// The play that a customer has no longer, or not the best one any more, for a contact limit
    /// alone, whatever the confidence.
    pub fn stopped(&self, number: usize) -> Option<&Ranked> {
        if self.contacted().is_empty() {
            return None;
        }
        let (best, before) = (self.ranked.best.get(number)?, self.base.best.get(number)?);
        self.ranked(*before).filter(|_| best != before)
    }

    /// The playbook that would be recommended without contact limits, where they are why it is not.
    pub fn kept_back(&self, number: usize) -> Option<&Ranked> {
        let stopped = self.stopped(number)?;
        let risk = *self.population.risks.get(number)?;
        risk::passes_confidence(risk, &self.policy).then_some(stopped)
    }

    /// The contact limits that bear on a customer's recommendation: those that stop a candidate that
    /// would rank ahead of it, and of any playbook that a person chose, those that stop that one.
    pub fn contact_limits(&self, number: usize, chosen: Option<&str>) -> ContactLimits {
        let Some(gate) = self.contact(number) else { return ContactLimits::default() };
        let chosen = chosen.and_then(|id| self.dataset.playbook_numbers.get(id).copied());
        let ahead = self.open(number).map(|ranked| ranked.playbook);
        let ahead = ahead.take_while(|playbook| gate.stops(*playbook));
        let all = ahead.chain(chosen).map(|playbook| gate.limits(playbook));
        all.fold(ContactLimits::default(), ContactLimits::and)
    }

    /// What the gates look at on a customer's side.
    pub fn subject(&self, number: usize) -> Option<Subject<'_>> {
        let view = self.customer(number)?;
        Some(Subject {
            stage: view.stage(),
            segment: view.segment(),
            risk: self.risk_score(number)?,
            contact: self.contact(number),
        })
    }

    /// Returns the data that was matched.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Returns the policy in force.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// Stage, segment and risk of every customer.
    pub fn population(&self) -> &Arc<Population> {
        &self.population
    }

    /// True where every customer's play has the same number, and stands for the same, in another run.
    pub fn same_plays(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ranked, &other.ranked)
    }

    /// How many customers were matched.
    pub fn len(&self) -> usize {
        self.ranked.best.len()
    }

    /// Returns true where there are no customers.
    pub fn is_empty(&self) -> bool {
        self.ranked.best.is_empty()
    }

    /// Returns a customer; `None` from [`Matching::len`] on.
    pub fn customer(&self, number: usize) -> Option<CustomerView<'_>> {
        self.dataset.customer(number)
    }

    /// How much a customer is at risk, and by whose word.
    pub fn risk(&self, number: usize) -> Option<Risk> {
        self.customer(number).map(|view| Risk::of(&self.dataset, &view))
    }

    /// How much a customer is at risk.
    pub fn risk_score(&self, number: usize) -> Option<f64> {
        self.population.risks.get(number).copied()
    }

    /// True where a customer's risk is at or above the policy's `targets.high_risk_at`.
    pub fn is_high_risk(&self, number: usize) -> bool {
        self.risk_score(number).is_some_and(|risk| risk >= self.policy.targets.high_risk_at)
    }

    /// The playbooks that pass every gate for a customer, best first.
    pub fn candidates(&self, number: usize) -> impl Iterator<Item = &Ranked> {
        let gate = self.contact(number).filter(|_| self.is_contacted(number));
        let passes = move |ranked: &&Ranked| gate.is_none_or(|gate| !gate.stops(ranked.playbook));
        self.open(number).filter(passes)
    }

    /// The playbooks that pass every gate for a customer but that of contact, best first.
    fn open(&self, number: usize) -> impl Iterator<Item = &Ranked> {
        let pair = self.population.pair_of.get(number).copied();
        let list = pair.and_then(|pair| self.list_of_pair(pair)).zip(self.risk_score(number));
        list.into_iter().flat_map(|(list, risk)| list.candidates(risk))
    }

    /// The playbooks open to each stage and segment; many of these may share a list.
    pub fn lists(&self) -> &Lists {
        &self.ranked.lists
    }

    /// Each stage and segment by its number; `None` where that is not in use.
    pub fn pairs(&self) -> impl Iterator<Item = Option<Pair<'_>>> {
        self.population.pairs(&self.dataset)
    }

    /// Number of the pair, and risk, of each of so many customers from `first` on.
    pub fn pairs_and_risks(
        &self,
        first: usize,
        count: usize,
    ) -> impl Iterator<Item = (PairIx, f64)> {
        let pairs = self.population.pair_of.get(first..).unwrap_or_default();
        let risks = self.population.risks.get(first..).unwrap_or_default();
        pairs.iter().zip(risks).take(count).map(|(pair, risk)| (*pair, *risk))
    }

    /// How many plays [`Matching::play`] tells apart.
    pub fn plays(&self) -> usize {
        self.ranked.plays.len()
    }

    /// All plays that [`Matching::play`] tells apart.
    pub fn play_numbers(&self) -> impl Iterator<Item = PlayIx> + use<> {
        (0..self.plays()).map(PlayIx::at)
    }

    /// Number of the play that is recommended to a customer; all customers of one number have the
    /// same stage, segment, playbook and economics.
    pub fn play(&self, number: usize) -> Option<PlayIx> {
        let play = *self.ranked.best.get(number)?;
        let passes = risk::passes_confidence(*self.population.risks.get(number)?, &self.policy);
        (passes && play != PlayIx::NONE).then_some(play)
    }

    /// The play of each customer from `first` on, as [`Matching::play`].
    pub fn plays_from(&self, first: usize) -> impl Iterator<Item = Option<PlayIx>> {
        let minimum = risk::MinimumConfidence::of(&self.policy);
        let risks = self.population.risks.get(first..).unwrap_or_default();
        let best = self.ranked.best.get(first..).unwrap_or_default();
        best.iter().zip(risks).map(move |(play, risk)| {
            (*play != PlayIx::NONE && minimum.passes(*risk)).then_some(*play)
        })
    }

    /// The play of each customer from `first` on, whatever the confidence; `None` where there is no
    /// candidate at all.
    pub fn best_from(&self, first: usize) -> impl Iterator<Item = Option<PlayIx>> {
        let best = self.ranked.best.get(first..).unwrap_or_default();
        best.iter().map(|play| (*play != PlayIx::NONE).then_some(*play))
    }

    /// The playbooks open to a stage and segment, by number of the pair.
    pub fn list_of_pair(&self, pair: PairIx) -> Option<&RankedList> {
        self.ranked.lists.of_pair(pair)
    }

    /// How many customers each play is recommended to: what totals are made of.
    pub fn customers_by_play(&self) -> Vec<usize> {
        let minimum = risk::MinimumConfidence::of(&self.policy);
        let plays = self.ranked.plays.len();
        // Where contact limits or experiments change what some of a kind get, each customer counts.
        if let Some(kinds) =
            self.population.kinds().filter(|_| Arc::ptr_eq(&self.ranked, &self.base))
        {
            let mut counts = vec![0; plays];
            for kind in kinds.all().iter().filter(|kind| minimum.passes(kind.risk)) {
                let play = self.ranked.best.get(kind.example.index());
                if let Some(count) = play.and_then(|play| counts.get_mut(play.index())) {
                    *count += kind.customers as usize;
                }
            }
            return counts;
        }
        let chunks =
            self.ranked.best.par_chunks(CHUNK * 4).zip(self.population.risks.par_chunks(CHUNK * 4));
        let count = |(best, risks): (&[PlayIx], &[f64])| {
            // The last one is for those without a play. Neighbors are counted apart: to add to what
            // has just been written is to wait for it.
            let mut counts = vec![[0u32; 4]; plays + 1];
            for (best, risks) in best.chunks(4).zip(risks.chunks(4)) {
                for (lane, (play, risk)) in best.iter().zip(risks).enumerate() {
                    let at = if minimum.passes(*risk) { play.index().min(plays) } else { plays };
                    if let Some(count) = counts.get_mut(at).and_then(|lanes| lanes.get_mut(lane)) {
                        *count += 1;
                    }
                }
            }
            counts.into_iter().map(|lanes| lanes.iter().sum()).collect()
        };
        let sum = |mut a: Vec<u32>, b: Vec<u32>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        };
        let counts = chunks.map(count).reduce(|| vec![0; plays + 1], sum);
        counts.into_iter().take(plays).map(|count| count as usize).collect()
    }

    /// The place in its ranking of a play.
    pub fn ranked(&self, play: PlayIx) -> Option<&Ranked> {
        let Play { pair, place } = *self.ranked.plays.get(play.index())?;
        self.ranked.lists.of_pair(pair)?.at(place)
    }

    /// Number of the (stage, segment) of a play, as [`Matching::pairs`] counts them.
    pub fn pair_of_play(&self, play: PlayIx) -> Option<PairIx> {
        self.ranked.plays.get(play.index()).map(|play| play.pair)
    }

    /// The best candidate, whatever the confidence.
    pub fn best_candidate(&self, number: usize) -> Option<&Ranked> {
        self.ranked(*self.ranked.best.get(number)?)
    }

    /// The recommended playbook: the best candidate, if the confidence passes the minimum.
    pub fn winner(&self, number: usize) -> Option<&Ranked> {
        self.ranked(self.play(number)?)
    }

    /// The playbook of a place in a ranking.
    pub fn playbook(&self, ranked: &Ranked) -> Option<&Playbook> {
        self.dataset.playbook(ranked.playbook)
    }

    /// Who asks for a person's approval of a play for an account of that value, in dollars a year
    /// where it is known; no one where this is empty (`decisions.md`, *Policy*).
    pub fn approval_reasons(
        &self,
        ranked: &Ranked,
        account_value: Option<f64>,
    ) -> Vec<ApprovalReason> {
        match self.playbook(ranked) {
            Some(playbook) => self.reasons_for(playbook, &ranked.economics, account_value),
            None => Vec::new(),
        }
    }

    pub(super) fn reasons_for(
        &self,
        playbook: &Playbook,
        economics: &Economics,
        account_value: Option<f64>,
    ) -> Vec<ApprovalReason> {
        economics.approval_reasons(playbook, &self.policy.approval, account_value)
    }

    /// Who asks for a person's approval of a play whatever the account is worth.
    pub fn asked_for_any_account(&self, ranked: &Ranked) -> Vec<ApprovalReason> {
        self.approval_reasons(ranked, BELOW_EVERY_LIMIT)
    }

    /// The 12 fields of rule 8. `None` where nothing is recommended.
    pub fn recommendation(&self, number: usize) -> Option<Recommendation> {
        self.recommendation_of(number, self.winner(number)?)
    }

    /// The 12 fields of rule 8, were this one of the customer's candidates the recommended one.
    pub fn recommendation_of(&self, number: usize, ranked: &Ranked) -> Option<Recommendation> {
        let playbook = self.playbook(ranked)?;
        let view = self.customer(number)?;
        let risk = self.risk_score(number)?;
        Some(Recommendation {
            customer_id: view.id().into(),
            segment: view.segment().into(),
            journey_stage: view.stage().map(Into::into),
            playbook_id: playbook.id.clone(),
            playbook_name: playbook.name.clone(),
            recommended_action: playbook.action().into(),
            confidence: risk::reported_confidence(risk, &self.policy),
            expected_cost: ranked.economics.cost,
            expected_value: ranked.economics.value,
            requires_human_approval: !self
                .approval_reasons(ranked, view.known_account_value())
                .is_empty(),
            risk_score: risk,
            account_value: view.account_value(),
        })
    }

    /// All recommendations, in customer file order.
    pub fn recommendations(&self) -> impl Iterator<Item = Recommendation> {
        (0..self.len()).filter_map(|number| self.recommendation(number))
    }

    /// What a reviewer sees of a recommendation, and a decision is about (`decisions.md`).
    pub fn basis(&self, number: usize) -> Option<Basis> {
        let recommendation = self.recommendation(number)?;
        let ranked = self.winner(number)?;
        let economics = &ranked.economics;
        let account_value = self.customer(number)?.known_account_value();
        let approval_reasons = self.approval_reasons(ranked, account_value);
        Some(Basis {
            recommendation,
            customer: None,
            risk_source: self.risk(number)?.source,
            value_source: economics.value_source,
            cost_source: economics.cost_source,
            roi_source: economics.roi_source,
            roi_ratio: economics.roi,
            evidence: economics.evidence,
            policy: PolicyBasis::new(&self.policy, &approval_reasons, account_value)
                .limited(&self.policy.contact, self.contact_limits(number, None)),
            missing: economics.missing_for(account_value, &approval_reasons),
            approval_reasons,
            experiment: self.in_experiment(number),
            experiment_as: None,
            state_entered_at: None,
            chosen: None,
            ledger_id: self.policy.ledger_id.clone(),
        })
    }

    /// What a reviewer sees of a customer to whom nothing is recommended; `None` where something is.
    pub fn uncovered_basis(&self, number: usize) -> Option<Basis> {
        if self.play(number).is_some() {
            return None;
        }
        let view = self.customer(number)?;
        let risk = self.risk(number)?;
        let customer = UncoveredCustomer {
            customer_id: view.id().into(),
            segment: view.segment().into(),
            journey_stage: view.stage().map(Into::into),
            risk_score: risk.score,
            account_value: view.account_value(),
        };
        let confidence = risk.reported_confidence(&self.policy);
        let policy = PolicyBasis::new(&self.policy, &[], view.known_account_value())
            .limited(&self.policy.contact, self.contact_limits(number, None));
        let mut basis = Basis::of_uncovered(customer, risk.source, confidence, policy);
        let unknown = view.known_account_value().is_none();
        basis.missing.extend(unknown.then_some(Missing::AccountValue));
        basis.ledger_id.clone_from(&self.policy.ledger_id);
        Some(basis)
    }

    /// True where a row behind the recommendation was skipped: one of the customer's, or of the
    /// recommended playbook's performance (`decisions.md`, status `held`).
    pub fn is_doubtful(&self, number: usize) -> bool {
        let doubtful = || {
            let view = self.customer(number)?;
            let playbook = self.playbook(self.winner(number)?)?;
            Some(
                self.dataset.doubtful_customers.contains(view.id())
                    || self.dataset.doubtful_playbooks.contains(&playbook.id),
            )
        };
        doubtful().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Loader;
    use crate::intake::load::Reread;
    use crate::matching::performance::PerformanceIndex;
    use std::path::Path;

    fn sample() -> Arc<Dataset> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        Loader::new(directory).load(Reread::All).dataset
    }

    fn told(matching: &Matching) -> Vec<Recommendation> {
        matching.recommendations().collect()
    }

    #[test]
    fn what_is_shared_with_an_earlier_run_is_what_a_new_run_gives() {
        let dataset = sample();
        let before = Matching::new(Arc::clone(&dataset), Arc::default());
        for threshold in [0.0, 0.3, 0.75, 0.9, 1.0] {
            let policy = Policy { confidence_threshold: threshold, ..Policy::default() };
            let policy = Arc::new(policy);
            let again = before.again(Arc::clone(&dataset), Arc::clone(&policy));
            assert_eq!(told(&again), told(&Matching::new(Arc::clone(&dataset), policy)));
        }
        let mut fewer = Dataset::clone(&dataset);
        let playbooks = dataset.playbooks.iter().skip(3).cloned().collect();
        fewer.playbooks = Arc::new(playbooks);
        let fewer = Arc::new(fewer);
        let again = before.again(Arc::clone(&fewer), Arc::default());
        assert_eq!(told(&again), told(&Matching::new(fewer, Arc::default())));
        assert_ne!(told(&again), told(&before));
    }

    /// Customers of many stages and segments, each of them their own, and playbooks with every kind of
    /// segment list.
    fn scattered(customers: usize, playbooks: usize) -> Arc<Dataset> {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, rows: Vec<String>| {
            std::fs::write(dir.path().join(name), format!("[{}]", rows.join(",\n"))).unwrap();
        };
        let of_customers = |row: &dyn Fn(usize) -> String| (0..customers).map(row).collect();
        write(
            "customers.json",
            of_customers(&|n| {
                format!(r#"{{"customer_id":"C{n}","segment":"S{n}","account_value":5}}"#)
            }),
        );
        write(
            "journey_state_log.json",
            of_customers(&|n| format!(r#"{{"customer_id":"C{n}","journey_stage":"t{}"}}"#, n % 7)),
        );
        write(
            "fused_signals.json",
            of_customers(&|n| {
                let risk = (n * 37 % 100) as f64 / 100.0;
                format!(r#"{{"customer_id":"C{n}","fused_risk_score":{risk}}}"#)
            }),
        );
        let playbook = |n: usize| {
            let segments = match n % 4 {
                0 => format!(r#"["S{n}","S{}","S{n}"]"#, n + 7),
                _ => r#"["All"]"#.to_owned(),
            };
            let (threshold, cost) = (0.9 - n as f64 / (2 * playbooks) as f64, 3 + n % 5);
            format!(
                r#"{{"playbook_id":"P{n}","journey_stage":"t{}","eligible_segments":{segments},
                   "risk_threshold":{threshold},"avg_cost_estimate":{cost},
                   "expected_value_range":[9,{}],"status":"active"}}"#,
                n % 5,
                99 - n % 50,
            )
        };
        write("journey_playbooks.json", (0..playbooks).map(playbook).collect());
        let row = |n: usize| {
            format!(r#"{{"playbook_id":"P{n}","segment":"S{}","runs":9,"roi_ratio":{n}}}"#, n + 21)
        };
        write("playbook_performance_log.json", (0..playbooks).map(row).collect());
        let loaded = Loader::new(dir.path()).load(Reread::All);
        assert_eq!(loaded.problems, []);
        loaded.dataset
    }

    #[test]
    fn segments_that_nothing_names_share_a_list() {
        for customers in [500, 5_000] {
            let matching = Matching::new(scattered(customers, 40), Arc::default());
            assert_eq!(matching.pairs().flatten().count(), customers, "each its own");
            // One of each stage with playbooks, one for all others, and the named ones.
            let lists = matching.lists().count();
            assert!((7..=5 + 1 + 3 * 40).contains(&lists), "{lists}");
            assert!(
                matching.plays() <= crate::matching::plays::MANY_PLAYS.max(customers),
                "{}",
                matching.plays()
            );
        }
    }

    #[test]
    fn what_shares_a_list_gets_what_the_rules_say() {
        let dataset = scattered(2_000, 40);
        let policy = Policy { confidence_threshold: 0.0, ..Policy::default() };
        let matching = Matching::new(Arc::clone(&dataset), Arc::new(policy));
        assert!(matching.lists().iter().map(RankedList::steps).max() > Some(2));
        let mut with_a_play = 0;
        for view in dataset.customers() {
            let risk = matching.risk_score(view.number).unwrap();
            let open = |playbook: &Playbook| {
                crate::matching::gates::open_to(playbook, view.stage(), view.segment())
                    && risk >= playbook.risk_threshold()
            };
            let performance = PerformanceIndex::new(&dataset.performance);
            let mut open: Vec<_> = dataset
                .playbooks()
                .filter(|playbook| open(playbook))
                .map(|p| (Economics::of(p, view.segment(), &performance), p))
                .collect();
            open.sort_by(|(a, _), (b, _)| {
                crate::matching::ranking::order(crate::domain::Ranking::Roi, a, b)
            });
            let want = open.first().map(|(economics, playbook)| (economics.roi, &playbook.id));
            let got = matching.winner(view.number);
            let got = got.and_then(|r| Some((r.economics.roi, &matching.playbook(r)?.id)));
            assert_eq!(got, want, "{}", view.id());
            with_a_play += usize::from(got.is_some());
            let pair = matching.play(view.number).and_then(|play| matching.pair_of_play(play));
            let pair = pair.and_then(|pair| matching.pairs().nth(pair.index()).flatten());
            assert_eq!(pair.map(|pair| pair.segment), got.map(|_| view.segment()));
        }
        assert!(with_a_play > 100, "{with_a_play}");
        assert_eq!(matching.customers_by_play().iter().sum::<usize>(), with_a_play);
    }

    #[test]
    fn counts_by_play_add_up_to_the_recommendations() {
        let matching = Matching::new(sample(), Arc::default());
        let counts = matching.customers_by_play();
        assert_eq!(counts.iter().sum::<usize>(), told(&matching).len());
        for (play, count) in counts.into_iter().enumerate() {
            let of_play =
                (0..matching.len()).filter(|n| matching.play(*n) == Some(PlayIx::at(play)));
            assert_eq!(of_play.count(), count);
        }
    }
}
