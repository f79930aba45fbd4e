"use strict";
// Runs in a worker: lives the parts that it is given, and tells what was counted at the end.

let engine = null;

async function answer({ kind, ...told }) {
  if (kind === "load") {
    engine = await Engine.make(told.module, told.layout);
    return { kind: "ready" };
  }
  if (kind === "begin") {
    engine.begin(told.sizes, told.tables, told.chosen);
    return { kind: "begun", run: told.run };
  }
  if (kind === "part") {
    const started = performance.now();
    engine.live(told.segments);
    return { kind: "lived", run: told.run, milliseconds: performance.now() - started };
  }
  return { kind: "counted", run: told.run, tables: engine.counted(told.names) };
}

onmessage = async (event) => {
  try {
    postMessage(await answer(event.data));
  } catch (error) {
    postMessage({ kind: "failed", run: event.data.run, words: error.message });
  }
};
