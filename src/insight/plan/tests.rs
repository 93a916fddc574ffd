use proptest::prelude::*;

use super::*;
use crate::insight::samples::any_matching;

/// `(cost in dollars, value in dollars)` of each offer.
fn choice(offers: &[(f64, f64)]) -> Choice {
    let offers = offers.iter().enumerate();
    Choice::new(offers.map(|(playbook, (cost, value))| {
        Offer::new((PlaybookIx::at(playbook), *cost, *value), Coin::CENT)
    }))
}

fn hull(offers: &[(f64, f64)]) -> Vec<usize> {
    choice(offers).efficient().map(|offer| offer.playbook.index()).collect()
}

#[test]
fn only_what_is_efficient_is_on_the_hull() {
    assert_eq!(hull(&[]), [0usize; 0]);
    assert_eq!(hull(&[(10.0, 5.0), (0.0, 0.0)]), [0usize; 0], "they bring nothing");
    assert_eq!(hull(&[(10.0, 110.0), (20.0, 130.0)]), [0, 1]);
    assert_eq!(hull(&[(10.0, 30.0), (20.0, 220.0)]), [1], "the first one is no way to the second");
    assert_eq!(hull(&[(0.0, 5.0), (0.0, 9.0), (10.0, 200.0)]), [1, 2], "what is free stays");
    assert_eq!(hull(&[(10.0, 50.0), (10.0, 50.0)]), [0], "of equals the first");
    assert_eq!(hull(&[(10.0, 50.0), (20.0, 40.0)]), [0], "dearer, and brings less");
}

#[test]
fn costs_are_counted_in_cents() {
    let price = |dollars| Coin::CENT.price(dollars);
    assert_eq!([29.1, 0.07, 1.0 / 3.0, 0.0, -5.0].map(price), [2910, 7, 34, 0, 0]);
    assert_eq!(price(1e300), u64::MAX);
    assert_eq!([0.29, 0.295, 0.0].map(|dollars| Coin::CENT.budget(dollars)), [29, 29, 0]);
}

#[test]
fn parts_of_a_cent_are_counted_where_they_are_few() {
    let coin = |costs: &[f64]| Coin::of(costs.iter().copied()).0;
    assert_eq!(coin(&[25.0, 29.1, 0.07]), 100.0);
    assert_eq!(coin(&[25.0, 12.345]), 1_000.0);
    assert_eq!(coin(&[25.0, 0.000_01]), 100_000.0);
    assert_eq!(coin(&[25.0, 1.0 / 3.0]), 100.0, "no coin fits a third");
    assert_eq!(Coin(1_000.0).budget(10.125), 10_125);
    assert_eq!(Coin(1_000.0).dollars(10_125), 10.125);
}

#[test]
fn a_negative_cost_counts_as_nothing() {
    assert_eq!(hull(&[(-5.0, 0.0)]), [0usize; 0], "it brings nothing");
    let choices = [(choice(&[(-5.0, 20.0)]), 1), (choice(&[(12.0, 50.0)]), 1)];
    for (budget, spent, net) in [(1_000, 0, 20.0), (1_200, 1_200, 58.0)] {
        let solved = relaxed::solve(&choices.clone().map(|(c, n)| (c.within(budget), n)), budget);
        assert_eq!((solved.spent, solved.net, solved.bound), (spent, net, net));
    }
}

#[test]
fn a_play_that_alone_brings_more_than_all_others_is_not_missed() {
    // The first one brings more for its cost, and then the other one is too dear.
    let choices = [(choice(&[(10.01, 20_000.0)]), 1), (choice(&[(1_059.97, 1_000_000.0)]), 1)];
    let solved = relaxed::solve(&choices, 106_000);
    assert_eq!((solved.spent, solved.net), (105_997, 998_940.03));
    assert_eq!(spent(&choices, &solved).0, 105_997);
    assert!(solved.bound > solved.net);
}

/// The greatest net value of any plan, in dollars, by trying all of them.
fn brute_force(choices: &[(Choice, usize)], budget: u128) -> f64 {
    let Some(((choice, customers), rest)) = choices.split_first() else { return 0.0 };
    if *customers == 0 {
        return brute_force(rest, budget);
    }
    let mut fewer = choices.to_vec();
    fewer[0].1 -= 1;
    let without = brute_force(&fewer, budget);
    let with = choice.offers.iter().filter(|offer| u128::from(offer.cost) <= budget);
    let with = with.map(|offer| offer.net + brute_force(&fewer, budget - u128::from(offer.cost)));
    with.fold(without, f64::max)
}

