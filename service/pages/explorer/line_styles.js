// @ts-check
// How Cytoscape draws the lines, in the colours of the page, light or dark.

/**
 * A style sheet of Cytoscape.
 * @param {{width: number, height: number}} spot
 * @param {boolean} isNarrow
 */
export function styles(spot, isNarrow) {
  const colour = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const label = {
    label: "data(label)",
    "font-size": 11,
    color: colour("--text"),
    "text-background-color": colour("--ground"),
    "text-background-opacity": 1,
    "text-background-padding": 2,
  };
  return [
    {
      selector: "node",
      style: { shape: "round-rectangle", width: spot.width, height: spot.height, "background-opacity": 0, events: "no" },
    },
    {
      selector: "edge",
      style: {
        width: 1.5,
        "curve-style": "segments",
        "edge-distances": "endpoints",
        "segment-weights": (/** @type {any} */ edge) => edge.data("weights"),
        "segment-distances": (/** @type {any} */ edge) => edge.data("distances"),
        "source-endpoint": (/** @type {any} */ edge) => edge.data("begins"),
        "target-endpoint": (/** @type {any} */ edge) => edge.data("ends"),
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        events: "no",
      },
    },
    { selector: ".ownership", style: { "line-color": colour("--line"), "target-arrow-color": colour("--line") } },
    {
      selector: "[type = 'BILLS']",
      style: { width: 2.6, "line-color": colour("--owner"), "target-arrow-color": colour("--owner") },
    },
    {
      selector: "[type = 'RESELLS']",
      style: {
        width: 2.2,
        "line-style": "dashed",
        "line-dash-pattern": [14, 3, 3, 3],
        "line-color": colour("--reseller"),
        "target-arrow-color": colour("--reseller"),
        "target-arrow-shape": "circle",
      },
    },
    {
      selector: ".access",
      style: {
        width: 1.2,
        "line-style": "dashed",
        "line-color": colour("--access"),
        "target-arrow-color": colour("--access"),
        "target-arrow-shape": "vee",
      },
    },
    { selector: ".new", style: { "line-style": "dotted", width: 3 } },
    { selector: ".dim", style: { opacity: 0.25 } },
    {
      selector: ".lit",
      style: {
        ...(isNarrow ? {} : label),
        opacity: 1,
        width: 4,
        "line-color": colour("--lit"),
        "target-arrow-color": colour("--lit"),
        "z-index": 9,
      },
    },
  ];
}
