"use strict";
// One life under two strategies: time runs to the right; the spine stands beside it, level by level.

const LIFE_WIDE = 640, LIFE_LEFT = 96, LIFE_RIGHT = 632;
const LEVEL_STEP = 9.5;
const HURTS_FROM = 4; // of a lesion's pain, before analgesia
const LEAST_CYCLE_DAYS = 7; // of drugs whose doses are drawn one by one
const LONG_DAYS = 1000; // of a life that is told in years

// Reads fields of a record of a person as they stand in memory.
class PersonReader {
  constructor(records) {
    this.person = records.person.fields;
    this.lesion = records.lesion;
  }

  number(view, name, i = 0) {
    return this._read(view, this.person[name], 0, i);
  }

  lesionNumber(view, place, name) {
    const start = this.person.lesions[0] + place * this.lesion.bytes;
    return this._read(view, this.lesion.fields[name], start);
  }

  _read(view, [offset, type], start, i = 0) {
    const at = start + offset + 8 * i;
    return type === "f8" ? view.getFloat64(at, true) : Number(view.getBigInt64(at, true));
  }
}

// A life as the picture needs it: states from event to event, courses, lesions; `codes` are those of
// the phases of an episode.
function livedOnce(engine, reader, [group, index], strategy, codes) {
  const life = { states: [], courses: [], doses: [], lesions: new Map(), death: 0, who: null };
  let treating = false;
  engine.person(group, index, strategy, (view) => {
    const number = (name, i) => reader.number(view, name, i);
    const day = Math.max(number("now"), 0);
    const state = {
      day,
      therapy: number("therapy"),
      kind: number("therapy_class"),
      pain: number("n_spinal") ? Math.max(number("pain"), number("bone_pain")) : number("bone_pain"),
      frankel: number("frankel"),
      episode: number("episode"),
      cycle: number("therapy_line_open") ? number("therapy_cycle_days") : 0,
      since: number("therapy_line_start"),
    };
    life.states.push(state);
    if (state.episode === codes.treating && !treating) {
      life.courses.push({
        start: day, end: number("course_end_day"), treatment: number("episode_treatment"),
        place: number("episode_lesion"),
      });
    }
    treating = state.episode === codes.treating;
    for (let i = 0; i < number("n_lesions"); i++) {
      const place = number("lesion_at", i);
      const of = (name) => reader.lesionNumber(view, place, name);
      const last = life.lesions.get(place) ?? [];
      const now = {
        day,
        seen: of("detected_day") <= day,
        hurts: Math.max(of("biological_pain"), of("mechanical_pain")) >= HURTS_FROM,
        collapsed: of("fracture_day") <= day || of("silent_collapse_day") <= day,
        canal: of("epidural_grade"),
        courses: of("courses"),
      };
      const same = last.length && ["seen", "hurts", "collapsed", "canal", "courses"].every(
        (key) => last[last.length - 1][key] === now[key]);
      if (!same) life.lesions.set(place, [...last, now]);
    }
    life.death = day;
    life.who ??= {
      sex: number("sex"), primary: number("primary"), stage: number("stage"),
      age: number("age_at_diagnosis"),
    };
    life.trigger = number("first_trigger_day");
    life.pauses = number("n_pauses");
  });
  return life;
}

// Stretches of time over which a state is the same: [from, to, state].
function stretches(life, key) {
  const found = [];
  life.states.forEach((state, i) => {
    const end = i + 1 < life.states.length ? life.states[i + 1].day : life.death;
    const last = found[found.length - 1];
    if (last && key(last[2]) === key(state)) last[1] = end;
    else if (end > state.day) found.push([state.day, end, state]);
  });
  return found;
}

// Days of planned doses within a stretch, of drugs that are not taken daily.
function slots([from, to, { cycle, since }]) {
  if (cycle < LEAST_CYCLE_DAYS) return [];
  const found = [];
  for (let k = Math.max(0, Math.ceil((from - since) / cycle - 1e-9)); since + k * cycle < to; k++) {
    found.push(since + k * cycle);
  }
  return found;
}

class LifePicture {
  constructor(svg, told) {
    this.svg = svg;
    this.told = told;
  }

  // Draw lives under strategies: [{name, life}].
  draw(lives, title) {
    const first = this._firstDay(lives), last = Math.max(...lives.map(({ life }) => life.death), first + 1);
    const x = scaled(first, last, LIFE_LEFT, LIFE_RIGHT);
    const shapes = [];
    let y = 6;
    for (const one of lives) y = this._strategy(shapes, one, x, first, y) + 14;
    this._axis(shapes, x, first, last, y);
    y += 40;
    y = this._spine(shapes, lives, y);
    draw(this.svg, y + 6, title, this._words(lives), shapes);
    this.svg.setAttribute("viewBox", `0 0 ${LIFE_WIDE} ${y + 6}`);
  }

  // A margin before the first lesion, therapy or trigger, if what is before is long.
  _firstDay(lives) {
    const days = lives.flatMap(({ life }) => [...life.lesions.values()].map(([one]) => one.day));
    const death = Math.max(...lives.map(({ life }) => life.death));
    const begins = Math.max(0, Math.min(...days, ...lives.map(({ life }) => life.trigger), death));
    const margin = 0.1 * (death - begins);
    return begins < death && begins > 4 * margin ? begins - margin : 0;
  }

