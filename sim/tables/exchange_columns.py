"""What the columns of `incremental.csv` and `net_benefit.csv` say."""

from __future__ import annotations

_ENDS = {"lo": "Lower", "hi": "Upper"}
_OF = {
    "gain": "Measure of what is wanted.",
    "burden": "Measure of what it takes: money, or days of therapy lost.",
}


def _ends(name: str, of: str) -> dict[str, str]:
    return {
        f"{name}_{end}": f"{words} end of the 95% interval of {of} over draws; empty of too few."
        for end, words in _ENDS.items()
    }


INCREMENTAL = {
    **_OF,
    "strategy": "Name of the strategy; rows of one comparison stand by rising burden.",
    "standing": "Of the means: on the frontier; dominated, by one that has no less gain for no "
    "more burden; or extendedly dominated, by a mix of two.",
    "beaten_by": "The strategy that dominates this one, or the two of the mix.",
    "on_frontier_percent": "Percent of draws in which it is on the frontier.",
    "burden_mean": "Of the burden a person, over draws; the point estimate without draws.",
    **_ends("burden", "the burden a person"),
    "gain_mean": "Of the gain a person, over draws; the point estimate without draws.",
    **_ends("gain", "the gain a person"),
    "compared_with": "Whether `against` is the strategy before on the frontier (of a dominated "
    "one, the first that beats it), or the reference.",
    "against": "The strategy that this one is compared with.",
    "burden_difference": "Burden minus that of `against`, a mean over the same draws.",
    **_ends("burden_difference", "the difference in burden"),
    "gain_difference": "Gain minus that of `against`, a mean over the same draws.",
    **_ends("gain_difference", "the difference in gain"),
    "quadrant": "What both differences say: dominates, dominated, more of both, or less of both.",
    "ratio": "The incremental ratio, of mean differences; where it is less gain and less burden, "
    "what is saved per gain given up. None where one dominates.",
    "ratio_unit": "Of the ratio.",
    "told_apart": "Whether the 95% intervals of both differences leave out zero.",
    "price_kinds": "Kinds of price that the courses of both differ by.",
    "unlike_prices": "Whether they are several: then the ratio is no finding.",
}
NET_BENEFIT = {
    **_OF,
    "unit": "Of net benefit and loss, a person.",
    "rate": "Rate of exchange: what a gain is worth in burden, or a burden in gain.",
    "rate_unit": "Of the rate.",
    "strategy": "Name of the strategy; run.json has its label under `labels`.",
    "net_benefit": "Gain at its worth less burden at its worth, a mean over draws.",
    "lo": "Lower end of the 95% interval of net benefit over draws; empty of too few.",
    "hi": "Upper end of the 95% interval of net benefit over draws; empty of too few.",
    "best": "Whether its mean net benefit is the highest: the rows of the acceptability frontier.",
    "behind": "Mean net benefit of the best less its own.",
    **_ends("behind", "that difference"),
    "told_apart": "Whether that interval lies above zero.",
    "probability_best": "Share of draws in which it is best: the acceptability curve.",
    "expected_loss": "Mean over draws of what the best of the draw has more; of the best strategy "
    "it is the expected value of perfect information.",
    "expected_loss_se": "Its standard error, as of independent draws.",
}
