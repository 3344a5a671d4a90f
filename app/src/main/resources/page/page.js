// Asks Sluice every two seconds and shows what it says. What it changes is in override.js.
import {byId, h, sync} from './dom.js';
import {overrideButton} from './override.js';
import {axisOf, axisRow, strip, table} from './picture.js';
import {ageOf, budget, burn, clock, count, itIs, now, percent, stateWords, tick, timeOf} from './words.js';

const POLL = 2000;
const PICTURES = 10000;
const FEW = 20;
const OPEN_ROUTERS = 3;

let tag = null;
let said = null;
let answeredAt = null;
let startedAsking = Date.now();
let failure = null;
const pictures = new Map(); // by router: {at, moved, rules}
const all = {services: false, routers: false, changes: false};

async function poll() {
  let isNew = false;
  try {
    const answer = await fetch('api/v1/page', {cache: 'no-store', headers: tag ? {'If-None-Match': tag} : {}, signal: AbortSignal.timeout(10000)});
    if (answer.status === 200) {
      said = await answer.json();
      tag = answer.headers.get('ETag');
      itIs(said.now);
      isNew = true;
    } else if (answer.status !== 304) {
      throw new Error(`it answers ${answer.status}`);
    }
    answeredAt = now();
    failure = null;
  } catch (problem) {
    failure = problem instanceof Error ? problem.message : String(problem);
  }
  if (isNew) show();
  if (said) await fetchPictures().catch(() => {}); // the next one will do
  banners();
  tick();
  setTimeout(poll, document.hidden ? 5 * POLL : POLL);
}

function show() {
  headline();
  facts();
  services();
  routers();
  changes();
  proxies();
  holds();
  problems();
  byId('read-only').hidden = said.overridable;
}

// The headline.

function headline() {
  const counts = said.counts;
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const parts = [['Breached', 'breached'], ['Recovering', 'recovering'], ['AtRisk', 'at risk'], ['Unknown', 'unknown']]
    .filter(([state]) => counts[state] > 0)
    .map(([state, words], index) => (index === 0 ? `${counts[state]} of ${count(total, 'service')} ${words}` : `${counts[state]} ${words}`));
  const words = total === 0 ? 'No services yet' : parts.length ? parts.join(', ') : total === 1 ? 'The one service is within budget' : `All ${total} services are within budget`;
  text('headline', words);
  document.title = `${counts.Breached > 0 ? `(${counts.Breached}) ` : ''}${words} · Sluice`;
  moved();
}

function moved() {
  const last = said.changes.find(one => one.kind === 'shares');
  byId('moved').replaceChildren(...(said.movedAt
    ? ['Traffic last moved ', ageOf(said.movedAt), last ? `: ${last.subject}, ${last.headline}` : '']
    : ['Traffic is as declared; Sluice hasn’t moved any.']));
}

function facts() {
  const nodes = said.proxies;
  const acknowledged = nodes.filter(one => one.state === 'acknowledged').length;
  const prometheus = said.prometheus;
  const items = [
    said.serving ? [false, `${said.role}, serving`] : [true, said.readiness],
    said.role === 'follower' ? [false, 'the leader asks Prometheus']
      : prometheus ? [!prometheus.answered, prometheus.answered ? 'Prometheus answers' : 'Prometheus doesn’t answer'] : [true, 'Prometheus wasn’t asked yet'],
    nodes.length ? [acknowledged < nodes.length, `${acknowledged} of ${count(nodes.length, 'proxy', 'proxies')} acknowledged`] : [true, 'no proxy is connected'],
    ...(said.problems.length ? [[true, count(said.problems.length, 'problem')]] : []),
  ];
  byId('facts').replaceChildren(...items.map(([bad, words]) => h('li', {class: bad ? 'bad' : null}, words)));
}

function banners() {
  const items = [];
  if (failure) {
    items.push(['Sluice doesn’t answer' + (answeredAt ? ` since ${clock(answeredAt)}` : ''),
      answeredAt ? `What is below is what it said then. Envoys keep the shares they have. (${failure})` : `Asking since ${clock(startedAsking)}: ${failure}`]);
  }
  if (said?.prometheus && !said.prometheus.answered) {
    items.push(['Prometheus doesn’t answer', `${said.prometheus.words.replace(/[.?!]$/, '')}. Verdicts become Unknown; what they led to is held for a while, then traffic returns to the declared weights.`]);
  }
  sync(byId('banners'), items, one => one[0], ([head, words]) => h('p', {class: 'banner'}, h('b', {}, head), words));
}

