//! The files of a data directory (`matching.md`, *Inputs*).

/// One of the files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataFile {
    Customers,
    Playbooks,
    States,
    Fused,
    Signals,
    Forecasts,
    Performance,
    Interventions,
    Outcomes,
    Snapshots,
}

impl DataFile {
    /// All of them, in reading order.
    pub const ALL: [Self; 10] = [
        Self::Customers,
        Self::Playbooks,
        Self::States,
        Self::Fused,
        Self::Signals,
        Self::Forecasts,
        Self::Performance,
        Self::Interventions,
        Self::Outcomes,
        Self::Snapshots,
    ];

    /// Its name in the data directory.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers.json",
            Self::Playbooks => "journey_playbooks.json",
            Self::States => "journey_state_log.json",
            Self::Fused => "fused_signals.json",
            Self::Signals => "signals.json",
            Self::Forecasts => "journey_forecasts.json",
            Self::Performance => "playbook_performance_log.json",
            Self::Interventions => "interventions.json",
            Self::Outcomes => "outcomes.json",
            Self::Snapshots => "portfolio_snapshots.json",
        }
    }

    /// True where nothing can be matched without it.
    pub fn required(self) -> bool {
        matches!(self, Self::Customers | Self::Playbooks)
    }

    /// True where the file may be one object keyed by id instead of an array.
    pub fn may_be_keyed(self) -> bool {
        matches!(
            self,
            Self::Customers | Self::Playbooks | Self::States | Self::Fused | Self::Forecasts
        )
    }

    /// What the file has to be, in words.
    pub fn shape(self) -> &'static str {
        if self.may_be_keyed() {
            "a JSON array of objects, or one object keyed by id"
        } else {
            "a JSON array of objects"
        }
    }
}
