import Click
import Payments
import Storage
import Synchronization
import TestSupport
import Testing

/// Source: click.md 2 (reversal); 1.9; 4, edge cases 3 and 11.
@Suite("Money that goes back through Click")
struct ReversalTests {
    private func paid(_ hooks: PaymentHooks = PaymentHooks(), order: String = "A") async throws -> (
        Counter, Transaction
    ) {
        let counter = try await Counter(hooks: hooks)
        try await counter.pay(order, 1)
        return (counter, try #require(try await counter.transaction(1)))
    }

    private func state(_ counter: Counter) async throws -> String {
        let rows = try await counter.shop.store.engine.read(.scan) { sql in
            try sql.all("SELECT state FROM click_reversals", []) { $0.text(0) ?? "?" }
        }
        return rows.joined(separator: " ")
    }

    @Test("is asked for, and when Click has said yes the transaction is given back")
    func goesBack() async throws {
        let hooks = Recorder()
        let (counter, transaction) = try await paid(hooks)
        let reversals = try #require(counter.gateway.reversals)
        let answer = try await reversals.request(transaction, actor: "merchant").get()
        #expect(answer.transaction.phase == ClickReversals.pendingPhase)
        #expect(answer.transaction.state == .performed)
        _ = await reversals.advanceDue()
        #expect(counter.api.takeCalls().suffix(2) == ["status 7001", "reverse 7001"])
        let stored = try #require(try await counter.transaction(1))
        #expect(stored.state == .cancelledAfterPerform)
        #expect(stored.reason == 5)
        #expect(stored.phase == nil)
        #expect(try await state(counter) == "done")
        // Once, however often one looks or asks.
        _ = await reversals.advanceDue()
        #expect(
            try await reversals.request(stored, actor: "merchant") == .failure(.invalidState(.cancelledAfterPerform)))
        #expect(counter.api.takeCalls() == [])
        #expect(hooks.heard == ["created 1", "performed 1", "refunded 1"])
        #expect(try await counter.shop.verify(migrations: ClickGateway.migrations) == [])
        await counter.shop.close()
    }

    @Test("is not asked for against the shop's will")
    func veto() async throws {
        let hooks = Recorder()
        hooks.refundRefusal = Refusal()
        let (counter, transaction) = try await paid(hooks)
        let answer = try await counter.gateway.reversals?.request(transaction, actor: "merchant")
        #expect(answer == .failure(.refundRefused()))
        #expect(try await state(counter) == "")
        await counter.shop.close()
    }

    @Test("is asked for once when the answer is lost: the payment's state tells what became of it")
    func lostAnswer() async throws {
        for wasCarriedOut in [true, false] {
            let (counter, transaction) = try await paid()
            let reversals = try #require(counter.gateway.reversals)
            counter.api.now { $0.reverse = { _ throws(ClickAPIError) in throw .unknown("no answer") } }
            _ = try await reversals.request(transaction, actor: "merchant")
            _ = await reversals.advanceDue()
            #expect(try await state(counter) == "asked")
            #expect(try await counter.transaction(1)?.state == .performed)
            #expect(try await counter.transaction(1)?.phase == ClickReversals.pendingPhase)
            _ = counter.api.takeCalls()
            // Not before its time.
            _ = await reversals.advanceDue()
            #expect(counter.api.takeCalls() == [])
            counter.shop.clock.advance(milliseconds: 5_000)
            counter.api.now {
                $0.reverse = { _ in }
                let status: Int64 = wasCarriedOut ? -1 : 2
                $0.status = { ClickPaymentStatus(paymentID: $0, status: status) }
            }
            _ = await reversals.advanceDue()
            let expected = wasCarriedOut ? ["status 7001"] : ["status 7001", "reverse 7001"]
            #expect(counter.api.takeCalls() == expected)
            #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
            #expect(try await state(counter) == "done")
            await counter.shop.close()
        }
    }

