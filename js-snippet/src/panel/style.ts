// The panel's looks. Every declaration of the host is important, since the page's sheets may address the host itself, and
// lengths are in em of the reader's own font size, since the page may have changed the root's.
const LIGHT = "--paper:#fffefb;--sunk:#f5f2ea;--ink:#22261f;--quiet:#5d6259;--line:#ddd8ca;--accent:#12655a;" +
  "--accent-ink:#fff;--good:#1b6b43;--good-paper:#e3f1e7;--warn:#7a4a00;--warn-paper:#fcf0d8;--bad:#9c2b1f;" +
  "--bad-paper:#fbe7e3;--shade:#22261f40;";
const DARK = "--paper:#1d2123;--sunk:#15181a;--ink:#e9e7e0;--quiet:#a3a79f;--line:#3b4244;--accent:#6cc7b5;" +
  "--accent-ink:#0d1f1b;--good:#85d6a4;--good-paper:#1b3426;--warn:#f0c878;--warn-paper:#3a2e16;--bad:#ffa99b;" +
  "--bad-paper:#44211c;--shade:#000a;";

const HOST = "all:initial;direction:ltr;unicode-bidi:isolate;position:fixed;inset:0;width:auto;height:auto;margin:0;padding:0;border:0;background:none;" +
  "overflow:visible;display:block;visibility:visible;opacity:1;pointer-events:none;z-index:2147483647;" +
  "color-scheme:light dark;font-size:medium;contain:layout style;";

const important = (text: string): string => text.replace(/;/g, "!important;");

