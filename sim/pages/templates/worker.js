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
    return { kind: "begun" };
  }
  if (kind === "part") {
    engine.live(told.segments);
    return { kind: "lived" };
  }
  return { kind: "counted", tables: engine.counted(told.names) };
}

onmessage = async (event) => {
  try {
    postMessage({ ...(await answer(event.data)), id: event.data.id });
  } catch (error) {
    postMessage({ kind: "failed", id: event.data.id, words: error.message });
  }
};
