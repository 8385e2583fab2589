import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Source: pix.md 3.5, 5.1
@Suite("Money that goes back through Pix")
struct RefundTests {
    private func paid(_ hooks: PaymentHooks = PaymentHooks()) async throws -> (Till, String, PixPayment) {
        let till = try await Till(hooks: hooks)
        let view = try await till.create()
        let payment = till.bank.pay(view.charge.txid, 10_000)
        _ = try await till.charges.step(view.charge.id)
        _ = till.bank.takeCalls()
        return (till, view.charge.id, payment)
    }

    private func request(_ till: Till, _ id: String, _ amount: Int64? = nil) async throws -> ServiceAnswer {
        try await till.gateway.refunds.request(
            try await till.view(id).transaction, amount: amount.map { Money(minor: $0, currency: .brl) },
            actor: "merchant")
    }

    @Test("5.1 rows 15, 17: is reserved, asked for, and given back when the bank says so")
    func whole() async throws {
        let (till, id, _) = try await paid()
        #expect(try await request(till, id).get().transaction.phase == PixRefunds.pendingPhase)
        #expect(try await till.receipts() == ["paid 10000 10000 0"])
        _ = await till.gateway.refunds.advanceDue()
        #expect(till.bank.takeCalls() == ["giveBack 10000"])
        #expect(try await till.refunds() == ["merchant processing 10000"])
        #expect(try await till.line(id) == "paid 2 0")
        till.bank.endReturns(.done, "DEVOLVIDO")
        till.clock.advance(milliseconds: 5_000)
        _ = await till.gateway.refunds.advanceDue()
        #expect(till.bank.takeCalls() == ["refund "])
        #expect(try await till.line(id) == "refunded -2 10000")
        let transaction = try await till.view(id).transaction
        #expect(transaction.reason == 5)
        #expect(try await till.shop.history(transaction.key).last == "refunded 2 > -2 by merchant")
        #expect(try await request(till, id) == .failure(.invalidState(.cancelledAfterPerform)))
        try await till.close()
    }

    @Test("5.1 row 16: in parts, until nothing is left")
    func parts() async throws {
        let (till, id, _) = try await paid()
        for (part, line) in [(Int64(3_000), "paid 2 3000"), (6_999, "paid 2 9999"), (1, "refunded -2 10000")] {
            _ = try await request(till, id, part).get()
            try await giveBackAll(till)
            #expect(try await till.line(id) == line)
            #expect(try await till.view(id).transaction.phase == nil)
        }
        try await till.close()
    }

    @Test("is never more than was paid, and each part of it is reserved")
    func limits() async throws {
        let (till, id, _) = try await paid()
        #expect(try await request(till, id, 10_001) == .failure(.wrongAmount))
        #expect(try await request(till, id, 0) == .failure(.wrongAmount))
        #expect(try await request(till, id, -5) == .failure(.wrongAmount))
        _ = try await request(till, id, 6_000).get()
        #expect(try await request(till, id, 4_001) == .failure(.wrongAmount))
        // Another part goes beside it; the same again is the same.
        #expect(try await request(till, id, 4_000).get().isRepeat == false)
        #expect(try await request(till, id, 4_000).get().isRepeat)
        #expect(try await till.receipts() == ["paid 10000 10000 0"])
        try await till.close()
    }

