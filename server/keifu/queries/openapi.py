"""The description of the stored queries in OpenAPI 3.1."""

import json
from collections.abc import Iterable

from keifu import __version__
from keifu.queries.queries import Parameter, Query
from keifu.sparql.formats import GRAPH_TYPES, QUAD_TYPES, SOLUTION_TYPES
from keifu.sparql.scanner import Scan

SCHEMAS = {
    "iri": {"type": "string", "format": "iri"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
}
"""The kinds of parameters in JSON Schema."""


def openapi(queries: Iterable[Query], site: str) -> dict[str, object]:
    """The description of the API in OpenAPI 3.1; `site` is the address of the service, with a slash at the end."""
    found = list(queries)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "系譜 API / keifu API",
            "version": __version__,
            "summary": "自治体DX推進計画への保存したクエリ / Stored queries over municipal DX plans",
            "description": "形式は Accept ヘッダーか、名前の後の .json, .xml, .csv, .tsv で選びます。\n\n"
            "Choose the format by the Accept header or by .json, .xml, .csv or .tsv after the name.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": site.removesuffix("/")}],
        "tags": [
            {"name": "publisher", "description": "計画を公表する人に / For those who publish plans"},
            {"name": "researcher", "description": "研究する人に / For researchers"},
            {"name": "browser", "description": "読む人に / For readers"},
        ],
        "paths": {f"/api/queries/{each.name}": {"get": described(each)} for each in found},
        "components": {
            "parameters": {
                "limit": {
                    "name": "limit",
                    "in": "query",
                    "description": "一ページの行数。なければ全部 / Rows a page; all where it is not given",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
                },
                "offset": {
                    "name": "offset",
                    "in": "query",
                    "description": "飛ばす行数 / Rows to pass over",
                    "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 0},
                },
            },
            "headers": {
                "Link": {
                    "description": "limit があるとき、first, prev, next のページ / The pages first, prev and next"
                    " where there is a limit (RFC 8288)",
                    "schema": {"type": "string"},
                },
                "ETag": {
                    "description": "データ、クエリ、値、形式で決まる / Stands for data, query, values and format",
                    "schema": {"type": "string"},
                },
            },
            "responses": {
                "Error": {
                    "description": "誤りの説明 / What is wrong",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
                        "text/plain": {"schema": {"type": "string"}},
                    },
                }
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {
                        "error": {
                            "type": "object",
                            "required": ["status", "ja", "en", "id"],
                            "properties": {
                                "status": {"type": "integer"},
                                "ja": {"type": "string"},
                                "en": {"type": "string"},
                                "id": {"type": "string"},
                                "limit": {"type": "string"},
                            },
                        }
                    },
                },
                "Solutions": {
                    "description": "SPARQL 1.1 Query Results JSON Format",
                    "type": "object",
                    "required": ["head", "results"],
                    "properties": {"head": {"type": "object"}, "results": {"type": "object"}},
                },
            },
        },
    }


def described(query: Query) -> dict[str, object]:
    """A query as an operation."""
    solutions = Scan(query.text).form in ("SELECT", "ASK")
    content: dict[str, object] = {
        each.media_type: {"schema": {"type": "string"}}
        for each in (SOLUTION_TYPES if solutions else {**GRAPH_TYPES, **QUAD_TYPES}).values()
    }
    if solutions:
        content[SOLUTION_TYPES["json"].media_type] = {"schema": {"$ref": "#/components/schemas/Solutions"}}
    return {
        "operationId": query.name,
        "summary": f"{query.title_ja} / {query.title_en}",
        "description": f"{query.description_ja}\n\n{query.description_en}",
        "tags": [query.user],
        "parameters": [
            *map(parameter, query.parameters),
            {"$ref": "#/components/parameters/limit"},
            {"$ref": "#/components/parameters/offset"},
        ],
        "responses": {
            "200": {
                "description": "答え / The answer",
                "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in ("Link", "ETag")},
                "content": content,
            },
            "304": {"description": "変わっていない / Not modified"},
            **{status: {"$ref": "#/components/responses/Error"} for status in ("400", "406", "503")},
        },
    }


def parameter(each: Parameter) -> dict[str, object]:
    """A parameter of a query; it may be left out."""
    schema: dict[str, object] = dict(SCHEMAS[each.kind])
    if each.default:
        schema["default"] = json.loads(each.default) if each.kind in ("integer", "decimal") else each.default
    return {
        "name": each.name,
        "in": "query",
        "description": f"{each.label_ja} / {each.label_en}",
        "schema": schema,
    }
