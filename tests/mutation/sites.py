# SPDX-License-Identifier: Apache-2.0
"""Where a function can be broken by one small change, and into what.

A site is an expression or a statement of the text and what may stand in its place. Sites nest: in the places of
alternatives the text is always the original one."""

from __future__ import annotations

from dataclasses import dataclass, field

from syntax import Node, Source, inner, strip_casts, type_of

OPPOSITES = {"==": ["!="], "!=": ["=="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"]}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "&": "|", "|": "&", "<<": ">>", ">>": "<<"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "|=", "&="}
UNTOUCHED = {"UnaryExprOrTypeTraitExpr", "StaticAssertDecl", "CaseStmt.label", "DesignatedInitExpr", "EnumDecl", "RecordDecl"}
CONDITION_AT = {"IfStmt": 0, "ConditionalOperator": 0, "WhileStmt": 0, "DoStmt": 1}
LOOPS = {"WhileStmt", "DoStmt", "ForStmt"}
INTEGERS = ("int", "long", "short", "char", "size_t", "unsigned", "_t", "enum ")


@dataclass
class Change:
    """One mutant: the words before and after, and the code that stands for it in the woven text."""

    was: str
    becomes: str
    code: str
    number: int = 0


@dataclass
class Site:
    begin: int
    end: int
    statement: bool
    changes: list[Change]
    inside: list["Site"] = field(default_factory=list)


class Finder:
    """Walks one function."""

    # Where an expression is made true and made false as well, its opposite says nothing more.
    MORE = {"==": 0, "!=": 0, "!": 0, "<": 1, "<=": 1, ">": 1, ">=": 1}

    def __init__(self, source: Source, declaration: Node) -> None:
        self.source = source
        self.returns = type_of(declaration).split("(")[0].strip()

    def find(self, node: Node) -> list[Site]:
        """The sites in a node, outermost first, those inside of others hung below them."""
        kind = node["kind"]
        if kind in UNTOUCHED or (kind == "VarDecl" and node.get("storageClass") == "static"):
            return []
        if self.source.is_macro(node) and not self._is_truth(node):
            return []
        below = [site for child in self._children(node) for site in self.find(child)]
        return self._wrap(node, self._changes(node), below)

    def _children(self, node: Node) -> list[Node]:
        children = inner(node)
        if node["kind"] == "CaseStmt":
            return [dict(child, role="statement") for child in children[1:]]
        if node["kind"] in CONDITION_AT or node["kind"] in ("ForStmt", "CompoundStmt", "DefaultStmt", "ReturnStmt"):
            return [self._marked(node, child) for child in children]
        if node["kind"] == "InitListExpr" or self._compares_call(node):
            return [child for child in children if strip_casts(child)["kind"] != "IntegerLiteral"]
        return children

    def _marked(self, parent: Node, child: Node) -> Node:
        """A copy of a child that says what it is to its parent."""
        if parent["kind"] in CONDITION_AT or parent["kind"] == "ForStmt":
            if child is self._condition(parent):
                return dict(child, role="loop" if parent["kind"] in LOOPS else "condition")
            if parent["kind"] == "ForStmt" and child is not inner(parent)[-1]:
                return child
        if parent["kind"] == "ReturnStmt":
            return dict(child, role="returned")
        return dict(child, role="statement") if parent["kind"] != "ConditionalOperator" else child

    @staticmethod
    def _compares_call(node: Node) -> bool:
        """strcmp(a, b) == 0 and the like: another number there is the opposite, or never true."""
        return node.get("opcode") in ("==", "!=") and any(strip_casts(child)["kind"] == "CallExpr" for child in inner(node))

    @staticmethod
    def _condition(node: Node) -> Node | None:
        if node["kind"] == "ForStmt":
            at = node.get("inner", [])[2]
            return at if "kind" in at else None
        return inner(node)[CONDITION_AT[node["kind"]]]

    def _wrap(self, node: Node, changes: list[Change], below: list[Site]) -> list[Site]:
        span = self.source.span(node)
        if not changes or span is None:
            return below
        statement = node.get("role") == "statement"
        return [Site(span[0], span[1], statement, changes, below)]

    def _is_truth(self, node: Node) -> bool:
        return node["kind"] in ("IntegerLiteral", "ImplicitCastExpr") and self.source.words(node) in ("true", "false")

    # -- what a node may become ------------------------------------------------------------------

    def _changes(self, node: Node) -> list[Change]:
        role = node.get("role", "")
        changes = []
        words = self.source.words(node)
        if role in ("condition", "loop"):
            changes += [Change(words, "false", "0")] + ([Change(words, "true", "1")] if role == "condition" else [])
        if role == "returned":
            changes += self._returned(node, words)
        if role == "statement":
            return self._statement(node, words)
        more = self._expression(node, words)
        if role in ("condition", "loop", "returned") and changes:
            more = more[: self.MORE.get(node.get("opcode", ""), len(more))]
        return changes + more

    def _statement(self, node: Node, words: str) -> list[Change]:
        kind = strip_casts(node)["kind"]
        dropped = kind == "CallExpr" or (kind in ("BinaryOperator", "CompoundAssignOperator") and node.get("opcode") in ASSIGNMENTS)
        dropped = dropped or (kind == "UnaryOperator" and node.get("opcode") in ("++", "--")) or kind == "BreakStmt"
        return [Change(words, "", "")] if dropped else []

    def _returned(self, node: Node, words: str) -> list[Change]:
        if strip_casts(node)["kind"] in ("IntegerLiteral", "StringLiteral") or words in ("NULL", "true", "false"):
            return []
        if self.returns in ("bool", "_Bool"):
            return [Change(words, "true", "1"), Change(words, "false", "0")]
        if self.returns.endswith("*"):
            return [Change(words, "NULL", "0")]
        if any(self.returns.endswith(name) or self.returns.startswith(name) for name in INTEGERS):
            return [Change(words, "0", "0")]
        return []

    def _expression(self, node: Node, words: str) -> list[Change]:
        if node["kind"] == "BinaryOperator":
            return self._binary(node, words)
        if node["kind"] == "UnaryOperator" and node["opcode"] == "!":
            operand = self.source.words(inner(node)[0])
            return [Change(words, operand, f"!!({operand})")]
        if node["kind"] == "IntegerLiteral":
            return self._literal(words)
        if node["kind"] == "CharacterLiteral":
            return [Change(words, words + " + 1", f"({words}) + 1")]
        return []

    def _binary(self, node: Node, words: str) -> list[Change]:
        left, right = (self.source.words(child) for child in inner(node))
        operator = node["opcode"]
        if operator in ("&&", "||"):
            # && for || does what one of these two does, wherever it does anything.
            return [Change(words, left, f"!!({left})"), Change(words, right, f"!!({right})")]
        others = OPPOSITES.get(operator, [ARITHMETIC[operator]] if operator in ARITHMETIC else [])
        return [Change(words, f"{left} {other} {right}", f"(({left}) {other} ({right}))") for other in others]

    @staticmethod
    def _literal(words: str) -> list[Change]:
        if words in ("true", "false"):
            other = "false" if words == "true" else "true"
            return [Change(words, other, other)]
        changes = [Change(words, words + " + 1", f"(({words}) + 1)")]
        return changes if words == "0" else [*changes, Change(words, words + " - 1", f"(({words}) - 1)")]


def of_function(source: Source, declaration: Node, body: Node) -> list[Site]:
    return Finder(source, declaration).find(body)


def render(text: str, begin: int, end: int, sites: list[Site]) -> str:
    """The text from begin to end with every site woven in. Lines stay where they are."""
    parts, at = [], begin
    for site in sorted(sites, key=lambda one: one.begin):
        if site.begin < at:
            continue  # overlaps by way of a macro
        parts.append(text[at : site.begin])
        inside = render(text, site.begin, site.end, site.inside)
        if site.statement:
            parts.append(f"{{ if (!SDM({site.changes[0].number})) {inside}; }}")
            at = text.index(";", site.end) + 1
        else:
            choice = "".join(f"SDM({change.number}) ? {change.code} : " for change in site.changes)
            parts.append(f"({choice}({inside}))")
            at = site.end
    parts.append(text[at:end])
    return "".join(parts)


def flat(sites: list[Site]) -> list[Site]:
    return [each for site in sites for each in [site, *flat(site.inside)]]
