"""schema_check.py SCHEMA FILE…: a line "good FILE" or "bad FILE: PLACE: WHY" for each, by the validator of the package
python3-jsonschema. YAML is read as yaml-language-server reads it: version 1.2's core schema, !env and !file as text."""
import json
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}


for tag, pattern, first in (
    ("bool", "^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", "^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", "^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))
for tag in ("!env", "!file"):
    Loader.add_constructor(tag, lambda loader, node: loader.construct_scalar(node))

with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for name in sys.argv[2:]:
    with open(name) as file:
        site = yaml.load(file, Loader)
    error = jsonschema.exceptions.best_match(validator.iter_errors(site))
    print(f"good {name}" if error is None else f"bad {name}: {error.json_path}: {error.message[:200]}")
