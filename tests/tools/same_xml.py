#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Puente's own judge of round trips: are two XML files the same, by grade G1 or G2?
"""Tells whether two XML files are the same.

Grade 1: the same elements, attributes, namespace declarations, prefixes, texts, comments and
processing instructions in the same order. The order of attributes, quotes, CDATA, character
references, encoding and layout white space do not matter.
Grade 2: the same data. Comments, processing instructions, prefixes and the place of namespace
declarations do not matter either; names are compared by namespace.
Layout white space is text of white space alone in an element that has child elements and no other
text, where xml:space="preserve" does not hold.

Works on trees: each file becomes a tree, grade 2 resolves its names and drops what it sets aside,
layout is pruned, and the trees are walked together to the first difference.
Exit code: 0 same, 1 different (with path and line), 2 one of them is not well-formed.
"""
import argparse
import sys
import xml.parsers.expat

WHITE = " \t\r\n"
XML_URI = "http://www.w3.org/XML/1998/namespace"
XMLNS_URI = "http://www.w3.org/2000/xmlns/"
DOCUMENT, ELEMENT, TEXT, COMMENT, INSTRUCTION = (
    "document", "element", "text", "comment", "processing instruction")


class NotWellFormed(Exception):
    """A file that cannot be judged: not well-formed, or (grade 2) not namespace-well-formed."""

    def __init__(self, source, line, column, reason):
        super().__init__("%s:%s:%s: %s" % (source, line, column, reason))
        self.line, self.column, self.reason = line, column, reason


class Node:
    """A node of the tree. `name` is the tag or target, `value` the text or the attributes."""

    __slots__ = ("kind", "name", "value", "line", "children")

    def __init__(self, kind, name, value, line):
        self.kind, self.name, self.value, self.line = kind, name, value, line
        self.children = []

    def describe(self):
        if self.kind == ELEMENT:
            attributes = "".join(" %s=%r" % (show_name(k), v)
                                 for k, v in sorted(self.value.items(), key=repr))
            return "<%s%s>" % (show_name(self.name), attributes)
        if self.kind == INSTRUCTION:
            return "<?%s %s?>" % (self.name, self.value)
        return "%s %r" % (self.kind, self.value)


def show_name(name):
    """A name for people: as written, or {namespace}local."""
    if isinstance(name, tuple):
        return "{%s}%s" % name if name[0] else name[1]
    return name


def read_tree(source, label=None):
    """Reads a file (a path) or a document (bytes) into a tree. Raises NotWellFormed."""
    label = label or (source if isinstance(source, str) else "input")
    parser = xml.parsers.expat.ParserCreate()
    document = Node(DOCUMENT, "", "", 0)
    open_nodes = [document]

    def on_start(name, attributes):
        node = Node(ELEMENT, name, attributes, parser.CurrentLineNumber)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def on_end(_name):
        open_nodes.pop()

    def on_text(data):
        siblings = open_nodes[-1].children
        if siblings and siblings[-1].kind == TEXT:
            siblings[-1].value.append(data)
        else:
            siblings.append(Node(TEXT, "", [data], parser.CurrentLineNumber))

    def on_comment(data):
        open_nodes[-1].children.append(Node(COMMENT, "", data, parser.CurrentLineNumber))

    def on_instruction(target, data):
        open_nodes[-1].children.append(Node(INSTRUCTION, target, data, parser.CurrentLineNumber))

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = on_text
    parser.CommentHandler = on_comment
    parser.ProcessingInstructionHandler = on_instruction
    try:
        if isinstance(source, bytes):
            parser.Parse(source, True)
        else:
            with open(source, "rb") as f:
                parser.ParseFile(f)
    except xml.parsers.expat.ExpatError as e:
        raise NotWellFormed(label, e.lineno, e.offset + 1,
                            xml.parsers.expat.ErrorString(e.code)) from e
    except (LookupError, ValueError, OSError) as e:
        raise NotWellFormed(label, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1,
                            str(e)) from e
    for node in walk(document):
        if node.kind == TEXT:
            node.value = "".join(node.value)
    return document


