//! The keys of `sources.toml`, one row each: its reader, the hints at unknown keys and the documentation
//! are made from them.

use strum::VariantNames as _;

use super::mapping::{FileFormat, NumberForm, TextEncoding};

/// A key of the sources file.
#[derive(Debug)]
pub struct SourceKey {
    /// Its name.
    pub name: &'static str,
    /// What belongs there, in words.
    pub expected: &'static str,
    /// What it sets, as Markdown.
    pub help: &'static str,
    /// A value, as TOML.
    pub example: &'static str,
}

/// The name of the key of a table that names its file.
pub const FILE: &str = "file";
/// The name of the key of a table under which its fields are.
pub const COLUMNS: &str = "columns";

/// The keys of a table such as `[customers]`.
pub const TABLE_KEYS: &[SourceKey] = &[
    SourceKey {
        name: FILE,
        expected: "the name of a file in the data directory, such as \"companies*.csv\"",
        help: "the file, relative to the data directory; `*` and `?` stand for other characters of its name. Of several, the one whose name comes last is read, with numbers compared by what they count. Required",
        example: "\"companies*.csv\"",
    },
    SourceKey {
        name: "format",
        expected: "csv, tsv, jsonl, json, split, index, columns or xlsx",
        help: "how the file is written; guessed from its name and its first bytes",
        example: "\"csv\"",
    },
    SourceKey {
        name: "delimiter",
        expected: "one character such as \",\", \";\", \"|\" or \"\\t\"",
        help: "what is between the cells of a row; guessed from the header",
        example: "\";\"",
    },
    SourceKey {
        name: "encoding",
        expected: "utf-8, utf-16 or windows-1252",
        help: "how the text is encoded: `\"utf-8\"`, `\"utf-16\"` or `\"windows-1252\"`; guessed from a mark at the beginning, else UTF-8",
        example: "\"windows-1252\"",
    },
    SourceKey {
        name: "path",
        expected: "the keys that lead to the rows, such as \"records\" or \"data.items\"",
        help: "the key under which the rows of a JSON file are; several with a dot between them",
        example: "\"records\"",
    },
    SourceKey {
        name: "sheet",
        expected: "the name of a sheet",
        help: "the sheet of a workbook; the first one with the mapped columns where it is not set",
        example: "\"Accounts\"",
    },
    SourceKey {
        name: COLUMNS,
        expected: "a table with a field and its column on each line",
        help: "the fields, each with the name of its column in quotes, or a table of the keys below. The id is required",
        example: "{ customer_id = \"Record ID\" }",
    },
];

/// The keys of a field such as `segment = { column = "Tier", … }`.
pub const COLUMN_KEYS: &[SourceKey] = &[
    SourceKey {
        name: "column",
        expected: "the name of a column",
        help: "the column, by its name in the header",
        example: "\"Tier\"",
    },
    SourceKey {
        name: "value",
        expected: "a value of the field's type",
        help: "one value for every row, in place of a column",
        example: "\"SMB\"",
    },
    SourceKey {
        name: "values",
        expected: "a table of texts and what they stand for",
        help: "what the texts of the column stand for; a text that is not listed is left out with a warning",
        example: "{ \"Tier 1\" = \"Enterprise\" }",
    },
    SourceKey {
        name: "otherwise",
        expected: "a value of the field's type",
        help: "what all texts stand for that `values` does not list",
        example: "\"SMB\"",
    },
    SourceKey {
        name: "number",
        expected: "plain, us, eu or percent",
        help: "how numbers are written: `\"us\"` for `$1,234.50` and `(1,234)`, `\"eu\"` for `1.234,50 €`, `\"percent\"` for `45%`, which is 0.45; `\"plain\"` where it is not set",
        example: "\"us\"",
    },
    SourceKey {
        name: "from",
        expected: "two different numbers, such as [0, 100]",
        help: "the ends of the column's scale; needs `to`",
        example: "[0, 100]",
    },
    SourceKey {
        name: "to",
        expected: "two numbers, such as [1, 0]",
        help: "what these ends are in the field: `[1, 0]` turns the scale round; needs `from`",
        example: "[1, 0]",
    },
    SourceKey {
        name: "date",
        expected: "iso, epoch_s, epoch_ms or a pattern such as \"%m/%d/%Y\"",
        help: "how dates are written: a pattern of `strptime`, `\"iso\"`, `\"epoch_s\"` or `\"epoch_ms\"`; guessed where it is not set. An ISO date is always read",
        example: "\"%m/%d/%Y\"",
    },
    SourceKey {
        name: "split",
        expected: "the text between two elements, such as \";\"",
        help: "what is between the elements of a list",
        example: "\";\"",
    },
    SourceKey {
        name: "true",
        expected: "a list of texts",
        help: "the texts that mean true, in capitals or not, beside `true` and `yes`; all others mean false",
        example: "[\"Yes\", \"1\"]",
    },
];

/// The names that a key takes, of those that take one of a few.
pub fn choices(key: &str) -> &'static [&'static str] {
    match key {
        "format" => FileFormat::VARIANTS,
        "encoding" => TextEncoding::VARIANTS,
        "number" => NumberForm::VARIANTS,
        _ => &[],
    }
}