// The services.

const kept = (service, held) => held.get(`${service.namespace}/${service.name}`);

/** The least that a service keeps in any rule. */
function keptByService() {
  const least = new Map();
  for (const router of said.routers.shown) for (const rule of router.rules) for (const backend of rule.backends) {
    if (backend.service) least.set(backend.service, Math.min(backend.keeps, least.get(backend.service) ?? 1));
  }
  return least;
}

function services() {
  const held = keptByService();
  const wanted = byId('filter').value.trim().toLowerCase();
  const fits = one => `${one.namespace}/${one.name} ${stateWords(one.state)} ${one.state}`.toLowerCase().includes(wanted);
  const found = said.services.filter(fits);
  const shown = all.services ? found : found.slice(0, FEW);
  const total = Object.values(said.counts).reduce((sum, one) => sum + one, 0);
  byId('filter').hidden = said.services.length <= FEW;
  text('services-count', total > said.services.length ? `the ${said.services.length} most urgent of ${total}` : wanted ? `${found.length} of ${total} fit` : total > FEW ? `${total}` : '');
  sync(byId('services').tBodies[0], shown.map(one => ({...one, keeps: kept(one, held)})), one => `${one.namespace}/${one.name}`, serviceRow);
  byId('services').hidden = shown.length === 0;
  say('services-empty', shown.length ? '' : total === 0 ? 'No InferenceService is known here.' : 'None fits the filter.');
  more('services-more', 'services', found.length, shown.length);
}

function serviceRow(service) {
  const calm = service.state === 'WithinBudget';
  return h('tr', {class: `s-${service.state}${calm ? ' calm' : ''}`},
    h('td', {class: 'state'}, chip(service.state)),
    h('th', {class: 'name', scope: 'row'}, h('span', {class: 'ns'}, service.namespace + '/'), service.name),
    h('td', {class: 'since'}, ageOf(service.since)),
    h('td', {class: 'number', 'data-label': 'burns'}, service.burns.length ? burn(Math.max(...service.burns.map(one => one.rate))) : ''),
    h('td', {class: 'number', 'data-label': 'budget left'}, service.budgetLeft === undefined ? '' : budget(service.budgetLeft)),
    h('td', {class: 'number', 'data-label': 'keeps'}, service.keeps === undefined ? '' : percent(service.keeps)),
    h('td', {class: 'reason'}, h('div', {class: 'why'}, calm ? [] : [service.words], standing(service), details(service))));
}

const chip = state => h('span', {class: `chip s-${state}`}, stateWords(state));

function standing(service) {
  const notes = [];
  if (service.held) notes.push(`What ${stateWords(service.held)} led to is held until ${clock(service.holdUntil)}.`);
  if (service.mode === 'OBSERVE') notes.push('Mode Observe: shown only, moves nothing.');
  if (service.override) notes.push(`By hand until ${clock(service.override.until)}${service.state === 'WithinBudget' && service.override.reason ? `: ${service.override.reason}` : ''}.`);
  return notes.length ? h('div', {class: 'quiet'}, notes.join(' ')) : null;
}

function details(service) {
  const end = new Date(now() + 3600e3).toISOString().slice(0, 19) + 'Z';
  const line = `kubectl annotate inferenceservice ${service.name} -n ${service.namespace} --overwrite sluice.dev/override=${service.state === 'Breached' ? 'WithinBudget' : 'Breached'} sluice.dev/override-until=${end}`;
  const calm = service.state === 'WithinBudget';
  return h('details', {}, h('summary', {'aria-label': `Details of ${service.namespace}/${service.name}`}, 'Details'),
    h('div', {class: 'facts'},
      calm && service.words ? h('div', {}, service.words) : null,
      h('div', {}, 'Since ', timeOf(service.since), ', decision ', h('code', {}, service.decision),
        service.evidenceAt ? h('span', {}, '; evidence of ', timeOf(service.evidenceAt)) : '; no evidence yet'),
      service.burns.map(one => h('div', {}, `${one.objective} burns its budget at ${burn(one.rate)}`)),
      service.objectives.map(objective),
      service.replicas.map(one => h('div', {}, chip(one.state), ` replica ${one.name} `, ageOf(one.since), one.words ? `: ${one.words}` : '')),
      h('div', {class: 'quiet'}, 'To decide otherwise for an hour:'),
      h('div', {class: 'command'}, h('code', {}, line), copyButton(line)),
      said.overridable ? h('div', {class: 'command'}, overrideButton(service)) : null));
}

