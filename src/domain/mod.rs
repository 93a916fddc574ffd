//! The words of the business as plain data: customers, playbooks, findings, recommendations,
//! decisions, policy. No I/O and no screen; every other module knows these, these know no one.

pub mod ascii;
pub mod capacity;
pub mod customer;
pub mod decision;
pub mod decision_kind;
pub mod digest;
pub mod error;
pub mod experiment;
pub mod file;
pub mod finding;
pub mod form;
pub mod gate;
pub mod history;
pub mod io_error;
pub mod json;
pub mod labels;
pub mod letters;
pub mod money;
pub mod number;
pub mod person;
pub mod place;
pub mod playbook;
pub mod policy;
pub mod policy_block;
pub mod policy_key;
pub mod policy_keys;
pub mod policy_text;
pub mod range;
pub mod recommendation;
pub mod signing_key;
pub mod status;
pub mod stored_basis;
pub mod suggestion;
pub mod sum;
pub mod text;
pub mod time;
pub mod until;
pub mod width;

pub use customer::{Customer, Forecast, FusedSignals, JourneyState, Signal};
pub use decision::{Basis, Chosen, Entry, Recovered, RecoveredCustomers};
pub use decision_kind::DecisionKind;
pub use digest::Digest;
pub use error::{Error, ErrorKind};
pub use file::DataFile;
pub use finding::{Code, Finding, Severity};
pub use gate::{FailedGate, Gate};
pub use history::{Intervention, Outcome, PortfolioSnapshot};
pub use labels::{LabelKind, Labels};
pub use person::Person;
pub use place::{Location, Place};
pub use playbook::{PerformanceRow, Playbook};
pub use policy::{AfterFailure, Approver, OutOfRange, Policy, Ranking, Stake};
pub use recommendation::{
    ApprovalReason, CostSource, Evidence, EvidenceGrade, Missing, Recommendation, RiskSource,
    RoiSource, ValueSource,
};
pub use signing_key::{ApproverKey, SigningKey};
pub use status::{Change, Run, Standing, Status};
pub use stored_basis::{LinePlace, LineSource, StoredBasis};
pub use sum::Sum;
pub use time::{Clock, Moment, Zone};
