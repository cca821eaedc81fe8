// @ts-check
// Where the nodes of a customer's graph stand: from the left who provides, who sells, what is sold, and the customer.

import { NOT_OWNERSHIP } from "./words.js";

const GROUPED_FROM = 9;

/**
 * A node to draw; of a group, all its subscriptions.
 * @typedef {object} Spot
 * @property {string} id
 * @property {import("./words.js").Named[]} nodes
 * @property {number} column
 * @property {number} x
 * @property {number} y
 */

/**
 * @typedef {object} Line
 * @property {string} id
 * @property {string} type
 * @property {string} source
 * @property {string} target
 * @property {string[]} relationships ids of those that it stands for
 * @property {boolean} isNew it does not hold today
 */

/**
 * @param {any[]} relationships
 * @param {(relationship: any) => boolean} isNew
 * @param {Set<string>} open groups that are unfolded
 * @param {{width: number, isNarrow: boolean}} room
 * @returns {{spots: Spot[], lines: Line[], width: number, height: number, spot: {width: number, height: number}}}
 */
export function layout(relationships, isNew, open, { width, isNarrow }) {
  const nodes = new Map(relationships.flatMap(({ from, to }) => [from, to]).map((node) => [node.id, node]));
  const groups = grouped(nodes, relationships, open);
  /** @type {Map<string, Spot>} */
  const spots = new Map();
  for (const node of nodes.values()) {
    const id = groups.get(node.id) ?? node.id;
    /** @type {Spot} */
    const spot = spots.get(id) ?? { id, nodes: [], column: columnOf(node, relationships, isNarrow), x: 0, y: 0 };
    spot.nodes.push(node);
    spots.set(id, spot);
  }
  const lines = linesOf(relationships, groups, isNew);
  const columns = arranged([...spots.values()], lines);
  const gap = isNarrow ? 34 : 56;
  const spotWidth = Math.min(150, (width - gap * (columns.length - 1)) / columns.length);
  const spotHeight = 58;
  const pitch = spotHeight + 14;
  const height = Math.max(...columns.map((column) => column.length), 1) * pitch + 16;
  const between = columns.length > 1 ? (width - spotWidth) / (columns.length - 1) : 0;
  columns.forEach((column, place) => {
    const step = Math.min(height / column.length, pitch * 2);
    const top = (height - step * column.length) / 2;
    column.forEach((spot, row) => Object.assign(spot, { x: spotWidth / 2 + place * between, y: top + step * (row + 0.5) }));
  });
  return { spots: [...spots.values()], lines, width, height, spot: { width: spotWidth, height: spotHeight } };
}

/**
 * Subscriptions that stand in the same relationships are one group, where there are many.
 * @param {Map<string, any>} nodes
 * @param {any[]} relationships
 * @param {Set<string>} open
 * @returns {Map<string, string>} id of a subscription to that of its group
 */
function grouped(nodes, relationships, open) {
  const subscriptions = [...nodes.values()].filter((node) => node.__typename === "ProductSubscription");
  if (subscriptions.length < GROUPED_FROM) return new Map();
  /** @type {Map<string, string[]>} */
  const alike = new Map();
  for (const { id } of subscriptions) {
    const ties = relationships.filter(({ to }) => to.id === id).map(({ type, from }) => `${type} ${from.id}`);
    const signature = ties.sort().join();
    alike.set(signature, [...(alike.get(signature) ?? []), id]);
  }
  const groups = [...alike.values()].filter((ids) => ids.length > 1 && !open.has(`group-${ids[0]}`));
  return new Map(groups.flatMap((ids) => ids.map((id) => [id, `group-${ids[0]}`])));
}

/**
 * @param {any} node
 * @param {any[]} relationships
 * @param {boolean} isNarrow
 */
function columnOf(node, relationships, isNarrow) {
  if (node.__typename === "Customer") return 3;
  if (node.__typename === "ProductSubscription" || node.__typename === "Agreement") return 2;
  if (isNarrow) return 1;
  const provides = relationships.some(({ type, from }) => type === "PROVIDES_FOR" && from.id === node.id);
  return provides || node.__typename === "Operator" ? 0 : 1;
}

/**
 * One line for all relationships of a type between two spots.
 * @param {any[]} relationships
 * @param {Map<string, string>} groups
 * @param {(relationship: any) => boolean} isNew
 */
function linesOf(relationships, groups, isNew) {
  /** @type {Map<string, Line>} */
  const lines = new Map();
  for (const each of relationships) {
    const [source, target] = [each.from.id, each.to.id].map((id) => groups.get(id) ?? id);
    const id = `${each.type} ${source} ${target}`;
    /** @type {Line} */
    const line = lines.get(id) ?? { id, type: each.type, source, target, relationships: [], isNew: false };
    line.relationships.push(each.id);
    line.isNew ||= isNew(each);
    lines.set(id, line);
  }
  return [...lines.values()];
}

/**
 * The columns, each in the order in which its lines cross least: by the middle of what a spot is tied to.
 * @param {Spot[]} spots
 * @param {Line[]} lines
 */
function arranged(spots, lines) {
  const columns = [0, 1, 2, 3].map((column) => spots.filter((spot) => spot.column === column)).filter((column) => column.length);
  const place = new Map();
  const settle = () => columns.forEach((column) => column.forEach((spot, row) => place.set(spot.id, (row + 0.5) / column.length)));
  settle();
  for (let round = 0; round < 4; round += 1) {
    for (const column of round % 2 ? columns : columns.toReversed()) {
      const middle = new Map(column.map((spot) => [spot.id, middleOf(spot, lines, place)]));
      column.sort((one, other) => (middle.get(one.id) ?? 0) - (middle.get(other.id) ?? 0));
      settle();
    }
  }
  return columns;
}

/**
 * @param {Spot} spot
 * @param {Line[]} lines
 * @param {Map<string, number>} place
 */
function middleOf(spot, lines, place) {
  const ends = lines
    .filter(({ type, source, target }) => !NOT_OWNERSHIP.includes(type) && (source === spot.id || target === spot.id))
    .map(({ source, target }) => place.get(source === spot.id ? target : source) ?? 0.5);
  return ends.length ? ends.reduce((sum, each) => sum + each, 0) / ends.length : 1;
}
