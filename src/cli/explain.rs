//! `nextplay explain`: every gate, candidate and excluded playbook of one customer.

use super::Outcome;
use super::format::Format;
use super::output::{look, print, text};
use super::session::Session;
use crate::domain::{Error, ErrorKind, Person};
use crate::report::explanation::{Beside, write_text};
use crate::report::json;
use crate::report::whole::explained;

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
    let reviewer = Person::new(&session.by);
    let gone =
        || Error::new(ErrorKind::Internal, format!("customer \"{}\" is gone", args.customer));
    let view = matching.customer(number).ok_or_else(gone)?;
    let standing = snapshot.standing(number);
    let explained = explained(&snapshot, number, &standing, &reviewer).ok_or_else(gone)?;
    print(|out| match args.format {
        Format::Json => json::lines(out, [&explained]),
        _ => {
            let findings: Vec<_> = snapshot.findings_behind(number).collect();
            let asks = snapshot.hashed_basis(number).map(|stated| stated.basis.asks());
            let asks = asks.unwrap_or_default();
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
