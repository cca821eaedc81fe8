// @ts-check
// Rows as a CSV file (RFC 4180) that the browser keeps.

const FORMULA = /^[=+\-@\t\r]/;

/**
 * @param {string} name of the file
 * @param {string[][]} rows the header first
 */
export function download(name, rows) {
  const text = rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** @param {string} value what a spreadsheet would take for a formula gets an apostrophe before it */
function cell(value) {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
