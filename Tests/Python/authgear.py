"""Tests a running instance with gql, like a backend of an Authgear customer.

    authgear.py URL APP KEY KID USER USER_TOKEN
"""

import base64
import io
import json
import sys
import time
import urllib.error
import urllib.request

import jwt
import requests
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.requests import RequestsHTTPTransport
from picture import png

URL, APP, KEY, KID, USER, USER_TOKEN = sys.argv[1:]
NODE = base64.urlsafe_b64encode(f"User:{USER}".encode()).decode().rstrip("=")
UPDATE = gql(
    """
    mutation ($id: ID!, $attributes: UserStandardAttributes, $custom: UserCustomAttributes) {
      updateUser(input: {userID: $id, standardAttributes: $attributes, customAttributes: $custom}) {
        user { id standardAttributes customAttributes updatedAt }
      }
    }
    """
)
READ = gql("query ($id: ID!) { node(id: $id) { id ... on User { standardAttributes formattedName } } }")


def admin_token(**changes):
    now = int(time.time())
    claims = {"aud": [APP], "iat": now, "exp": now + 300} | changes
    return jwt.encode(claims, open(KEY).read(), algorithm="RS256", headers={"kid": KID})


def client(token=None, **options):
    headers = {"Authorization": f"Bearer {token or admin_token()}"}
    transport = RequestsHTTPTransport(url=f"{URL}/_api/admin/graphql", headers=headers)
    return Client(transport=transport, **options)


def execute(session, document, **variables):
    return session.execute(GraphQLRequest(document, variable_values=variables))


def upload_url(method="GET"):
    headers = {"Authorization": f"Bearer {admin_token()}"}
    answer = requests.request(method, f"{URL}/_api/admin/images/upload", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]["upload_url"]


def upload(data, name="me.png"):
    url = upload_url()
    answer = requests.post(url, files={"file": (name, io.BytesIO(data), "image/png")})
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]["url"]


def refused(answer, status, reason, message=None):
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["reason"]) == (status, status, reason), answer.text
    assert message is None or error["message"] == message, answer.text


def introspection():
    # Options that GraphiQL and other clients add to the introspection query.
    options = ["specified_by_url", "directive_is_repeatable", "schema_description", "input_value_deprecation"]
    with client(fetch_schema_from_transport=True, introspection_args=dict.fromkeys(options, True)) as session:
        assert session.client.schema.get_type("UpdateUserInput")
    with client(fetch_schema_from_transport=True) as session:
        schema = session.client.schema
        assert set(schema.query_type.fields) >= {"node", "nodes", "users", "getUsersByStandardAttribute"}
        assert set(schema.mutation_type.fields) == {"updateUser"}
        assert {type.name for type in schema.get_type("User").interfaces} == {"Entity", "Node"}
        # From now on gql itself checks each document against the schema.
        assert execute(session, READ, id=NODE)["node"]["id"] == NODE
        found = execute(session, gql("{ users(first: 5) { totalCount edges { cursor node { id } } } }"))["users"]
        assert NODE in [edge["node"]["id"] for edge in found["edges"]]


def whole_flow():
    with client() as session:
        url = upload(png(32, 128, 192, 300, height=200))
        assert url.startswith(f"authgearimages:///{APP}/"), url
        before = execute(session, READ, id=NODE)["node"]["standardAttributes"]
        answer = execute(session, UPDATE, id=NODE, attributes=before | {"name": "Ann", "picture": url})
        shown = answer["updateUser"]["user"]["standardAttributes"]["picture"]
        assert shown == url.replace("authgearimages://", f"{URL}/_images") + "/profile", shown
        image = requests.get(shown)
        assert image.status_code == 200 and image.headers["Content-Type"].startswith("image/")
        assert image.headers["Cache-Control"] == "public, immutable, max-age=900", image.headers
        # Attributes can be written back as they were read; a new picture replaces the old one.
        attributes = execute(session, READ, id=NODE)["node"]["standardAttributes"]
        assert attributes["picture"] == shown
        execute(session, UPDATE, id=NODE, attributes=attributes)
        again = upload(png(192, 128, 32))
        execute(session, UPDATE, id=NODE, attributes=attributes | {"picture": again}, custom={"team": 7})
        node = execute(session, READ, id=NODE)["node"]
        assert node["formattedName"] == "Ann"
        assert node["standardAttributes"]["picture"] != shown
        info = requests.get(f"{URL}/oauth2/userinfo", headers={"Authorization": f"Bearer {USER_TOKEN}"}).json()
        assert info["sub"] == USER and info["picture"] == node["standardAttributes"]["picture"], info
        assert info["custom_attributes"] == {"team": 7}, info
        assert requests.get(info["picture"]).status_code == 200
        # An attribute that is left out is removed.
        del attributes["picture"]
        execute(session, UPDATE, id=NODE, attributes=attributes)
        assert "picture" not in execute(session, READ, id=NODE)["node"]["standardAttributes"]
        assert requests.get(info["picture"]).status_code == 404
        assert requests.get(info["picture"]).content == b""


