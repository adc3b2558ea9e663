"""Address of an invoice in a document system, made from a pattern of the company.

The pattern is an http(s) address in which ``{number}``, ``{date}``, ``{customer}`` and
``{amount}`` stand for facts of the invoice. Nothing here opens the address.
"""

import re
import string

#: What may stand between braces.
PLACEHOLDERS = ("number", "date", "customer", "amount")
#: Characters that no address holds as such (RFC 3986 §2), beside controls.
_FORBIDDEN = set(' "<>\\^`|')
#: Characters that stand for themselves in every part of an address (RFC 3986 §2.3).
_UNRESERVED = frozenset(f"{string.ascii_letters}{string.digits}-._~".encode())
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^/?#]*)")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")


class PatternError(ValueError):
    """A pattern that cannot be used.

    :ivar str code: ``scheme``, ``host``, ``character``, ``braces``, ``unknown`` or
        ``constant``
    :ivar str detail: the part at fault, as it was written
    """

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def check(pattern):
    """Refuse a pattern that would not give one address per invoice.

    :raise PatternError: see its codes

    >>> check("https://docs.example.com/i/{number}?c={customer}")
    >>> check("https://docs.example.com/{nummer}")
    Traceback (most recent call last):
    ...
    odoo.addons.ar_collections.engine.archive_link.PatternError: unknown: nummer
    """
    bad = sorted(c for c in pattern if c in _FORBIDDEN or not c.isprintable())
    if bad:
        raise PatternError("character", bad[0])
    names = _names(pattern)
    address = _ADDRESS.match(pattern)
    if not address or address["scheme"].lower() not in ("http", "https"):
        raise PatternError("scheme", address["scheme"] if address else pattern)
    # A customer or a number must not decide which server is linked to, and a name
    # before an @ would hide it.
    if not _HOST.fullmatch(address["host"]):
        raise PatternError("host", address["host"])
    if not names:
        raise PatternError("constant", pattern)


def _names(pattern):
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise PatternError("braces", pattern) from error
    names = []
    for text, name, spec, conversion in parts:
        if "{" in text or "}" in text:
            raise PatternError("braces", pattern)
        if name is None:
            continue
        if name not in PLACEHOLDERS or spec or conversion:
            raise PatternError("unknown", name)
        names.append(name)
    return names


def fill(pattern, values):
    """The address of one invoice.

    :param str pattern: one that :func:`check` accepts
    :param dict values: text of each placeholder; what is missing becomes empty
    :return: the address, each value percent-encoded as one path or query part

    >>> fill("https://d.example/i/{number}?c={customer}",
    ...      {"number": "FAC/2026/12", "customer": "A&B"})
    'https://d.example/i/FAC%2F2026%2F12?c=A%26B'
    """
    texts = {name: _quote(str(values.get(name) or "")) for name in PLACEHOLDERS}
    return pattern.format(**texts)


def _quote(text):
    return "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode()
    )
