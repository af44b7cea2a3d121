"""Tests an instance with Clerk's own library: clerk_client.py URL SECRET_KEY USER...

The users exist and have no picture. The exit code is 0 if all answers are as the library expects.
"""

import base64
import json
import sys

import httpx
from clerk_backend_api import Clerk, SDKError, models

from picture import png

url, key, user, other = sys.argv[1:]


def client(secret):
    return Clerk(bearer_auth=secret, server_url=f"{url}/v1")


def refused(kind, status, code, call):
    """Checks that a call fails with this kind of error."""
    try:
        call()
    except kind as error:
        assert error.raw_response.status_code == status, error
        assert json.loads(error.body)["errors"][0]["code"] == code, error.body
        return
    raise AssertionError(f"nothing was refused where {code} was expected")


def file(content, name="profile-pic.png", content_type="image/png"):
    return {"file_name": name, "content": content, "content_type": content_type}


users = client(key).users

# Get, without a picture.
before = users.get(user_id=user)
assert before.id == user and not before.has_image
blob = before.image_url.rsplit("/", 1)[1]
content = json.loads(base64.b64decode(blob + "=" * (-len(blob) % 4)))
assert content["type"] == "default", content
assert httpx.get(before.image_url).headers["content-type"] == "image/png"

# Set, and replace.
first = users.set_profile_image(user_id=user, file=file(png(255, 0, 0)))
assert first.has_image and first.image_url != before.image_url
assert first.updated_at > before.updated_at and first.created_at == before.created_at
shown = httpx.get(first.image_url + "?width=160&height=80&fit=crop&quality=100")
assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg", shown.headers
second = users.set_profile_image(user_id=user, file=file(png(0, 0, 255)))
assert second.image_url != first.image_url
assert httpx.get(second.image_url).content != shown.content
assert users.get(user_id=user).image_url == second.image_url

# The other user is unchanged.
assert not users.get(user_id=other).has_image

# List, count, change.
listed = users.list(request={"user_id": [user, other], "limit": 10})
assert {found.id for found in listed} == {user, other}
assert users.list(request={"email_address": ["nobody@example.com"]}) == []
assert users.count(request={"user_id": [user]}).total_count == 1
assert users.update(user_id=user, first_name="Ann").first_name == "Ann"
users.update_metadata(user_id=user, public_metadata={"plan": "gold", "a": {"b": 1}}, private_metadata={"c": 1})
changed = users.update_metadata(user_id=user, public_metadata={"a": {"b": None, "d": 2}}, unsafe_metadata={"a": [1]})
assert changed.public_metadata == {"plan": "gold", "a": {"d": 2}}, changed.public_metadata
assert changed.unsafe_metadata == {"a": [1]} and changed.private_metadata == {"c": 1} and changed.has_image

# All documented errors.
refused(models.ClerkErrors, 400, "request_body_invalid", lambda: users.set_profile_image(user_id=user, file=file(b"profile-pic")))
refused(models.ClerkErrors, 400, "form_param_missing", lambda: users.set_profile_image(user_id=user))
refused(models.ClerkErrors, 404, "resource_not_found", lambda: users.set_profile_image(user_id="nobody", file=file(png(1, 2, 3))))
refused(models.ClerkErrors, 404, "resource_not_found", lambda: users.get(user_id="nobody"))
refused(SDKError, 413, "image_too_large", lambda: users.set_profile_image(user_id=user, file=file(png(1, 2, 3) + bytes(10_485_760))))
refused(models.ClerkErrors, 422, "form_param_unknown", lambda: users.update(user_id=user, password="correct horse"))
wrong = httpx.post(f"{url}/v1/users/{user}/profile_image", headers={"Authorization": f"Bearer {key}"}, json={})
assert wrong.status_code == 415 and wrong.json()["errors"][0]["code"] == "unsupported_content_type", wrong.text
assert wrong.headers["content-type"] == "application/json", wrong.headers
assert users.get(user_id=user).image_url == second.image_url

# Wrong credentials.
for bad in ["sk_live_0000000000000000_00", "sk_test_x", "nonsense"]:
    strangers = client(bad).users
    refused(models.ClerkErrors, 401, "clerk_key_invalid", lambda: strangers.get(user_id=user))
    refused(models.ClerkErrors, 401, "clerk_key_invalid", lambda: strangers.set_profile_image(user_id=user, file=file(png(9, 9, 9))))
    refused(SDKError, 401, "clerk_key_invalid", lambda: strangers.delete_profile_image(user_id=user))
assert users.get(user_id=user).image_url == second.image_url

# Delete: the second call fails.
gone = users.delete_profile_image(user_id=user)
assert not gone.has_image
assert httpx.get(second.image_url + "?width=16").status_code == 404
refused(models.ClerkErrors, 404, "image_not_found", lambda: users.delete_profile_image(user_id=user))
