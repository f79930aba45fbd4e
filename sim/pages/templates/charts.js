"use strict";
// Pictures as SVG in the classes of the page's style, 360 wide, so that a phone shows them too.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 360;

function shape(name, attributes = {}, words = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, typeof value === "number" ? Math.round(value * 10) / 10 : value);
  }
  if (words !== null) made.textContent = words;
  return made;
}

function written(x, y, words, kind = "", anchor = "start") {
  return shape("text", { x, y, class: kind, "text-anchor": anchor }, words);
}

// Put shapes into a picture, with its title and the same in words for who does not see it.
function draw(svg, height, title, description, shapes) {
  const names = [`${svg.id}-title`, `${svg.id}-desc`];
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${height}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", names.join(" "));
  svg.replaceChildren(
    shape("title", { id: names[0] }, title), shape("desc", { id: names[1] }, description), ...shapes);
}

function scaled(low, high, left, right) {
  return (value) => left + ((value - low) / (high - low || 1)) * (right - left);
}

// Round numbers between two, at most so many.
function roundTicks(low, high, most) {
  const span = high - low;
  if (!(span > 0)) return [low];
  for (let power = Math.floor(Math.log10(span / most)); ; power++) {
    for (const times of [1, 2, 5]) {
      const step = times * 10 ** power;
      const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
      if (last - first + 1 <= most) {
        return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
      }
    }
  }
}

function signed(value, digits = 1) {
  const text = value.toFixed(digits);
  if (Number(text) === 0) return (0).toFixed(digits);
  return value > 0 ? `+${text}` : text.replace("-", "−");
}

// A difference with its interval: +3.2 (1.0 to 5.4).
function withInterval({ mean, half }, digits = 1) {
  if (half === null) return signed(mean, digits);
  return `${signed(mean, digits)} (${signed(mean - half, digits)} to ${signed(mean + half, digits)})`;
}

function ends(values, room = 0.08) {
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const more = (high - low || 1) * room;
  return [low - more, high + more];
}

// Relief against therapy lost: [{name, lost, relief, front, chosen}], differences with intervals.
function drawFrontier(svg, points, reference) {
  const left = 44, right = WIDE - 12, top = 12, bottom = 262;
  const span = (key) => points.flatMap(({ [key]: d }) => [d.mean - (d.half ?? 0), d.mean + (d.half ?? 0)]);
  const [x0, x1] = ends(span("lost")), [y0, y1] = ends(span("relief"));
  const x = scaled(x0, x1, left, right), y = scaled(y0, y1, bottom, top);
  const shapes = [];
  for (const tick of roundTicks(x0, x1, 6)) {
    shapes.push(shape("line", { x1: x(tick), x2: x(tick), y1: top, y2: bottom, class: tick ? "axis" : "zero" }));
    shapes.push(written(x(tick), bottom + 14, String(+tick.toFixed(6)).replace("-", "−"), "quiet small", "middle"));
  }
  for (const tick of roundTicks(y0, y1, 6)) {
    shapes.push(shape("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), class: tick ? "axis" : "zero" }));
    shapes.push(written(left - 5, y(tick) + 4, String(+tick.toFixed(6)).replace("-", "−"), "quiet small", "end"));
  }
  for (const { lost, relief } of points) {
    if (lost.half !== null) shapes.push(shape("line", { x1: x(lost.mean - lost.half), x2: x(lost.mean + lost.half), y1: y(relief.mean), y2: y(relief.mean), class: "thin" }));
    if (relief.half !== null) shapes.push(shape("line", { x1: x(lost.mean), x2: x(lost.mean), y1: y(relief.mean - relief.half), y2: y(relief.mean + relief.half), class: "thin" }));
  }
  points.forEach(({ lost, relief, front }, i) => {
    shapes.push(shape("circle", { cx: x(lost.mean), cy: y(relief.mean), r: 8, class: front ? "dot" : "ring" }));
    shapes.push(written(x(lost.mean), y(relief.mean) + 3.5, String(i + 1), front ? "mark on-strong" : "mark", "middle"));
  });
  shapes.push(written(right, bottom + 30, "days of therapy lost →", "quiet small", "end"));
  shapes.push(written(2, top - 2, "↑ more days with little pain", "quiet small"));
  const told = points.map(({ name, lost, relief }, i) =>
    `${i + 1} ${name}: ${withInterval(relief)} days with little pain, ${withInterval(lost)} days of therapy lost`);
  draw(svg, bottom + 36, "Relief against therapy lost", `Against ${reference}, a person. ${told.join("; ")}.`, shapes);
}

// Bars of the days of a person by state: [{name, days: [[words, kind, days]]}].
function drawDays(svg, rows) {
  const whole = Math.max(...rows.map(({ days }) => days.reduce((sum, [, , n]) => sum + n, 0)));
  const x = scaled(0, whole, 0, WIDE);
  const shapes = [];
  let at = 14;
  for (const { name, days } of rows) {
    shapes.push(written(0, at, name, "bold"));
    let start = 0;
    for (const [, kind, n] of days) {
      shapes.push(shape("rect", { x: x(start), y: at + 5, width: x(n), height: 15, class: kind }));
      if (x(n) > 22) {
        const over = kind === "blue" || kind === "strong" ? "small on-strong" : "small";
        shapes.push(written(x(start + n / 2), at + 16.5, n.toFixed(0), over, "middle"));
      }
      start += n;
    }
    at += 40;
  }
  let key = 0;
  for (const [words, kind] of rows[0].days) {
    shapes.push(shape("rect", { x: key, y: at - 9, width: 10, height: 10, class: kind }));
    shapes.push(written(key + 14, at, words, "small"));
    key += 28 + 6 * words.length;
  }
  const told = rows.map(({ name, days }) =>
    `${name}: ${days.map(([words, , n]) => `${n.toFixed(0)} days ${words}`).join(", ")}`);
  draw(svg, at + 8, "Where the days go", `${told.join("; ")}.`, shapes);
}
