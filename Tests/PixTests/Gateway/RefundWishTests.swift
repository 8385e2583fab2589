import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Source: pix.md 3.5, 5.1
@Suite("What is asked back of a payment by Pix")
struct RefundWishTests {
    private func paid(
        _ amount: Int64 = 10_000, _ change: (inout PixConfiguration) -> Void = { _ in }
    ) async throws -> (Till, String, PixPayment) {
        let till = try await Till(.inter, change)
        let view = try await till.create()
        let payment = till.bank.pay(view.charge.txid, amount)
        _ = try await till.charges.step(view.charge.id)
        return (till, view.charge.id, payment)
    }

    /// - Parameter key: whose row is stored together with the request; nil: none.
    private func request(
        _ till: Till, _ id: String, _ amount: Int64? = nil, key: String? = nil
    ) async throws -> ServiceAnswer {
        var store: Alongside?
        if let key {
            store = { _, sql in try sql.execute("INSERT INTO pix_marks (name, at) VALUES ($1, 0)", [.text(key)]) }
        }
        return try await till.gateway.refunds.request(
            try await till.view(id).transaction, amount: amount.map { Money(minor: $0, currency: .brl) },
            actor: "merchant", alongside: store)
    }

    /// Whether it was refused, and in the words of a refusal.
    private func words(_ answer: ServiceAnswer) -> String? {
        guard case .failure(.refundRefused(let refusal)) = answer else { return nil }
        return refusal.message?.en
    }

    @Test("all of it, while a part is under way, is what is left; and what is left of nothing is refused")
    func rest() async throws {
        for key in [nil, "all"] {
            let (till, id, _) = try await paid()
            _ = try await request(till, id, 6_000).get()
            #expect(try await request(till, id, key: key).get().isRepeat == false)
            #expect(try await till.refunds() == ["merchant waiting 4000", "merchant waiting 6000"])
            #expect(try await till.receipts() == ["paid 10000 10000 0"])
            let again = try await request(till, id, key: key.map { $0 + "2" })
            if key == nil {
                // Nobody can tell it from a repeat.
                #expect(try again.get().isRepeat)
            } else {
                #expect(words(again)?.contains("on its way back") == true)
            }
            #expect(try await till.count("pix_refunds") == 2)
            try await till.close()
        }
    }

