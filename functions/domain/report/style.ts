/** The whole look of a page, for light and dark, from a phone's width on. A page may have no other style. */
export const style = `
:root { color-scheme: light dark; --text: #1b1f24; --note: #57606a; --page: #ffffff; --box: #f4f6f8; --line: #d0d7de;
  --link: #0a58ca; --good: #116329; --bad: #a40e26; --grey: #57606a; --warn: #7a4b00; --warned: #fff4d6;
  --added: #e2f7e6; --removed: #fde8e8; --mark: #ffd33d; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --note: #9aa6b2; --page: #0d1117; --box: #161b22;
  --line: #30363d; --link: #79b8ff; --good: #56d364; --bad: #ff8f8a; --grey: #9aa6b2; --warn: #f0c15c;
  --warned: #2b2410; --added: #10301b; --removed: #3c1618; --mark: #8a6d00; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
a { color: var(--link); text-decoration: underline; }
code, pre, .diff { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .85rem; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: .3rem; padding: .6rem; margin: .5rem 0;
  white-space: pre-wrap; }
ul, ol { padding-left: 1.4rem; margin: .25rem 0; }
dl { margin: .5rem 0; }
dl div { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: .75rem; }
dt { color: var(--note); }
dd { margin: 0; }
.note, .cut, time { color: var(--note); }
.cut { font-style: italic; }
.outcome { display: inline-block; border: 2px solid; border-radius: .3rem; padding: .1rem .6rem; font-weight: 600; }
.outcome.green, .passed summary { color: var(--good); }
.outcome.red, .failed summary, .timed_out summary { color: var(--bad); }
.outcome.grey { color: var(--grey); }
.warning { background: var(--warned); border-left: .25rem solid var(--warn); padding: .5rem .75rem; margin: .5rem 0; }
.timeline time { display: block; font-size: .85rem; }
details { border: 1px solid var(--line); border-radius: .3rem; margin: .5rem 0; }
summary { padding: .4rem .6rem; background: var(--box); cursor: pointer; }
details > p, details > pre { margin: .5rem .6rem; }
.diff { border-collapse: collapse; table-layout: fixed; width: 100%; line-height: 1.4; }
.diff td { vertical-align: top; padding: 0 .3rem; white-space: pre-wrap; }
.number { width: 6ch; }
.diff td:nth-child(1):not([colspan]), .diff td:nth-child(2) { text-align: right; color: var(--note); user-select: none; }
.added { background: var(--added); }
.removed { background: var(--removed); }
.hunk, .note td { background: var(--box); color: var(--note); }
.hidden { background: var(--mark); color: #000; border-radius: .2rem; padding: 0 .15rem; font-weight: 600; }
ins { color: var(--good); text-decoration: none; }
del { color: var(--bad); text-decoration: none; }
.answer { border-left: .25rem solid var(--line); padding-left: .75rem; }
.answer a::after { content: " (" attr(href) ")"; color: var(--note); font-size: .85rem; }
.answer .right { text-align: right; }
.answer .center { text-align: center; }
.answer table { border-collapse: collapse; display: block; }
.answer th, .answer td { border: 1px solid var(--line); padding: .2rem .5rem; }
@media (prefers-color-scheme: dark) { .hidden { color: #fff; } }
@media (max-width: 40rem) { body { padding: .6rem; } dl div { grid-template-columns: 1fr; gap: 0; margin-bottom: .4rem; }
  .diff { font-size: .75rem; } .diff td { padding: 0 .15rem; } .number { width: 4.5ch; } }
@media print { details { break-inside: avoid; } }
`;
