//! The fast path through rows that look alike.
//!
//! The members of a file's rows mostly stand in the same order with the same blanks between them. So
//! what stands between two values is learned from the first row and compared as bytes; only values
//! are looked at one by one. Where a row goes another way its keys are read; and whatever is out of
//! the ordinary (an escape in a text, a value of another type, a field that is given twice, an id that
//! is missing) hands the row to the slow path. It never guesses: a row that it takes is valid JSON, and its values are
//! those that the slow path would give.

use serde::de::IgnoredAny;

use super::batch::Batch;
use super::row::Given;
use super::token::{
    Found, Literal, Plain, blanks, flat_list, newlines, number, plain_text, skip_number, text_end,
    word,
};
use crate::store::row::{Row, Slot};

/// Rows with more members than this are read without having learned from the first one: to look for a
/// key among those of the first row may not take longer and longer.
const MOST_MEMBERS: usize = 256;

/// What stands between two values, and which field the second one is for.
#[derive(Debug)]
struct Member {
    /// From the end of the value before to the start of this one, with the key in it.
    before: Literal,
    newlines: u32,
    key: String,
    /// Index into the type's fields; `None` where the member is not read.
    field: Option<usize>,
    /// The same, where its values are kept; those of other fields are only checked.
    kept: Option<usize>,
    usual: Usual,
}

/// Which kinds of values [`Member::take_usual`] takes.
#[derive(Debug, Clone, Copy)]
struct Usual {
    text: bool,
    number: bool,
    texts: bool,
    list: bool,
}

impl Usual {
    const NONE: Self = Self { text: false, number: false, texts: false, list: false };

    fn of<R: Row>(field: Option<usize>) -> Self {
        match field.and_then(|field| R::FIELDS.get(field)).map(|field| &field.slot) {
            None => Self { text: true, number: true, texts: false, list: true },
            Some(Slot::Customer(_) | Slot::Text(_) | Slot::Date(_)) => {
                Self { text: true, ..Self::NONE }
            }
            Some(Slot::Number(_)) => Self { number: true, ..Self::NONE },
            Some(Slot::Texts(_)) => Self { texts: true, ..Self::NONE },
            Some(Slot::Id(_) | Slot::Flag(_) | Slot::Numbers(_)) => Self::NONE,
        }
    }
}

impl Member {
    /// Takes a value of a usual kind, and gives the offset behind it.
    #[inline(always)]
    fn take_usual<'t>(
        &self,
        text: &'t str,
        at: usize,
        found: &mut [Found<'t>],
        newlines: &mut u32,
    ) -> Option<usize> {
        let bytes = text.as_bytes();
        match *bytes.get(at)? {
            b'"' if self.usual.text => {
                let end = text_end(bytes, at + 1)?;
                if let Some(field) = self.kept {
                    *found.get_mut(field)? = Found::Text(text.get(at + 1..end)?);
                }
                Some(end + 1)
            }
            b'[' if self.usual.texts | self.usual.list => {
                let (end, passed) = flat_list(text, at, self.usual.texts)?;
                if let Some(field) = self.kept {
                    *found.get_mut(field)? = Found::Text(text.get(at..end)?);
                }
                *newlines += passed;
                Some(end)
            }
            _ if self.usual.number => {
                let plain = Plain::beginning(bytes, at)?;
                // Of a field that is read it fails in what is compared next, which never begins with `e`.
                if self.field.is_none() && plain.has_exponent(bytes, at) {
                    return None;
                }
                if let Some(field) = self.kept {
                    *found.get_mut(field)? = Found::Number(plain.value());
                }
                Some(at + plain.len)
            }
            _ => None,
        }
    }

    /// Takes a value of any other kind.
    fn take_other<'t, R: Row>(
        &self,
        text: &'t str,
        at: usize,
        found: &mut [Found<'t>],
        newlines: &mut u32,
    ) -> Option<usize> {
        let value = value::<R>(text, at, self.field)?;
        if let Some(field) = self.kept {
            *found.get_mut(field)? = value.found;
        }
        *newlines += value.newlines;
        Some(value.end)
    }
}

/// Reads rows of one type from one text.
pub struct Scanner<'t, R> {
    text: &'t str,
    members: Vec<Member>,
    end: Literal,
    end_newlines: u32,
    /// Newlines between the values of the first row, and behind the last one.
    usual_newlines: u32,
    /// Fields whose values are kept.
    kept: Vec<bool>,
    learned: bool,
    /// What was found of the fields that the first row does not have is nothing.
    like_first: bool,
    found: Vec<Found<'t>>,
    /// The field that says whom a row is about.
    id: Option<usize>,
    /// Newlines seen in the row.
    newlines: u32,
    row: std::marker::PhantomData<fn() -> R>,
}