  _strategy(shapes, { name, life }, x, first, top) {
    const lane = (words, y) => shapes.push(written(LIFE_LEFT - 6, y + 9, words, "small quiet", "end"));
    const { codes } = this.told, at = (day) => x(Math.max(day, first));
    const bar = (from, to, y, kind) => {
      if (to > first) shapes.push(shape("rect", { x: at(from), y, width: Math.max(x(to) - at(from), 0.5), height: 11, class: kind }));
    };
    shapes.push(written(0, top + 10, upper(name), "bold"));
    let y = top + 18;
    lane("therapy", y);
    for (const stretch of stretches(life, (s) => `${s.therapy} ${s.kind} ${s.cycle}`)) {
      const [from, to, { therapy }] = stretch;
      const color = { [codes.on]: "pale", [codes.paused]: "strong", [codes.toxicity_delay]: "silver" }[therapy];
      if (!color) continue;
      bar(from, to, y, color);
      const kind = therapy === codes.on ? "given" : "withheld";
      for (const day of slots(stretch)) {
        if (day >= first) shapes.push(shape("line", { x1: x(day), x2: x(day), y1: y + 1, y2: y + 10, class: kind }));
      }
    }
    y += 16;
    lane("care", y);
    for (const [from, to, { episode }] of stretches(life, (s) => s.episode)) {
      if (episode === codes.treating) bar(from, to, y, "strong");
      else if (episode >= codes.referred) bar(from, to, y, "warm");
    }
    life.courses.forEach(({ start }, i) => {
      if (start >= first) shapes.push(written(x(start), y + 9.5, String(i + 1), "mark", "middle"));
    });
    y += 16;
    lane("worst pain", y + 14);
    const pain = scaled(0, 10, y + 36, y);
    for (const nrs of [0, 4, 7, 10]) {
      shapes.push(shape("line", { x1: LIFE_LEFT, x2: LIFE_RIGHT, y1: pain(nrs), y2: pain(nrs), class: "axis" }));
      shapes.push(written(LIFE_RIGHT + 2, pain(nrs) + 3, String(nrs), "mark quiet"));
    }
    const line = stretches(life, (s) => s.pain).filter(([, to]) => to > first)
      .map(([from, to, s]) => `${at(from).toFixed(1)},${pain(s.pain).toFixed(1)} ${x(to).toFixed(1)},${pain(s.pain).toFixed(1)}`);
    shapes.push(shape("polyline", { points: line.join(" "), class: "pain" }));
    y += 42;
    lane("walking", y);
    for (const [from, to, { frankel }] of stretches(life, (s) => s.frankel)) {
      const { alone, with_help } = this.told.walks_up_to;
      bar(from, to, y, frankel <= alone ? "blue" : frankel <= with_help ? "warm" : "strong");
    }
    shapes.push(shape("line", { x1: x(life.death), x2: x(life.death), y1: top + 16, y2: y + 12, class: "goal" }));
    return y + 14;
  }

  _axis(shapes, x, first, last, y) {
    const years = last - first > LONG_DAYS, unit = years ? 365.25 : 30.4375;
    for (const tick of roundTicks(first / unit, last / unit, 8)) {
      shapes.push(shape("line", { x1: x(tick * unit), x2: x(tick * unit), y1: y - 4, y2: y, class: "line" }));
      shapes.push(written(x(tick * unit), y + 11, String(+tick.toFixed(1)), "quiet small", "middle"));
    }
    shapes.push(written(LIFE_RIGHT, y + 25, `${years ? "years" : "months"} since diagnosis`, "quiet small", "end"));
  }

  // The spine from the skull down under each strategy, as it was at the end of the life.
  _spine(shapes, lives, top) {
    const places = this.told.places, levels = this.told.n_levels;
    const beyond = [...new Set(lives.flatMap(({ life }) => [...life.lesions.keys()]))].filter((p) => p >= levels);
    const rows = [...Array(levels).keys(), ...beyond.sort((a, b) => a - b)];
    const wide = (LIFE_WIDE - LIFE_LEFT) / lives.length;
    lives.forEach(({ name, life }, s) => {
      const left = LIFE_LEFT + s * wide;
      shapes.push(written(left, top + 8, `${upper(name)}: at the end`, "bold small"));
      rows.forEach((place, i) => {
        const y = top + 22 + i * LEVEL_STEP + (place >= levels ? 6 : 0);
        if (s === 0) shapes.push(written(LIFE_LEFT - 10, y + 3, places[place], "mark quiet", "end"));
        const half = 7 + 7 * Math.min(i, levels) / levels;
        if (place < levels) shapes.push(shape("rect", { x: left + 18 - half, y: y - 3.2, width: 2 * half, height: 6.4, rx: 1.5, class: "vertebra" }));
        const states = life.lesions.get(place);
        if (!states) return;
        const end = states[states.length - 1];
        shapes.push(shape("circle", { cx: left + 18, cy: y, r: 4.2, class: end.seen ? "dot" : "ring" }));
        const words = [
          end.seen ? "" : "occult", end.hurts ? "hurts" : "", end.collapsed ? "collapsed" : "",
          end.canal >= 2 ? "on the cord" : end.canal === 1 ? "in the canal" : "",
          end.courses ? `${end.courses} ${end.courses > 1 ? "courses" : "course"}` : "",
        ].filter(Boolean).join(", ");
        shapes.push(written(left + 42, y + 3, words, "mark quiet"));
      });
    });
    return top + 30 + rows.length * LEVEL_STEP + (beyond.length ? 6 : 0);
  }

  _words(lives) {
    return lives.map(({ name, life }) =>
      `${upper(name)}: ${life.courses.length} ${life.courses.length === 1 ? "course" : "courses"}, ` +
      `${life.pauses} ${life.pauses === 1 ? "pause" : "pauses"} of therapy, ` +
      `${life.lesions.size} ${life.lesions.size === 1 ? "lesion" : "lesions"}, ` +
      `dies after ${whole(life.death)} days`).join("; ") + ".";
  }
}
