"use strict";
// The explorer: controls, runs that follow them, and what is told of what was found.

const PART = 1000; // people of a part that a worker lives at a time
const SEGMENTS = 40; // most groups of a part
const PREVIEW_SECONDS = 0.4;
const FEWEST_IN_PREVIEW = 5000;
const COUNTED = ["counts", "sums", "squares", "difference_squares", "fingerprint"];

const RELIEF = "days_pain_below_4", LOST = "therapy_days_lost";
const SIDE_BY_SIDE = [
  RELIEF, "severe_pain_days", LOST, "delay_days", "days_on_therapy", "days_alive",
  "courses_per_person", "fractures_per_person",
];
const COMPARED_COLUMNS = new Set([RELIEF, LOST]);
const PEOPLE_COUNTS = [
  ["new_skeletal_metastasis", "skeletal metastasis, occult or found"],
  ["new_spinal_metastasis", "spinal metastasis, occult or found"],
  ["new_spinal_metastasis_detected", "spinal metastasis that is found"],
  ["new_fractures", "symptomatic vertebral fractures (events)"],
  ["new_cord_compression", "cord compression"],
  ["cancer_deaths_with_spinal_metastasis", "death from cancer with spinal metastasis"],
];
const STATES = [
  ["on therapy", "blue", "days_on_therapy"], ["paused", "strong", "days_paused"],
  ["off therapy", "pale", "days_off_therapy"], ["dead", "silver", "days_dead"],
];
const PAINS = [
  ["pain 0-3", "blue", "days_pain_below_4"], ["4-6", "warm", "moderate_pain_days"],
  ["7-10", "strong", "severe_pain_days"], ["dead", "silver", "days_dead"],
];