/// An object that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Object {
    /// The offset behind it.
    pub end: usize,
    /// Newlines in it.
    pub newlines: u32,
}

impl<'t, R: Row> Scanner<'t, R> {
    /// Of a text, for fields of which some are kept.
    pub fn new(text: &'t str, is_kept: impl Fn(usize) -> bool) -> Self {
        let is_customer = |slot: &Slot<R>| matches!(slot, Slot::Customer(_));
        Self {
            text,
            members: Vec::new(),
            end: Literal::new(b""),
            end_newlines: 0,
            usual_newlines: 0,
            kept: (0..R::FIELDS.len()).map(is_kept).collect(),
            learned: false,
            like_first: false,
            found: vec![Found::Nothing; R::FIELDS.len()],
            id: R::FIELDS.iter().position(|field| is_customer(&field.slot)),
            newlines: 0,
            row: std::marker::PhantomData,
        }
    }

    /// Reads the object at an offset; `key` is the one that it stands under, if any. `None` where it
    /// has to be read by the slow path.
    pub fn object(&mut self, at: usize, key: Option<&'t str>) -> Option<Object> {
        self.newlines = 0;
        let end = match self.match_template(at) {
            Some(end) => end,
            None => {
                self.newlines = 0;
                self.found.fill(Found::Nothing);
                // The usual way writes only what the first row has; this one may write anything.
                self.like_first = false;
                if self.learned { self.predicted(at)? } else { self.learn(at)? }
            }
        };
        let has_fields = key.is_none() || self.found.iter().any(|found| *found != Found::Nothing);
        if let Some(id) = self.id.and_then(|id| self.found.get_mut(id)) {
            match (*id, key) {
                // Without any field it may be something else than a row.
                (Found::Nothing, Some(key)) if !key.is_empty() && has_fields => {
                    *id = Found::Text(key);
                    // Not the next one's.
                    self.like_first = false;
                }
                (Found::Text(id), None) if !id.is_empty() => {}
                (Found::Text(id), Some(key)) if !id.is_empty() && id == key => {}
                _ => return None,
            }
        }
        Some(Object { end, newlines: self.newlines })
    }

    /// Adds the object that was read last.
    pub fn push(&self, batch: &mut Batch<R>, place: crate::domain::Place) {
        batch.push_found(&self.found, place);
    }

    /// An object that has just the members of the first row, in their order, with values of the
    /// usual kinds. This is the way that nearly all rows of a long file go.
    #[inline]
    fn match_template(&mut self, mut at: usize) -> Option<usize> {
        if !self.learned {
            return None;
        }
        if !self.like_first {
            self.found.fill(Found::Nothing);
            self.like_first = true;
        }
        let text = self.text;
        let found = &mut *self.found;
        let mut newlines = self.usual_newlines;
        for member in &self.members {
            at = member.before.after(text.as_bytes(), at)?;
            at = match member.take_usual(text, at, found, &mut newlines) {
                Some(end) => end,
                None => member.take_other::<R>(text, at, found, &mut newlines)?,
            };
        }
        self.newlines = newlines;
        self.end.after(text.as_bytes(), at)
    }

    /// An object of which the next member is mostly the one that followed in the first row.
    fn predicted(&mut self, mut at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut next = 0;
        let mut first = true;
        let mut given = Given::default();
        loop {
            let member = self.members.get(next);
            let expected = member.map_or(&self.end, |member| &member.before);
            let field = match (expected.after(bytes, at), member) {
                (Some(value), Some(member)) => {
                    at = value;
                    self.newlines += member.newlines;
                    next += 1;
                    member.field
                }
                (Some(end), None) => {
                    self.newlines += self.end_newlines;
                    return Some(end);
                }
                (None, _) => {
                    let member = self.member(at, first)?;
                    self.newlines += newlines(bytes.get(at..member.value)?);
                    at = member.value;
                    let Some(key) = member.key else { return Some(at) };
                    match self.members.iter().position(|member| member.key == key) {
                        Some(known) => {
                            next = known + 1;
                            self.members.get(known)?.field
                        }
                        None => field::<R>(key),
                    }
                }
            };
            first = false;
            if field.is_some_and(|field| given.again(field)) {
                return None;
            }
            at = self.take(at, field)?;
        }
    }

