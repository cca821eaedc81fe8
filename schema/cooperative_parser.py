"""The parser of documents, which lets others have their turn: a long document takes a good part of a second."""

from graphql import DocumentNode, GraphQLSyntaxError, Lexer, Source, Token, TokenKind
from graphql.language.parser import Parser, nested_too_deeply_error

from graph.time_slices import give_way

LONGEST_NUMBER = 1_000
TOKENS_AT_ONCE = 50
INT, FLOAT = TokenKind.INT, TokenKind.FLOAT


class _Lexer(Lexer):
    _until_pause = TOKENS_AT_ONCE

    def advance(self) -> Token:
        self._until_pause -= 1
        if not self._until_pause:
            self._until_pause = TOKENS_AT_ONCE
            give_way()
        token = super().advance()
        kind = token.kind
        if (kind is INT or kind is FLOAT) and len(token.value or "") > LONGEST_NUMBER:  # Python refuses some of these
            raise GraphQLSyntaxError(self.source, token.start, f"A number has more than {LONGEST_NUMBER} digits.")
        return token


def parsed(text: str) -> DocumentNode:
    """Parse a document as graphql-core's `parse` does. Raises GraphQLSyntaxError."""
    parser = Parser(text, lexer=_Lexer(Source(text)))
    try:
        return parser.parse_document()
    except RecursionError:
        pass  # left first, or the error would keep all frames of the recursion
    raise nested_too_deeply_error(parser)
