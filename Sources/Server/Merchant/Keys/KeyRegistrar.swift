public import Payments
import Specification
public import Storage

/// Makes and revokes keys of the merchant API in a database that this process has open, by the rules of `POST /keys`.
public struct KeyRegistrar: Sendable {
    private let store: Store
    private let clock: TimeSource

    /// - Parameter store: open for writing: a server's own, or that of ``DatabaseAccess/writable(_:clock:logger:)``.
    public init(store: Store, clock: TimeSource = .system) {
        self.store = store
        self.clock = clock
    }

    /// Makes a key.
    ///
    /// - Parameter body: the JSON that `POST /keys` takes.
    /// - Returns: the key, and the token, which cannot be had again.
    /// - Throws: ``SettingsError`` that says which field is wrong; `StorageFailure`.
    public func make(_ body: [UInt8]) async throws -> (key: APIKey, token: String) {
        let scopes = try Specifications.load().merchant.scopes.map(\.name)
        let (key, token): (APIKey, APIToken)
        do {
            (key, token) = try KeyRequest(body, known: scopes).key(at: clock.now)
        } catch let problem as Problem {
            throw SettingsError((problem.field.map { "\($0): " } ?? "") + problem.detail)
        }
        try await store.engine.write { try SQLPaymentSession(sql: $0).insert(key) }
        return (key, token.text)
    }

    /// Revokes a key, at once; once more changes nothing.
    ///
    /// - Returns: the key as it stands then; nil if there is none of that id.
    public func revoke(_ id: String) async throws -> APIKey? {
        let now = clock.now
        return try await store.engine.write { try SQLPaymentSession(sql: $0).revokeAPIKey(id, at: now) }
    }
}