    /// The first object: what stands between its values is kept for the next ones.
    fn learn(&mut self, mut at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        self.members.clear();
        self.usual_newlines = 0;
        let mut given = Given::default();
        let mut count = 0;
        loop {
            let member = self.member(at, count == 0)?;
            count += 1;
            let before = bytes.get(at..member.value)?;
            let newlines = newlines(before);
            self.newlines += newlines;
            self.usual_newlines += newlines;
            at = member.value;
            let Some(key) = member.key else {
                self.end = Literal::new(before);
                self.end_newlines = newlines;
                self.learned = !self.members.is_empty() && count <= MOST_MEMBERS;
                return Some(at);
            };
            let field = field::<R>(key);
            if field.is_some_and(|field| given.again(field)) {
                return None;
            }
            if count <= MOST_MEMBERS {
                let (before, key) = (Literal::new(before), key.to_owned());
                let kept = field.filter(|field| self.kept.get(*field) == Some(&true));
                let usual = Usual::of::<R>(field);
                self.members.push(Member { before, newlines, key, field, kept, usual });
            }
            at = self.take(at, field)?;
        }
    }

    /// The next key and where its value starts, or the end of the object.
    fn member(&self, at: usize, first: bool) -> Option<NextMember<'t>> {
        let bytes = self.text.as_bytes();
        let mut at = blanks(bytes, at);
        let opening = if first { b'{' } else { b',' };
        match bytes.get(at)? {
            b'}' if !first => return Some(NextMember { key: None, value: at + 1 }),
            byte if *byte == opening => at = blanks(bytes, at + 1),
            _ => return None,
        }
        match bytes.get(at)? {
            b'"' => {}
            b'}' if first => return Some(NextMember { key: None, value: at + 1 }),
            _ => return None,
        }
        let (key, end) = plain_text(self.text, at)?;
        at = blanks(bytes, end);
        if *bytes.get(at)? != b':' {
            return None;
        }
        Some(NextMember { key: Some(key), value: blanks(bytes, at + 1) })
    }

    /// Takes the value at an offset for a field, and gives the offset behind it.
    fn take(&mut self, at: usize, field: Option<usize>) -> Option<usize> {
        let value = value::<R>(self.text, at, field)?;
        self.newlines += value.newlines;
        if let Some(field) = field {
            *self.found.get_mut(field)? = value.found;
        }
        Some(value.end)
    }
}

/// A value that was read.
struct Value<'t> {
    found: Found<'t>,
    /// The offset behind it.
    end: usize,
    newlines: u32,
}

impl<'t> Value<'t> {
    #[inline]
    fn of(found: Found<'t>, end: usize) -> Self {
        Self { found, end, newlines: 0 }
    }
}

/// Reads the value at an offset for a field, or passes over one that is not read, whatever it is.
fn value<R: Row>(text: &str, at: usize, field: Option<usize>) -> Option<Value<'_>> {
    let bytes = text.as_bytes();
    let Some(field) = field else { return skip(text, at) };
    let slot = &R::FIELDS.get(field)?.slot;
    let (found, end) = match (*bytes.get(at)?, slot) {
        (b'"', Slot::Customer(_) | Slot::Id(_) | Slot::Text(_) | Slot::Date(_)) => {
            let (text, end) = plain_text(text, at)?;
            // An empty id is none.
            let none = text.is_empty() && matches!(slot, Slot::Id(_));
            (if none { Found::Nothing } else { Found::Text(text) }, end)
        }
        (b'1'..=b'9', Slot::Customer(_) | Slot::Id(_)) => {
            let digits = bytes.get(at..)?.iter().take_while(|b| b.is_ascii_digit());
            let end = at + digits.count();
            if matches!(bytes.get(end)?, b'.' | b'e' | b'E') {
                return None;
            }
            (Found::Text(text.get(at..end)?), end)
        }
        (b'0'..=b'9' | b'-', Slot::Date(_)) => {
            let end = skip_number(bytes, at)?;
            (Found::Text(text.get(at..end)?), end)
        }
        (b'0'..=b'9' | b'-', Slot::Number(_)) => {
            let (number, end) = number(text, at)?;
            (Found::Number(number), end)
        }
        (b'n', _) => (Found::Nothing, word(bytes, at, b"null")?),
        (b't', Slot::Flag(_)) => (Found::Flag(true), word(bytes, at, b"true")?),
        (b'f', Slot::Flag(_)) => (Found::Flag(false), word(bytes, at, b"false")?),
        (b'[', Slot::Texts(_)) => {
            let (end, newlines) = flat_list(text, at, true)?;
            return Some(Value { found: Found::Text(text.get(at..end)?), end, newlines });
        }
        _ => return None,
    };
    Some(Value::of(found, end))
}

