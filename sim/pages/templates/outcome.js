"use strict";
// From what was counted to numbers: means of care, differences of twins, counts of people.

const FEWEST_PEOPLE = 30; // for an interval, as in sim/tables/intervals.py

// The 97.5% point of Student's t, by its series in 1/n (Abramowitz and Stegun 26.7.5).
function studentT(freedom) {
  const z = 1.959963984540054, n = freedom;
  return z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2)
    + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3);
}

class Outcome {
  // `counted` are tables of a job, `shapes` how long their axes are, `told` as in Plan.
  constructor(counted, shapes, told) {
    this.counted = counted;
    this.shapes = shapes;
    this.told = told;
  }

  get hash() {
    const sum = this.counted.fingerprint.reduce((all, one, s) => (s < this.strategies ? all + one : all), 0n);
    return BigInt.asUintN(64, sum).toString(16).padStart(16, "0");
  }

  get strategies() {
    return this.shapes.sums[0];
  }

  // People whose outcomes are described.
  people(subgroup = 0) {
    return this._sum("sums", 0, subgroup, this.told.people_statistic);
  }

  // A measure of care under a strategy: a ratio of sums, as in Python; null of nobody.
  mean(name, strategy, subgroup = 0) {
    const { part, whole, factor } = this.told.measures[name];
    const sum = (places) => places.reduce(
      (all, k) => all + this._sum("sums", strategy, subgroup, k), 0);
    const all = sum(whole);
    return all > 0 ? factor * sum(part) / all : null;
  }

  // The same person under a strategy less under the first: mean, and half its 95% interval.
  difference(name, strategy, subgroup = 0) {
    const statistic = this.told.measures[name].compared;
    const people = this.people(subgroup);
    if (!people || statistic === null) return null;
    const mean = (s) => this._sum("sums", s, subgroup, statistic) / people;
    const difference = mean(strategy) - mean(0);
    const parts = this.told.parts_of_one[statistic];
    const squares = this._sum("difference_squares", strategy, subgroup, statistic) / parts;
    const variance = Math.max(squares / people - difference ** 2, 0);
    const known = people >= FEWEST_PEOPLE && variance > 0;
    const half = known ? studentT(people - 1) * Math.sqrt(variance / (people - 1)) : null;
    return { mean: difference, half };
  }

  // People of a count under a strategy, of all years and of some primaries.
  count(code, strategy, primary = null) {
    const [, , years, primaries, sexes, ages] = this.shapes.counts;
    const inside = sexes * ages, year = primaries * inside;
    const start = (strategy * this.shapes.counts[1] + code) * years * year;
    let sum = 0;
    for (let y = 0; y < years; y++) {
      for (let p = 0; p < primaries; p++) {
        if (primary !== null && p !== primary) continue;
        const at = start + y * year + p * inside;
        for (let i = 0; i < inside; i++) sum += this.counted.counts[at + i];
      }
    }
    return sum;
  }

  // A sum in whole units.
  _sum(table, strategy, subgroup, statistic) {
    const [, subgroups, statistics] = this.shapes[table];
    const place = (strategy * subgroups + subgroup) * statistics + statistic;
    return Number(this.counted[table][place]) / this.told.parts_of_one[statistic];
  }
}
