"""Parses metrics with Prometheus' own parser: openmetrics.py FILE prints a line for each metric family."""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8") as file:
    for family in text_string_to_metric_families(file.read()):
        print(family.type, family.name, len(family.samples))
