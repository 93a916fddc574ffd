//! Whether the values of a column fit a field, and by which rule they are read.

use super::super::date_text;
use super::super::mapping::{ColumnRule, DateForm, NumberForm, Origin};
use super::super::value::{self, Value};
use super::known::{Meaning, Names, key, known, stands_for};
use super::sample::{SampleCell, SampleColumn};
use super::write::quoted;
use crate::domain::text::short;
use crate::domain::time::date_of;
use crate::store::row::Kind;

/// With more texts than this a column holds no list of values.
const MOST_VALUES: usize = 30;

/// Keys of a rule, with their values as TOML.
pub type Keys = Vec<(&'static str, String)>;

/// How a column is read as a field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fit {
    /// The keys of its rule, beside the column.
    pub keys: Keys,
    /// What the values tell.
    pub why: Vec<String>,
    /// Where the values can be read in several ways: the keys of each, and what is read by them.
    pub choices: Vec<(Keys, String)>,
    /// What to look at.
    pub note: Option<String>,
}

impl Fit {
    fn with(keys: Keys, why: impl Into<String>) -> Self {
        Self { keys, why: vec![why.into()], ..Self::default() }
    }
}

/// Returns how the values of a column are read as a field of that type.
///
/// # Errors
/// Why they do not fit, in words.
pub fn fit(kind: Kind, meaning: Option<Meaning>, column: &SampleColumn) -> Result<Fit, String> {
    let cells: Vec<&SampleCell> = column.filled().collect();
    if cells.is_empty() {
        return Err("it is empty in the first rows".to_owned());
    }
    if let (Kind::Id | Kind::Text, Some(SampleCell::Other(_))) = (kind, cells.first()) {
        return Err("it holds lists or objects".to_owned());
    }
    match (kind, meaning) {
        (Kind::Text, Some(Meaning::Stage)) => list(column, &known().stages, "stage"),
        (Kind::Text, Some(Meaning::Billing)) => list(column, &known().billing, "stage"),
        (Kind::Text, Some(Meaning::Segment)) => list(column, &known().segments, "segment"),
        (Kind::Id | Kind::Text, _) => Ok(Fit::default()),
        (Kind::Date, _) => date(&cells),
        (Kind::Number, Some(meaning @ (Meaning::Health | Meaning::Risk))) => {
            scale(column, &cells, meaning)
        }
        (Kind::Number, Some(Meaning::Monthly)) => {
            amount(&cells, ("[0, 1]", "[0, 12]"), "an amount a month, made yearly")
        }
        (Kind::Number, Some(Meaning::Cents)) => {
            amount(&cells, ("[0, 100]", "[0, 1]"), "an amount in cents, made dollars")
        }
        (Kind::Number, _) => number(&cells),
        (Kind::Flag, _) => flag(&cells),
        (Kind::Texts | Kind::Numbers, _) => split(&cells),
    }
}

/// An amount on another scale than the field's.
fn amount(cells: &[&SampleCell], (from, to): (&str, &str), why: &str) -> Result<Fit, String> {
    let mut fit = number(cells)?;
    let scale = [("from", from.to_owned()), ("to", to.to_owned())];
    let choices = fit.choices.iter_mut().map(|(keys, _)| keys);
    choices.chain([&mut fit.keys]).for_each(|keys| keys.extend(scale.clone()));
    fit.why.push(why.to_owned());
    Ok(fit)
}

/// Codes: texts that stand for one of a few.
fn list(column: &SampleColumn, names: &Names, what: &str) -> Result<Fit, String> {
    let texts = column.distinct();
    if texts.len() > MOST_VALUES {
        return Err(format!("it has {} different values, more than a {what} would", texts.len()));
    }
    let means = |text: &str| stands_for(names, text).unwrap_or(text).to_owned();
    if texts.iter().all(|text| means(text) == *text) {
        return Ok(Fit::default());
    }
    let listed: Vec<String> =
        texts.iter().map(|text| format!("{} = {}", quoted(text), quoted(&means(text)))).collect();
    let keys = vec![("values", format!("{{ {} }}", listed.join(", ")))];
    let why =
        format!("a {what} that is not listed is left out with a warning, so add new ones here");
    Ok(Fit::with(keys, why))
}

