//! How the page looks: on a light and on a dark screen, and on paper.

/// The style sheet of the page.
pub const STYLE: &str = r#"
:root{color-scheme:light dark;
--page:#f4f5f7;--card:#fff;--ink:#1b2330;--soft:#5b6676;--line:#dfe3e9;--stripe:#f8f9fb;
--accent:#2f62c9;--good:#1f7a4d;--watch:#96630a;--bad:#b3261e;--track:#edf0f4;--heat:#c2410c;
--good-bg:#e4f4ea;--watch-bg:#fcf1d8;--bad-bg:#fce8e6;--plain-bg:#edf0f4}
@media (prefers-color-scheme:dark){:root{
--page:#10141a;--card:#181e26;--ink:#e6eaf0;--soft:#9aa6b6;--line:#2b343f;--stripe:#1c232c;
--accent:#7aa5f8;--good:#5ecb92;--watch:#e5b34c;--bad:#f2827a;--track:#232b35;--heat:#f0803c;
--good-bg:#16301f;--watch-bg:#352a10;--bad-bg:#3a1b19;--plain-bg:#232b35}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:36px}
h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.02em}
.head{display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px}
.subtitle{margin:6px 0 0;color:var(--soft)}
.committed{margin:10px 0 0;font-size:17px}
h2{font-size:18px;margin:0 0 10px;letter-spacing:-.01em}
p{margin:0 0 12px}
.pill{display:inline-flex;align-items:center;gap:.45em;padding:.1em .65em;border-radius:999px;
font-size:.92em;font-weight:600;white-space:nowrap;background:var(--plain-bg);color:var(--soft)}
td .pill{font-size:12.5px}
td .pill.long{white-space:normal;border-radius:10px}
.pill::before{content:"";flex:none;width:.6em;height:.6em;border-radius:50%;background:currentColor}
.pill.good::before{border-radius:50%}.pill.watch::before{border-radius:1px;transform:rotate(45deg)}
.pill.bad::before{border-radius:1px}
.pill.good{background:var(--good-bg);color:var(--good)}
.pill.watch{background:var(--watch-bg);color:var(--watch)}
.pill.bad{background:var(--bad-bg);color:var(--bad)}
.warning{margin:16px 0 0;padding:10px 14px;border-radius:8px;background:var(--bad-bg);color:var(--bad)}
dl.tiles{display:grid;grid-template-columns:repeat(3,1fr);gap:14px;margin:22px 0 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.tile dt{color:var(--soft);font-size:13px}
.tile dd{margin:0}
.tile .figure{font-size:27px;line-height:1.25;font-weight:650;letter-spacing:-.02em;
font-variant-numeric:tabular-nums}
.tile .figure.good{color:var(--good)}.tile .figure.watch{color:var(--watch)}
.tile .figure.bad{color:var(--bad)}
.tile .note{color:var(--soft);font-size:13px}
main{display:grid;grid-template-columns:1fr 1fr;gap:16px;margin-top:16px}
section{grid-column:1/-1;min-width:0;background:var(--card);border:1px solid var(--line);
border-radius:12px;padding:18px 20px}
section.half{grid-column:auto}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:10px 28px;margin:2px 0 14px}
figure{margin:0;min-width:0}
figcaption{font-size:13px;color:var(--soft);margin-bottom:4px}
svg{display:block;width:100%;height:auto;font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg text{fill:var(--ink)}svg .soft{fill:var(--soft)}
svg .plain{fill:var(--accent)}svg .good{fill:var(--good)}svg .watch{fill:var(--watch)}
svg .bad{fill:var(--bad)}svg .track{fill:var(--track)}svg .heat{fill:var(--heat)}
svg .halo{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
svg .rule{stroke:var(--line);stroke-width:1}
svg .target{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}
svg .trend{fill:none;stroke:var(--accent);stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}
svg .area{fill:var(--accent);opacity:.1}
.beside{display:grid;grid-template-columns:2fr 3fr;gap:12px 36px;align-items:start}
.beside>div{min-width:0}
figure.wide{grid-column:1/-1}
details{margin-top:6px}summary{cursor:pointer;color:var(--accent);font-size:13px;margin-bottom:8px}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:14px}
caption{text-align:left;color:var(--soft);font-size:13px;padding-bottom:4px}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th{font-weight:600;text-align:left;color:var(--soft);font-size:12.5px;border-bottom:1px solid var(--line)}
th,td{padding:6px 11px 6px 0;vertical-align:top;overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:0}
.right+:not(.right){padding-left:10px}
section.half td .pill{padding:.1em .5em}
td{border-bottom:1px solid var(--line)}
tbody tr:last-child td,tbody tr:last-child th{border-bottom:0}
tbody th{color:var(--ink);font-size:14px;font-weight:600}
.right{text-align:right;font-variant-numeric:tabular-nums}td.right{white-space:nowrap}
thead th{overflow-wrap:normal;vertical-align:bottom}tbody th{min-width:8.5em}td:not(.right){min-width:5.5em}
.more{color:var(--soft);font-size:13px;margin:6px 0 0}
.card{margin-top:14px;padding-top:12px;border-top:1px solid var(--line);break-inside:avoid}
.card h3{margin:0;font-size:15px}.card .note{margin:0 0 6px;color:var(--soft);font-size:13px}
.card dl{display:grid;grid-template-columns:5em 1fr;gap:2px 10px;margin:0;font-size:14px}
.card dt{color:var(--soft)}.card dd{margin:0;overflow-wrap:anywhere}.card dd.watch{color:var(--watch)}
.card code{font:13px ui-monospace,Menlo,Consolas,monospace}
ol.steps{margin:0;padding:0;list-style:none;counter-reset:step}
ol.steps li{counter-increment:step;display:flex;gap:12px;padding:7px 0;border-bottom:1px solid var(--line)}
ol.steps li:last-child{border-bottom:0;padding-bottom:0}
ol.steps li::before{content:counter(step);flex:none;width:24px;height:24px;border-radius:50%;
background:var(--accent);color:var(--card);font-weight:650;font-size:13px;display:grid;place-items:center}
ol.steps li:first-child{font-weight:600}
ul{margin:0;padding-left:20px}li{margin:2px 0;overflow-wrap:anywhere}
footer{padding:16px 24px 40px;color:var(--soft);font-size:13px}
@media screen and (max-width:760px){main,.beside{grid-template-columns:minmax(0,1fr)}
figure.wide{overflow-x:auto}figure.wide svg{min-width:640px}
dl.tiles{grid-template-columns:1fr 1fr}
main,header,footer{padding-left:14px;padding-right:14px}.tile .figure{font-size:22px}}
@media print{@page{size:A4;margin:14mm}
:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--stripe:#fff;--accent:#2f62c9;
--good:#1f7a4d;--watch:#96630a;--bad:#b3261e;--track:#eee;--heat:#c2410c;--good-bg:#e4f4ea;
--watch-bg:#fcf1d8;--bad-bg:#fce8e6;--plain-bg:#eee;color-scheme:light}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{font-size:11px}.committed{font-size:13px}h1{font-size:22px}h2{font-size:14px;break-after:avoid}
main,header,footer{max-width:none;padding:0}main{display:block}
section{padding:10px 0 14px;border:0;border-top:1px solid var(--line);border-radius:0}
dl.tiles{gap:8px}.tile{padding:8px 10px;break-inside:avoid}.tile .figure{font-size:18px}
table,th,tbody th,figcaption,summary,footer{font-size:10.5px}.tile dt,.tile .note{font-size:10px}
ol.steps li{padding:4px 0}ol.steps li::before{width:16px;height:16px;font-size:10px}th,td{padding:3px 7px 3px 0;overflow-wrap:break-word}
.right+:not(.right){padding-left:6px}td .pill{padding:0 .5em}p{break-after:avoid}
td .pill{font-size:10px}caption{font-size:10.5px}
.charts{grid-template-columns:1fr 1fr}details>*{display:none}figure,tr,li{break-inside:avoid}.scroll{overflow:visible}
thead{display:table-header-group}}
"#;