    @Test("asked for by many at once is reserved once for each, and never beyond the payment")
    func race() async throws {
        let (till, id, _) = try await paid()
        let taken = try await withThrowingTaskGroup(of: Int64.self) { group in
            for part in 0..<20 {
                group.addTask {
                    let answer = try await self.request(till, id, 2_001 + Int64(part))
                    if case .success(let outcome) = answer, !outcome.isRepeat { return 1 }
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(taken == 4)
        try await till.close()
    }

    @Test("beyond the payment is refused by the database itself")
    func constraint() async throws {
        let (till, _, _) = try await paid()
        await #expect(throws: (any Error).self) {
            try await till.shop.execute("UPDATE pix_receipts SET reserved = 10001")
        }
        await #expect(throws: (any Error).self) {
            try await till.shop.execute("UPDATE pix_receipts SET reserved = 5000, refunded = 5001")
        }
        try await till.close()
    }

    @Test("whose answer is lost is asked about before anything is sent again, also after a kill")
    func lostAnswer() async throws {
        for hasArrived in [true, false] {
            let (before, id, _) = try await paid()
            _ = try await request(before, id).get()
            before.bank.fail("giveBack", hasArrived ? .after : .before(.unknown("killed")))
            _ = await before.gateway.refunds.advanceDue()
            let till = try await before.killed()
            #expect(till.bank.takeCalls() == ["giveBack 10000"])
            till.clock.advance(milliseconds: 10_000)
            _ = await till.gateway.refunds.advanceDue()
            #expect(till.bank.takeCalls() == (hasArrived ? ["refund "] : ["refund ", "giveBack 10000"]))
            try await giveBackAll(till)
            #expect(try await till.line(id) == "refunded -2 10000")
            try await till.close()
        }
    }

    @Test("5.1 row 18: that the bank does not carry out is released, and can be asked for anew")
    func refused() async throws {
        let (till, id, _) = try await paid()
        _ = try await request(till, id).get()
        _ = await till.gateway.refunds.advanceDue()
        till.bank.endReturns(.refused, "NAO_REALIZADO", reason: "saldo insuficiente")
        till.clock.advance(milliseconds: 5_000)
        _ = await till.gateway.refunds.advanceDue()
        #expect(try await till.receipts() == ["paid 10000 0 0"])
        #expect(try await till.view(id).transaction.phase == PixRefunds.refusedPhase)
        #expect(till.anomalies == [.refundRefused])
        _ = try await request(till, id).get()
        try await giveBackAll(till)
        #expect(try await till.line(id) == "refunded -2 10000")
        try await till.close()
    }

    @Test("that the bank refuses again and again is believed at last")
    func rejected() async throws {
        let (till, id, _) = try await paid()
        _ = try await request(till, id).get()
        let no = ScriptedBank.Trouble.before(.refused(status: 400, name: "PixDevolucaoInvalida", detail: "90 days"))
        till.bank.fail("giveBack", no, no, no)
        for _ in 0..<3 {
            #expect(try await till.view(id).transaction.phase == PixRefunds.pendingPhase)
            _ = await till.gateway.refunds.advanceDue()
            till.clock.advance(milliseconds: 60_000)
        }
        #expect(try await till.view(id).transaction.phase == PixRefunds.refusedPhase)
        #expect(try await till.receipts() == ["paid 10000 0 0"])
        try await till.close()
    }

    @Test("is not given up for what the bank did not answer, between two refusals or after them")
    func refusalsAlone() async throws {
        let (till, id, _) = try await paid()
        _ = try await request(till, id).get()
        let no = ScriptedBank.Trouble.before(.refused(status: 400, name: "PixDevolucaoInvalida", detail: "saldo"))
        let silence = ScriptedBank.Trouble.before(.unknown("HTTP 500"))
        for trouble in [no, silence, silence, no, silence, .before(.busy(milliseconds: 60_000))] {
            till.bank.fail("giveBack", trouble)
            _ = await till.gateway.refunds.advanceDue()
            till.clock.advance(hours: 1)
        }
        // Also the question whether it is there may stay without an answer.
        till.bank.fail("refund", silence, silence)
        for _ in 0..<2 {
            _ = await till.gateway.refunds.advanceDue()
            till.clock.advance(hours: 1)
        }
        #expect(try await till.view(id).transaction.phase == PixRefunds.pendingPhase)
        till.bank.fail("giveBack", no)
        _ = await till.gateway.refunds.advanceDue()
        #expect(try await till.view(id).transaction.phase == PixRefunds.refusedPhase)
        #expect(till.anomalies == [.refundRefused])
        try await till.close()
    }

    @Test("is repeated with the same id for days while the bank is silent, ever less often")
    func patient() async throws {
        let (till, id, payment) = try await paid()
        _ = try await request(till, id).get()
        for _ in 0..<200 { till.bank.fail("giveBack", .before(.unknown("HTTP 503"))) }
        var calls = 0
        for _ in 0..<(5 * 24 * 6) {
            _ = await till.gateway.refunds.advanceDue()
            calls += till.bank.takeCalls().count { $0 == "giveBack 10000" }
            till.clock.advance(milliseconds: 600_000)
        }
        // Some at once, then one an hour.
        #expect((100...140).contains(calls), "\(calls)")
        #expect(till.anomalies.contains(.refundStuck))
        till.bank.change { $0.troubles["giveBack"] = [] }
        till.clock.advance(hours: 1)
        try await giveBackAll(till)
        #expect(try await till.line(id) == "refunded -2 10000")
        #expect(till.bank.look { $0.payments[payment.e2eID]?.returns.count } == 1)
        try await till.close()
    }

    @Test("waits for no look: one that is to be sent goes out though the bank answers no question")
    func lanes() async throws {
        let (till, id, _) = try await paid()
        _ = try await request(till, id, 1_000).get()
        _ = await till.gateway.refunds.advanceDue()
        #expect(till.bank.takeCalls() == ["giveBack 1000"])
        _ = try await request(till, id, 2_000).get()
        till.clock.advance(milliseconds: 5_000)
        till.bank.fail("refund", .before(.busy(milliseconds: 30_000)))
        #expect(await till.gateway.refunds.advanceDue() == 30_000)
        #expect(Set(till.bank.takeCalls()) == ["refund ", "giveBack 2000"])
        // The other way round as well.
        _ = try await request(till, id, 3_000).get()
        till.clock.advance(milliseconds: 30_000)
        till.bank.fail("giveBack", .before(.busy(milliseconds: 7_000)))
        #expect(await till.gateway.refunds.advanceDue() <= 7_000)
        #expect(till.bank.takeCalls().sorted() == ["giveBack 3000", "refund ", "refund "])
        try await till.close()
    }

    @Test(
        "that the bank cannot take now is only put off, however often",
        arguments: [
            PixBankError.busy(milliseconds: 60_000), .notSent("no connection"),
            .refused(status: 401, name: "", detail: ""), .unknown("HTTP 503"),
        ])
    func putOff(error: PixBankError) async throws {
        let (till, id, _) = try await paid()
        _ = try await request(till, id).get()
        for _ in 0..<6 {
            till.bank.fail("giveBack", .before(error))
            _ = await till.gateway.refunds.advanceDue()
            till.clock.advance(milliseconds: 600_000)
        }
        try await giveBackAll(till)
        #expect(try await till.line(id) == "refunded -2 10000")
        try await till.close()
    }

    @Test("5.1 row 19: forced by the bank is taken in, also beside one of ours that it will refuse")
    func forced() async throws {
        let (till, id, payment) = try await paid()
        _ = try await request(till, id, 6_000).get()
        till.bank.setReturn(
            PixReturn(id: "med", amount: 7_000, nature: "MED_FRAUDE", status: .done, statusWord: "DEVOLVIDO"),
            of: payment.e2eID)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        #expect(till.anomalies == [.forcedRefund])
        #expect(try await till.receipts() == ["paid 10000 3000 7000"])
        #expect(try await till.line(id) == "paid 2 7000")
        for _ in 0..<4 {
            _ = await till.gateway.refunds.advanceDue()
            till.clock.advance(milliseconds: 60_000)
        }
        #expect(try await till.receipts() == ["paid 10000 0 7000"])
        #expect(try await till.line(id) == "paid 2 7000")
        try await till.close()
    }

    @Test("5.1 row 19: a forced refund of all is state -2")
    func forcedWhole() async throws {
        let (till, id, payment) = try await paid()
        till.bank.setReturn(
            PixReturn(id: "med", amount: 10_000, nature: "MED_FRAUDE", status: .done, statusWord: "DEVOLVIDO"),
            of: payment.e2eID)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.line(id) == "refunded -2 10000")
        #expect(try await till.status(id) == .refunded)
        try await till.close()
    }