function objective(one) {
  const left = one.budgetLeft;
  return h('div', {}, `${one.objective}: `,
    left === undefined ? `budget left isn’t known${one.budgetUnknown ? ` (${one.budgetUnknown})` : ' yet'}`
      : left < 0 ? `budget overspent by ${percent(-left)}` : `budget left ${percent(left)}`,
    one.alerts.flatMap(alert => [`; ${alert.tier.toLowerCase()} alert ${alert.state.toLowerCase()}${alert.replica ? ` for ${alert.replica}` : ''}`,
      ...(alert.activeAt ? [', active since ', timeOf(alert.activeAt)] : [])]));
}

function copyButton(line) {
  const button = h('button', {type: 'button'}, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(line);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = 'Selected';
    }
  });
  return button;
}

// The routers, and how their traffic was shared out.

const routerName = one => `${one.namespace}/${one.name}`;

function shownRouters() {
  return all.routers ? said.routers.shown : said.routers.shown.slice(0, FEW);
}

function routers() {
  const shown = shownRouters();
  sync(byId('routers'), shown.map(routerItem), one => one.name, routerBox);
  if (shown.length === 0) byId('routers').replaceChildren(h('p', {class: 'quiet'}, 'No ModelRouter is known here.'));
  more('routers-more', 'routers', said.routers.shown.length, shown.length,
    said.routers.all > said.routers.shown.length ? ` (${said.routers.all} in all; those whose traffic moved last are here)` : '');
}

function routerItem(router, index) {
  const known = pictures.get(routerName(router));
  return {...router, name: routerName(router), first: index < OPEN_ROUTERS, pictureAt: known?.at ?? null, verdicts: verdictsOf(router)};
}

/** When each backend's service had which verdict, oldest first. */
function verdictsOf(router) {
  const states = new Map(said.services.map(one => [`${one.namespace}/${one.name}`, one]));
  const result = {};
  for (const backend of router.rules.flatMap(rule => rule.backends)) {
    if (!backend.service || result[backend.name]) continue;
    const told = said.changes.filter(one => one.kind === 'verdict' && one.subject === backend.service)
      .map(one => ({at: Date.parse(one.at), state: one.state})).reverse();
    const current = states.get(backend.service);
    result[backend.name] = told.length || !current ? told : [{at: Date.parse(current.since), state: current.state}];
  }
  return result;
}

function routerBox(router, old) {
  const open = old ? old.open : router.first || Boolean(router.fault);
  const box = h('details', {class: 'router', open},
    h('summary', {}, h('h3', {}, router.name)),
    router.fault ? h('p', {class: 'fault'}, `Can’t be compiled; what it served last stays: ${router.fault}`) : null,
    router.rules.map(rule => ruleBox(router, rule)));
  if (old) [...box.querySelectorAll('.rule > details')].forEach((one, index) => { one.open = old.querySelectorAll('.rule > details')[index]?.open ?? false; });
  box.addEventListener('toggle', () => fetchPictures().catch(() => {}));
  return box;
}

function ruleBox(router, rule) {
  const picture = pictures.get(router.name)?.rules[rule.name];
  const axis = axisOf(picture);
  return h('div', {class: 'rule'},
    h('h4', {}, 'Rule ', h('b', {}, rule.name), rule.changedAt ? [', moved ', ageOf(rule.changedAt)] : ', as declared'),
    rule.latency ? h('p', {class: 'note'}, rule.latency) : null,
    rule.notes.map(note => h('p', {class: 'note'}, note)),
    rule.backends.map(backend => h('div', {class: 'strip'},
      h('div', {class: 'who'}, h('b', {}, backend.name), h('span', {class: 'quiet'}, backend.service ?? 'outside the cluster'),
        backend.replicas.map(one => h('span', {class: 'quiet'}, `${one.name} keeps ${percent(one.keeps)}`))),
      strip(axis, picture, backend.name, `${backend.name} in rule ${rule.name} of ${router.name}`, router.verdicts[backend.name] ?? []),
      h('dl', {class: 'now'}, h('dt', {}, 'wanted'), h('dd', {}, percent(backend.wanted)),
        h('dt', {}, 'served'), h('dd', {}, backend.served === undefined ? 'no reports' : percent(backend.served))))),
    picture ? axisRow(axis) : null,
    picture ? h('details', {}, h('summary', {'aria-label': `As a table: rule ${rule.name} of ${router.name}`}, 'As a table'), table(picture, `Rule ${rule.name} of ${router.name}`)) : null);
}

