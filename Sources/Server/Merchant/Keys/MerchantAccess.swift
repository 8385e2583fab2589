import HTTPTypes
import Hummingbird
import Logging
import Payments
import Storage
import Synchronization

/// Lets in who has `merchant.api_key`, or a key of the database that is valid.
final class MerchantAccess: Sendable {
    private let key: [UInt8]
    private let store: Store
    private let clock: TimeSource
    /// Keys whose use is being noted.
    private let notes = Mutex<Set<String>>([])

    /// How exactly it is known when a key was last used, milliseconds.
    private static let useMilliseconds: Int64 = 60_000
    /// Of no secret.
    private static let noHash = String(repeating: "0", count: 64)

    init(key: String, store: Store, clock: TimeSource) {
        self.key = Array(key.utf8)
        self.store = store
        self.clock = clock
    }

    /// - Throws: ``Problem`` if nobody is to be let in; `StorageFailure`.
    func holder(of request: Request, _ logger: Logger) async throws -> KeyHolder {
        let sent = request.headers[values: .authorization]
        let parts = (sent.first ?? "").split(separator: " ", maxSplits: 1)
        // Two headers are none: whoever reads the other one would let somebody else in.
        guard sent.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else { throw Problem.unauthorized }
        if ConstantTime.areEqual(Array(parts[1].utf8), key) { return .owner }
        guard let token = APIToken(parts[1]) else { throw Problem.unauthorized }
        let found = try await store.engine.read(.point) { try SQLPaymentSession(sql: $0).apiKey(token.id) }
        // Of an id that there is not, a hash is compared too: the time does not tell.
        let isRight = ConstantTime.areEqual(Array(token.hash.utf8), Array((found?.secretHash ?? Self.noHash).utf8))
        let now = clock.now
        guard isRight, let found, found.isValid(at: now) else { throw Problem.unauthorized }
        noteUse(of: found, at: now, logger)
        return KeyHolder(scopes: Set(found.scopes), expiresAt: found.expiresAt)
    }

    /// Beside the answer, not before it.
    private func noteUse(of key: APIKey, at now: Int64, _ logger: Logger) {
        let since = now - Self.useMilliseconds
        if let last = key.lastUsedAt, last > since { return }
        guard notes.withLock({ $0.insert(key.id).inserted }) else { return }
        Task {
            do {
                try await store.engine.write { sql in
                    try SQLPaymentSession(sql: sql).touchAPIKey(key.id, at: now, since: since)
                }
            } catch {
                logger.warning("the use of an API key was not noted", metadata: ["key": "\(key.id)"])
            }
            _ = notes.withLock { $0.remove(key.id) }
        }
    }
}
