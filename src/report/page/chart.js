// Charts that know how wide they are: drawn with Observable Plot when they are on the page, and again when their width
// changes.
import {el} from "./element.js";

const charts = new Map();

// An empty box that draw(width) fills: it returns an element. `label` is what a screen reader says instead of the
// drawing, unless the element has a role of its own.
export function chart(label, draw, classes = "") {
  const box = document.createElement("div");
  box.className = `chart ${classes}`;
  charts.set(box, {label, draw, width: 0});
  return box;
}

function draw_into(box, entry) {
  const drawing = entry.draw(entry.width);
  if (!drawing.hasAttribute("role")) {
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", entry.label);
  }
  box.replaceChildren(drawing);
}

// Draws what has become wider or narrower, and `boxes` anyway. Widths are read before anything is drawn.
export function draw_charts(boxes = null) {
  const due = [];
  for (const [box, entry] of charts) {
    if (box.closest("details.fold:not([open])")) continue;
    const width = Math.floor(box.clientWidth);
    if (width > 0 && (width !== entry.width || (boxes && boxes.includes(box)))) due.push([box, entry, width]);
  }
  for (const [box, entry, width] of due) {
    entry.width = width;
    draw_into(box, entry);
  }
}

// Where there are more small charts than this in one figure, the others wait behind a click.
export const most_in_sight = 6;

// What is shown when somebody asks for it; its charts are drawn then, because only then they know how wide they are. On paper all is
// open.
export function folded(name, ...children) {
  return el("details", {class: "fold", ontoggle: () => draw_charts()}, el("summary", {}, name), children);
}

export function follow_width() {
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.fold").forEach((each) => (each.open = true));
    draw_charts();
  });
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw_charts, 120);
  });
}

// Plot with the page's type and colours, for all charts alike.
export function plot(options) {
  return Plot.plot({
    ...options,
    marks: options.marks.flat(Infinity).filter(Boolean),
    style: {
      fontFamily: "inherit",
      fontSize: "11px",
      background: "none",
      color: "var(--muted)",
      overflow: "visible",
      ...options.style,
    },
  });
}

// Ticks of an axis as numbers with as many digits as they need to differ.
export function tick_text([least, most], ticks) {
  return d3.tickFormat(least, most, ticks, "f");
}

// The marks of an axis of seconds, from 0 to `longest`, at the bottom: milliseconds where all is short.
export function axis_of_seconds(longest, width) {
  const wanted = d3.ticks(0, longest, ticks_for(width, 60));
  const step = Math.ceil(wanted.length / Math.max(2, Math.floor(width / 48)));
  const text = (second) => (longest < 0.5 ? `${Math.round(second * 1e6) / 1000} ms` : `${second} s`);
  return Plot.axisX(
    wanted.filter((_, at) => at % step === 0),
    {anchor: "bottom", tickSize: 3, tickFormat: text},
  );
}

// About one tick for each `space` pixels, at least two.
export function ticks_for(width, space = 90) {
  return Math.max(2, Math.min(8, Math.floor(width / space)));
}
