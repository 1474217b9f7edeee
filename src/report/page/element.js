// Elements of the page, made without markup: every text of the results becomes a text node. Not the charts.

const svg_namespace = "http://www.w3.org/2000/svg";

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// el("p", {class: "lead"}, "Text ", el("b", {}, "more")): absent attributes and children are left out.
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(svg_namespace, tag), attributes, children);
}

// Wide content that scrolls by itself, by finger and by keyboard, so that the page never does.
export function scrolling(label, ...children) {
  return el("div", {class: "scroll", role: "region", tabindex: 0, "aria-label": label}, ...children);
}

// columns: [{name, text?: true (stands left), note?}]; rows: lists of texts or nodes; the first column names the row.
export function table(caption, columns, rows, classes = "") {
  const head = columns.map((column) =>
    el(
      "th",
      {scope: "col", class: column.text ? null : "number"},
      column.name,
      column.note && el("small", {}, column.note),
    ),
  );
  const body = rows.map((row) =>
    el(
      "tr",
      {},
      row.map((cell, at) =>
        el(
          at === 0 ? "th" : "td",
          {scope: at === 0 ? "row" : null, class: columns[at].text ? null : "number"},
          cell === null || cell === undefined ? "–" : cell,
        ),
      ),
    ),
  );
  return scrolling(
    caption,
    el(
      "table",
      {class: classes},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, head)),
      el("tbody", {}, body),
    ),
  );
}

// A figure: what it shows, the drawing, and the table of its numbers behind it (screen readers and the curious).
export function figure({id, title, note, controls, body, numbers}) {
  const heading = el("h3", {id: `${id}-title`}, title);
  return el(
    "figure",
    {id, "aria-labelledby": `${id}-title`},
    el("figcaption", {}, heading, note && el("p", {class: "note"}, note)),
    controls,
    body,
    numbers &&
      el(
        "details",
        {class: "numbers"},
        el("summary", {}, "Numbers", el("span", {class: "hidden"}, ` of: ${title}`)),
        numbers,
      ),
  );
}

// entries: [[css colour, name, kind]], kind "line" (default), "area", "dashed", "dotted", "dot" or "ring".
export function legend(...entries) {
  return el(
    "ul",
    {class: "legend"},
    entries.map(([colour, name, kind = "line"]) =>
      el("li", {}, el("span", {class: `key ${kind}`, style: `--key: ${colour}`, "aria-hidden": "true"}), name),
    ),
  );
}

let choices = 0;

// A native select with its label; changed(value) is called after every choice.
export function choice(label, options, changed) {
  const id = `choice-${++choices}`;
  const select = el(
    "select",
    {id, onchange: () => changed(select.value)},
    options.map(([value, name]) => el("option", {value}, name)),
  );
  return el("div", {class: "choice"}, el("label", {for: id}, label), select);
}

export function switched(label, on, changed) {
  const id = `choice-${++choices}`;
  const box = el("input", {type: "checkbox", id, checked: on, onchange: () => changed(box.checked)});
  return el("div", {class: "choice"}, box, el("label", {for: id}, label));
}
