// Numbers and names as people read them; the same units as on the command line (1 KB = 1024 bytes). No elements.

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});

export function count(value) {
  return value === null || value === undefined ? "–" : whole.format(value);
}

// 1460000000 → "1.46 billion"
export function large(value) {
  for (const [size, name] of [
    [1e9, "billion"],
    [1e6, "million"],
  ]) {
    if (value >= size) return `${Number((value / size).toPrecision(3))} ${name}`;
  }
  return count(value);
}

export function bytes(value) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    ++unit;
  }
  return `${unit === 0 || value >= 99.95 ? whole.format(value) : value.toFixed(1)} ${units[unit]}`;
}

export function seconds(value) {
  if (value === null || value === undefined) return "–";
  if (value < 0.0995) return `${Number((value * 1000).toPrecision(2))} ms`;
  if (value < 9.995) return `${value.toFixed(2)} s`;
  if (value < 59.95) return `${value.toFixed(1)} s`;
  const total = Math.round(value);
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${rest} s`;
}

export function percent(value, digits = 0) {
  return value === null || value === undefined ? "–" : `${value.toFixed(digits)} %`;
}

// Losses and measures: four digits that say something, never an exponent.
export function figure_of(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  return value.toFixed(Math.min(9, Math.max(digits, digits - 1 - Math.floor(Math.log10(Math.abs(value))))));
}

export function times(value) {
  return value === null || value === undefined ? "–" : `${value.toFixed(value < 9.95 ? 2 : 1)} ×`;
}

export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

// "1950-1959" → "1950–1959"
export function years(subset) {
  return subset.replace("-", "–");
}

// "a", "a and b", "a, b and c"
export function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}
