//! A cell to the value of a field, by its rule.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::cell::Cell;
use super::date_text::iso;
use super::mapping::{ColumnRule, Fixed, NumberForm, Values};
use crate::domain::json;
use crate::domain::number::Num;
use crate::intake::token::{self, Found};
use crate::store::row::Kind;
use crate::store::slot;

/// A value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'v> {
    /// None.
    Nothing,
    /// A text or a date as it is written; a list as JSON.
    Text(Cow<'v, str>),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// None, as the mapping does not list this text.
    Unlisted(Cow<'v, str>),
}

impl<'v> Value<'v> {
    /// Returns a value of the sources file.
    pub fn of(fixed: &'v Fixed) -> Self {
        match fixed {
            Fixed::Nothing => Self::Nothing,
            Fixed::Text(text) => Self::Text(Cow::Borrowed(text)),
            Fixed::Number(number) => Self::Number(*number),
            Fixed::Flag(flag) => Self::Flag(*flag),
        }
    }

    /// Returns the value as rows take it.
    pub fn found(&self) -> Found<'_> {
        match self {
            Self::Nothing | Self::Unlisted(_) => Found::Nothing,
            Self::Text(text) => Found::Text(text),
            Self::Number(number) => Found::Number(*number),
            Self::Flag(flag) => Found::Flag(*flag),
        }
    }
}

/// A cell that does not fit its field.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What stands there, in words.
    pub found: String,
    /// What belongs there, in words.
    pub expected: String,
}

/// Returns the value of a field in a row whose cell that is.
///
/// # Errors
/// Where the cell does not fit.
#[inline]
pub fn read<'v>(rule: &'v ColumnRule, cell: Cell<'v>) -> Result<Value<'v>, Unfit> {
    match (rule.kind, cell) {
        (_, Cell::Empty) => Ok(Value::Nothing),
        (_, Cell::Broken(found)) => Err(Unfit {
            found,
            expected: "a value; fix the formula, or open the workbook in Excel and save it"
                .to_owned(),
        }),
        (kind, cell) if rule.values.is_some() => match listed(rule.values.as_ref(), cell) {
            // That nobody has to approve is not to be taken from a text that says something else.
            Value::Unlisted(text) if kind == Kind::Flag => Err(Unfit {
                found: Cell::Text(text).describe(),
                expected: "one of its values in sources.toml; list it, or set otherwise".to_owned(),
            }),
            value => Ok(value),
        },
        (Kind::Id, Cell::Text(text)) if is_shortened(&text) => Err(Unfit {
            found: Cell::Text(text).describe(),
            expected:
                "the whole id, which a spreadsheet shortened; format its column as text there, and \
                       export it again"
                    .to_owned(),
        }),
        (Kind::Id, Cell::Text(text)) => Ok(Value::Text(composed(text))),
        // Exports do not tell a number from a text that looks like one.
        (Kind::Text, cell) if !matches!(cell, Cell::Other(_)) => Ok(Value::Text(written(cell))),
        (Kind::Date, cell) => Ok(Value::Text(written(cell))),
        (kind, cell) => {
            let value = match kind {
                Kind::Number => number(rule, &cell).map(Value::Number),
                Kind::Flag => flag(rule, &cell),
                Kind::Texts | Kind::Numbers => list(rule, &cell),
                Kind::Id => id(&cell),
                Kind::Text | Kind::Date => Err("text".to_owned()),
            };
            value.map_err(|expected| Unfit { found: cell.describe(), expected })
        }
    }
}

/// The text of a cell, as it is looked up among those of the sources file.
fn written(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) | Cell::Number(text) => text,
        Cell::Flag(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
        Cell::Date(date) => Cow::Owned(iso(date)),
        Cell::Other(json) => Cow::Borrowed(json),
        Cell::Broken(what) => Cow::Owned(what),
    }
}

fn listed<'v>(values: Option<&'v Values>, cell: Cell<'v>) -> Value<'v> {
    let written = written(cell);
    let fixed =
        values.and_then(|values| values.listed.get(written.as_ref()).or(values.otherwise.as_ref()));
    match fixed {
        Some(fixed) => Value::of(fixed),
        None => Value::Unlisted(written),
    }
}

/// True for a long number as spreadsheets show it, `1.23457E+14`: several ids look like that.
#[inline]
fn is_shortened(text: &str) -> bool {
    let [number @ .., b'E', b'+', tens, ones] = text.as_bytes() else { return false };
    let is_digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    is_digits(&[*tens, *ones])
        && match number {
            [first] => first.is_ascii_digit(),
            [first, b'.', rest @ ..] => first.is_ascii_digit() && is_digits(rest),
            _ => false,
        }
}

/// The one form of an id of which there are several.
fn composed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        true => text,
        false => Cow::Owned(text.nfc().collect()),
    }
}