def walk(root):
    """All nodes of a tree, parents before their children, in no promised order of siblings."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.children)


def split_name(name):
    """(prefix, local) of a qualified name; raises ValueError when it is none."""
    prefix, colon, local = name.rpartition(":")
    if ":" in prefix or (colon and not prefix) or not local:
        raise ValueError("%r is not a qualified name" % name)
    # What follows a colon must be able to begin a name.
    if colon and not (local[0] == "_" or local[0].isalpha() or ord(local[0]) > 0x7F):
        raise ValueError("%r is not a qualified name" % name)
    return prefix, local


def check_declaration(prefix, uri):
    """Raises ValueError when a namespace declaration is not allowed."""
    if prefix == "xmlns":
        raise ValueError("the prefix xmlns may not be declared")
    if (prefix == "xml") != (uri == XML_URI):
        raise ValueError("prefix xml and its namespace belong together")
    if uri == XMLNS_URI:
        raise ValueError("the namespace of xmlns may not be declared")
    if prefix and not uri:
        raise ValueError("prefix %s may not be undeclared" % prefix)
    if " " in uri:
        raise ValueError("a namespace name has a space")


def resolve_element(node, outer):
    """Gives an element and its attributes (namespace, local) names; returns the inner scope."""
    scope = outer
    plain = []
    for name, value in node.value.items():
        prefix, local = split_name(name)
        if name == "xmlns" or prefix == "xmlns":
            declared = local if prefix else ""
            check_declaration(declared, value)
            if scope is outer:
                scope = dict(outer)
            scope[declared] = value
        else:
            plain.append((prefix, local, value))
    attributes = {}
    for prefix, local, value in plain:
        if prefix and prefix not in scope:
            raise ValueError("prefix %s is not declared" % prefix)
        expanded = (scope[prefix] if prefix else "", local)
        if expanded in attributes:
            raise ValueError("attribute %s is there twice" % show_name(expanded))
        attributes[expanded] = value
    prefix, local = split_name(node.name)
    if prefix and prefix not in scope:
        raise ValueError("prefix %s is not declared" % prefix)
    node.name = (scope.get(prefix, ""), local)
    node.value = attributes
    return scope


def to_data(document, label):
    """Turns a tree into its grade 2 form: names resolved, comments and instructions dropped."""
    pending = [(document, {"": "", "xml": XML_URI})]
    while pending:
        node, scope = pending.pop()
        try:
            if node.kind == ELEMENT:
                scope = resolve_element(node, scope)
            kept = []
            for child in node.children:
                if child.kind == INSTRUCTION and ":" in child.name:
                    raise ValueError("the target %s has a colon" % child.name)
                if child.kind in (COMMENT, INSTRUCTION):
                    continue
                if child.kind == TEXT and kept and kept[-1].kind == TEXT:
                    kept[-1].value += child.value
                    continue
                kept.append(child)
        except ValueError as e:
            raise NotWellFormed(label, node.line, 1, str(e)) from e
        node.children = kept
        pending.extend((child, scope) for child in kept if child.kind == ELEMENT)
    return document


def prune_layout(document):
    """Removes layout white space from a tree of either grade."""
    pending = [(document, False)]
    while pending:
        node, preserve = pending.pop()
        if node.kind == ELEMENT:
            for name in ("xml:space", (XML_URI, "space")):
                if name in node.value:
                    preserve = node.value[name] == "preserve"
        elements = [c for c in node.children if c.kind == ELEMENT]
        if elements and not preserve and all(
                not c.value.strip(WHITE) for c in node.children if c.kind == TEXT):
            node.children = [c for c in node.children if c.kind != TEXT]
        pending.extend((c, preserve) for c in elements)
    return document


def load(source, grade=1, label=None):
    """A file or document ready to be compared. Raises NotWellFormed."""
    label = label or (source if isinstance(source, str) else "input")
    document = read_tree(source, label)
    if grade == 2:
        to_data(document, label)
    return prune_layout(document)


def steps(parent_path, children):
    """The XPath of each child."""
    counts = {}
    for child in children:
        name = {ELEMENT: show_name(child.name), TEXT: "text()", COMMENT: "comment()",
                INSTRUCTION: "processing-instruction()"}[child.kind]
        counts[name] = counts.get(name, 0) + 1
        yield "%s/%s[%d]" % (parent_path, name, counts[name])


def difference(a, b):
    """The first difference of two loaded documents in document order as a text, or None."""
    chain = []  # (children of a, children of b, index of the next pair): the way down
    chain.append((a.children, b.children, 0))
    while chain:
        left, right, i = chain.pop()
        if i >= len(left) and i >= len(right):
            continue
        x = left[i] if i < len(left) else None
        y = right[i] if i < len(right) else None
        if (x is None or y is None or x.kind != y.kind or x.name != y.name
                or x.value != y.value):
            trail = [(l, r, j - 1) for l, r, j in chain] + [(left, right, i)]
            return explain(trail, x, y)
        chain.append((left, right, i + 1))
        if x.children or y.children:
            chain.append((x.children, y.children, 0))
    return None


def explain(trail, x, y):
    """A difference in words; trail holds the sibling lists and the index at each depth."""
    path = ""
    for left, right, i in trail:
        siblings = left if i < len(left) else right
        path = list(steps(path, siblings[:i + 1]))[-1]
    lines = ["different at %s" % path]
    for letter, node in (("a", x), ("b", y)):
        if node is None:
            lines.append("  %s: (nothing here)" % letter)
        else:
            lines.append("  %s, line %d: %.300s" % (letter, node.line, node.describe()))
    return "\n".join(lines)


def same(a, b, grade=1):
    """None when two files (paths) or documents (bytes) are the same, else the first difference.

    Raises NotWellFormed.
    """
    return difference(load(a, grade), load(b, grade))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--grade", type=int, choices=(1, 2), default=1)
    args = parser.parse_args()
    try:
        found = same(args.a, args.b, args.grade)
    except NotWellFormed as e:
        print(e)
        return 2
    if found:
        print(found)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
