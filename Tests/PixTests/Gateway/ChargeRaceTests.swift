import Foundation
import Payments
import Pix
import Specification
import Storage
import TestSupport
import Testing

/// What must never be: a charge that nobody waits for and that can be paid at the bank, or one that was paid and is
/// called off.
///
/// Source: pix.md 5.1
@Suite("A charge at the bank, when things cross")
struct ChargeRaceTests {
    private func id(in till: Till) async throws -> String {
        try #require(try await till.shop.rows("SELECT id FROM pix_charges", columns: 1).first)
    }

    private func open(_ till: Till) -> Int { till.bank.look { $0.charges.values.count { $0.status == .active } } }

    @Test("called off while its offer is on its way, it does not stay payable")
    func cancelledOnTheWay() async throws {
        let till = try await Till()
        till.bank.change { books in
            books.onCreate = {
                let id = try? await id(in: till)
                let view = try? await till.charges.cancel(id ?? "", actor: "merchant")
                #expect(view?.status == .cancelled)
            }
        }
        let view = try await till.create()
        #expect(view.status == .cancelled)
        #expect(till.bank.look { $0.made } == [view.charge.txid: 1])
        #expect(open(till) == 0)
        try await till.close()
    }

    @Test("called off, and its offer arrives although everybody thought it lost: it is looked for, and removed")
    func arrivesLate() async throws {
        var till = try await Till()
        let lost = ScriptedBank.Trouble.before(.unknown("no answer"))
        till.bank.fail("create", lost, lost)
        let view = try await till.create()
        #expect(try await till.charges.cancel(view.charge.id, actor: "merchant")?.status == .cancelled)
        let offer = PixOffer(
            txid: view.charge.txid, key: Till.key, amount: 10_000, expirySeconds: 1_800, payerNote: nil)
        _ = try await till.bank.create(offer)
        till = try await till.killed()
        till.clock.advance(milliseconds: 180_000)
        // The first try fails.
        till.bank.fail("remove", .before(.unknown("HTTP 503")))
        _ = await till.charges.advanceDue()
        #expect(open(till) == 1)
        till.clock.advance(milliseconds: 10_000)
        _ = await till.charges.advanceDue()
        #expect(open(till) == 0)
        // And then the bank is left alone.
        _ = till.bank.takeCalls()
        till.clock.advance(hours: 1)
        _ = await till.charges.advanceDue()
        #expect(till.bank.takeCalls() == [])
        #expect(try await till.line(view.charge.id) == "cancelled -1 0")
        try await till.close()
    }

    @Test("called off, arrived all the same, and paid before anybody looked: the money goes back")
    func arrivesAndIsPaid() async throws {
        let till = try await Till()
        let lost = ScriptedBank.Trouble.before(.unknown("no answer"))
        till.bank.fail("create", lost, lost)
        let view = try await till.create()
        _ = try await till.charges.cancel(view.charge.id, actor: "merchant")
        let offer = PixOffer(txid: view.charge.txid, key: Till.key, amount: 10_000, expirySeconds: 1_800)
        _ = try await till.bank.create(offer)
        till.bank.pay(view.charge.txid, 10_000)
        till.clock.advance(milliseconds: 180_000)
        _ = await till.charges.advanceDue()
        #expect(till.anomalies == [.latePayment])
        try await giveBackAll(till)
        #expect(try await till.receipts() == ["late 10000 0 10000"])
        #expect(try await till.line(view.charge.id) == "cancelled -1 0")
        try await till.close()
    }

    @Test("called off, and payable at the bank by whatever way: the daily comparison has it removed")
    func leftOver() async throws {
        let till = try await Till()
        let view = try await till.create(expiry: 2_592_000)
        _ = try await till.charges.cancel(view.charge.id, actor: "merchant")
        till.bank.change { $0.charges[view.charge.txid]?.status = .active }
        _ = await till.gateway.reconciliation.advanceDue()
        _ = await till.charges.advanceDue()
        #expect(open(till) == 0)
        try await till.close()
    }