/// The id that a cell is which is no text.
fn id<'v>(cell: &Cell<'_>) -> Result<Value<'v>, String> {
    match cell {
        Cell::Number(number) => match number.trim_start_matches('-') {
            "0" => Ok(Value::Nothing),
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(Value::Text(Cow::Owned(number.to_string())))
            }
            _ => Err("text or a whole number".to_owned()),
        },
        _ => Err("text or a whole number".to_owned()),
    }
}

/// Whether a cell means true; `Err` of what belongs there where it cannot be told.
fn flag<'v>(rule: &ColumnRule, cell: &Cell<'_>) -> Result<Value<'v>, String> {
    let written = match cell {
        Cell::Flag(_) | Cell::Text(_) | Cell::Number(_) => written(cell.clone()).to_lowercase(),
        _ => return Err("true or false".to_owned()),
    };
    let says = |text: &str| match text {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    };
    let flag = match &rule.truths {
        None => match written.as_str() {
            "1" => Some(true),
            "0" => Some(false),
            text => says(text),
        },
        Some(truths) => {
            let mut truths = truths.iter().map(|truth| truth.to_lowercase());
            let turns_round = truths.clone().any(|truth| says(&truth) == Some(false));
            Some(
                truths.any(|truth| truth == written)
                    || says(&written) == Some(true) && !turns_round,
            )
        }
    };
    let expected = || "true or false; list the texts that mean true: true = [\"…\"]".to_owned();
    flag.map(Value::Flag).ok_or_else(expected)
}

fn number(rule: &ColumnRule, cell: &Cell<'_>) -> Result<f64, String> {
    let number = match cell {
        Cell::Number(number) => slot::exact(number),
        Cell::Text(text) => number_of(rule.number, text),
        _ => None,
    };
    let number = number.ok_or_else(|| expected_number(rule, cell))?;
    // Numbers of workbooks and JSON are no text in which a percent sign could stand.
    let number = match (rule.number, cell) {
        (NumberForm::Percent, Cell::Number(_)) => number / 100.0,
        _ => number,
    };
    let number = rule.scale.map_or(number, |scale| {
        let ((low, high), (of_low, of_high)) = (scale.from, scale.to);
        ((number - low) * of_high + (high - number) * of_low) / (high - low)
    });
    match number.is_finite() {
        true => Ok(number),
        false => Err("a number below 1.8e308".to_owned()),
    }
}

fn expected_number(rule: &ColumnRule, cell: &Cell<'_>) -> String {
    let form = match rule.number {
        NumberForm::Plain => "a number",
        NumberForm::Us => "a number such as $1,234.50",
        NumberForm::Eu => "a number such as 1.234,50 €",
        NumberForm::Percent => "a number such as 45%",
    };
    let others = [NumberForm::Us, NumberForm::Eu, NumberForm::Percent];
    let meant = match cell {
        Cell::Text(text) => others.into_iter().find(|form| number_of(*form, text).is_some()),
        _ => None,
    };
    match meant {
        Some(meant) => format!("{form}; if it is one, set number = \"{}\"", <&str>::from(meant)),
        None => form.to_owned(),
    }
}

/// The number that a text is in a form; `None` where it is none.
fn number_of(form: NumberForm, text: &str) -> Option<f64> {
    let (thousands, point) = match form {
        NumberForm::Plain => return plain(text),
        NumberForm::Percent => {
            let text = text.strip_suffix('%').unwrap_or(text).trim_end();
            let is_amount = text.contains(|c: char| {
                c.is_alphabetic() || may_be_currency(c.encode_utf8(&mut [0; 4]))
            });
            let number = plain(text).or_else(|| grouped(text, ',', '.').filter(|_| !is_amount))?;
            return Some(number / 100.0);
        }
        NumberForm::Us => (',', '.'),
        NumberForm::Eu => ('.', ','),
    };
    usual(text, thousands, point).or_else(|| grouped(text, thousands, point))
}

/// As [`grouped`], for what most amounts look like; `None` leaves the others to it.
fn usual(text: &str, thousands: char, point: char) -> Option<f64> {
    let bytes = text.as_bytes();
    let mut at = usize::from(bytes.first() == Some(&b'$'));
    let (mut number, mut digits, mut in_group, mut grouped) = (0_u64, 0, 0, false);
    let mut fraction = None;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'0'..=b'9' => {
                number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                digits += 1;
                in_group += 1;
            }
            _ if fraction.is_some() => return None,
            byte if char::from(*byte) == thousands => {
                let fits = if grouped { in_group == 3 } else { (1..=3).contains(&in_group) };
                if !fits {
                    return None;
                }
                grouped = true;
                in_group = 0;
            }
            byte if char::from(*byte) == point && digits > 0 && (!grouped || in_group == 3) => {
                fraction = Some(digits);
            }
            _ => return None,
        }
    }
    let before_point = match fraction {
        Some(before_point) if before_point < digits => before_point,
        None if digits > 0 && (!grouped || in_group == 3) => digits,
        _ => return None,
    };
    token::decimal(number, before_point, digits - before_point)
}

