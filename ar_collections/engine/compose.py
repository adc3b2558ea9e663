"""Text of a reminder as plain characters, for readers without HTML."""

import re

from lxml import html

#: Marks the lines of a table, whose leading blanks mean something.
_TABLE = "\x00"


def text_table(rows, numeric=()):
    """Rows of text, aligned in columns.

    :param rows: list of equally long lists; the first is the heading. None stands
        for a column that the cell before it spans.
    :param numeric: indexes of the columns to align on the right
    :return: lines joined by newlines, without trailing blanks

    >>> print(text_table([["Invoice", "Amount"], ["F1", "1 200.00"]], numeric={1}))
    Invoice    Amount
    F1       1 200.00
    """
    widths = [0] * len(rows[0])
    for row in rows:
        for start, span, text in _spans(row):
            if span == 1:
                widths[start] = max(widths[start], len(text))
    lines = []
    for row in rows:
        cells = []
        for start, span, text in _spans(row):
            width = sum(widths[start : start + span]) + 2 * (span - 1)
            right = span == 1 and start in numeric
            cells.append(text.rjust(width) if right else text.ljust(width))
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _spans(row):
    """``[(first column, number of columns, text)]`` of the cells of a row."""
    cells = []
    for index, text in enumerate(row):
        if text is None and cells:
            start, span, told = cells[-1]
            cells[-1] = (start, span + 1, told)
        else:
            cells.append((index, 1, text or ""))
    return cells


def to_plain(markup):
    """Plain text of a simple HTML letter; its tables stay aligned.

    :param str markup: paragraphs, line breaks, links, tables
    :return: text without markup; an address follows the words of its link
    """
    root = html.fragment_fromstring(markup or "", create_parent="div")
    blocks = []
    _walk(root, blocks)
    text = "".join(blocks)
    lines = [
        line[1:].rstrip() if line.startswith(_TABLE) else line.strip()
        for line in text.split("\n")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _walk(node, out):
    if node.tag == "table":
        rows = _table(node).split("\n")
        out.append("\n\n" + "\n".join(_TABLE + row for row in rows) + "\n\n")
    elif isinstance(node.tag, str):
        block = node.tag in {"p", "div", "ul", "ol"}
        out.append("\n\n" if block else "\n" if node.tag in {"br", "li"} else "")
        out.append(_squeeze(node.text))
        for child in node:
            _walk(child, out)
        href = node.get("href") if node.tag == "a" else None
        if href and href not in (node.text_content(), f"mailto:{node.text_content()}"):
            out.append(f" ({href})")
        out.append("\n\n" if block else "")
    out.append(_squeeze(node.tail))


def _table(node):
    rows, right = [], set()
    for row in node.iter("tr"):
        cells = list(row.iter("td", "th"))
        texts = []
        for cell in cells:
            if "right" in (cell.get("style") or ""):
                right.add(len(texts))
            texts.append(_squeeze(cell.text_content()).strip())
            texts += [None] * (int(cell.get("colspan") or 1) - 1)
        rows.append(texts)
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    return text_table(rows, right) if rows else ""


def _squeeze(text):
    return re.sub(r"[ \t\r\n]+", " ", text or "")
