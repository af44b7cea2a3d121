import HTTPTypes

extension Response {
    /// An answer of an endpoint, which pages of every origin may read.
    static func serverpod(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        try .json(value, status: status, contentType: "application/json; charset=utf-8", headerFields: openToAll)
    }

    /// What an endpoint says when it has nothing to answer.
    static func serverpod(_ status: HTTPResponse.Status, _ text: String, _ headerFields: HTTPFields = [:]) -> Response {
        var response = Response(status, headerFields: openToAll, body: Array(text.utf8))
        response.headerFields.append(contentsOf: headerFields)
        if !text.isEmpty { response.headerFields[.contentType] = "text/plain; charset=utf-8" }
        return response
    }

    /// The answer to a browser that asks whether it may call.
    static func serverpodPreflight(_: Request) -> Response {
        .serverpod(
            .ok,
            "",
            [
                .accessControlAllowHeaders: "Content-Type, Authorization, Accept, User-Agent, X-Requested-With, "
                    + "x-serverpod-auth-mode, x-serverpod-base-path"
            ]
        )
    }

    private static let openToAll: HTTPFields = [.accessControlAllowOrigin: "*", .accessControlAllowMethods: "POST"]
}
