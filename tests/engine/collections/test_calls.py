"""When to call again, and after how many attempts a call counts as made."""

import doctest
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import calls
from odoo.addons.ar_collections.engine.calls import (
    CLOSES,
    OPENS,
    Effect,
    call_again,
    postpones,
)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))


def test_examples_of_the_module():
    assert doctest.testmod(calls).failed == 0


@given(moments, st.integers(0, 100))
def test_next_attempt_falls_in_office_hours_and_never_too_early(now, hours):
    moment = call_again(now, hours)
    assert moment.weekday() < 5
    assert OPENS <= moment.time() < CLOSES
    assert moment >= now + timedelta(hours=hours)
    assert moment - now <= timedelta(hours=hours) + timedelta(days=3)


def test_only_what_was_not_settled_comes_back():
    back = {effect for effect in Effect if postpones(effect, 1, 3)}
    assert back == {Effect.NO_ANSWER, Effect.CALL_BACK, Effect.WRONG_CONTACT}
    assert not postpones(Effect.NO_ANSWER, 3, 3)
    assert postpones(Effect.CALL_BACK, 9, 3)
