"""The blueprint of all pages; the modules beside this one add their views to it."""

from __future__ import annotations

from flask import Blueprint

from learn.shipped import shipped

pages = Blueprint("learn", __name__, template_folder=str(shipped("templates")))
