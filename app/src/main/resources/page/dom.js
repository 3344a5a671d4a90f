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
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

function renew(old, child, name, said) {
  child.dataset.key = name;
  child.said = said;
  if (!old || old === child) return child;
  const open = [...old.querySelectorAll('details')].map(one => one.open);
  const focused = [...old.querySelectorAll('summary, button')].indexOf(document.activeElement);
  [...child.querySelectorAll('details')].forEach((one, index) => { one.open = open[index] ?? one.open; });
  old.replaceWith(child);
  if (focused >= 0) child.querySelectorAll('summary, button')[focused]?.focus();
  return child;
}
