// @ts-check
// Where the nodes of a customer's graph stand: from the left who provides, who sells, what is sold, and the customer.

import { NOT_OWNERSHIP } from "./words.js";

const GROUPED_FROM = 9;
const MARGIN = 8;
const PORT = 9;
const LANE = 4;

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
 * @property {Point[]} [points] its way, from the edge of one spot to that of the other; none of it lies behind another spot
 */

/** @typedef {{x: number, y: number}} Point */

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
  const pitch = spotHeight + 20;
  const height = Math.max(...columns.map((column) => column.length), 1) * pitch + 24;
  const between = columns.length > 1 ? (width - spotWidth) / (columns.length - 1) : 0;
  columns.forEach((column, place) => {
    const step = Math.min(height / column.length, pitch * 2);
    const top = (height - step * column.length) / 2;
    column.forEach((spot, row) => Object.assign(spot, { x: spotWidth / 2 + place * between, y: top + step * (row + 0.5) }));
  });
  const plan = { spots: [...spots.values()], lines, width, height, spot: { width: spotWidth, height: spotHeight } };
  route(columns, plan);
  return plan;
}

/**
 * Give each line its way: it turns only between the columns, and passes a column between its spots.
 * @param {Spot[][]} columns
 * @param {{spots: Spot[], lines: Line[], height: number, spot: {width: number, height: number}}} plan
 */
function route(columns, { spots, lines, height, spot }) {
  const at = new Map(spots.map((each) => [each.id, each]));
  const columnAt = new Map(columns.flatMap((column, place) => column.map((each) => [each.id, place])));
  const half = spot.width / 2;
  const ends = lines.map((line) => {
    const [source, target] = [at.get(line.source), at.get(line.target)];
    const [from, to] = [columnAt.get(line.source) ?? 0, columnAt.get(line.target) ?? 0];
    // beside each other they are joined in the room to their right, or left of the last column
    const beside = from === columns.length - 1 && columns.length > 1 ? -1 : 1;
    return { line, source, target, from, to, out: from === to ? beside : Math.sign(to - from), into: from === to ? beside : Math.sign(from - to) };
  });
  /** @type {Map<string, {line: Line, y: number}[]>} */
  const ports = new Map();
  for (const { line, source, target, out, into } of ends) {
    for (const [one, other, side] of /** @type {[Spot, Spot, number][]} */ ([[source, target, out], [target, source, into]])) {
      const key = `${one.id} ${side}`;
      ports.set(key, [...(ports.get(key) ?? []), { line, y: other.y }]);
    }
  }
  /** @param {Spot} one @param {number} side @param {Line} line */
  const port = (one, side, line) => {
    const all = (ports.get(`${one.id} ${side}`) ?? []).sort((a, b) => a.y - b.y);
    const step = Math.min(PORT, (spot.height - 2 * MARGIN) / all.length);
    const place = all.findIndex((each) => each.line === line);
    return { x: one.x + side * half, y: one.y + (place - (all.length - 1) / 2) * step };
  };
  const used = new Map();
  for (const { line, source, target, from, to, out, into } of ends) {
    if (!source || !target) continue;
    const [start, end] = [port(source, out, line), port(target, into, line)];
    const points = [start, { x: start.x + out * MARGIN, y: start.y }];
    for (let column = from + Math.sign(to - from); from !== to && column !== to; column += Math.sign(to - from)) {
      const spotsThere = columns[column];
      const wished = start.y + ((end.y - start.y) * (spotsThere[0].x - start.x)) / (end.x - start.x || 1);
      const lane = laneIn(spotsThere, wished, height, spot.height);
      const key = `${column} ${lane}`;
      const taken = used.get(key) ?? 0;
      used.set(key, taken + 1);
      const y = lane + ((taken % 3) - 1) * LANE;
      points.push({ x: spotsThere[0].x - out * (half + MARGIN), y }, { x: spotsThere[0].x + out * (half + MARGIN), y });
    }
    points.push({ x: end.x + into * MARGIN, y: end.y }, end);
    line.points = points;
  }
}

/**
 * The middle of the free room in a column that lies nearest to a height.
 * @param {Spot[]} column
 * @param {number} wished
 * @param {number} height
 * @param {number} spotHeight
 */
function laneIn(column, wished, height, spotHeight) {
  const edges = column.map(({ y }) => y).sort((one, other) => one - other);
  const bounds = [0, ...edges.flatMap((y) => [y - spotHeight / 2, y + spotHeight / 2]), height];
  const lanes = [];
  for (let place = 0; place < bounds.length; place += 2) lanes.push((bounds[place] + bounds[place + 1]) / 2);
  return lanes.reduce((best, lane) => (Math.abs(lane - wished) < Math.abs(best - wished) ? lane : best));
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
