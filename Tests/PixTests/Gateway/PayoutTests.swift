import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Each test is a row of pix.md 5.2, in its order.
@Suite("A payout")
struct PayoutTests {
    private func pay(
        _ till: Till, _ amount: Int64 = 1_000, reference: String = "r-1"
    ) async throws -> Result<PixPayout, PixPayouts.Refusal> {
        try await till.gateway.payouts.create(
            amount: amount, key: try PixKey("fulano@example.com"), description: "salary", reference: reference,
            actor: "merchant")
    }

    /// `state step`
    private func line(_ till: Till, _ reference: String = "r-1") async throws -> String {
        try await till.shop.rows(
            "SELECT state, step FROM pix_payouts WHERE reference = $1", [.text(reference)], columns: 2
        ).joined()
    }

    private func look(_ till: Till) async {
        till.clock.advance(milliseconds: 700_000)
        _ = await till.gateway.payouts.advanceDue()
    }

    @Test("5.2 rows 1, 3: is stored with its key before the bank is asked; accepted is not paid")
    func accepted() async throws {
        let till = try await Till()
        let payout = try await pay(till).get()
        #expect(payout.state == .created)
        #expect(payout.bankCode == "code-1")
        let keys = till.bank.look { Array($0.payouts.keys) }
        #expect(try await till.shop.rows("SELECT request_key FROM pix_payouts", columns: 1) == keys)
        // UUIDv5 of the reference: whoever lost the database asks with the same key. Source: pix.md 4.6
        #expect(keys == ["7f26e7bf-3ed8-5316-9663-ae092656c60b"])
        till.bank.setPayout("PAGO", .paid)
        let paid = try await till.gateway.payouts.find("r-1")
        #expect(paid?.state == .performed)
        #expect(paid?.e2eID == "E-out")
        #expect(try await till.gateway.payouts.find("none") == nil)
        try await till.close()
    }

    @Test("5.2: every word of the bank's has the state that the document gives it")
    func statuses() async throws {
        let words = try Specifications.load().pix.payoutStatuses
        for (word, status) in words.sorted(by: { $0.key < $1.key }) {
            let till = try await Till()
            _ = try await pay(till).get()
            till.bank.setPayout(word, status, errors: ["E01 no"])
            await look(till)
            let state: TransactionState =
                switch status {
                case .waiting: .created
                case .paid: .performed
                case .failed: .cancelled
                }
            let payout = try #require(try await till.gateway.payouts.find("r-1"))
            #expect(payout.state == state, "\(word)")
            #expect(payout.bankStatus == word)
            #expect(payout.errors == (status == .failed ? "E01 no" : nil))
            #expect(till.anomalies == (status == .failed ? [.payoutFailed] : []))
            try await till.close()
        }
    }

    @Test(
        "5.2 row 6: that the bank refuses was not sent",
        arguments: [
            PixBankError.refused(status: 400, name: "", detail: "x"), .refused(status: 403, name: "", detail: "x"),
            .notFound, .refused(status: 422, name: "", detail: "x"),
        ])
    func refused(error: PixBankError) async throws {
        let till = try await Till()
        till.bank.fail("pay", .before(error))
        #expect(try await pay(till).get().state == .cancelled)
        await look(till)
        #expect(till.bank.takeCalls().count == 1)
        try await till.close()
    }

    @Test(
        "5.2 rows 7, 8: that could not be sent is sent later, with the same key",
        arguments: [
            PixBankError.refused(status: 401, name: "", detail: ""), .busy(milliseconds: 60_000), .notSent("x"),
        ])
    func later(error: PixBankError) async throws {
        let till = try await Till()
        till.bank.fail("pay", .before(error))
        #expect(try await pay(till).get().state == .created)
        await look(till)
        #expect(try await line(till) == "1 asked")
        #expect(till.bank.look { $0.paid.values.reduce(0, +) } == 1)
        try await till.close()
    }

    @Test("5.2 row 9: of unknown outcome is asked for with the same key only, also after a kill: money leaves once")
    func unknown() async throws {
        for hasArrived in [true, false] {
            var till = try await Till()
            till.bank.fail("pay", hasArrived ? .after : .before(.unknown("HTTP 504")), .after)
            let payout = try await pay(till).get()
            #expect(payout.step == .unknown)
            #expect(payout.state == .created)
            till = try await till.killed()
            await look(till)
            await look(till)
            #expect(try await line(till) == "1 asked")
            #expect(till.bank.look { $0.paid.count } == 1)
            #expect(till.bank.look { $0.paid.values.reduce(0, +) } == 1)
            till.bank.setPayout("PAGO", .paid)
            await look(till)
            #expect(try await line(till) == "2 ended")
            try await till.close()
        }
    }

    @Test("5.2 row 10: that the receiver gave back is state -2, and nothing else is")
    func returned() async throws {
        let till = try await Till()
        _ = try await pay(till).get()
        #expect(try await till.gateway.payouts.markReturned("r-1") == nil)
        till.bank.setPayout("PAGO", .paid)
        await look(till)
        #expect(try await till.gateway.payouts.markReturned("r-1")?.state == .cancelledAfterPerform)
        #expect(try await till.gateway.payouts.markReturned("r-1") == nil)
        try await till.close()
    }

    @Test("5.2 row 11: of a status that nobody knows waits, and is told of")
    func unknownStatus() async throws {
        let till = try await Till()
        _ = try await pay(till).get()
        till.bank.setPayout("NOVO", nil)
        await look(till)
        #expect(try await line(till) == "1 asked")
        #expect(till.anomalies == [.unknownStatus])
        try await till.close()
    }

    @Test("is the same for the same reference, and none for another content, however many ask at once")
    func reference() async throws {
        let till = try await Till()
        let states = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await self.pay(till).get().reference } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(states == ["r-1"])
        #expect(till.bank.look { $0.paid.values.reduce(0, +) } == 1)
        #expect(try await pay(till, 1_001) == .failure(.otherRequest))
        try await till.close()
    }

    @Test("is refused for what no payout can be")
    func badInput() async throws {
        let till = try await Till()
        #expect(try await pay(till, 0) == .failure(.amount))
        #expect(try await pay(till, 1_000_000_000_000) == .failure(.amount))
        for reference in ["", "a b", String(repeating: "a", count: 36), "é"] {
            #expect(try await pay(till, reference: reference) == .failure(.reference))
        }
        #expect(try await pay(till, reference: "123e4567-e89b-12d3-a456-42661417400").get().state == .created)
        try await till.close()
        let local = try await Till(.static)
        #expect(try await pay(local) == .failure(.noBank))
        try await local.close()
    }

    @Test("is asked about less and less often")
    func pace() async throws {
        let till = try await Till()
        _ = try await pay(till).get()
        _ = till.bank.takeCalls()
        for _ in 0..<60 {
            till.clock.advance(milliseconds: 1_000)
            _ = await till.gateway.payouts.advanceDue()
        }
        #expect((3...5).contains(till.bank.takeCalls().count))
        try await till.close()
    }
}
