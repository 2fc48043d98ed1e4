"""What those who run the service ask it: whether it lives, whether it can answer, and what it counts."""

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from keifu import metrics

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Which dataset is served, once it has answered."""
    store = current_app.extensions["keifu"].store
    return jsonify(alive=bool(store.query("ASK {}")), dataset=store.manifest.version, triples=store.manifest.triples)


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether queries find processes that can answer them: 503 with the reason until then.

    What is served has passed the shapes, or it would not have been built, and has its index from the start.
    """
    site = current_app.extensions["keifu"]
    response = jsonify(ready=True, dataset=site.store.manifest.version, warnings=site.store.manifest.warnings)
    if not site.pool.is_ready():
        reason = {
            "ja": "クエリのプロセスがデータセットを読み込んでいます。しばらくしてから確かめてください。",
            "en": "The processes for queries are still reading the dataset. Ask again later.",
        }
        response = jsonify(ready=False, dataset=site.store.manifest.version, reason=reason)
        response.status_code = 503
        response.headers["Retry-After"] = "1"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def figures() -> Response:
    """What is counted, in the text format of Prometheus."""
    return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
