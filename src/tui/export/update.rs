//! Asking where to write a list or the report, and saying what was written.

use std::path::PathBuf;
use std::sync::Arc;

use super::job::{Export, Exported};
use super::table::Table;
use crate::domain::money::counted;
use crate::tui::event::Effect;
use crate::tui::screen::prompt::{
    ALREADY_EXISTS, Applied, CONTENT_LOST, Prompt, Purpose, Question,
};
use crate::tui::state::{NoticeKind, State};
use crate::workspace::SaveError;

/// What is expected of a path.
const EXPECTED: &str = "a path; an existing file is overwritten only after you confirm";

/// The list on the screen, or why it cannot be exported now.
fn list(state: &State) -> Result<Table, String> {
    match state.screen.row().list.export {
        None => Err(format!("{} has no list to export", state.screen.row().title)),
        Some(_) if !state.is_loaded() => Err("Still loading".to_owned()),
        Some(export) => export(state),
    }
}

/// Why the list cannot be exported. Makes no rows.
pub(crate) fn cannot_export_list(state: &State) -> Option<String> {
    let list = &state.screen.row().list;
    if list.export.is_none() {
        return Some(format!("{} has no list to export", state.screen.row().title));
    }
    if !state.is_loaded() {
        return Some("Still loading".to_owned());
    }
    ((list.len)(state) == 0).then(|| "The list is empty".to_owned())
}

/// Asks for the path of the list.
pub(crate) fn ask_list_path(state: &mut State) {
    let screen = state.screen.row().title;
    let path = format!("{}-{}.csv", screen.to_lowercase(), state.moment().today());
    let title = format!("Export {screen} as CSV to");
    Prompt::new(Purpose::ListPath, title, EXPECTED.to_owned(), path).open(state);
}

/// Asks for the path of the report.
pub(crate) fn ask_report_path(state: &mut State) {
    let path = format!("report-{}.html", state.moment().today());
    let title = "Export the report as HTML to".to_owned();
    Prompt::new(Purpose::ReportPath, title, EXPECTED.to_owned(), path).open(state);
}

/// Has the list written to the path that was typed.
pub(crate) fn apply_list_path(state: &mut State, path: PathBuf) -> Result<Applied, String> {
    Ok(write(state, Exported::List(list(state)?), path))
}

/// Has the report written to the path that was typed.
pub(crate) fn apply_report_path(state: &mut State, path: PathBuf) -> Result<Applied, String> {
    let snapshot = state.snapshot.as_ref().filter(|snapshot| !snapshot.partial);
    let snapshot = Arc::clone(snapshot.ok_or("Still loading")?);
    let name = state.directory.clone();
    Ok(write(state, Exported::Report { snapshot, name }, path))
}

fn write(state: &mut State, what: Exported, path: PathBuf) -> Applied {
    state.say(NoticeKind::News, format!("Writing {}…", path.display()));
    Applied::Effect(Effect::Export(Box::new(Export { what, path, over: false })))
}

/// Reports the result of an export.
pub(crate) fn exported(state: &mut State, export: Export, result: Result<PathBuf, SaveError>) {
    match result {
        Ok(path) => {
            let path = path.display();
            let text = match &export.what {
                Exported::List(table) => format!("Wrote {} to {path}", counted(table.len(), "row")),
                Exported::Report { .. } => format!("Wrote the report to {path}"),
            };
            state.say(NoticeKind::Done, text);
        }
        Err(SaveError::Exists { path, .. }) => {
            state.notice = None;
            let effect = Effect::Export(Box::new(Export { over: true, ..export }));
            Question::overwrite(&path, CONTENT_LOST.to_owned(), effect).ask(state, ALREADY_EXISTS);
        }
        Err(error) => state.say(NoticeKind::Refused, format!("Nothing was written: {error}")),
    }
}
