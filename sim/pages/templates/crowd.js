"use strict";
// Workers side by side: each lives parts as it becomes free; what they counted is added up.

class Crowd {
  constructor(source, module, layout, size) {
    this.asked = 0;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.workers = Array.from({ length: size }, () => new Worker(address));
    this.ready = Promise.all(
      this.workers.map((worker) => this._ask(worker, { kind: "load", module, layout })));
    this.run = 0;
  }

  // The answer to one message; one to an earlier message, of a run that failed, is passed over.
  _ask(worker, message) {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data.id !== id) return;
        if (data.kind === "failed") reject(new Error(data.words));
        else resolve(data);
      };
      worker.onerror = (error) => reject(new Error(error.message));
      worker.postMessage({ ...message, id });
    });
  }

  // Stop what is under way: it gives back nothing.
  stop() {
    this.run += 1;
  }

  // Live all parts of a job; `progress` is told the people lived. Nothing if another run came.
  async live({ sizes, tables, chosen, parts, names, progress }) {
    const run = ++this.run;
    await (this.busy ?? this.ready).catch(() => null);
    if (run !== this.run) return null;
    const started = performance.now();
    this.busy = this._all(run, { sizes, tables, chosen, parts, names, progress });
    const found = await this.busy;
    if (found === null) return null;
    return { counted: found, seconds: (performance.now() - started) / 1000 };
  }

  async _all(run, { sizes, tables, chosen, parts, names, progress }) {
    const waiting = parts.slice().reverse();
    let lived = 0;
    const mine = async (worker) => {
      await this._ask(worker, { kind: "begin", sizes, tables, chosen });
      while (waiting.length && run === this.run) {
        const segments = waiting.pop();
        await this._ask(worker, { kind: "part", segments });
        lived += segments.reduce((sum, [, first, last]) => sum + last - first, 0);
        if (progress && run === this.run) progress(lived);
      }
      if (run !== this.run) return null;
      return (await this._ask(worker, { kind: "end", names })).tables;
    };
    const each = await Promise.all(this.workers.slice(0, parts.length).map(mine));
    return run === this.run ? summed(each) : null;
  }
}

// Tables of several workers added up, cell by cell; 64 bits wrap around, as they do in Python.
function summed(each) {
  const [first, ...others] = each;
  for (const name of Object.keys(first)) {
    const mine = first[name];
    for (const other of others) {
      const its = other[name];
      for (let i = 0; i < mine.length; i++) mine[i] += its[i];
    }
  }
  return first;
}
