"use strict";
// Who lives and by what: the tables of a job from the choices of the reader.

const MOST_PEOPLE = 2 ** 40;

class Plan {
  // `told` is what Python says of the scenario, `bytes` what stands in it: sim/browser/shipment.py.
  // `engine` counts people as Python does.
  constructor(told, bytes, engine) {
    this.told = told;
    this.bytes = bytes;
    this.engine = engine;
  }

  // How many people of each group of some ages there are, if `people` are diagnosed in the year
  // that the population is anchored at: [group, people] each.
  counts(ages, primaries, people) {
    const { sizes, tables } = this.told.ages[ages];
    const kept = this.told.primaries.map((_, p) => Number(primaries.has(p)));
    const few = { n_years: 1, n_ages: 1, people, most_people: MOST_PEOPLE };
    const counts = this.engine.plan({ ...sizes, ...few }, this._bytes(tables), kept);
    return counts.map((n, group) => [group, n]).filter(([, n]) => n > 0);
  }

  // Parts of about so many people: lists of [group, first index, last index + 1].
  static parts(counts, size, most) {
    const parts = [];
    let part = [], room = size;
    for (const [group, count] of counts) {
      for (let first = 0; first < count;) {
        const last = Math.min(count, first + room);
        part.push([group, first, last]);
        room -= last - first;
        first = last;
        if (room === 0 || part.length === most) {
          parts.push(part);
          part = [];
          room = size;
        }
      }
    }
    if (part.length) parts.push(part);
    return parts;
  }

  // The tables of a job under some choices, by the places of the controls.
  tables(ages, choices) {
    const found = this._bytes({ ...this.told.tables, ...this.told.ages[ages].tables });
    for (const { controls, patches } of this.told.patches) {
      for (const [name, rows, offset, first, last] of patches[controls.map((c) => choices[c]).join()]) {
        const table = found[name], size = this.told.record_sizes[name];
        const data = this.bytes.subarray(first, last);
        const all = rows.length ? rows : Array.from({ length: table.length / size }, (_, i) => i);
        for (const row of all) table.set(data, row * size + offset);
      }
    }
    return found;
  }

  // Copies of tables, from their places.
  _bytes(places) {
    return Object.fromEntries(
      Object.entries(places).map(([name, [first, last]]) => [name, this.bytes.slice(first, last)]));
  }

  // Whose outcomes are counted under some choices.
  outcomesFor(choices) {
    const { controls, codes } = this.told.outcomes_for;
    return codes[controls.map((c) => choices[c]).join()];
  }
}
