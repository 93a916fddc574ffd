//! The terms of the filters, for the help page.

/// The terms of a list of customers.
pub const CUSTOMERS: &str = "Words are looked for, letter by letter and with gaps, in id, name, segment, \
    stage and playbook. risk>0.7  value>=50k  at_risk>=10k  roi>20  cost<100  confidence>=0.9  \
    segment:SMB  stage:support  status:pending,held  playbook:usage  path:support  play:yes  \
    owner:dana  owner:me narrow; with = the whole text has to be the same, in its case: segment=SMB  \
    playbook=PB_X  path=\"support>churn_risk\", and stage= leaves those without one; \
    for:me leaves what waits and you may decide; all of them have to hold. value is the account value; roi and cost are the play's.";

/// The terms of the Activity screen.
pub const ACTIVITY: &str = "On Activity, words are looked for in everything that a line shows. \
    by:dana  by:me  kind:approve,reject  kind:change  customer:C005  playbook:PB_X narrow; the kinds \
    are approve, reject, defer, override, undo, hand_off and change.";
