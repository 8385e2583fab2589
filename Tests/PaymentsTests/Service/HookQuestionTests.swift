import Payments
import TestSupport
import Testing

@Suite("Questions to the shop")
struct HookQuestionTests {
    private let words = Refusal(message: .init(ru: "Нет", uz: "Yoʻq", en: "No"), field: "user")

    @Test("a check asks in order, and hands on what the shop wants the payer to see")
    func check() async throws {
        let hooks = ScriptedHooks {
            $0.additional = [AdditionalField("name", "Ali"), AdditionalField("balance", "12.00")]
            $0.fiscalDetail = #"{"receipt_type":0}"#
        }
        let time = try await Timeline(hooks: hooks)
        let outcome = try await time.payme.check("A").get()
        #expect(hooks.takeHeard() == ["account", "mayPay", "additional", "fiscalDetail"])
        #expect(outcome.additional == [AdditionalField("name", "Ali"), AdditionalField("balance", "12.00")])
        #expect(outcome.fiscalDetail == #"{"receipt_type":0}"#)
        #expect(outcome.order.id == "A")
        #expect(try await time.shop.number("SELECT count(*) FROM transactions") == 0)
        await time.shop.close()
    }

    @Test("the shop refuses in its own words, and they arrive unchanged")
    func ownWords() async throws {
        let words = words
        let hooks = ScriptedHooks { $0.mayPay = { _ in .refuse(words) } }
        let time = try await Timeline(hooks: hooks)
        #expect(try await time.payme.check("A") == .failure(.refused(words)))
        #expect(try await time.payme.create("a", "A") == .failure(.refused(words)))
        hooks.now { $0.account = { _ in .refused(.orderNotFound(field: "user")) } }
        #expect(try await time.payme.check("A") == .failure(.orderNotFound(field: "user")))
        #expect(try await time.payme.create("a", "A") == .failure(.orderNotFound(field: "user")))
        #expect(try await time.payme.find("a") == nil)
        await time.shop.close()
    }

    @Test("an order that only the shop knows: a phone number that is topped up")
    func shopsOwnOrder() async throws {
        let hooks = ScriptedHooks {
            $0.account = { question in
                guard let phone = question.fields["phone"] else { return .refused(.orderNotFound(field: "phone")) }
                return .order(.cumulative(id: "tel:\(phone)", currency: .uzs, minimum: 100))
            }
        }
        let time = try await Timeline(hooks: hooks)
        let first = try await time.payme.create("a", ["phone": "901234567"], 100).get().transaction
        #expect(first.orderID == "tel:901234567" && !first.isOneTime && !first.holdsOrder)
        #expect(try await time.payme.create("b", ["phone": "901234567"], 100).told == "1")
        #expect(try await time.payme.create("c", ["phone": "901234567"], 99).told == "wrongAmount")
        #expect(try await time.payme.create("c", ["order": "A"]) == .failure(.orderNotFound(field: "phone")))
        #expect(try await time.payme.perform("a").told == "2")
        #expect(try await time.shop.number("SELECT count(*) FROM orders WHERE id LIKE 'tel%'") == 0)
        await time.shop.close()
    }

    @Test("a one-time order that only the shop knows is held like any other")
    func shopsOwnOneTimeOrder() async throws {
        let hooks = ScriptedHooks {
            $0.account = {
                .order(.oneTime(id: "crm-\($0.fields["deal"] ?? "?")", amount: Money(minor: 5, currency: .uzs)))
            }
        }
        let time = try await Timeline(hooks: hooks)
        #expect(try await time.payme.create("a", ["deal": "1"], 5).told == "1")
        #expect(try await time.payme.create("b", ["deal": "1"], 5).told == "orderBusy")
        #expect(try await time.payme.create("b", ["deal": "2"], 5).told == "1")
        #expect(try await time.payme.perform("a").told == "2")
        #expect(try await time.payme.create("c", ["deal": "1"], 5).told == "orderPaid")
        await time.shop.close()
    }

