// @ts-check
// The ownership graph: Cytoscape draws the lines, the nodes are links that lie over it, and a list says the same in words.

import { element, show } from "./dom.js";
import { layout } from "./layout.js";
import { styles } from "./line_styles.js";
import { address, addressOf, go, state } from "./state.js";
import { linkTo, nameOf, NOT_OWNERSHIP, SAYS, when } from "./words.js";

const NARROW = 560;
const KINDS = {
  Customer: "customer",
  Partner: "partner",
  Operator: "operator",
  ProductSubscription: "subscription",
  Agreement: "agreement",
};

/** A drawing, empty at first. light: light up the relationships of these ids, and nothing else. */
export function drawing() {
  const lines = element("div", { class: "lines", "aria-hidden": "true" });
  const spots = element("div", { class: "spots" });
  const canvas = element(
    "div",
    { class: "drawing", role: "group", "aria-label": "The graph; the list below says the same in words" },
    lines,
    spots,
  );
  const list = element("details", { class: "in-words" });
  const gone = element("p", { class: "quiet" });
  const section = element(
    "section",
    { class: "graph-area", "aria-labelledby": "graph-title" },
    element("h2", { id: "graph-title" }, "Who owns what"),
    legend(),
    canvas,
    gone,
    list,
  );
  const dark = matchMedia("(prefers-color-scheme: dark)");
  /** @type {any} */
  let cytoscape;
  /** @type {any} */
  let drawn;
  /** @type {import("./customer.js").Facts | undefined} */
  let facts;
  /** @type {Set<string>} */
  let lit = new Set();
  let width = 0;

  const paint = async () => {
    if (!facts) return;
    // the library comes when it is needed, so that the page's words are there before
    // @ts-expect-error - it is served out of its jar
    cytoscape ??= (await import("/assets/cytoscape.esm.min.mjs")).default;
    width = canvas.clientWidth;
    if (!width || !facts) return;
    const { id, relationships, today } = facts;
    const now = new Set((today ?? relationships).map(tie));
    const plan = layout(relationships, (each) => !now.has(tie(each)), new Set(state().open.split(",")), {
      width,
      isNarrow: width < NARROW,
    });
    canvas.style.height = `${plan.height}px`;
    show(spots, ...plan.spots.map((spot) => node(spot, plan, id)));
    drawn?.destroy();
    drawn = cytoscape({
      container: lines,
      elements: [
        ...plan.spots.map((spot) => ({ data: { id: spot.id }, position: { x: spot.x, y: spot.y } })),
        ...plan.lines.map((line) => ({
          data: { ...line, label: SAYS[line.type], isBeside: isBeside(line, plan.spots) },
          classes: classes(line, plan),
        })),
      ],
      layout: { name: "preset", fit: false },
      style: styles(plan.spot, width < NARROW),
      zoom: 1,
      pan: { x: 0, y: 0 },
      userZoomingEnabled: false,
      userPanningEnabled: false,
      boxSelectionEnabled: false,
      autoungrabify: true,
    });
    relight();
  };
  const relight = () => {
    drawn?.edges().forEach((/** @type {any} */ edge) => {
      const isLit = edge.data("relationships").some((/** @type {string} */ each) => lit.has(each));
      edge.toggleClass("lit", isLit).toggleClass("dim", lit.size > 0 && !isLit);
    });
    const ends = new Set(drawn?.edges(".lit").flatMap((/** @type {any} */ edge) => [edge.data("source"), edge.data("target")]));
    for (const spot of spots.children) spot.classList.toggle("lit", ends.has(/** @type {HTMLElement} */ (spot).dataset.spot));
    for (const item of list.querySelectorAll("li")) item.classList.toggle("lit", lit.has(item.dataset.relationship ?? ""));
  };
  const observer = new ResizeObserver(() => canvas.clientWidth !== width && void paint());
  const repaint = () => void paint();
  observer.observe(canvas);
  dark.addEventListener("change", repaint);

  return {
    section,
    /** @param {import("./customer.js").Facts} given */
    draw(given) {
      facts = given;
      const { relationships, today } = given;
      const then = new Set(relationships.map(tie));
      const ended = (today ?? []).filter((each) => !then.has(tie(each)));
      const now = new Set((today ?? relationships).map(tie));
      const dotted = relationships.filter((each) => !now.has(tie(each)));
      show(gone, today && `Dotted: what does not hold today (${dotted.length}). Not drawn: what holds only today (${ended.length}).`);
      show(
        list,
        element("summary", {}, `The same in words (${relationships.length})`),
        element("ul", {}, ...relationships.map((each) => inWords(each, now)), ...ended.map(onlyToday)),
      );
      void paint();
    },
    /** @param {string[]} ids */
    light(ids) {
      lit = new Set(ids);
      relight();
    },
    leave() {
      observer.disconnect();
      dark.removeEventListener("change", repaint);
      drawn?.destroy();
    },
  };
}

