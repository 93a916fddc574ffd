//! The engines that a statement can be written for, in one table, and how each of them reads texts,
//! numbers and names.

use std::fmt::Write as _;

use crate::domain::text::{has_controls, is_control};
use crate::domain::{Error, ErrorKind};

/// How an engine reads SQL.
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What it is called on the command line.
    pub name: &'static str,
    /// The type of texts of any length.
    pub text: &'static str,
    /// The type of doubles of 64 bits.
    pub double: &'static str,
    /// A zero that compares with a double.
    pub zero: &'static str,
    /// What makes a query of `WITH` one that is run by itself, before what reads it; nothing where the
    /// engine finds a good way without.
    pub materialized: &'static str,
    /// What stands around a name that is no plain one.
    quote: char,
    /// What a text literal may hold.
    literal: Literal,
    /// True where `VALUES` is a table.
    pub has_values: bool,
    /// True where texts that differ in blanks at their end compare as equal.
    pub ignores_trailing_blanks: bool,
    /// The longest statement that it takes as it is set up by default, in bytes.
    pub longest: Option<usize>,
}

/// How control characters are written in a text.
#[derive(Debug, PartialEq, Eq)]
enum Escape {
    /// `\x1b`, for each byte.
    Hex,
    /// `\033`, for each byte.
    Octal,
    /// `\u001b`, and `\U000e0001` beyond four digits.
    Unicode,
    /// `\u001b`; what needs more than four digits stays as it is.
    FourDigits,
    /// `\001b`, and `\+0e0001` beyond four digits.
    Plus,
}

/// What a text literal may hold.
#[derive(Debug, PartialEq, Eq)]
enum Literal {
    /// A backslash always begins an escape.
    Backslash(Escape),
    /// A backslash begins one only behind this prefix.
    Prefixed(&'static str, Escape),
}

const fn standard(name: &'static str) -> Dialect {
    Dialect {
        name,
        text: "VARCHAR",
        double: "DOUBLE",
        zero: "0",
        materialized: "",
        quote: '"',
        literal: Literal::Prefixed("E", Escape::Hex),
        has_values: true,
        ignores_trailing_blanks: false,
        longest: None,
    }
}

const fn spark(name: &'static str) -> Dialect {
    Dialect {
        text: "STRING",
        quote: '`',
        literal: Literal::Backslash(Escape::Unicode),
        ..standard(name)
    }
}

/// Every engine.
pub const DIALECTS: &[Dialect] = &[
    Dialect {
        text: "TEXT",
        double: "DOUBLE PRECISION",
        // It has no statistics of what is calculated, takes a million customers for one, and compares
        // each of them with each row of a log.
        materialized: "MATERIALIZED ",
        ..standard("postgres")
    },
    standard("duckdb"),
    spark("spark"),
    spark("databricks"),
    Dialect {
        literal: Literal::Backslash(Escape::FourDigits),
        longest: Some(1 << 20),
        ..standard("snowflake")
    },
    Dialect {
        text: "STRING",
        double: "FLOAT64",
        quote: '`',
        literal: Literal::Backslash(Escape::Unicode),
        has_values: false,
        longest: Some(1 << 20),
        ..standard("bigquery")
    },
    Dialect {
        // Without a length it holds 256 bytes.
        text: "VARCHAR(65535)",
        double: "DOUBLE PRECISION",
        literal: Literal::Backslash(Escape::Octal),
        has_values: false,
        ignores_trailing_blanks: true,
        longest: Some(16_000_000),
        ..standard("redshift")
    },
    Dialect {
        literal: Literal::Prefixed("U&", Escape::Plus),
        longest: Some(1_000_000),
        ..standard("trino")
    },
    Dialect {
        // A join gives NULL only in columns that may hold it.
        text: "Nullable(String)",
        double: "Nullable(Float64)",
        zero: "0.0",
        literal: Literal::Backslash(Escape::Hex),
        has_values: false,
        longest: Some(1 << 18),
        ..standard("clickhouse")
    },
];

/// Names that cannot stand without quotes in one engine or another.
const RESERVED: &str = " all and any array as asc at between both by case cast check column create cross \
    current current_date current_time current_timestamp current_user default delete desc distinct drop \
    else end escape except exists false fetch final following for foreign format from full grant group \
    having if in inner insert intersect interval into is join lateral left like limit merge natural not \
    null of offset on or order outer over partition primary range references right rows select session \
    set settings show some start table tablesample then to trailing true union unique update user using \
    values view when where window with ";

impl Dialect {
    /// A text as a literal.
    pub fn text(&self, text: &str) -> String {
        let (prefix, escape, always) = match &self.literal {
            Literal::Backslash(escape) => ("", escape, true),
            Literal::Prefixed(prefix, escape) => (*prefix, escape, false),
        };
        let escapes = has_controls(text);
        let mut literal = String::with_capacity(text.len() + 2);
        literal.push_str(if escapes { prefix } else { "" });
        literal.push('\'');
        for c in text.chars() {
            match c {
                '\'' if always => literal.push_str("\\'"),
                '\'' => literal.push_str("''"),
                '\\' if always || escapes => literal.push_str("\\\\"),
                c if is_control(c) => escape.push(&mut literal, c),
                c => literal.push(c),
            }
        }
        literal.push('\'');
        literal
    }