/// A number as programs write it.
fn plain(text: &str) -> Option<f64> {
    if let Some((number, end)) = token::number(text, 0)
        && end == text.len()
    {
        return Some(number);
    }
    slot::exact(text).or_else(|| {
        let positive = text.strip_prefix('+').unwrap_or(text);
        // 007 and .5 are no JSON, and in a column of numbers they are numbers all the same.
        let (sign, digits) = match positive.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", positive),
        };
        let starts_right = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let has_digit = digits.contains(|c: char| c.is_ascii_digit());
        let dot = if digits.starts_with('.') { "0" } else { "" };
        (starts_right && has_digit).then(|| slot::exact(&format!("{sign}{dot}{digits}")))?
    })
}

/// Codes of currencies (ISO 4217). Other letters may change what a number is: $1.5M is not 1.5.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL \
    BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW \
    KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO \
    NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD \
    SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF \
    YER ZAR ZMW ZWG";

/// True for a currency such as `$`, `US$` or `EUR`, and for nothing at all.
fn may_be_currency(text: &str) -> bool {
    match text.strip_suffix('$') {
        Some(country) => country.len() <= 2 && country.bytes().all(|b| b.is_ascii_uppercase()),
        None => {
            matches!(text, "" | "€" | "£" | "¥" | "₹" | "₩" | "₽" | "₺" | "₪" | "฿")
                || CURRENCIES.split_ascii_whitespace().any(|code| code == text)
        }
    }
}

/// A number with a sign for a currency, a parenthesis for a minus, and something between thousands.
fn grouped(text: &str, thousands: char, point: char) -> Option<f64> {
    let in_parentheses = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let inner = in_parentheses.unwrap_or(text);
    let from = inner.find(|c: char| c.is_ascii_digit() || c == point)?;
    let to = inner.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (before, after) = (inner.get(..from)?.trim(), inner.get(to..)?.trim());
    // A sign stands before the currency or behind it.
    let is_sign = |c: char| matches!(c, '-' | '−' | '+');
    let unsigned = before.strip_prefix(is_sign).or_else(|| before.strip_suffix(is_sign));
    let has_minus = unsigned.is_some() && !before.contains('+');
    if !may_be_currency(unsigned.unwrap_or(before).trim())
        || !may_be_currency(after)
        || unsigned.is_some() && in_parentheses.is_some()
    {
        return None;
    }
    let number = inner.get(from..to)?;
    let (whole, fraction) = match number.split_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let may_separate = |c: char| {
        c == thousands || point == ',' && matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')
    };
    if separator.is_some_and(|c| !may_separate(c)) {
        return None;
    }
    let mut digits = String::with_capacity(number.len() + 2);
    if has_minus || in_parentheses.is_some() {
        digits.push('-');
    }
    for (number, group) in whole.split(|c| Some(c) == separator).enumerate() {
        let fits = match (number, separator) {
            // Cents alone: $.50
            (0, None) => true,
            (0, Some(_)) => (1..=3).contains(&group.len()),
            _ => group.len() == 3,
        };
        if !fits || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.push_str(group);
    }
    if whole.is_empty() {
        digits.push('0');
    }
    if let Some(fraction) = fraction {
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.push('.');
        digits.push_str(fraction);
    }
    slot::exact(&digits)
}

fn list<'v>(rule: &ColumnRule, cell: &Cell<'_>) -> Result<Value<'v>, String> {
    let expected = || match rule.kind {
        Kind::Numbers => "a list of numbers; say what is between them: split = \"…\"".to_owned(),
        _ => "a list; say what is between its elements: split = \"…\"".to_owned(),
    };
    let elements: Vec<Cell<'_>> = match (cell, &rule.split) {
        (Cell::Other(json), _) if json.starts_with('[') => {
            let raw: Vec<&serde_json::value::RawValue> =
                serde_json::from_str(json).map_err(|_| expected())?;
            raw.into_iter().map(|raw| Cell::of_json(raw.get())).collect()
        }
        (Cell::Text(text) | Cell::Number(text), Some(split)) => {
            text.split(split.as_str()).map(Cell::of_text).collect()
        }
        _ => return Err(expected()),
    };
    let elements = elements.iter().filter(|cell| **cell != Cell::Empty);
    if rule.kind == Kind::Numbers {
        let numbers: Result<Vec<Num>, String> =
            elements.map(|cell| number(rule, cell).map(Num)).collect();
        return Ok(Value::Text(Cow::Owned(json::line(&numbers?))));
    }
    let texts: Result<Vec<Cow<'_, str>>, String> = elements
        .map(|cell| match cell {
            Cell::Text(text) | Cell::Number(text) => Ok(Cow::Borrowed(text.as_ref())),
            _ => Err("a list of texts".to_owned()),
        })
        .collect();
    Ok(Value::Text(Cow::Owned(json::line(&texts?))))
}

