/** The style of all pages. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#171a21;--soft:#5b6472;--line:#e3e6eb;--track:#eef0f4;--accent:#2f6fed;--validation:#e39a12;--test:#8b5cf6;--removed:#b6bdc9;--good:#16906a;--bad:#d43d4f;--warn-ink:#7a4b00;--warn-page:#fff6e2;--warn-line:#f0d9a5;--bad-ink:#8e1b2b;--bad-page:#fdecee;--bad-line:#f3c4ca;--info-ink:#1d4f9e;--info-page:#eaf2ff;--info-line:#c7dbff}
@media (prefers-color-scheme:dark){:root{--page:#0f1218;--card:#181c24;--ink:#e8ebf1;--soft:#98a2b3;--line:#2a303c;--track:#232935;--accent:#6aa2ff;--validation:#f2b84b;--test:#ab8bff;--removed:#596275;--good:#3fc79a;--bad:#ff7583;--warn-ink:#ffd78a;--warn-page:#2b2413;--warn-line:#53431c;--bad-ink:#ffb3bb;--bad-page:#30191d;--bad-line:#5c2b33;--info-ink:#b5d2ff;--info-page:#172338;--info-line:#2b4168}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:40px 24px 24px;display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:18px}
header,.wide,.notices,.figures{grid-column:1/-1}
h1{font-size:28px;line-height:1.2;letter-spacing:-.02em;margin:0}
h2{font-size:16px;line-height:1.3;margin:0 0 4px;letter-spacing:-.01em}
h2+.bars,h2+.scroll,h2+details{margin-top:14px}
h3{font-size:13px;margin:18px 0 6px;color:var(--soft);font-weight:600}
p{margin:0}
.subtitle{color:var(--soft);margin-top:6px}
.note{color:var(--soft);font-size:13px;margin-bottom:14px}
.muted{color:var(--soft)}
.empty{color:var(--soft);font-size:14px;margin-top:10px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;min-width:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:18px}
.figure{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;display:flex;flex-direction:column;min-width:0}
.figure .label{color:var(--soft);font-size:13px}
.figure .value{font-size:28px;line-height:1.25;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.figure .detail{color:var(--soft);font-size:13px}
.notices{display:grid;gap:10px}
.notice{border:1px solid var(--info-line);background:var(--info-page);color:var(--info-ink);border-radius:10px;padding:11px 15px;font-size:14px}
.notice strong{margin-right:4px}
.notice.warning{border-color:var(--warn-line);background:var(--warn-page);color:var(--warn-ink)}
.notice.error{border-color:var(--bad-line);background:var(--bad-page);color:var(--bad-ink)}
svg{display:block;overflow:visible}
.accent{fill:var(--accent)}.validation{fill:var(--validation)}.test{fill:var(--test)}.removed{fill:var(--removed)}.good{fill:var(--good)}.bad{fill:var(--bad)}.track{fill:var(--track)}rect.muted{fill:var(--removed)}
.shares{border-radius:8px;overflow:hidden;margin-top:6px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;margin:12px 0 0;padding:0;font-size:14px}
.legend li{display:flex;align-items:center;gap:6px}
.legend b{font-weight:600;font-variant-numeric:tabular-nums}
.bars{list-style:none;margin:0;padding:0;display:grid;gap:12px}
.bar-row{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:3px 12px;align-items:baseline;font-size:14px}
.bar-row .bar{grid-column:1/-1}
.bar-value{font-variant-numeric:tabular-nums;font-weight:600;white-space:nowrap}
.bar-label code{white-space:normal}
summary.bar-row{cursor:pointer;list-style:none}
summary.bar-row::-webkit-details-marker{display:none}
summary .bar-label::before{content:"";display:inline-block;width:0;height:0;margin-right:8px;border:4px solid transparent;border-left:6px solid var(--soft);border-right:0}
details[open]>summary .bar-label::before{transform:rotate(90deg)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:4px}
.unfolded{padding:10px 0 4px 14px;font-size:13px}
.rows{list-style:none;margin:0;padding:0;display:grid;gap:8px}
.rows li{border-left:2px solid var(--line);padding-left:10px}
.histogram text{font-size:11px;fill:var(--soft);font-variant-numeric:tabular-nums}
.histogram .axis{stroke:var(--line)}
.histogram .mark{stroke:var(--ink);stroke-dasharray:3 3;opacity:.55}
.histogram .mark-label{fill:var(--ink)}
.histogram .end{text-anchor:end}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{font-size:12px;font-weight:600;color:var(--soft);text-align:left;padding:4px 12px 6px 0;border-bottom:1px solid var(--line)}
td{padding:7px 12px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--track);border-radius:4px;padding:1px 5px}
pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--track);border-radius:8px;padding:12px 14px;margin:8px 0 0;white-space:pre-wrap}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
footer{max-width:1120px;margin:0 auto;padding:0 24px 40px;color:var(--soft);font-size:13px}
.text{min-width:104px}
summary h3{display:inline}
summary{margin-top:12px;cursor:pointer}
.cases{display:grid;gap:14px;margin-top:12px}
.case{border:1px solid var(--line);border-radius:10px;padding:14px 16px;min-width:0}
.case pre{max-height:340px;overflow:auto}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(280px,100%),1fr));gap:14px;margin-top:10px}
.side{min-width:0}
.side h3{margin:0}
.single{font-size:15px;margin:4px 0 14px}
.chat{display:grid;gap:10px;margin:12px 0 18px}
.message{border-left:4px solid var(--line);padding:2px 0 2px 14px;min-width:0;font-size:14px}
.message.target{border-left-color:var(--good)}
.message.rejected{border-left-color:var(--bad)}
.who{font-size:13px}
.said,.thought{white-space:pre-wrap;margin-top:2px}
.thought{color:var(--soft);font-size:13px;border-left:2px solid var(--line);padding-left:10px;margin-top:6px}
.call{margin-top:4px;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.mark-good{color:var(--good)}.mark-bad{color:var(--bad)}
.verdict{grid-column:1/-1;border:1px solid var(--line);border-left:6px solid var(--removed);background:var(--card);border-radius:12px;padding:20px 24px;min-width:0}
.verdict .sentence{font-size:22px;line-height:1.35;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
.verdict .detail{margin-top:8px;color:var(--soft);font-size:14px}
.verdict.good{border-left-color:var(--good)}.verdict.bad{border-left-color:var(--bad)}.verdict.mixed{border-left-color:var(--validation)}
.pill{display:inline-block;border-radius:999px;padding:1px 10px;font-size:13px;font-weight:600;background:var(--track);color:var(--soft)}
.pill.good{background:var(--good);color:var(--card)}.pill.bad{background:var(--bad);color:var(--card)}
.interval{margin-top:4px;min-width:130px}
.interval .zero{stroke:var(--soft);stroke-dasharray:2 2}
.interval .range{opacity:.45}
.interval .muted{fill:var(--removed)}
@media (max-width:760px){.stacked thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.stacked tr{display:block;border-bottom:1px solid var(--line);padding:10px 0}.stacked tr:last-child{border-bottom:0}.stacked td{display:grid;grid-template-columns:minmax(0,9em) minmax(0,1fr);gap:10px;border:0;padding:3px 0;text-align:left;white-space:normal}.stacked td:empty{display:none}.stacked td::before{content:attr(data-label);color:var(--soft);font-size:12px;padding-top:2px}.verdict{padding:16px 18px}.verdict .sentence{font-size:19px}}
@media (max-width:760px){main{grid-template-columns:minmax(0,1fr);padding:24px 14px 14px;gap:14px}.figures{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}.card{padding:16px}.figure{padding:12px 14px}.figure .value{font-size:23px}h1{font-size:23px}footer{padding:0 14px 28px}}
@media print{body{background:#fff}.card,.figure{break-inside:avoid}}
`;
