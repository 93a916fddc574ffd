//! A value one round step further.

use super::refused::Refused;
use super::row_kind::ValueKind;
use crate::domain::number::Num;
use crate::domain::policy_text::OFF;

/// The least step of an amount in dollars, and of what larger steps are multiples.
const DOLLARS: f64 = 5.0;
/// The share of an amount that a step is about.
const SHARE: f64 = 0.05;

/// Returns the value after one round step up or down, as a setting takes it. `initial` stands for a value that is
/// not there; a limit that is off begins with it.
///
/// # Errors
/// Why there is no step.
pub fn step(kind: ValueKind, value: &str, up: bool, initial: f64) -> Result<String, Refused> {
    let missing = value == OFF || value == "null";
    match kind {
        ValueKind::Choice(all) => Ok(next(all, value, up).to_owned()),
        ValueKind::List => Err(Refused::List),
        ValueKind::Range => range(value, up),
        ValueKind::Fraction | ValueKind::Money | ValueKind::Count | ValueKind::Limit
            if value == OFF =>
        {
            match up {
                true => Ok(Num(initial).to_string()),
                false => Err(Refused::Off),
            }
        }
        ValueKind::Fraction | ValueKind::Money | ValueKind::Count | ValueKind::Limit => {
            let number = if missing { Some(initial) } else { value.parse::<f64>().ok() };
            let number = number.ok_or(Refused::NotANumber)?;
            let stepped = match kind {
                ValueKind::Fraction => hundredth(number, up).clamp(0.0, 1.0),
                ValueKind::Limit if !up => (number - 1.0).max(number.min(1.0)),
                ValueKind::Count | ValueKind::Limit => {
                    (number + if up { 1.0 } else { -1.0 }).max(0.0)
                }
                _ => dollars(number, up),
            };
            if stepped == number && !missing {
                return Err(Refused::AtTheEnd { up, at: Num(number).to_string() });
            }
            Ok(Num(stepped).to_string())
        }
    }
}

/// The next of some values, around; the first of another one.
fn next(all: &'static [&'static str], value: &str, up: bool) -> &'static str {
    let count = all.len().max(1);
    let row = all.iter().position(|known| *known == value);
    let next = match row {
        None => 0,
        Some(row) if up => (row + 1) % count,
        Some(row) => (row + count - 1) % count,
    };
    all.get(next).copied().unwrap_or_default()
}

/// The next hundredth. What is between two of them goes to the one in that direction.
fn hundredth(number: f64, up: bool) -> f64 {
    // So much is within the rounding of a hundredth.
    const NEAR: f64 = 1e-9;
    let hundredths = number * 100.0;
    let next =
        if up { (hundredths + NEAR).floor() + 1.0 } else { (hundredths - NEAR).ceil() - 1.0 };
    next / 100.0
}

/// About 5% in whole steps of five dollars, never below zero.
pub fn dollars(amount: f64, up: bool) -> f64 {
    let step = ((amount.abs() * SHARE / DOLLARS).floor() * DOLLARS).max(DOLLARS);
    (amount + if up { step } else { -step }).max(0.0)
}

/// Every amount of a range moved by the step of its middle, so that it stays as wide as it is.
fn range(value: &str, up: bool) -> Result<String, Refused> {
    let amounts: Vec<f64> = serde_json::from_str(value).unwrap_or_default();
    if amounts.is_empty() {
        return Err(Refused::NoRange);
    }
    let middle = amounts.iter().sum::<f64>() / amounts.len() as f64;
    let by = dollars(middle, up) - middle;
    if by == 0.0 {
        return Err(Refused::AtTheEnd { up, at: "that".to_owned() });
    }
    let moved: Vec<Num> = amounts.into_iter().map(|amount| Num((amount + by).max(0.0))).collect();
    Ok(crate::domain::json::line(&moved))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::keymap::Keymap;

    fn stepped(kind: ValueKind, value: &str, up: bool) -> String {
        step(kind, value, up, 0.5)
            .unwrap_or_else(|why| format!("✗ {}", why.words(&Keymap::default())))
    }

    #[test]
    fn fractions_go_by_hundredths_and_stay_between_0_and_1() {
        let mut value = "0".to_owned();
        for hundredth in 1..=100 {
            value = stepped(ValueKind::Fraction, &value, true);
            assert_eq!(value, Num(f64::from(hundredth) / 100.0).to_string());
        }
        assert_eq!(stepped(ValueKind::Fraction, "1", true), "✗ It cannot be more than 1");
        assert_eq!(stepped(ValueKind::Fraction, "0.29", false), "0.28");
        assert_eq!(stepped(ValueKind::Fraction, "0.655", true), "0.66");
        assert_eq!(stepped(ValueKind::Fraction, "0.655", false), "0.65");
        assert_eq!(stepped(ValueKind::Fraction, "null", true), "0.51", "as if it were 0.5");
    }

    #[test]
    fn money_goes_by_about_a_twentieth_and_at_least_five_dollars() {
        for (value, up, next) in [
            ("75", true, "80"),
            ("850", true, "890"),
            ("200", true, "210"),
            ("3", false, "0"),
            ("0", true, "5"),
            ("100000", false, "95000"),
        ] {
            assert_eq!(stepped(ValueKind::Money, value, up), next);
        }
        assert_eq!(stepped(ValueKind::Money, "0", false), "✗ It cannot be less than 0");
        assert_eq!(stepped(ValueKind::Money, OFF, true), "0.5");
        assert!(stepped(ValueKind::Money, OFF, false).contains("It is off"));
        assert_eq!(stepped(ValueKind::Count, "3", false), "2");
    }

    #[test]
    fn ranges_move_as_a_whole_and_choices_go_around() {
        assert_eq!(stepped(ValueKind::Range, "[300,1800]", true), "[350,1850]");
        assert_eq!(stepped(ValueKind::Range, "[0,4]", false), "[0,2]");
        assert!(stepped(ValueKind::Range, "null", true).contains("press Enter to set one"));
        let kind = ValueKind::Choice(&["roi", "net_value"]);
        assert_eq!(stepped(kind, "roi", true), "net_value");
        assert_eq!(stepped(kind, "net_value", true), "roi");
        assert_eq!(stepped(kind, "other", true), "roi");
        assert!(stepped(ValueKind::List, "[]", true).contains("Enter"));
    }
}
