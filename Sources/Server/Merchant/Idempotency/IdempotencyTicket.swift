import Crypto
import HTTPTypes
import Hummingbird
import Payments
import Specification
import Storage

/// The right to answer one request under its `Idempotency-Key`, once.
struct IdempotencyTicket: Sendable, Hashable {
    /// Method and path: whichever API key sends it, the request is the same.
    let scope: String
    let key: String
    /// Of the body.
    let fingerprint: String
    /// Milliseconds since 1970.
    let now: Int64

    /// Nil: no key was sent.
    ///
    /// - Parameters:
    ///   - id: of the path, decoded.
    ///   - now: milliseconds since 1970.
    init?(key: String?, _ operation: MerchantSpecification.Operation, id: String, body: [UInt8], at now: Int64) {
        guard let key else { return nil }
        self.init(
            key: key, scope: "\(operation.method) \(operation.path.replacing("{id}", with: id))", body: body, at: now)
    }

    /// - Parameters:
    ///   - scope: method and path.
    ///   - now: milliseconds since 1970.
    init(key: String, scope: String, body: [UInt8], at now: Int64) {
        self.key = key
        self.scope = scope
        fingerprint = SHA256.hash(data: body).map { String($0, radix: 16) }.joined(separator: ".")
        self.now = now
    }

    /// - Throws: ``Problem`` if it is not 1 to 255 visible ASCII characters.
    static func key(_ request: Request) throws -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem.invalid("Idempotency-Key", "Must be 1 to 255 visible ASCII characters.")
        }
        return key
    }

    /// What was answered to this request before; nil: nothing.
    ///
    /// - Throws: ``Problem`` if the key came with another body.
    func known(in store: Store) async throws -> IdempotentAnswer? {
        let known = try await store.engine.read(.point) { sql in
            try SQLPaymentSession(sql: sql).idempotentAnswer(scope: scope, key: key)
        }
        guard known == nil || known?.fingerprint == fingerprint else { throw Problem.idempotencyKeyReused }
        return known
    }

    /// Stores the answer in the storage transaction of what it tells of: both are there afterwards, or neither.
    ///
    /// - Throws: ``AnsweredMeanwhile`` if another process was faster; what it did stays, this is undone.
    func keep(_ answer: MerchantAnswer, in sql: any SQLSession) throws {
        let session = SQLPaymentSession(sql: sql)
        guard try session.idempotentAnswer(scope: scope, key: key) == nil else { throw AnsweredMeanwhile() }
        try session.remember(
            IdempotentAnswer(fingerprint: fingerprint, status: Int64(answer.status.code), body: answer.text),
            scope: scope, key: key, at: now)
    }

    struct AnsweredMeanwhile: Error {}
}