#[cfg(test)]
mod tests {
    use super::super::sources_file::parse;
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        use NumberForm::{Eu, Percent, Plain, Us};
        for (form, text, number) in [
            (Plain, "1234.5", Some(1234.5)),
            (Plain, "-1e3", Some(-1000.0)),
            (Plain, "+7", Some(7.0)),
            (Plain, "007", Some(7.0)),
            (Plain, ".5", Some(0.5)),
            (Plain, "1,234", None),
            (Plain, "1234 ", None),
            (Plain, "inf", None),
            (Plain, "NaN", None),
            (Plain, "-", None),
            (Plain, "0x10", None),
            (Plain, "9007199254740993", None),
            (Us, "$1,234.50", Some(1234.5)),
            (Us, "(1,234)", Some(-1234.0)),
            (Us, "($1,234.50)", Some(-1234.5)),
            (Us, "-$5", Some(-5.0)),
            (Us, "$-5", Some(-5.0)),
            (Us, "USD 1,234,567", Some(1_234_567.0)),
            (Us, "1234567.89", Some(1_234_567.89)),
            (Us, "$.50", Some(0.5)),
            (Us, "1.234,50", None),
            (Us, "1,23", None),
            (Us, "12,34,567", None),
            (Us, "(-5)", None),
            (Us, "--5", None),
            (Us, "$", None),
            (Us, "5.", None),
            (Us, "n/a", None),
            (Us, "$1.5M", None),
            (Us, "12K", None),
            (Us, "5 MIO", None),
            (Us, "5 CR", None),
            (Us, "US$5", Some(5.0)),
            (Us, "CHF -5", Some(-5.0)),
            (Us, "$5.00 USD", Some(5.0)),
            (Us, "5-", None),
            (Us, "١٢٣", None),
            (Us, "1,23,456.7", None),
            (Us, "1,2345", None),
            (Us, "1 234", None),
            (Eu, "1.234,50 €", Some(1234.5)),
            (Eu, "1.234", Some(1234.0)),
            (Eu, "1 234 567,8", Some(1_234_567.8)),
            (Eu, "1\u{202f}234,5", Some(1234.5)),
            (Eu, "1'234", Some(1234.0)),
            (Eu, "-3,5", Some(-3.5)),
            (Eu, "1,234.50", None),
            (Eu, "12.34", None),
            (Eu, "1 234.567", None),
            (Eu, "5 Mio", None),
            (Percent, "45%", Some(0.45)),
            (Percent, "45 %", Some(0.45)),
            (Percent, "45", Some(0.45)),
            (Percent, "-0.5%", Some(-0.005)),
            (Percent, "%", None),
            (Percent, "1,200%", Some(12.0)),
            (Percent, "$5", None),
            (Percent, "5 USD", None),
        ] {
            assert_eq!(number_of(form, text), number, "{form:?} {text:?}");
        }
    }

    #[test]
    fn what_says_true_is_never_false() {
        let read = |keys: &str, cell: Cell<'_>| {
            let text = format!(
                "[journey_playbooks]\nfile = \"a\"\n[journey_playbooks.columns]\nplaybook_id = \"ID\"\n\
                 approval_required = {{ column = \"A\", {keys} }}"
            );
            let sources = parse(&text).unwrap();
            let rule = &sources.tables[0].columns[1];
            match read(rule, cell) {
                Ok(Value::Flag(flag)) => Some(flag),
                Err(_) => None,
                other => panic!("{other:?}"),
            }
        };
        let text = |text: &'static str| Cell::Text(Cow::Borrowed(text));
        for (keys, cell, flag) in [
            ("true = [\"Needs one\"]", text("needs ONE"), Some(true)),
            ("true = [\"Needs one\"]", text("Yes"), Some(true)),
            ("true = [\"Needs one\"]", Cell::Flag(true), Some(true)),
            ("true = [\"Needs one\"]", text("none"), Some(false)),
            ("true = [\"2\"]", text("1"), Some(false)),
            ("true = [\"No\"]", text("yes"), Some(false)),
            ("true = [\"false\"]", Cell::Flag(false), Some(true)),
            ("true = [\"false\"]", Cell::Flag(true), Some(false)),
            ("values = { a = true }", text("a"), Some(true)),
            ("values = { a = true }", text("maybe"), None),
        ] {
            assert_eq!(read(keys, cell.clone()), flag, "{keys} {cell:?}");
        }
    }
}
