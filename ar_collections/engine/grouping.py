"""Which reminders leave in one e-mail."""


def group(entries):
    """Put entries that share a key together, in the order of their first one.

    :param entries: ``[(entry, key)]``; a key of None keeps the entry alone
    :return: list of lists

    >>> group([("a", 1), ("b", None), ("c", 1), ("d", None)])
    [['a', 'c'], ['b'], ['d']]
    """
    groups, known = [], {}
    for entry, key in entries:
        if key is None or key not in known:
            groups.append([])
            known[key] = groups[-1]
        known[key].append(entry)
    return groups
