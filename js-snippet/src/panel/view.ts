// A page's part as a function of what is known: described anew each time, and only what differs is touched, so that focus,
// scroll positions, opened details and half-typed words stay. Nothing here parses markup.
export type Props = Record<string, unknown>;

export interface Piece {
  tag: string;
  props: Props;
  parts: (Piece | string)[];
}

export type Child = Piece | string | number | false | null | undefined | Child[];

const flat = (children: Child[]): (Piece | string)[] =>
  (children.flat(9) as Child[])
    .filter((child) => child || child === 0)
    .map((child) => typeof child == "number" ? `${child}` : child as Piece | string);

/** Describe an element. `on...` are listeners, `value` and `checked` what a field starts with; `key` tells siblings apart. */
export const h = (tag: string, props: Props = {}, ...children: Child[]): Piece => ({ tag, props, parts: flat(children) });

const drawn = new WeakMap<Node, Piece | string>();

const same = (before: Piece | string | undefined, now: Piece | string): boolean =>
  typeof before == "string" || typeof now == "string" ? typeof before == typeof now :
  !!before && before.tag == now.tag && before.props.key === now.props.key;

const set = (element: Element, name: string, value: unknown, before: unknown): void => {
  if (name == "key") return;
  if (name.startsWith("on")) {
    const type = name.slice(2);
    element.removeEventListener(type, before as EventListener);
    element.addEventListener(type, value as EventListener);
  } else if (/^(value|checked|selected)$/.test(name)) (element as unknown as Props)[name] = value;
  else if (value == null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : `${value}`);
};

const update = (node: Node, now: Piece | string): void => {
  const before = drawn.get(node);
  drawn.set(node, now);
  if (typeof now == "string") {
    if (before !== now) (node as Text).data = now;
    return;
  }
  const own = (before as Piece | undefined)?.props || {};
  for (const name of Object.keys({ ...own, ...now.props })) {
    if (own[name] !== now.props[name]) set(node as Element, name, now.props[name], own[name]);
  }
  draw(node as Element, now.parts);
};

const make = (part: Piece | string): ChildNode => {
  const node = typeof part == "string" ? document.createTextNode(part) : document.createElement(part.tag);
  update(node, part);
  return node;
};

/** Make what stands in `parent` be as described. */
export const draw = (parent: ParentNode & Node, children: Child[]): void => {
  const free = [...parent.childNodes];
  const nodes = flat(children).map((part) => {
    const place = free.findIndex((node) => same(drawn.get(node), part));
    const node = place < 0 ? undefined : free.splice(place, 1)[0];
    if (node) update(node, part);
    return node || make(part);
  });
  free.forEach((node) => node.remove());
  let next = parent.firstChild;
  for (const node of nodes) {
    // A node that is moved loses the focus, so one in its place is left alone.
    if (node == next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
};
