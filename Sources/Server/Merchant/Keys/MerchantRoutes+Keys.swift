import HTTPTypes
import Payments
import Specification
import Storage
import StrictJSON

extension MerchantRoutes {
    /// `POST /keys`. The token is in this answer alone: what is kept for a repeat lacks it.
    func createKey(_ call: MerchantCall) async throws -> MerchantAnswer {
        let request = try KeyRequest(call.body, known: binding.specification.scopes.map(\.name))
        // Nobody gives away what it does not have.
        try call.holder.require(request.scopes)
        if let end = call.holder.expiresAt, (request.expiresAt ?? .max) > end {
            throw Problem.unprocessable("expires_at", "Must be \(end) or earlier: when the key ends that makes it.")
        }
        let (key, token) = request.key(at: clock.now)
        let kept = Self.bytes(key, token: .some(nil))
        try await store.engine.write { sql in
            try SQLPaymentSession(sql: sql).insert(key)
            try call.ticket?.keep(MerchantAnswer(status: .created, body: kept), in: sql)
        }
        return MerchantAnswer(status: .created, body: Self.bytes(key, token: token.text), isKept: true)
    }

    /// `GET /keys`
    func listKeys(_ call: MerchantCall) async throws -> MerchantAnswer {
        let page = try PageQuery(call.request)
        let before = try page.age()
        let found = try await read { try $0.apiKeys(before: before, limit: page.limit + 1) }
        return MerchantAnswer(
            body: page.list(found, cursor: { PageQuery.cursor($0.createdAt, $0.id) }) { key, writer in
                MerchantJSON.key(key, to: &writer)
            })
    }

    /// `DELETE /keys/{id}`: from the next request on it opens nothing.
    func revokeKey(_ call: MerchantCall) async throws -> MerchantAnswer {
        let now = clock.now
        let revoked = try await store.engine.write { try SQLPaymentSession(sql: $0).revokeAPIKey(call.id, at: now) }
        guard let revoked else { throw Problem.notFound("API key with this id") }
        return MerchantAnswer(body: Self.bytes(revoked))
    }

    /// - Parameter token: nil: it is not mentioned.
    private static func bytes(_ key: APIKey, token: String?? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        MerchantJSON.keyMembers(key, to: &writer)
        if let token { writer.member("token", token) }
        writer.endObject()
        return writer.bytes
    }
}

extension MerchantJSON {
    /// Never its hash.
    static func key(_ key: APIKey, to writer: inout JSONWriter) {
        writer.beginObject()
        keyMembers(key, to: &writer)
        writer.endObject()
    }

    fileprivate static func keyMembers(_ key: APIKey, to writer: inout JSONWriter) {
        writer.member("id", key.id)
        writer.member("name", key.name)
        writer.key("scopes")
        writer.value(.array(key.scopes.map { .string($0) }))
        writer.member("created_at", key.createdAt)
        writer.member("last_used_at", key.lastUsedAt)
        writer.member("expires_at", key.expiresAt)
        writer.member("revoked_at", key.revokedAt)
    }
}
