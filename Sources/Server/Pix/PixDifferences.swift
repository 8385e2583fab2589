import Payments
import Pix
public import Storage
public import StrictJSON

/// What the bank's lists have otherwise, and what somebody should look at, as the merchant reads it.
public enum PixDifferences {
    /// Reads it in a database that this process has open; nothing is asked of the bank.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: `StorageFailure`.
    public static func read(_ store: Store, at now: Int64) async throws -> JSONValue {
        try await json(store, at: now, report: nil)
    }

    static func json(
        _ store: Store, at now: Int64, report: PixReconciliation.Report?
    ) async throws -> JSONValue {
        let compared: JSONValue =
            report.map {
                [
                    "payments": .integer($0.payments), "charges": .integer($0.charges),
                    "taken_over": .integer($0.takenOver),
                ]
            } ?? .null
        let items = try await PixReconciliation.differences(in: store).map { item -> JSONValue in
            [
                "subject": .string(item.txid), "field": .string(item.field), "ours": .string(item.ours),
                "theirs": .string(item.theirs), "found_at": .integer(item.foundAt), "seen_at": .integer(item.seenAt),
            ]
        }
        let notes = try await PixMatter.all(in: store, at: now).map { item -> JSONValue in
            [
                "kind": .string(item.kind), "subject": .string(item.subject), "detail": .string(item.detail),
                "count": 1, "first_at": .integer(item.at), "last_at": .integer(item.at),
            ]
        }
        return ["compared": compared, "items": .array(items), "anomalies": .array(notes)]
    }
}