    /// A text or nothing as a literal.
    pub fn text_or_null(&self, text: Option<&str>) -> String {
        text.map_or_else(|| format!("CAST(NULL AS {})", self.text), |text| self.text(text))
    }

    /// A number as a double of exactly these bits: read as a text, since some engines read a number with
    /// a point as a decimal.
    pub fn number(&self, number: f64) -> String {
        format!("CAST('{number:?}' AS {})", self.double)
    }

    /// A name as the engine keeps it: in quotes where it is no plain one.
    pub fn name(&self, name: &str) -> String {
        let begins = |c: char| c.is_ascii_lowercase() || c == '_';
        let is_plain = name.starts_with(begins)
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if is_plain && !RESERVED.split(' ').any(|reserved| reserved == name) {
            return name.to_owned();
        }
        let mut quoted = String::from(self.quote);
        for c in name.chars() {
            match (c, self.name) {
                ('\\', "bigquery" | "clickhouse") => quoted.push_str("\\\\"),
                (c, "bigquery") if c == self.quote => quoted.push_str("\\`"),
                (c, _) if c == self.quote => quoted.extend([c, c]),
                (c, _) => quoted.push(c),
            }
        }
        quoted.push(self.quote);
        quoted
    }
}

impl Escape {
    fn push(&self, literal: &mut String, c: char) {
        let code = u32::from(c);
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).bytes();
        // Writing to a text does not fail.
        let _ = match self {
            Self::Hex => bytes.into_iter().try_for_each(|byte| write!(literal, "\\x{byte:02x}")),
            Self::Octal => bytes.into_iter().try_for_each(|byte| write!(literal, "\\{byte:03o}")),
            Self::Plus if code > 0xffff => write!(literal, "\\+{code:06x}"),
            Self::Plus => write!(literal, "\\{code:04x}"),
            Self::Unicode if code > 0xffff => write!(literal, "\\U{code:08x}"),
            Self::FourDigits if code > 0xffff => write!(literal, "{c}"),
            Self::Unicode | Self::FourDigits => write!(literal, "\\u{code:04x}"),
        };
    }
}

/// The name of a table or view, with its schema where one is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName(Vec<String>);

