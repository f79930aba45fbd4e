"use strict";
// Who lives and by what: the tables of a job from the choices of the reader.

// Whole numbers that sum to `total`, each within 1 of what is expected.
function largestRemainder(expected, total) {
  const whole = expected.map(Math.floor);
  const order = expected.map((_, i) => i);
  const left = expected.map((value, i) => value - whole[i]);
  order.sort((i, j) => left[j] - left[i] || i - j);
  const more = total - whole.reduce((sum, n) => sum + n, 0);
  for (const i of order.slice(0, more)) whole[i] += 1;
  return whole;
}

class Plan {
  // `told` is what Python says of the scenario, `bytes` what stands in it; sim/browser/shipment.py.
  constructor(told, bytes) {
    this.told = told;
    this.bytes = bytes;
  }

  // How many people of each group of some ages there are, if `people` are diagnosed in the year
  // that the population is anchored at: sim/inputs/population.py.
  counts(ages, primaries, people) {
    const { groups } = this.told.ages[ages];
    const factor = people / this.peopleOf(ages, primaries);
    const mine = groups.map((_, i) => i).filter((i) => primaries.has(groups[i].primary));
    const expected = mine.map((i) => factor * groups[i].people);
    const total = Math.round(expected.reduce((sum, n) => sum + n, 0));
    const counts = largestRemainder(expected, total);
    return mine.map((group, i) => [group, counts[i]]);
  }

  // How many people of some ages and primaries are diagnosed in that year.
  peopleOf(ages, primaries) {
    return this.told.ages[ages].anchored.reduce(
      (sum, [primary, people]) => (primaries.has(primary) ? sum + people : sum), 0);
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
    const found = {};
    const at = { ...this.told.tables, ...this.told.ages[ages].tables };
    for (const [name, [first, last]] of Object.entries(at)) {
      found[name] = this.bytes.slice(first, last);
    }
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

  // Whose outcomes are counted under some choices.
  outcomesFor(choices) {
    const { controls, codes } = this.told.outcomes_for;
    return codes[controls.map((c) => choices[c]).join()];
  }
}
