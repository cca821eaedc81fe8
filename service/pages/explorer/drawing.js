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
    const billed = new Set(relationships.filter(({ type }) => type === "BILLS").map(({ to }) => to.id));
    show(spots, ...plan.spots.map((spot) => node(spot, plan, id, billed)));
    drawn?.destroy();
    drawn = cytoscape({
      container: lines,
      elements: [
        ...plan.spots.map((spot) => ({ data: { id: spot.id }, position: { x: spot.x, y: spot.y } })),
        ...plan.lines.map((line) => ({
          data: { ...line, ...way(line, plan.spots), label: SAYS[line.type] },
          classes: classes(line),
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
        element("ul", {}, ...relationships.map((each) => inWords(each, now)), ...unbilled(relationships), ...ended.map(onlyToday)),
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
 * @param {Set<string>} billed subscriptions that somebody bills
 */
function node(spot, plan, customer, billed) {
  const [first] = spot.nodes;
  const kind = KINDS[/** @type {keyof typeof KINDS} */ (first.__typename)];
  const isGroup = spot.id.startsWith("group-");
  const made = isGroup ? groupButton(spot) : spotLink(first, customer);
  made.classList.add("spot", kind);
  const statuses = statusesOf(spot.nodes);
  if (statuses) made.append(element("small", {}, statuses));
  if (isUnbilled(first, billed)) made.append(element("small", { class: "unbilled" }, "⚠ nobody bills it"));
  made.dataset.spot = spot.id;
  Object.assign(made.style, {
    left: `${spot.x - plan.spot.width / 2}px`,
    top: `${spot.y - plan.spot.height / 2}px`,
    width: `${plan.spot.width}px`,
    height: `${plan.spot.height}px`,
  });
  return made;
}

/**
 * How many subscriptions have which status; empty where all are active.
 * @param {import("./words.js").Named[]} nodes
 */
function statusesOf(nodes) {
  const statuses = nodes.map(({ __typename, status }) => (__typename === "ProductSubscription" ? status || "active" : "active"));
  const counts = new Map([...new Set(statuses)].sort().map((status) => [status, statuses.filter((each) => each === status).length]));
  if (counts.size === 1) return counts.has("active") ? "" : statuses[0];
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}

/**
 * @param {import("./words.js").Named} node
 * @param {Set<string>} billed
 */
function isUnbilled({ __typename, id }, billed) {
  return __typename === "ProductSubscription" && !id.endsWith(":another") && !billed.has(id);
}

/** @param {any[]} relationships */
function unbilled(relationships) {
  const billed = new Set(relationships.filter(({ type }) => type === "BILLS").map(({ to }) => to.id));
  const held = relationships.filter(({ type, to }) => type === "HOLDS" && isUnbilled(to, billed));
  return held.map(({ to }) => element("li", {}, "Nobody is recorded as biller of ", linkTo(to)));
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
 * The way of a line as Cytoscape takes it: ends by the middle of their spots, turns by their distance from the straight line.
 * @param {import("./layout.js").Line} line
 * @param {import("./layout.js").Spot[]} spots
 */
function way(line, spots) {
  const points = line.points ?? [];
  const [first, last] = [points[0], points[points.length - 1]];
  const [source, target] = [line.source, line.target].map((id) => spots.find((spot) => spot.id === id));
  if (!first || !last || !source || !target) return {};
  const [dx, dy] = [last.x - first.x, last.y - first.y];
  const length = Math.hypot(dx, dy) || 1;
  const turns = points.slice(1, -1).map(({ x, y }) => ({ x: x - first.x, y: y - first.y }));
  return {
    begins: `${first.x - source.x}px ${first.y - source.y}px`,
    ends: `${last.x - target.x}px ${last.y - target.y}px`,
    weights: turns.map(({ x, y }) => (x * dx + y * dy) / (length * length)),
    distances: turns.map(({ x, y }) => (y * dx - x * dy) / length),
  };
}

/** @param {import("./layout.js").Line} line */
function classes(line) {
  return [NOT_OWNERSHIP.includes(line.type) ? "access" : "ownership", line.isNew && "new"].filter(Boolean).join(" ");
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
    line("owner", "bills"),
    line("reseller", "resells"),
    line("other", "other ownership"),
    line("access", "admin access, support: no ownership"),
  );
}
