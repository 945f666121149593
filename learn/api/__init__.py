"""The HTTP API: JSON below ``/api/v1/``."""

from learn.api.blueprint import api
from learn.api.mounting import mount_api

__all__ = ["api", "mount_api"]
