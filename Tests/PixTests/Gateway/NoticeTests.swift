import Payments
import Pix
import Specification
import StrictJSON
import TestSupport
import Testing

/// Source: pix.md 3.6, 4.4, 5.1
@Suite("The webhook")
struct NoticeTests {
    private func paid() async throws -> (Till, PixChargeView, PixPayment) {
        let till = try await Till()
        let view = try await till.create()
        let payment = till.bank.pay(view.charge.txid, 10_000)
        _ = till.bank.takeCalls()
        return (till, view, payment)
    }

    @Test("is a trigger: the bank is asked, and its word counts")
    func trigger() async throws {
        let (till, view, payment) = try await paid()
        let answer = await till.gateway.notices.take(Notices.body(payment))
        #expect(answer == PixNotices.Answer(status: 200, items: 1, news: 1))
        #expect(try await till.status(view.charge.id) == .pending)
        _ = await till.gateway.notices.advanceDue()
        #expect(till.bank.takeCalls() == ["payment "])
        #expect(try await till.status(view.charge.id) == .paid)
        try await till.close()
    }

    @Test("5.1: perform_time is the bank's, however late it is told of")
    func time() async throws {
        let till = try await Till()
        let view = try await till.create()
        let horario = till.clock.now + 90_000
        let payment = till.bank.pay(view.charge.txid, 10_000, at: horario)
        till.clock.advance(milliseconds: 240_000)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        let paid = try await till.view(view.charge.id).transaction
        #expect(paid.performTime == horario && till.clock.now > horario)
        try await till.close()
    }

    @Test("that lies changes nothing", arguments: ["amount", "payment"])
    func lie(about what: String) async throws {
        let till = try await Till()
        let view = try await till.create()
        var payment = PixPayment(
            e2eID: "E0", txid: view.charge.txid, amount: 10_000, paidAt: till.clock.now, key: Till.key)
        if what == "amount" {
            payment = till.bank.pay(view.charge.txid, 1)
            payment.amount = 10_000
        }
        _ = await till.gateway.notices.take(Notices.body(payment))
        for _ in 0..<15 {
            _ = await till.gateway.notices.advanceDue()
            till.clock.advance(milliseconds: 60_000)
        }
        #expect(try await till.status(view.charge.id) == .pending)
        #expect(till.anomalies == (what == "amount" ? [.underpaid] : []))
        try await till.close()
    }