fn rule(kind: Kind, number: NumberForm) -> ColumnRule {
    ColumnRule {
        field: "",
        number_of_field: 0,
        kind,
        from: Origin::Column(0),
        values: None,
        number,
        scale: None,
        date: None,
        split: None,
        truths: None,
    }
}

/// The numbers that cells are in a form; of those that are none nothing.
fn numbers(cells: &[&SampleCell], form: NumberForm) -> Vec<Option<f64>> {
    let rule = rule(Kind::Number, form);
    let read = |cell: &&SampleCell| match value::read(&rule, cell.cell()) {
        Ok(Value::Number(number)) => Some(number),
        _ => None,
    };
    cells.iter().map(read).collect()
}

fn number_keys(form: NumberForm) -> Keys {
    match form {
        NumberForm::Plain => Keys::new(),
        form => vec![("number", quoted(form.into()))],
    }
}

fn number(cells: &[&SampleCell]) -> Result<Fit, String> {
    let is_text = |cell: &&&SampleCell| matches!(cell, SampleCell::Text(_));
    let is_percent = cells.iter().filter(is_text).any(|cell| cell.text().ends_with('%'));
    let forms: &[NumberForm] = match is_percent {
        true => &[NumberForm::Percent],
        false => &[NumberForm::Plain, NumberForm::Us, NumberForm::Eu],
    };
    let read = |form: &NumberForm| {
        let numbers = numbers(cells, *form);
        (numbers.iter().flatten().count(), *form, numbers)
    };
    let mut read: Vec<_> = forms.iter().map(read).collect();
    // Of equals the first: what programs write before what people write.
    read.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let Some((count, form, best)) = read.first() else { return Err("it is empty".to_owned()) };
    if count * 2 < cells.len() {
        let odd = cells.first().map(|cell| cell.text()).unwrap_or_default();
        return Err(format!("most of its values are no numbers, such as \"{}\"", short(&odd)));
    }
    let mut fit = Fit { keys: number_keys(*form), ..Fit::default() };
    let other = read.iter().skip(1).find(|(other, _, numbers)| other == count && numbers != best);
    match (form, other) {
        (NumberForm::Us, Some(_)) => {
            fit.why.push("the comma is read as one between thousands".to_owned());
        }
        // 1.234 is little more than one, or a thousand in Europe.
        (_, Some((_, other, numbers))) => {
            let first = |numbers: &[Option<f64>]| {
                numbers.iter().flatten().next().copied().unwrap_or_default()
            };
            let written = cells.iter().map(|cell| cell.text()).next().unwrap_or_default();
            let told = |number: f64| format!("\"{}\" is {number}", short(&written));
            fit.choices = vec![
                (number_keys(*form), told(first(best))),
                (number_keys(*other), told(first(numbers))),
            ];
        }
        (_, None) => {}
    }
    if *count < cells.len() {
        let odd = cells.iter().zip(best).find(|(_, number)| number.is_none());
        let odd = odd.map(|(cell, _)| cell.text()).unwrap_or_default();
        fit.note = Some(format!(
            "{} of {} first values are no numbers, such as \"{}\": such rows are skipped",
            cells.len() - count,
            cells.len(),
            short(&odd)
        ));
    }
    Ok(fit)
}