fn spent(choices: &[(Choice, usize)], solved: &Solved) -> (u128, f64) {
    let mut sums = (0, 0.0);
    for ((choice, customers), levels) in choices.iter().zip(&solved.levels) {
        // Nothing is told of those who have no choice.
        assert!(choice.is_empty() || levels.iter().map(|(_, n)| n).sum::<usize>() == *customers);
        for (playbook, customers) in levels {
            let Some(playbook) = playbook else { continue };
            let offer = choice.offers.iter().find(|offer| offer.playbook == *playbook).unwrap();
            sums.0 += u128::from(offer.cost) * *customers as u128;
            sums.1 += offer.net * *customers as f64;
        }
    }
    sums
}

fn any_choices() -> impl Strategy<Value = Vec<(Choice, usize)>> {
    let amount = || prop_oneof![3 => 0i32..60, 1 => Just(0)].prop_map(|x| f64::from(x) / 2.0);
    let cost = prop_oneof![4 => amount(), 1 => Just(-5.0)];
    let offers = proptest::collection::vec((cost, amount()), 0..4);
    let one = (offers, 1usize..3).prop_map(|(offers, customers)| {
        let offers: Vec<_> = offers.into_iter().map(|(cost, net)| (cost, cost + net)).collect();
        (choice(&offers), customers)
    });
    proptest::collection::vec(one, 0..4)
}

proptest! {
    #[test]
    fn no_plan_is_above_its_budget_or_its_bound(
        choices in any_choices(),
        budget in 0u128..12_000,
    ) {
        let best = brute_force(&choices, budget);
        let within = |(choice, customers): &(Choice, usize)| (choice.within(budget), *customers);
        let choices: Vec<(Choice, usize)> = choices.iter().map(within).collect();
        prop_assert_eq!(brute_force(&choices, budget), best);
        let relaxed = relaxed::solve(&choices, budget);
        let (cost, net) = spent(&choices, &relaxed);
        prop_assert_eq!(cost, relaxed.spent);
        prop_assert!(cost <= budget);
        prop_assert!((net - relaxed.net).abs() < 1e-6);
        prop_assert!(net <= relaxed.bound + 1e-6 && best <= relaxed.bound + 1e-6);
        let largest = choices.iter().flat_map(|(choice, _)| &choice.offers);
        let largest = largest.map(|offer| offer.net).fold(0.0, f64::max);
        prop_assert!(relaxed.bound - relaxed.net <= largest + 1e-6);

        let exact = exact::solve(&choices, budget, &Limits::default()).unwrap();
        let (cost, net) = spent(&choices, &exact);
        prop_assert_eq!(cost, exact.spent);
        prop_assert!(cost <= budget && (net - best).abs() < 1e-6 && (exact.net - best).abs() < 1e-6);
        if relaxed.bound <= relaxed.net {
            prop_assert!((relaxed.net - best).abs() < 1e-6, "claimed to be exact");
        }
    }
}

/// The greatest net value of any plan that keeps to owners' limits, by trying all of them.
fn brute_force_limited(choices: &[(Choice, usize)], budget: u128, limits: &Limits) -> f64 {
    let kind = limits.of_kind.len() - choices.len();
    let Some(((choice, customers), rest)) = choices.split_first() else { return 0.0 };
    if *customers == 0 {
        return brute_force_limited(rest, budget, limits);
    }
    let mut fewer = choices.to_vec();
    fewer[0].1 -= 1;
    let without = brute_force_limited(&fewer, budget, limits);
    let mut used = limits.clone();
    if let Some(owner) = limits.of(kind) {
        if limits.room(owner) == 0 {
            return without;
        }
        used.rooms[owner] -= 1;
    }
    let with = choice.offers.iter().filter(|offer| u128::from(offer.cost) <= budget);
    let with = with.map(|offer| {
        offer.net + brute_force_limited(&fewer, budget - u128::from(offer.cost), &used)
    });
    with.fold(without, f64::max)
}

