import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

/// Where no bank can be asked, who sent a notice decides what it counts for.
@Suite("A notice of a static code")
struct StaticNoticeTests {
    private func tell(
        _ till: Till, _ payment: PixPayment, isAuthenticated: Bool = true, time: String? = nil
    ) async throws {
        var item = try #require(Notices.item(payment).objectValue)
        if let time { item["horario"] = .string(time) }
        let body: JSONValue = ["pix": [.object(item)]]
        let answer = await till.gateway.notices.take(body.serialized(), isAuthenticated: isAuthenticated)
        #expect(answer.status == 200)
        _ = await till.gateway.notices.advanceDue()
    }

    private func payment(_ view: PixChargeView, _ id: String, _ amount: Int64 = 10_000) -> PixPayment {
        PixPayment(e2eID: id, txid: view.charge.txid, amount: amount, paidAt: nil, key: Till.key)
    }

    private func ids(_ till: Till) async throws -> [String] {
        try await till.shop.rows("SELECT e2e_id, standing FROM pix_receipts ORDER BY e2e_id", columns: 2)
    }

    @Test("pays it when the bank surely said so: the same amount, our key")
    func vouched() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        try await tell(till, payment(view, "E-1"))
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await tell(till, payment(view, "E-1"))
        #expect(try await ids(till) == ["E-1 paid"])
        #expect(till.anomalies == [])
        // The merchant's word adds nothing.
        let answer = try await till.charges.confirm(view.charge.txid, amount: 10_000)
        #expect(answer == .paid(try await till.view(view.charge.id), isRepeat: true))
        #expect(try await ids(till) == ["E-1 paid"])
        try await till.close()
    }

    @Test("with more pays the charge, and somebody is told; the rest is held")
    func more() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        try await tell(till, payment(view, "E-1", 10_001))
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        #expect(till.anomalies == [.overpaid])
        #expect(try await till.gateway.refunds.held().map(\.amount) == [1])
        try await till.close()
    }

    @Test("that names no key is nobody's word, for another merchant of the bank may have given it our address")
    func withoutKey() async throws {
        for secret in [nil, "a-path-that-the-bank-knows"] {
            let till = try await Till(.static) { $0.webhookSecret = secret }
            let view = try await till.create()
            var unnamed = payment(view, "E-1")
            unnamed.key = nil
            try await tell(till, unnamed)
            #expect(try await till.status(view.charge.id) == (secret == nil ? .pending : .paid))
            try await till.close()
        }
    }

    @Test("with less leaves the charge to the merchant, somebody is told, and the money is held until it is kept")
    func amounts() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        try await tell(till, payment(view, "E-1", 9_999))
        #expect(try await till.line(view.charge.id) == "pending 1 0")
        #expect(till.anomalies == [.underpaid])
        try await tell(till, payment(view, "E-1", 9_999), time: "2026-11-21T00:00:01Z")
        #expect(try await till.receipts() == ["underpaid 9999 0 0"])
        #expect(till.anomalies == [])
        let refunds = till.gateway.refunds
        #expect(try await refunds.held().map(\.amount) == [9_999])
        let noBank = try await refunds.giveBackHeld("E-1", actor: "merchant")
        #expect(noBank == .failure(.noBank))
        _ = try await till.charges.confirm(view.charge.txid, amount: 10_000)
        #expect(try await till.status(view.charge.id) == .paid)
        #expect(try await refunds.held().map(\.amount) == [9_999])
        #expect(try await refunds.keepHeld("E-1", actor: "merchant").get().amount == 9_999)
        #expect(try await refunds.held().isEmpty)
        // What the word was about: what came before was too little to be it.
        try await tell(till, payment(view, "E-2"))
        #expect(till.anomalies == [])
        #expect(try await till.receipts() == ["underpaid 9999 0 0", "paid 10000 0 0"])
        try await till.close()
    }

    @Test("with less, forced back by the bank, is gone, and the charge stands as it stood")
    func lessReturned() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        var item = try #require(Notices.item(payment(view, "E-1", 9_999)).objectValue)
        item["devolucoes"] = [
            ["id": "m", "rtrId": "D1", "valor": "99.99", "natureza": "MED_FRAUDE", "status": "DEVOLVIDO"]
        ]
        let body = JSONValue.array([.object(item)]).serialized()
        _ = await till.gateway.notices.take(body, isAuthenticated: true)
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.receipts() == ["underpaid 9999 0 9999"])
        #expect(try await till.line(view.charge.id) == "pending 1 0")
        try await till.close()
    }

    @Test("to another key pays nothing, whoever says it")
    func foreign() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        var foreign = payment(view, "E-1")
        foreign.key = "fulano@example.com"
        try await tell(till, foreign)
        #expect(try await till.status(view.charge.id) == .pending)
        #expect(till.anomalies == [.foreignKey])
        try await till.close()
    }

    @Test("from anybody pays nothing, and gives the merchant's word neither its id nor its time")
    func unvouched() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        try await tell(till, payment(view, "E-forged"), isAuthenticated: false, time: "2000-01-01T00:00:00Z")
        try await tell(till, payment(view, "E-late"), isAuthenticated: false, time: "2999-01-01T00:00:00Z")
        #expect(try await till.status(view.charge.id) == .pending)
        _ = try await till.charges.confirm(view.charge.txid, amount: 10_000)
        let paid = try await till.view(view.charge.id)
        #expect(paid.status == .paid)
        #expect(paid.transaction.performTime == till.clock.now)
        #expect(try await ids(till) == ["static-\(view.charge.txid) paid"])
        #expect(try await till.shop.number("SELECT paid_at FROM pix_receipts") == till.clock.now)
        try await till.close()
    }

    @Test(
        "cannot take the place of the merchant's word: an id that begins as ours do is none", arguments: [true, false])
    func standIn(isAuthenticated: Bool) async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        for prefix in ["static-", "STATIC-"] {
            try await tell(till, payment(view, prefix + view.charge.txid), isAuthenticated: isAuthenticated)
        }
        #expect(till.anomalies == [.malformedNotice, .malformedNotice])
        _ = try await till.charges.confirm(view.charge.txid, amount: 10_000)
        #expect(try await till.status(view.charge.id) == .paid)
        try await till.close()
    }

    @Test("of a second payment is noticed: as a duplicate from the bank, as an anomaly from anybody")
    func second() async throws {
        for isAuthenticated in [true, false] {
            let till = try await Till(.static)
            let view = try await till.create()
            try await tell(till, payment(view, "E-1"))
            try await tell(till, payment(view, "E-1"), isAuthenticated: isAuthenticated)
            #expect(till.anomalies == [])
            try await tell(till, payment(view, "E-2"), isAuthenticated: isAuthenticated)
            #expect(till.anomalies == [.duplicatePayment])
            #expect(try await ids(till) == ["E-1 paid"] + (isAuthenticated ? ["E-2 duplicate"] : []))
            #expect(try await till.line(view.charge.id) == "paid 2 0")
            try await till.close()
        }
    }

    @Test("that comes after the merchant's word is the payment that it was about; the next is another")
    func afterTheWord() async throws {
        for isAuthenticated in [true, false] {
            let till = try await Till(.static)
            let view = try await till.create()
            _ = try await till.charges.confirm(view.charge.txid, amount: 10_000)
            try await tell(till, payment(view, "E-1"), isAuthenticated: isAuthenticated)
            try await tell(till, payment(view, "E-1"), isAuthenticated: isAuthenticated)
            #expect(till.anomalies == [])
            #expect(try await till.receipts() == ["paid 10000 0 0"])
            try await tell(till, payment(view, "E-2"), isAuthenticated: isAuthenticated)
            #expect(till.anomalies == [.duplicatePayment])
            #expect(try await till.receipts().count == (isAuthenticated ? 2 : 1))
            try await till.close()
        }
    }

    @Test("that anybody said first does not keep the bank from saying the same")
    func forgedFirst() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        try await tell(till, payment(view, "E-1"), isAuthenticated: false)
        #expect(try await till.status(view.charge.id) == .pending)
        try await tell(till, payment(view, "E-1"))
        #expect(try await till.status(view.charge.id) == .paid)
        #expect(try await till.count("pix_notices") == 1)
        try await till.close()
    }

    @Test("is judged by the moment of the payment, which is never later than now")
    func moments() async throws {
        let till = try await Till(.static)
        let (early, future) = (try await till.create(), try await till.create())
        try await tell(till, payment(future, "E-1"), time: "2999-01-01T00:00:00Z")
        #expect(try await till.view(future.charge.id).transaction.performTime == till.clock.now)
        #expect(try await till.shop.number("SELECT paid_at FROM pix_receipts") == till.clock.now)
        till.clock.advance(hours: 2)
        _ = await till.charges.advanceDue()
        try await tell(till, payment(early, "E-2"), time: "2999-01-01T00:00:00Z")
        #expect(try await till.status(early.charge.id) == .expired)
        #expect(till.anomalies == [.latePayment])
        try await till.close()
    }

    @Test("tells what went back, too: the bank gave it back by itself")
    func returned() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        try await tell(till, payment(view, "E-1"))
        var item = try #require(Notices.item(payment(view, "E-1")).objectValue)
        item["devolucoes"] = [
            ["id": "m", "rtrId": "D1", "valor": "30.00", "natureza": "MED_FRAUDE", "status": "DEVOLVIDO"]
        ]
        let body = JSONValue.array([.object(item)]).serialized()
        _ = await till.gateway.notices.take(body, isAuthenticated: true)
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.line(view.charge.id) == "paid 2 3000")
        try await till.close()
    }
}
