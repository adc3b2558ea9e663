"""What a customer can answer, whichever way he came in."""

from collections.abc import Callable
from dataclasses import dataclass

from .actions import proof_values, send_proof
from .problem import problem_values, send_problem
from .promise import promise_values, send_promise


@dataclass(frozen=True)
class Answer:
    """One form: what it shows, and how it is taken in.

    ``send`` returns ``(record, None)``, or ``(None, values with the mistakes)``.
    """

    values: Callable
    send: Callable


ANSWERS = {
    "proof": Answer(proof_values, send_proof),
    "promise": Answer(promise_values, send_promise),
    "problem": Answer(problem_values, send_problem),
}
#: Converter of the routes.
NAMES = f"any({','.join(ANSWERS)})"
