import Bytes
import FoundationEssentials
import HTTPTypes
import ProfileImages

/// Auth0's `/api/v2/jobs`: each job imports the users of one file.
///
/// A file has at most 500 KiB, so the request that uploads it also imports its users. The response still has the status
/// `pending`, because clients request the status of the job in any case.
struct Auth0JobHandlers: Sendable {
    private static let maxBytes = 500 * 1024
    private static let type = "users_import"

    let bulk: BulkService

    func post(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorize(anyOf: .createUsers)
        let upload = try request.upload(upTo: Self.maxBytes)
        // The form around the file may exceed the limit, the file itself may not.
        guard upload.bytes.count <= Self.maxBytes else {
            throw CodedError.tooManyBytes(upload.bytes.count, limit: Self.maxBytes)
        }
        let parameters = try Self.parameters(of: upload)
        let job = try carryOut(upload.bytes, parameters, by: principal.actor(in: request))
        try bulk.keep(job)
        var answer = parameters
        answer["id"] = .string(job.id)
        answer["type"] = .string(Self.type)
        answer["status"] = "pending"
        answer["created_at"] = .string(job.createdAt.iso8601)
        return try .auth0(.object(answer), status: .accepted)
    }

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let job = try job(request, by: principal)
        var answer = Self.head(of: job)
        if job.failure == nil {
            let failed = job.refusals.count
            answer["percentage_done"] = 100
            answer["summary"] = [
                "failed": .integer(Int64(failed)), "updated": .integer(Int64(job.updated)),
                "inserted": .integer(Int64(job.inserted)),
                "total": .integer(Int64(failed + job.updated + job.inserted)),
            ]
        }
        return try .auth0(.object(answer))
    }

    func errors(_ request: Request, by principal: Principal) throws -> Response {
        let job = try job(request, by: principal)
        if job.failure != nil { return try .auth0(.object(Self.head(of: job))) }
        guard !job.refusals.isEmpty else { return Response(.noContent) }
        return try .auth0(.array(job.refusals.map(Self.refusal)))
    }

    private func job(_ request: Request, by principal: Principal) throws -> BulkJob {
        try principal.authorize(anyOf: .createUsers, .readUsers)
        guard let job = try bulk.job(request.parameters["id"] ?? "") else {
            throw Problem(.notFound, code: "inexistent_job", "The job does not exist")
        }
        return job
    }

    private static func head(of job: BulkJob) -> [String: JSONValue] {
        var head = job.parameters
        head["id"] = .string(job.id)
        head["type"] = .string(type)
        head["status"] = job.failure == nil ? "completed" : "failed"
        head["created_at"] = .string(job.createdAt.iso8601)
        head["status_details"] = job.failure.map(JSONValue.string)
        return head
    }

    private static func refusal(_ refusal: BulkJob.Refusal) -> JSONValue {
        let faults = refusal.faults.map { fault in
            ["code": .string(fault.code), "message": .string(fault.message), "path": .text(fault.path)] as JSONValue
        }
        return ["user": refusal.item, "errors": .array(faults)]
    }

    /// - Throws: a problem with status 400.
    private static func parameters(of upload: Upload) throws(CodedError) -> [String: JSONValue] {
        guard upload.field == "users" else { throw .auth0Body("'Missing required property: users'.") }
        guard let id = upload.fields["connection_id"], Auth0Connection(id: id) != nil else {
            throw .auth0Body("'Missing required property: connection_id'.")
        }
        var parameters: [String: JSONValue] = ["connection_id": .string(id)]
        parameters["upsert"] = .boolean(try flag("upsert", of: upload) ?? false)
        parameters["send_completion_email"] = .boolean(try flag("send_completion_email", of: upload) ?? true)
        parameters["external_id"] = upload.fields["external_id"].map(JSONValue.string)
        return parameters
    }

    private static func flag(_ name: String, of upload: Upload) throws(CodedError) -> Bool? {
        guard let text = upload.fields[name] else { return nil }
        guard let flag = Bool(text) else { throw .auth0Body("'\(name)' must be true or false.") }
        return flag
    }

    private func carryOut(_ file: [UInt8], _ parameters: [String: JSONValue], by actor: AuditActor) throws -> BulkJob {
        guard let rows = Auth0ImportRow.rows(of: file) else {
            return BulkJob(
                createdAt: .now,
                parameters: parameters,
                failure: "Failed to parse users file JSON when importing users."
            )
        }
        let accepted = rows.compactMap { row in row.change.map { (row, $0) } }
        let outcomes = try bulk.carryOut(
            accepted.map(\.1),
            changesKnown: parameters["upsert"] == true,
            newUser: Self.newUser,
            by: actor
        )
        var (inserted, updated) = (0, 0)
        var refusals = rows.filter { $0.change == nil }
            .map { BulkJob.Refusal(user: nil, item: $0.item, faults: $0.faults) }
        for ((row, _), outcome) in zip(accepted, outcomes) {
            switch outcome {
            case .inserted: inserted += 1
            case .updated: updated += 1
            case .known(let user): refusals.append(row.refused(user, "DUPLICATED_USER", "The user already exists."))
            case .otherUser(let user):
                refusals.append(row.refused(user, "CONFLICT_EMAIL", "The email belongs to another user."))
            case .refused(let user, let error):
                refusals.append(row.refused(user, "MAX_LENGTH", Problem(error).detail))
            }
        }
        return BulkJob(
            createdAt: .now,
            parameters: parameters,
            inserted: inserted,
            updated: updated,
            refusals: refusals
        )
    }

    /// Creates a random identifier in Auth0's form: `auth0|` and 24 hexadecimal digits.
    private static func newUser() throws -> UserID {
        let digits = UInt128.random(in: .min ... .max).hexadecimal.prefix(24)
        guard let user = UserID(rawValue: "auth0|\(digits)") else { throw Problem.badUserID }
        return user
    }
}
