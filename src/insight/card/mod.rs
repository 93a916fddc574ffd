//! What a customer's detail says first: what to do, why, what to be careful about, and what else could
//! be done. Pure: made from recommendation, status, history and clock; every number in it is one of
//! those that *Numbers* shows with its source.
//!
//! - [`profile`]: who the customer is.
//! - [`play`]: a playbook with its amounts; [`proposal`]: what is decided about, and how far that is.
//! - [`why`]: signals, stage and forecast in words.
//! - [`caution`]: what speaks against it.
//! - [`near_misses`]: playbooks of the customer's stage that are not eligible; [`uncovered`]: why none
//!   is.
//! - [`lines`]: the card as rows of text, for every place that shows it.

pub mod caution;
pub mod lines;
pub mod near_misses;
pub mod play;
pub mod profile;
pub mod proposal;
#[cfg(test)]
mod tests;
pub mod uncovered;
pub mod why;

use serde::Serialize;

pub use caution::{Caution, CautionKind};
pub use lines::{CardRow, CardSection, RowKind};
pub use near_misses::NearMisses;
pub use play::Play;
pub use profile::Profile;
pub use proposal::Proposal;

use crate::approval;
use crate::domain::{Chosen, Finding, Moment, Person, Standing};
use crate::matching::Matching;
use crate::matching::ranking::Ranked;
use crate::store::CustomerView;

/// How many other options a card has.
pub const OPTIONS: usize = 2;

/// What a card is made from.
#[derive(Debug, Clone, Copy)]
pub struct CardRequest<'a> {
    /// The recommendations.
    pub matching: &'a Matching,
    /// The customer.
    pub number: usize,
    /// The status and what led to it.
    pub standing: &'a Standing,
    /// The skipped rows that may affect the recommendation.
    pub findings: &'a [&'a Finding],
    /// The reviewer; without one no limit is looked at.
    pub reviewer: Option<&'a Person>,
    /// The current time and time zone.
    pub now: &'a Moment,
    /// What others proposed and is open.
    pub proposals: &'a [approval::Proposal],
    /// A playbook that the reviewer is about to choose in place of what is proposed.
    pub choice: Option<&'a Chosen>,
}

/// What to do about a customer and why, as people read it. Text from data files in it is not yet
/// escaped. Serialized it is `card` of `explain --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Who the customer is.
    pub customer: Profile,
    /// What is decided about.
    #[serde(rename = "do")]
    pub proposal: Proposal,
    /// What others proposed, in words, the newest first; often empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposed: Vec<String>,
    /// Signals, stage and forecast in words, most important first.
    pub why: Vec<String>,
    /// What speaks against it, most important first; often empty.
    pub caution: Vec<Caution>,
    /// The next best eligible playbooks.
    #[serde(rename = "or")]
    pub options: Vec<Play>,
}

impl Card {
    /// Makes the card of a customer; `None` if there is no customer of that number.
    pub fn new(request: &CardRequest<'_>) -> Option<Self> {
        let subject = Subject::new(request)?;
        let proposal = Proposal::new(&subject);
        Some(Self {
            customer: Profile::new(&subject),
            proposed: proposed(request),
            why: why::why(&subject),
            caution: caution::cautions(&subject, &proposal),
            options: options(&subject, &proposal),
            proposal,
        })
    }
}

/// The request with what several parts of a card look at.
pub(crate) struct Subject<'a> {
    request: &'a CardRequest<'a>,
    view: CustomerView<'a>,
    risk: f64,
    /// The playbooks that passed every gate, best first.
    candidates: Vec<&'a Ranked>,
    /// The one that is recommended: the first, or that of the customer's arm in an experiment.
    recommended: Option<&'a Ranked>,
}

impl<'a> Subject<'a> {
    fn new(request: &'a CardRequest<'a>) -> Option<Self> {
        let CardRequest { matching, number, .. } = *request;
        let risk = matching.risk(number)?;
        Some(Self {
            request,
            view: matching.customer(number)?,
            risk: risk.score,
            candidates: matching.candidates(number).collect(),
            recommended: matching.winner(number),
        })
    }
}

/// Each open proposal in a sentence.
fn proposed(request: &CardRequest<'_>) -> Vec<String> {
    let labels = &request.matching.policy().labels;
    let newest = request.proposals.iter().rev();
    newest.map(|proposal| proposal.words(labels, request.now.at)).collect()
}

/// The best eligible playbooks other than the one that is proposed. Of a play that runs or ran there
/// is nothing else to choose.
fn options(subject: &Subject<'_>, proposal: &Proposal) -> Vec<Play> {
    if subject.request.choice.is_none() && subject.request.standing.run.is_some() {
        return Vec::new();
    }
    let proposed = proposal.play.as_ref().map(|play| play.playbook_id.as_str());
    let plays = subject.candidates.iter().filter_map(|ranked| Play::ranked(subject, ranked));
    plays.filter(|play| Some(play.playbook_id.as_str()) != proposed).take(OPTIONS).collect()
}