/** @param {any} relationship what it says, whenever it was recorded */
function tie({ type, kind, from, to }) {
  return [type, kind, from.id, to.id].join(" ");
}

/**
 * @param {import("./layout.js").Spot} spot
 * @param {any} plan
 * @param {string} customer the one whose page this is
 */
function node(spot, plan, customer) {
  const [first] = spot.nodes;
  const kind = KINDS[/** @type {keyof typeof KINDS} */ (first.__typename)];
  const isGroup = spot.id.startsWith("group-");
  const made = isGroup ? groupButton(spot) : spotLink(first, customer);
  made.classList.add("spot", kind);
  if (first.__typename === "ProductSubscription" && first.status !== "active" && first.status)
    made.append(element("small", {}, first.status));
  made.dataset.spot = spot.id;
  Object.assign(made.style, {
    left: `${spot.x - plan.spot.width / 2}px`,
    top: `${spot.y - plan.spot.height / 2}px`,
    width: `${plan.spot.width}px`,
    height: `${plan.spot.height}px`,
  });
  return made;
}

/** @param {import("./layout.js").Spot} spot */
function groupButton(spot) {
  const names = [...new Set(spot.nodes.map(nameOf))].join(", ");
  return element(
    "button",
    {
      id: `spot-${spot.id}`,
      type: "button",
      title: names,
      "aria-label": `${spot.nodes.length} × ${names}: show each subscription`,
      click: () => go(address({ open: [...state().open.split(",").filter(Boolean), spot.id].join(",") })),
    },
    element("span", {}, element("b", {}, `${spot.nodes.length} ×`), ` ${names}`),
  );
}

/**
 * @param {import("./words.js").Named} named
 * @param {string} customer
 */
function spotLink(named, customer) {
  const text = element("span", {}, nameOf(named));
  if (named.id === customer) return element("span", { id: `spot-${named.id}` }, text);
  if (named.id.endsWith(":another")) return element("span", {}, text);
  return element("a", { id: `spot-${named.id}`, href: addressOf(named.id), title: nameOf(named) }, text);
}

/**
 * @param {any} line
 * @param {import("./layout.js").Spot[]} spots
 */
function isBeside(line, spots) {
  const [source, target] = [line.source, line.target].map((id) => spots.find((spot) => spot.id === id));
  return source?.x === target?.x;
}

/**
 * @param {import("./layout.js").Line} line
 * @param {any} plan
 */
function classes(line, plan) {
  const names = [NOT_OWNERSHIP.includes(line.type) ? "access" : "ownership", line.isNew && "new", isBeside(line, plan.spots) && "beside"];
  return names.filter(Boolean).join(" ");
}

/**
 * @param {any} each
 * @param {Set<string>} now
 */
function inWords(each, now) {
  const until = each.validTo ? ` until ${when(each.validTo)}` : "";
  const since = each.validFrom > "1900" ? `, since ${when(each.validFrom)}` : "";
  const access = each.kind ? ` (${each.kind}, no ownership)` : NOT_OWNERSHIP.includes(each.type) ? " (no ownership)" : "";
  return element(
    "li",
    { "data-relationship": each.id },
    linkTo(each.from),
    ` ${SAYS[each.type]} `,
    linkTo(each.to),
    `${access}${since}${until}`,
    !now.has(tie(each)) && element("em", {}, " not today"),
  );
}

/** @param {any} each a relationship that does not hold at the instant asked about */
function onlyToday(each) {
  return element("li", {}, element("em", {}, "Only today: "), linkTo(each.from), ` ${SAYS[each.type]} `, linkTo(each.to));
}

/** What the lines mean. */
function legend() {
  const line = (/** @type {string} */ name, /** @type {string} */ text) =>
    element("li", {}, element("i", { class: `sample ${name}` }), text);
  return element(
    "ul",
    { class: "legend" },
    line("owner", "bills, resells"),
    line("other", "other ownership"),
    line("access", "admin access, support: no ownership"),
  );
}
