// The form that decides by hand, with a token that stays in this tab's memory.
import {byId, h} from './dom.js';
import {clock, stateWords} from './words.js';

const form = () => byId('override-form');
let service = null;

/** Opens the form for a service. */
export function overrideButton(one) {
  const button = h('button', {type: 'button'}, 'Override…');
  button.addEventListener('click', () => open(one));
  return button;
}

function open(one) {
  service = one;
  byId('override-title').textContent = `Override ${one.namespace}/${one.name}`;
  byId('override-now').textContent = `It is ${stateWords(one.state).toLowerCase()} now${one.override ? ` by hand until ${clock(one.override.until)}` : ''}.`;
  byId('override-back').hidden = !one.override;
  form().elements.state.value = one.state === 'Breached' ? 'WithinBudget' : 'Breached';
  say('');
  byId('override').showModal();
}

async function send(method, body, done) {
  const path = `api/v1/overrides/${encodeURIComponent(service.namespace)}/${encodeURIComponent(service.name)}`;
  const buttons = [...form().querySelectorAll('button')];
  buttons.forEach(one => { one.disabled = true; });
  say('Asking…');
  try {
    const answer = await fetch(path, {
      method, body, signal: AbortSignal.timeout(15000),
      headers: {'Authorization': `Bearer ${form().elements.token.value}`, 'Content-Type': 'application/json'},
    });
    const said = await answer.json();
    if (answer.ok) {
      byId('override').close();
      byId('override-said').textContent = done(said);
      form().elements.reason.value = '';
    } else {
      say(said.error);
    }
  } catch (problem) {
    say(`Sluice doesn’t answer (${problem instanceof Error ? problem.message : problem}); nothing is known of what became of it.`);
  }
  buttons.forEach(one => { one.disabled = false; });
}

function say(words) {
  byId('override-problem').textContent = words;
}

form().addEventListener('submit', event => {
  event.preventDefault();
  const {state, lasts, reason} = form().elements;
  send('PUT', JSON.stringify({state: state.value, for: lasts.value, reason: reason.value}),
    said => `${said.service} is ${stateWords(said.state).toLowerCase()} by hand until ${clock(said.until)}.`);
});
byId('override-back').addEventListener('click', () => {
  if (form().elements.token.reportValidity()) send('DELETE', null, said => `${said.service} isn’t overridden from here any more; the evidence decides.`);
});
byId('override-cancel').addEventListener('click', () => byId('override').close());
