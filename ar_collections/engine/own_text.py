"""A letter that a person has edited: the words are his, the figures stay live.

The parts that are computed (table of items, how to pay…) stand in the edited text as
marked blocks, with the figures of the moment so that the writer sees what he writes
around. When the letter leaves, each block is replaced by the part of that moment.
"""

from html import escape

from lxml import etree, html

#: Class that begins the name of a marked block: ``ar_part_items``.
PREFIX = "ar_part_"


def mark(name, markup):
    """One computed part as a block that the editor leaves alone.

    :param str name: name of the part
    :param str markup: what it shows now
    """
    return (
        f'<div class="{PREFIX}{name}" data-oe-protected="true"'
        f' contenteditable="false">{markup}</div>'
    )


def fill(markup, parts, required=()):
    """Put the computed parts of this moment into an edited letter.

    :param str markup: HTML with the blocks of :func:`mark`
    :param dict parts: ``{name: HTML}``; a part that is now empty leaves nothing
    :param required: names of parts that are added at the end when the writer has
        deleted their block
    :return: HTML

    >>> fill('<p>Hello</p><div class="ar_part_items">old</div>', {"items": "<b>x</b>"})
    '<p>Hello</p><div><b>x</b></div>'
    """
    root = html.fragment_fromstring(markup or "", create_parent="div")
    seen = set()
    for node in list(root.iter(etree.Element)):
        name = _part(node)
        if name in parts:
            # A copy of the block would tell the same twice.
            _replace(node, "" if name in seen else parts[name])
            seen.add(name)
    for name in required:
        if name not in seen and parts.get(name):
            root.append(_block(parts[name]))
    text = "".join(html.tostring(child, encoding="unicode") for child in root)
    return escape(root.text or "", quote=False) + text


def _part(node):
    for name in (node.get("class") or "").split():
        if name.startswith(PREFIX):
            return name[len(PREFIX) :]
    return None


def _block(markup):
    return html.fragment_fromstring(markup or "", create_parent="div")


def _replace(node, markup):
    block = _block(markup)
    block.tail = node.tail
    parent = node.getparent()
    parent.replace(node, block)
