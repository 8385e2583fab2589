import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Each test is a row of pix.md 5.1, in its order.
@Suite("A charge at the bank")
struct ChargeTests {
    @Test("5.1 row 1: is stored, offered, and shown with the bank's code; its time counts from the bank's clock")
    func created() async throws {
        let till = try await Till()
        let view = try await till.create()
        #expect(view.charge.standing == .active)
        #expect(view.charge.code == ScriptedBank.code(of: view.charge.txid))
        #expect(PixTxid(charge: view.charge.txid) != nil)
        #expect(view.charge.expiresAt == till.clock.now + 1_800_000)
        #expect(till.bank.takeCalls() == ["create 10000"])
        #expect(view.transaction.deadline == nil)
        try await till.close()
    }

    @Test("5.1 row 1: without a code from the bank, one is made of the location")
    func codeOfLocation() async throws {
        let till = try await Till()
        till.bank.fail("create", .after, .after)
        let id = try await till.create().charge.id
        till.bank.change { books in for txid in books.charges.keys { books.charges[txid]?.code = nil } }
        till.clock.advance(milliseconds: 30_000)
        _ = await till.charges.advanceDue()
        let charge = try await till.view(id).charge
        let code = try BRCode(try #require(charge.code))
        guard case .location(let location) = code.account else {
            Issue.record("no dynamic code")
            return
        }
        #expect(location.text == "pix.example.com/qr/v2/\(charge.txid)")
        try await till.close()
    }

    @Test("5.1 row 2: whose answer is lost, or that the bank cannot take now, is offered again with the same txid")
    func lostAnswer() async throws {
        for trouble in [
            ScriptedBank.Trouble.after, .before(.unknown("HTTP 503")), .before(.notSent("no connection")),
            .before(.busy(milliseconds: 5_000)),
        ] {
            let till = try await Till()
            till.bank.fail("create", trouble, trouble)
            let view = try await till.create()
            #expect(view.charge.standing == .unsent)
            for _ in 0..<3 {
                till.clock.advance(milliseconds: 60_000)
                _ = await till.charges.advanceDue()
            }
            #expect(try await till.view(view.charge.id).charge.standing == .active)
            #expect(till.bank.look { $0.made } == [view.charge.txid: 1])
            try await till.close()
        }
    }

    @Test("5.1 row 2: a lost answer is asked for once more at once, for the payer waits")
    func lostOnce() async throws {
        let till = try await Till()
        till.bank.fail("create", .after)
        let view = try await till.create()
        #expect(view.charge.standing == .active)
        #expect(till.bank.takeCalls() == ["create 10000", "create 10000"])
        #expect(till.bank.look { $0.made } == [view.charge.txid: 1])
        try await till.close()
    }

    @Test("5.1 row 2: a kill between the stored row and the bank's answer leaves one charge, or none, never two")
    func killed() async throws {
        for hasArrived in [true, false] {
            var till = try await Till()
            let lost = ScriptedBank.Trouble.before(.unknown("killed"))
            till.bank.fail("create", lost, hasArrived ? .after : lost)
            let id = try await till.create().charge.id
            till = try await till.killed()
            till.clock.advance(milliseconds: 30_000)
            _ = await till.charges.advanceDue()
            let view = try await till.view(id)
            #expect(view.charge.standing == .active)
            #expect(till.bank.look { $0.made } == [view.charge.txid: 1])
            try await till.close()
        }
    }

    @Test("5.1 row 2: killed, and its time is up before anybody looks: it is called off cleanly")
    func killedAndOver() async throws {
        for hasArrived in [true, false] {
            var till = try await Till()
            let lost = ScriptedBank.Trouble.before(.unknown("killed"))
            till.bank.fail("create", lost, hasArrived ? .after : lost)
            let view = try await till.create()
            till = try await till.killed()
            till.clock.advance(hours: 1)
            _ = await till.charges.advanceDue()
            #expect(try await till.status(view.charge.id) == .expired)
            #expect(till.bank.look { $0.charges.values.filter { $0.status == .active }.count } == 0)
            #expect(till.bank.look { $0.made[view.charge.txid] ?? 0 } == (hasArrived ? 1 : 0))
            try await till.close()
        }
    }

    @Test("5.1 row 3: that the bank refuses is called off, with the reason, and frees its order")
    func rejected() async throws {
        let till = try await Till()
        till.bank.fail("create", .before(.refused(status: 400, name: "CobOperacaoInvalida", detail: "chave")))
        let view = try await till.create()
        #expect(view.status == .cancelled)
        #expect(view.transaction.reason == 3)
        #expect(view.charge.standing == .rejected)
        #expect(view.charge.note?.contains("CobOperacaoInvalida") == true)
        #expect(till.anomalies == [.chargeRejected])
        try await till.close()
    }

    @Test("5.1 row 4: is paid when the bank says so, whoever asked")
    func paid() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000)
        _ = till.changes
        till.clock.advance(milliseconds: 15_000)
        _ = await till.charges.advanceDue()
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        #expect(try await till.receipts() == ["paid 10000 0 0"])
        #expect(till.changes.first == view.charge.id)
        #expect(till.anomalies == [])
        // The bank is left alone from now on.
        _ = till.bank.takeCalls()
        till.clock.advance(hours: 1)
        _ = await till.charges.advanceDue()
        #expect(till.bank.takeCalls() == [])
        try await till.close()
    }

    @Test("5.1 row 4: a payment to another's key is none of ours")
    func foreignKey() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000, key: "fulano@example.com")
        _ = try await till.charges.step(view.charge.id)
        #expect(try await till.status(view.charge.id) == .pending)
        #expect(till.anomalies.first == .foreignKey)
        try await till.close()
    }

    @Test("5.1 row 6: a second payment is written down and goes back whole; the first one stays")
    func duplicate() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000)
        till.bank.pay(view.charge.txid, 10_000)
        _ = try await till.charges.step(view.charge.id)
        #expect(try await till.receipts() == ["paid 10000 0 0", "duplicate 10000 10000 0"])
        #expect(till.anomalies == [.duplicatePayment])
        try await giveBackAll(till)
        #expect(try await till.receipts() == ["paid 10000 0 0", "duplicate 10000 0 10000"])
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await till.close()
    }

    @Test("5.1 row 6: money that no charge asked for is held if that is the policy")
    func held() async throws {
        let till = try await Till { $0.returnsStrayMoney = false }
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000)
        till.bank.pay(view.charge.txid, 10_000)
        _ = try await till.charges.step(view.charge.id)
        _ = await till.gateway.refunds.advanceDue()
        #expect(try await till.refunds() == [])
        #expect(till.anomalies == [.duplicatePayment])
        try await till.close()
    }

    @Test("5.1 row 7: what is paid too much goes back; the charge is paid")
    func overpaid() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 12_500)
        _ = try await till.charges.step(view.charge.id)
        #expect(till.anomalies == [.overpaid])
        try await giveBackAll(till)
        #expect(try await till.refunds() == ["policy done 2500"])
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        // All the rest: the payment is given back whole.
        _ = try await till.gateway.refunds.request(try await till.view(view.charge.id).transaction, actor: "merchant")
        try await giveBackAll(till)
        #expect(try await till.line(view.charge.id) == "refunded -2 10000")
        #expect(try await till.receipts() == ["overpaid 12500 0 12500"])
        try await till.close()
    }

    @Test("5.1 row 8: what is too little goes back whole, and then the charge is called off")
    func underpaid() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 9_999)
        _ = try await till.charges.step(view.charge.id)
        #expect(try await till.view(view.charge.id).transaction.phase == "underpaid")
        #expect(try await till.status(view.charge.id) == .pending)
        till.bank.pay(view.charge.txid, 10_000)
        _ = try await till.charges.step(view.charge.id)
        try await giveBackAll(till)
        #expect(try await till.line(view.charge.id) == "cancelled -1 0")
        #expect(try await till.view(view.charge.id).transaction.reason == 3)
        try await till.close()
    }

    @Test("5.1 row 9: has a fixed price: no amount is ever left to the payer")
    func fixedPrice() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        #expect(try BRCode(try #require(view.charge.code)).amount?.minor == 10_000)
        let none = try await till.charges.create(PixChargeRequest(amount: 0))
        #expect(none == .failure(.amount))
        try await till.close()
    }

    @Test("5.1 row 10: whose time is up is asked about first: paid at the last moment is paid")
    func lastMoment() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000, at: view.charge.expiresAt)
        till.clock.advance(milliseconds: 1_800_001)
        _ = await till.charges.advanceDue()
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        #expect(!till.bank.takeCalls().contains("remove "))
        try await till.close()
    }

    @Test("5.1 row 10: whose time is up is removed at the bank and called off, not a millisecond sooner")
    func expired() async throws {
        let till = try await Till()
        let id = try await till.create().charge.id
        till.clock.advance(milliseconds: 1_800_000)
        _ = await till.charges.advanceDue()
        #expect(try await till.status(id) == .pending)
        till.clock.advance(milliseconds: 1)
        _ = await till.charges.advanceDue()
        #expect(try await till.line(id) == "expired -1 0")
        #expect(till.bank.takeCalls().suffix(2) == ["charge ", "remove "])
        try await till.close()
    }

    @Test("5.1 row 10: is called off although its removal fails, for nobody can pay it any more")
    func bestEffort() async throws {
        for trouble in [PixBankError.unknown("x"), .refused(status: 400, name: "", detail: "")] {
            let till = try await Till()
            let id = try await till.create().charge.id
            till.bank.fail("remove", .before(trouble))
            till.clock.advance(milliseconds: 1_800_001)
            _ = await till.charges.advanceDue()
            #expect(try await till.status(id) == .expired)
            try await till.close()
        }
    }

    @Test("5.1 row 10: is never called off blindly: while the bank is silent it waits")
    func silentBank() async throws {
        let till = try await Till()
        let id = try await till.create().charge.id
        till.clock.advance(hours: 1)
        for _ in 0..<20 {
            till.bank.fail("charge", .before(.unknown("HTTP 503")))
            _ = await till.charges.advanceDue()
            #expect(try await till.status(id) == .pending)
            till.clock.advance(milliseconds: 600_000)
        }
        _ = await till.charges.advanceDue()
        #expect(try await till.status(id) == .expired)
        try await till.close()
    }

    @Test("5.1 row 10: paid in the very moment of its removal is paid")
    func raceWithRemoval() async throws {
        for isCancelled in [true, false] {
            let till = try await Till()
            let view = try await till.create()
            till.bank.change { $0.onRemove = { $0.payNow(view.charge.txid, 10_000, at: view.charge.expiresAt) } }
            if !isCancelled { till.clock.advance(milliseconds: 1_800_001) }
            if isCancelled { _ = try await till.charges.cancel(view.charge.id, actor: "merchant") }
            _ = await till.charges.advanceDue()
            #expect(try await till.line(view.charge.id) == "paid 2 0")
            try await till.close()
        }
    }

    @Test("5.1 row 11: is judged by the moment of the payment, however late it is told of")
    func toldLate() async throws {
        let till = try await Till()
        let view = try await till.create()
        let payment = till.bank.pay(view.charge.txid, 10_000, at: view.charge.expiresAt - 1)
        till.clock.advance(hours: 4)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await till.close()
    }

    @Test("5.1 row 12: paid after its time is an orphan that goes back; the charge stays called off")
    func late() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.clock.advance(milliseconds: 1_800_001)
        _ = await till.charges.advanceDue()
        let payment = till.bank.pay(view.charge.txid, 10_000)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.advanceDue()
        #expect(till.anomalies == [.latePayment])
        try await giveBackAll(till)
        #expect(try await till.receipts() == ["late 10000 0 10000"])
        #expect(try await till.line(view.charge.id) == "expired -1 0")
        try await till.close()
    }

    @Test("5.1 row 12: paid after its time, before anybody looked, is called off and goes back")
    func lateUnseen() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000, at: view.charge.expiresAt + 1)
        till.clock.advance(hours: 1)
        _ = await till.charges.advanceDue()
        #expect(try await till.line(view.charge.id) == "expired -1 0")
        #expect(try await till.refunds() == ["policy waiting 10000"])
        try await till.close()
    }

    @Test("5.1 row 13: is removed at the bank before it is called off here")
    func cancelled() async throws {
        let till = try await Till()
        let view = try await till.create()
        let after = try await till.charges.cancel(view.charge.id, actor: "merchant")
        #expect(after?.status == .cancelled)
        #expect(after?.charge.standing == .removed)
        #expect(till.bank.takeCalls().suffix(2) == ["charge ", "remove "])
        try await till.close()
    }

    @Test("5.1 row 13: is not called off while the bank is silent; the wish outlives a kill")
    func cancelLater() async throws {
        var till = try await Till()
        let id = try await till.create().charge.id
        till.bank.fail("charge", .before(.unknown("HTTP 503")))
        #expect(try await till.charges.cancel(id, actor: "merchant")?.status == .pending)
        till = try await till.killed()
        till.clock.advance(milliseconds: 10_000)
        _ = await till.charges.advanceDue()
        #expect(try await till.status(id) == .cancelled)
        try await till.close()
    }

    @Test("5.1 row 13: the bank has had a payment: that wins over the merchant's wish")
    func cancelTooLate() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000)
        #expect(try await till.charges.cancel(view.charge.id, actor: "merchant")?.status == .paid)
        try await till.close()
    }

    @Test("5.1 row 14: that the bank removes is called off")
    func removedByBank() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.change {
            $0.charges[view.charge.txid]?.status = .removedByBank
            $0.charges[view.charge.txid]?.statusWord = "REMOVIDA_PELO_PSP"
        }
        _ = try await till.charges.step(view.charge.id)
        #expect(try await till.line(view.charge.id) == "cancelled -1 0")
        #expect(try await till.view(view.charge.id).charge.standing == .removedByBank)
        try await till.close()
    }

    @Test("is asked about less and less often, and while somebody looks every five seconds")
    func polling() async throws {
        let till = try await Till()
        let id = try await till.create().charge.id
        _ = till.bank.takeCalls()
        var asked: [Int] = []
        for second in 1...600 {
            till.clock.advance(milliseconds: 1_000)
            _ = await till.charges.advanceDue()
            if !till.bank.takeCalls().isEmpty { asked.append(second) }
        }
        #expect(asked.count < 20 && asked.count > 10, "\(asked)")
        till.charges.watch(id)
        var watched = 0
        for second in 1...60 {
            till.clock.advance(milliseconds: 1_000)
            if second % 20 == 0 { till.charges.watch(id) }
            _ = await till.charges.advanceDue()
            watched += till.bank.takeCalls().count
        }
        #expect((11...14).contains(watched), "\(watched)")
        try await till.close()
    }

    @Test("of many watched pages the bank is asked about with half of what it allows")
    func bounded() async throws {
        let till = try await Till()
        for _ in 0..<30 { till.charges.watch(try await till.create().charge.id) }
        _ = till.bank.takeCalls()
        for _ in 0..<12 {
            till.clock.advance(milliseconds: 1_100)
            _ = await till.charges.advanceDue()
        }
        // Five at a time, in 13 seconds.
        #expect((10...15).contains(till.bank.takeCalls().count))
        try await till.close()
    }

    @Test("can be given another time at the bank, and a lost answer is seen at the next look")
    func revised() async throws {
        let till = try await Till()
        let view = try await till.create()
        let after = try await till.charges.revise(view.charge.id, expirySeconds: 3_600)?.get()
        #expect(after?.charge.expiresAt == view.charge.createdAt + 3_600_000)
        #expect(after?.charge.revision == 1)
        till.bank.fail("revise", .after)
        await #expect(throws: PixBankError.self) {
            _ = try await till.charges.revise(view.charge.id, expirySeconds: 7_200)
        }
        _ = try await till.charges.step(view.charge.id)
        #expect(try await till.view(view.charge.id).charge.expiresAt == view.charge.createdAt + 7_200_000)
        try await till.close()
    }

    @Test("a word of the bank's that nobody knows changes nothing and is told of")
    func unknownStatus() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.change { $0.charges[view.charge.txid]?.status = nil }
        till.clock.advance(milliseconds: 15_000)
        _ = await till.charges.advanceDue()
        #expect(try await till.status(view.charge.id) == .pending)
        #expect(till.anomalies == [.unknownStatus])
        try await till.close()
    }
}

/// Asks the bank, lets it carry out what is under way, and takes its word.
func giveBackAll(_ till: Till) async throws {
    _ = await till.gateway.refunds.advanceDue()
    till.bank.endReturns(.done, "DEVOLVIDO")
    till.clock.advance(milliseconds: 60_000)
    _ = await till.gateway.refunds.advanceDue()
}