    @Test("that tells of another charge's payment settles the charge that the bank names")
    func crossed() async throws {
        let (till, first, payment) = try await paid()
        let second = try await till.create()
        var crossed = payment
        crossed.txid = second.charge.txid
        _ = await till.gateway.notices.take(Notices.body(crossed))
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.status(first.charge.id) == .paid)
        #expect(try await till.status(second.charge.id) == .pending)
        try await till.close()
    }

    @Test("takes a list in `pix`, a bare list, one refund as an object, and amounts as text or number")
    func shapes() async throws {
        for shape in 0..<4 {
            let (till, view, payment) = try await paid()
            var item = try #require(Notices.item(payment).objectValue)
            switch shape {
            case 0: break
            case 1: item["valor"] = .number("100.00")
            case 2: item["devolucoes"] = ["id": "x", "valor": "1.00"]
            default:
                item["devolucoes"] = [["id": "x", "valor": 1]]
                item["componentesValor"] = ["original": ["valor": .number("100.00")]]
                item["infoPagador"] = 5
            }
            let body: JSONValue = shape == 1 ? [.object(item)] : ["pix": [.object(item)]]
            let answer = await till.gateway.notices.take(body.serialized())
            #expect(answer.news == 1)
            _ = await till.gateway.notices.advanceDue()
            #expect(try await till.status(view.charge.id) == .paid)
            try await till.close()
        }
    }

    @Test("5.1 row 5: the same again is stored once and does nothing")
    func again() async throws {
        let (till, view, payment) = try await paid()
        for _ in 0..<3 {
            _ = await till.gateway.notices.take(Notices.body(payment))
            _ = await till.gateway.notices.advanceDue()
        }
        #expect(till.bank.takeCalls() == ["payment "])
        #expect(try await till.count("pix_notices") == 1)
        #expect(try await till.receipts() == ["paid 10000 0 0"])
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await till.close()
    }

    @Test("5.1 row 5: the same payment with another refund is news")
    func refundNews() async throws {
        let (till, view, payment) = try await paid()
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        till.bank.setReturn(
            PixReturn(id: "m", amount: 3_000, nature: "MED_FRAUDE", status: .done, statusWord: "DEVOLVIDO"),
            of: payment.e2eID)
        var item = try #require(Notices.item(payment).objectValue)
        item["devolucoes"] = [["id": "m"]]
        _ = await till.gateway.notices.take(JSONValue.array([.object(item)]).serialized())
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.line(view.charge.id) == "paid 2 3000")
        #expect(till.anomalies == [.forcedRefund])
        try await till.close()
    }

    @Test("5.1 row 20: what is of no concern is stored and answered with 200, beside what is")
    func noConcern() async throws {
        let (till, view, payment) = try await paid()
        var (foreign, unknown) = (payment, payment)
        (foreign.e2eID, foreign.key) = ("E-foreign", "fulano@example.com")
        (unknown.e2eID, unknown.txid) = ("E-unknown", "nobodys")
        let body: JSONValue = [
            Notices.item(foreign), 17, ["endToEndId": 5], Notices.item(unknown), Notices.item(payment),
        ]
        let answer = await till.gateway.notices.take(body.serialized())
        #expect(answer == PixNotices.Answer(status: 200, items: 5, news: 5))
        #expect(till.anomalies == [.foreignKey, .malformedNotice, .malformedNotice, .unknownCharge])
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.status(view.charge.id) == .paid)
        #expect(till.bank.takeCalls() == ["payment "])
        try await till.close()
    }

    @Test(
        "5.1 row 20: what is no JSON, or none of a bank's, is stored and answered with 200",
        arguments: [
            "", "{", "null", "{}", #"{"pix": 5}"#, "\u{0}\u{1}", #"{"pix": [], "pix": []}"#,
        ])
    func unreadable(body: String) async throws {
        let till = try await Till()
        let answer = await till.gateway.notices.take(Array(body.utf8))
        #expect(answer == PixNotices.Answer(status: 200, items: 1, news: 1))
        #expect(till.anomalies == [.malformedNotice])
        try await till.close()
    }

    @Test("that is empty asks for nothing, as a bank's probe does")
    func empty() async throws {
        let till = try await Till()
        let answer = await till.gateway.notices.take(Array("[]".utf8))
        #expect(answer == PixNotices.Answer(status: 200, items: 0, news: 0))
        try await till.close()
    }

    @Test("5.1 row 21: is answered with 500 when nothing can be stored, so that the bank sends it again")
    func notStored() async throws {
        let (till, _, payment) = try await paid()
        await till.shop.close()
        let answer = await till.gateway.notices.take(Notices.body(payment))
        #expect(answer.status == 500)
    }

    @Test("that came before a kill is taken after it")
    func killed() async throws {
        let (before, view, payment) = try await paid()
        _ = await before.gateway.notices.take(Notices.body(payment))
        let till = try await before.killed()
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.status(view.charge.id) == .paid)
        try await till.close()
    }

    @Test("races with the job and the page: the payment counts once")
    func race() async throws {
        let (till, view, payment) = try await paid()
        _ = await till.gateway.notices.take(Notices.body(payment))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { _ = try await till.charges.step(view.charge.id) }
                group.addTask { _ = await till.gateway.notices.advanceDue() }
                group.addTask { _ = await till.charges.advanceDue() }
            }
            try await group.waitForAll()
        }
        #expect(try await till.receipts() == ["paid 10000 0 0"])
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await till.close()
    }

    @Test("the merchant's word is not taken for another amount, an unknown charge, or one that is over")
    func merchantsError() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        #expect(try await till.charges.confirm(view.charge.txid, amount: 9_999) == .wrongAmount)
        #expect(try await till.charges.confirm("nobodys", amount: 10_000) == .notFound)
        #expect(try await till.status(view.charge.id) == .pending)
        till.clock.advance(hours: 1)
        _ = await till.charges.advanceDue()
        let answer = try await till.charges.confirm(view.charge.txid, amount: 10_000)
        #expect(answer == .tooLate(try await till.view(view.charge.id)))
        #expect(till.anomalies == [.latePayment])
        #expect(try await till.receipts() == ["late 10000 0 0"])
        try await till.close()
    }

    @Test("where there is a bank, the merchant's word only makes it be asked")
    func merchantsWordAtBank() async throws {
        let till = try await Till()
        let view = try await till.create()
        guard case .notYet = try await till.charges.confirm(view.charge.txid, amount: 10_000) else {
            Issue.record("the bank was not asked")
            return
        }
        till.bank.pay(view.charge.txid, 10_000)
        guard case .paid = try await till.charges.confirm(view.charge.txid, amount: 10_000) else {
            Issue.record("the bank's word was not taken")
            return
        }
        try await till.close()
    }
}
