// Builds elements and updates the page to match them. Text is inserted as text nodes: a name may contain HTML.

/** `h('button.primary', { 'data-do': 'send' }, '发送')`; false, null and undefined are left out. */
export function h(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElement(tag === '' ? 'div' : tag);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...nodesOf(children));
  return element;
}

function nodesOf(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== undefined && child !== null && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key : undefined);
const isAlike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

/**
 * Makes the children of `parent` like `wanted` and reuses existing nodes: a field keeps what is typed in it, a list its
 * scroll position, and a button is the same element when it is pressed and released.
 */
export function show(parent, ...wanted) {
  const nodes = nodesOf(wanted);
  const keys = new Set(nodes.map(keyOf));
  const known = new Map();
  for (const child of [...parent.childNodes]) {
    const key = keyOf(child);
    if (key === undefined) continue;
    if (keys.has(key)) known.set(key, child);
    else child.remove();
  }
  let here = parent.firstChild;
  for (const node of nodes) {
    const key = keyOf(node);
    const old = key === undefined ? here : known.get(key);
    if (!old || !isAlike(old, node)) {
      parent.insertBefore(node, here);
      continue;
    }
    if (old === here) here = here.nextSibling;
    else parent.insertBefore(old, here);
    update(old, node);
  }
  while (here) {
    const next = here.nextSibling;
    here.remove();
    here = next;
  }
}

function update(old, wanted) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!wanted.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  for (const { name, value } of wanted.attributes)
    if (old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
      // Once somebody has clicked a checkbox, its attribute no longer changes its state.
      if (name === 'checked') old.checked = true;
    }
  if (old.type === 'checkbox' && !wanted.hasAttribute('checked') && old.checked) old.checked = false;
  show(old, ...wanted.childNodes);
}

const handlers = new Map();

/** Sets the handler for `data-do="name"`. On a click, change or submit it gets the element's data, the form's values and the element. */
export const on = (name, act) => handlers.set(name, act);

function perform(event, element) {
  const act = element && handlers.get(element.dataset.do);
  if (!act) return;
  event.preventDefault();
  const values = element instanceof HTMLFormElement ? Object.fromEntries(new FormData(element)) : {};
  void act(element.dataset, values, element);
}

const isField = (element) => element.matches('form, select, input, textarea');

document.addEventListener('click', (event) => {
  const element = event.target.closest('[data-do]');
  if (element && !isField(element)) perform(event, element);
});
document.addEventListener('submit', (event) => perform(event, event.target.closest('[data-do]')));
// A search narrows the list while one types.
document.addEventListener('input', ({ target }) => {
  if (target.matches('input[type=search][data-do]')) void handlers.get(target.dataset.do)?.(target.dataset, {}, target);
});
document.addEventListener('change', (event) => {
  if (event.target.matches('select[data-do], input[data-do]')) {
    const act = handlers.get(event.target.dataset.do);
    if (act) void act(event.target.dataset, {}, event.target);
  }
});
