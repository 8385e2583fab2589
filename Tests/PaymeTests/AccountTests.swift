import Payme
import Payments
import Specification
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 1.4 (`data`), 1.6 (step 7), 2.1 (Account).
@Suite("The account")
struct AccountTests {
    /// The account as Payme sends it, for the order 197; the answer to a check, and to a create.
    private static let table = #"""
        {"order_id":"197"}                          | allow
        {"order_id":197}                            | allow
        {"x":null,"order_id":"197","y":[{}]}        | allow
        {"order_id":"198"}                          | OrderNotFound(order_id)
        {"order_id":198}                            | OrderNotFound(order_id)
        {"order_id":"0197"}                         | OrderNotFound(order_id)
        {"order_id":" 197"}                         | OrderNotFound(order_id)
        {"order_id":""}                             | OrderNotFound(order_id)
        {"order_id":null}                           | OrderNotFound(order_id)
        {"order_id":true}                           | OrderNotFound(order_id)
        {"order_id":197.0}                          | OrderNotFound(order_id)
        {"order_id":1.97e2}                         | OrderNotFound(order_id)
        {"order_id":{"id":"197"}}                   | OrderNotFound(order_id)
        {"order_id":["197"]}                        | OrderNotFound(order_id)
        {"order_id":100000000000000000000000000197} | OrderNotFound(order_id)
        {"order_id":"197'; DROP TABLE orders; --"}  | OrderNotFound(order_id)
        {"order_id":"197\u0000"}                    | OrderNotFound(order_id)
        {"Order_id":"197"}                          | OrderNotFound(order_id)
        {}                                          | OrderNotFound(order_id)
        []                                          | InvalidRequest(account)
        null                                        | InvalidRequest(account)
        "197"                                       | InvalidRequest(account)
        """#

    @Test("names the order, as text or as an integer")
    func shapes() async throws {
        for line in Self.table.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            try await PaymeShop.with { shop in
                try await shop.add("197")
                let account = try JSONValue(parsing: String(line.split(separator: "|")[0]))
                #expect(try await shop.check(account).outcome == cells[1], "\(line)")
                let created = try await shop.create(1, account).outcome
                #expect(created == (cells[1] == "allow" ? "1" : cells[1]), "\(line)")
            }
        }
    }

    @Test("has the field that the configuration names")
    func otherField() async throws {
        try await PaymeShop.with(configuration: .shop { $0.accountField = "phone" }) { shop in
            try await shop.add("998901234567")
            #expect(try await shop.check(["phone": "998901234567"]).outcome == "allow")
            #expect(try await shop.check(["phone": "998900000000"]).short == "OrderNotFound(phone)")
            #expect(try await shop.check(["order_id": "998901234567"]).short == "OrderNotFound(phone)")
        }
    }

    @Test("may have several fields, and the shop says which one is wrong")
    func severalFields() async throws {
        let hooks = ShopHooks { hooks in
            hooks.onAccount = { question in
                guard question.fields["user"] == "17" else { return .refused(.orderNotFound(field: "user")) }
                guard let order = question.fields["order"], order.hasPrefix("A-") else {
                    return .refused(.orderNotFound(field: "order"))
                }
                return .stored(id: "17/" + order)
            }
        }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add("17/A-5")
            #expect(try await shop.check(["user": 17, "order": "A-5"]).outcome == "allow")
            #expect(try await shop.check(["user": 18, "order": "A-5"]).short == "OrderNotFound(user)")
            #expect(try await shop.check(["user": "17", "order": "B-5"]).short == "OrderNotFound(order)")
            #expect(try await shop.check(["user": "17", "order": "A-6"]).short == "OrderNotFound(order_id)")
            #expect(try await shop.create(1, ["user": 17, "order": "A-5"]).outcome == "1")
            #expect(try await shop.stored()?.orderID == "17/A-5")
            #expect(try await shop.stored()?.account == #"{"user":17,"order":"A-5"}"#)
        }
    }

    @Test("may mean an order that only the shop knows")
    func shopsOwnOrder() async throws {
        let hooks = ShopHooks { hooks in
            hooks.onAccount = { question in
                guard let phone = question.reference, phone.count == 12 else { return .refused(.orderNotFound()) }
                return .order(.cumulative(id: phone, currency: .uzs, minimum: 1_000, maximum: 9_000))
            }
        }
        try await PaymeShop.with(hooks) { shop in
            try await shop.play(
                """
                check   998901234567 1000    -> allow
                check   998901234567 999     -> WrongAmount
                check   123 1000             -> OrderNotFound(order_id)
                create  1 998901234567 9000  -> 1
                create  2 998901234567 9001  -> WrongAmount
                create  2 998901234567 9000  -> 1
                perform 1                    -> 2
                perform 2                    -> 2
                """)
        }
    }

    @Test("may be refused by the shop in its own words, with the field at fault")
    func refusedInWords() async throws {
        let words = Refusal.Message(ru: "Закрыто", uz: "Yopiq", en: "Closed")
        let hooks = ShopHooks { $0.onMayPay = { _, _ in .refuse(Refusal(message: words, field: "shop")) } }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add()
            for answer in [try await shop.check(), try await shop.create()] {
                #expect(answer.short == "OrderRefused(shop)")
                #expect(["ru", "uz", "en"].map(answer.message) == ["Закрыто", "Yopiq", "Closed"])
            }
            #expect(try await shop.everything() == [])
        }
    }

    @Test("that is refused without words gets the document's, and the configured field")
    func refusedWithoutWords() async throws {
        try await PaymeShop.with(ShopHooks { $0.onMayPay = { _, _ in .refuse() } }) { shop in
            try await shop.add()
            let answer = try await shop.check()
            #expect(answer.short == "OrderRefused(order_id)")
            #expect(answer.message("uz") == PaymeShop.document.error(named: "OrderRefused")?.text.uz)
        }
    }
}