    @Test("is asked for again when Click was not reached, and waits while Click has not decided")
    func waits() async throws {
        let (counter, transaction) = try await paid()
        let reversals = try #require(counter.gateway.reversals)
        counter.api.now { $0.status = { _ throws(ClickAPIError) in throw .notSent("nobody answers there") } }
        _ = try await reversals.request(transaction, actor: "merchant")
        _ = await reversals.advanceDue()
        #expect(try await state(counter) == "waiting")
        counter.api.now {
            $0.status = { ClickPaymentStatus(paymentID: $0, status: 2) }
            $0.reverse = { _ throws(ClickAPIError) in throw .unknown("HTTP 500") }
        }
        counter.shop.clock.advance(milliseconds: 5_000)
        _ = await reversals.advanceDue()
        #expect(try await state(counter) == "asked")
        counter.api.now { $0.status = { ClickPaymentStatus(paymentID: $0, status: 1) } }
        counter.shop.clock.advance(milliseconds: 10_000)
        _ = counter.api.takeCalls()
        _ = await reversals.advanceDue()
        #expect(counter.api.takeCalls() == ["status 7001"])
        #expect(try await state(counter) == "asked")
        // 401 is our own fault, and it does not undo that Click may have been asked before.
        counter.api.now {
            $0.status = { ClickPaymentStatus(paymentID: $0, status: 2) }
            $0.reverse = { _ throws(ClickAPIError) in throw .rejected(status: 401) }
        }
        counter.shop.clock.advance(milliseconds: 20_000)
        _ = await reversals.advanceDue()
        #expect(try await state(counter) == "asked")
        await counter.shop.close()
    }

    @Test("that is back already, whoever did it, is not asked for: its state is believed")
    func backAlready() async throws {
        for refusal in [nil, ClickAPIError.refused(code: -7, note: "already reversed")] {
            let (counter, transaction) = try await paid()
            let reversals = try #require(counter.gateway.reversals)
            _ = try await reversals.request(transaction, actor: "merchant")
            if let refusal {
                // Click carries it out between our question and our request.
                let isBack = Mutex(false)
                counter.api.now {
                    $0.reverse = { _ throws(ClickAPIError) in
                        isBack.withLock { $0 = true }
                        throw refusal
                    }
                    $0.status = { id in ClickPaymentStatus(paymentID: id, status: isBack.withLock { $0 } ? -1 : 2) }
                }
            } else {
                counter.api.now { $0.status = { ClickPaymentStatus(paymentID: $0, status: -1) } }
            }
            _ = await reversals.advanceDue()
            #expect(counter.api.takeCalls().filter { $0.hasPrefix("reverse") }.count == (refusal == nil ? 0 : 1))
            #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
            #expect(try await state(counter) == "done")
            await counter.shop.close()
        }
    }

    @Test("is not asked for while Click itself still has the payment under way: it would refuse for good")
    func tooEarly() async throws {
        let (counter, transaction) = try await paid()
        let reversals = try #require(counter.gateway.reversals)
        counter.api.now {
            $0.status = { ClickPaymentStatus(paymentID: $0, status: 1) }
            $0.reverse = { _ throws(ClickAPIError) in throw .refused(code: -1, note: "not paid") }
        }
        _ = try await reversals.request(transaction, actor: "merchant")
        _ = await reversals.advanceDue()
        #expect(counter.api.takeCalls().last == "status 7001")
        #expect(try await state(counter) == "waiting")
        counter.api.now {
            $0.status = { ClickPaymentStatus(paymentID: $0, status: 2) }
            $0.reverse = { _ in }
        }
        counter.shop.clock.advance(milliseconds: 5_000)
        _ = await reversals.advanceDue()
        #expect(counter.api.takeCalls().suffix(2) == ["status 7001", "reverse 7001"])
        #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
        await counter.shop.close()
    }

