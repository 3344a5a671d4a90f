// Elements by hand. Text goes in as text and never as HTML: a name may be anything.

/** An element: h('td', {class: 'number'}, 'words', otherElement). Null children are left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

export const byId = id => document.getElementById(id);

/**
 * Makes the children of `parent` those of `items`, in order. A child whose item says the same as
 * before stays as it is, so that an open <details> stays open and focus is kept.
 */
export function sync(parent, items, key, make) {
  const old = new Map([...parent.children].map(child => [child.dataset.key, child]));
  const children = items.map(item => {
    const name = key(item);
    const said = JSON.stringify(item);
    const known = old.get(name);
    old.delete(name);
    return known && known.said === said ? known : renew(known, make(item, known), name, said);
  });
  for (const gone of old.values()) gone.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) place(parent, child, parent.children[index] ?? null);
  });
}

/** Moves a child, and the focus inside it along: without a word where the browser can do that. */
function place(parent, child, before) {
  const focused = child.contains(document.activeElement) ? document.activeElement : null;
  if (parent.moveBefore && child.isConnected) parent.moveBefore(child, before);
  else parent.insertBefore(child, before);
  if (focused !== document.activeElement) focused?.focus({preventScroll: true});
}

function renew(old, child, name, said) {
  child.dataset.key = name;
  child.said = said;
  if (!old || old === child) return child;
  const open = [...old.querySelectorAll('details')].map(one => one.open);
  const focused = document.activeElement;
  const index = [...old.querySelectorAll('summary, button')].indexOf(focused);
  [...child.querySelectorAll('details')].forEach((one, index) => { one.open = open[index] ?? one.open; });
  old.before(child);
  if (index >= 0) giveFocus(focused, child.querySelectorAll('summary, button')[index]);
  old.remove();
  return child;
}

/** A summary says what it said before, so it stays itself: a screen reader doesn't say it again. */
function giveFocus(old, next) {
  if (next?.matches('summary') && old.matches('summary') && next.moveBefore) {
    next.parentNode.moveBefore(old, next);
    next.remove();
  } else {
    next?.focus({preventScroll: true});
  }
}
