// Asking the server this page came from, and nobody else.
let heldKey = sessionStorage.getItem("encore.key") ?? "";

export const holdKey = (key) => {
  heldKey = key;
  sessionStorage.setItem("encore.key", key);
};

/** The answer's JSON; an Error with its sentence and `status` otherwise. */
export const ask = async (path, body, signal) => {
  const headers = heldKey ? { Authorization: `Bearer ${heldKey}` } : {};
  const options = body === undefined ? { headers, signal } : { method: "POST", headers, signal, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer. Is it still running?");
  }
  const json = await answer.json().catch((error) => {
    if (error.name === "AbortError") throw error;  // it was given up while its answer came
    return {};
  });
  if (!answer.ok) throw Object.assign(new Error(json.error?.message ?? `status ${answer.status}`), { status: answer.status });
  return json;
};

/** An element with attributes, listeners (onclick: …) and children; never by way of markup, since titles are texts. */
export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

export const byId = (id) => document.getElementById(id);

let saidTimer = 0;
export const say = (words) => {
  const said = byId("said");
  said.textContent = words;
  said.classList.add("shown");
  clearTimeout(saidTimer);
  saidTimer = setTimeout(() => said.classList.remove("shown"), 4000);
};

/** "Godfather, The (1972)" as people say it; the year stands apart. */
export const spoken = (title) => {
  const bare = (title ?? "").replace(/ \(\d{4}\)$/, "");
  const turned = /^(.*), (The|A|An|Les|Le|La|L'|Il|Das|Der|Die|El|Los|Las)$/.exec(bare);
  return turned ? `${turned[2]}${turned[2].endsWith("'") ? "" : " "}${turned[1]}` : bare;
};