    @Test("is given up when Click says no, and may be asked for again")
    func refused() async throws {
        let (counter, transaction) = try await paid()
        let reversals = try #require(counter.gateway.reversals)
        counter.api.now { $0.reverse = { _ throws(ClickAPIError) in throw .refused(code: -5, note: "UZCARD") } }
        _ = try await reversals.request(transaction, actor: "merchant")
        // A passing fault of Click's has a code like any other, so it is asked a few times.
        for round in 1...3 {
            #expect(try await state(counter) == "waiting")
            _ = await reversals.advanceDue()
            #expect(counter.api.takeCalls().filter { $0.hasPrefix("reverse") }.count == 1, "\(round)")
            counter.shop.clock.advance(hours: 1)
        }
        let stored = try #require(try await counter.transaction(1))
        #expect(stored.state == .performed)
        #expect(stored.phase == ClickReversals.refusedPhase)
        #expect(try await state(counter) == "refused")
        counter.shop.clock.advance(hours: 2)
        _ = counter.api.takeCalls()
        _ = await reversals.advanceDue()
        #expect(counter.api.takeCalls() == [])
        counter.api.now { $0.reverse = { _ in } }
        _ = try await reversals.request(stored, actor: "operator")
        _ = await reversals.advanceDue()
        #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
        await counter.shop.close()
    }

    @Test("of a duplicate begins by itself, and leaves the order paid")
    func duplicate() async throws {
        let hooks = Recorder()
        let counter = try await Counter(hooks: hooks)
        let first = try await counter.prepare("A", 1).prepareID
        let second = try await counter.prepare("A", 2).prepareID
        _ = try await counter.complete("A", 1, first)
        _ = try await counter.complete("A", 2, second)
        _ = await counter.gateway.reversals?.advanceDue()
        // Two attempts: by order and day Click could mean either.
        #expect(counter.api.takeCalls() == ["status 7002", "reverse 7002"])
        #expect(try await counter.transaction(2)?.state == .cancelledAfterPerform)
        #expect(try await counter.transaction(1)?.state == .performed)
        #expect(hooks.heard.suffix(2) == ["duplicate 2", "duplicate_refunded 2"])
        #expect(try await counter.shop.verify(migrations: ClickGateway.migrations) == [])
        await counter.shop.close()
    }

    @Test("finds the payment by order and day if Click does not know the number, where only one can be meant")
    func byOrder() async throws {
        let (counter, transaction) = try await paid()
        counter.api.now {
            $0.status = { id throws(ClickAPIError) in
                guard id == 42 else { throw .refused(code: -16, note: "no such payment") }
                return ClickPaymentStatus(paymentID: id, status: 2)
            }
            $0.statusByOrder = { _, _ in ClickPaymentStatus(paymentID: 42, status: nil) }
        }
        _ = try await counter.gateway.reversals?.request(transaction, actor: "merchant")
        _ = await counter.gateway.reversals?.advanceDue()
        let calls = counter.api.takeCalls()
        #expect(calls.first?.hasPrefix("status A 20") == true)
        #expect(calls.contains("status 42"))
        #expect(calls.last == "reverse 42")
        #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
        await counter.shop.close()
    }

    @Test("an attempt that failed is not taken for the one that was paid")
    func failedAttempt() async throws {
        let counter = try await Counter()
        let first = try await counter.prepare("A", 1).prepareID
        _ = try await counter.complete("A", 1, first, error: -5017)
        try await counter.pay("A", 2)
        counter.api.now {
            $0.status = { _ throws(ClickAPIError) in throw .refused(code: -16, note: "no such payment") }
            $0.statusByOrder = { _, _ in ClickPaymentStatus(paymentID: 11, status: -1) }
        }
        let transaction = try #require(try await counter.transaction(2))
        // Neither is it undone on that word, nor taken for given back.
        #expect(try await counter.complete("A", 2, transaction.id, error: -5017).error == -4)
        _ = try await counter.gateway.reversals?.request(transaction, actor: "merchant")
        _ = await counter.gateway.reversals?.advanceDue()
        #expect(try await counter.transaction(2)?.state == .performed)
        #expect(try await state(counter) == "waiting")
        await counter.shop.close()
    }

