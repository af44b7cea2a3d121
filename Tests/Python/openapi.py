"""Exits with 1 if the document is not valid OpenAPI 3.1: openapi.py FILE."""

import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

with open(sys.argv[1], encoding="utf-8") as file:
    errors = list(OpenAPIV31SpecValidator(json.load(file)).iter_errors())
for error in errors:
    print(error.json_path, error.message)
sys.exit(bool(errors))
