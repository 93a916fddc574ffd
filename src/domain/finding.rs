//! What is wrong or suspicious in the data and the strategy: one shape for diagnostics, `check` and the
//! banner.

use compact_str::CompactString;
use serde::Serialize;
use strum::IntoStaticStr;

use super::number;
use super::place::Location;

/// How bad a finding is. An error makes `check` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Severity {
    /// It makes `check` fail.
    Error,
    /// The result may be wrong, or not what was meant.
    Warning,
    /// Worth a look; nothing is wrong.
    Note,
}

impl Severity {
    /// Returns the name that JSON has.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What kind of finding (`strategy.md`, *Findings of `check`*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Code {
    /// A file that cannot be read or is not the JSON it should be.
    BadFile,
    /// A row that does not fit its type and was skipped.
    BadRow,
    /// A policy file that cannot be read, or says something that no policy can.
    BadPolicy,
    /// Fewer people may approve a play than have to.
    NobodyCanApprove,
    /// Entries of the ledger by someone who may not decide.
    NotAnApprover,
    /// Entries in the name of someone with a key that are not rightly signed.
    BadSignature,
    /// Unsigned entries of someone whose key begins after them.
    UnsignedBeforeKey,
    /// Names of people that look the same.
    LookAlikeNames,
    /// Entries dated in the future, or before the entry before them.
    Clock,
    /// An id that comes twice; the later row counts.
    DuplicateId,
    /// A date that something is decided by, and that cannot be read.
    BadDate,
    /// A number that its field cannot hold.
    OddValue,
    /// A text that a mapping of `sources.toml` does not list; the field has no value there.
    UnlistedValue,
    /// A line of a mapped file that is no row: totals, or text below the last row.
    NotARow,
    /// Cells of a mapped column that are merged with another one, which has the value.
    MergedCells,
    /// How a mapped file was read, as far as that was guessed.
    Source,
    /// An outcome that was reported, where another one of the same intervention counts.
    OutcomesDiffer,
    /// A row without an id, passed over.
    MissingId,
    /// A row about a customer that the data does not have; it is ignored.
    UnknownCustomer,
    /// A row about a playbook that the data does not have.
    UnknownPlaybook,
    /// A capacity of an owner whom no customer has.
    UnknownOwner,
    /// An experiment that no customer can be in.
    ExperimentEmpty,
    /// An experiment that is another one than customers were handed off in.
    ExperimentChanged,
    /// An id or a code that differs from another one only in its form.
    NearMiss,
    /// A customer without a stage: only a playbook without one can match.
    NoStage,
    /// A stage and segment with customers at high risk for whom there is no candidate.
    CoverageGap,
    /// Large accounts at high risk to whom next to nothing is recommended.
    WeakOnly,
    /// An active playbook ahead of which another one always ranks.
    Dominated,
    /// An active playbook that is open to no customer.
    NeverMatches,
    /// An active playbook whose threshold of 0 acts as 0.5.
    ThresholdZero,
    /// An active playbook that costs nothing, and so has no ROI.
    FreePlay,
    /// A recommended playbook with hardly any runs behind its numbers.
    ThinEvidence,
    /// A performance row whose numbers no one uses.
    UnusedPerformance,
    /// A performance row below what the policy expects.
    UnderReview,
}

impl Code {
    /// Returns the name that JSON has.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the severity of findings of this kind.
    pub fn severity(self) -> Severity {
        match self {
            Self::BadFile
            | Self::BadRow
            | Self::BadPolicy
            | Self::NobodyCanApprove
            | Self::BadSignature => Severity::Error,
            Self::NotAnApprover
            | Self::UnsignedBeforeKey
            | Self::LookAlikeNames
            | Self::Clock
            | Self::BadDate
            | Self::OddValue
            | Self::UnlistedValue
            | Self::NotARow
            | Self::MergedCells
            | Self::DuplicateId
            | Self::OutcomesDiffer
            | Self::MissingId
            | Self::UnknownCustomer
            | Self::UnknownPlaybook
            | Self::UnknownOwner
            | Self::ExperimentEmpty
            | Self::ExperimentChanged
            | Self::NearMiss
            | Self::NoStage
            | Self::CoverageGap
            | Self::WeakOnly
            | Self::Dominated
            | Self::NeverMatches
            | Self::ThresholdZero => Severity::Warning,
            Self::Source
            | Self::FreePlay
            | Self::ThinEvidence
            | Self::UnusedPerformance
            | Self::UnderReview => Severity::Note,
        }
    }
}

