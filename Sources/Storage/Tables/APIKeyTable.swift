import Payments

/// A key of the merchant API, as it is stored: without its secret.
public struct APIKey: Sendable, Hashable {
    /// Stands in the token too: by it the row is found.
    public var id: String
    /// For people.
    public var name: String
    /// A hash of the secret, so that nobody who reads the database can use the key.
    public var secretHash: String
    /// What it may do, by the names of `merchant.openapi.yaml`.
    public var scopes: [String]
    /// Milliseconds since 1970.
    public var createdAt: Int64
    /// Milliseconds since 1970, to the minute; nil: never.
    public var lastUsedAt: Int64?
    /// From when on it is not valid, milliseconds since 1970; nil: it stays valid.
    public var expiresAt: Int64?
    /// When it was revoked, milliseconds since 1970; nil: it was not.
    public var revokedAt: Int64?

    /// - Parameters:
    ///   - scopes: none of them has a space.
    ///   - createdAt: milliseconds since 1970.
    ///   - expiresAt: milliseconds since 1970.
    public init(
        id: String, name: String, secretHash: String, scopes: [String], createdAt: Int64, expiresAt: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.secretHash = secretHash
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Whether it opens anything then.
    ///
    /// - Parameter now: milliseconds since 1970.
    public func isValid(at now: Int64) -> Bool {
        revokedAt == nil && expiresAt.map { now < $0 } ?? true
    }
}

extension SQLPaymentSession {
    private static let keyColumns =
        "id, name, secret_hash, scopes, created_at, last_used_at, expires_at, revoked_at"

    private static func apiKey(_ row: any SQLRow) throws -> APIKey {
        guard let id = row.text(0), let name = row.text(1), let hash = row.text(2), let scopes = row.text(3),
            let createdAt = row.integer(4)
        else { throw CorruptRow(table: "api_keys", id: row.text(0) ?? "?") }
        var key = APIKey(
            id: id, name: name, secretHash: hash, scopes: scopes.split(separator: " ").map(String.init),
            createdAt: createdAt, expiresAt: row.integer(6))
        key.lastUsedAt = row.integer(5)
        key.revokedAt = row.integer(7)
        return key
    }

    /// Stores a new key.
    ///
    /// - Throws: what the engine reports if the id is taken.
    public func insert(_ key: APIKey) throws {
        try sql.execute(
            """
            INSERT INTO api_keys (\(Self.keyColumns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(key.id), .text(key.name), .text(key.secretHash), .text(key.scopes.joined(separator: " ")),
                .integer(key.createdAt), .optional(key.lastUsedAt), .optional(key.expiresAt),
                .optional(key.revokedAt),
            ])
    }

    /// The key of that id, valid or not; nil if there is none.
    public func apiKey(_ id: String) throws -> APIKey? {
        try sql.first("SELECT \(Self.keyColumns) FROM api_keys WHERE id = $1", [.text(id)], Self.apiKey)
    }

    /// A page of keys, newest first, those that are not valid any more too.
    ///
    /// - Parameters:
    ///   - before: where the last page ended; nil: from the newest.
    ///   - limit: how many at the most.
    public func apiKeys(before: AgeCursor?, limit: Int) throws -> [APIKey] {
        guard let before else {
            return try sql.all(
                "SELECT \(Self.keyColumns) FROM api_keys ORDER BY created_at DESC, id DESC LIMIT $1",
                [.integer(Int64(limit))], Self.apiKey)
        }
        return try sql.all(
            """
            SELECT \(Self.keyColumns) FROM api_keys WHERE (created_at, id) < ($1, $2)
            ORDER BY created_at DESC, id DESC LIMIT $3
            """,
            [.integer(before.createdAt), .text(before.id), .integer(Int64(limit))], Self.apiKey)
    }

    /// Notes that a key was used; nothing happens if that was noted a short while ago.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - since: milliseconds since 1970: a use after that is note enough.
    public func touchAPIKey(_ id: String, at now: Int64, since: Int64) throws {
        try sql.execute(
            "UPDATE api_keys SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at <= $3)",
            [.integer(now), .text(id), .integer(since)])
    }

    /// Makes a key open nothing any more; one that was revoked keeps the time of that.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: the key as it stands then; nil if there is none.
    public func revokeAPIKey(_ id: String, at now: Int64) throws -> APIKey? {
        try sql.execute(
            "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL", [.integer(now), .text(id)])
        return try apiKey(id)
    }
}
