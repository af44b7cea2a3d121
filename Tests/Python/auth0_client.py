"""Tests an instance with Auth0's own library: auth0_client.py URL KEY READING_KEY USER SOCIAL_USER

KEY is an API key with all rights, READING_KEY one that may only read. USER is a user of the user database, SOCIAL_USER one of
google-oauth2; both exist and have no picture. The exit code is 0 if all answers are as the library expects.
"""

import json
import sys
import time

import httpx
from auth0.management.client import Auth0
from auth0.management import errors

url, key, reading, user, social = sys.argv[1:]
picture = "https://example.com/some-image.png"


def token(**fields):
    """Requests an access token like the library's token provider."""
    form = {
        "grant_type": "client_credentials",
        "client_id": key.split("_")[1],
        "client_secret": key,
        "audience": f"{url}/api/v2/",
    }
    return httpx.post(f"{url}/oauth/token", data=form | fields)


def refused(kind, code, call):
    """Returns the error of a call; the call must fail with this kind of error."""
    try:
        call()
    except kind as error:
        body = error.body if isinstance(error.body, dict) else json.loads(error.body.model_dump_json())
        assert body.get("errorCode") == code, body
        return body
    raise AssertionError(f"nothing was refused where {kind.__name__} was expected")


answer = token().json()
assert answer["token_type"] == "Bearer" and answer["expires_in"] == 86400, answer
assert token(client_secret=key[:-1] + "x").status_code == 401
assert token(client_id="nobody").json()["error"] == "access_denied"
client = Auth0(base_url=f"{url}/api/v2", token=answer["access_token"])

# A user of the database: first Gravatar with initials, then their own picture.
found = client.users.get(user)
assert found.user_id == user and "/avatar/" in found.picture and "avatars%2F" in found.picture, found.picture
drawn = httpx.get(found.picture)
assert drawn.status_code == 200 and drawn.headers["content-type"] == "image/png", drawn.headers
assert client.users.update(user, user_metadata={"picture": picture, "team": "red"}).picture == found.picture
kept = client.users.update(user, user_metadata={"team": "blue"})
assert kept.user_metadata == {"picture": picture, "team": "blue"}, kept.user_metadata
assert client.users.update(user, picture=picture).picture == picture
replaced = client.users.update(user, picture=picture + "?2", app_metadata={"plan": "gold"})
assert replaced.picture == picture + "?2" and replaced.app_metadata == {"plan": "gold"}
partial = client.users.get(user, fields="picture,user_id", include_fields=True)
assert partial.picture == picture + "?2" and partial.email is None

# Delete it from the metadata, and at the root, which then shows the drawn picture again.
assert client.users.update(user, user_metadata={"picture": None}).user_metadata == {"team": "blue"}
assert client.users.update(user, picture=None).picture == found.picture
assert client.users.update(user, picture=picture + "?2").picture == picture + "?2"

# A user of a provider. The provider sets the root attributes until the connection's option changes.
body = refused(errors.BadRequestError, "invalid_body", lambda: client.users.update(social, picture=picture))
assert body["message"].startswith("The following user attributes cannot be updated: picture. The connection (google-oauth2)")
assert client.users.update(social, user_metadata={"picture": picture}).user_metadata["picture"] == picture
connection = client.connections.get("con_google-oauth2")
assert connection.options["set_user_root_attributes"] == "on_each_login", connection
changed = client.connections.update("con_google-oauth2", options={"set_user_root_attributes": "on_first_login"})
assert changed.options["set_user_root_attributes"] == "on_first_login", changed
assert client.users.update(social, picture=picture).picture == picture

# Import many users.
people = [
    {"email": "new@example.com", "user_id": "new", "picture": picture},
    {"email": "nobody"},
    {"email": "new@example.com"},
]


def imported(people, **options):
    file = ("users.json", json.dumps(people) if isinstance(people, list) else people)
    job = client.jobs.users_imports.create(users=file, connection_id="con_Username-Password-Authentication", **options)
    assert job.status == "pending" and job.type == "users_import", job
    for _ in range(50):
        done = client.jobs.get(job.id)
        if done.status in ("completed", "failed"):
            return done
        time.sleep(0.1)
    raise AssertionError("the job does not end")


done = imported(people, external_id="x1", upsert=False)
assert done.status == "completed" and done.summary.inserted == 1 and done.summary.failed == 2, done
codes = [row.errors[0].code for row in client.jobs.errors.get(done.id)]
assert sorted(codes) == ["DUPLICATED_USER", "FORMAT"], codes
assert client.users.get("auth0|new").picture == picture
again = imported(people[:1], upsert=True)
assert again.summary.updated == 1, again
assert not client.jobs.errors.get(again.id)
assert imported("[").status == "failed"

# Each error has the library's class for it.
refused(errors.NotFoundError, "inexistent_user", lambda: client.users.get("auth0|nobody"))
refused(errors.NotFoundError, "inexistent_user", lambda: client.users.update("auth0|nobody", name="x"))
refused(errors.NotFoundError, "inexistent_job", lambda: client.jobs.get("job_0"))
refused(errors.BadRequestError, "invalid_body", lambda: client.users.update(user, user_metadata={"a.b": 1}))
refused(errors.BadRequestError, "invalid_body", lambda: client.users.update(user, picture="data:image/png;base64,AAAA"))
refused(errors.ContentTooLargeError, "payload_too_large", lambda: imported("x" * 600_000))
reader = Auth0(base_url=f"{url}/api/v2", token=reading)
assert reader.users.get(user).picture == picture + "?2"
refused(errors.ForbiddenError, "insufficient_scope", lambda: reader.users.update(user, picture=picture + "?3"))
refused(errors.ForbiddenError, "insufficient_scope", lambda: reader.connections.update("con_google-oauth2", options={}))
for bad in ["nonsense", "portraitd_00_11", answer["access_token"] + "A"]:
    stranger = Auth0(base_url=f"{url}/api/v2", token=bad)
    refused(errors.UnauthorizedError, None, lambda: stranger.users.get(user))
    refused(errors.UnauthorizedError, None, lambda: stranger.users.update(user, picture=picture + "?3"))
assert client.users.get(user).picture == picture + "?2"
