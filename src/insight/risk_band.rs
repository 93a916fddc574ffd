//! Risk in bands, for colors and words.

/// How much attention a risk needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskBand {
    /// From 0.7.
    High,
    /// From 0.5.
    Medium,
    /// Everything else.
    Low,
}

impl RiskBand {
    /// Returns the band of a risk from 0 to 1.
    pub fn of(risk: f64) -> Self {
        match risk {
            0.7.. => Self::High,
            0.5.. => Self::Medium,
            _ => Self::Low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_higher_band() {
        let bands = [0.0, 0.499, 0.5, 0.699, 0.7, 1.0, f64::NAN].map(RiskBand::of);
        use RiskBand::{High, Low, Medium};
        assert_eq!(bands, [Low, Low, Medium, Medium, High, High, Low]);
    }
}
