// A line chart that grows to the right. Values under the pointer are told in numbers.
const SPACE = "http://www.w3.org/2000/svg";
const HEIGHT = 140, LEFT = 2, RIGHT = 52, TOP = 8, BOTTOM = 8, MOST = 150;

const shape = (name, attributes) => {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

/** A bound of 1, 2 or 5 times a power of ten that is not below the value. */
export const niceBound = (value) => {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((bound) => bound >= value * 0.999);
};

/** `names` of its lines; `words` writes a value. */
export const chart = (title, names, words) => {
  const svg = shape("svg", { role: "img", "aria-label": title });
  const now = element("p", { class: "now" }, "–"), keys = element("p", { class: "keys" });
  const box = element("section", { class: "chart" }, element("h2", {}, title), now, svg, keys);
  const points = [];  // {time, values}
  let pointed = null, width = 400;
  const x = (i) => LEFT + ((width - LEFT - RIGHT) * (MOST - points.length + i)) / (MOST - 1);

  const draw = () => {
    width = Math.max(200, svg.clientWidth);
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const highest = niceBound(Math.max(0, ...points.flatMap((point) => point.values.filter((value) => value !== null))));
    const y = (value) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / highest;
    svg.replaceChildren();
    for (const part of [0, 0.5, 1]) {
      svg.append(shape("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(part * highest), y2: y(part * highest) }));
      const label = shape("text", { x: width - RIGHT + 4, y: y(part * highest) + 4 });
      label.textContent = words(part * highest);
      svg.append(label);
    }
    names.forEach((name, series) => {
      let path = "", pen = "M";
      points.forEach((point, i) => {
        if (point.values[series] === null) return (pen = "M");
        path += `${pen}${x(i).toFixed(1)} ${y(point.values[series]).toFixed(1)}`;
        pen = "L";
      });
      svg.append(shape("path", { class: `line series${series}`, d: path || "M0 0" }));
    });
    const told = pointed === null ? points.at(-1) : points[pointed];
    if (pointed !== null) svg.append(shape("line", { class: "cursor", x1: x(pointed), x2: x(pointed), y1: TOP, y2: HEIGHT - BOTTOM }));
    if (!told) return;
    const value = (series) => (told.values[series] === null ? "–" : words(told.values[series]));
    now.textContent = value(0);
    keys.replaceChildren(
      ...names.map((name, series) => element("span", {}, element("i", { class: `series${series}` }), `${name} ${value(series)}`)),
      element("span", {}, pointed === null ? "" : new Date(told.time).toLocaleTimeString()));
  };
  svg.addEventListener("pointermove", (event) => {
    const share = (event.clientX - svg.getBoundingClientRect().left) / svg.getBoundingClientRect().width;
    const i = Math.round(((share * width - LEFT) * (MOST - 1)) / (width - LEFT - RIGHT)) - (MOST - points.length);
    pointed = i >= 0 && i < points.length ? i : null;
    draw();
  });
  svg.addEventListener("pointerleave", () => {
    pointed = null;
    draw();
  });
  return {
    box,
    add(time, values) {
      points.push({ time, values });
      if (points.length > MOST) points.shift();
      draw();
    },
  };
};
