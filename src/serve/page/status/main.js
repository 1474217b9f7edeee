// The page at /status: /metrics every two seconds, as charts.
const EVERY = 2000;
const number = (value) => (value >= 100 || value === 0 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const whole = (value) => (Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1));
const seconds = (value) => (value < 1 ? `${number(value * 1000)} ms` : `${number(value)} s`);
const bytes = (value) => (value >= 1e9 ? `${number(value / 1e9)} GB` : `${number(value / 1e6)} MB`);
const answering = (labels) => !/^\/(v2\/)?health|^\/metrics|^\/status|^\/openapi/.test(labels.path ?? "");
const lasting = (span) => {
  if (span < 120) return `${span.toFixed(0)} s`;
  return span < 7200 ? `${(span / 60).toFixed(0)} min` : `${(span / 3600).toFixed(1)} h`;
};

const ofStatus = (first) => (labels) => answering(labels) && labels.status.startsWith(first);
const rate = (name, fits) => (before, now, span) => Math.max(0, total(now, name, fits) - total(before, name, fits)) / span;
const gauge = (name) => (before, now) => total(now, name);
const latency = (share) => (before, now) => quantile(before, now, "encore_request_seconds", share, answering);
const meanBatch = (before, now) => {
  const count = total(now, "encore_batch_size_count") - total(before, "encore_batch_size_count");
  return count > 0 ? (total(now, "encore_batch_size_sum") - total(before, "encore_batch_size_sum")) / count : null;
};

// [title, what writes a value, {line: how it follows from two readings}]
const TABLE = [
  ["Requests a second", number, {
    answered: rate("encore_requests_total", ofStatus("2")), "client's mistakes": rate("encore_requests_total", ofStatus("4")),
    failed: rate("encore_requests_total", ofStatus("5")) }],
  ["Time to an answer", seconds, { median: latency(0.5), "99 of 100": latency(0.99) }],
  ["Questions scored together", number, { mean: meanBatch }],
  ["In work", whole, { requests: gauge("encore_in_work"), "waiting to be scored": gauge("encore_waiting") }],
  ["Connections", whole, { open: gauge("encore_connections") }],
  ["Events a second", number, { kept: rate("encore_events_total"), writes: rate("encore_event_writes_total") }],
  ["Memory", bytes, { resident: gauge("process_resident_memory_bytes") }],
];

const charts = TABLE.map(([title, words, lines]) => ({ lines: Object.values(lines), chart: chart(title, Object.keys(lines), words) }));
byId("charts").append(...charts.map((one) => one.chart.box));
let before = null, readAt = 0, timer = 0;

const tile = (name, value) => element("span", {}, element("b", {}, value), name);

const read = async () => {
  clearTimeout(timer);
  try {
    const key = sessionStorage.getItem("encore.key");
    const answer = await fetch("/metrics", { headers: key ? { Authorization: `Bearer ${key}` } : {} });
    if (answer.status === 401) {
      byId("locked").hidden = false;
      return;
    }
    const now = parseMetrics(await answer.text()), time = Date.now();
    if (before) {
      for (const { lines, chart: drawn } of charts) drawn.add(time, lines.map((line) => line(before, now, (time - readAt) / 1000)));
    }
    before = now;
    readAt = time;
    byId("tiles").replaceChildren(
      tile("films", total(now, "encore_model_items").toLocaleString("en")),
      tile("users", total(now, "encore_users").toLocaleString("en")),
      tile("model open since", lasting(total(now, "encore_model_age_seconds"))),
      tile("requests so far", total(now, "encore_requests_total").toLocaleString("en")),
      tile("events kept", total(now, "encore_events_total").toLocaleString("en")),
      tile("reloads (refused)", `${total(now, "encore_reloads_total")} (${total(now, "encore_failed_reloads_total")})`),
      tile("turned away", total(now, "encore_turned_away_total").toLocaleString("en")),
      tile("malformed", total(now, "encore_malformed_requests_total").toLocaleString("en")));
    byId("said").classList.remove("shown");
    document.documentElement.dataset.ready = "";
  } catch {
    say("The server does not answer");
  }
  timer = setTimeout(read, EVERY);
};

byId("unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  holdKey(byId("key").value.trim());
  byId("locked").hidden = true;
  read();
});
read();
