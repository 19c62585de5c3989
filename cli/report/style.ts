/** The page's style: light and dark by the reader's choice, one column on a phone, black on white on paper. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --text: #1c1e21; --muted: #5b6169; --line: #d5d9de; --panel: #f5f6f8;
  --hit: #0b7a53; --miss: #c05a00; --plain: #5e5aa8; --error: #c0133f; --link: #0a58ca; }
@media (prefers-color-scheme: dark) { :root { --page: #14171a; --text: #e6e8ea; --muted: #a3abb4; --line: #3a4047;
  --panel: #1e2226; --hit: #35b184; --miss: #f0923b; --plain: #a5a0f0; --error: #ff6b8f; --link: #7db4ff; } }
:root.print { --page: #fff; --text: #000; --muted: #444; --line: #bbb; --panel: #fff; --hit: #0b7a53; --miss: #c05a00;
  --plain: #5e5aa8; --error: #c0133f; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, header { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
p { margin: .25rem 0 .75rem; }
.muted, caption, figcaption { color: var(--muted); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--page); color: var(--link); padding: .5rem; z-index: 1; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; }
dl.figures div { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
dl.figures dt { color: var(--muted); font-size: .9rem; }
dl.figures dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
dl.figures dd small { display: block; font-size: .85rem; color: var(--muted); }
.scroll { overflow-x: auto; }
.scroll > svg { min-width: 48rem; }
.scroll > table.wide { min-width: 44rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); }
th.n, td.n { text-align: right; white-space: nowrap; }
td.path { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; min-width: 12rem; }
figure { margin: 0; }
figure svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--muted); font: 13px system-ui, sans-serif; }
svg .grid { stroke: var(--line); }
svg .halo { fill: none; stroke: var(--page); stroke-width: 5; }
svg .area { fill: var(--hit); opacity: .25; }
svg .budget { stroke: var(--muted); stroke-width: 2; stroke-dasharray: 6 5; }
svg .rate { fill: none; stroke: var(--text); stroke-width: 2; }
.hit { fill: var(--hit); background: var(--hit); } .miss { fill: var(--miss); background: var(--miss); }
.plain { fill: var(--plain); background: var(--plain); } .error { fill: var(--error); background: var(--error); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0; padding: 0; }
.legend span { display: inline-block; width: .9rem; height: .9rem; border-radius: .15rem; margin-right: .4rem; vertical-align: -.1rem;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0; }
.controls label { display: flex; gap: .4rem; align-items: center; max-width: 100%; }
.controls select { min-width: 0; flex: 1 1 auto; }
button, select { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: .35rem;
  padding: .3rem .7rem; min-height: 2.2rem; max-width: 100%; }
canvas { width: 100%; display: block; background: var(--panel); border: 1px solid var(--line); touch-action: pan-y; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
#said { display: block; min-height: 3em; font-family: ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere;
  max-height: 9em; overflow-y: auto; }
footer { max-width: 72rem; margin: 2rem auto; padding: 0 1rem 2rem; color: var(--muted); }
@media (max-width: 40rem) { body { font-size: 15px; } th, td { padding-right: .5rem; } td.path { min-width: 8rem; }
  dl.figures { grid-template-columns: 1fr 1fr; } }
@media print { @page { margin: 14mm; } :root { color-scheme: light; --page: #fff; --text: #000; --muted: #444; --line: #bbb; --panel: #fff;
  --hit: #0b7a53; --miss: #c05a00; --plain: #5e5aa8; --error: #c0133f; }
  body { font-size: 11px; } .controls button, .keys, .skip, #said { display: none; }
  select { appearance: none; border: 0; background: none; padding: 0; } h2, figure, tr, canvas { break-inside: avoid; } h2 { break-after: avoid; }
  .scroll { overflow: visible; } .scroll > table.wide, .scroll > svg { min-width: 0; } details:not([open]) { display: none; } }
`;
