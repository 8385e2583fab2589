import Click
import Payments
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing

/// The edge cases of click.md 4, by their numbers there; those of 1.5 to 1.11 beside them.
@Suite("Click's edge cases")
struct EdgeCaseTests {
    @Test("1: Prepare after the payment was performed, because our answer was lost")
    func prepareAfterPerform() async throws {
        let counter = try await Counter()
        try await counter.pay("A", 1)
        let told = try await counter.prepare("A", 1)
        #expect(told.error == -4)
        #expect(try await counter.count("transactions") == 1)
        await counter.shop.close()
    }

    @Test(
        "perform_time is the signed time of Complete, read as Uzbekistan's; one that cannot be it is not believed",
        arguments: [
            // Prepare at 00:00:00.000 UTC, Complete here at 00:01:30.250.
            ("2026-11-21 05:01:29", 89_999), ("2026-11-21 05:01:30", 90_250), ("2026-11-21 05:00:00", 999),
            ("2026-11-21 04:59:59", 90_250), ("2026-11-21 05:01:31", 90_250), ("2026-11-21 00:01:29", 90_250),
            ("2026-13-45 99:99:99", 90_250),
        ] as [(String, Int64)])
    func performTime(signTime: String, after: Int64) async throws {
        let counter = try await Counter()
        let start: Int64 = 1_795_219_200_000
        counter.shop.clock.now = start
        let number = try await counter.prepare("A", 1).prepareID
        counter.shop.clock.now = start + 90_250
        #expect(try await counter.complete("A", 1, number) { $0["sign_time"] = signTime }.error == 0)
        #expect(try await counter.transaction(1)?.performTime == start + after)
        let verified = try await counter.shop.verify(migrations: ClickGateway.migrations)
        #expect(verified == [])
        await counter.shop.close()
    }

    @Test("3: two attempts, both paid: the second is performed, marked, and its reversal is written down with it")
    func duplicate() async throws {
        let hooks = Recorder()
        let counter = try await Counter(hooks: hooks)
        let first = try await counter.prepare("A", 1).prepareID
        let second = try await counter.prepare("A", 2).prepareID
        #expect(first != second)
        #expect(try await counter.complete("A", 1, first).error == 0)
        let told = try await counter.complete("A", 2, second)
        #expect(told.error == 0)
        #expect(told.anomaly == .duplicateReversed)
        #expect(told.confirmID == second)
        let stored = try await counter.transaction(2)
        #expect(stored?.isDuplicate == true)
        #expect(try await counter.complete("A", 2, second).error == -4)
        #expect(try await counter.shop.number("SELECT count(*) FROM click_reversals WHERE state = 'waiting'") == 1)
        #expect(hooks.heard == ["created 1", "created 2", "performed 1", "duplicate 2"])
        let verified = try await counter.shop.verify(migrations: ClickGateway.migrations)
        #expect(verified == [])
        await counter.shop.close()
    }

    @Test("3: without Click's Merchant API the second is cancelled, and somebody is told")
    func duplicateWithoutAPI() async throws {
        let counter = try await Counter(hasAPI: false)
        let first = try await counter.prepare("A", 1).prepareID
        let second = try await counter.prepare("A", 2).prepareID
        #expect(try await counter.complete("A", 1, first).error == 0)
        let told = try await counter.complete("A", 2, second)
        #expect(told.error == -9)
        #expect(told.anomaly == .duplicateCancelled)
        let stored = try await counter.transaction(2)
        #expect(stored?.state == .cancelled)
        #expect(stored?.reason == -4)
        #expect(try await counter.complete("A", 2, second).error == -9)
        await counter.shop.close()
    }

    @Test("3: an attempt may be given a few minutes for itself")
    func reservation() async throws {
        let counter = try await Counter { $0.reservationMilliseconds = 600_000 }
        #expect(try await counter.prepare("A", 1).error == 0)
        #expect(try await counter.prepare("A", 2).error == -5)
        #expect(try await counter.prepare("A", 1).error == 0)
        counter.shop.clock.advance(milliseconds: 600_001)
        #expect(try await counter.prepare("A", 2).error == 0)
        await counter.shop.close()
    }

