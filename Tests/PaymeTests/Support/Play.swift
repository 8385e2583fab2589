import Payments
import StrictJSON
import TestSupport
import Testing

/// Plays a text, one call a line, and holds each answer against what stands behind the arrow.
///
///     order   A 500000                  a one-time order
///     account P 1000 9000               a cumulative one, with limits or without
///     check   A 500000      -> allow    CheckPerformTransaction: the order, the amount
///     create  1 A 500000    -> 1        CreateTransaction: the transaction, the order, the amount; the state
///     create  1 A 500000 @-60 -> 1      the same, created at Payme 60 ms before the shop opened
///     perform 1             -> 2
///     cancel  1 5           -> -2       CancelTransaction: the transaction, the reason
///     show    1             -> -2/5     CheckTransaction: the state, the reason
///     wait    43200000                  the clock moves, milliseconds
///
/// An error stands by its name, its data in brackets.
extension PaymeShop {
    func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            // The text begins two lines below the call.
            var location = sourceLocation
            location.line += index + 2
            let halves = line.split(separator: "->").map { $0.split(separator: " ").map(String.init) }
            guard let words = halves.first, !words.isEmpty else { continue }
            let said = try await carryOut(words)
            #expect(said == halves.dropFirst().first?.joined(separator: " "), "\(line)", sourceLocation: location)
        }
    }

    private func carryOut(_ words: [String]) async throws -> String? {
        switch words[0] {
        case "order": try await add(words[1], try #require(Int64(words[2])))
        case "account": try await addAccount(words)
        case "wait": clock.advance(milliseconds: try #require(Int64(words[1])))
        case "check": return try await check(["order_id": .string(words[1])], amount: Self.json(words[2])).outcome
        case "create": return try await create(words).outcome
        case "perform": return try await perform(try #require(Int(words[1]))).outcome
        case "cancel":
            return try await cancel(try #require(Int(words[1])), reason: try #require(Int64(words[2]))).outcome
        case "show": return try await show(try #require(Int(words[1]))).outcome
        default: Issue.record("no such call: \(words[0])")
        }
        return nil
    }

    private func create(_ words: [String]) async throws -> PaymeAnswer {
        let moment = words.count > 4 ? try #require(Int64(words[4].dropFirst())) : clock.now - opening
        return try await create(
            try #require(Int(words[1])), ["order_id": .string(words[2])], amount: Self.json(words[3]),
            time: opening + moment)
    }

    private func addAccount(_ words: [String]) async throws {
        let limits = words.dropFirst(2).map { Int64($0) }
        try await base.add(
            .cumulative(
                id: words[1], currency: .uzs, minimum: limits.first ?? nil,
                maximum: limits.count > 1 ? limits[1] : nil))
    }

    private static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }
}

extension PaymeAnswer {
    /// `allow`, a state, a state and its reason, or an error.
    var outcome: String {
        if error != nil { return short }
        if result?["allow"] == true { return "allow" }
        let state = result?["state"]?.numberText ?? "?"
        return result?["reason"]?.numberText.map { "\(state)/\($0)" } ?? state
    }
}
