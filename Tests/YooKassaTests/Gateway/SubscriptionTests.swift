import Payments
import Specification
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("13, 19: subscriptions")
struct SubscriptionTests {
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000

    private func request(key: String? = nil, unit: YooKassaSubscription.Unit = .month) -> YooKassaSubscriptionRequest {
        YooKassaSubscriptionRequest(
            amount: Money(minor: 50_000, currency: .rub), userID: "user123", description: "Tea by post", unit: unit,
            consent: "500 roubles a month until I stop it in my account", idempotencyKey: key)
    }

    /// One that is active: its first payment came.
    private func active(
        _ kiosk: Kiosk, unit: YooKassaSubscription.Unit = .month
    ) async throws -> YooKassaSubscription {
        let started = try await kiosk.gateway.subscriptions.create(request(unit: unit)).get()
        kiosk.provider.pay(try #require(started.firstPayment?.payment.providerID))
        await kiosk.later(minutes: 1)
        let subscription = try await kiosk.subscription(started.subscription.id)
        #expect(subscription.state == .active)
        _ = kiosk.events
        return subscription
    }

    /// To the beginning of the period, and the jobs run.
    private func nextPeriod(_ kiosk: Kiosk, _ subscription: YooKassaSubscription) async throws {
        kiosk.clock.now = try #require(try await kiosk.subscription(subscription.id).nextAt)
        await kiosk.run()
    }

    @Test("13: consent, a first payment that saves the method, and then charges without the payer")
    func life() async throws {
        let kiosk = try await Kiosk()
        let started = try await kiosk.gateway.subscriptions.create(request()).get()
        #expect(started.subscription.state == .pending)
        #expect(started.firstPayment?.payment.confirmationURL != nil)
        let body = try #require(kiosk.provider.calls("createPayment").first?.body)
        #expect(body.contains(#""save_payment_method":true"#))
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.subscription(started.subscription.id).state == .pending)
        kiosk.provider.pay(try #require(started.firstPayment?.payment.providerID))
        await kiosk.later(minutes: 2)
        #expect(kiosk.events.map(\.kind) == [.activated])
        let subscription = try await kiosk.subscription(started.subscription.id)
        #expect(subscription.state == .active && subscription.period == 1 && subscription.hasMethod)
        #expect(subscription.methodTitle == "Bank card *4444" && subscription.cardType == "Visa")
        for period in 1...3 {
            try await nextPeriod(kiosk, subscription)
            #expect(kiosk.charges == period)
            await kiosk.run()
            #expect(kiosk.charges == period)
        }
        let sent = try #require(kiosk.provider.calls("createPayment").last)
        #expect(
            sent.body.hasPrefix(
                #"{"amount":{"value":"500.00","currency":"RUB"},"capture":true,"payment_method_id":""#))
        #expect(!sent.body.contains("confirmation"))
        #expect(
            try await kiosk.shop.rows("SELECT period, state, charges FROM yookassa_periods ORDER BY period", columns: 3)
                == ["1 paid 1", "2 paid 1", "3 paid 1"])
        #expect(try await kiosk.shop.number("SELECT count(DISTINCT order_id) FROM transactions") == 4)
        #expect(kiosk.events == [] && kiosk.anomalies == [])
        try await kiosk.close()
    }

    @Test("periods are counted from the first day: the 31st comes back after February")
    func calendar() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 61 * Self.day  // 2027-01-21
        kiosk.clock.now += 10 * Self.day + 9 * Self.hour  // 2027-01-31 12:00 in Moscow
        let anchor = kiosk.clock.now
        let started = try await kiosk.gateway.subscriptions.create(request()).get()
        let providerID = try #require(started.firstPayment?.payment.providerID)
        kiosk.provider.pay(providerID)
        await kiosk.later(minutes: 1)
        var starts: [Int64] = []
        for _ in 0..<3 {
            starts.append(try #require(try await kiosk.subscription(started.subscription.id).nextAt))
            try await nextPeriod(kiosk, started.subscription)
        }
        #expect(starts == [28, 59, 89].map { anchor + $0 * Self.day })
        try await kiosk.close()
    }

    @Test(
        "19: each class waits as it has to, and ends when it has to",
        arguments: [
            ("internal_timeout", [15, 60, 360, 1_440, 2_880]), ("issuer_unavailable", [15, 60, 360, 1_440, 2_880]),
            ("rejected_by_timeout", [15, 60, 360, 1_440, 2_880]),
            ("insufficient_funds", [1_440, 2_880, 4_320, 5_760, 5_760]),
            ("payment_method_limit_exceeded", [1_440, 2_880, 4_320, 5_760, 5_760]),
            ("general_decline", [2_880, 5_760]), ("call_issuer", [2_880, 5_760]), ("unknown", [2_880, 5_760]),
            ("retrograde_mercury", [2_880, 5_760]), ("3d_secure_failed", []), ("identification_required", []),
            ("expired_on_confirmation", []), ("permission_revoked", []), ("card_expired", []),
            ("payment_method_restricted", []), ("invalid_card_number", []), ("invalid_csc", []),
            ("fraud_suspected", []), ("country_forbidden", []), ("unsupported_mobile_operator", []),
            ("loan_declined", []), ("loan_declined_by_payer", []), ("loan_application_expired", []),
            ("canceled_by_merchant", []), ("expired_on_capture", []), ("deal_expired", []),
        ] as [(String, [Int64])])
    func classes(reason: String, minutes: [Int64]) async throws {
        let kiosk = try await Kiosk()
        // Noon in Moscow, so that nothing falls into the night.
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = Array(repeating: reason, count: 20) }
        try await nextPeriod(kiosk, subscription)
        #expect(kiosk.charges == 1)
        for (index, pause) in minutes.enumerated() {
            let state = try await kiosk.subscription(subscription.id).state
            #expect(state == .pastDue)
            await kiosk.later(minutes: pause - 1)
            #expect(kiosk.charges == index + 1)
            await kiosk.later(minutes: 1)
            #expect(kiosk.charges == index + 2)
        }
        let ended = try await kiosk.subscription(subscription.id)
        #expect(ended.state == .stopped && ended.endedBy == reason)
        for _ in 0..<40 { await kiosk.later(minutes: 1_440) }
        #expect(kiosk.charges == minutes.count + 1)
        // One notice.
        #expect(kiosk.events.map(\.kind) == [.stopped])
        let keys = kiosk.provider.calls("createPayment").map(\.key)
        #expect(Set(keys).count == keys.count)
        let isDeleted = [
            "permission_revoked", "card_expired", "payment_method_restricted", "invalid_card_number",
            "unsupported_mobile_operator",
        ].contains(reason)
        #expect(ended.hasMethod == !isDeleted)
        try await kiosk.close()
    }

