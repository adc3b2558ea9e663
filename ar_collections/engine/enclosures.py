"""Which documents go along in one e-mail, given what a mail may weigh."""

#: A line of base64 holds 57 bytes in 76 characters and a line end (RFC 2045 §6.8).
_BYTES, _LINE = 57, 78


def mail_weight(size):
    """Bytes that a file of ``size`` bytes adds to an e-mail, once encoded.

    >>> mail_weight(57_000)
    78000
    """
    return -(-size // _BYTES) * _LINE


def fit(sizes, limit):
    """Choose the documents that fit, in the order given.

    One that is too heavy does not stop a lighter one after it.

    :param sizes: ``[(key, bytes of the file)]``, the most wanted first
    :param int limit: bytes that all of them may add to the e-mail
    :return: (keys that go along, keys that are left out)

    >>> fit([("a", 500), ("b", 900), ("c", 100)], 1000)
    (['a', 'c'], ['b'])
    """
    kept, left, total = [], [], 0
    for key, size in sizes:
        weight = mail_weight(size)
        if total + weight <= limit:
            kept.append(key)
            total += weight
        else:
            left.append(key)
    return kept, left