/// A scale, or words for one, to a share from 0 to 1.
fn scale(column: &SampleColumn, cells: &[&SampleCell], meaning: Meaning) -> Result<Fit, String> {
    let words = column.distinct();
    // Of a health score "high" is good.
    let share = |text: &str| {
        let turned = meaning == Meaning::Health;
        let text = match key(text).as_str() {
            "high" if turned => "Low",
            "low" if turned => "High",
            _ => text,
        };
        stands_for(&known().risks, text)
    };
    if words.len() <= MOST_VALUES && words.iter().all(|word| share(word).is_some()) {
        let listed = words.iter().filter_map(|word| Some((word, share(word)?)));
        let listed: Vec<String> =
            listed.map(|(word, share)| format!("{} = {share}", quoted(word))).collect();
        let keys = vec![("values", format!("{{ {} }}", listed.join(", ")))];
        return Ok(Fit::with(keys, "words, each with an assumed probability; set your own"));
    }
    let fit = number(cells)?;
    if !fit.choices.is_empty() {
        return Ok(fit);
    }
    let form = match fit.keys.first() {
        Some((_, form)) => form.trim_matches('"').parse().unwrap_or_default(),
        None => NumberForm::Plain,
    };
    let numbers: Vec<f64> = numbers(cells, form).into_iter().flatten().collect();
    let (least, most) = numbers.iter().fold((0.0_f64, 0.0_f64), |(a, b), x| (a.min(*x), b.max(*x)));
    let top = [1.0, 10.0, 100.0].into_iter().find(|top| most <= *top);
    let Some(top) = top.filter(|_| least >= 0.0) else {
        return Err(format!(
            "its values go from {least} to {most}, which is no scale from 0 to 1, 10 or 100"
        ));
    };
    let turned = meaning == Meaning::Health;
    let mut keys = fit.keys;
    if turned || top > 1.0 {
        keys.push(("from", format!("[0, {top}]")));
        keys.push(("to", if turned { "[1, 0]" } else { "[0, 1]" }.to_owned()));
    }
    let round = if turned { ", reversed: higher is better" } else { "" };
    let why =
        format!("its largest value is {most}, so it is read as a scale from 0 to {top}{round}");
    Ok(Fit { keys, why: vec![why], ..fit })
}

/// Patterns of dates that can be told by their parts.
const PATTERNS: [&str; 20] = [
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%Y",
    "%m.%d.%Y",
    "%d.%m.%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d %Y",
    "%d. %B %Y",
];
/// What may stand behind a date.
const TIMES: [&str; 5] = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", ", %I:%M %p"];

fn date(cells: &[&SampleCell]) -> Result<Fit, String> {
    let texts: Vec<String> = cells.iter().map(|cell| cell.text()).collect();
    if texts.iter().all(|text| date_of(text).is_some()) {
        return Ok(Fit::default());
    }
    // One that cannot be read is no reason against the others, however few they are.
    let enough =
        |count: usize| count * 10 >= texts.len() * 9 || count >= 2 && count + 1 == texts.len();
    let whole: Vec<i64> =
        texts.iter().filter_map(|text| text.trim_end_matches(".0").parse().ok()).collect();
    for (unit, name, least) in
        [("seconds", "epoch_s", 500_000_000), ("milliseconds", "epoch_ms", 500_000_000_000)]
    {
        let count = whole.iter().filter(|at| (least..=least * 10).contains(*at)).count();
        if count > 0 && enough(count) {
            return Ok(Fit::with(vec![("date", quoted(name))], format!("{unit} since 1970")));
        }
    }
    let mut fitting: Vec<(String, Vec<Option<String>>)> = Vec::new();
    for time in TIMES {
        for pattern in PATTERNS {
            let pattern = format!("{pattern}{time}");
            let form = DateForm::Pattern(pattern.as_str().into());
            let read: Vec<Option<String>> =
                texts.iter().map(|text| date_text::date(&form, text)).collect();
            let count = read.iter().flatten().count();
            // Four digits that are read as the year 25 are none.
            let is_old = read.iter().flatten().any(|date| date.starts_with("00"));
            if count > 0
                && enough(count)
                && !is_old
                && fitting.iter().all(|(_, other)| *other != read)
            {
                fitting.push((pattern, read));
            }
        }
    }
    let all = fitting.iter().map(|(_, read)| read.iter().flatten().count()).max().unwrap_or(0);
    fitting.retain(|(_, read)| read.iter().flatten().count() == all);
    let keys = |pattern: &str| vec![("date", quoted(pattern))];
    match fitting.as_slice() {
        [] => {
            let odd = texts.first().map(|text| short(text)).unwrap_or_default();
            Err(format!("its values are no dates, such as \"{odd}\""))
        }
        [(pattern, read)] => {
            let odd = texts.iter().zip(read).find(|(_, date)| date.is_none());
            let note = odd.map(|(odd, _)| {
                let unread = texts.len() - all;
                format!(
                    "{unread} of {} first values are no dates, such as \"{}\"",
                    texts.len(),
                    short(odd)
                )
            });
            Ok(Fit { keys: keys(pattern), note, ..Fit::default() })
        }
        several @ [(_, first), ..] => {
            // A row that is read in more than one way shows what is meant.
            let differs =
                |at: &usize| several.iter().any(|(_, read)| read.get(*at) != first.get(*at));
            let at = (0..texts.len()).find(differs).unwrap_or(0);
            let told = |read: &[Option<String>]| {
                let date = read.get(at).cloned().flatten().unwrap_or_default();
                format!("\"{}\" is {date}", short(texts.get(at).map_or("", String::as_str)))
            };
            let choices =
                several.iter().map(|(pattern, read)| (keys(pattern), told(read))).collect();
            Ok(Fit { choices, ..Fit::default() })
        }
    }
}