/// One finding, with the place it points at. `None` where something does not apply.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What kind of finding.
    pub code: Code,
    /// Returns the severity of findings of this kind.
    pub severity: Severity,
    /// A sentence: what was found, what was expected, what to do. Text from data files in it is not
    /// yet escaped.
    pub message: String,
    /// Name of the file in the data directory.
    pub file: Option<CompactString>,
    /// Name of the sheet, of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<CompactString>,
    /// From 1.
    pub line: Option<u32>,
    /// From 1, in characters; in a sheet in cells.
    pub column: Option<u32>,
    /// The field that it points at.
    pub field: Option<CompactString>,
    /// The playbook's id.
    pub playbook_id: Option<CompactString>,
    /// The customer whose row it is about, for those who ask about one customer.
    #[serde(skip)]
    pub customer_id: Option<CompactString>,
    /// The table that it is about, where the file's name does not tell.
    #[serde(skip)]
    pub table: Option<super::DataFile>,
    /// How many customers it touches.
    pub customers: Option<usize>,
    /// Account value of those, in dollars.
    #[serde(serialize_with = "number::serialize_option")]
    pub account_value: Option<f64>,
}

impl Finding {
    /// Returns a finding with the severity of its kind.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            file: None,
            sheet: None,
            line: None,
            column: None,
            field: None,
            playbook_id: None,
            customer_id: None,
            table: None,
            customers: None,
            account_value: None,
        }
    }

    /// Points at a file.
    pub fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.into());
        self
    }

    /// Points at a sheet of the file, if it is a workbook.
    pub fn in_sheet(mut self, sheet: Option<&str>) -> Self {
        self.sheet = sheet.map(Into::into);
        self
    }

    /// Says which table it is about.
    pub fn of_table(mut self, table: super::DataFile) -> Self {
        self.table = Some(table);
        self
    }

    /// Returns the table that it is about, whatever form the table has.
    pub fn table(&self) -> Option<super::DataFile> {
        self.table.or_else(|| self.file.as_deref().and_then(super::DataFile::holding))
    }

    /// True where it points at a file of a table, whatever form the table has.
    pub fn is_in(&self, table: super::DataFile) -> bool {
        self.table() == Some(table)
    }

    /// Points at a place in one of the files of a table.
    pub fn located(self, location: Location) -> Self {
        let Location { file, sheet, place } = location;
        self.in_file(&file).in_sheet(sheet.as_deref()).at(place)
    }

    /// Points at a place in the file.
    pub fn at(mut self, place: super::Place) -> Self {
        self.line = Some(place.line);
        self.column = Some(place.column);
        self
    }

    /// Where it points, if at a place in a file.
    pub fn place(&self) -> Option<super::Place> {
        let (line, column) = self.line.zip(self.column)?;
        Some(super::Place { line, column })
    }

    /// The field that it points at.
    pub fn field(mut self, field: &str) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says which playbook it is about.
    pub fn of_playbook(mut self, id: &str) -> Self {
        self.playbook_id = Some(id.into());
        self
    }

    /// How many customers it touches, and their account value in dollars.
    pub fn touching(mut self, customers: usize, account_value: f64) -> Self {
        self.customers = Some(customers);
        self.account_value = Some(account_value);
        self
    }

    /// `customers.json:3:17` or `accounts.xlsx, sheet "Accounts", cell D7`, as far as it is known.
    pub fn location(&self) -> String {
        let mut text = self.file.as_deref().unwrap_or_default().to_owned();
        if let Some(sheet) = &self.sheet {
            text.push_str(&format!(", sheet \"{sheet}\""));
            if let Some(place) = self.place() {
                text.push_str(&format!(", cell {}", place.cell()));
            }
            return text;
        }
        for number in [self.line, self.column].into_iter().flatten() {
            text.push_str(&format!(":{number}"));
        }
        text
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let location = self.location();
        if !location.is_empty() {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.message)
    }
}
