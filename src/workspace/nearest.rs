//! The ids that somebody may have meant.

/// How alike two ids have to be, from 0 to 1.
const ALIKE: f64 = 0.75;

/// Up to three known ids like the one that is not known, the most alike first.
pub fn nearest<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = id.to_lowercase();
    let mut alike: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&wanted, &known.to_lowercase()), known))
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.into_iter().take(3).map(|(_, known)| known.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_come_first_and_strangers_not_at_all() {
        let known = ["C001", "C010", "C002", "X9"];
        assert_eq!(nearest("c001", known)[0], "C001");
        assert!(!nearest("C01", known).contains(&"X9".to_owned()));
        assert!(nearest("zzz", known).is_empty());
    }
}