    @Test("equal parts under two keys are two, without a key they are one")
    func equal() async throws {
        let (till, id, _) = try await paid()
        for key in ["a", "b"] { #expect(try await request(till, id, 3_000, key: key).get().isRepeat == false) }
        #expect(try await till.receipts() == ["paid 10000 6000 0"])
        #expect(try await request(till, id, 3_000).get().isRepeat)
        // The caller's row refuses the second use of a key, and with it the refund.
        await #expect(throws: (any Error).self) { try await request(till, id, 3_000, key: "a") }
        #expect(try await till.count("pix_refunds") == 2)
        #expect(try await request(till, id, 4_001, key: "c") == .failure(.wrongAmount))
        try await giveBackAll(till)
        #expect(try await till.line(id) == "paid 2 6000")
        try await till.close()
    }

    @Test("is asked for within ninety days after the payment, and a moment later it is refused in plain words")
    func tooLate() async throws {
        let (till, id, _) = try await paid()
        till.clock.advance(hours: 90 * 24)
        _ = try await request(till, id, 1).get()
        till.clock.advance(milliseconds: 1)
        let answer = try await request(till, id, 2)
        #expect(words(answer)?.contains("for 90 days") == true)
        #expect(try await till.count("pix_refunds") == 1)
        try await till.close()
    }

    /// The bank refuses the one refund of the payment.
    private func refused() async throws -> (Till, String, PixPayment) {
        let (till, id, payment) = try await paid()
        _ = try await request(till, id, 7_000).get()
        _ = await till.gateway.refunds.advanceDue()
        till.bank.endReturns(.refused, "NAO_REALIZADO", reason: "CPF 123.456.789-09")
        till.clock.advance(milliseconds: 5_000)
        _ = await till.gateway.refunds.advanceDue()
        #expect(try await till.receipts() == ["paid 10000 0 0"])
        #expect(till.anomalies == [.refundRefused])
        return (till, id, payment)
    }

    private func tell(_ till: Till, _ payment: PixPayment) async throws {
        var entry = try #require(till.bank.look { $0.payments[payment.e2eID]?.returns.first })
        (entry.status, entry.statusWord, entry.reason) = (.done, "DEVOLVIDO", nil)
        till.bank.setReturn(entry, of: payment.e2eID)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
    }

    @Test("refused by the bank and carried out all the same, has gone back")
    func revived() async throws {
        let (till, id, payment) = try await refused()
        try await tell(till, payment)
        #expect(try await till.receipts() == ["paid 10000 0 7000"])
        #expect(try await till.line(id) == "paid 2 7000")
        #expect(try await till.view(id).transaction.phase == nil)
        #expect(till.anomalies == [])
        try await till.close()
    }

    @Test("refused by the bank and carried out beside what was asked for instead is told of", arguments: [true, false])
    func revivedBeside(isDone: Bool) async throws {
        let (till, id, payment) = try await refused()
        _ = try await request(till, id, 8_000).get()
        if isDone {
            till.bank.change { $0.returnStatus = ("DEVOLVIDO", .done) }
            _ = await till.gateway.refunds.advanceDue()
        }
        try await tell(till, payment)
        #expect(till.anomalies == [.refundBeyondPayment])
        #expect(try await till.receipts() == (isDone ? ["paid 10000 0 10000"] : ["paid 10000 3000 7000"]))
        #expect(try await till.line(id) == (isDone ? "refunded -2 10000" : "paid 2 7000"))
        try await till.close()
    }

    @Test("is read with its origin, its state and why not; a person's number is not shown")
    func list() async throws {
        let (till, id, payment) = try await refused()
        _ = try await request(till, id, 1_000).get()
        till.bank.setReturn(
            PixReturn(id: "med", amount: 500, nature: "MED_FRAUDE", status: .done, statusWord: "DEVOLVIDO"),
            of: payment.e2eID)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        let number = try await till.view(id).transaction.id
        let list = try await till.gateway.refunds.list(ofTransaction: number)
        #expect(list.count == 3)
        let refused = try #require(list.first { $0.state == .refused })
        #expect(refused.amount == 7_000)
        #expect(refused.origin == .merchant)
        #expect(refused.note == "CPF ***")
        #expect(refused.settledAt == refused.requestedAt)
        let forced = try #require(list.first { $0.origin == .forced })
        #expect(forced.nature == "MED_FRAUDE")
        #expect(forced.state == .done)
        let waiting = try #require(list.first { $0.amount == 1_000 })
        #expect(waiting.state == .waiting)
        #expect(waiting.settledAt == nil)
        #expect(try await till.gateway.refunds.list(ofTransaction: number + 1).isEmpty)
        try await till.close()
    }

    @Test("money that no charge asked for and that is held is listed until it is on its way back")
    func held() async throws {
        let (till, id, _) = try await paid(12_500) { $0.returnsStrayMoney = false }
        let txid = try await till.view(id).charge.txid
        let second = till.bank.pay(txid, 10_000)
        _ = await till.gateway.notices.take(Notices.body(second))
        _ = await till.gateway.notices.advanceDue()
        let refunds = till.gateway.refunds
        let held = try await refunds.held()
        #expect(held.map(\.amount) == [2_500, 10_000])
        #expect(held.map(\.receipt.standing) == [.overpaid, .duplicate])
        #expect(try await refunds.held(limit: 1, offset: 1).map(\.amount) == [10_000])
        // What is too much goes back first.
        _ = try await request(till, id, 1_000).get()
        #expect(try await refunds.held().map(\.amount) == [1_500, 10_000])
        _ = try await request(till, id, 2_000).get()
        #expect(try await refunds.held().map(\.amount) == [10_000])
        try await till.close()
        let (other, otherID, _) = try await paid(12_500)
        #expect(try await other.gateway.refunds.held().isEmpty)
        let number = try await other.view(otherID).transaction.id
        #expect(try await other.gateway.refunds.list(ofTransaction: number).map(\.origin) == [.policy])
        try await other.close()
    }
}
