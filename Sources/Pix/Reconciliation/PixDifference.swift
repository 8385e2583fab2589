import Payments
import Specification
public import Storage

/// Something of a charge that the bank has otherwise than we do.
public struct PixDifference: Sendable, Hashable {
    /// The charge's txid.
    public var txid: String
    /// `amount`, `account`, `status`.
    public var field: String
    public var ours: String
    public var theirs: String
    /// Milliseconds since 1970, as is the other.
    public var foundAt: Int64
    /// When a comparison saw it last.
    public var seenAt: Int64

    /// What differs of a charge, as both have it now.
    static func all(
        _ charge: PixCharge, _ transaction: Transaction, _ known: PixBankCharge, at now: Int64
    ) -> [PixDifference] {
        func difference(_ field: String, _ ours: String, _ theirs: String) -> PixDifference {
            PixDifference(txid: charge.txid, field: field, ours: ours, theirs: theirs, foundAt: now, seenAt: now)
        }
        var all: [PixDifference] = []
        if let amount = known.amount, amount != transaction.amount.minor {
            all.append(
                difference("amount", transaction.amount.decimal, Money(minor: amount, currency: .brl).decimal))
        }
        // A key may be somebody's tax number: it is not told.
        if let key = known.key, !charge.isPaid(to: key) { all.append(difference("account", "pix.key", "another key")) }
        let isPaid = transaction.state == .performed || transaction.state == .cancelledAfterPerform
        if isPaid, known.status != .completed {
            all.append(difference("status", "paid", BankWords.masked(known.statusWord, limit: 64)))
        }
        return all
    }

    /// Those of one charge take the place of what was found of it before.
    static func replace(_ txid: String, with found: [PixDifference], in sql: any SQLSession) throws {
        for field in ["amount", "account", "status"] where !found.contains(where: { $0.field == field }) {
            try sql.execute("DELETE FROM pix_differences WHERE txid = $1 AND field = $2", [.text(txid), .text(field)])
        }
        for one in found {
            try sql.execute(
                """
                INSERT INTO pix_differences (txid, field, ours, theirs, found_at, seen_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (txid, field) DO UPDATE SET
                    ours = excluded.ours, theirs = excluded.theirs, seen_at = excluded.seen_at
                """,
                [
                    .text(txid), .text(one.field), .text(one.ours), .text(one.theirs), .integer(one.foundAt),
                    .integer(one.seenAt),
                ])
        }
    }

    /// Of charges that the bank's lists have no more: no comparison would ever take them off ours.
    ///
    /// - Parameter moment: what was not seen since then, milliseconds since 1970.
    static func forget(before moment: Int64, in sql: any SQLSession) throws {
        try sql.execute("DELETE FROM pix_differences WHERE seen_at < $1", [.integer(moment)])
    }

    static func isKnown(_ txid: String, in sql: any SQLSession) throws -> Bool {
        try sql.first("SELECT 1 FROM pix_differences WHERE txid = $1 LIMIT 1", [.text(txid)]) { _ in true } ?? false
    }
}

extension PixReconciliation {
    /// What the comparisons found and what stands so still, the newest first; also of a database without a gateway.
    ///
    /// - Throws: `StorageFailure`.
    public static func differences(in store: Store, limit: Int64 = 1_000) async throws -> [PixDifference] {
        try await store.engine.read(.scan) { sql in
            try sql.all(
                """
                SELECT txid, field, ours, theirs, found_at, seen_at FROM pix_differences
                ORDER BY found_at DESC, txid, field LIMIT $1
                """, [.integer(limit)]
            ) { row in
                PixDifference(
                    txid: row.text(0) ?? "", field: row.text(1) ?? "", ours: row.text(2) ?? "",
                    theirs: row.text(3) ?? "", foundAt: row.integer(4) ?? 0, seenAt: row.integer(5) ?? 0)
            }
        }
    }
}
