import Foundation
import Payments
import Storage
import TestSupport
import Testing

@Suite("How an order stands")
struct StandingTests {
    /// What happened to a one-time order of 500, and how it stands then.
    ///
    /// `c1` create by the first gateway, `p1` perform, `x1` cancel, `r1` give back 100; `wait` thirteen hours;
    /// `withdraw` by the merchant.
    private static let ofOneTime = """
                          -> pending 0 0
        c1                -> reserved 0 0
        c1 x1             -> pending 0 0
        c1 wait           -> pending 0 0
        c1 wait c2        -> reserved 0 0
        c1 p1             -> paid 500 0
        c1 p1 wait        -> paid 500 0
        c1 p1 r1          -> paid 400 100
        c1 p1 r1 r1       -> paid 300 200
        c1 p1 r1 x1       -> refunded 0 500
        c1 p1 x1          -> refunded 0 500
        c1 p1 x1 c2       -> reserved 0 500
        c1 p1 x1 c2 x2    -> refunded 0 500
        c1 p1 x1 c2 p2    -> paid 500 500
        c1 p1 x1 c2 p2 r2 -> paid 400 600
        withdraw          -> cancelled 0 0
        c1 p1 withdraw    -> cancelled 500 0
        """

    private static let ofCumulative = """
                       -> pending 0 0
        c1             -> pending 0 0
        c1 p1          -> pending 500 0
        c1 p1 c2 p2    -> pending 1000 0
        c1 p1 c2 p2 r2 -> pending 900 100
        c1 p1 c2 p2 x1 -> pending 500 500
        c1 p1 withdraw -> cancelled 500 0
        """

    @Test("a one-time order", arguments: EngineKind.allCases, ofOneTime.split(separator: "\n").map(String.init))
    func oneTime(kind: EngineKind, line: String) async throws {
        try await tell(line, kind, .oneTime(id: "A", amount: Money(minor: 500, currency: .uzs)))
    }

    @Test("a cumulative account", arguments: EngineKind.allCases, ofCumulative.split(separator: "\n").map(String.init))
    func cumulative(kind: EngineKind, line: String) async throws {
        try await tell(line, kind, .cumulative(id: "A", currency: .uzs))
    }

    private func tell(_ line: String, _ kind: EngineKind, _ order: Order) async throws {
        let halves = line.components(separatedBy: "->").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(try await standing(kind, halves[0], order) == halves[1])
    }

    private func standing(_ kind: EngineKind, _ story: String, _ order: Order) async throws -> String {
        let shop = try await TestStore(kind)
        try await shop.add(order)
        for word in story.split(separator: " ").map(String.init) {
            shop.clock.advance(milliseconds: 1)
            let key = TransactionKey(gateway: "payme", cashbox: "", externalID: String(word.suffix(1)))
            switch (word, word.first) {
            case ("wait", _): shop.clock.advance(hours: 13)
            case ("withdraw", _): try await shop.execute("UPDATE orders SET cancelled_at = 1")
            case (_, "c"): #expect(try await shop.service.create(command(key, at: shop.clock.now)).isDone)
            case (_, "p"): #expect(try await shop.service.perform(key).isDone)
            case (_, "x"): #expect(try await shop.service.cancel(key, reason: 5).isDone)
            case (_, "r"): #expect(try await shop.service.refund(key, amount: 100, reason: 5, actor: "shop").isDone)
            default: Issue.record("no such word: \(word)")
            }
        }
        let now = shop.clock.now
        let standing = try await shop.read { session in
            try session.standing(of: try #require(try session.order("A")), at: now)
        }
        await shop.close()
        return "\(standing.status) \(standing.paid) \(standing.refunded)"
    }

    private func command(_ key: TransactionKey, at now: Int64) -> CreateCommand {
        CreateCommand(
            key: key, externalTime: now, account: "{}",
            question: AccountQuestion(
                gateway: key.gateway, purpose: .create, fields: [:], reference: "A",
                amount: Money(minor: 500, currency: .uzs)),
            deadline: now + 43_200_000, holdsOrderFromCreation: true)
    }
}

extension ServiceAnswer {
    fileprivate var isDone: Bool { if case .success(let outcome) = self { !outcome.isRepeat } else { false } }
}
