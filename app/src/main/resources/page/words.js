// How figures and times are said.
import {h} from './dom.js';

let ahead = 0; // milliseconds that Sluice's clock is ahead of ours

/** Takes Sluice's clock for ours: ages are right also where the browser's clock isn't. */
export function itIs(now) {
  ahead = Date.parse(now) - Date.now();
}

export const now = () => Date.now() + ahead;

export function age(at) {
  const seconds = Math.max(0, Math.round((now() - Date.parse(at)) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

const two = number => String(number).padStart(2, '0');

/** The viewer's own wall clock. */
export function clock(at, seconds = true) {
  const date = new Date(at);
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return seconds ? `${minutes}:${two(date.getSeconds())}` : minutes;
}

/** An age that stays true: see `tick`. */
export function ageOf(at) {
  return h('time', {datetime: at, title: new Date(at).toString(), 'data-age': ''}, age(at));
}

/** A time of day; with the date where that isn't today. */
export function timeOf(at) {
  const date = new Date(at);
  const today = date.toDateString() === new Date(now()).toDateString();
  const day = today ? '' : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `;
  return h('time', {datetime: at, title: date.toString()}, day + clock(at));
}

export function tick() {
  for (const one of document.querySelectorAll('time[data-age]')) {
    const words = age(one.getAttribute('datetime'));
    if (one.textContent !== words) one.textContent = words;
  }
}

export const percent = part => `${Math.round(part * 100)}%`;

export const burn = rate => (rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)) + '×';

export const budget = left => (left < 0 ? `−${percent(-left)}` : percent(left));

export const count = (number, one, many = one + 's') => `${number} ${number === 1 ? one : many}`;

const STATES = {
  WithinBudget: 'Within budget', AtRisk: 'At risk', Breached: 'Breached', Recovering: 'Recovering', Unknown: 'Unknown',
};

export const stateWords = state => STATES[state] ?? state;
