import Payme
import Payments
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 3.10.
@Suite("The decision matrix")
struct DecisionMatrixTests {
    /// What stands before, and for each call: what was answered, then what stands after it (the state, the reason).
    /// "anew" changed something; "again" is what was answered the first time; "shown" is what is stored.
    private static let matrix = """
        stored      | CreateTransaction      | PerformTransaction      | CancelTransaction       | CheckTransaction
        nothing     | anew 1                 | TransactionNotFound -   | TransactionNotFound -   | TransactionNotFound -
        waiting     | again 1                | anew 2                  | anew -1/5               | shown 1
        at 12 hours | again 1                | anew 2                  | anew -1/5               | shown 1
        overdue     | CannotPerform -1/4     | CannotPerform -1/4      | anew -1/5               | shown 1
        performed   | CannotPerform 2        | again 2                 | anew -2/5               | shown 2
        cancelled   | CannotPerform -1/3     | CannotPerform -1/3      | again -1/3              | shown -1/3
        ran out     | CannotPerform -1/4     | CannotPerform -1/4      | again -1/4              | shown -1/4
        given back  | CannotPerform -2/3     | CannotPerform -2/3      | again -2/3              | shown -2/3
        """

    @Test("has these cells")
    func cells() async throws {
        try await expect(Self.matrix)
    }

    @Test("has other cells where no refund is taken")
    func cellsWithoutRefunds() async throws {
        let matrix = """
            stored      | CreateTransaction      | PerformTransaction      | CancelTransaction       | CheckTransaction
            waiting     | again 1                | anew 2                  | anew -1/5               | shown 1
            performed   | CannotPerform 2        | again 2                 | CannotCancel 2          | shown 2
            cancelled   | CannotPerform -1/3     | CannotPerform -1/3      | again -1/3              | shown -1/3
            """
        try await expect(matrix, .shop { $0.refunds = .refuse })
    }

    /// Plays every cell in a shop of its own row, and compares the tables.
    private func expect(_ matrix: String, _ configuration: PaymeConfiguration = .shop()) async throws {
        let rows = matrix.split(separator: "\n").map { line in
            line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
        }
        for row in rows.dropFirst() {
            var played = [row[0]]
            try await PaymeShop.with(configuration: configuration) { shop in
                for (number, method) in rows[0].dropFirst().enumerated() {
                    played.append(try await shop.cell(row[0], method, number: number + 1))
                }
            }
            #expect(played == row)
        }
    }
}

extension PaymeShop {
    /// Brings a transaction about, calls, and tells what happened. Each has an order of its own.
    fileprivate func cell(_ stored: String, _ method: String, number: Int) async throws -> String {
        let order = "order-\(number)"
        try await add(order)
        try await bringAbout(stored, number, order)
        let before = try await self.stored(number)
        let history = try await journal()
        let answer = try await repeated(method, number, order, stored)
        let after = try await self.stored(number)
        let standing =
            after.map { "\($0.state.rawValue)" + ($0.reason.map { "/\($0)" } ?? "") } ?? "-"
        let hasChanged = try await journal() != history
        #expect(hasChanged == (before != after))
        guard let error = answer.error else {
            #expect(answer.result?["state"]?.integerValue == after?.state.rawValue)
            #expect(answer.result?["transaction"]?.stringValue == after.map { String($0.id) })
            return (method == "CheckTransaction" ? "shown" : hasChanged ? "anew" : "again") + " " + standing
        }
        return "\(error) \(standing)"
    }

    private func bringAbout(_ stored: String, _ number: Int, _ order: String) async throws {
        guard stored != "nothing" else { return }
        let age: Int64 = stored == "at 12 hours" ? 43_200_000 : stored == "overdue" ? 43_200_001 : 2_000
        let time = clock.now - age + 1_000
        _ = try await create(number, ["order_id": .string(order)], time: time)
        switch stored {
        case "performed": _ = try await perform(number)
        case "cancelled": _ = try await cancel(number, reason: 3)
        case "ran out":
            clock.advance(hours: 12)
            _ = try await perform(number)
        case "given back":
            _ = try await perform(number)
            _ = try await cancel(number, reason: 3)
        default: break
        }
        clock.advance(milliseconds: 1_000)
    }

    private func repeated(
        _ method: String, _ number: Int, _ order: String, _ stored: String
    ) async throws -> PaymeAnswer {
        switch method {
        case "CreateTransaction":
            let time = try await self.stored(number)?.externalTime
            return try await create(number, ["order_id": .string(order)], time: time)
        case "PerformTransaction": return try await perform(number)
        case "CancelTransaction": return try await cancel(number)
        default: return try await show(number)
        }
    }
}