    @Test("that the bank calls paid is never called off: not by its time, nor on the merchant's wish")
    func completedWithoutPayment() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.change {
            $0.charges[view.charge.txid]?.status = .completed
            $0.charges[view.charge.txid]?.statusWord = "CONCLUIDA"
        }
        _ = try await till.charges.cancel(view.charge.id, actor: "merchant")
        for _ in 0..<100 {
            till.clock.advance(hours: 1)
            _ = await till.charges.advanceDue()
        }
        #expect(try await till.status(view.charge.id) == .pending)
        #expect(till.anomalies == [.paymentMissing])
        // And at last it says by what.
        till.bank.pay(view.charge.txid, 10_000, at: view.charge.expiresAt)
        till.clock.advance(hours: 1)
        _ = await till.charges.advanceDue()
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await till.close()
    }

    @Test("that the bank does not know any more waits until a day after its end")
    func forgotten() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.change { $0.charges[view.charge.txid] = nil }
        for hours in 1...25 {
            till.clock.advance(hours: 1)
            _ = await till.charges.advanceDue()
            let status = try await till.status(view.charge.id)
            #expect(status == (hours == 25 ? .expired : .pending), "\(hours)")
        }
        #expect(till.anomalies == [.chargeDiffers])
        try await till.close()
    }

    @Test("offered long after it was stored, it has the time that is left")
    func offeredLate() async throws {
        let till = try await Till()
        let lost = ScriptedBank.Trouble.before(.unknown("no answer"))
        till.bank.fail("create", lost, lost)
        let view = try await till.create()
        till.clock.advance(milliseconds: 600_500)
        _ = await till.charges.advanceDue()
        #expect(till.bank.look { $0.charges[view.charge.txid]?.expirySeconds } == 1_200)
        let after = try await till.view(view.charge.id).charge
        #expect(after.standing == .active)
        #expect(abs(after.expiresAt - view.charge.expiresAt) < 1_000)
        try await till.close()
    }

    @Test("too late by our time and not by the bank's is in time: somebody gave it longer there")
    func revisedAtTheBank() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.change { $0.charges[view.charge.txid]?.expirySeconds = 7_200 }
        let payment = till.bank.pay(view.charge.txid, 10_000, at: view.charge.expiresAt + 60_000)
        till.clock.advance(hours: 1)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        #expect(till.anomalies == [])
        try await till.close()
    }

    @Test("paid at a moment that the bank does not tell is judged by the minute in the payment's id, else in time")
    func withoutMoment() async throws {
        // The clock of the tests stands at 2026-11-21T00:00Z or so: 31 minutes later is too late.
        for (hours, status) in [(0, "paid"), (1, "expired")] {
            let till = try await Till()
            let view = try await till.create()
            let minute = PixMoments.compact(view.charge.createdAt + Int64(hours) * 3_600_000)
            till.bank.pay(view.charge.txid, 10_000, e2eID: "E00416968\(minute)abcdefghijk")
            till.bank.change { books in
                for index in books.charges[view.charge.txid]?.payments.indices ?? 0..<0 {
                    books.charges[view.charge.txid]?.payments[index].paidAt = nil
                }
            }
            till.clock.advance(hours: 3)
            _ = await till.charges.advanceDue()
            #expect("\(try await till.status(view.charge.id))" == status)
            try await till.close()
        }
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000, e2eID: "E-of-another-form")
        till.bank.change { $0.charges[view.charge.txid]?.payments[0].paidAt = nil }
        till.clock.advance(hours: 3)
        _ = await till.charges.advanceDue()
        #expect(try await till.status(view.charge.id) == .paid)
        try await till.close()
    }
}

/// What the bank says of a charge is looked at before a payer sees it.
///
/// Source: pix.md 3.2
@Suite("A code of the bank's")
struct BankCodeTests {
    private func shown(_ change: @escaping @Sendable (inout PixBankCharge) -> Void) async throws -> (Till, PixCharge) {
        let till = try await Till()
        till.bank.fail("create", .after, .after)
        let view = try await till.create()
        till.bank.change { books in
            if var charge = books.charges[view.charge.txid] {
                change(&charge)
                books.charges[view.charge.txid] = charge
            }
        }
        till.clock.advance(milliseconds: 30_000)
        _ = await till.charges.advanceDue()
        return (till, try await till.view(view.charge.id).charge)
    }

    @Test("that is damaged, or leads elsewhere, is not shown: one is made of the location")
    func damaged() async throws {
        for damage in [
            { @Sendable in $0.code = String(($0.code ?? "").dropLast()) + "x" },
            { @Sendable in $0.code = ScriptedBank.code(of: "another") },
            { @Sendable in $0.code = "000201" },
        ] as [@Sendable (inout PixBankCharge) -> Void] {
            let (till, charge) = try await shown(damage)
            let code = try BRCode(try #require(charge.code))
            #expect(code.account == .location(try #require(PixLocation("pix.example.com/qr/v2/\(charge.txid)"))))
            #expect(code.merchantName == "Fulano de Tal")
            try await till.close()
        }
    }

    @Test("of a charge of another price, or to another's key, is not shown at all")
    func otherCharge() async throws {
        for change in [{ @Sendable in $0.amount = 9_999 }, { @Sendable in $0.key = "fulano@example.com" }]
            as [@Sendable (inout PixBankCharge) -> Void]
        {
            let (till, charge) = try await shown(change)
            #expect(charge.code == nil)
            #expect(till.anomalies == [.chargeDiffers])
            try await till.close()
        }
    }

    @Test("counts to the same key, however the bank writes a telephone")
    func phone() async throws {
        let till = try await Till { configuration in
            if let key = try? PixKey("+5561912345678") { configuration.key = key }
        }
        let view = try await till.create()
        #expect(view.charge.code != nil)
        till.bank.pay(view.charge.txid, 10_000, key: "5561912345678")
        _ = try await till.charges.step(view.charge.id)
        #expect(try await till.status(view.charge.id) == .paid)
        #expect(till.anomalies == [])
        try await till.close()
    }
}

/// `yyyyMMddHHmm` in UTC.
enum PixMoments {
    static func compact(_ milliseconds: Int64) -> String {
        let text = Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000)).formatted(.iso8601)
        return String(text.filter(\.isNumber).prefix(12))
    }
}
