//! Which words do not come back, and what to write instead.

/// Where a phrase is looked for.
#[derive(Clone, Copy, PartialEq)]
pub enum Scope {
    /// Everything that is read: screens, messages, help, pages and doc comments.
    All,
    /// What users see: everything but doc comments outside the command line's arguments.
    Shown,
    /// The dashboard's screens, as snapshots hold them.
    Screens,
}

use Scope::{All, Screens, Shown};

/// A phrase, what to use instead, and where. In a phrase `a (b|c)|d` stands for `a b`, `a c`
/// and `d`, a blank for any white space, and letters for either case; it begins and ends at words.
pub struct Banned(pub &'static str, pub &'static str, pub Scope);

pub const BANNED: &[Banned] = &[
    // Terms.
    Banned("no play", "no recommendation", Shown),
    Banned("candidate(s|)", "eligible playbooks, options", Screens),
    Banned("why not", "not eligible, because …", Shown),
    Banned("gates that it fails", "why it is not eligible", All),
    Banned("brake(s|)", "minimum confidence", All),
    Banned("to decide", "needs a decision", Screens),
    Banned(
        "wait(s|) (here|for a decision|for an approval|for approval|for you)",
        "needs a decision",
        All,
    ),
    Banned("waiting for (a decision|an approval|approval)", "needs a decision", Shown),
    Banned("(what|that|play|plays|who|it) wait(s|)|wait(s|) again", "needs a decision", All),
    Banned("put(s|ting|) (it |)off", "defer", All),
    Banned("(choos(e|es|ing)|chose|chosen) another (one|playbook)", "override", Shown),
    Banned("other playbook", "override", Screens),
    Banned("(take|takes|taken|taking|took) (it |them |)back", "undo, reset", All),
    Banned("(is|was|are|were|be) on (the |)disk", "saved", Shown),
    Banned("set(s|ting|) (it |them |)aside", "skipped", All),
    Banned("decided about something else", "data changed since the decision", All),
    Banned("(nobody|anybody|who|would|to|1) feel", "unchanged, no customers affected", All),
    Banned("feels", "is affected", Shown),
    Banned("as today|today → here|against today", "current, proposed", Shown),
    Banned("variant(s|)", "scenario", Shown),
    Banned("kept under a name", "saved as a scenario", All),
    Banned("(lay|lays|laid|laying) (it |them |)(beside|side by side)", "compare", All),
    Banned("won|wins", "recommended, ranks first", Shown),
    Banned("matched won lost", "eligible, recommended, outranked", Screens),
    Banned("pooled", "measured across segments", Screens),
    Banned("could flip", "low evidence: … runs", All),
    Banned("mend(s|ed|ing|)", "fix", All),
    Banned("look at it|has to look|(somebody|someone) has looked", "review", All),
    Banned("read again", "refresh, reload", Shown),
    Banned("in short", "summary", Shown),
    Banned("in words", "summary", Screens),
    // From, to.
    Banned("the playbook asks|asks for it", "required by the playbook", All),
    Banned(", at most 1(;|,)", "capped at 1", Shown),
    Banned("passes the", "above the … minimum", Shown),
    Banned("as the forecast says|(what|as) the forecast says", "from the forecast", All),
    Banned("wins with", "would rank first at", All),
    Banned("of them succeeded|% succeeded", "success rate", All),
    Banned("(0|1|2|3|4|5|6|7|8|9|}) %", "no blank before %", All),
    Banned("a row behind (it|them)", "source data", All),
    Banned("somebody else has to|has to as well", "needs one more approver", All),
    Banned("while this was open", "while you were reviewing", All),
    Banned("be confirmed like this", "press Enter to review the new numbers", All),
    Banned("stood before", "the previous decision", Shown),
    Banned("day(s|) to come", "a later date", All),
    Banned("fits the filter", "no matches", All),
    Banned("(Esc|and) drops (it|the filter)", "clears", All),
    Banned("does not narrow|narrows nothing|not narrow", "needs a value", All),
    Banned("names no field|looked for as a word", "unknown field; searching as text", All),
    Banned("nothing waits", "nothing is waiting for you", All),
    Banned("next $1,000|1,000 more would", "gain from $1,000 more", Screens),
    Banned("command that repeats it", "equivalent command", All),
    Banned("from risk (0|{)", "minimum risk", All),
    Banned("at work", "in use", Shown),
    Banned("nothing to say", "no issues", All),
    Banned("days to an outcome", "average days to outcome", All),
    Banned("how plays did", "play performance", All),
    Banned("nothing to go back from", "(say nothing)", All),
    Banned("names nobody", "is empty", All),
    Banned("(approve|reject|override|defer) needs a reason", "`reject` needs --reason", Shown),
    Banned("a fault of this program", "nextplay crashed; recorded decisions are safe", All),
    Banned("what became of|what came of", "results, outcome", All),
    Banned("may run now", "cleared to run", Shown),
    Banned("whatever is asked for", "(leave it out)", All),
    // Voice: no inversions, no metaphors, no programs that are people.
    Banned("nobody", "no one, no customers", Shown),
    Banned("(somebody|anybody|everybody)", "someone, anyone, everyone", Shown),
    Banned("tells|told", "shows, says, reports", Shown),
    Banned("knows", "(say what it does)", Shown),
    Banned("looks", "(say what it does)", Shown),
    Banned("escape_controls", "escaped", All),
    Banned("patiently", "with a notice when it is slow", All),
    Banned("last words", "panic guard", All),
    Banned("errand(s|)", "pending effect", All),
    Banned("sieve(s|)", "filter", All),
    Banned("the exact way", "slow path", All),
    Banned("the fast way", "fast path", All),
    Banned("stand(s|) against", "prevents", Shown),
    Banned("beside (the|your) keys", "in the background", All),
    Banned("(make|makes|made|told) anew", "rebuilt, updated", All),
    // American spelling.
    Banned("colour(s|ed|ing|)", "color", All),
    Banned("behaviour(s|)", "behavior", All),
    Banned("neighbour(s|ing|)", "neighbor", All),
    Banned("favourite(s|)", "favorite", All),
    Banned("grey(ed|)", "gray", All),
    Banned("centre(s|d|)", "center", All),
    Banned("cancelled|cancelling", "canceled", All),
    Banned("licence", "license", All),
    Banned("catalogue", "catalog", All),
    Banned("analys(e|es|ed|ing)", "analyze", All),
    Banned(
        "(recogn|normal|organ|summar|initial|optim|serial|author|minim|maxim|util)is(e|es|ed|ing|ation)",
        "-ize",
        All,
    ),
];

/// A sentence in which a phrase is right, and why.
pub struct Allowed {
    /// The file, or the folder, from the repository's root.
    pub path: &'static str,
    /// Words around the phrase, as they stand in the file.
    pub words: &'static str,
    pub why: &'static str,
}

pub const ALLOWED: &[Allowed] = &[
    Allowed { path: "CONTRIBUTING.md", words: "Add a variant to", why: "of an enum of the code" },
    Allowed {
        path: "docs/architecture.md",
        words: "an enum whose variants",
        why: "of an enum of the code",
    },
    Allowed {
        path: "src/report/portfolio/style.rs",
        words: "font-variant-numeric",
        why: "a property of CSS",
    },
];
