// From the text of /metrics to numbers, and from two readings to what happened in between.

/** [{name, labels, value}] of Prometheus' text format. */
export const parseMetrics = (body) => {
  const rows = [];
  for (const line of body.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!found) continue;
    const labels = Object.fromEntries([...(found[2] ?? "").matchAll(/(\w+)="([^"]*)"/g)].map((pair) => [pair[1], pair[2]]));
    rows.push({ name: found[1], labels, value: Number(found[3]) });
  }
  return rows;
};

export const total = (rows, name, fits = () => true) =>
  rows.filter((row) => row.name === name && fits(row.labels)).reduce((sum, row) => sum + row.value, 0);

/** Counts of a histogram below each bound, all paths but health and metrics together. */
const buckets = (rows, name, fits) => {
  const counts = new Map();
  for (const row of rows.filter((one) => one.name === `${name}_bucket` && fits(one.labels))) {
    const bound = row.labels.le === "+Inf" ? Infinity : Number(row.labels.le);
    counts.set(bound, (counts.get(bound) ?? 0) + row.value);
  }
  return counts;
};

/** The value below which a share of what came between two readings lies, interpolated within its bucket; null: nothing came. */
export const quantile = (before, now, name, share, fits = () => true) => {
  const old = buckets(before, name, fits);
  const grown = [...buckets(now, name, fits)].map(([bound, count]) => [bound, count - (old.get(bound) ?? 0)]).sort((a, b) => a[0] - b[0]);
  const all = grown.at(-1)?.[1] ?? 0;
  if (all <= 0) return null;
  let low = 0, below = 0;
  for (const [bound, count] of grown) {
    if (count >= share * all) {
      return bound === Infinity ? low : low + ((bound - low) * (share * all - below)) / Math.max(count - below, 1e-9);
    }
    low = bound;
    below = count;
  }
  return low;
};
