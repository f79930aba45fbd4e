"use strict";
// The explorer: controls, and the runs that follow them.

const PART = 1000; // people of a part that a worker lives at a time
const SEGMENTS = 40; // most groups of a part
const PREVIEW_SECONDS = 0.4;
const FEWEST_IN_PREVIEW = 5000;
const SETTLED_MS = 700; // without a move, after which everybody lives
const FIRST_GUESS = 100000; // people a second, until it is measured
const COUNTED = ["counts", "sums", "squares", "difference_squares", "fingerprint"];

class Explorer {
  constructor(told, module, bytes, engine) {
    this.told = told;
    this.layout = told.layout;
    this.engine = engine;
    this.plan = new Plan(told.lived, bytes, engine);
    const cores = Math.max(1, Math.min(navigator.hardwareConcurrency || 1, 16));
    this.crowd = new Crowd(told.worker, module, told.layout, cores);
    this.cores = cores;
    this.rate = FIRST_GUESS;
    this.turn = 0;
    this.afterwards = () => {}; // called when everybody has lived
    this._find();
    this._listen();
    this._label();
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
    const counts = this.plan.counts(asked.ages, asked.primaries, people);
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
    return { telling: new Telling(this.told, asked, outcome, all), lived: all, seconds: found.seconds };
  }

  // While a control moves: as many people as can be lived in an instant.
  async preview() {
    const asked = this.asked, turn = ++this.turn;
    if (!this._possible(asked)) return;
    document.body.dataset.state = "running";
    const people = Math.max(FEWEST_IN_PREVIEW, Math.round(this.rate * PREVIEW_SECONDS));
    try {
      const found = await this.run(asked, Math.min(people, asked.people), true);
      if (found && turn === this.turn) this._tell(found, asked, true);
    } catch (error) {
      this._stopped(error, turn);
    }
  }

  // When it is let go: everybody asked for, then what the change alone does.
  async full() {
    clearTimeout(this.timer);
    const asked = this.asked, turn = ++this.turn;
    if (!this._possible(asked)) return;
    document.body.dataset.state = "running";
    try {
      const found = await this.run(asked, asked.people, false);
      if (!found || turn !== this.turn) return;
      this._tell(found, asked, false);
      await this._tellChange(asked);
      if (turn !== this.turn) return;
      this.afterwards();
      document.body.dataset.state = "done";
    } catch (error) {
      this._stopped(error, turn);
    }
  }

  _stopped(error, turn) {
    if (turn !== this.turn) return;
    this.progress.hidden = true;
    this.said.textContent = `The model stopped: ${error.message}. Reload the page to begin again.`;
    document.body.dataset.state = "failed";
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
    this.form.addEventListener("input", () => {
      this._label();
      this.preview();
      clearTimeout(this.timer); // a slider that comes back to where it was does not say so
      this.timer = setTimeout(() => this.full(), SETTLED_MS);
    });
    this.form.addEventListener("change", () => { this._label(); this.full(); });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    byId("as-it-was").addEventListener("click", () => {
      this.form.reset();
      this._label();
      this.full();
    });
    byId("save-file").addEventListener("click", () => this._save());
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
    const possible = primaries.size > 0 && chosen.length > 1;
    if (!possible) {
      this.crowd.stop();
      clearTimeout(this.timer);
      this.progress.hidden = true;
      this.changed.textContent = "";
      this.rateLine.textContent = "What is shown below is of what was chosen before.";
      Object.assign(document.body.dataset, { state: "waiting", hash: "" });
    }
    return possible;
  }

  _sizes(asked, strategies, shipped) {
    return {
      n_shipped: shipped, n_strategies: strategies, n_segments: SEGMENTS, n_ages: 1,
      ...this.told.lived.ages[asked.ages].sizes, ...this.told.lived.window,
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

  _tell({ telling, lived, seconds }, asked, preview) {
    this.said.textContent = telling.answer(preview);
    telling.fill();
    const { hash } = telling.outcome, rate = lived / seconds;
    this.rateLine.textContent = preview
      ? `Preview of ${whole(lived)} people; everybody lives when the control rests.`
      : `${whole(lived)} people lived under ${asked.chosen.length} strategies in ${seconds.toFixed(1)} s: ` +
        `${whole(rate)} people a second on ${this.cores} ${this.cores > 1 ? "cores" : "core"}. ` +
        `Fingerprint of the lives: ${hash}, the results_hash that Python prints for the scenario file.`;
    document.body.dataset.hash = preview ? "" : hash;
  }

  // What the choices alone do to the strategy in focus, in the same people: one run of two.
  async _tellChange(asked) {
    const own = this.told.controls.map(({ at }) => at);
    const moved = asked.choices.map((k, c) => c).filter((c) => asked.choices[c] !== own[c]);
    const words = moved.map((c) => {
      const { words: name, choices } = this.told.controls[c];
      const was = Object.keys(choices[own[c]].options).length ? ` (was ${choices[own[c]].words})` : "";
      return `${name}: ${choices[asked.choices[c]].words}${was}`;
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
    const counts = this.plan.counts(asked.ages, asked.primaries, asked.people);
    const found = await this.crowd.live({
      sizes: this._sizes(asked, 2, 2 * n),
      tables: { ...tables, shipped: both },
      chosen: [focus, n + focus],
      parts: Plan.parts(counts, PART, SEGMENTS),
      names: COUNTED,
    });
    if (found === null) return;
    const outcome = new Outcome(found.counted, this._shapes(2), this.told.lived);
    const telling = new Telling(this.told, asked, outcome, asked.people);
    if (outcome.people() < FEWEST_PEOPLE) {
      this.changed.textContent = `Changed: ${words.join("; ")}. Too few people to say what it does.`;
      return;
    }
    const [relief, lost, alive] = [RELIEF, LOST, "days_alive"].map((m) => outcome.difference(m, 1));
    const same = [relief, lost, alive].every(({ mean, half }) => mean === 0 && half === null);
    const what = ofCare.length > 1 ? "these changes make" : "this change alone makes";
    const does = same ? "no life is changed." : `${what} ${withInterval(relief)} days with little ` +
      `pain, ${withInterval(lost)} days of cancer treatment lost and ${withInterval(alive)} days alive ` +
      `a person ${telling.horizon()}.`;
    this.changed.textContent = `Changed: ${words.join("; ")}. Under ${telling.name(focus)} ${does}`;
  }

  // Hand out the scenario as a file.
  _save() {
    const link = document.createElement("a");
    const text = scenarioFile(this.told, this.plan, this.asked);
    link.href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
    link.download = "explored.py";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
}

// Begin when the panel is in sight: a report is opened to be read first.
async function begin() {
  const told = JSON.parse(byId("explorer-data").textContent);
  const [module, bytes] = await Promise.all([unpacked(told.module), unpacked(told.bytes)]);
  const engine = await Engine.make(module, told.layout);
  const explorer = new Explorer(told, module, bytes, engine);
  await explorer.crowd.ready;
  await explorer.full();
  if (!byId("life")) return;
  const story = new Story(explorer);
  story.first();
  explorer.afterwards = () => story.tell();
}

function failed(error) {
  byId("said").textContent = `This browser cannot run the model: ${error.message}`;
  document.body.dataset.state = "failed";
}

new IntersectionObserver((entries, observer) => {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  observer.disconnect();
  begin().catch(failed);
}, { rootMargin: "200px" }).observe(byId("explorer"));