    @Test("is not asked for against the shop's will, nor of what is no payment of ours")
    func veto() async throws {
        final class Hooks: PaymentHooks, @unchecked Sendable {
            override func mayRefund(_ transaction: Transaction) async throws -> Verdict { .refuse() }
        }
        let (till, id, _) = try await paid(Hooks())
        #expect(try await request(till, id) == .failure(.refundRefused()))
        #expect(try await till.refunds() == [])
        var other = try await till.view(id).transaction
        other.key.gateway = "other"
        #expect(!till.gateway.refunds.canGiveBack(other))
        let waiting = try await till.create()
        #expect(try await request(till, waiting.charge.id) == .failure(.invalidState(.created)))
        try await till.close()
        let local = try await Till(.static)
        let view = try await local.create()
        #expect(!local.gateway.refunds.canGiveBack(view.transaction))
        try await local.close()
    }

    @Test("stores the caller's own rows with the request, once")
    func alongside() async throws {
        let (till, id, _) = try await paid()
        let transaction = try await till.view(id).transaction
        for _ in 0..<2 {
            _ = try await till.gateway.refunds.request(transaction, actor: "merchant") { transaction, sql in
                try sql.execute("INSERT INTO pix_marks (name, at) VALUES ('ticket', $1)", [.integer(transaction.id)])
            }
        }
        #expect(try await till.count("pix_marks") == 1)
        try await till.close()
    }
}
