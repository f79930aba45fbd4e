"""How much of what is not known comes from each group of parameters of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.evidence.arrays import Array
from sim.uncertainty.drawn import ParameterKey
from sim.uncertainty.evaluation import Evaluation, jackknife_variance
from sim.uncertainty.movable import Movable, blocks, draw_of, group_labels
from sim.uncertainty.questions import Questions
from sim.uncertainty.sobol import first_order_given, sobol_indices

_SEED = 20101231


class Samples(NamedTuple):
    """Samples of all that is not certain; arrays (rows, keys).

    Attributes
    ----------
    joint : array
        Joint draws, as runs have them.
    a, b : arrays
        Two independent samples in which groups are independent of each other.
    """

    keys: list[ParameterKey]
    joint: Array
    a: Array
    b: Array

    def point(self, values: Mapping[ParameterKey, float], row: Array) -> dict[ParameterKey, float]:
        """A row as a sample of all parameters, what is certain as in `values`."""
        return dict(values) | dict(zip(self.keys, row.tolist(), strict=True))


def draw_samples(
    evaluation: Evaluation, movable: Sequence[Movable], n: int, *, by_study: bool
) -> Samples:
    """Two independent samples: draws 1 to n, and draws n + 1 to 2 n in an order drawn by lot.

    The lot is needed: points of a Sobol sequence that are a power of two apart are alike. What is
    drawn jointly (the posterior, whose rows also go with the draw that they were fitted in) comes
    from a draw of its own, all of it from one, or with `by_study` what each study measures: indices
    are those of independent groups.
    """
    scenario = evaluation.scenario
    keys = list(dict.fromkeys(k for one in movable for k in (*one.keys, *one.siblings)))
    known, rng = scenario.known, np.random.default_rng(_SEED)
    drawn = (draw_of(scenario, known, k) for k in range(1, 2 * n + 1))
    table = np.array([[values[key] for key in keys] for values in drawn])
    a, b = table[:n].copy(), table[n:][rng.permutation(n)]
    apart: dict[str, list[int]] = {}
    for one in movable:
        if one.joint:
            group = one.study if by_study else one.joint
            apart.setdefault(group, []).extend(map(keys.index, one.keys))
    for columns in apart.values():
        for sample in (a, b):
            sample[:, columns] = sample[rng.permutation(n)][:, columns]
    return Samples(keys, table[:n], a, b)


def shares_of_variance(
    questions: Questions, n: int, executor: Executor, *, by_study: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indices of groups by pick-freeze, and of single numbers by regression.

    Parameters
    ----------
    n : int
        Rows of each of the two samples.
    by_study : bool
        Whether what is drawn jointly is parted by study; see `blocks`.

    Returns
    -------
    groups : pandas.DataFrame
        `measure, strategy, against, group, label, parameters, first, first_se, total, total_se,
        of_people, mean, sd, sd_joint`; `of_people` is what few people add to the total index,
        which is taken out of it; `sd` is over draws in which groups are independent, `sd_joint`
        over joint draws.
    single : pandas.DataFrame
        `measure, strategy, against, parameter, grade, study, first, floor`.
    """
    evaluation, movable, values = questions.evaluation, questions.movable, questions.values
    samples = draw_samples(evaluation, movable, n, by_study=by_study)
    groups = blocks(list(movable), by_study=by_study)
    columns = [[samples.keys.index(key) for key in keys] for keys in groups.values()]

    def of_row(j: int) -> Array:
        a = evaluation.at(samples.point(values, samples.a[j]))
        questions.told(a.ran)
        answers = [questions.answers(a)]
        mixed = [samples.joint[j], samples.b[j]]
        for mine in columns:
            row = samples.a[j].copy()
            row[mine] = samples.b[j][mine]
            mixed.append(row)
        for row in mixed:
            lived = evaluation.at(samples.point(values, row), a)
            questions.told(lived.ran)
            answers.append(questions.answers(lived))
        return np.array(answers)

    # Axes: point (A, joint, B, then A with each group of B), asked, everybody and without each
    # batch, row.
    found = np.stack(list(executor.map(of_row, range(n))), axis=-1)
    labels = group_labels(groups)
    tables, singles = [], []
    for i, ask in enumerate(questions.wanted):
        a, joint, b, mixed = found[0, i], found[1, i], found[2, i], found[3:, i]
        of_few = jackknife_variance(np.moveaxis(mixed - a, 1, 0))
        indices = sobol_indices(a[0], b[0], mixed[:, 0], of_few)
        both = np.concatenate([a[0], b[0]])
        variance = both.var(ddof=1)
        keys = dict(zip(("measure", "strategy", "against"), ask.key, strict=True))
        table = pd.DataFrame(
            {
                **keys,
                "group": list(groups),
                "label": [labels[name] for name in groups],
                "parameters": [len(of) for of in groups.values()],
                **indices._asdict(),
                "of_people": of_few.mean(axis=1) / (2.0 * variance) if variance > 0.0 else np.nan,
                "mean": both.mean(),
                "sd": np.sqrt(variance),
                "sd_joint": joint[0].std(ddof=1),
            }
        )
        tables.append(table.sort_values("total", ascending=False, kind="stable"))
        singles.append(_singles(samples, movable, both, keys))
    return pd.concat(tables, ignore_index=True), pd.concat(singles, ignore_index=True)


def _singles(
    samples: Samples, movable: Sequence[Movable], output: Array, keys: Mapping[str, str]
) -> pd.DataFrame:
    places = [samples.keys.index(one.keys[0]) for one in movable]
    inputs = np.concatenate([samples.a, samples.b])[:, places]
    shares, floor = first_order_given(inputs, output)
    table = pd.DataFrame(
        {
            **keys,
            "parameter": [one.said for one in movable],
            "grade": [one.grade for one in movable],
            "study": [one.study for one in movable],
            "first": shares,
            "floor": floor,
        }
    )
    return table.sort_values("first", ascending=False, kind="stable")