/** Of the routers that are open, those whose picture is old or whose traffic moved since. */
async function fetchPictures() {
  const due = [];
  [...byId('routers').querySelectorAll('details.router[open]')].forEach(box => {
    const router = said.routers.shown.find(one => routerName(one) === box.dataset.key);
    if (!router) return;
    const moved = router.rules.map(rule => rule.changedAt ?? '').sort().at(-1) ?? '';
    const known = pictures.get(box.dataset.key);
    if (!known || known.moved !== moved || now() - known.at > PICTURES) due.push([router, moved]);
  });
  if (due.length === 0) return;
  await Promise.all(due.map(async ([router, moved]) => {
    const answer = await fetch(`api/v1/pictures/${encodeURIComponent(router.namespace)}/${encodeURIComponent(router.name)}`, {signal: AbortSignal.timeout(10000)});
    if (answer.ok) pictures.set(routerName(router), {at: now(), moved, rules: await answer.json()});
  }));
  routers();
}

// What happened.

const MARKS = {verdict: '●', shares: '⇄', problem: '!', process: '·'};

function changes() {
  const shown = all.changes ? said.changes : said.changes.slice(0, FEW);
  sync(byId('changes'), shown, one => String(one.number), changeRow);
  byId('changes-since').replaceChildren(...(said.changes.length ? ['told since ', timeOf(said.historySince), ', when this process began']
    : ['Nothing since ', timeOf(said.historySince), ', when this process began.']));
  more('changes-more', 'changes', said.changes.length, shown.length);
}

function changeRow(change) {
  return h('li', {class: change.state ? `s-${change.state}` : null},
    timeOf(change.at),
    h('span', {class: 'mark', 'aria-hidden': 'true'}, MARKS[change.kind]),
    h('div', {class: 'body'},
      h('div', {class: 'head'}, change.subject ? [h('b', {}, change.subject), ' '] : null, change.headline,
        change.decision ? [' ', h('code', {title: 'the decision’s name, in the log and in conditions too'}, change.decision)] : null),
      change.words ? h('div', {class: 'words'}, change.words) : null));
}

// Proxies, holds, problems.

const PROXY_WORDS = {
  acknowledged: ['good', 'has acknowledged all it was sent'], pending: ['pending', 'hasn’t acknowledged everything yet'],
  rejected: ['bad', 'rejected what it was sent; it keeps what it had'], waiting: ['pending', 'waits: nothing is served to its fleet yet'],
};

function proxies() {
  sync(byId('proxies'), said.proxies, one => `${one.fleet} ${one.id}`, one => {
    const [tone, words] = PROXY_WORDS[one.state];
    return h('li', {}, h('b', {}, one.id), ` of ${one.fleet} `, h('span', {class: tone}, words),
      h('div', {class: 'quiet'}, 'connected ', ageOf(one.since), one.ackedAt ? [', last ACK ', ageOf(one.ackedAt)] : null),
      one.words ? h('div', {}, 'Envoy says: ', h('code', {}, one.words)) : null);
  });
  if (said.proxies.length === 0) byId('proxies').replaceChildren(h('li', {class: 'quiet'}, 'No Envoy is connected to this replica.'));
}

function holds() {
  const agents = said.holds ?? [];
  sync(byId('holds'), agents, one => one.agent, one => h('li', {}, h('b', {}, one.agent), ` by ${one.by}`, one.until ? [', until ', timeOf(one.until)] : null));
  if (agents.length === 0) byId('holds').replaceChildren(h('li', {class: 'quiet'}, said.holds ? 'No Agent is held.' : 'Agents are held in a cluster only.'));
}

function problems() {
  byId('problems-section').hidden = said.problems.length === 0;
  sync(byId('problems'), said.problems, one => one, one => h('li', {}, one));
}

// Small parts.

function text(id, words) {
  if (byId(id).textContent !== words) byId(id).textContent = words;
}

function say(id, words) {
  text(id, words);
  byId(id).hidden = words === '';
}

function more(id, what, total, shown, suffix = '') {
  byId(id).hidden = total <= FEW;
  text(id, (shown < total ? `Show all ${total}` : `Show the first ${FEW}`) + suffix);
  byId(id).onclick = () => { all[what] = !all[what]; show(); };
}

byId('filter').addEventListener('input', services);
poll();
