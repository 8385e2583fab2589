import Crypto
import Payments

/// A link that whoever holds it may pay by, or, the leader's, lead the group by. Only its hash is stored: a copy of the
/// database opens nothing.
struct PledgLink: Sendable, Hashable {
    enum Kind: String, Sendable { case leader, pledger }

    var purchaseID: String
    var shareID: String
    var kind: Kind

    /// The token of a nonce: nobody makes it without the server's secret.
    static func token(_ nonce: String, _ secret: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(nonce.utf8), using: SymmetricKey(data: secret))
        return PledgID.text(Array(code).prefix(24))
    }

    /// Whose link it is; nil: nobody's, or it was revoked.
    static func find(token: String, _ kind: Kind, in sql: any SQLSession) throws -> PledgLink? {
        // 24 bytes are 32 characters; what is longer is not hashed.
        guard token.utf8.count == 32 else { return nil }
        return try sql.first(
            """
            SELECT purchase_id, share_id FROM pledg_links WHERE hash = $1 AND kind = $2 AND revoked_at IS NULL
            """, [.text(PledgID.hash(token)), .text(kind.rawValue)]
        ) { PledgLink(purchaseID: $0.text(0) ?? "", shareID: $0.text(1) ?? "", kind: kind) }
    }

    /// Makes a link.
    ///
    /// - Returns: its token.
    static func make(
        _ kind: Kind, share id: String, of purchaseID: String, _ secret: [UInt8], at now: Int64, in sql: any SQLSession
    ) throws -> String {
        let nonce = PledgID.nonce()
        let token = token(nonce, secret)
        try sql.execute(
            """
            INSERT INTO pledg_links (hash, purchase_id, share_id, kind, nonce, created_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(PledgID.hash(token)), .text(purchaseID), .text(id), .text(kind.rawValue), .text(nonce),
                .integer(now),
            ])
        return token
    }

    /// The token of a link that is there; nil: it has none that this secret made.
    static func token(
        _ kind: Kind, share id: String, _ secret: [UInt8], in sql: any SQLSession
    ) throws -> String? {
        let links = try sql.all(
            """
            SELECT hash, nonce FROM pledg_links WHERE share_id = $1 AND kind = $2 AND revoked_at IS NULL
            ORDER BY created_at, hash
            """, [.text(id), .text(kind.rawValue)]
        ) { ($0.text(0) ?? "", $0.text(1) ?? "") }
        for (hash, nonce) in links {
            let token = token(nonce, secret)
            if PledgID.hash(token) == hash { return token }
        }
        return nil
    }

    /// Nobody gets in by a share's links any more.
    static func revoke(share id: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE pledg_links SET revoked_at = $1 WHERE share_id = $2 AND revoked_at IS NULL",
            [.integer(now), .text(id)])
    }
}
