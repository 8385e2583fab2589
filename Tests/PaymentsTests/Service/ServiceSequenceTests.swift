import Foundation
import Payments
import TestSupport
import Testing

/// The oracle of the machine's tests again, this time over the service and a real database: what is stored after every
/// call, what is answered, and a line in the journal for each change.
@Suite("The service, every sequence of calls")
struct ServiceSequenceTests {
    /// Three calls in the daily tests; five in `make prove`.
    private static let length = ProcessInfo.processInfo.environment["TIYIN_PROVE"] == "1" ? 5 : 3

    @Test("rows, answers and the journal are the oracle's")
    func everySequence() async throws {
        let time = try await Timeline()
        var sequences: [[Call]] = [[]]
        for _ in 0..<Self.length {
            sequences = sequences.flatMap { sequence in Call.allCases.map { sequence + [$0] } }
        }
        for (number, sequence) in sequences.enumerated() {
            try await time.shop.add(.cumulative(id: "o\(number)", currency: .uzs))
            var oracle = Oracle()
            for call in sequence {
                time.shop.clock.advance(milliseconds: call == .wait ? Call.waitMilliseconds : 1)
                if call == .wait { continue }
                let expected = oracle.answer(call, at: time.shop.clock.now)
                let told = try await make(call, "t\(number)", "o\(number)", time)
                guard call == .expire || told == expected else {
                    Issue.record("\(sequence), \(call): \(told), not \(expected)")
                    return
                }
                let stored = try await time.payme.find("t\(number)")
                let difference = stored.map { oracle.difference(from: $0) } ?? (oracle == Oracle() ? nil : "nothing")
                guard difference == nil else {
                    Issue.record("\(sequence), \(call): stored is \(difference ?? "")")
                    return
                }
            }
            let lines = try await time.shop.history(time.payme.key("t\(number)")).count
            guard lines == oracle.changes else {
                Issue.record("\(sequence): \(lines) lines in the journal, not \(oracle.changes)")
                return
            }
        }
        #expect(try await time.shop.number("SELECT count(*) FROM orders") == Int64(sequences.count) + 3)
        await time.shop.close()
    }

    private func make(_ call: Call, _ id: String, _ order: String, _ time: Timeline) async throws -> Oracle.Answer {
        let payme = time.payme
        let answer: ServiceAnswer
        switch call {
        case .create, .createOther: answer = try await payme.create(id, order, call.amount)
        case .perform: answer = try await payme.perform(id)
        case .cancel: answer = try await payme.cancel(id)
        case .cancelVetoed: answer = try await payme.cancel(id, refundAllowed: false)
        case .refund30: answer = try await payme.refund(id, 30)
        case .refund70: answer = try await payme.refund(id, 70)
        case .wait, .expire:
            // It sees to every transaction that earlier sequences left behind, too.
            while try await time.shop.service.expireOverdue() > 0 {}
            return .replay
        }
        switch answer {
        case .success(let outcome): return outcome.isRepeat ? .replay : .done
        case .failure(let rejection): return .refused(code(rejection))
        }
    }
}