    @Test("3: an attempt that lost its order is refused when Click announces it again, and its money is not lost")
    func losingPrepare() async throws {
        for hasAPI in [true, false] {
            let counter = try await Counter(hasAPI: hasAPI)
            let first = try await counter.prepare("A", 1).prepareID
            let second = try await counter.prepare("A", 2).prepareID
            #expect(try await counter.complete("A", 1, first).error == 0)
            #expect(try await counter.prepare("A", 2).error == -9)
            #expect(try await counter.transaction(2)?.state == .created)
            #expect(try await counter.prepare("A", 1).error == -4)
            // The payer was debited all the same: Click sends Complete as a confirmation.
            let told = try await counter.complete("A", 2, second)
            #expect(told.error == (hasAPI ? 0 : -9))
            #expect(told.anomaly == (hasAPI ? .duplicateReversed : .duplicateCancelled))
            await counter.shop.close()
        }
    }

    @Test("3: another gateway's reservation is no payment: Click is told to try again until it is free or paid")
    func reservedElsewhere() async throws {
        for hasAPI in [true, false] {
            for isPaidThere in [true, false] {
                let counter = try await Counter(hasAPI: hasAPI)
                let id = try await counter.prepare("A", 1).prepareID
                let key = TransactionKey(gateway: "payme", cashbox: "default", externalID: "x")
                _ = try await counter.shop.service.create(
                    CreateCommand(
                        key: key, externalTime: 0, account: "{}",
                        question: AccountQuestion(
                            gateway: "payme", purpose: .create, fields: [:], reference: "A",
                            amount: Money(minor: 500_000, currency: .uzs)), deadline: nil,
                        holdsOrderFromCreation: true)
                ).get()
                let waits = try await counter.complete("A", 1, id)
                #expect(waits.error == -7)
                #expect(waits.anomaly == .debitNotTaken)
                #expect(try await counter.prepare("A", 1).error == -5)
                #expect(try await counter.transaction(1)?.state == .created)
                if isPaidThere {
                    _ = try await counter.shop.service.perform(key)
                    let told = try await counter.complete("A", 1, id)
                    #expect(told.error == (hasAPI ? 0 : -9))
                    #expect(told.anomaly == (hasAPI ? .duplicateReversed : .duplicateCancelled))
                } else {
                    _ = try await counter.shop.service.cancel(key, reason: 3)
                    #expect(try await counter.complete("A", 1, id).error == 0)
                    #expect(try await counter.transaction(1)?.isDuplicate == false)
                }
                await counter.shop.close()
            }
        }
    }

    @Test("a debit that is not welcome is something to look at, a cancel is not")
    func unwelcomeDebit() async throws {
        let counter = try await Counter()
        let id = try await counter.prepare("A", 1).prepareID
        #expect(try await counter.complete("A", 1, id) { $0["amount"] = "1" }.anomaly == .debitNotTaken)
        #expect(try await counter.complete("A", 1, 999).anomaly == .debitNotTaken)
        #expect(try await counter.complete("A", 1, 999, error: -1).anomaly == nil)
        #expect(try await counter.complete("A", 1, id) { $0["click_paydoc_id"] = "5" }.anomaly == .paymentMismatch)
        #expect(try await counter.complete("A", 1, id).anomaly == nil)
        await counter.shop.close()
    }

    @Test("4: Prepare for a paid order under another attempt")
    func latePrepare() async throws {
        let counter = try await Counter()
        try await counter.pay("A", 1)
        #expect(try await counter.prepare("A", 2).error == -4)
        #expect(try await counter.count("transactions") == 1)
        await counter.shop.close()
    }

    @Test("5: a number of ours that belongs to another order, another service or another gateway")
    func foreignPrepareID() async throws {
        let counter = try await Counter()
        let id = try await counter.prepare("A", 1).prepareID
        #expect(try await counter.complete("B", 1, id).error == -6)
        #expect(try await counter.complete("nobody", 1, id).error == -5)
        let key = TransactionKey(gateway: "payme", cashbox: "default", externalID: "x")
        let other = try await counter.shop.service.create(
            CreateCommand(
                key: key, externalTime: 0, account: #"{"merchant_trans_id":"B","click_paydoc_id":1}"#,
                question: AccountQuestion(
                    gateway: "payme", purpose: .create, fields: [:], reference: "B",
                    amount: Money(minor: 500_000, currency: .uzs)), deadline: nil, holdsOrderFromCreation: false)
        ).get()
        #expect(try await counter.complete("B", 1, other.transaction.id).error == -6)
        #expect(try await counter.shop.service.find(key)?.state == .created)
        await counter.shop.close()
    }