/// Passes over a value that is not read, whatever it is.
fn skip(text: &str, at: usize) -> Option<Value<'_>> {
    let bytes = text.as_bytes();
    let simple = match *bytes.get(at)? {
        b'"' => text_end(bytes, at + 1).map(|end| end + 1),
        b'0'..=b'9' | b'-' => skip_number(bytes, at),
        b'n' => word(bytes, at, b"null"),
        b't' => word(bytes, at, b"true"),
        b'f' => word(bytes, at, b"false"),
        _ => None,
    };
    if let Some(end) = simple {
        return Some(Value::of(Found::Nothing, end));
    }
    if let Some((end, newlines)) = flat_list(text, at, false) {
        return Some(Value { found: Found::Nothing, end, newlines });
    }
    let rest = text.get(at..)?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let end = at + values.byte_offset();
    Some(Value { found: Found::Nothing, end, newlines: newlines(bytes.get(at..end)?) })
}

struct NextMember<'t> {
    /// `None` at the end of the object.
    key: Option<&'t str>,
    /// Where the value starts; at the end of the object the offset behind it.
    value: usize,
}

fn field<R: Row>(key: &str) -> Option<usize> {
    R::NAMES.iter().position(|name| *name == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Customer, Forecast};

    fn found<R: Row>(rows: &[&'static str]) -> Vec<Option<Vec<(&'static str, Found<'static>)>>> {
        let text: &'static str = Box::leak(rows.join("\n").into_boxed_str());
        let mut scanner = Scanner::<R>::new(text, |_| true);
        let mut at = 0;
        let mut all = Vec::new();
        for row in rows {
            let object = scanner.object(at, None);
            all.push(object.map(|object| {
                assert_eq!(object.end, at + row.len(), "{row}");
                assert_eq!(object.newlines, newlines(row.as_bytes()), "{row}");
                let named = R::NAMES.iter().copied().zip(scanner.found.iter().copied());
                named.filter(|(_, found)| *found != Found::Nothing).collect()
            }));
            at += row.len() + 1;
        }
        all
    }

    #[test]
    fn rows_like_the_first_and_rows_that_go_another_way() {
        use Found::{Number, Text};
        let rows = found::<Customer>(&[
            r#"{"customer_id": "A", "x": [1, {"y": "}"}], "segment": "SMB", "account_value": 12.5}"#,
            r#"{"customer_id": "B", "x": null, "segment": null, "account_value": -0.1}"#,
            r#"{"segment": "Ü", "customer_id": 42}"#,
            "{ \"customer_id\" :\n\"C\", \"new\": \"\\u0041\\\"\", \"account_value\": 9007199254740.25 }",
        ]);
        let (a, b) = (Text("A"), Text("B"));
        assert_eq!(
            rows[0],
            Some(vec![
                ("customer_id", a),
                ("segment", Text("SMB")),
                ("account_value", Number(12.5))
            ])
        );
        assert_eq!(rows[1], Some(vec![("customer_id", b), ("account_value", Number(-0.1))]));
        assert_eq!(rows[2], Some(vec![("customer_id", Text("42")), ("segment", Text("Ü"))]));
        assert_eq!(
            rows[3],
            Some(vec![("customer_id", Text("C")), ("account_value", Number(9007199254740.25))])
        );
    }

    #[test]
    fn whatever_is_out_of_the_ordinary_is_left_to_the_exact_way() {
        let first = r#"{"customer_id":"A","account_value":1}"#;
        for odd in [
            r#"{"customer_id":"\u0041","account_value":1}"#,
            r#"{"customer_id":"","account_value":1}"#,
            r#"{"customer_id":0,"account_value":1}"#,
            r#"{"customer_id":1.5,"account_value":1}"#,
            r#"{"customer_id":true}"#,
            r#"{"customer_id":"A","account_value":"1"}"#,
            r#"{"customer_id":"A","account_value":1e3}"#,
            r#"{"customer_id":"A","account_value":9007199254740993}"#,
            r#"{"customer_id":"A","account_value":01}"#,
            r#"{"customer_id":"A","account_value":1.}"#,
            r#"{"customer_id":"A","account_value":-}"#,
            r#"{"customer_id":"A","account_value":NaN}"#,
            r#"{"customer_id":"A" "account_value":1}"#,
            r#"{"customer_id":"A","account_value":1,}"#,
            r#"{"customer_id":"A","x":[1,]}"#,
            r#"{"customer_id":"A","x":"\q"}"#,
            "{\"customer_id\":\"A\",\"x\":\"\t\"}",
            "{\"customer_id\":\"A\tB\"}",
            r#"{"account_value":1}"#,
            r#"{}"#,
            r#"["customer_id"]"#,
            r#"5"#,
        ] {
            assert_eq!(found::<Customer>(&[first, odd])[1], None, "{odd}");
            if !odd.contains("account_value\":1,\"") {
                assert_eq!(found::<Customer>(&[odd])[0], None, "{odd} as the first row");
            }
        }
    }

    #[test]
    fn rows_under_a_key_take_its_id_each() {
        let row = r#"{"segment":"SMB","account_value":1}"#;
        let text = [row; 3].concat();
        let mut scanner = Scanner::<Customer>::new(&text, |_| true);
        for (number, key) in ["A", "B", "C"].into_iter().enumerate() {
            assert!(scanner.object(number * row.len(), Some(key)).is_some(), "{key}");
            assert_eq!(scanner.found.first(), Some(&Found::Text(key)));
        }
    }

    #[test]
    fn what_is_not_kept_is_checked_and_not_found() {
        let first = r#"{"customer_id":"A","segment":"SMB","account_value":1}"#;
        let text = first.replace('A', "B");
        for odd in [r#""account_value":"1""#, r#""account_value":1e3"#, r#""account_value":01"#] {
            let rows = [first, &text, &text.replace(r#""account_value":1"#, odd)].concat();
            let mut scanner = Scanner::<Customer>::new(&rows, |field| field == 0);
            assert!([0, first.len()].iter().all(|row| scanner.object(*row, None).is_some()));
            let (id, others) = scanner.found.split_first().unwrap();
            assert_eq!(*id, Found::Text("B"));
            assert!(others.iter().all(|found| *found == Found::Nothing), "{others:?}");
            assert_eq!(scanner.object(2 * first.len(), None), None, "{odd}");
        }
    }

    #[test]
    fn a_field_that_is_given_twice_is_left_to_the_exact_way() {
        let first = r#"{"customer_id":"A","account_value":1}"#;
        for twice in [
            r#"{"customer_id":"A","account_value":1,"customer_id":"B"}"#,
            r#"{"customer_id":"A","account_value":1,"account_value":null}"#,
            r#"{"account_value":1,"account_value":1,"customer_id":"A"}"#,
        ] {
            assert_eq!(found::<Customer>(&[first, twice])[1], None, "{twice}");
            assert_eq!(found::<Customer>(&[twice])[0], None, "{twice} as the first row");
        }
        let unread = r#"{"customer_id":"A","x":1,"x":2}"#;
        assert!(found::<Customer>(&[unread, unread]).iter().all(Option::is_some));
    }

    /// What is kept of the first row, and with it what a later row is looked for in, has an end.
    #[test]
    fn rows_with_very_many_members_are_read_without_learning_them() {
        let unknown = |count: usize| -> String {
            (0..count).map(|number| format!("\"k{number}\":1,")).collect()
        };
        for (count, learned) in [(MOST_MEMBERS - 2, true), (MOST_MEMBERS, false), (9_000, false)] {
            let row = format!("{{{}\"customer_id\":\"A\"}}", unknown(count));
            let mut scanner = Scanner::<Customer>::new(&row, |_| true);
            assert_eq!(scanner.object(0, None).map(|object| object.end), Some(row.len()));
            assert_eq!(scanner.learned, learned);
            assert!(scanner.members.len() <= MOST_MEMBERS);
        }
    }

    #[test]
    fn lists_are_found_as_they_stand() {
        let list = r#"["support", "churn"]"#;
        let row = r#"{"customer_id":"A","predicted_path":["support", "churn"]}"#;
        assert_eq!(found::<Forecast>(&[row])[0].as_ref().unwrap()[1].1, Found::Text(list));
        for odd in [r#"[1]"#, r#"["a\n"]"#, r#"[null]"#, r#"["a",]"#, r#"{}"#] {
            let row = format!(r#"{{"customer_id":"A","predicted_path":{odd}}}"#);
            let row: &'static str = Box::leak(row.into_boxed_str());
            assert_eq!(found::<Forecast>(&[row])[0], None, "{odd}");
        }
    }
}
