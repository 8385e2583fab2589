import Payments
import Storage

extension PledgGateway {
    private static let pageSize: Int64 = 200

    /// Makes new links where the secret of links has changed, so that nobody who asks for them has to. The old ones stay
    /// good. Call it at the start; it looks at the purchases only after a change.
    ///
    /// - Throws: `StorageFailure`.
    public func renewLinks() async throws {
        let (secret, now) = (configuration.linkSecret, context.now)
        // Who has it cannot make the secret of it, nor a link.
        let mark = PledgID.hash(PledgLink.token("the secret of links", secret))
        let last = try await context.store.engine.read(.point) { sql in
            try sql.first("SELECT mark FROM pledg_secret WHERE id = 1", []) { $0.text(0) } ?? nil
        }
        guard last != mark else { return }
        var done = ""
        while !Task.isCancelled {
            let from = done
            let page = try await context.store.engine.write { sql -> [String] in
                let shares = try PledgShare.linked(after: from, limit: Self.pageSize, in: sql)
                for share in shares
                where try PledgLink.token(share.linkKind, share: share.id, secret, in: sql) == nil {
                    _ = try PledgLink.make(
                        share.linkKind, share: share.id, of: share.purchaseID, secret, at: now, in: sql)
                }
                return shares.map(\.id)
            }
            guard let last = page.last else { break }
            done = last
        }
        guard !Task.isCancelled else { return }
        try await context.store.engine.write { sql -> Void in
            try sql.execute(
                "INSERT INTO pledg_secret (id, mark) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark",
                [.text(mark)])
        }
    }
}

extension PledgShare {
    /// Whose link it has.
    var linkKind: PledgLink.Kind { role == .leader ? .leader : .pledger }

    /// A page of those that have links, by their ids.
    fileprivate static func linked(after id: String, limit: Int64, in sql: any SQLSession) throws -> [PledgShare] {
        let ids = try sql.all(
            """
            SELECT s.id FROM pledg_shares s JOIN pledg_purchases p ON p.id = s.purchase_id
            WHERE s.id > $1 AND s.removed_at IS NULL AND (s.role = 'leader' OR p.phase = 'collecting')
            ORDER BY s.id LIMIT $2
            """, [.text(id), .integer(limit)]
        ) { $0.text(0) ?? "" }
        return try ids.compactMap { try find($0, in: sql) }
    }
}
