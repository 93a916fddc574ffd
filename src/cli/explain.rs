//! `nextplay explain`: every gate, candidate and excluded playbook of one customer.

use super::Outcome;
use super::format::Format;
use super::output::{look, print, text};
use super::session::Session;
use crate::domain::status::UncountedTold;
use crate::domain::{Error, ErrorKind, Person};
use crate::insight::card::NearMisses;
use crate::report::explanation::{Beside, Explained, write_text};
use crate::report::json;
use crate::workspace::cards::CardFor;

/// Explain what is recommended for a customer, and why other playbooks are not
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Customer, by id or by whole name, in any case
    #[arg(value_name = "CUSTOMER")]
    pub customer: String,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let snapshot = session.open_with_ledger()?.snapshot;
    let matching = &snapshot.matching;
    let number = snapshot.named_customer(&args.customer)?;
    let both = matching.explain(number).zip(matching.customer(number));
    let gone =
        || Error::new(ErrorKind::Internal, format!("customer \"{}\" is gone", args.customer));
    let (explanation, view) = both.ok_or_else(gone)?;
    let standing = snapshot.standing(number);
    let stated = snapshot.hashed_basis(number);
    let basis = stated.as_ref().map(|stated| stated.hash.clone());
    let asks = stated.map(|stated| stated.basis.asks()).unwrap_or_default();
    let reviewer = Person::new(&session.by);
    let of = CardFor { reviewer: Some(&reviewer), ..CardFor::default() };
    let card = snapshot.card_of(number, &standing, of).ok_or_else(gone)?;
    let near = NearMisses::new(matching, number).near;
    let explained = Explained {
        explanation,
        status: standing.status,
        basis,
        running: standing.running(),
        uncounted: standing.uncounted.iter().map(UncountedTold::from).collect(),
        proposals: snapshot.proposals_told(number),
        card,
        near_misses: near.into_iter().map(|miss| miss.playbook_id).collect(),
    };
    print(|out| match args.format {
        Format::Json => json::lines(out, [&explained]),
        _ => {
            let findings: Vec<_> = snapshot.findings_behind(number).collect();
            let beside = Beside {
                matching,
                view,
                standing: &standing,
                asks: &asks,
                findings: &findings,
                now: snapshot.now.at,
            };
            text(out, |out| write_text(out, &explained, beside, look()))
        }
    })?;
    Ok(Outcome::Done)
}
