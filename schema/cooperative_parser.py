"""The parser of documents, which lets others have their turn: a long document takes a good part of a second."""

from graphql import DocumentNode, GraphQLSyntaxError, Lexer, Source, Token, TokenKind
from graphql.language.parser import Parser, nested_too_deeply_error

from graph.time_slices import give_way

LONGEST_NUMBER = 1_000


class _Lexer(Lexer):
    def advance(self) -> Token:
        give_way()
        token = super().advance()
        if token.kind in {TokenKind.INT, TokenKind.FLOAT} and len(token.value or "") > LONGEST_NUMBER:  # Python refuses some of these
            raise GraphQLSyntaxError(self.source, token.start, f"A number has more than {LONGEST_NUMBER} digits.")
        return token


def parsed(text: str) -> DocumentNode:
    """The same as graphql-core's `parse`. Raises GraphQLSyntaxError."""
    parser = Parser(text, lexer=_Lexer(Source(text)))
    try:
        return parser.parse_document()
    except RecursionError:
        pass  # left first, or the error would keep all frames of the recursion
    raise nested_too_deeply_error(parser)
