#include "core/report/html_parts.hpp"

namespace mig::report {

const char *const html_style = R"(
:root { color-scheme: light dark; --text: #1f2328; --soft: #59636e; --back: #ffffff; --box: #f6f8fa; --line: #d1d9e0;
  --red: #cf222e; --amber: #9a6700; --blue: #0969da; --bar-red: #e5534b; --bar-amber: #d29922; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9198a1; --back: #0d1117; --box: #151b23;
  --line: #3d444d; --red: #ff7b72; --amber: #e3b341; --blue: #79c0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; }
code { background: var(--box); border-radius: .25rem; padding: .1em .3em; white-space: pre-wrap; }
pre { margin: .5rem 0; padding: .5rem; background: var(--box); border: 1px solid var(--line); border-radius: .375rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { background: none; padding: 0; }
svg { display: block; width: 100%; }
.soft { color: var(--soft); font-size: .875rem; }
.alarm { color: var(--red); font-weight: 600; }
#fails, #conflicts { border-left: .25rem solid var(--red); padding-left: .75rem; }
.error { border-left: .25rem solid var(--red); }
.warning { border-left: .25rem solid var(--amber); }
.info { border-left: .25rem solid var(--blue); }
.error, .warning, .info { margin: .5rem 0; padding: .125rem .75rem; }
.migration { margin: .75rem 0; padding: .75rem; border: 1px solid var(--line); border-radius: .375rem; }
.lane { margin: .5rem 0; }
.lane svg { height: .625rem; background: var(--box); border-radius: .25rem; }
.lane p { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.whole { fill: var(--line); }
.reads { fill: var(--bar-red); }
.writes { fill: var(--bar-amber); }
.size { fill: var(--blue); }
.graph { max-width: 44rem; height: auto; }
.graph text { font: 11px ui-monospace, monospace; fill: var(--text); }
.graph rect { fill: var(--box); stroke: var(--line); }
.graph path { fill: none; stroke: var(--soft); stroke-opacity: .6; }
.graph .conflict rect, .graph path.conflict { stroke: var(--red); stroke-width: 2; stroke-opacity: 1; }
.graph .conflict text { fill: var(--red); }
summary { cursor: pointer; }
@media print { :root { --text: #000; --soft: #333; --back: #fff; --box: #f6f8fa; --line: #bbb; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .migration, .lane, .error, .warning, .info, li { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; } }
)";

} // namespace mig::report
