// Search by title as one types: a combobox, all of it by keyboard, too.
export const wireSearch = (choose) => {
  const words = byId("words"), found = byId("found");
  let films = [], marked = -1, running = null, timer = 0;

  const close = () => {
    found.hidden = true;
    words.setAttribute("aria-expanded", "false");
    words.removeAttribute("aria-activedescendant");
    marked = -1;
  };
  const mark = (row) => {
    marked = row;
    [...found.children].forEach((child, i) => child.setAttribute("aria-selected", String(i === row)));
    if (row < 0) return words.removeAttribute("aria-activedescendant");
    words.setAttribute("aria-activedescendant", `found-${row}`);
    found.children[row].scrollIntoView({ block: "nearest" });
  };
  const take = (row) => {
    const film = films[row];
    if (!film) return;
    words.value = "";
    close();
    choose({ movieId: film.movieId, name: spoken(film.title), year: film.year });
  };
  const show = () => {
    found.replaceChildren(
      ...films.map((film, i) =>
        element("li", { role: "option", id: `found-${i}`, "aria-selected": "false", onpointerdown: (event) => {
          event.preventDefault();
          take(i);
        } }, element("span", {}, spoken(film.title)), element("span", { class: "quiet" }, film.year === null ? "" : String(film.year)))),
    );
    if (films.length === 0) found.append(element("li", { class: "none" }, "No title has these words"));
    found.hidden = false;
    words.setAttribute("aria-expanded", "true");
    mark(films.length > 0 ? 0 : -1);
  };
  const look = async () => {
    running?.abort();
    const asked = words.value.trim();
    if (asked === "") return close();
    running = new AbortController();
    try {
      const answer = await ask(`/v1/items?k=12&q=${encodeURIComponent(asked)}`, undefined, running.signal);
      films = answer.items;
      show();
    } catch (error) {
      if (error.name !== "AbortError") failed(error);
    }
  };
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 60);
  });
  words.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if (found.hidden || films.length === 0) return;
    if (event.key === "ArrowDown") mark((marked + 1) % films.length);
    else if (event.key === "ArrowUp") mark((marked + films.length - 1) % films.length);
    else if (event.key === "Enter") take(Math.max(marked, 0));
    else return;
    event.preventDefault();
  });
  words.addEventListener("blur", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    words.focus();
  });
};