/// What brings the most for its cost first, one play a customer, while there is money and time.
fn greedy(choices: &[(Choice, usize)], mut budget: u128, limits: &Limits) -> f64 {
    let mut rooms = limits.rooms.clone();
    let mut left: Vec<usize> = choices.iter().map(|(_, customers)| *customers).collect();
    let kinds = choices.iter().enumerate();
    let mut offers: Vec<(usize, Offer)> = kinds
        .flat_map(|(kind, (choice, _))| choice.offers.iter().map(move |offer| (kind, *offer)))
        .collect();
    let efficiency = |offer: &Offer| offer.net / offer.cost as f64;
    offers.sort_by(|(_, a), (_, b)| efficiency(b).total_cmp(&efficiency(a)));
    let mut net = 0.0;
    for (kind, offer) in offers {
        while left[kind] > 0 && u128::from(offer.cost) <= budget {
            if let Some(owner) = limits.of(kind) {
                if rooms[owner] == 0 {
                    break;
                }
                rooms[owner] -= 1;
            }
            left[kind] -= 1;
            budget -= u128::from(offer.cost);
            net += offer.net;
        }
    }
    net
}

proptest! {
    #[test]
    fn owners_have_no_more_plays_than_time(
        choices in any_choices(),
        owners in proptest::collection::vec(proptest::option::of(0usize..2), 4),
        rooms in proptest::collection::vec(1usize..4, 2),
        budget in 0u128..12_000,
    ) {
        let within = |(choice, customers): &(Choice, usize)| (choice.within(budget), *customers);
        let choices: Vec<(Choice, usize)> = choices.iter().map(within).collect();
        let of_kind = owners.into_iter().take(choices.len()).collect();
        let limits = Limits { of_kind, rooms };
        let best = brute_force_limited(&choices, budget, &limits);
        let all = limits.that_matter(&choices);
        prop_assert_eq!(brute_force_limited(&choices, budget, &all), best);
        let found = limited::solve(&choices, budget, &limits);
        let exact = exact::solve(&choices, budget, &limits).unwrap();
        for solved in [&found, &exact] {
            let (cost, net) = spent(&choices, solved);
            prop_assert_eq!(cost, solved.spent);
            prop_assert!(cost <= budget && (net - solved.net).abs() < 1e-6);
            prop_assert!(net <= solved.bound + 1e-6 && best <= solved.bound + 1e-6);
            for owner in 0..2 {
                let levels = solved.levels.iter().enumerate();
                let its = levels.filter(|(kind, _)| limits.of(*kind) == Some(owner));
                let plays = its.flat_map(|(_, levels)| levels).filter(|(play, _)| play.is_some());
                prop_assert!(plays.map(|(_, n)| n).sum::<usize>() <= limits.room(owner));
            }
        }
        prop_assert!((exact.net - best).abs() < 1e-6, "{} {best}", exact.net);
        prop_assert!(greedy(&choices, budget, &limits) <= exact.net + 1e-6);
        // One play may be too dear for what is left, and one of each owner.
        let largest = choices.iter().flat_map(|(choice, _)| &choice.offers);
        let largest = largest.map(|offer| offer.net).fold(0.0, f64::max);
        prop_assert!(found.bound - found.net <= 2.0 * largest + 1e-6, "{} {best}", found.net);
        if found.bound <= found.net {
            prop_assert!((found.net - best).abs() < 1e-6, "claimed to be exact");
        }
    }

    #[test]
    fn without_limits_that_matter_a_plan_is_what_it_was(
        choices in any_choices(),
        budget in 0u128..12_000,
    ) {
        let of_kind = vec![Some(0); choices.len()];
        let customers = choices.iter().map(|(_, customers)| customers).sum();
        let limits = Limits { of_kind, rooms: vec![customers] }.that_matter(&choices);
        prop_assert!(limits.are_none());
        // The bound is the same, however it is found.
        let within = |(choice, customers): &(Choice, usize)| (choice.within(budget), *customers);
        let choices: Vec<(Choice, usize)> = choices.iter().map(within).collect();
        let bounds =
            [relaxed::solve(&choices, budget).bound, limited::solve(&choices, budget, &limits).bound];
        prop_assert!((bounds[0] - bounds[1]).abs() < 1e-6, "{bounds:?}");
    }
}

#[test]
fn many_customers_of_few_owners_are_planned_close_to_the_bound() {
    let kinds: Vec<(Choice, usize)> = (1..=40)
        .map(|n| {
            let n = f64::from(n);
            (choice(&[(3.0 + n % 7.0, 90.0 + 3.1 * n), (20.01 + n % 5.0, 190.0 + 7.7 * n)]), 1_000)
        })
        .collect();
    let of_kind: Vec<Option<usize>> = (0..40).map(|n| (n % 4 > 0).then(|| n % 4 - 1)).collect();
    let limits = Limits { of_kind, rooms: vec![500, 4_000, 20_000] };
    for budget in [100_000, 1_234_567, 3_000_000_000] {
        let solved = limited::solve(&kinds, budget, &limits);
        assert!(solved.spent <= budget);
        let shortfall = solved.bound - solved.net;
        assert!((0.0..=500.0).contains(&shortfall), "{budget}: {shortfall}");
        assert!(solved.net + 1e-6 >= greedy(&kinds, budget, &limits));
        assert!(exact::solve(&kinds, budget, &limits).is_none(), "too many");
    }
}

