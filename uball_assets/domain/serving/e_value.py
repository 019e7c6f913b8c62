"""Evidence that may be looked at after every game: the e-value of 'more' against 'less'.

A p-value that is looked at again and again errs more often each time (14 to 20 % instead of 5 after 40
games); an e-value does not. It is the factor by which the data speak against 'no better', averaged over all
better shares; by chance alone it ever reaches E with at most 1 / E (Ville's inequality).

Belongs here: the number and the limits at which a shadow or a canary is decided. Not here: one look at a
fixed evaluation set (`gate`).
"""

from __future__ import annotations

import math

from uball_assets.domain.serving.gate import binomial_tail

PROMOTE_AT = 20.0
"""Evidence for 'better' at which a shadow takes over: by chance in at most 5 %."""
ROLL_BACK_AT = 10.0
"""Evidence for 'worse': quicker, since staying with the champion costs little."""


def e_value(more: int, less: int) -> float:
    """How strongly `more` of `more + less` plays that differ speaks for 'more'. Check: (5, 0) is 10.5.

    A uniform mixture over the shares from 1/2 to 1, against the fair coin: plays on which both models agree
    say nothing and do not count.
    """
    count = more + less
    above_half = binomial_tail(less + 1, count + 1)
    if not above_half:
        return 0.0
    log_beta = math.lgamma(more + 1) + math.lgamma(less + 1) - math.lgamma(count + 2)
    return math.exp(log_beta + math.log(above_half) + (count + 1) * math.log(2))