def errors_of_graphql():
    def error(document, **variables):
        with client() as session:
            try:
                execute(session, document, **variables)
            except TransportQueryError as refusal:
                return refusal.errors[0]
        raise AssertionError("nothing was refused")

    invalid = error(UPDATE, id=NODE, attributes={"picture": "ftp://x/y"})
    assert invalid["extensions"]["reason"] == "ValidationFailed", invalid
    assert invalid["extensions"]["info"]["causes"] == [
        {
            "location": "/picture",
            "kind": "format",
            "details": {"format": "x_picture", "error": "invalid scheme: ftp"},
        }
    ], invalid
    assert invalid["path"] == ["updateUser"]
    assert error(UPDATE, id="x")["message"] == "invalid user ID"
    nobody = base64.urlsafe_b64encode(b"User:nobody").decode().rstrip("=")
    unknown = error(UPDATE, id=nobody)
    assert (unknown["message"], unknown["extensions"]["reason"]) == ("user not found", "UserNotFound")
    assert "nothing" in error(gql("{ nothing }"))["message"]


def wrong_credentials():
    for token in [admin_token(aud=["other"]), admin_token(exp=1), "x", USER_TOKEN]:
        with client(token) as session:
            try:
                execute(session, READ, id=NODE)
                raise AssertionError("a wrong token was taken")
            except TransportServerError as refusal:
                assert refusal.code == 403, refusal
        answer = requests.get(f"{URL}/_api/admin/images/upload", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.text) == (403, "Forbidden\n")
        assert answer.headers["Content-Type"].startswith("text/plain")
    assert requests.get(f"{URL}/oauth2/userinfo").status_code == 401


def errors_of_uploads():
    data = png(0, 0, 0, 8)
    url = upload_url("POST")
    refused(requests.post(url.replace("expires=900", "expires=901"), files={"file": data}), 400, "InvalidSignature")
    refused(requests.post(url.replace("date=", "date=x"), files={"file": data}), 400, "InvalidSignatureQueryParam")
    refused(requests.post(url, data=data, headers={"Content-Type": "image/png"}), 400, "Invalid", "invalid content-type")
    two = [("file", ("a.png", data)), ("file", ("b.png", data))]
    refused(requests.post(url, files=two), 400, "Invalid", "expected exactly 1 file part")
    refused(requests.post(url, files={"picture": ("a.png", data)}), 400, "Invalid", "invalid file field")
    sample = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nDATA\r\n--b'
    headers = {"Content-Type": "multipart/form-data; boundary=--b"}
    refused(requests.post(url, data=sample, headers=headers), 400, "Invalid", "failed to read request body")
    for size in [10_485_761, 14_000_000, 20_000_000]:
        large = requests.post(url, files={"file": ("a.png", data + bytes(size - len(data)))})
        refused(large, 400, "BadRequest", "asset too large")
    assert requests.post(url, files={"file": ("a.png", data + bytes(10_485_760 - len(data)))}).status_code == 200
    refused(requests.post(url, files={"file": ("a.png", data)}), 409, "DuplicatedImage", "duplicated image")


def raw_request():
    """Sends the documentation's own request, with its headers and without a client library."""
    url = upload_url()
    body = (
        b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="image.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + png(0, 0, 0, 16, height=9) + b"\r\n--boundary--\r\n"
    )
    request = urllib.request.Request(url, data=body, method="POST")
    request.add_header("Content-Type", "multipart/form-data; boundary=boundary")
    with urllib.request.urlopen(request) as answer:
        result = json.load(answer)["result"]["url"]
    assert result == url.split("?")[0].replace(f"{URL}/_images", "authgearimages://"), result


for step in [introspection, whole_flow, errors_of_graphql, wrong_credentials, errors_of_uploads, raw_request]:
    step()
print("done")