    @Test("6: Complete without a number of ours; and a cancel without one, of what is known and of what is not")
    func noPrepareID() async throws {
        let counter = try await Counter()
        _ = try await counter.prepare("A", 1)
        #expect(try await counter.complete("A", 1, nil).error == -8)
        #expect(try await counter.complete("A", 1, nil) { $0["merchant_prepare_id"] = "" }.error == -8)
        // Of an attempt that we refused to prepare: the order is known, and nothing is stored.
        #expect(try await counter.complete("B", 9, nil, error: -1).error == -9)
        #expect(try await counter.complete("nobody", 9, nil, error: -1).error == -6)
        #expect(try await counter.count("transactions") == 1)
        // Of the one that we know.
        #expect(try await counter.complete("A", 1, nil, error: -1).error == -9)
        #expect(try await counter.transaction(1)?.state == .cancelled)
        await counter.shop.close()
    }

    @Test("7: the order is gone between the two calls: the transaction is enough")
    func orderGone() async throws {
        let counter = try await Counter()
        let id = try await counter.prepare("A", 1).prepareID
        try await counter.shop.store.engine.write { _ = try $0.execute("DELETE FROM orders WHERE id = 'A'", []) }
        #expect(try await counter.complete("A", 1, id).error == 0)
        await counter.shop.close()
    }

    @Test("8: what a hook throws undoes the change; Click is told to try again, and then it is done once")
    func hookThrows() async throws {
        let hooks = Recorder()
        let counter = try await Counter(hooks: hooks)
        let id = try await counter.prepare("A", 1).prepareID
        hooks.failing = true
        #expect(try await counter.complete("A", 1, id).error == -7)
        #expect(try await counter.transaction(1)?.state == .created)
        hooks.failing = false
        #expect(try await counter.complete("A", 1, id).error == 0)
        #expect(hooks.heard == ["created 1", "performed 1"])
        await counter.shop.close()
    }