    @Test("a payment that we refused to prepare, under the same order's name, is not taken for the paid one")
    func refusedPrepare() async throws {
        let counter = try await Counter()
        #expect(try await counter.prepare("A", 41) { $0["amount"] = "1" }.error == -2)
        try await counter.pay("A", 42)
        counter.api.now {
            $0.statusByOrder = { _, _ in ClickPaymentStatus(paymentID: 7_041, status: -1) }
            $0.status = { ClickPaymentStatus(paymentID: $0, status: $0 == 7_042 ? 2 : -1) }
        }
        let transaction = try #require(try await counter.transaction(42))
        #expect(try await counter.complete("A", 42, transaction.id, error: -5017).error == -4)
        _ = try await counter.gateway.reversals?.request(transaction, actor: "merchant")
        _ = await counter.gateway.reversals?.advanceDue()
        #expect(counter.api.takeCalls().last == "reverse 7042")
        // Where the number tells nothing either, nothing is known.
        let other = try await Counter()
        try await other.pay("A", 42)
        other.api.now {
            $0.statusByOrder = { _, _ in ClickPaymentStatus(paymentID: 7_041, status: -1) }
            $0.status = { _ throws(ClickAPIError) in throw .refused(code: -1, note: "no such payment") }
        }
        let second = try #require(try await other.transaction(42))
        #expect(try await other.complete("A", 42, second.id, error: -5017).error == -4)
        await counter.shop.close()
        await other.shop.close()
    }

    @Test("only a no of Click's counts as one")
    func countsRefusals() async throws {
        let (counter, transaction) = try await paid()
        let reversals = try #require(counter.gateway.reversals)
        counter.api.now {
            $0.status = { ClickPaymentStatus(paymentID: $0, status: 1) }
            $0.reverse = { _ throws(ClickAPIError) in throw .refused(code: -20, note: "busy") }
        }
        _ = try await reversals.request(transaction, actor: "merchant")
        for _ in 0..<5 {
            _ = await reversals.advanceDue()
            counter.shop.clock.advance(hours: 1)
        }
        counter.api.now { $0.status = { ClickPaymentStatus(paymentID: $0, status: 2) } }
        _ = await reversals.advanceDue()
        #expect(try await state(counter) != "refused")
        counter.api.now { $0.reverse = { _ in } }
        counter.shop.clock.advance(hours: 1)
        _ = await reversals.advanceDue()
        #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
        await counter.shop.close()
    }

    @Test("a clock that is set back makes nothing due again and again, and nothing wait for ever")
    func clockSetBack() async throws {
        let (counter, transaction) = try await paid()
        let reversals = try #require(counter.gateway.reversals)
        counter.api.now { $0.status = { ClickPaymentStatus(paymentID: $0, status: 1) } }
        counter.shop.clock.advance(hours: 50)
        _ = try await reversals.request(transaction, actor: "merchant")
        _ = await reversals.advanceDue()
        counter.shop.clock.advance(hours: -49)
        _ = counter.api.takeCalls()
        _ = await reversals.advanceDue()
        #expect(counter.api.takeCalls().filter { $0 == "status 7001" }.count == 1)
        counter.api.now { $0.status = { ClickPaymentStatus(paymentID: $0, status: 2) } }
        counter.shop.clock.advance(milliseconds: 10_000)
        _ = await reversals.advanceDue()
        #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
        await counter.shop.close()
    }

