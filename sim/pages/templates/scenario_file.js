"use strict";
// What a reader asked for as a scenario file, from which Python gives the same numbers.

function scenarioFile(told, plan, asked) {
  const scenario = structuredClone(told.scenario);
  scenario.name = "explored";
  delete scenario.seed; // may have more digits than a number here
  scenario.strategies = asked.chosen.map((s) => scenario.strategies[s]);
  asked.choices.forEach((k, c) => {
    const { treatment, choices } = told.controls[c];
    const given = treatment ? scenario.treatments.find(({ name }) => name === treatment) : scenario;
    Object.assign(given, choices[k].options);
  });
  const { population } = scenario;
  [population.age_low, population.age_high] = told.lived.ages[asked.ages].between;
  population.primaries = told.lived.primaries.filter((_, p) => asked.primaries.has(p));
  population.people_per_year = asked.people;
  const text = JSON.stringify(scenario, (_, value) => (value === null ? undefined : value), 1);
  const quoted = text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
  const names = asked.chosen.map((s) => told.lived.strategies[s]);
  return `"""What a reader explored: ${names.join(", ")}."""

import json

from sim import Scenario

scenario = Scenario(**json.loads("""
${quoted}
"""), seed=${told.lived.seed})

if __name__ == "__main__":
    scenario.main()
`;
}
