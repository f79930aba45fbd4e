"use strict";
// What was found, in words, tables and pictures.

const RELIEF = "days_pain_below_4", LOST = "therapy_days_lost";

const byId = (id) => document.getElementById(id);
const whole = (n) => Math.round(n).toLocaleString("en-US");
const upper = (words) => words.charAt(0).toUpperCase() + words.slice(1);

// A difference that is lost or gained, in words: gains 2.5 (1.9 to 3.2) days.
function lostWords(difference, what) {
  const { mean, half } = difference;
  if (half === null || Math.abs(mean) < half) {
    return `is not shown to lose or gain ${what}: ${withInterval(difference)} lost`;
  }
  const gains = mean < 0;
  const [low, high] = gains ? [-mean - half, -mean + half] : [mean - half, mean + half];
  const plain = (n) => n.toFixed(1).replace("-", "−");
  return `${gains ? "gains" : "loses"} ${plain(Math.abs(mean))} (${plain(low)} to ${plain(high)}) ${what}`;
}

class Telling {
  constructor(told, asked, outcome, lived) {
    this.told = told;
    this.asked = asked;
    this.outcome = outcome;
    this.lived = lived;
  }

  // All places of the panel.
  fill() {
    if (!this.outcome.people()) {
      clearPanel(Object.keys(this.told.states));
      this.counts();
      return;
    }
    this.points();
    for (const [id, parts] of Object.entries(this.told.states)) drawDays(byId(id), this.days(parts));
    this.table();
    this.counts();
  }

  name(strategy) {
    return this.told.labels[strategy];
  }

  chosen(control) {
    return this.told.controls.findIndex(({ name }) => name === control);
  }

  horizon() {
    const c = this.chosen("horizon_years");
    const { words } = this.told.controls[c].choices[this.asked.choices[c]];
    return words === "life" ? "to death" : `within ${words}`;
  }

  whose() {
    const c = this.chosen("outcomes_for");
    return ["referred while on or due systemic therapy", "referred", "found to have metastasis"][
      this.asked.choices[c]];
  }

  // The answer in a few sentences.
  answer(preview) {
    const people = this.outcome.people(), reference = this.name(this.asked.chosen[0]);
    if (people < FEWEST_PEOPLE) {
      return `Only ${whole(people)} of ${whole(this.lived)} people are described: ` +
        "live more people, or more cancers and ages.";
    }
    const others = this.asked.chosen.slice(1).map((s, i) => ({
      name: this.name(s),
      relief: this.outcome.difference(RELIEF, i + 1),
      lost: this.outcome.difference(LOST, i + 1),
    }));
    const best = others.reduce((a, b) => (b.relief.mean > a.relief.mean ? b : a));
    const more = others.filter(({ relief }) => relief.half !== null && relief.mean - relief.half > 0);
    const little = "days with little pain (worst pain below 4)";
    const who = `${preview ? "Preview. " : ""}Of ${whole(this.lived)} people diagnosed with cancer, ` +
      `${whole(people)} are ${this.whose()}. `;
    const closest = `${best.name} ${best.relief.mean > 0 ? "has the most at the mean" : "comes closest"}: ` +
      `${withInterval(best.relief)} ${little} a person ${this.horizon()}.`;
    if (!more.length) return `${who}No strategy is shown to relieve more than ${reference}; ${closest}`;
    const rest = others.length < 2 ? ""
      : ` ${more.length} of ${others.length} strategies ${more.length === 1 ? "relieves" : "relieve"} more than ` +
        `${reference} beyond the luck of these people.`;
    if (!more.includes(best)) return `${who}Against ${reference}, ${closest}${rest}`;
    return `${who}Against ${reference}, ${best.name} has the most ${little} at the mean: ` +
      `${withInterval(best.relief)} a person ${this.horizon()}. It ${lostWords(best.lost, "days of cancer treatment")}.${rest}`;
  }

  points() {
    const none = { mean: 0, half: null };
    const points = this.asked.chosen.map((s, i) => ({
      name: this.name(s),
      relief: (i && this.outcome.difference(RELIEF, i)) || none,
      lost: (i && this.outcome.difference(LOST, i)) || none,
    }));
    for (const one of points) {
      one.front = !points.some((other) => other.relief.mean >= one.relief.mean
        && other.lost.mean <= one.lost.mean
        && (other.relief.mean > one.relief.mean || other.lost.mean < one.lost.mean));
    }
    points.sort((a, b) => b.relief.mean - a.relief.mean);
    drawFrontier(byId("frontier"), points, this.name(this.asked.chosen[0]));
    byId("frontier-key").replaceChildren(...points.map(({ name, front }) => {
      const item = document.createElement("li");
      item.textContent = front ? `${upper(name)} (at the mean none is better in both)` : upper(name);
      return item;
    }));
  }

  days(parts) {
    const order = this.asked.chosen.map((s, i) => [this.name(s), i]);
    const relief = (i) => this.outcome.mean(RELIEF, i) ?? 0;
    order.sort((a, b) => relief(b[1]) - relief(a[1]));
    return order.map(([name, i]) => ({
      name: upper(name),
      days: parts.map(([words, kind, measure]) => [words, kind, this.outcome.mean(measure, i) ?? 0]),
    }));
  }

  table() {
    const rows = this.asked.chosen.map((s, i) => {
      const row = headed(upper(this.name(s)));
      for (const [measure, compared] of Object.entries(this.told.side_by_side)) {
        const mean = measure === LOST && !i ? null : this.outcome.mean(measure, i);
        const digits = measure.endsWith("_per_person") ? 2 : 1;
        row.append(cell(mean === null ? "" : signed(mean, digits).replace("+", "")));
        if (!compared) continue;
        const difference = i ? this.outcome.difference(measure, i) : null;
        for (const side of [-1, 1]) {
          const known = difference !== null && difference.half !== null;
          row.append(cell(known ? signed(difference.mean + side * difference.half) : ""));
        }
      }
      return row;
    });
    byId("strategies-body").replaceChildren(...rows);
  }

  counts() {
    this.told.counts.forEach((name, i) => {
      const n = this.outcome.count(this.told.lived.counts.indexOf(name), 0);
      const row = byId("counts-body").rows[i];
      row.cells[1].textContent = whole(n);
      row.cells[2].textContent = (100 * n / this.lived).toFixed(2);
    });
  }
}

// Empty the pictures and the table of strategies, when there is nobody to tell of.
function clearPanel(bars) {
  for (const id of ["frontier", ...bars]) draw(byId(id), 1, "Nothing to draw", "Nobody is described.", []);
  byId("frontier-key").replaceChildren();
  byId("strategies-body").replaceChildren();
}

function headed(words) {
  const row = document.createElement("tr"), head = document.createElement("th");
  head.scope = "row";
  head.textContent = words;
  row.append(head);
  return row;
}

function cell(words) {
  const made = document.createElement("td");
  made.className = "number";
  made.textContent = words;
  return made;
}
