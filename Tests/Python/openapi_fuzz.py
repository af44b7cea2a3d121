"""Tries the API by its own description, with schemathesis:

    openapi_fuzz.py URL FOLDER SECONDS NAME=CREDENTIAL...

Each credential is tried for so many seconds with everything. With 0 seconds it is a bounded run, the same each time: what
each part of the description promises is tried with the first credential, and a little of all else with the second.
FOLDER is for settings. Exits with 1 when an answer was not one that the description promises.
"""

import os
import subprocess
import sys
from pathlib import Path

# Of the checks that schemathesis has all are on, with what neither JSON Schema nor the checks can know made up for: lengths
# count bytes here, so that texts beyond ASCII may be too long though they conform; a picture has a content; a plus sign in a
# query is none but a plus sign; 412 is as good a refusal as any, as the conditions of a request are looked at first.
SETTINGS = """
# GET /events waits up to 30 s.
request-timeout = 40
[auth.openapi.bearer]
bearer = "${{CREDENTIAL}}"
[generation]
codec = "{codec}"
[checks.positive_data_acceptance]
enabled = {knows_lengths}
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 412]
[checks.negative_data_rejection]
expected-statuses = ["4xx"]
[[operations]]
include-operation-id-regex = "ProfileImage$|Upload$|^post(My|User)Media$|^listUsers$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 412, 413, 415, 422]
# Gravatar and Libravatar take what they do not understand for absent, and so does this.
[[operations]]
include-operation-id = "getAvatar"
checks.negative_data_rejection.enabled = false
# A document has none.
[[operations]]
include-operation-id-regex = "Thumbnail$"
checks.ensure_resource_availability.enabled = false
# A user who was erased is a new one at their next use.
[[operations]]
exclude-operation-id-regex = "Media"
checks.use_after_free.enabled = false
"""


def main():
    url, folder, seconds, *credentials = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    results = []
    for number, (name, credential) in enumerate(each.split("=", 1) for each in credentials):
        bounds = ["--max-time", seconds]
        if seconds == "0":
            phases = ["coverage", "examples,fuzzing,stateful"][number % 2]
            bounds = ["--phases", phases, "--max-examples", "2", "--seed", "1"]
        print(f"{name}:", flush=True)
        results.append(attempt(url, Path(folder) / name, credential, ["ascii", "utf-8"][number % 2], bounds))
    sys.exit(any(results))


def attempt(url, stem, credential, codec, bounds):
    """One run of schemathesis; how it ended."""
    settings = stem.with_suffix(".toml")
    settings.write_text(SETTINGS.format(codec=codec, knows_lengths=str(codec == "ascii").lower()))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", settings, "run", f"{url}/openapi.json"]
    options = [*bounds, "--continue-on-failure", "--warnings", "off", "--no-color"]
    return subprocess.run([*command, *options], cwd=stem.parent, env=os.environ | {"CREDENTIAL": credential}).returncode


main()
