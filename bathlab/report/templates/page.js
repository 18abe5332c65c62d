"use strict";
(() => {
  const narrow = 520;
  // Live curves in the place of their pictures; where that fails the picture stays.
  const draw = async (script) => {
    const place = document.getElementById(script.dataset.of);
    const spec = JSON.parse(script.textContent);
    const width = Math.floor(place.getBoundingClientRect().width);
    if (!width) return false;
    spec.autosize = { type: "fit", contains: "padding" };
    spec.width = width;
    spec.height += 70;
    if (width < narrow) {
      spec.height -= 20;
      spec.config.legend.columns = 1;
      spec.config.legend.labelLimit = width - 40;
      spec.config.axis.labelFontSize = 11;
      spec.config.axis.titleFontSize = 12;
    }
    const box = document.createElement("div");
    await vegaEmbed(box, spec, { mode: "vega-lite", renderer: "svg", actions: false });
    for (const part of box.querySelectorAll("svg, svg [role], svg [aria-label]")) {
      // The place is one image with a description; its parts have roles of another standard.
      for (const name of ["role", "aria-label", "aria-roledescription"]) part.removeAttribute(name);
    }
    place.replaceChildren(...box.childNodes);
    place.classList.add("alive");
    return true;
  };
  const all = [...document.querySelectorAll("script.spec")];
  const drawn = new Set();
  const update = (again) => Promise.all(all.map((script) => {
    if (drawn.has(script) && !again) return null;
    return draw(script).then((done) => { if (done) drawn.add(script); });
  })).then(() => { document.documentElement.dataset.drawn = drawn.size; });
  // The library comes as base64 of its gzip.
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  };
  const begin = async () => {
    const within = document.getElementById("library");
    if (within && window.DecompressionStream) await unpack(within.textContent);
    if (!window.vegaEmbed) return;
    await update(true);
    let seen = window.innerWidth, waiting = 0;
    window.addEventListener("resize", () => {
      if (window.innerWidth === seen) return;
      seen = window.innerWidth;
      clearTimeout(waiting);
      waiting = setTimeout(() => update(true), 200);
    });
  };
  if (all.length) begin();

  const key = (cell) => {
    const text = (cell.dataset.value ?? cell.textContent).trim();
    const number = Number(text);
    if (text !== "" && !Number.isNaN(number)) return number;
    const leading = /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?(?=[ (]|$)/i.exec(text);
    return leading ? Number(leading[0]) : text;
  };
  const compare = (a, b) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === "number" ? -1 : 1;
  };
  for (const button of document.querySelectorAll("button.sort")) {
    button.addEventListener("click", () => {
      const head = button.closest("th"), table = head.closest("table");
      const column = [...head.parentNode.children].indexOf(head);
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row) => [key(row.cells[column]), row]);
      rows.sort(([a], [b]) => {
        if (a === "" || b === "") return compare(a, b);  // what is empty stays last
        return down ? compare(b, a) : compare(a, b);
      });
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  }

  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const node = document.getElementById(button.dataset.of);
      let said = "Copied";
      try {
        await navigator.clipboard.writeText(node.textContent);
      } catch {
        select(node);
        if (!document.execCommand("copy")) said = "Selected: copy it with the keyboard";
      }
      button.parentNode.querySelector(".said").textContent = said;
    });
  }

  // A page that loads itself again stays where it was read.
  const here = `bathlab ${location.pathname}`;
  const details = [...document.querySelectorAll("details")];
  const live = document.querySelector("meta[http-equiv=refresh]");
  try {
    const kept = JSON.parse(sessionStorage.getItem(here) ?? "null");
    if (kept) {  // the last page too, which loads itself no more
      details.forEach((each, place) => { each.open = kept.open.includes(place); });
      window.scrollTo(0, kept.top);
      if (!live) sessionStorage.removeItem(here);
    }
    if (live) window.addEventListener("pagehide", () => {
      const open = details.flatMap((each, place) => (each.open ? [place] : []));
      sessionStorage.setItem(here, JSON.stringify({ top: window.scrollY, open }));
    });
  } catch { /* no storage here: the page begins at its top */ }
  // On paper everything is open.
  window.addEventListener("beforeprint", () => { for (const each of details) each.open = true; });
})();
