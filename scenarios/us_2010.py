"""How many people in the United States had spinal metastasis in 2010?

Everyone diagnosed with cancer in 2010 and in the thirty years before lives to death, one agent
each; events dated in 2010 are counted and set beside the published figures, with intervals over
100 joint draws of all parameters.
"""

from sim import Population, Scenario

scenario = Scenario(
    name="us_2010",
    population=Population.united_states(2010),
    years=(2010, 2010),
    view="calendar",
    draws=100,
    seed=1,
)

if __name__ == "__main__":
    scenario.main()
