// Stars as a slider: by mouse, finger or keys. Five of them, whatever the model's scale.
const SHAPE = "M12 1.8l3.1 6.6 7.2.9-5.3 5 1.4 7.1L12 17.9l-6.4 3.5L7 14.3l-5.3-5 7.2-.9z";
const SVG = "http://www.w3.org/2000/svg";

/** Steps of a scale: half stars where it begins with a half, else whole ones, else tenths. */
export const stepOf = ({ minimum, maximum }) => {
  if (minimum > 0 && minimum < 1 && maximum <= 5) return 0.5;
  return maximum - minimum <= 20 ? 1 : (maximum - minimum) / 10;
};

const drawn = (share) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const kind of ["back", "front"]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", SHAPE);
    path.setAttribute("class", kind);
    if (kind === "front") path.style.clipPath = `inset(0 ${100 - 100 * share}% 0 0)`;
    svg.append(path);
  }
  return svg;
};

/** `rate(stars)` is called with a chosen value; `value` may be undefined. */
export const starSlider = (scale, value, name, rate) => {
  const step = stepOf(scale);
  const bounded = (wish) => {
    const near = scale.minimum + Math.round((wish - scale.minimum) / step) * step;
    return Math.min(scale.maximum, Math.max(scale.minimum, Number(near.toFixed(6))));
  };
  const slider = element("span", {
    class: "stars", role: "slider", tabindex: "0", "aria-label": `Rate ${name}`, "aria-valuemin": scale.minimum,
    "aria-valuemax": scale.maximum,
  });
  const show = (shown) => {
    const full = shown === undefined ? 0 : (5 * shown) / scale.maximum;
    slider.replaceChildren(...[0, 1, 2, 3, 4].map((star) => drawn(Math.min(1, Math.max(0, full - star)))));
    if (value !== undefined) slider.setAttribute("aria-valuenow", value);
    slider.setAttribute("aria-valuetext", value === undefined ? "not rated" : `${value} of ${scale.maximum}`);
  };
  const at = (event) => {
    const box = slider.getBoundingClientRect();
    const share = Math.min(1, Math.max(0.001, (event.clientX - box.left) / box.width));
    return bounded(Math.ceil((share * scale.maximum) / step) * step);
  };
  slider.addEventListener("pointermove", (event) => event.pointerType === "mouse" && show(at(event)));
  slider.addEventListener("pointerleave", () => show(value));
  slider.addEventListener("click", (event) => event.detail > 0 && rate(at(event)));
  slider.addEventListener("keydown", (event) => {
    const middle = value ?? bounded((scale.minimum + scale.maximum) / 2);
    const wishes = {
      ArrowRight: middle + step, ArrowUp: middle + step, ArrowLeft: middle - step, ArrowDown: middle - step,
      Home: scale.minimum, End: scale.maximum,
    };
    let wish = wishes[event.key];
    if (/^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey) wish = Number(event.key) || 10;
    if (wish === undefined) return;
    event.preventDefault();
    rate(bounded(wish));
  });
  show(value);
  return slider;
};
