// The report as one HTML page that needs nothing else.
const escape = text => String(text).replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8889; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
td:nth-child(1) { white-space: nowrap; font-family: ui-monospace, monospace; width: 7rem; } td:nth-child(2) { width: 5rem; } td:nth-child(3) { width: 4rem; font-weight: 600; }
.pass td:nth-child(3) { color: #2a8a3e; } .fail td:nth-child(3) { color: #c62828; } .na td:nth-child(3), .na { color: var(--soft); }
.reason { color: var(--soft); font-size: .9em; overflow-wrap: anywhere; } .fail .reason { color: #c62828; }
#counts { width: auto; } #counts td, #counts th { text-align: right; } #counts td:first-child { text-align: left; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; display: inline-block; margin: 1rem 1rem 0 0; } label { margin-right: .8rem; }
.hidden { display: none; }`;

const script = `
const boxes = [...document.querySelectorAll('input[type=checkbox]')], find = document.querySelector('#find');
function show() {
  const on = new Set(boxes.filter(box => box.checked).map(box => box.value)), text = find.value.toLowerCase();
  for (const row of document.querySelectorAll('tr[data-result]')) {
    row.classList.toggle('hidden', !on.has(row.dataset.result) || !on.has(row.dataset.strength) || !row.textContent.toLowerCase().includes(text));
  }
  for (const part of document.querySelectorAll('section')) part.classList.toggle('hidden', !part.querySelector('tr:not(.hidden)'));
}
for (const input of [...boxes, find]) input.addEventListener('input', show);`;

function row(item) {
  const reason = item.reason ? `<div class="reason">${escape(item.reason)}</div>` : '';
  return `<tr class="${item.result === 'n/a' ? 'na' : item.result}" data-result="${item.result}" data-strength="${item.strength}">` +
    `<td>${escape(item.id)}</td><td>${item.strength}</td><td>${item.result}</td><td>${escape(item.title)}${reason}</td></tr>`;
}

function sectionOf(name, items) { return `<section><h2>${escape(name)}</h2><table>${items.map(row).join('\n')}</table></section>`; }

const boxes = (title, names) => `<fieldset><legend>${title}</legend>${names.map(name => `<label><input type="checkbox" value="${name}" checked> ${name}</label>`).join('')}</fieldset>`;

export function page({implementation, date, seconds, counts, dialects, items, untestable}) {
  const strengths = Object.keys(counts);
  const line = (of, name) => `<tr><td>${name}</td>${['pass', 'fail', 'n/a'].map(kind => `<td>${of[name][kind]}</td>`).join('')}</tr>`;
  const tallies = dialects.map(one => `<tr><th>${escape(one.title)}</th><th>pass</th><th>fail</th><th>n/a</th></tr>${Object.keys(one.counts).map(name => line(one.counts, name)).join('')}`);
  const parts = dialects.map(({name, title}) => {
    const own = items.filter(item => item.dialect === name);
    const sections = [...new Set(own.map(item => item.section))];
    return `<h1>${escape(title)}</h1>\n${sections.map(part => sectionOf(part, own.filter(item => item.section === part))).join('\n')}`;
  });
  const rest = untestable.map(one => `<tr class="na"><td>${escape(one.id)}</td><td>${one.strength}</td><td>–</td><td>${escape(one.title)}<div class="reason">${escape(one.reason)}</div></td></tr>`).join('\n');
  const titles = dialects.map(one => one.title).join(', ');
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(titles)} conformance: ${escape(implementation.impl)}</title><style>${style}</style>
<h1>${escape(titles)} conformance of ${escape(implementation.impl)} ${escape(implementation.version)}</h1>
<p>${escape(date)}, ${Math.round(seconds)} s, ${items.length} items</p>
<table id="counts">${tallies.join('')}</table>
${boxes('Result', ['pass', 'fail', 'n/a'])}${boxes('Strength', strengths)}<fieldset><legend>Search</legend><input id="find" type="search"></fieldset>
${parts.join('\n')}
<h2>Not testable from outside</h2><table>${rest}</table>
<script>${script}</script>
</html>
`;
}
