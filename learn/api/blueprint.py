"""The blueprint of the API; the modules beside this one add their operations to it."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("learn_api", __name__)

BASE = "/api/v1"