#[test]
fn what_is_free_is_always_taken_and_the_best_steps_come_first() {
    let choices = [(choice(&[(0.0, 5.0), (10.0, 30.0)]), 2), (choice(&[(10.0, 100.0)]), 1)];
    let plan = |budget| {
        let solved = relaxed::solve(&choices, budget);
        let number =
            |(playbook, n): &(Option<PlaybookIx>, usize)| (playbook.map(PlaybookIx::index), *n);
        let levels: Vec<Vec<_>> =
            solved.levels.iter().map(|levels| levels.iter().map(number).collect()).collect();
        (solved.spent, solved.net, levels)
    };
    let (spent, net, levels) = plan(0);
    assert_eq!((spent, net), (0, 10.0));
    assert_eq!(
        levels,
        [vec![(Some(1), 0), (Some(0), 2), (None, 0)], vec![(Some(0), 0), (None, 1)]]
    );
    let (spent, net, levels) = plan(2_500);
    assert_eq!((spent, net), (2_000, 115.0));
    assert_eq!(levels[0], [(Some(1), 1), (Some(0), 1), (None, 0)]);
}

#[test]
fn very_many_sums_are_not_all_tried() {
    let choices = [(choice(&[(0.01, 5.0), (99.99, 300.0)]), 1_000)];
    assert!(exact::solve(&choices, 9_999_999, &Limits::default()).is_none());
    let solved = relaxed::solve(&choices, 1_000_000);
    assert!(solved.bound - solved.net < 300.0 && solved.spent <= 1_000_000);
}

/// What a customer may choose from, as `explain` tells it.
fn told(matching: &Matching, customer: usize) -> (Choice, usize) {
    let explained = matching.explain(customer).unwrap();
    let candidates = explained.candidates.iter().filter(|_| explained.confidence.passes);
    let offer = |(playbook, its): (usize, &crate::matching::Candidate)| {
        Offer::new((PlaybookIx::at(playbook), its.cost.amount, its.value.amount), Coin::CENT)
    };
    (Choice::new(candidates.enumerate().map(offer)), 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_plan_of_a_portfolio_is_the_best_of_all(
        matching in any_matching(),
        budget in 0u32..400,
        chosen in 0usize..8,
    ) {
        let open = |number: usize| match number {
            0 => May::Nothing,
            _ if number == chosen => May::Only("P".into()),
            _ => May::Candidates,
        };
        let budget = f64::from(budget);
        let found = plan(&matching, budget, open);
        let mut choices: Vec<(Choice, usize)> = Vec::new();
        for customer in 1..matching.len() {
            choices.push(match matching.choose(customer, "P") {
                Some(its) if customer == chosen => {
                    let offer = Offer::new(
                        (PlaybookIx(0), its.expected_cost, its.expected_value),
                        Coin::CENT,
                    );
                    // With or without a recommendation.
                    (Choice::new(Some(offer).into_iter()), 1)
                }
                _ => told(&matching, customer),
            });
        }
        let best = brute_force(&choices, Coin::CENT.budget(budget));
        prop_assert!((found.net_value - best).abs() < 1e-6, "{:?} {best}", found);
        prop_assert_eq!((found.gap, found.bound), (0.0, found.net_value));
        let rows: Vec<Recommendation> =
            found.plays.iter().map(|play| play.recommendation(&matching).unwrap()).collect();
        let cost: f64 = rows.iter().map(|row| row.expected_cost).sum();
        let net: f64 = rows.iter().map(Recommendation::net_value).sum();
        prop_assert!((cost - found.spent).abs() < 1e-6 && cost <= budget + 1e-6);
        prop_assert!((net - best).abs() < 1e-6);
        prop_assert!(found.plays.is_sorted_by(|a, b| a.customer < b.customer), "one a customer");
        let more = plan(&matching, budget + 1000.0, open);
        prop_assert!((more.net_value - found.net_value - found.next_1000).abs() < 1e-6);
    }
}
