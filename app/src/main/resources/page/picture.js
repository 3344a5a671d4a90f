// How a rule's requests were shared out over time: one strip for each backend, one axis for all.
import {h, s} from './dom.js';
import {clock, now, percent, stateWords} from './words.js';

const WIDTH = 1000;
const HEIGHT = 100;
const BAND = 9;
const HOUR = 3600e3;
const LEAST = 5 * 60e3;
const MOVES = 8; // that are said of a picture

/** Where times lie: from the oldest sample on, an hour at most, five minutes at least. */
export function axisOf(picture) {
  const to = now();
  const first = picture?.times[0] ?? to;
  return {from: Math.max(to - HOUR, Math.min(first, to - LEAST)), to};
}

const round = number => Math.round(number * 10) / 10;
const across = (axis, at) => round(Math.min(1, Math.max(0, (at - axis.from) / (axis.to - axis.from))) * WIDTH);
const up = part => round(HEIGHT - 4 - part * (HEIGHT - BAND - 10));

/** A share stands until the next one: steps, up to now. */
function steps(axis, times, values) {
  let path = '';
  let last = null;
  times.forEach((at, index) => {
    if (values[index] === last) return;
    path += last === null ? `M${across(axis, at)} ${up(values[index])}` : `H${across(axis, at)}V${up(values[index])}`;
    last = values[index];
  });
  return path === '' ? '' : path + `H${WIDTH}`;
}

/** Runs of values that are known: what wasn't reported isn't drawn. */
function runs(axis, times, values) {
  const all = [];
  let run = [];
  values.forEach((value, index) => {
    if (value !== null) run.push([across(axis, times[index]), up(value)]);
    else if (run.length) { all.push(run); run = []; }
  });
  if (run.length) all.push(run);
  return all.filter(one => one.length > 1);
}

const line = run => run.map(([x, y], index) => `${index ? 'L' : 'M'}${x} ${y}`).join('');
const area = run => `${line(run)}L${run.at(-1)[0]} ${up(0)}L${run[0][0]} ${up(0)}Z`;

/** Which verdict stood when, as far as it was told. */
function bands(axis, verdicts) {
  return verdicts.map((one, index) => {
    const from = across(axis, one.at);
    const to = index + 1 < verdicts.length ? across(axis, verdicts[index + 1].at) : WIDTH;
    return to > from
      ? s('rect', {class: `band s-${one.state}`, x: from, y: 0, width: round(to - from), height: BAND},
          s('title', {}, `${stateWords(one.state)} from ${clock(one.at)}`))
      : null;
  });
}

function inWords(line, times) {
  const moves = changesOf(line.wanted).map(index => `${percent(line.wanted[index])} from ${clock(times[index])}`);
  const shown = moves.length > MOVES ? ['…', ...moves.slice(-MOVES)] : moves;
  const served = line.served.findLast(value => value !== null);
  return `Wanted ${shown.join(', ')}. ` + (served === undefined ? 'No Envoy reports requests.' : `Served ${percent(served)} lately.`);
}

function verdictsInWords(verdicts) {
  const shown = verdicts.slice(-MOVES).map(one => `${stateWords(one.state)} from ${clock(one.at)}`);
  return shown.length ? ` Verdict: ${verdicts.length > MOVES ? '…, ' : ''}${shown.join(', ')}.` : '';
}

const changesOf = values => [...values.keys()].filter(index => index === 0 || values[index] !== values[index - 1]);

/** One backend's strip. */
export function strip(axis, picture, name, title, verdicts) {
  const line_ = picture?.backends[name];
  if (!line_) return h('p', {class: 'note'}, 'No picture yet: a sample is taken every 10 s.');
  const times = picture.times;
  const served = runs(axis, times, line_.served);
  return s('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `${title}. ${inWords(line_, times)}${verdictsInWords(verdicts)}`},
    s('path', {class: 'half', d: `M0 ${up(0.5)}H${WIDTH}`}),
    served.map(run => s('path', {class: 'area', d: area(run)})),
    served.map(run => s('path', {class: 'served', d: line(run)})),
    s('path', {class: 'wanted', d: steps(axis, times, line_.wanted)}),
    bands(axis, verdicts));
}

/** The axis's own row. */
export function axisRow(axis) {
  const middle = (axis.from + axis.to) / 2;
  return h('div', {class: 'strip', 'aria-hidden': 'true'},
    h('div', {class: 'axis'}, [axis.from, middle, axis.to].map((at, index) => h('span', {}, index === 2 ? 'now' : clock(at, false)))));
}

/** The same as a table, for whoever can't see the picture, or wants the figures. */
export function table(picture, name) {
  const names = Object.keys(picture.backends);
  const kept = [...new Set(names.flatMap(name => changesOf(picture.backends[name].wanted)))].sort((a, b) => b - a).slice(0, 40);
  const cell = value => (value === null ? 'no reports' : percent(value));
  return h('table', {'aria-label': name},
    h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'from'), names.map(name => h('th', {scope: 'col'}, `${name}: wanted, served`)))),
    h('tbody', {}, kept.map(index => h('tr', {}, h('th', {scope: 'row'}, clock(picture.times[index])),
      names.map(name => h('td', {}, `${cell(picture.backends[name].wanted[index])}, ${cell(picture.backends[name].served[index])}`))))));
}