    @Test("an account of several fields: this user's order, and nobody else's")
    func severalFields() async throws {
        let hooks = ScriptedHooks {
            $0.account = { question in
                guard question.fields["user"] == "17" else { return .refused(.orderNotFound(field: "user")) }
                return question.fields["order"].map { .stored(id: $0) } ?? .refused(.orderNotFound(field: "order"))
            }
        }
        let time = try await Timeline(hooks: hooks)
        #expect(
            try await time.payme.create("a", ["user": "18", "order": "A"]) == .failure(.orderNotFound(field: "user")))
        #expect(try await time.payme.create("a", ["user": "17"]) == .failure(.orderNotFound(field: "order")))
        #expect(try await time.payme.create("a", ["user": "17", "order": "A"]).told == "1")
        // Another account under the same id, though it means the same order.
        #expect(try await time.payme.create("a", ["user": "17", "order": "A", "x": ""]).told == "invalidState")
        #expect(try await time.payme.create("a", ["order": "A", "user": "17"]).told == "1 again")
        await time.shop.close()
    }

    @Test("the default account is the configured field, and nothing without it", arguments: ShopKind.allCases)
    func missingField(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        #expect(try await time.payme.create("a", ["phone": "A"]) == .failure(.orderNotFound()))
        await time.shop.close()
    }

    @Test("receivers are stored with the payment")
    func receivers() async throws {
        let parts = [
            try #require(Receiver(id: "k1", amount: 300_000)), try #require(Receiver(id: "k2", amount: 200_000)),
        ]
        let time = try await Timeline(hooks: ScriptedHooks { $0.receivers = { _ in parts } })
        #expect(try await time.payme.create("a", "A").get().transaction.receivers == parts)
        #expect(try await time.payme.find("a")?.receivers == parts)
        #expect(try await time.payme.perform("a").get().transaction.receivers == parts)
        await time.shop.close()
    }

    @Test("receivers that do not sum to the payment are the shop's mistake: nothing is stored")
    func receiversThatDoNotSum() async throws {
        let short = [try #require(Receiver(id: "k1", amount: 499_999))]
        let huge = [try #require(Receiver(id: "k1", amount: .max)), try #require(Receiver(id: "k2", amount: .max))]
        for parts in [short, huge] {
            let time = try await Timeline(hooks: ScriptedHooks { $0.receivers = { _ in parts } })
            await #expect(throws: HookFailure.self) { try await time.payme.create("a", "A") }
            #expect(try await time.payme.find("a") == nil)
            await time.shop.close()
        }
    }

    @Test("a wrong amount stays a wrong amount when the shop splits what the order asks for")
    func wrongAmountWithReceivers() async throws {
        let parts = [
            try #require(Receiver(id: "k1", amount: 300_000)), try #require(Receiver(id: "k2", amount: 200_000)),
        ]
        let time = try await Timeline(hooks: ScriptedHooks { $0.receivers = { _ in parts } })
        try await time.play(
            """
            payme create a A amount=499999  -> wrongAmount
            payme create a A amount=-       -> wrongAmount
            payme create a A                -> 1
            """)
        await time.shop.close()
    }

    @Test("what a question throws is not an answer: nothing is stored, and the repeat finds out")
    func throwingQuestion() async throws {
        let hooks = ScriptedHooks { $0.mayPay = { _ in throw Trouble() } }
        let time = try await Timeline(hooks: hooks)
        await #expect(throws: Trouble.self) { try await time.payme.check("A") }
        await #expect(throws: Trouble.self) { try await time.payme.create("a", "A") }
        #expect(try await time.payme.find("a") == nil)
        hooks.now { $0.mayPay = { _ in .allow } }
        #expect(try await time.payme.create("a", "A").told == "1")
        hooks.now { $0.mayRefund = { _ in throw Trouble() } }
        #expect(try await time.payme.perform("a").told == "2")
        await #expect(throws: Trouble.self) { try await time.payme.cancel("a") }
        #expect(try await time.payme.find("a")?.state == .performed)
        await time.shop.close()
    }
}
