"""Tests the API against its own description, with schemathesis:

    openapi_fuzz.py URL FOLDER SECONDS NAME=CREDENTIAL...

Each credential is used for SECONDS seconds with all tests. With 0 seconds the run is short and deterministic: the coverage phase
with the first credential, and a few examples of the other phases with the second. FOLDER holds settings. Exits with 1 if an
answer does not match the description.
"""

import os
import subprocess
import sys
from pathlib import Path

# All checks of schemathesis are on. The exceptions below are for rules that JSON Schema and the checks cannot express: lengths
# count bytes here, so a text beyond ASCII may conform and still be too long; a picture must be a real picture; a plus sign in a
# query is a plus sign, not a space; 412 is a valid refusal, because portraitd checks the conditions of a request first.
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
# Gravatar and Libravatar ignore invalid parameters, and so does portraitd.
[[operations]]
include-operation-id = "getAvatar"
checks.negative_data_rejection.enabled = false
# A document has no thumbnail.
[[operations]]
include-operation-id-regex = "Thumbnail$"
checks.ensure_resource_availability.enabled = false
# An erased user is created again at their next use.
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
    """Runs schemathesis once and returns its exit code."""
    settings = stem.with_suffix(".toml")
    settings.write_text(SETTINGS.format(codec=codec, knows_lengths=str(codec == "ascii").lower()))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", settings, "run", f"{url}/openapi.json"]
    options = [*bounds, "--continue-on-failure", "--warnings", "off", "--no-color"]
    return subprocess.run([*command, *options], cwd=stem.parent, env=os.environ | {"CREDENTIAL": credential}).returncode


main()
