// Genre, years and variety: what the list is chosen from. Kept for this tab.
const text = (words) => `'${words.replaceAll("'", "''")}'`;

export const filters = {
  /** The condition of POST /v1/recommend; nothing when all films may be answers. */
  where() {
    const parts = [];
    if (byId("genre").value) parts.push(`concat('|', genres, '|') LIKE ${text(`%|${byId("genre").value}|%`)}`);
    const year = (id) => (byId(id).value === "" ? null : Math.trunc(Number(byId(id).value)));
    if (year("from") !== null) parts.push(`year >= ${year("from")}`);
    if (year("to") !== null) parts.push(`year <= ${year("to")}`);
    return parts.length === 0 ? undefined : parts.join(" AND ");
  },
  diversity() {
    return Number(byId("variety").value) || undefined;
  },
  /** The genres of the best-known films, which are all that there are but for rare ones. */
  async fill() {
    const answer = await ask("/v1/items?k=1000");
    const genres = new Set(answer.items.flatMap((item) => (item.genres ?? "").split("|")));
    const named = [...genres].filter((name) => name && !name.startsWith("(")).sort();
    byId("genre").append(...named.map((genre) => element("option", {}, genre)));
    byId("genre").closest("label").hidden = byId("genre").length < 2;
  },
  wire(changed) {
    let timer = 0;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(changed, 150);
    };
    byId("filters").addEventListener("input", soon);
    byId("filters").addEventListener("reset", soon);
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
  },
};
