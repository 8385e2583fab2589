public import Storage
public import StrictJSON
import YooKassa

/// What YooKassa's lists have otherwise, and what somebody should look at, as the merchant reads it.
public enum YooKassaDifferences {
    /// Reads it in a database that this process has open; nothing is asked of YooKassa.
    ///
    /// - Throws: `StorageFailure`.
    public static func read(_ store: Store) async throws -> JSONValue {
        let differences = try await YooKassaReconciliation.differences(in: store)
        return json(differences, try await YooKassaGateway.anomalies(in: store), report: nil)
    }

    static func json(
        _ differences: [YooKassaDifference], _ anomalies: [YooKassaAnomalyRecord],
        report: YooKassaReconciliation.Report?
    ) -> JSONValue {
        func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
        let compared: JSONValue =
            report.map {
                [
                    "payments": .integer($0.payments), "refunds": .integer($0.refunds),
                    "taken_over": .integer($0.takenOver),
                ]
            } ?? .null
        let items = differences.map { item -> JSONValue in
            [
                "subject": .string(item.subject), "field": .string(item.field), "ours": text(item.ours),
                "theirs": text(item.theirs), "found_at": .integer(item.foundAt), "seen_at": .integer(item.seenAt),
            ]
        }
        let notes = anomalies.map { item -> JSONValue in
            [
                "kind": .string(item.kind), "subject": .string(item.subject), "detail": .string(item.detail),
                "count": .integer(item.count), "first_at": .integer(item.firstAt), "last_at": .integer(item.lastAt),
            ]
        }
        return ["compared": compared, "items": .array(items), "anomalies": .array(notes)]
    }
}
