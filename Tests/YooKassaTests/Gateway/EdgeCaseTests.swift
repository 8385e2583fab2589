import Payments
import Specification
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("23: edge cases of payments and refunds")
struct EdgeCaseTests {
    private func rub(_ minor: Int64) -> Money { Money(minor: minor, currency: .rub) }

    private func give(_ kiosk: Kiosk, _ id: String, _ minor: Int64?) async throws -> ServiceAnswer {
        let view = try await kiosk.view(id)
        return try await kiosk.gateway.refunds.request(
            view.transaction, amount: minor.map(rub), actor: "shop", alongside: nil)
    }

    @Test("23.9: partial refunds, several at once: never more than was paid, each with a key of its own")
    func parallelRefunds() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<10 {
                group.addTask {
                    if case .success = try await give(kiosk, id, 2_000 + Int64(index)) { true } else { false }
                }
            }
            return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
        }
        #expect(granted == 4)
        await kiosk.run()
        let view = try await kiosk.view(id)
        #expect(view.payment.reserved == 0 && view.payment.refunded == view.transaction.refundedAmount)
        #expect((8_006...8_030).contains(view.payment.refunded))
        #expect(Set(kiosk.provider.calls("createRefund").map(\.key)).count == 4)
        // What is left, and a kopeck more.
        #expect(try await give(kiosk, id, view.payment.available + 1) == .failure(.wrongAmount))
        try await kiosk.close()
    }

    @Test("23.9: the same request while the first one waits changes nothing")
    func sameRefund() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        _ = try await give(kiosk, id, 2_000)
        guard case .success(let again) = try await give(kiosk, id, 2_000) else {
            Issue.record("refused")
            return
        }
        #expect(again.isRepeat)
        #expect(try await kiosk.refunds() == ["merchant waiting 2000"])
        await kiosk.run()
        try await kiosk.close()
    }

    @Test("23.9: the database itself keeps the sum")
    func constraint() async throws {
        let kiosk = try await Kiosk()
        _ = try await kiosk.paid()
        await #expect(throws: (any Error).self) {
            try await kiosk.shop.execute("UPDATE yookassa_payments SET reserved = 10001")
        }
        try await kiosk.close()
    }

    @Test("23.10: a refund in pieces is -2 exactly when they come to the amount")
    func pieces() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        for (minor, line) in [
            (3_333, "2 succeeded partially_refunded 3333"), (6_666, "2 succeeded partially_refunded 9999"),
            (1, "-2 succeeded - 10000"),
        ] {
            _ = try await give(kiosk, id, Int64(minor))
            await kiosk.run()
            #expect(try await kiosk.line(id) == line)
        }
        #expect(try await give(kiosk, id, 1) == .failure(.invalidState(.cancelledAfterPerform)))
        try await kiosk.close()
    }

    @Test("23.11: a refund that is pending for days is looked at until YooKassa cancels it, without a notice")
    func pendingRefund() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        kiosk.provider.edit { $0.refundStatus = "pending" }
        _ = try await give(kiosk, id, nil)
        for _ in 0..<(5 * 24) { await kiosk.later(minutes: 60) }
        #expect(kiosk.anomalies.contains(.refundStuck))
        kiosk.provider.settleRefund(kiosk.provider.refundIDs[0], "canceled", reason: "yoo_money_account_closed")
        await kiosk.later(minutes: 60)
        #expect(try await kiosk.refunds() == ["merchant refused 10000"])
        #expect(try await kiosk.line(id) == "2 succeeded refund_refused 0")
        #expect(kiosk.provider.calls("createRefund").count == 1)
        try await kiosk.close()
    }

    @Test("23.12: after a partial capture the limit is what was captured; the rest went back by itself")
    func partialCapture() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.held().payment.id
        let view = try await kiosk.payments.capture(id, amount: rub(6_000))?.get()
        #expect(view?.payment.captured == 6_000 && view?.payment.uncaptured == 4_000)
        #expect(try await kiosk.line(id) == "2 succeeded - 4000")
        let sent = try #require(kiosk.provider.calls("capture").first)
        #expect(sent.body == #"{"amount":{"value":"60.00","currency":"RUB"}}"#)
        #expect(try await give(kiosk, id, 6_001) == .failure(.wrongAmount))
        _ = try await give(kiosk, id, nil)
        await kiosk.run()
        #expect(try await kiosk.line(id) == "-2 succeeded - 10000")
        try await kiosk.close()
    }

    @Test("23.12: killed between the capture and its booking, it is booked by the next process, once")
    func partialCaptureKilled() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.held().payment.id
        // The answer is lost; the process ends; the notice tells the next one.
        kiosk.provider.fail("capture", .lostAnswer)
        #expect(try await kiosk.payments.capture(id, amount: rub(6_000)) == .failure(.unanswered))
        let next = try await kiosk.killed()
        await next.later(minutes: 5)
        #expect(try await next.line(id) == "2 succeeded - 4000")
        #expect(Set(next.provider.calls("capture")).count == 1)
        try await next.close()
    }

    @Test("more than is held, nothing, or another currency cannot be captured")
    func badCapture() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.held().payment.id
        for amount in [rub(0), rub(10_001), Money(minor: 100, currency: .usd)] {
            guard case .failure(.field("amount", _))? = try await kiosk.payments.capture(id, amount: amount) else {
                Issue.record("\(amount)")
                continue
            }
        }
        #expect(try await kiosk.line(id) == "1 authorized authorized 0")
        #expect(kiosk.provider.calls("capture").isEmpty)
        try await kiosk.close()
    }

    @Test("23.13: a capture that races with the end of the hold: 400, a look, and what YooKassa says")
    func captureTooLate() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.held()
        kiosk.provider.cancel(try #require(view.payment.providerID), "expired_on_capture")
        let after = try await kiosk.payments.capture(view.payment.id)?.get()
        #expect(after?.transaction.state == .cancelled && after?.transaction.reason == 4)
        #expect(kiosk.anomalies.contains(.holdEnding))
        try await kiosk.close()
    }

    @Test("23.13: a capture that YooKassa does not take for another reason leaves the hold as it was")
    func captureRefused() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.held().payment.id
        kiosk.provider.fail("capture", .invalid)
        _ = try await kiosk.payments.capture(id, amount: rub(100))
        #expect(try await kiosk.line(id) == "1 authorized authorized 0")
        _ = try await kiosk.payments.capture(id)
        #expect(try await kiosk.line(id) == "2 succeeded - 0")
        #expect(try await kiosk.view(id).payment.captured == 10_000)
        try await kiosk.close()
    }

    @Test("23.14: a capture whose answer was lost is repeated with the same key and bytes")
    func lostCapture() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.held().payment.id
        kiosk.provider.fail("capture", .lostCall, .lostAnswer)
        #expect(try await kiosk.payments.capture(id) == .failure(.unanswered))
        #expect(try await kiosk.line(id) == "1 capturing capturing 0")
        await kiosk.later(seconds: 5)
        await kiosk.later(seconds: 15)
        #expect(try await kiosk.line(id) == "2 succeeded - 0")
        #expect(kiosk.provider.calls("capture").count == 3 && Set(kiosk.provider.calls("capture")).count == 1)
        try await kiosk.close()
    }

    @Test("23.14: while a capture's answer is out, an old notice of the hold does not undo it")
    func heldNotice() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.held()
        kiosk.provider.fail("capture", .lostCall)
        _ = try await kiosk.payments.capture(view.payment.id)
        await kiosk.notify(
            "payment.waiting_for_capture", try #require(view.payment.providerID), status: "waiting_for_capture")
        _ = await kiosk.gateway.advance(.notices)
        #expect(try await kiosk.line(view.payment.id) == "1 capturing capturing 0")
        await kiosk.later(seconds: 5)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        #expect(Set(kiosk.provider.calls("capture")).count == 1)
        try await kiosk.close()
    }

    @Test("23.15: captures and cancellations at once: one call is made, and YooKassa decides")
    func race() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.held().payment.id
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    if index % 2 == 0 {
                        _ = try? await kiosk.payments.capture(id)
                    } else {
                        _ = try? await kiosk.payments.cancel(id, actor: "shop")
                    }
                }
            }
        }
        for _ in 0..<3 { await kiosk.later(minutes: 3) }
        let calls = kiosk.provider.calls("capture").count + kiosk.provider.calls("cancel").count
        #expect(calls == 1)
        // Captured first and called off then: it goes back. Called off first: it was never taken.
        let line = try await kiosk.line(id)
        #expect(["-1 canceled - 0", "2 succeeded - 0", "-2 succeeded - 10000"].contains(line), "\(line)")
        try await kiosk.close()
    }

    @Test("23.16: it succeeds after we gave up: the state stays -1, all of it goes back with a key of its own")
    func late() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        _ = try await kiosk.shop.service.cancel(view.transaction.key, reason: 10, actor: "operator")
        kiosk.provider.pay(try #require(view.payment.providerID))
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.line(view.payment.id) == "-1 succeeded - 0")
        #expect(try await kiosk.refunds() == ["policy succeeded 10000"])
        #expect(
            try await kiosk.shop.rows("SELECT kind, amount FROM yookassa_late_payments", columns: 2)
                == ["late 10000"])
        #expect(kiosk.anomalies == [.latePayment])
        // Told twice more: nothing more goes back.
        for _ in 0..<2 {
            await kiosk.notify("payment.succeeded", try #require(view.payment.providerID))
            await kiosk.later(minutes: 30)
        }
        #expect(kiosk.provider.refundIDs.count == 1)
        try await kiosk.close()
    }

    @Test("23.16: told by eight notices and polls at once, it goes back once")
    func lateOnce() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        _ = try await kiosk.shop.service.cancel(view.transaction.key, reason: 10, actor: "operator")
        kiosk.provider.pay(providerID)
        kiosk.clock.advance(milliseconds: 60_000)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    await kiosk.notify("payment.succeeded", providerID, status: "\(index)")
                    await kiosk.run()
                }
            }
        }
        for _ in 0..<4 { await kiosk.later(minutes: 1) }
        #expect(try await kiosk.refunds() == ["policy succeeded 10000"])
        #expect(kiosk.provider.refundIDs.count == 1)
        try await kiosk.close()
    }

    @Test("23.16: what is held after we gave up is let go")
    func lateHold() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create(capture: false)
        _ = try await kiosk.shop.service.cancel(view.transaction.key, reason: 10, actor: "operator")
        kiosk.provider.pay(try #require(view.payment.providerID))
        await kiosk.later(minutes: 1)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "-1 canceled - 0")
        #expect(kiosk.provider.calls("cancel").count == 1)
        try await kiosk.close()
    }

    @Test(
        "23.17: another amount or currency is put into quarantine",
        arguments: [("99.99", "RUB"), ("100.01", "RUB"), ("100.00", "USD"), ("100.00", "XTS"), ("100.000", "RUB")])
    func amount(value: String, currency: String) async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        kiosk.provider.set(providerID) { $0["amount"] = ["value": .string(value), "currency": .string(currency)] }
        await kiosk.notify("payment.succeeded", providerID)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "1 quarantined quarantined 0")
        #expect(try await kiosk.view(view.payment.id).status == .review)
        #expect(kiosk.anomalies == [.amountDiffers])
        #expect(kiosk.provider.refundIDs.isEmpty)
        try await kiosk.close()
    }

    @Test("23.18: a test payment in a live shop, and the reverse: quarantine, and the notice gets its 200")
    func testFlag() async throws {
        for isTest in [true, false] {
            let kiosk = try await Kiosk { $0.isTest = isTest }
            kiosk.provider.fail("createPayment", .lostAnswer)
            let id = try await kiosk.create().payment.id
            let providerID = kiosk.provider.ids[0]
            kiosk.provider.pay(providerID)
            kiosk.provider.set(providerID) { $0["test"] = .bool(!isTest) }
            #expect(await kiosk.notify("payment.succeeded", providerID) == 200)
            _ = await kiosk.gateway.advance(.notices)
            #expect(try await kiosk.line(id) == "1 quarantined quarantined 0")
            #expect(kiosk.anomalies == [.testFlagDiffers])
            try await kiosk.close()
        }
    }

    @Test("23.19: one order paid twice: the first performs, the second goes back by itself")
    func paidTwice() async throws {
        let kiosk = try await Kiosk { $0.holdsOrder = false }
        try await kiosk.shop.add(.oneTime(id: "A", amount: rub(10_000), createdAt: kiosk.clock.now))
        let (first, second) = (try await kiosk.create(order: "A"), try await kiosk.create(order: "A"))
        for view in [second, first] { kiosk.provider.pay(try #require(view.payment.providerID)) }
        await kiosk.notify("payment.succeeded", try #require(second.payment.providerID))
        await kiosk.run()
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.line(second.payment.id) == "2 succeeded - 0")
        #expect(try await kiosk.line(first.payment.id) == "-2 succeeded duplicate 10000")
        #expect(try await kiosk.refunds() == ["policy succeeded 10000"])
        #expect(kiosk.anomalies == [.duplicatePayment])
        try await kiosk.close()
    }

    @Test("23.19: as it is set up at first, a second link is not made while the first one can be paid")
    func oneLink() async throws {
        let kiosk = try await Kiosk()
        try await kiosk.shop.add(.oneTime(id: "A", amount: rub(10_000), createdAt: kiosk.clock.now))
        let first = try await kiosk.create(order: "A")
        let again = YooKassaPaymentRequest(amount: rub(10_000), orderID: "A")
        #expect(try await kiosk.payments.create(again) == .failure(.order(.orderBusy)))
        _ = try await kiosk.payments.cancel(first.payment.id, actor: "shop")
        // It can still be paid over there.
        #expect(try await kiosk.payments.create(again) == .failure(.order(.orderBusy)))
        kiosk.provider.cancel(try #require(first.payment.providerID))
        await kiosk.later(minutes: 21)
        guard case .success = try await kiosk.payments.create(again) else {
            Issue.record("refused")
            return
        }
        try await kiosk.close()
    }

    @Test("23.20: the payer is back before the notice: it is looked at now, and not when it would be due")
    func returned() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        kiosk.provider.pay(try #require(view.payment.providerID))
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        try await kiosk.payments.hasten(view.payment.id)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("23.20: a page that asks every second asks YooKassa every five")
    func impatient() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        for _ in 0..<20 {
            try await kiosk.payments.hasten(view.payment.id)
            await kiosk.later(seconds: 1)
        }
        #expect(kiosk.provider.calls("payment").count == 4)
        try await kiosk.close()
    }

    @Test("called off before it was ever sent: it never is")
    func neverSent() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .notSent, .notSent)
        let (wished, given) = (try await kiosk.create(), try await kiosk.create())
        _ = try await kiosk.payments.cancel(wished.payment.id, actor: "shop")
        _ = try await kiosk.shop.service.cancel(given.transaction.key, reason: 10, actor: "operator")
        for _ in 0..<5 { await kiosk.later(minutes: 5) }
        #expect(kiosk.provider.ids.isEmpty)
        for id in [wished.payment.id, given.payment.id] {
            #expect(try await kiosk.line(id) == "-1 canceled - 0")
        }
        try await kiosk.close()
    }

    @Test("what is in quarantine, or unresolved, is looked at once more on somebody's word")
    func lookAgain() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        kiosk.provider.set(providerID) { $0["test"] = false }
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.payments.lookAgain(view.payment.id)?.payment.step == .quarantined)
        kiosk.provider.set(providerID) { $0["test"] = true }
        #expect(try await kiosk.payments.lookAgain(view.payment.id)?.transaction.state == .performed)
        // Its key is said to be used; the list has it after all.
        kiosk.provider.fail("createPayment", .lostAnswer)
        let other = try await kiosk.create().payment.id
        let made = kiosk.provider.ids[1]
        kiosk.provider.edit { $0.order.removeAll { $0 == made } }
        kiosk.provider.fail(
            "createPayment",
            .refused(.init(status: 400, code: "invalid_request", detail: "Idempotence key duplicated")))
        await kiosk.later(seconds: 5)
        #expect(try await kiosk.payments.lookAgain(other)?.payment.step == .unresolved)
        kiosk.provider.edit { $0.order.append(made) }
        #expect(try await kiosk.payments.lookAgain(other)?.payment.step == .awaitingPayer)
        #expect(try await kiosk.payments.lookAgain("nobody") == nil)
        try await kiosk.close()
    }

    @Test("a hook that throws for one payment keeps no other from being performed")
    func throwingHook() async throws {
        final class Moody: PaymentHooks, @unchecked Sendable {
            struct Mood: Error {}
            override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
                if transaction.amount.minor == 666 { throw Mood() }
            }
        }
        let kiosk = try await Kiosk(hooks: Moody())
        var ids: [String] = []
        for minor in [666, 100, 101, 102, 103, 104] { ids.append(try await kiosk.create(Int64(minor)).payment.id) }
        for id in kiosk.provider.ids { kiosk.provider.pay(id) }
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.line(ids[0]) == "1 awaiting_payer awaiting_payer 0")
        for id in ids.dropFirst() { #expect(try await kiosk.line(id) == "2 succeeded - 0") }
        await kiosk.shop.close()
    }

    @Test("23.21: after 20 hours the old key is never used again: the list is searched by metadata.tx")
    func keyGuard() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.edit { state in
            state.faults["createPayment"] = [.lostAnswer] + Array(repeating: .lostCall, count: 500)
            // 24: 21 pages.
            state.pageSize = 5
        }
        let id = try await kiosk.create().payment.id
        for _ in 0..<104 { _ = kiosk.provider.addForeign() }
        for _ in 0..<(20 * 12) { await kiosk.later(minutes: 5) }
        let sends = kiosk.provider.calls("createPayment").count
        #expect((80...140).contains(sends), "\(sends)")
        #expect(Set(kiosk.provider.calls("createPayment")).count == 1)
        await kiosk.later(minutes: 20)
        #expect(kiosk.provider.calls("payments").count == 21)
        #expect(try await kiosk.line(id) == "1 awaiting_payer awaiting_payer 0")
        for _ in 0..<10 { await kiosk.later(minutes: 60) }
        #expect(kiosk.provider.calls("createPayment").count == sends)
        try await kiosk.close()
    }

    @Test("23.21: if the list does not have it, the state stays 1 unresolved, and nothing is sent by itself")
    func unresolved() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.edit { $0.faults["createPayment"] = Array(repeating: .lostCall, count: 500) }
        let id = try await kiosk.create().payment.id
        for _ in 0..<(21 * 4) { await kiosk.later(minutes: 15) }
        #expect(try await kiosk.line(id) == "1 unresolved unresolved 0")
        #expect(kiosk.anomalies.contains(.unresolved))
        let sends = kiosk.provider.calls("createPayment").count
        for _ in 0..<48 { await kiosk.later(minutes: 60) }
        #expect(kiosk.provider.calls("createPayment").count == sends)
        // Somebody looked, and says that it never was.
        _ = try await kiosk.payments.cancel(id, actor: "operator")?.get()
        #expect(try await kiosk.line(id) == "-1 canceled - 0")
        try await kiosk.close()
    }

    @Test("23.22: 400 about a key that was used with other data: somebody is told, and it is not sent again")
    func duplicateKey() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail(
            "createPayment",
            .refused(.init(status: 400, code: "invalid_request", detail: "Idempotence key duplicated")))
        let id = try await kiosk.create().payment.id
        #expect(try await kiosk.line(id) == "1 unresolved unresolved 0")
        #expect(kiosk.anomalies.contains(.keyReused))
        await kiosk.later(minutes: 600)
        #expect(kiosk.provider.calls("createPayment").count == 1)
        try await kiosk.close()
    }

    @Test("23.22: a refusal of a repeat is believed only if the list does not have the payment")
    func refusedRepeat() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .lostAnswer, .invalid)
        let first = try await kiosk.create().payment.id
        await kiosk.later(seconds: 5)
        #expect(try await kiosk.line(first) == "1 awaiting_payer awaiting_payer 0")
        kiosk.provider.fail("createPayment", .lostCall, .invalid)
        let second = try await kiosk.create().payment.id
        await kiosk.later(seconds: 5)
        #expect(try await kiosk.line(second) == "-1 rejected - 0")
        try await kiosk.close()
    }

    @Test("23.27: paid, and the receipt was not registered: state 2, and a fiscal alert, once")
    func receipt() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        kiosk.provider.set(providerID) { $0["receipt_registration"] = "pending" }
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        #expect(kiosk.anomalies.isEmpty)
        kiosk.provider.set(providerID) { $0["receipt_registration"] = "canceled" }
        for _ in 0..<3 { await kiosk.later(minutes: 60) }
        #expect(kiosk.anomalies == [.receiptFailed])
        #expect(try await kiosk.view(view.payment.id).payment.receiptStatus == "canceled")
        try await kiosk.close()
    }

    @Test("12: a receipt that waits for three days is told of, and not asked about for ever")
    func stuckReceipt() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        kiosk.provider.set(providerID) { $0["receipt_registration"] = "pending" }
        for _ in 0..<80 { await kiosk.later(minutes: 60) }
        #expect(kiosk.anomalies == [.receiptStuck])
        #expect(try await kiosk.view(view.payment.id).payment.receiptStatus == "pending")
        kiosk.provider.forgetCalls()
        for _ in 0..<10 { await kiosk.later(minutes: 60) }
        #expect(kiosk.provider.calls.isEmpty)
        try await kiosk.close()
    }

    @Test("23.29: the key was changed: everything waits, nothing is lost, no attempt is burnt")
    func rotated() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        kiosk.provider.fail("createPayment", .notSent)
        let other = try await kiosk.create()
        kiosk.provider.pay(try #require(view.payment.providerID))
        kiosk.provider.edit { state in
            state.faults["payment"] = Array(repeating: .unauthorized, count: 3)
            state.faults["createPayment"] = Array(repeating: .unauthorized, count: 3)
        }
        kiosk.provider.forgetCalls()
        for _ in 0..<60 { await kiosk.later(seconds: 5) }
        // A round a minute, not one every five seconds.
        #expect(kiosk.provider.calls.count <= 10, "\(kiosk.provider.calls)")
        #expect(kiosk.anomalies.contains(.credentialsRefused))
        for _ in 0..<3 { await kiosk.later(minutes: 21) }
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        #expect(try await kiosk.line(other.payment.id) == "1 awaiting_payer awaiting_payer 0")
        #expect(Set(kiosk.provider.calls("createPayment")).count == 1)
        try await kiosk.close()
    }

    @Test("23.29: with many payments due, a refused key is tried by a few of them, and then by nobody for a minute")
    func restsTogether() async throws {
        let kiosk = try await Kiosk()
        for _ in 0..<30 { _ = try await kiosk.create() }
        kiosk.provider.edit { $0.faults["payment"] = Array(repeating: .unauthorized, count: 100) }
        await kiosk.later(minutes: 1)
        await kiosk.later(seconds: 30)
        // As many as were under way at once.
        #expect((1...4).contains(kiosk.provider.calls("payment").count))
        await kiosk.later(seconds: 30)
        #expect((2...8).contains(kiosk.provider.calls("payment").count))
        try await kiosk.close()
    }

    @Test("23.30: clocks differ: YooKassa's times are kept as they are, deadlines are by ours")
    func skew() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create(capture: false)
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        kiosk.provider.set(providerID) { json in
            json["status"] = "succeeded"
            json["captured_at"] = "2026-11-21T05:00:00.007Z"
        }
        await kiosk.later(minutes: 1)
        let after = try await kiosk.view(view.payment.id)
        let fiveOClock: Int64 = 1_795_219_200_007 + 5 * 3_600_000
        #expect(after.payment.capturedAt == fiveOClock)
        #expect(after.transaction.performTime == fiveOClock && kiosk.clock.now < fiveOClock)
        try await kiosk.close()
    }

    @Test("23.33: expires_at exactly now is expired: a capture is strictly earlier")
    func edge() async throws {
        let kiosk = try await Kiosk()
        let (late, timely) = (try await kiosk.held(), try await kiosk.held())
        let end = try #require(late.payment.expiresAt)
        kiosk.clock.now = end
        #expect(try await kiosk.payments.capture(late.payment.id) == .failure(.order(.expired)))
        #expect(kiosk.provider.calls("capture").isEmpty)
        kiosk.clock.now = try #require(timely.payment.expiresAt) - 1
        _ = try await kiosk.payments.capture(timely.payment.id)?.get()
        #expect(try await kiosk.line(timely.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("9: ten minutes before a hold ends somebody is told")
    func holdEnding() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.held()
        kiosk.clock.now = try #require(view.payment.expiresAt) - 600_001
        await kiosk.run()
        #expect(kiosk.anomalies.isEmpty)
        await kiosk.later(seconds: 1)
        #expect(kiosk.anomalies == [.holdEnding])
        try await kiosk.close()
    }

    @Test("a kill before, between and after the call never makes a second payment")
    func killed() async throws {
        for fault in [ScriptedYooKassa.Fault.lostAnswer, .lostCall, .notSent] {
            var kiosk = try await Kiosk()
            kiosk.provider.fail("createPayment", fault)
            let id = try await kiosk.create(key: "k").payment.id
            for _ in 0..<2 {
                kiosk = try await kiosk.killed()
                await kiosk.later(minutes: 3)
            }
            #expect(kiosk.provider.ids.count == 1)
            #expect(try await kiosk.create(key: "k").payment.id == id)
            #expect(kiosk.provider.ids.count == 1)
            #expect(try await kiosk.line(id) == "1 awaiting_payer awaiting_payer 0")
            try await kiosk.close()
        }
    }

    @Test("a refund whose answer was lost is asked for with the same key; killed meanwhile, it still is one")
    func killedRefund() async throws {
        var kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        kiosk.provider.fail("createRefund", .lostAnswer, .lostCall)
        _ = try await give(kiosk, id, nil)
        await kiosk.run()
        kiosk = try await kiosk.killed()
        for _ in 0..<3 { await kiosk.later(minutes: 2) }
        #expect(kiosk.provider.refundIDs.count == 1)
        #expect(Set(kiosk.provider.calls("createRefund")).count == 1)
        #expect(try await kiosk.line(id) == "-2 succeeded - 10000")
        try await kiosk.close()
    }

    @Test("busy: nothing is sent before the time that YooKassa names")
    func busy() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .busy(7_000))
        let id = try await kiosk.create().payment.id
        await kiosk.later(seconds: 6)
        #expect(kiosk.provider.calls("createPayment").count == 1)
        await kiosk.later(seconds: 1)
        #expect(try await kiosk.line(id) == "1 awaiting_payer awaiting_payer 0")
        try await kiosk.close()
    }
}
