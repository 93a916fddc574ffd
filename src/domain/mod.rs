//! The words of the business as plain data: customers, playbooks, findings, recommendations,
//! decisions, policy. No I/O and no screen; every other module knows these, these know nobody.

pub mod ascii;
pub mod column;
pub mod customer;
pub mod dataset;
pub mod decision;
pub mod decision_kind;
pub mod digest;
pub mod fields;
pub mod file;
pub mod finding;
pub mod form;
pub mod gate;
pub mod history;
pub mod json;
pub mod letters;
pub mod money;
pub mod nearest;
pub mod number;
pub mod person;
pub mod places;
pub mod playbook;
pub mod policy;
pub mod policy_keys;
pub mod policy_text;
pub mod range;
pub mod recommendation;
pub mod row;
pub mod slot;
pub mod status;
pub mod stored_basis;
pub mod sum;
pub mod table;
pub mod text;
pub mod time;
pub mod width;
pub mod words;

pub use customer::{Customer, Forecast, FusedSignals, JourneyState, Signal};
pub use dataset::{CustomerView, Dataset};
pub use decision::{Basis, Chosen, Entry, Recovered, RecoveredCustomers};
pub use decision_kind::DecisionKind;
pub use digest::Digest;
pub use file::DataFile;
pub use finding::{Code, Finding, Severity};
pub use gate::{FailedGate, Gate};
pub use history::{Intervention, Outcome, PortfolioSnapshot};
pub use person::Person;
pub use places::Place;
pub use playbook::{PerformanceRow, Playbook};
pub use policy::{Approver, OutOfRange, Policy, Ranking, Stake};
pub use recommendation::{
    ApprovalReason, CostSource, Evidence, EvidenceGrade, Missing, Recommendation, RiskSource,
    RoiSource, ValueSource,
};
pub use status::{Change, Run, Standing, Status};
pub use stored_basis::{LinePlace, LineSource, StoredBasis};
pub use sum::Sum;
pub use table::{SetAside, Table, Tables};
pub use time::{Clock, Moment};