fn flag(cells: &[&SampleCell]) -> Result<Fit, String> {
    let rule = rule(Kind::Flag, NumberForm::Plain);
    match cells.iter().find(|cell| value::read(&rule, cell.cell()).is_err()) {
        None => Ok(Fit::default()),
        Some(odd) => Err(format!("\"{}\" is neither yes nor no", short(&odd.text()))),
    }
}

fn split(cells: &[&SampleCell]) -> Result<Fit, String> {
    if cells.iter().all(|cell| matches!(cell, SampleCell::Other(json) if json.starts_with('['))) {
        return Ok(Fit::default());
    }
    let has = |between: &&str| cells.iter().any(|cell| cell.text().contains(*between));
    let between = [";", "|", ","].into_iter().find(has).unwrap_or(";");
    Ok(Fit { keys: vec![("split", quoted(between))], ..Fit::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> SampleColumn {
        let cells = texts.iter().map(|text| match *text {
            "" => SampleCell::Empty,
            text => SampleCell::Text(text.to_owned()),
        });
        SampleColumn { header: "H".into(), cells: cells.collect() }
    }

    /// The keys of the rule, or of each choice, or why the column does not fit.
    fn told(kind: Kind, meaning: Option<Meaning>, texts: &[&str]) -> String {
        let keys = |keys: &Keys| {
            let each: Vec<String> =
                keys.iter().map(|(key, value)| format!("{key}={value}")).collect();
            each.join(" ")
        };
        match fit(kind, meaning, &column(texts)) {
            Err(why) => format!("no: {why}"),
            Ok(fit) if fit.choices.is_empty() => keys(&fit.keys),
            Ok(fit) => {
                let each: Vec<String> = fit
                    .choices
                    .iter()
                    .map(|(choice, told)| format!("{} ({told})", keys(choice)))
                    .collect();
                each.join(" or ")
            }
        }
    }

    #[test]
    fn numbers_are_told_by_how_they_are_written() {
        for (texts, is) in [
            (&["12000", "3.5"][..], ""),
            (&["$1,234.50", "900"], "number=\"us\""),
            (&["12,500", "1,000"], "number=\"us\""),
            (&["1.234,50 €", "900"], "number=\"eu\""),
            (&["1.234.567", "1.234"], "number=\"eu\""),
            (&["45%", "5 %"], "number=\"percent\""),
            (&["1.234", "9.000"], " (\"1.234\" is 1.234) or number=\"eu\" (\"1.234\" is 1234)"),
            (&["big", "small", "3"], "no: most of its values are no numbers, such as \"big\""),
            (&["", ""], "no: it is empty in the first rows"),
        ] {
            assert_eq!(told(Kind::Number, None, texts), is, "{texts:?}");
        }
        let fit = fit(Kind::Number, None, &column(&["1", "2", "n/a"])).unwrap();
        assert_eq!(
            fit.note.unwrap(),
            "1 of 3 first values are no numbers, such as \"n/a\": such rows are skipped"
        );
        assert_eq!(
            told(Kind::Number, Some(Meaning::Monthly), &["$5"]),
            "number=\"us\" from=[0, 1] to=[0, 12]"
        );
    }

    #[test]
    fn dates_that_can_be_read_in_two_ways_are_not_guessed() {
        for (texts, is) in [
            (&["2025-01-31", "2025-02-01T10:00:00Z"][..], ""),
            (&["01/31/2025", "2/3/2025"], "date=\"%m/%d/%Y\""),
            (&["31/01/2025", "02/03/2025"], "date=\"%d/%m/%Y\""),
            (
                &["01/01/2025", "02/03/2025"],
                "date=\"%m/%d/%Y\" (\"02/03/2025\" is 2025-02-03) or date=\"%d/%m/%Y\" (\"02/03/2025\" is 2025-03-02)",
            ),
            (&["01/01/2025"], "date=\"%m/%d/%Y\""),
            (&["1/31/25"], "date=\"%m/%d/%y\""),
            (&["31.01.2025"], "date=\"%d.%m.%Y\""),
            (&["Jan 31, 2025"], "date=\"%b %d, %Y\""),
            (&["31-Jan-2025"], "date=\"%d-%b-%Y\""),
            (&["1/31/2025 10:05 AM"], "date=\"%m/%d/%Y %I:%M %p\""),
            (&["1738281600"], "date=\"epoch_s\""),
            (&["1738281600000"], "date=\"epoch_ms\""),
            (&["soon"], "no: its values are no dates, such as \"soon\""),
        ] {
            assert_eq!(told(Kind::Date, None, texts), is, "{texts:?}");
        }
    }

    #[test]
    fn scales_become_shares() {
        let health = |texts: &[&str]| told(Kind::Number, Some(Meaning::Health), texts);
        let risk = |texts: &[&str]| told(Kind::Number, Some(Meaning::Risk), texts);
        assert_eq!(health(&["100", "35"]), "from=[0, 100] to=[1, 0]");
        assert_eq!(health(&["10", "3.5"]), "from=[0, 10] to=[1, 0]");
        assert_eq!(health(&["92%", "5%"]), "number=\"percent\" from=[0, 1] to=[1, 0]");
        assert_eq!(risk(&["0.9", "0"]), "");
        assert_eq!(risk(&["90", "12"]), "from=[0, 100] to=[0, 1]");
        assert_eq!(health(&["Red", "Green"]), "values={ \"Red\" = 0.85, \"Green\" = 0.15 }");
        assert_eq!(health(&["High", "Low"]), "values={ \"High\" = 0.15, \"Low\" = 0.85 }");
        assert_eq!(risk(&["High", "Low"]), "values={ \"High\" = 0.85, \"Low\" = 0.15 }");
        assert!(risk(&["250"]).starts_with("no: its values go from 0 to 250"));
        assert!(risk(&["Blue", "Green"]).starts_with("no: most of its values"));
    }

    #[test]
    fn codes_are_listed_only_where_one_stands_for_another() {
        let segment = |texts: &[&str]| told(Kind::Text, Some(Meaning::Segment), texts);
        assert_eq!(segment(&["SMB", "Enterprise"]), "");
        assert_eq!(segment(&["Gold", "Silver"]), "");
        assert_eq!(
            segment(&["Tier 1", "Gold \"A\""]),
            "values={ \"Tier 1\" = \"Enterprise\", \"Gold \\\"A\\\"\" = \"Gold \\\"A\\\"\" }"
        );
        let stage = |texts: &[&str]| told(Kind::Text, Some(Meaning::Stage), texts);
        assert_eq!(stage(&["Onboarding"]), "values={ \"Onboarding\" = \"onboarding\" }");
        let many: Vec<String> = (0..40).map(|n| format!("v{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(stage(&many).starts_with("no: it has 40 different values"));
        assert_eq!(told(Kind::Texts, None, &["a;b", "c"]), "split=\";\"");
        assert_eq!(told(Kind::Flag, None, &["Yes", "no"]), "");
    }
}
