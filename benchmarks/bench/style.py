# SPDX-License-Identifier: Apache-2.0
"""The page's style: dark and light, from a phone's width up, and on paper."""

from __future__ import annotations

CSS = """
:root {
  color-scheme: light dark;
  --page: #fbfbf9; --card: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d6d9dd; --grid: #e8eaed;
  --ours: #0a7d6c; --cluster: #2563c9; --spark: #b45309; --peer: #6b7280;
  --floor: #8a2be2; --good: #17703a; --bad: #b3261e; --open: #57606a; --note: #fff6db;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101418; --card: #171c22; --ink: #e7eaee; --soft: #a3adb8; --line: #333c46; --grid: #232a32;
    --ours: #35c9b0; --cluster: #7fb0ff; --spark: #f0a04b; --peer: #a3adb8;
    --floor: #c792ff; --good: #5fd38a; --bad: #ff8a80; --open: #a3adb8; --note: #2c2611;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main, header, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.6rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .3rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .2rem; }
p { margin: .4rem 0 .8rem; max-width: 46rem; }
a { color: var(--cluster); }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 3px solid var(--cluster); outline-offset: 2px; }
.soft { color: var(--soft); }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0; }
.note { background: var(--note); border-left: 4px solid var(--spark); padding: .5rem .8rem; border-radius: 4px; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .15rem 1rem; margin: .4rem 0; }
dl.engines { grid-template-columns: minmax(7rem, 13rem) 1fr; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; white-space: normal; }
tbody th { font-weight: 500; }
td.text { text-align: left; white-space: normal; min-width: 12rem; }
.all tbody th { white-space: normal; min-width: 11rem; }
.all .mark { display: block; }
tr.floor th, tr.floor td { color: var(--floor); }
.yes { color: var(--good); } .no { color: var(--bad); } .open { color: var(--open); }
.mark { font-weight: 700; }
ul.wants { list-style: none; padding: 0; margin: .3rem 0 .6rem; }
details { margin: .6rem 0; }
summary { cursor: pointer; }
pre { overflow: auto; max-height: 30rem; font-size: .8rem; border: 1px solid var(--line); padding: .6rem; }
footer { padding-bottom: 2rem; color: var(--soft); font-size: .9rem; }
figure { margin: .4rem 0 0; }
figcaption { color: var(--soft); font-size: .85rem; }

svg { display: block; overflow: visible; font-size: 13px; }
svg text { fill: var(--ink); paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
svg text.value { font-variant-numeric: tabular-nums; font-weight: 600; }
svg text.tick { fill: var(--soft); font-size: 11px; }
svg text.none { fill: var(--soft); font-weight: 400; font-style: italic; }
svg text.floor { fill: var(--floor); font-size: 12px; }
svg text.goal { fill: var(--good); font-size: 12px; }
svg line.track { stroke: var(--line); stroke-width: 1; }
svg line.grid { stroke: var(--grid); stroke-width: 1; }
svg line.floor { stroke: var(--floor); stroke-width: 2; stroke-dasharray: 6 3; }
svg line.goal { stroke: var(--good); stroke-width: 2; stroke-dasharray: 1.5 3.5; }
svg .spread { stroke: var(--peer); stroke-width: 6; stroke-linecap: round; opacity: .35; }
svg circle { fill: var(--peer); }
svg .round { opacity: .6; }
svg .median { stroke: var(--card); stroke-width: 2; }
svg line.sluice { stroke: var(--ours); } svg circle.sluice { fill: var(--ours); }
svg line.cluster { stroke: var(--cluster); } svg circle.cluster { fill: var(--cluster); }
svg line.pyspark, svg line.standalone { stroke: var(--spark); }
svg circle.pyspark, svg circle.standalone { fill: var(--spark); }
@media (max-width: 40rem) {
  body { font-size: 15px; }
  section { padding: .8rem .7rem; border-radius: 6px; }
  main, header, footer { padding-left: .6rem; padding-right: .6rem; }
  dl, dl.engines { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
}
@media print { section { break-inside: avoid; } details { display: none; } }
"""