impl TableName {
    /// Reads `VIEW`, `SCHEMA.VIEW` or `CATALOG.SCHEMA.VIEW`.
    ///
    /// # Errors
    /// Where a part is empty or has a control character, or there are more than three.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<String> = text.split('.').map(str::to_owned).collect();
        if parts.len() > 3 || parts.iter().any(|part| part.trim().is_empty() || has_controls(part))
        {
            return Err("expected VIEW or SCHEMA.VIEW".to_owned());
        }
        Ok(Self(parts))
    }

    /// Returns the name of a table of the default schema, whatever is in it.
    ///
    /// # Errors
    /// Where it is empty or has a control character.
    pub fn alone(name: &str) -> Result<Self, Error> {
        match name.trim().is_empty() || has_controls(name) {
            true => Err(Error::new(ErrorKind::Usage, format!("{name:?} is not a table name"))),
            false => Ok(Self(vec![name.to_owned()])),
        }
    }

    /// Returns the name as it stands in a statement.
    pub fn sql(&self, dialect: &Dialect) -> String {
        self.0.iter().map(|part| dialect.name(part)).collect::<Vec<_>>().join(".")
    }

    /// True where it is that name alone, in any case.
    pub fn is(&self, name: &str) -> bool {
        matches!(&self.0[..], [only] if only.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(name: &str) -> &'static Dialect {
        DIALECTS.iter().find(|dialect| dialect.name == name).unwrap()
    }

    #[test]
    fn texts_are_read_as_they_are() {
        for (name, plain, controls) in [
            ("postgres", r"'O''Hara \ 👍'", r"E'a\x1b\xc2\x85\\''\xf3\xa0\x81\x81'"),
            ("duckdb", r"'O''Hara \ 👍'", r"E'a\x1b\xc2\x85\\''\xf3\xa0\x81\x81'"),
            ("spark", r"'O\'Hara \\ 👍'", r"'a\u001b\u0085\\\'\U000e0041'"),
            ("bigquery", r"'O\'Hara \\ 👍'", r"'a\u001b\u0085\\\'\U000e0041'"),
            ("snowflake", r"'O\'Hara \\ 👍'", "'a\\u001b\\u0085\\\\\\'\u{e0041}'"),
            ("redshift", r"'O\'Hara \\ 👍'", r"'a\033\302\205\\\'\363\240\201\201'"),
            ("trino", r"'O''Hara \ 👍'", r"U&'a\001b\0085\\''\+0e0041'"),
            ("clickhouse", r"'O\'Hara \\ 👍'", r"'a\x1b\xc2\x85\\\'\xf3\xa0\x81\x81'"),
        ] {
            let dialect = dialect(name);
            assert_eq!(dialect.text(r"O'Hara \ 👍"), plain, "{name}");
            assert_eq!(dialect.text("a\u{1b}\u{85}\\'\u{e0041}"), controls, "{name}");
        }
    }

    #[test]
    fn numbers_are_read_to_the_last_bit() {
        for (number, text) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (5e-324, "5e-324"),
            (-1e300, "-1e300"),
            (2.0, "2.0"),
        ] {
            let want = format!("CAST('{text}' AS DOUBLE PRECISION)");
            assert_eq!(dialect("postgres").number(number), want);
        }
    }

    #[test]
    fn names_are_quoted_where_they_have_to_be() {
        let sql = |name: &str, of: &str| TableName::parse(name).unwrap().sql(dialect(of));
        assert_eq!(sql("crm.customer_360", "postgres"), "crm.customer_360");
        assert_eq!(sql("CRM.order", "postgres"), "\"CRM\".\"order\"");
        assert_eq!(sql("a\"b; drop", "duckdb"), "\"a\"\"b; drop\"");
        assert_eq!(sql("my-project.crm.a`\\", "bigquery"), "`my-project`.crm.`a\\`\\\\`");
        assert_eq!(sql("a`b", "spark"), "`a``b`");
        for wrong in ["", ".v", "s.", "a.b.c.d", "a\nb", " "] {
            assert!(TableName::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(TableName::alone("a.b").unwrap().sql(dialect("duckdb")) == "\"a.b\"");
    }
}
