//! The terms of the filters, for the help page.

/// The terms of a list of customers.
pub const CUSTOMERS: &str = "Words are searched in id, name, segment, stage and playbook; letters may have \
    gaps between them. Terms narrow the list, and all of them apply: risk>0.7  value>=50k  at_risk>=10k  roi>20  cost<100  confidence>=0.9  urgency>5k  renews<60  \
    segment:SMB  stage:support  status:pending,held  playbook:usage  path:support  play:yes  \
    owner:dana  owner:me. With = the whole text must be equal, including case: segment=SMB  \
    playbook=PB_X  path=\"support>churn_risk\"; stage= finds customers without a stage; \
    p_best<0.9  stability:could_flip,assumed finds recommendations that other numbers could change; \
    experiment:sup-2026  arm:holdout finds customers in an experiment. for:me finds \
    what you may decide now. value is the account value; roi and cost are those of the recommendation; \
    urgency is revenue at risk in dollars a week, renews the days until the renewal.";

/// The terms of the Activity screen.
pub const ACTIVITY: &str = "Words are searched in everything that a line shows. Terms narrow the list: \
    by:dana  by:me  kind:approve,reject  kind:change  customer:C005  playbook:PB_X. Kinds are \
    approve, reject, defer, override, undo, hand_off and change.";

/// The Playbooks screen.
pub const PLAYBOOKS: &str = "Words are searched in name, id, stage, action and status of the playbook; each has \
    to be in one of them.";

/// The Portfolio screen.
pub const PORTFOLIO: &str = "Words are searched in the labels and headings of the lines, in segments and in \
    playbook ids; each has to be in one of them.";