    @Test("one that cannot go on keeps no other from going on")
    func stuck() async throws {
        let hooks = Recorder()
        let counter = try await Counter(hooks: hooks)
        try await counter.pay("A", 1)
        try await counter.pay("B", 2)
        let reversals = try #require(counter.gateway.reversals)
        for id in [Int64(1), 2] {
            _ = try await reversals.request(try #require(try await counter.transaction(id)), actor: "merchant")
        }
        hooks.failingRefundOf = "1"
        _ = await reversals.advanceDue()
        #expect(try await counter.transaction(1)?.state == .performed)
        #expect(try await counter.transaction(2)?.state == .cancelledAfterPerform)
        #expect(counter.api.takeCalls().filter { $0.hasPrefix("reverse") }.count == 2)
        // The shop is well again: Click is not asked a second time for what it gave back.
        hooks.failingRefundOf = nil
        counter.api.now { $0.status = { ClickPaymentStatus(paymentID: $0, status: -1) } }
        counter.shop.clock.advance(hours: 1)
        _ = await reversals.advanceDue()
        #expect(counter.api.takeCalls().filter { $0.hasPrefix("reverse") } == [])
        #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
        await counter.shop.close()
    }

    @Test("two rounds at once ask once")
    func twice() async throws {
        let (counter, transaction) = try await paid()
        let reversals = try #require(counter.gateway.reversals)
        _ = try await reversals.request(transaction, actor: "merchant")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = await reversals.advanceDue() } }
        }
        #expect(counter.api.takeCalls().filter { $0.hasPrefix("reverse") }.count == 1)
        #expect(try await counter.transaction(1)?.state == .cancelledAfterPerform)
        await counter.shop.close()
    }

    @Test("a payment of another service or gateway is not asked for")
    func foreign() async throws {
        let (counter, transaction) = try await paid()
        let reversals = try #require(counter.gateway.reversals)
        var other = transaction
        other.key.cashbox = "1"
        #expect(!reversals.canGiveBack(other))
        #expect(try await reversals.request(other, actor: "x") == .failure(.transactionNotFound))
        other = transaction
        other.key.gateway = "payme"
        #expect(try await reversals.request(other, actor: "x") == .failure(.transactionNotFound))
        #expect(try await state(counter) == "")
        await counter.shop.close()
    }

    @Test("does not guess between two payments of one account")
    func ambiguous() async throws {
        let (counter, transaction) = try await paid(order: "phone")
        try await counter.pay("phone", 2)
        counter.api.now {
            $0.status = { _ throws(ClickAPIError) in throw .refused(code: -16, note: "no such payment") }
            $0.statusByOrder = { _, _ in ClickPaymentStatus(paymentID: 42, status: 2) }
        }
        _ = try await counter.gateway.reversals?.request(transaction, actor: "merchant")
        _ = await counter.gateway.reversals?.advanceDue()
        #expect(counter.api.takeCalls() == ["status 7001"])
        #expect(try await state(counter) == "waiting")
        // Looked for for three days.
        counter.shop.clock.advance(hours: 73)
        _ = await counter.gateway.reversals?.advanceDue()
        #expect(counter.api.takeCalls() == ["status 7001"])
        #expect(try await counter.transaction(1)?.phase == ClickReversals.refusedPhase)
        await counter.shop.close()
    }

    @Test("is not undone on the word of a call whose sign nobody signed: Click is asked")
    func confirmation() async throws {
        for (status, error, state) in [
            (2, -4, TransactionState.performed), (-1, -9, .cancelledAfterPerform), (1, -7, .performed),
        ] as [(Int64, Int64, TransactionState)] {
            let (counter, transaction) = try await paid()
            counter.api.now { $0.status = { ClickPaymentStatus(paymentID: $0, status: status) } }
            let told = try await counter.complete("A", 1, transaction.id, error: -5017)
            #expect(told.error == error)
            #expect(try await counter.transaction(1)?.state == state)
            await counter.shop.close()
        }
        let (counter, transaction) = try await paid()
        counter.api.now { $0.status = { _ throws(ClickAPIError) in throw .unknown("no answer") } }
        #expect(try await counter.complete("A", 1, transaction.id, error: -5017).error == -7)
        #expect(try await counter.transaction(1)?.state == .performed)
        await counter.shop.close()
    }

    @Test("a refusal of Click's to tell is no word about the payment, unless the operator takes it for one")
    func unconfirmed() async throws {
        for (mode, error) in [(ClickConfiguration.UnconfirmedCancel.refuse, Int64(-4)), (.accept, -9)] {
            for trouble in [ClickAPIError.refused(code: -500, note: "try later"), .rejected(status: 404)] {
                let counter = try await Counter { $0.unconfirmedCancel = mode }
                try await counter.pay("A", 1)
                let id = try #require(try await counter.transaction(1)).id
                counter.api.now {
                    $0.status = { _ throws(ClickAPIError) in throw trouble }
                    $0.statusByOrder = { _, _ throws(ClickAPIError) in throw trouble }
                }
                let told = try await counter.complete("A", 1, id, error: -5017)
                #expect(told.error == error)
                #expect(
                    told.anomaly == (mode == .refuse ? .cancelAfterPerformRefused : .cancelAfterPerformAccepted))
                await counter.shop.close()
            }
        }
    }
}