const CSS = `
:host{${important(HOST + LIGHT)}}
@media (prefers-color-scheme:dark){:host{${important(DARK)}}}
@media print{:host{display:none!important}}
*,::before,::after{box-sizing:border-box}
.layer{position:fixed;inset:0;overflow:hidden;pointer-events:none}
.outline{position:absolute;left:0;top:0;border:2px solid var(--accent);border-radius:6px;
 box-shadow:0 0 0 2px var(--paper),inset 0 0 0 1px var(--paper);
 background:color-mix(in srgb,var(--accent) 9%,transparent)}
.outline span{position:absolute;left:-2px;top:-2px;max-width:100%;padding:.15em .6em;border-radius:6px 0 6px 0;
 background:var(--accent);color:var(--accent-ink);font-size:.75em;font-weight:600;overflow:hidden;text-overflow:ellipsis;
 white-space:nowrap}
.root{font:.875em/1.55 system-ui,"Hiragino Sans","Yu Gothic UI","Noto Sans JP","Noto Sans CJK JP",sans-serif;
 color:var(--ink);text-align:start}
.root:lang(ja){line-height:1.7;line-break:strict;word-break:auto-phrase}
.dock{position:fixed;right:1em;bottom:max(1em,env(safe-area-inset-bottom));width:27.5em;max-width:calc(100vw - 2em);
 display:flex;flex-direction:column;align-items:flex-end;gap:.6em}
.dock.left{right:auto;left:1em;align-items:flex-start}
.bar,.panel{pointer-events:auto;background:var(--paper);border:1px solid var(--line);
 box-shadow:0 .1em .25em var(--shade),0 .6em 2em -.4em var(--shade)}
.bar{font:inherit;color:inherit;display:flex;align-items:center;gap:.7em;max-width:100%;min-height:3em;margin:0;
 padding:.45em .6em .45em 1.1em;border-radius:99em;cursor:pointer;text-align:start;line-height:1.35}
.bar b{font-weight:650}
.bar .quiet{font-variant-numeric:tabular-nums}
.bar:hover{border-color:var(--accent)}
.count{flex:none;min-width:1.9em;padding:.2em .5em;border-radius:99em;text-align:center;font-weight:650;
 font-variant-numeric:tabular-nums;background:var(--good-paper);color:var(--good)}
.count.warn{background:var(--warn-paper);color:var(--warn)}
.count.bad{background:var(--bad);color:var(--paper)}
.panel{width:100%;display:flex;flex-direction:column;border-radius:1em;overflow:hidden;
 max-height:min(46em,calc(100vh - 6.5em));max-height:min(46em,calc(100dvh - 6.5em))}
.panel[hidden]{display:none}
header{display:flex;align-items:center;gap:.25em;padding:.7em .7em .35em 1.25em}
h2{flex:1;margin:0;font-size:1.08em;font-weight:680;line-height:1.3}
h3{margin:0;font-size:1em;font-weight:650;line-height:1.4}
p{margin:0}
.lead{padding:0 1.25em .7em}
.quiet,.lead,.empty{color:var(--quiet)}
.quiet{font-size:.93em}
button,input,select{font:inherit;color:inherit}
button{cursor:pointer}
.icon{display:grid;place-items:center;min-width:2.3em;height:2.3em;padding:0 .6em;border:0;border-radius:.55em;
 background:none;color:var(--quiet);font-size:.93em}
.icon:hover{background:var(--sunk);color:var(--ink)}
.asif{display:flex;gap:.75em;align-items:start;justify-content:space-between;margin:0 1.25em .8em;padding:.55em .8em;
 border-radius:.6em;background:var(--sunk)}
.asif p{min-width:0;overflow-wrap:anywhere}
.asif button{flex:none}
[role=tablist]{display:flex;gap:.15em;padding:0 .9em;border-bottom:1px solid var(--line);flex:none}
[role=tab]{flex:none;padding:.55em .7em;border:0;border-bottom:2px solid transparent;margin-bottom:-1px;background:none;
 color:var(--quiet);font-weight:600;white-space:nowrap}
[role=tab][aria-selected=true]{color:var(--ink);border-color:var(--accent)}
[role=tab]:hover{color:var(--ink)}
[role=tab] .count{margin-inline-start:.5em;font-size:.78em;padding:.15em .45em;display:inline-block;min-width:1.7em;line-height:1.3;vertical-align:.1em}
[role=tabpanel]{flex:1;min-height:0;overflow:auto;overscroll-behavior:contain;padding:1.1em 1.25em 1.4em;display:grid;
 gap:.9em;align-content:start;scrollbar-width:thin}
[role=tabpanel]>*{min-width:0}
footer{display:flex;justify-content:space-between;align-items:center;gap:.75em;padding:.6em 1.25em;
 border-top:1px solid var(--line);flex:none;min-height:3.4em}
:focus-visible{outline:.18em solid var(--accent);outline-offset:.12em}
[role=tab]:focus-visible,[role=tabpanel]:focus-visible{outline-offset:-.2em;border-radius:.5em}
.plain,.chip{padding:.32em .85em;border:1px solid var(--line);border-radius:.55em;background:var(--paper);font-weight:600}
.plain:hover,.chip:hover{border-color:var(--accent);color:var(--accent)}
.chip{border-radius:99em;font-weight:400;font-size:.93em;background:var(--sunk);text-align:start}
ul,ol{margin:0;padding:0 0 0 1.25em;display:grid;gap:.35em}
ul.warnings{list-style:none;padding:0;gap:.5em}
.warning{padding:.65em .85em;border-radius:.6em;background:var(--sunk);overflow-wrap:anywhere}
.warning.bad{background:var(--bad-paper)}
.warning.warn{background:var(--warn-paper)}
.warning strong{font-weight:680;margin-inline-end:.25em}
.bad>strong{color:var(--bad)}
.warn>strong{color:var(--warn)}
.alert:empty{display:none}
.alert{display:grid;gap:.5em}
.fine{padding:.9em 1em;border-radius:.6em;background:var(--good-paper);color:var(--good);display:grid;gap:.2em}
.slot{display:grid;gap:.45em;padding:.95em 1em;border:1px solid var(--line);border-radius:.8em;overflow-wrap:anywhere}
.slot:hover,.slot:focus-within{border-color:var(--accent)}
.slot>*{min-width:0}
.slot>.plain{justify-self:start;margin-top:.15em}
.title{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1em .6em}
.title code{color:var(--quiet)}
.shown{display:flex;align-items:baseline;gap:.55em;font-weight:600}
.shown::before{content:"";flex:none;width:.6em;height:.6em;border-radius:50%;border:.14em solid var(--quiet)}
.shown.variant::before{background:var(--accent);border-color:var(--accent)}
.reason{color:var(--quiet);font-size:.93em;margin-top:-.35em;padding-inline-start:1.15em}
code,pre{font-family:ui-monospace,"SF Mono","Cascadia Code",Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK JP",monospace;font-size:.88em}
pre{margin:0;padding:.7em .85em;border-radius:.5em;background:var(--sunk);overflow:auto;line-height:1.5}
summary{cursor:pointer;color:var(--accent);padding:.1em 0;width:fit-content}
details[open]{display:grid;gap:.5em}
details[open]>summary{margin-bottom:.4em}
.pairs{margin:0;display:grid;gap:.35em}
.pairs div{display:grid;grid-template-columns:11em 1fr;gap:.75em}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form,.field{display:grid;gap:.35em}
label[for],legend{font-weight:600;padding:0}
legend .quiet{font-weight:400;margin-inline-start:.7em}
.line{display:flex;gap:.5em}
input[type=text],input[type=datetime-local],select{min-width:0;flex:1;padding:.45em .7em;border:1px solid var(--quiet);
 border-radius:.55em;background:var(--paper)}
select{width:100%}
.examples{display:flex;flex-wrap:wrap;gap:.4em}
fieldset{margin:0;padding:0;border:0;min-width:0;display:grid;gap:.35em}
.choices{display:flex;margin-top:.35em;border:1px solid var(--line);border-radius:.55em;background:var(--sunk);padding:.18em;
 width:fit-content;max-width:100%;flex-wrap:wrap}
.choices label{position:relative;display:block}
.choices input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.choices span{display:block;padding:.25em .85em;border-radius:.42em;color:var(--quiet)}
.choices input:checked+span{background:var(--paper);color:var(--ink);font-weight:600;box-shadow:0 .05em .2em var(--shade)}
.choices input:focus-visible+span{outline:.18em solid var(--accent);outline-offset:.05em}
.log{list-style:none;padding:0;gap:.1em;font-size:.93em}
.log .ms{display:inline-block;min-width:4em;text-align:end;margin-inline-end:.6em;color:var(--quiet);
 font-variant-numeric:tabular-nums}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:30em){
.dock,.dock.left{left:.5em;right:.5em;bottom:max(.5em,env(safe-area-inset-bottom));max-width:none;width:auto}
.panel{max-height:58vh;max-height:58dvh}
.bar{min-height:2.75em}
header{padding-top:.45em}
.lead,.side{display:none}
.pairs div{grid-template-columns:1fr;gap:0}
.choices{width:auto}
[role=tab]{padding:.55em .6em}
}
@media (prefers-reduced-motion:no-preference){.bar,.plain,.chip,.icon{transition:color .15s,background .15s}}
@media (forced-colors:active){.choices input:checked+span{outline:.18em solid Highlight}.warning,.fine{border:1px solid}}
`;

/** Dress a root. A sheet that is adopted needs no leave of the page's policy. */
export const dress = (root: ShadowRoot): void => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
};
