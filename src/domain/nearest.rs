//! The ids that somebody may have meant.

/// The known ids most like one that is not known, at most three, the most alike first.
pub fn nearest<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = id.to_lowercase();
    let mut alike: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&wanted, &known.to_lowercase()), known))
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.into_iter().take(3).map(|(_, known)| known.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_come_first() {
        let known = ["X9", "C001", "C010", "C002"];
        assert_eq!(nearest("c001", known), ["C001", "C010", "C002"]);
        assert_eq!(nearest("zzz", known).len(), 3);
        assert!(nearest("zzz", []).is_empty());
    }
}
