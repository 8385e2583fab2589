import Payments
import Pledg
import Specification
import Storage
import TestSupport
import Testing

/// Rows 19 to 22, 24, 29 to 33 and 35 of section 9: what the merchant sees and asks for.
@Suite("The merchant of a purchase")
struct MerchantTests {
    @Test("9.29 the same request is answered the same; another under its key, or an open reference, is refused")
    func row29() async throws {
        let group = try await Group()
        let view = try await group.gateway.create(Group.request(key: "k")).get()
        #expect(try await group.gateway.create(Group.request(key: "k")).get() == view)
        let other = try await group.gateway.create(Group.request("ORD-1", 9_001, key: "k"))
        #expect(throws: PledgRefusal.otherRequest) { try other.get() }
        let open = try await group.gateway.create(Group.request(key: "l"))
        #expect(throws: PledgRefusal.referenceOpen(purchaseID: view.id)) { try open.get() }
        let noKey = try await group.gateway.create(Group.request())
        #expect(throws: PledgRefusal.referenceOpen(purchaseID: view.id)) { try noKey.get() }
        // After a failure without money the reference is free again.
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.look(view).reason == .abandoned)
        let again = try await group.collecting(members: [])
        #expect(try await group.line(again) == "SUCCESSFULL 2 0")
        let paid = try await group.gateway.create(Group.request())
        #expect(throws: PledgRefusal.referencePaid(purchaseID: again.id)) { try paid.get() }
        try await group.close()
    }

    @Test("9.29 requests that cross make one purchase")
    func crossing() async throws {
        let group = try await Group()
        let ids = try await withThrowingTaskGroup(of: String?.self) { tasks in
            for index in 0..<8 {
                tasks.addTask {
                    try? await group.gateway.create(Group.request(key: index < 4 ? "same" : "k\(index)")).get().id
                }
            }
            return try await tasks.reduce(into: [String]()) { ids, id in if let id { ids.append(id) } }
        }
        #expect(Set(ids).count == 1)
        #expect(try await group.shop.number("SELECT count(*) FROM pledg_purchases") == 1)
        try await group.close()
    }

    @Test("a request that cannot be is refused, and says why")
    func refused() async throws {
        let group = try await Group()
        func refusal(_ change: (inout PledgRequest) -> Void) async throws -> PledgRefusal? {
            var request = Group.request()
            change(&request)
            if case .failure(let refusal) = try await group.gateway.create(request) { return refusal }
            return nil
        }
        #expect(try await refusal { $0.amount.minor = 0 } == .amount(maximum: 999_999_999_999))
        #expect(try await refusal { $0.lines[0].unitAmount = 8_999 } == .lines(difference: -1))
        #expect(
            try await refusal { $0.lines.append(PledgLine(name: "x", quantity: 3, unitAmount: 5)) }
                == .lines(difference: 15))
        #expect(
            try await refusal {
                $0.lines[0].unitAmount = .max
                $0.lines[0].quantity = 2
            } == .lines(difference: .max))
        #expect(try await refusal { $0.organiserEmail = "a@b.org\nBcc: c@d.org" } == .address(.characters))
        let changes: [(inout PledgRequest) -> Void] = [
            { $0.reference = "" }, { $0.reference = "a b" }, { $0.reference = "pledg-x" }, { $0.title = "a\nb" },
            { $0.title = String(repeating: "a", count: 201) }, { $0.organiserName = "\u{0}" },
            { $0.successURL = "http://example.com/" }, { $0.successURL = "javascript:alert(1)" },
            { $0.cancelURL = "https://a:b@example.com/" }, { $0.cancelURL = "https:///x" }, { $0.lines = [] },
            { $0.lines[0].quantity = 0 }, { $0.lines[0].unitAmount = -1 },
        ]
        for (index, change) in changes.enumerated() {
            let found = try await refusal(change)
            guard case .field = found else {
                Issue.record("\(index): \(String(describing: found))")
                continue
            }
        }
        #expect(try await group.shop.number("SELECT count(*) FROM pledg_purchases") == 0)
        try await group.close()
    }

    @Test("an order that is registered is paid with its own amount; one that another pays is busy")
    func orders() async throws {
        let group = try await Group()
        let order = Order.oneTime(id: "ORD-1", amount: Money(minor: 9_000, currency: .eur))
        try await group.shop.add(order)
        let wrong = try await group.gateway.create(Group.request("ORD-1", 8_000))
        #expect(throws: PledgRefusal.order(.wrongAmount)) { try wrong.get() }
        let key = try await group.begin("ORD-1", Money(minor: 9_000, currency: .eur))
        let busy = try await group.gateway.create(Group.request())
        #expect(throws: PledgRefusal.order(.orderBusy)) { try busy.get() }
        _ = try await group.service.cancel(key, reason: 10).get()
        _ = try await group.gateway.create(Group.request()).get()
        // And while the group has it, nobody else pays it.
        let other = try await group.attempt("ORD-1", Money(minor: 9_000, currency: .eur))
        #expect(throws: Rejection.orderBusy) { try other.get() }
        try await group.close()
    }

    @Test("what is shown of a purchase has nothing of shares")
    func shown() async throws {
        let group = try await Group()
        let view = try await group.collecting(split: .custom([1_234, 3_456, 4_310]))
        try await group.pay("ann", view)
        var text = ""
        dump(try await group.look(view), to: &text)
        for secret in ["1234", "3456", "4310", "SUCCESSFULL", "alpha"] { #expect(!text.contains(secret), "\(secret)") }
        let shares = try await group.shop.rows("SELECT id FROM pledg_shares", columns: 1)
        for id in shares { #expect(!text.contains(id)) }
        #expect(text.contains("ann@example.com"))
        try await group.close()
    }

    @Test("9.19 given back after success in proportion, or as the merchant says, until nothing is left")
    func row19() async throws {
        let group = try await Group()
        let view = try await group.collecting(amount: 10_000)
        let keys = [try await group.pay("ann", view), try await group.pay("bob", view)]
        await group.work()
        let sum = try await group.gateway.refund(view.id, amount: 1_000, key: "a", actor: "shop").get()
        #expect(sum == 1_000)
        #expect(try await group.gateway.refund(view.id, amount: 1_000, key: "a", actor: "shop").get() == 1_000)
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 1000")
        #expect(
            try await group.movements(view)
                == ["refund done 333", "refund done 333", "refund done 334", "reimbursement done 6666"])
        let much = try await group.gateway.refund(
            view.id, members: ["ann@example.com": 3_001], key: "b", actor: "shop")
        #expect(throws: PledgRefusal.refundAmount(left: 9_000)) { try much.get() }
        let stranger = try await group.gateway.refund(view.id, members: ["x@example.com": 1], key: "b", actor: "shop")
        #expect(throws: PledgRefusal.member) { try stranger.get() }
        _ = try await group.gateway.refund(view.id, members: ["Ann@example.com": 3_000], key: "b", actor: "shop").get()
        await group.work()
        #expect(try await group.payment(keys[0]) == "-2 3333")
        #expect(try await group.member("ann", view).state == "FAILED")
        #expect(try await group.line(view) == "SUCCESSFULL 2 4000")
        let left = try await group.gateway.refund(view.id, amount: 6_001, key: "c", actor: "shop")
        #expect(throws: PledgRefusal.refundAmount(left: 6_000)) { try left.get() }
        #expect(try await group.gateway.refund(view.id, key: "c", actor: "shop").get() == 6_000)
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL -2 10000")
        #expect(try await group.kept(view) == 0)
        #expect(try await group.events(view).suffix(2) == ["group partly_refunded", "group refunded"])
        try await group.close()
    }

    @Test("9.19 what the leader covered of a failed purchase can be given back to all who paid")
    func covered() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        try await group.pay("ann", view)
        await group.advance(hours: 48)
        #expect(try await group.gateway.refund(view.id, key: "a", actor: "shop").get() == 9_000)
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 9000")
        #expect(try await group.kept(view) == 0)
        // The merchant's receiver hears of it, although it was the cover's transaction that was given back.
        let told = try await group.shop.rows(
            """
            SELECT j.change, t.refunded_amount FROM outbox o JOIN journal j ON j.id = o.journal_id
            JOIN pledg_purchases p ON p.cover_id = o.transaction_id JOIN transactions t ON t.id = p.cover_id
            WHERE o.topic = 'group' ORDER BY o.id
            """, columns: 2)
        #expect(told == ["partly_refunded 9000", "refunded 9000"])
        try await group.close()
    }

    @Test("9.19 like any other payment: the merchant asks for the transaction's money")
    func refundGateway() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        let key = TransactionKey(gateway: "pledg", cashbox: "", externalID: view.id)
        let transaction = try #require(try await group.service.find(key))
        let refunds = group.gateway.refunds
        #expect(refunds.canGiveBack(transaction))
        for isRepeat in [false, true] {
            let part = try await refunds.request(
                transaction, amount: Money(minor: 900, currency: .eur), actor: "shop", alongside: nil
            ).get()
            #expect(part.isRepeat == isRepeat)
        }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 900")
        let now = try #require(try await group.service.find(key))
        let much = try await refunds.request(
            now, amount: Money(minor: 8_101, currency: .eur), actor: "shop", alongside: nil)
        #expect(throws: Rejection.wrongAmount) { try much.get() }
        _ = try await refunds.request(now, amount: nil, actor: "shop", alongside: nil).get()
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL -2 9000")
        let gone = try #require(try await group.service.find(key))
        let again = try await refunds.request(gone, amount: nil, actor: "shop", alongside: nil)
        #expect(throws: Rejection.invalidState(.cancelledAfterPerform)) { try again.get() }
        try await group.close()
    }

    @Test(
        "9.20 called off by its transaction, or out of time for a month: the purchase follows",
        arguments: [true, false])
    func follows(isCancelled: Bool) async throws {
        let group = try await Group()
        let view = try await group.collecting()
        try await group.pay("ann", view)
        if isCancelled {
            let key = TransactionKey(gateway: "pledg", cashbox: "", externalID: view.id)
            _ = try await group.service.cancel(key, reason: 3, actor: "merchant").get()
        } else {
            group.clock.advance(hours: 35 * 24)
            #expect(try await group.service.expireOverdue() == 1)
        }
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test("9.20 the merchant calls off while the group pays: everybody gets all of it, whatever was to be on failure")
    func row20() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        try await group.pay("ann", view)
        let early = try await group.gateway.refund(view.id, amount: 10, key: "a", actor: "shop")
        #expect(throws: PledgRefusal.phase(.collecting)) { try early.get() }
        for _ in 0..<2 { _ = try await group.gateway.cancel(view.id, actor: "shop").get() }
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.look(view).reason == .cancelled)
        #expect(try await group.movements(view) == ["return done 3000", "return done 9000"])
        #expect(try await group.kept(view) == 0)
        let done = try await group.collecting("ORD-2", members: [])
        let late = try await group.gateway.cancel(done.id, actor: "shop")
        #expect(throws: PledgRefusal.phase(.succeeded)) { try late.get() }
        let nobody = try await group.gateway.cancel("pur_x", actor: "shop")
        #expect(throws: PledgRefusal.notFound) { try nobody.get() }
        try await group.close()
    }

    @Test("9.21 a refund fails after the end: the purchase stays FAILED, the share paid, and somebody has to look")
    func row21() async throws {
        let group = try await Group()
        let view = try await group.collecting(onFailure: .refundAll)
        let key = try await group.pay("ann", view, by: "gamma")
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.movements(view) == ["return operator 3000", "return done 9000"])
        #expect(try await group.payment(key) == "2 0")
        #expect(try await group.member("ann", view).state == "SUCCESSFULL")
        #expect(group.anomalies == [.needsOperator])
        try await group.close()
    }

    @Test(
        "9.22 a pledger's money is taken back by his bank after success: the merchant is told, nobody else pays for it")
    func row22() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let key = try await group.pay("ann", view)
        try await group.pay("bob", view)
        await group.work()
        _ = try await group.service.refund(key, amount: 3_000, reason: 5, actor: "bank").get()
        await group.work()
        #expect(group.anomalies == [.foreignRefund])
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.movements(view) == ["foreign done 3000", "reimbursement done 6000"])
        #expect(try await group.kept(view) == 6_000)
        // What is gone is not given back a second time.
        #expect(try await group.gateway.refund(view.id, key: "a", actor: "shop").get() == 6_000)
        await group.work()
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test("two refunds of one payment that its gateway tells of in one word are ours, both", arguments: [false, true])
    func told(isRestart: Bool) async throws {
        var group = try await Group()
        let view = try await group.collecting()
        let key = try await group.pay("ann", view)
        try await group.pay("bob", view)
        await group.work()
        group.money.change { $0.way = .later }
        for (name, amount) in [("a", 700), ("b", 1_000), ("c", 500)] as [(String, Int64)] {
            _ = try await group.gateway.refund(
                view.id, members: ["ann@example.com": amount], key: name, actor: "shop"
            ).get()
            await group.work()
        }
        if isRestart { group = try await Group(on: group) }
        _ = try await group.service.refund(key, amount: 1_200, reason: 5, actor: "alpha").get()
        _ = await group.gateway.advance(.movements)
        #expect(group.anomalies == [])
        #expect(try await group.line(view) == "SUCCESSFULL 2 1200")
        let told = try await group.movements(view)
        #expect(told == ["refund done 500", "refund done 700", "refund accepted 1000", "reimbursement done 6000"])
        // The third is told alone.
        _ = try await group.service.refund(key, amount: 1_000, reason: 5, actor: "alpha").get()
        #expect(try await group.line(view) == "SUCCESSFULL 2 2200")
        // What no refunds of ours come to is somebody else's.
        _ = try await group.service.refund(key, amount: 300, reason: 5, actor: "bank").get()
        await group.work()
        #expect(group.anomalies == [.foreignRefund])
        #expect(try await group.line(view) == "SUCCESSFULL 2 2200")
        try await group.close()
    }

    @Test(
        "9.19 two spellings of one address in a refund are refused, whatever sets them apart",
        arguments: [
            ["Ann@example.com", "ann@example.com"], [" ann@example.com", "ann@example.com"],
            ["ann@EXAMPLE.com.", "ann@example.com"], ["x@b\u{FC}cher.example", "x@xn--bcher-kva.example"],
        ])
    func spellings(_ both: [String]) async throws {
        let group = try await Group()
        let view = try await group.collecting()
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        let members = Dictionary(uniqueKeysWithValues: both.map { ($0, Int64(100)) })
        let answer = try await group.gateway.refund(view.id, members: members, key: "a", actor: "shop")
        let (first, second) = (both.sorted()[0], both.sorted()[1])
        #expect(throws: PledgRefusal.memberTwice(first, second)) { try answer.get() }
        #expect(PledgRefusal.memberTwice(first, second).message.contains(first))
        #expect(try await group.movements(view) == ["reimbursement done 6000"])
        // Each alone is the member.
        guard !both[0].hasPrefix("x@") else { return try await group.close() }
        for (index, one) in both.enumerated() {
            let done = try await group.gateway.refund(view.id, members: [one: 100], key: "\(index)", actor: "shop")
            #expect(try done.get() == 100)
        }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 200")
        try await group.close()
    }

    @Test("9.22 while the group pays, a share whose money is gone is open again")
    func chargebackBefore() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let key = try await group.pay("ann", view)
        _ = try await group.service.refund(key, amount: 3_000, reason: 5, actor: "bank").get()
        #expect(try await group.member("ann", view).state == "INITIALIZED")
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }

    @Test("9.24 one purchase has one currency")
    func row24() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "alpha").get()
        let attempt = try await group.attempt(start.orderID, Money(minor: 3_000, currency: .usd))
        #expect(throws: Rejection.wrongAmount) { try attempt.get() }
        var request = Group.request("ORD-2")
        request.amount = Money(minor: 9_000, currency: .usd)
        let none = try await group.gateway.create(request)
        #expect(throws: PledgRefusal.noGateway) { try none.get() }
        try await group.close()
    }

    @Test("9.30 while the gateways are asked the purchase is INITIALIZED, and nobody begins to pay")
    func row30() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let key = try await group.begin("bob", view)
        let ann = try await group.token("ann", view)
        group.money.change { $0.looks[key.externalID] = .unknown }
        await group.advance(hours: 48)
        #expect(try await group.phase(view) == .closing)
        #expect(try await group.look(view).state == .initialized)
        let late = try await group.gateway.startShare(ann, gateway: "alpha")
        #expect(throws: PledgRefusal.phase(.closing)) { try late.get() }
        let cover = try await group.gateway.coverRest(view.pageToken)
        #expect(throws: PledgRefusal.phase(.closing)) { try cover.get() }
        group.money.change { $0.looks[key.externalID] = .unpaid }
        await group.advance(hours: 0, milliseconds: 60_000)
        #expect(try await group.line(view) == "FAILED -1 0")
        // What was on its way is called off.
        #expect(try await group.payment(key) == "-1 0")
        try await group.close()
    }

    @Test("9.31 the merchant's receiver is away: what it is to hear waits, and the state can be read")
    func row31() async throws {
        let group = try await Group()
        let view = try await group.collecting(members: [])
        await group.work()
        let waiting = try await group.shop.number(
            "SELECT count(*) FROM outbox WHERE topic IN ('group', 'secured') AND delivered_at IS NULL")
        #expect(waiting == 3)
        #expect(try await group.look(view).state == .successfull)
        // Each is tried again after it failed, in the order in which it happened, and none is lost.
        var told: [String] = []
        while let item = try await group.shop.read({ session in
            try session.due(target: "webhook", at: group.clock.now, limit: 1)
        }).first {
            let now = group.clock.now
            let isFirst = item.attempts == 0
            _ = try await group.shop.store.engine.write { sql in
                let session = SQLPaymentSession(sql: sql)
                if isFirst {
                    try session.markFailed(item.id, at: now, dueAt: now + 60_000, error: "away")
                } else {
                    try session.markDelivered(item.id, at: now)
                }
            }
            if isFirst {
                let none = try await group.shop.read { try $0.due(target: "webhook", at: now, limit: 1) }
                #expect(none.isEmpty)
                group.clock.advance(milliseconds: 60_000)
                continue
            }
            #expect(item.topic == .transaction || PledgGateway.purchaseID(of: item.event.transaction.key) == view.id)
            told.append("\(item.topic) \(item.event.change)")
        }
        #expect(
            told.filter { !$0.hasPrefix("transaction") && !$0.hasPrefix("order") }
                == ["group created", "secured created", "group performed"])
        try await group.close()
    }

    @Test("9.33 the server is away across the deadline: what is overdue is closed before anybody pays")
    func row33() async throws {
        var group = try await Group()
        let view = try await group.collecting()
        let key = try await group.begin("ann", view)
        let bob = try await group.token("bob", view)
        let deadline = try await group.look(view).expiresAt
        try await group.pay("bob", view)
        group.money.change { $0.untold[key.externalID] = deadline - 1 }
        group.clock.now = deadline + 20 * Group.hour
        group = try await Group(on: group)
        let late = try await group.gateway.startShare(bob, gateway: "alpha")
        #expect(throws: PledgRefusal.tooLate) { try late.get() }
        _ = await group.gateway.advance(.purchases)
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        try await group.close()
    }

    @Test("9.35 everybody gets back exactly what he paid", arguments: [Int64(10_000), 9_001, 3_000])
    func row35(amount: Int64) async throws {
        let group = try await Group()
        let names = ["a", "b", "c", "d", "e", "f"]
        let view = try await group.collecting(amount: amount, members: names, onFailure: .refundAll)
        var keys: [TransactionKey] = []
        for name in names.dropLast() { keys.append(try await group.pay(name, view)) }
        await group.advance(hours: 48)
        for key in keys {
            let transaction = try #require(try await group.service.find(key))
            #expect(transaction.refundedAmount == transaction.amount.minor)
        }
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }
}