const byId = (id) => document.getElementById(id);
const whole = (n) => Math.round(n).toLocaleString("en-US");
const upper = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const listed = (words) => (words.length < 2 ? words.join("")
  : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`);

class Explorer {
  constructor(told, layout, module, bytes) {
    this.told = told;
    this.layout = layout;
    this.plan = new Plan(told.lived, bytes);
    const cores = Math.max(1, Math.min(navigator.hardwareConcurrency || 1, 16));
    this.crowd = new Crowd(told.worker, module, layout, cores);
    this.cores = cores;
    this.rate = 100000; // people a second, until it is measured
    this._find();
    this._listen();
  }

  // What the reader has chosen.
  get asked() {
    const chosen = this.strategyBoxes.filter((box) => box.checked).map((box) => Number(box.value));
    const reference = Number(this.reference.value);
    const primaries = this.primaryBoxes.filter((box) => box.checked).map((box) => Number(box.value));
    return {
      choices: this.controls.map((control) => Number(control.value)),
      ages: Number(this.ages.value),
      primaries: new Set(primaries),
      people: this.told.sizes[Number(this.people.value)],
      chosen: [reference, ...chosen.filter((s) => s !== reference)],
    };
  }

  // Live what is asked, with so many people, and tell what was found; nothing if it was overtaken.
  async run(asked, people, preview) {
    const least = Math.floor(this.plan.peopleOf(asked.ages, asked.primaries));
    const lived = Math.min(people, Math.max(least, 1));
    const counts = this.plan.counts(asked.ages, asked.primaries, lived);
    const all = counts.reduce((sum, [, n]) => sum + n, 0);
    const tables = this.plan.tables(asked.ages, asked.choices);
    this.progress.hidden = preview;
    this.progress.max = all;
    this.progress.value = 0;
    const found = await this.crowd.live({
      sizes: this._sizes(asked, asked.chosen.length, this.told.lived.strategies.length),
      tables,
      chosen: asked.chosen,
      parts: Plan.parts(counts, PART, SEGMENTS),
      names: COUNTED,
      progress: (done) => { this.progress.value = done; },
    });
    if (found === null) return null;
    this.progress.hidden = true;
    this.rate = 0.5 * this.rate + 0.5 * all / found.seconds;
    const outcome = new Outcome(found.counted, this._shapes(asked.chosen.length), this.told.lived);
    return { outcome, lived: all, seconds: found.seconds, asked };
  }

  // While a control moves: as many people as can be lived in an instant.
  async preview() {
    const asked = this.asked;
    if (!this._possible(asked)) return;
    const people = Math.max(FEWEST_IN_PREVIEW, Math.round(this.rate * PREVIEW_SECONDS));
    const found = await this.run(asked, Math.min(people, asked.people), true);
    if (found) this._tell(found, true);
  }

  // When it is let go: everybody asked for, then what the change alone does.
  async full() {
    const asked = this.asked;
    if (!this._possible(asked)) return;
    document.body.dataset.state = "running";
    try {
      const found = await this.run(asked, asked.people, false);
      if (!found) return;
      this._tell(found, false);
      await this._tellChange(asked, found);
      document.body.dataset.state = "done";
    } catch (error) {
      this.progress.hidden = true;
      this.said.textContent = `The model stopped: ${error.message}. Reload the page to begin again.`;
      document.body.dataset.state = "failed";
    }
  }

  _find() {
    const form = byId("explorer");
    this.form = form;
    this.controls = [...form.querySelectorAll("[data-control]")];
    this.strategyBoxes = [...form.querySelectorAll("[name=strategy]")];
    this.primaryBoxes = [...form.querySelectorAll("[name=primary]")];
    [this.people, this.ages, this.reference, this.focus] =
      ["people", "ages", "reference", "focus"].map(byId);
    [this.said, this.changed, this.rateLine, this.progress] =
      ["said", "changed", "rate", "progress"].map(byId);
  }

  _listen() {
    this.form.addEventListener("input", () => { this._label(); this.preview(); });
    this.form.addEventListener("change", () => { this._label(); this.full(); });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    byId("reset").addEventListener("click", () => {
      this.form.reset();
      this._label();
      this.full();
    });
    byId("save").addEventListener("click", () => this._save());
    byId("all-primaries").addEventListener("click", () => {
      const every = this.primaryBoxes.every((box) => box.checked);
      for (const box of this.primaryBoxes) box.checked = !every;
      if (every) this.primaryBoxes[0].checked = true;
      this._label();
      this.full();
    });
  }

  // Say beside each slider where it stands.
  _label() {
    this.controls.forEach((control, c) => {
      const words = this.told.controls[c].choices[Number(control.value)].words;
      byId(`${control.id}-output`).textContent = words;
      control.setAttribute("aria-valuetext", words);
    });
    const people = `${whole(this.told.sizes[Number(this.people.value)])} people`;
    byId("people-output").textContent = people;
    this.people.setAttribute("aria-valuetext", people);
    const kept = this.primaryBoxes.filter((box) => box.checked).length;
    byId("primaries-output").textContent =
      kept === this.primaryBoxes.length ? "all" : `${kept} of ${this.primaryBoxes.length}`;
  }

  _possible({ chosen, primaries }) {
    if (!primaries.size) this.said.textContent = "Choose at least one cancer.";
    else if (chosen.length < 2) this.said.textContent = "Choose a second strategy to compare.";
    return primaries.size > 0 && chosen.length > 1;
  }

  _sizes(asked, strategies, shipped) {
    const { n_groups, n_cells } = this.told.lived.ages[asked.ages];
    return {
      n_shipped: shipped, n_strategies: strategies, n_groups, n_cells, n_segments: SEGMENTS,
      n_ages: 1, ...this.told.lived.window,
      outcomes_for: this.plan.outcomesFor(asked.choices), seed: this.told.lived.seed, replicate: 0,
    };
  }

  _shapes(strategies) {
    const named = {
      n_strategies: strategies, n_places: strategies + (strategies > 1), n_sexes: 1, n_ages: 1,
      n_years: this.told.lived.window.n_years,
    };
    const shape = (name) => this.layout.tables[name].shape.map((a) => named[a] ?? a);
    return Object.fromEntries(["counts", "sums", "squares", "difference_squares"].map((n) => [n, shape(n)]));
  }

  _name(strategy) {
    return this.told.labels[this.told.lived.strategies[strategy]];
  }

  _tell(found, preview) {
    const { outcome, lived, seconds, asked } = found;
    this.found = found;
    this._tellAnswer(outcome, asked, lived, preview);
    this._drawPoints(outcome, asked);
    drawDays(byId("therapy-days"), this._days(outcome, asked, STATES));
    drawDays(byId("pain-days"), this._days(outcome, asked, PAINS));
    this._fillTable(outcome, asked);
    this._fillCounts(outcome, lived);
    const rate = lived / seconds;
    this.rateLine.textContent = preview
      ? `Preview of ${whole(lived)} people; let go for ${whole(asked.people)}.`
      : `${whole(lived)} people lived under ${asked.chosen.length} strategies in ${seconds.toFixed(1)} s: ` +
        `${whole(rate)} people a second on ${this.cores} ${this.cores > 1 ? "cores" : "core"}. ` +
        `Results ${outcome.hash}: Python gives the same for the scenario file.`;
    document.body.dataset.hash = preview ? "" : outcome.hash;
  }

  _tellAnswer(outcome, asked, lived, preview) {
    const people = outcome.people(), reference = this._name(asked.chosen[0]);
    if (people < FEWEST_PEOPLE) {
      this.said.textContent = `Only ${whole(people)} of ${whole(lived)} people are described: ` +
        "live more people, or more cancers and ages.";
      return;
    }
    const others = asked.chosen.slice(1).map((s, i) => ({
      name: this._name(s), relief: outcome.difference(RELIEF, i + 1), lost: outcome.difference(LOST, i + 1),
    }));
    const best = others.reduce((a, b) => (b.relief.mean > a.relief.mean ? b : a));
    const sure = best.relief.half !== null && best.relief.mean - best.relief.half > 0;
    const more = others.filter(({ relief }) => relief.half !== null && relief.mean - relief.half > 0);
    const horizon = this._horizon(asked);
    const what = `${withInterval(best.relief)} days with little pain (worst pain below 4) and ` +
      `${withInterval(best.lost)} days of cancer treatment lost, a person ${horizon}`;
    const answer = sure
      ? `${upper(best.name)} gives the most: ${what}, against ${reference}.`
      : `No strategy is shown to relieve more than ${reference}: ${best.name}, with the most, has ${what}.`;
    const rest = others.length > 1 && sure
      ? ` ${more.length} of ${others.length} strategies relieve more than ${reference} beyond the luck of these people.`
      : "";
    this.said.textContent =
      `${preview ? "Preview. " : ""}Of ${whole(lived)} people diagnosed with cancer, ${whole(people)} are ` +
      `${this._whose(asked)}. ${answer}${rest}`;
  }

  _horizon(asked) {
    const c = this.told.controls.findIndex(({ name }) => name === "horizon_years");
    const words = c < 0 ? "" : this.told.controls[c].choices[asked.choices[c]].words;
    return words === "life" ? "to death" : `within ${words}`;
  }

  _whose(asked) {
    const c = this.told.controls.findIndex(({ name }) => name === "outcomes_for");
    return ["referred while on or due systemic therapy", "referred", "found to have metastasis"][
      c < 0 ? 0 : asked.choices[c]];
  }

  _drawPoints(outcome, asked) {
    const none = { mean: 0, half: null };
    const points = asked.chosen.map((s, i) => ({
      name: this._name(s),
      relief: (i && outcome.difference(RELIEF, i)) || none,
      lost: (i && outcome.difference(LOST, i)) || none,
    }));
    for (const one of points) {
      one.front = !points.some((other) => other.relief.mean >= one.relief.mean
        && other.lost.mean <= one.lost.mean
        && (other.relief.mean > one.relief.mean || other.lost.mean < one.lost.mean));
    }
    points.sort((a, b) => b.relief.mean - a.relief.mean);
    drawFrontier(byId("frontier"), points, this._name(asked.chosen[0]));
    byId("frontier-key").replaceChildren(...points.map(({ name, front }) => {
      const item = document.createElement("li");
      item.textContent = front ? `${upper(name)} (none is better in both)` : upper(name);
      return item;
    }));
  }

  _days(outcome, asked, parts) {
    const order = asked.chosen.map((s, i) => [this._name(s), i]);
    order.sort((a, b) => outcome.mean(RELIEF, b[1]) - outcome.mean(RELIEF, a[1]));
    return order.map(([name, i]) => ({
      name: upper(name),
      days: parts.map(([words, kind, measure]) => [words, kind, outcome.mean(measure, i) ?? 0]),
    }));
  }

  _fillTable(outcome, asked) {
    const rows = asked.chosen.map((s, i) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = upper(this._name(s));
      row.append(head);
      for (const measure of SIDE_BY_SIDE) {
        const mean = measure === LOST && !i ? null : outcome.mean(measure, i);
        const digits = measure.endsWith("_per_person") ? 2 : 1;
        row.append(cell(mean === null ? "" : mean.toFixed(digits).replace("-", "−")));
        if (!COMPARED_COLUMNS.has(measure)) continue;
        const difference = i ? outcome.difference(measure, i) : null;
        for (const side of [-1, 1]) {
          const known = difference !== null && difference.half !== null;
          row.append(cell(known ? signed(difference.mean + side * difference.half) : ""));
        }
      }
      return row;
    });
    byId("strategies-body").replaceChildren(...rows);
  }

  _fillCounts(outcome, lived) {
    const rows = PEOPLE_COUNTS.map(([name, words]) => {
      const n = outcome.count(this.told.lived.counts.indexOf(name), 0);
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      const link = document.createElement("a");
      link.href = `#${this.told.anchors[name]}`;
      link.textContent = words;
      head.append(link);
      row.append(head, cell(whole(n)), cell((100 * n / lived).toFixed(2)));
      return row;
    });
    byId("counts-body").replaceChildren(...rows);
  }

  // What the choices alone do to the strategy in focus, in the same people: one run of two.
  async _tellChange(asked, { lived }) {
    const own = this.told.controls.map(({ at }) => at);
    const moved = asked.choices.map((k, c) => c).filter((c) => asked.choices[c] !== own[c]);
    const words = moved.map((c) => {
      const { words: name, choices } = this.told.controls[c];
      return `${name}: ${choices[asked.choices[c]].words} (was ${choices[own[c]].words})`;
    });
    const ofCare = moved.filter((c) => !this.told.of_outcomes.includes(c));
    if (!ofCare.length) {
      this.changed.textContent = words.length ? `Changed: ${words.join("; ")}.` : "";
      return;
    }
    const focus = Number(this.focus.value), n = this.told.lived.strategies.length;
    const before = asked.choices.map((k, c) => (ofCare.includes(c) ? own[c] : k));
    const tables = this.plan.tables(asked.ages, asked.choices);
    const first = this.plan.tables(asked.ages, before).shipped;
    const both = new Uint8Array(first.length * 2);
    both.set(first);
    both.set(tables.shipped, first.length);
    const { bytes: size, fields } = this.layout.records.policy, view = new DataView(both.buffer);
    for (let s = n; s < 2 * n; s++) {
      const at = s * size + fields.alike[0];
      view.setBigInt64(at, view.getBigInt64(at, true) + BigInt(n), true);
    }
    const counts = this.plan.counts(asked.ages, asked.primaries, lived);
    const found = await this.crowd.live({
      sizes: this._sizes(asked, 2, 2 * n),
      tables: { ...tables, shipped: both },
      chosen: [focus, n + focus],
      parts: Plan.parts(counts, PART, SEGMENTS),
      names: COUNTED,
    });
    if (found === null) return;
    const outcome = new Outcome(found.counted, this._shapes(2), this.told.lived);
    if (outcome.people() < FEWEST_PEOPLE) {
      this.changed.textContent = `Changed: ${words.join("; ")}. Too few people to say what it does.`;
      return;
    }
    const relief = outcome.difference(RELIEF, 1), lost = outcome.difference(LOST, 1);
    const alive = outcome.difference("days_alive", 1);
    const same = [relief, lost, alive].every(({ mean, half }) => mean === 0 && half === null);
    this.changed.textContent = `Changed: ${words.join("; ")}. Under ${this._name(focus)} ` + (same
      ? "that changes no life."
      : `that alone makes ${withInterval(relief)} days with little pain, ${withInterval(lost)} days of ` +
        `cancer treatment lost and ${withInterval(alive)} days alive a person ${this._horizon(asked)}.`);
  }

  // The scenario as a file for Python, which gives the same numbers.
  _save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.scenarioFile()], { type: "text/x-python" }));
    link.download = "explored.py";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  scenarioFile() {
    const asked = this.asked, scenario = structuredClone(this.told.scenario);
    const names = this.told.lived.strategies;
    scenario.name = "explored";
    scenario.draws = 0;
    scenario.replicates = 1;
    scenario.strategies = asked.chosen.map((s) => scenario.strategies[s]);
    asked.choices.forEach((k, c) => {
      const control = this.told.controls[c];
      const given = control.treatment
        ? scenario.treatments.find(({ name }) => name === control.treatment) : scenario;
      Object.assign(given, control.choices[k].options);
    });
    const population = scenario.population, ages = this.told.lived.ages[asked.ages];
    const most = Math.floor(this.plan.peopleOf(asked.ages, asked.primaries));
    [population.age_low, population.age_high] = ages.between;
    population.primaries = this.told.lived.primaries.filter((_, p) => asked.primaries.has(p));
    population.people_per_year = Math.min(asked.people, most);
    const kept = Object.fromEntries(Object.entries(scenario).filter(([, value]) => value !== null));
    const text = JSON.stringify(kept, null, 1).replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
    return `"""What a reader explored: ${asked.chosen.map((s) => names[s]).join(", ")}."""\n\n` +
      "import json\n\nfrom sim import Scenario\n\n" +
      `scenario = Scenario(**json.loads("""\n${text}\n"""))\n\n` +
      'if __name__ == "__main__":\n    scenario.main()\n';
  }
}

function cell(words) {
  const made = document.createElement("td");
  made.className = "number";
  made.textContent = words;
  return made;
}

async function begin() {
  const told = JSON.parse(byId("explorer-data").textContent);
  const [module, bytes] = await Promise.all([unpacked(told.module), unpacked(told.bytes)]);
  const explorer = new Explorer(told, told.layout, module, bytes);
  window.explorer = explorer;
  explorer._label();
  await explorer.crowd.ready;
  await explorer.full();
  if (byId("life")) {
    explorer.story = new Story(explorer, await Engine.make(module, told.layout));
    explorer.story.first();
  }
}

begin().catch((error) => {
  byId("said").textContent = `This browser cannot run the model: ${error.message}`;
  document.body.dataset.state = "failed";
});
