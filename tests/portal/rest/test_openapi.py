# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The committed description of the interface is what the code says today."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from tests.architecture.routes import all_routes

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def described() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_committed_description_is_the_one_that_the_code_gives() -> None:
    written = OpenApiYamlRenderer().render(described(), renderer_context={})
    assert COMMITTED.read_bytes() == written, "run `make openapi`"


def test_it_is_valid_and_names_every_route_of_the_interface() -> None:
    schema = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
    validate_schema(schema)
    routes = {"/" + route.path for route in all_routes() if route.name.startswith("api:")}
    for kind in ("slug:", "str:"):
        routes = {route.replace(f"<{kind}", "{").replace(">", "}") for route in routes}
    assert set(schema["paths"]) == routes


def test_every_operation_says_which_problems_it_has() -> None:
    schema = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
    operations = {
        operation["operationId"]: operation for path in schema["paths"].values() for operation in path.values()
    }
    assert len(operations) == 14
    for name, operation in operations.items():
        assert {"429", "503"} <= set(operation["responses"]), name
        assert operation["summary"], name
