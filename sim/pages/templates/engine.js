"use strict";
// The model in WebAssembly: one job in its memory, laid out, filled and run; no page, no workers.

const MEMORY_PAGE = 65536;
const KINDS = {
  i2: Int16Array, i4: Int32Array, i8: BigInt64Array, u8: BigUint64Array, f8: Float64Array,
};

// Bytes of text in base64, inflated.
async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

class Engine {
  // `layout` says where fields stand in records: sim/browser/model.json.
  constructor(instance, layout) {
    this.exports = instance.exports;
    this.layout = layout;
    this.at = 0;
    this.room = 0;
  }

  static async make(bytes, layout) {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Engine(instance, layout);
  }

  // Lay out a job: `sizes` are settings by name, `tables` bytes by name.
  layOut(sizes, tables) {
    this._reserve(this.layout.records.job.bytes);
    new Uint8Array(this.exports.memory.buffer, this.at, this.layout.records.job.bytes).fill(0);
    this._settings(sizes);
    this._reserve(this._call("lay_out"));
    new Uint8Array(this.exports.memory.buffer, this.at, this.room).fill(0);
    this._settings(sizes);
    this._call("lay_out");
    for (const [name, bytes] of Object.entries(tables)) {
      new Uint8Array(this.exports.memory.buffer, this._place(name), bytes.length).set(bytes);
    }
  }

  // Begin a job under some of the strategies that are shipped, the reference first.
  begin(sizes, tables, chosen) {
    this.layOut(sizes, tables);
    this.table("chosen").set(chosen.map(BigInt));
    this._call("choose_strategies");
  }

  // People of each group, if so many are diagnosed in the anchor year with the cancers kept.
  plan(sizes, tables, kept) {
    this.layOut(sizes, tables);
    this.table("kept").set(kept.map(BigInt));
    this._call("plan_people");
    const { bytes, fields } = this.layout.records.group;
    const groups = new DataView(this.exports.memory.buffer, this._place("groups"), sizes.n_groups * bytes);
    return Array.from({ length: sizes.n_groups },
      (_, g) => Number(groups.getBigInt64(g * bytes + fields.count[0], true)));
  }

  // Live people of some groups: [group, first index, last index + 1] each.
  live(segments) {
    const table = this.table("segments");
    table.fill(0n);
    segments.forEach((segment, i) => segment.forEach((n, j) => { table[3 * i + j] = BigInt(n); }));
    this._call("live_everybody");
  }

  // What is counted, copied out of the memory of the module.
  counted(names) {
    this._call("share_past");
    return Object.fromEntries(names.map((name) => [name, this.table(name).slice()]));
  }

  // One life under one strategy: calls back with the record of the person after every event.
  person(group, index, strategy, each) {
    this.set("group", group);
    this.set("index", index);
    this.set("strategy", strategy);
    this._call("begin_person");
    each(this._record(strategy));
    let alive = 1;
    while (alive) {
      alive = this._call("live_one_event");
      each(this._record(strategy));
    }
  }

  _call(entry) {
    const found = this.exports[entry](this.at);
    if (found < 0) throw new Error(`the model failed (${entry})`);
    return found;
  }

  set(name, value) {
    const memory = new DataView(this.exports.memory.buffer);
    memory.setBigInt64(this.at + this.layout.records.job.fields[name][0], BigInt(value), true);
  }

  get(name) {
    const memory = new DataView(this.exports.memory.buffer);
    return Number(memory.getBigInt64(this.at + this.layout.records.job.fields[name][0], true));
  }

  // A view of a table; it is gone when the memory grows.
  table(name) {
    const { type, shape } = this.layout.tables[name];
    const size = shape.reduce((n, axis) => n * this._axis(axis), 1);
    return new KINDS[type](this.exports.memory.buffer, this._place(name), size);
  }

  _axis(axis) {
    return typeof axis === "number" ? axis : this.get(axis);
  }

  _place(name) {
    return this.at + this.get(name);
  }

  _record(strategy) {
    const size = this.layout.records.person.bytes;
    return new DataView(this.exports.memory.buffer, this._place("lives") + strategy * size, size);
  }

  _settings(sizes) {
    for (const [name, value] of Object.entries(sizes)) this.set(name, value);
  }

  _reserve(bytes) {
    if (bytes <= this.room) return;
    const pages = Math.ceil(bytes / MEMORY_PAGE);
    if (!this.at) this.at = this.exports.memory.grow(pages) * MEMORY_PAGE;
    else this.exports.memory.grow(pages - this.room / MEMORY_PAGE);
    this.room = pages * MEMORY_PAGE;
  }
}