    @Test("9: a cancel is told once, whatever its number", arguments: [-1, -5017, -9, -99_999, Int64.min])
    func cancelOnce(error: Int64) async throws {
        let hooks = Recorder()
        let counter = try await Counter(hooks: hooks)
        let id = try await counter.prepare("A", 1).prepareID
        for _ in 0..<3 { #expect(try await counter.complete("A", 1, id, error: error).error == -9) }
        #expect(try await counter.complete("A", 1, id).error == -9)
        #expect(hooks.heard == ["created 1", "cancelled 1"])
        #expect(try await counter.transaction(1)?.reason == error)
        await counter.shop.close()
    }

    @Test("10: nothing runs out of time by itself")
    func noDeadline() async throws {
        let counter = try await Counter()
        let id = try await counter.prepare("A", 1).prepareID
        counter.shop.clock.advance(hours: 24 * 400)
        #expect(try await counter.shop.service.expireOverdue() == 0)
        #expect(try await counter.complete("A", 1, id).error == 0)
        await counter.shop.close()
    }

    @Test("12: an account is topped up as often as one likes")
    func account() async throws {
        let counter = try await Counter()
        for id in 1...3 { try await counter.pay("phone", Int64(id)) }
        #expect(try await counter.shop.number("SELECT count(*) FROM transactions WHERE state = 2") == 3)
        await counter.shop.close()
    }

    @Test("13: the largest number there is comes back as it was", arguments: [Int64.max, 9_007_199_254_740_993])
    func largeIDs(id: Int64) async throws {
        let counter = try await Counter()
        var call = SentCall.prepare("A", id - 7_000)
        call["click_trans_id"] = "\(id)"
        let told = try await counter.send(call)
        #expect(told.error == 0)
        #expect(told.value["click_trans_id"] == .integer(id))
        await counter.shop.close()
    }

    @Test("15: an attempt that was called off is in nobody's way")
    func cancelledAttempt() async throws {
        let counter = try await Counter()
        let id = try await counter.prepare("A", 1).prepareID
        #expect(try await counter.complete("A", 1, id, error: -5017).error == -9)
        try await counter.pay("A", 2)
        #expect(try await counter.transaction(2)?.state == .performed)
        await counter.shop.close()
    }

    @Test("Complete of another attempt is noted, or refused where the shop wants it so")
    func attemptMismatch() async throws {
        for mode in ClickConfiguration.AttemptMismatch.allCases {
            let counter = try await Counter { $0.attemptMismatch = mode }
            let id = try await counter.prepare("A", 1).prepareID
            let told = try await counter.complete("A", 2, id)
            #expect(told.error == (mode == .note ? 0 : -6))
            #expect(told.anomaly == .attemptMismatch)
            let noted = try await counter.shop.number(
                "SELECT count(*) FROM click_payments WHERE complete_trans_id = 2 AND click_paydoc_id = 7002")
            #expect(noted == (mode == .note ? 1 : 0))
            await counter.shop.close()
        }
    }

    @Test("an order that another gateway's payment holds cannot be bought now; a withdrawn one neither")
    func unavailable() async throws {
        let counter = try await Counter()
        _ = try await counter.shop.service.create(
            CreateCommand(
                key: TransactionKey(gateway: "payme", cashbox: "default", externalID: "x"), externalTime: 0,
                account: "{}",
                question: AccountQuestion(
                    gateway: "payme", purpose: .create, fields: [:], reference: "A",
                    amount: Money(minor: 500_000, currency: .uzs)), deadline: nil, holdsOrderFromCreation: true))
        let told = try await counter.prepare("A", 1)
        #expect(told.error == -5)
        #expect(told.note == "The order cannot be paid now")
        try await counter.shop.store.engine.write {
            _ = try $0.execute("UPDATE orders SET cancelled_at = 1 WHERE id = 'B'", [])
        }
        #expect(try await counter.prepare("B", 2).error == -5)
        await counter.shop.close()
    }

    @Test("a known attempt for another order or another amount is no repeat")
    func otherPayment() async throws {
        let counter = try await Counter()
        _ = try await counter.prepare("phone", 1)
        #expect(try await counter.prepare("phone", 1) { $0["amount"] = "5000.01" }.error == -2)
        #expect(try await counter.prepare("A", 1).error == -8)
        #expect(try await counter.prepare("A", 1) { $0["error"] = "-1" }.error == -8)
        #expect(try await counter.transaction(1)?.state == .created)
        await counter.shop.close()
    }

    @Test("the shop's own words are told, in Russian")
    func words() async throws {
        let hooks = Recorder()
        hooks.refusal = Refusal(message: .init(ru: "Склад закрыт", uz: "Ombor yopiq", en: "Closed"))
        let counter = try await Counter(hooks: hooks)
        let told = try await counter.prepare("A", 1)
        #expect(told.error == -5)
        #expect(told.note == "Склад закрыт")
        await counter.shop.close()
    }

    @Test("Complete racing Complete, and racing a cancel: one truth, one event")
    func races() async throws {
        for round in 0..<30 {
            let hooks = Recorder()
            let counter = try await Counter(hooks: hooks) { $0.cancelAfterPerform = .deny }
            let id = try await counter.prepare("A", 1).prepareID
            let cancels = round % 2
            let errors = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for number in 0..<8 {
                    let error: Int64 = number < 4 * cancels ? -1 : 0
                    group.addTask { try await counter.complete("A", 1, id, error: error).error }
                }
                return try await group.reduce(into: []) { $0.append($1 ?? 99) }
            }
            let state = try await counter.transaction(1)?.state
            #expect(errors.filter { $0 == 0 }.count == (state == .performed ? 1 : 0))
            #expect(errors.allSatisfy { $0 == 0 || $0 == (state == .performed ? -4 : -9) })
            #expect(hooks.heard == ["created 1", state == .performed ? "performed 1" : "cancelled 1"])
            await counter.shop.close()
        }
    }

    @Test("the same Prepare at the same time: one row, one number")
    func prepareRace() async throws {
        let counter = try await Counter()
        let ids = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for _ in 0..<16 { group.addTask { try await counter.prepare("A", 1).prepareID } }
            return try await group.reduce(into: Set<Int64?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(!ids.contains(nil))
        #expect(try await counter.count("transactions") == 1)
        #expect(try await counter.count("click_payments") == 0)
        await counter.shop.close()
    }
}