    @Test("19: YOOKASSA_MAX_RETRIES is the most; 0 is none", arguments: [0, 1, 2, 3])
    func maximum(retries: Int64) async throws {
        let kiosk = try await Kiosk { $0.retriesMaximum = retries }
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = Array(repeating: "internal_timeout", count: 20) }
        try await nextPeriod(kiosk, subscription)
        for _ in 0..<30 { await kiosk.later(minutes: 360) }
        #expect(kiosk.charges == Int(retries) + 1)
        #expect(try await kiosk.subscription(subscription.id).state == .stopped)
        try await kiosk.close()
    }

    @Test("19: the class may change between tries, the counter goes on")
    func changing() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["internal_timeout", "insufficient_funds", "general_decline", "succeeded"] }
        try await nextPeriod(kiosk, subscription)
        await kiosk.later(minutes: 15)
        #expect(kiosk.charges == 2)
        // The second delay of its class, not the first.
        await kiosk.later(minutes: 2_880)
        #expect(kiosk.charges == 3)
        // Weak has two retries: they were made.
        #expect(try await kiosk.subscription(subscription.id).state == .stopped)
        try await kiosk.close()
    }

    @Test("19: a retry that succeeds makes it active again, and the next period is as it would have been")
    func recovers() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        try await nextPeriod(kiosk, subscription)
        await kiosk.later(minutes: 1_440)
        let after = try await kiosk.subscription(subscription.id)
        #expect(after.state == .active && after.period == 2)
        let (first, second) = (try #require(subscription.nextAt), try #require(after.nextAt))
        #expect((second - first) == 31 * Self.day)
        #expect(kiosk.events == [])
        try await kiosk.close()
    }

    @Test("19: slow retries are made between 9 and 21, in the payer's own time")
    func quietHours() async throws {
        let kiosk = try await Kiosk()
        // 22:30 in Moscow.
        kiosk.clock.now += 19 * Self.hour + Self.hour / 2
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["insufficient_funds", "insufficient_funds"] }
        try await nextPeriod(kiosk, subscription)
        await kiosk.later(minutes: 1_440)
        #expect(kiosk.charges == 1)
        await kiosk.later(minutes: 10 * 60 + 28)
        #expect(kiosk.charges == 1)
        await kiosk.later(minutes: 2)
        #expect(kiosk.charges == 2)
        try await kiosk.close()
    }

    @Test("19: before a retry the last payment is read again; if it succeeded after all, nothing is charged")
    func readAgain() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        try await nextPeriod(kiosk, subscription)
        kiosk.provider.succeed(kiosk.provider.ids[1])
        await kiosk.later(minutes: 1_440)
        #expect(kiosk.charges == 1)
        #expect(kiosk.anomalies.contains(.contradiction))
        // It was given up here: what came all the same goes back.
        await kiosk.run()
        #expect(try await kiosk.refunds() == ["policy succeeded 50000"])
        try await kiosk.close()
    }

    @Test("19: paid by another way meanwhile: the period is paid, and nothing is charged")
    func otherWay() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        try await nextPeriod(kiosk, subscription)
        let order = try await kiosk.shop.rows("SELECT order_id FROM yookassa_periods", columns: 1)[0]
        _ = try await kiosk.paid(50_000, order: order)
        await kiosk.later(minutes: 1_440)
        #expect(kiosk.charges == 1)
        #expect(try await kiosk.shop.rows("SELECT state FROM yookassa_periods", columns: 1) == ["paid"])
        #expect(try await kiosk.subscription(subscription.id).state == .active)
        try await kiosk.close()
    }

    @Test("15, class U and F: the payer pays the period with a link and saves another card; then it goes on")
    func renewal() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        #expect(try await kiosk.gateway.subscriptions.renew(subscription.id) == .failure(.busy))
        kiosk.provider.edit { $0.charges = ["card_expired"] }
        try await nextPeriod(kiosk, subscription)
        let stopped = try await kiosk.subscription(subscription.id)
        #expect(stopped.state == .stopped && !stopped.hasMethod)
        let link = try #require(try await kiosk.gateway.subscriptions.renew(subscription.id)?.get().firstPayment)
        #expect(link.payment.confirmationURL != nil)
        // The same link again, not a second one.
        let again = try await kiosk.gateway.subscriptions.renew(subscription.id)?.get().firstPayment
        #expect(again?.payment.id == link.payment.id)
        for _ in 0..<3 { await kiosk.later(minutes: 10) }
        #expect(try await kiosk.subscription(subscription.id).state == .stopped)
        kiosk.provider.pay(try #require(link.payment.providerID))
        await kiosk.later(minutes: 21)
        let after = try await kiosk.subscription(subscription.id)
        #expect(after.state == .active && after.hasMethod && after.period == 2 && after.renewalPaymentID == nil)
        #expect(
            try await kiosk.shop.rows("SELECT period, state, charges FROM yookassa_periods", columns: 3)
                == ["1 paid 1"])
        try await nextPeriod(kiosk, subscription)
        #expect(
            kiosk.provider.calls("createPayment").last?.body.contains(try #require(link.payment.providerID)) == true)
        try await kiosk.close()
    }

    @Test("15: a link that nobody used: it stays as it was, and another one can be made")
    func unusedLink() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        try await nextPeriod(kiosk, subscription)
        let link = try #require(try await kiosk.gateway.subscriptions.renew(subscription.id)?.get().firstPayment)
        // While it can be used nothing is charged without the payer.
        await kiosk.later(minutes: 1_441)
        #expect(kiosk.charges == 1)
        kiosk.provider.cancel(try #require(link.payment.providerID))
        await kiosk.later(minutes: 21)
        #expect(kiosk.charges == 2)
        #expect(try await kiosk.subscription(subscription.id).state == .active)
        try await kiosk.close()
    }

    @Test("paused while a retry waits: resumed, the period that was left is skipped")
    func pausedPastDue() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        try await nextPeriod(kiosk, subscription)
        _ = try await kiosk.gateway.subscriptions.pause(subscription.id)
        for _ in 0..<3 { await kiosk.later(minutes: 1_440) }
        #expect(kiosk.charges == 1)
        let resumed = try await kiosk.gateway.subscriptions.resume(subscription.id)?.get()
        #expect(resumed?.state == .active && resumed?.period == 2)
        await kiosk.later(minutes: 1_440)
        #expect(kiosk.charges == 1)
        #expect(try await kiosk.shop.rows("SELECT period, state FROM yookassa_periods", columns: 2) == ["1 skipped"])
        try await kiosk.close()
    }

    @Test("19: the card scheme's cap of refused charges is kept: no charge before a day is over")
    func schemeCap() async throws {
        let kiosk = try await Kiosk()
        kiosk.clock.now += 9 * Self.hour
        let subscription = try await active(kiosk)
        let method = try await kiosk.shop.rows("SELECT method_id FROM yookassa_subscriptions", columns: 1)[0]
        let start = try #require(subscription.nextAt)
        for index in 0..<20 {
            try await kiosk.shop.execute(
                """
                INSERT INTO yookassa_charges (
                    subscription_id, period, attempt, payment_id, method_id, charged_at, outcome)
                VALUES ('other', 1, $1, $2, $3, $4, 'refused')
                """, [.integer(Int64(index)), .text("p\(index)"), .text(method), .integer(start - 29 * Self.day)])
        }
        try await nextPeriod(kiosk, subscription)
        #expect(kiosk.charges == 0)
        await kiosk.later(minutes: 1_440)
        // 30 days after they were refused.
        #expect(kiosk.charges == 1)
        try await kiosk.close()
    }

    @Test("23.23: a charge that is pending is no refusal: no other one until it is final")
    func pending() async throws {
        let kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["pending"] }
        try await nextPeriod(kiosk, subscription)
        for _ in 0..<30 { await kiosk.later(minutes: 60) }
        #expect(kiosk.charges == 1)
        #expect(try await kiosk.subscription(subscription.id).state == .active)
        kiosk.provider.succeed(kiosk.provider.ids[1])
        await kiosk.later(minutes: 21)
        #expect(try await kiosk.subscription(subscription.id).period == 2)
        try await kiosk.close()
    }

    @Test("23.24: 200 with canceled is a refusal, by its class")
    func canceled() async throws {
        let kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        try await nextPeriod(kiosk, subscription)
        #expect(
            try await kiosk.shop.rows("SELECT last_class, last_reason, state FROM yookassa_periods", columns: 3)
                == ["soft insufficient_funds open"])
        try await kiosk.close()
    }

    @Test("23.25: saved: false after a first payment: it is performed, and there is no subscription; told once")
    func notSaved() async throws {
        for (isSaved, status) in [(false, nil), (true, "inactive"), (true, "pending")] as [(Bool, String?)] {
            let kiosk = try await Kiosk()
            kiosk.provider.edit { state in
                state.isSaved = isSaved
                state.savedStatus = status
            }
            let started = try await kiosk.gateway.subscriptions.create(request()).get()
            kiosk.provider.pay(try #require(started.firstPayment?.payment.providerID))
            await kiosk.later(minutes: 1)
            let id = try #require(started.firstPayment?.payment.id)
            #expect(try await kiosk.line(id) == "2 succeeded - 0")
            #expect(try await kiosk.subscription(started.subscription.id).state == .stopped)
            await kiosk.later(minutes: 1)
            #expect(kiosk.events.map(\.kind) == [.methodNotSaved])
            try await kiosk.close()
        }
    }

    @Test("13.2: saved without a status is saved: older answers have none")
    func noStatus() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.edit { $0.savedStatus = nil }
        _ = try await active(kiosk)
        try await kiosk.close()
    }

    @Test("a first payment that does not come: there is no subscription")
    func notPaid() async throws {
        let kiosk = try await Kiosk()
        let started = try await kiosk.gateway.subscriptions.create(request()).get()
        kiosk.provider.cancel(try #require(started.firstPayment?.payment.providerID))
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.subscription(started.subscription.id).state == .stopped)
        #expect(kiosk.events.map(\.kind) == [.notStarted])
        try await kiosk.close()
    }

    @Test("23.26: consent revoked between schedule and charge: nothing is charged")
    func revokedHere() async throws {
        let kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        let ended = try await kiosk.gateway.subscriptions.cancel(subscription.id, actor: "payer")?.get()
        #expect(ended?.state == .cancelled && ended?.endedBy == "payer" && ended?.hasMethod == false)
        kiosk.clock.now = try #require(subscription.nextAt)
        for _ in 0..<3 { await kiosk.later(minutes: 1_440) }
        #expect(kiosk.charges == 0)
        #expect(kiosk.events == [])
        try await kiosk.close()
    }

    @Test("23.26: called off while a charge is under way: its end is seen, and it is the last one")
    func revokedMeanwhile() async throws {
        let kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        kiosk.provider.edit { $0.charges = ["pending"] }
        try await nextPeriod(kiosk, subscription)
        _ = try await kiosk.gateway.subscriptions.cancel(subscription.id, actor: "payer")
        kiosk.provider.cancel(kiosk.provider.ids[1], "insufficient_funds")
        for _ in 0..<5 { await kiosk.later(minutes: 1_440) }
        #expect(kiosk.charges == 1)
        #expect(try await kiosk.subscription(subscription.id).state == .cancelled)
        #expect(kiosk.events == [])
        try await kiosk.close()
    }

    @Test("paused: nothing is charged; resumed: what fell into the pause is not asked for")
    func pause() async throws {
        let kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        _ = try await kiosk.gateway.subscriptions.pause(subscription.id)?.get()
        for _ in 0..<10 { await kiosk.later(minutes: 10 * 1_440) }
        #expect(kiosk.charges == 0)
        let resumed = try await kiosk.gateway.subscriptions.resume(subscription.id)?.get()
        #expect(resumed?.state == .active && resumed?.period == 4)
        await kiosk.run()
        #expect(kiosk.charges == 0)
        try await nextPeriod(kiosk, subscription)
        #expect(kiosk.charges == 1)
        _ = try await kiosk.gateway.subscriptions.cancel(subscription.id, actor: "payer")
        #expect(try await kiosk.gateway.subscriptions.resume(subscription.id) == .failure(.busy))
        #expect(try await kiosk.gateway.subscriptions.pause("nobody") == nil)
        try await kiosk.close()
    }

    @Test("the server was off for three months: one period is charged, not three")
    func longSleep() async throws {
        let kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        kiosk.clock.now = try #require(subscription.nextAt) + 75 * Self.day
        for _ in 0..<5 { await kiosk.run() }
        #expect(kiosk.charges == 1)
        #expect(
            try await kiosk.shop.rows("SELECT period, state FROM yookassa_periods ORDER BY period", columns: 2)
                == ["1 skipped", "2 skipped", "3 paid"])
        try await kiosk.close()
    }

    @Test("22: 401 and 403 of a charge are no refusals: nothing is counted, and it is made again later")
    func rights() async throws {
        let kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        kiosk.provider.fail("createPayment", .forbidden())
        try await nextPeriod(kiosk, subscription)
        #expect(try await kiosk.subscription(subscription.id).state == .active)
        await kiosk.later(minutes: 60)
        #expect(kiosk.charges == 2)
        #expect(try await kiosk.subscription(subscription.id).period == 2)
        #expect(
            try await kiosk.shop.rows("SELECT attempt, outcome FROM yookassa_charges ORDER BY attempt", columns: 2)
                == ["1 void", "2 paid"])
        try await kiosk.close()
    }

    @Test("a charge whose answer was lost is repeated with its key: one charge is made, killed or not")
    func lostCharge() async throws {
        var kiosk = try await Kiosk()
        let subscription = try await active(kiosk)
        kiosk.provider.fail("createPayment", .lostAnswer, .lostCall)
        try await nextPeriod(kiosk, subscription)
        kiosk = try await kiosk.killed()
        for _ in 0..<4 { await kiosk.later(minutes: 3) }
        #expect(kiosk.provider.ids.count == 2)
        #expect(try await kiosk.subscription(subscription.id).period == 2)
        try await kiosk.close()
    }

    @Test("an event that was not taken is told again, and once more it is not")
    func told() async throws {
        let kiosk = try await Kiosk()
        kiosk.failures.left.withLock { $0 = 2 }
        let started = try await kiosk.gateway.subscriptions.create(request()).get()
        kiosk.provider.pay(try #require(started.firstPayment?.payment.providerID))
        for _ in 0..<10 { await kiosk.later(minutes: 1) }
        #expect(kiosk.events.map(\.kind) == [.activated])
        try await kiosk.close()
    }

    @Test("the same key is the same subscription; consent, time zone and length are looked at")
    func requests() async throws {
        let kiosk = try await Kiosk()
        let first = try await kiosk.gateway.subscriptions.create(request(key: "k")).get()
        let again = try await kiosk.gateway.subscriptions.create(request(key: "k")).get()
        #expect(first.subscription.id == again.subscription.id && kiosk.provider.ids.count == 1)
        var other = request(key: "k")
        other.amount.minor = 1
        #expect(try await kiosk.gateway.subscriptions.create(other) == .failure(.otherRequest))
        for (name, change) in [
            ("consent", { $0.consent = "  " }), ("time_zone", { $0.zone = "Mars/Olympus" }),
            ("every", { $0.every = 0 }),
            ("user_id", { $0.userID = "" }), ("amount", { $0.amount.minor = 0 }),
        ] as [(String, (inout YooKassaSubscriptionRequest) -> Void)] {
            var bad = request()
            change(&bad)
            guard case .failure(.field(name, _)) = try await kiosk.gateway.subscriptions.create(bad) else {
                Issue.record("\(name) was taken")
                continue
            }
        }
        #expect(try await kiosk.gateway.subscriptions.all(ofUser: "user123").count == 1)
        try await kiosk.close()
    }
}
