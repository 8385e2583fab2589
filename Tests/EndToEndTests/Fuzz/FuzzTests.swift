import JSONRPC
import Payments
import Server
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: whatever comes, the answer is one that the OpenRPC document has for it, and the books stay right.
    @Suite("Spoiled requests")
    struct Fuzz {
        @Test("are answered as the document says, and the statement stays true")
        func fuzz() async throws {
            let seed = Prove.seed("fuzz")
            let count = Prove.count(4_000, long: 100_000)
            try await Race.with(connections: 8, ["JOBS_EXPIRY_SECONDS": "0"]) { race in
                for order in CallGenerator.orders { try await race.running.addOrder(order) }
                try await race.running.shop.addAccount(CallGenerator.account)
                let seeds = (0..<8).map { seed &+ UInt64($0) &* 0x1_0000_0001 }
                let results = try await Crowd.all(8) { worker in
                    try await Fuzzer(race, seed: seeds[worker]).run(count / 8)
                }
                let misses = results.flatMap(\.misses)
                #expect(misses.prefix(5) == [], "seed \(seed)")
                let kinds = results.reduce(into: [:]) { $0.merge($1.kinds, uniquingKeysWith: +) }
                print(
                    "fuzz: \(count) requests, \(kinds.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" })")
                // Every protocol error, and results of every method, must have come up, or the test tests nothing.
                let errors: [ProtocolError] = [
                    .parseError, .invalidRequest, .methodNotFound, .wrongAmount, .orderNotFound,
                ]
                for error in errors { #expect(kinds[error.rawValue, default: 0] > 0, "\(error)") }
                for method in PaymeDocument.methodNames where method != "ChangePassword" {
                    #expect(kinds[method, default: 0] > 0, "\(method)")
                }
                try await expectTrueStatement(race, created: results.flatMap(\.created))
            }
        }

        private func expectTrueStatement(
            _ race: Race, created: [Fuzzer.Created]
        ) async throws {
            let answer = try await race.payme.statement(from: 0, to: .max)
            let problems = RPCAnswerChecker(document: PaymeDocument.document)
                .problems(inAnswer: answer.value, toMethod: "GetStatement", id: 1)
            #expect(problems == [])
            let rows = answer.result?["transactions"]?.arrayValue ?? []
            let times = rows.compactMap { $0["time"]?.integerValue }
            #expect(times == times.sorted())
            let ledger = try await race.ledger()
            #expect(rows.count == ledger.transactions.count)
            for row in rows {
                let id = try #require(row["id"]?.stringValue)
                let stored = try #require(ledger[id])
                #expect(row["state"]?.integerValue == stored.state.rawValue)
                #expect(row["transaction"] == .string(String(stored.id)))
                #expect(row["account"]?.text == stored.account)
                #expect(ledger.changes(id) == Ledger.history(of: stored.state))
            }
            // What was answered is in it, and nothing else.
            let answered = Set(created)
            let listed = Set(
                rows.map {
                    Fuzzer.Created(
                        id: $0["id"]?.stringValue ?? "", time: $0["create_time"]?.integerValue ?? 0,
                        transaction: $0["transaction"]?.stringValue ?? "")
                })
            #expect(answered == listed)
            #expect(ledger.transactions.count > 20)
        }
    }
}
