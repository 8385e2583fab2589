import HTTPTypes
import Payments
import StrictJSON
import TestSupport
import Testing

@Suite("PATCH /orders/{id}")
struct ChangeOrderTests {
    /// The patch of an order of 5000.00 with a description, and what the order then has; or the answer.
    private static let table = #"""
        {}                                                        | 5000.00 tea
        {"description":"green tea"}                               | 5000.00 green tea
        {"description":null}                                      | 5000.00 null
        {"amount":{"value":"6000.00","currency":"UZS"}}           | 6000.00 tea
        {"amount":{"value":"6000"}}                               | 6000.00 tea
        {"amount":{}}                                             | 5000.00 tea
        {"amount":{"value":"6000.00"},"description":"x"}          | 6000.00 x
        {"minimum":null,"fiscal":null}                            | 5000.00 tea
        {"amount":null}                                           | 422 unprocessable(amount)
        {"amount":{"value":null}}                                 | 422 unprocessable(amount)
        {"amount":{"value":"0.00"}}                               | 422 unprocessable(amount.value)
        {"amount":{"value":6000}}                                 | 422 unprocessable(amount)
        {"amount":{"currency":"USD"}}                             | 422 unprocessable(amount)
        {"amount":{"currency":"sum"}}                             | 422 unprocessable(amount.currency)
        {"amount":{"x":1}}                                        | 422 unprocessable(amount)
        {"amount":"6000.00"}                                      | 422 unprocessable(amount)
        {"minimum":{"value":"1.00","currency":"UZS"}}             | 422 unprocessable(minimum)
        {"description":""}                                        | 422 unprocessable(description)
        {"description":5}                                         | 422 unprocessable(description)
        {"fiscal":{}}                                             | 422 unprocessable(fiscal.receipt_type)
        {"id":"B"}                                                | 400 invalid-request(id)
        {"kind":"cumulative"}                                     | 400 invalid-request(kind)
        {"currency":"UZS"}                                        | 400 invalid-request(currency)
        {"status":"paid"}                                         | 400 invalid-request(status)
        {"":1}                                                    | 400 invalid-request
        []                                                        | 400 invalid-json
        {"description":"a","description":"b"}                     | 400 invalid-json
                                                                  | 400 invalid-json
        """#

    @Test("merges the patch, and refuses what would be no order", arguments: Transport.allCases)
    func table(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            for (number, row) in rows(Self.table).enumerated() {
                let id = "A\(number)"
                let made = try await desk.post(
                    #"{"id":"\#(id)","amount":{"value":"5000.00","currency":"UZS"},"description":"tea"}"#)
                let reply = try await desk.patch("/orders/\(id)", row[0])
                let order = try await desk.get("/orders/\(id)")
                guard reply.status == 200 else {
                    #expect(reply.short == row[1], "\(row[0]): \(reply.text)")
                    #expect(order.text == made.text, "\(row[0])")
                    continue
                }
                let said =
                    "\(reply["amount"]?["value"]?.stringValue ?? "") "
                    + (reply["description"]?.stringValue ?? "null")
                #expect(said == row[1], "\(row[0])")
                #expect(order.text == reply.text, "\(row[0])")
            }
        }
    }

    @Test("keeps the fiscal lines equal to the amount, to the tiyin")
    func fiscal() async throws {
        try await Desk.with(.router) { desk async throws in
            try await desk.addFiscal("A")
            let (more, lines) = (#""amount":{"value":"6000.00"}"#, #""items":[\#(Desk.line(500_000))]"#)
            #expect(try await desk.patch("/orders/A", "{\(more)}").short == "422 unprocessable(fiscal)")
            #expect(try await desk.patch("/orders/A", #"{"fiscal":{\#(lines)}}"#).short == "422 unprocessable(fiscal)")
            // The shipping stays: objects are merged, lists replaced.
            let both = try await desk.patch("/orders/A", #"{\#(more),"fiscal":{\#(lines)}}"#)
            #expect(both.status == 200)
            #expect(both["fiscal"]?["shipping"]?["price"] == 100_000)
            #expect(both["fiscal"]?["items"]?.arrayValue?.count == 1)
            let without = try await desk.patch(
                "/orders/A", #"{"amount":{"value":"5000.00"},"fiscal":{"shipping":null}}"#)
            #expect(without.status == 200 && without["fiscal"]?["shipping"] == nil)
            #expect(try await desk.patch("/orders/A", #"{"fiscal":null}"#)["fiscal"] == .null)
        }
    }

    @Test("changes the limits of an account, and pays heed to both")
    func limits() async throws {
        try await Desk.with(.router) { desk async throws in
            _ = try await desk.post(#"{"id":"P","kind":"cumulative","minimum":{"value":"10.00","currency":"UZS"}}"#)
            let both = try await desk.patch("/orders/P", #"{"maximum":{"value":"20.00","currency":"UZS"}}"#)
            #expect(both["minimum"]?["value"] == "10.00" && both["maximum"]?["value"] == "20.00")
            #expect(
                try await desk.patch("/orders/P", #"{"minimum":{"value":"20.01"}}"#).short
                    == "422 unprocessable(minimum)")
            #expect(try await desk.patch("/orders/P", #"{"minimum":null}"#)["minimum"] == .null)
            #expect(
                try await desk.patch("/orders/P", #"{"amount":{"value":"1.00","currency":"UZS"}}"#).short
                    == "422 unprocessable(amount)")
            #expect(
                try await desk.patch("/orders/P", #"{"minimum":{"value":"1.00","currency":"USD"}}"#).short
                    .hasPrefix("422 unprocessable"))
            // Money that was paid in earlier keeps nobody from changing what is taken from now on.
            try await desk.announce(1, "P", 1_500)
            #expect(try await desk.patch("/orders/P", #"{"maximum":null}"#).short == "409 order-busy")
            try await desk.perform(1)
            #expect(try await desk.patch("/orders/P", #"{"maximum":null}"#).status == 200)
        }
    }

    private static let more = #"{"amount":{"value":"6000.00"}}"#

    @Test(
        "changes no amount that somebody is paying, or has paid; a description at any time",
        arguments: Transport.allCases)
    func busyAndPaid(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            #expect(try await desk.patch("/orders/A", Self.more).short == "409 order-busy")
            #expect(try await desk.patch("/orders/A", #"{"amount":{"value":"5000"}}"#).status == 200)
            #expect(try await desk.patch("/orders/A", #"{"description":"1"}"#)["status"] == "reserved")
            try await desk.perform(1)
            #expect(try await desk.patch("/orders/A", Self.more).short == "409 order-paid")
            let described = try await desk.patch("/orders/A", #"{"description":"2"}"#)
            #expect(described["status"] == "paid" && described["links"] == [:] && described["description"] == "2")
            try await desk.cancel(1)
            #expect(try await desk.patch("/orders/A", Self.more)["amount"]?["value"] == "6000.00")
            try await desk.announce(2, "A", 600_000)
            // Nobody pays any more, once the time is up.
            desk.clock.advance(hours: 13)
            #expect(try await desk.patch("/orders/A", #"{"amount":{"value":"7000.00"}}"#).status == 200)
            #expect(try await desk.cancel("/orders/A").status == 200)
            #expect(try await desk.patch("/orders/A", Self.more).short == "409 order-cancelled")
            #expect(try await desk.patch("/orders/A", #"{"description":"3"}"#).short == "409 order-cancelled")
            #expect(try await desk.patch("/orders/B", Self.more).short == "404 not-found")
        }
    }

    @Test("of the amount: from then on that amount is taken, and no other")
    func newAmount() async throws {
        try await Desk.with(.router) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            try await desk.cancel(1)
            desk.clock.advance(milliseconds: 1)
            #expect(try await desk.patch("/orders/A", Self.more).status == 200)
            desk.clock.advance(milliseconds: 1)
            let answer = try await desk.payme(
                "CheckPerformTransaction", ["amount": 500_000, "account": ["order_id": "A"]])
            #expect(answer["error"]?["code"] == -31001)
            try await desk.announce(2, "A", 600_000)
            try await desk.perform(2)
            #expect(try await desk.get("/orders/A")["paid"]?["value"] == "6000.00")
        }
    }

    @Test("of two at once, neither undoes the other")
    func race() async throws {
        try await Desk.with(.live) { desk async throws in
            try await desk.add("A")
            for round in 1...20 {
                async let first = desk.patch("/orders/A", #"{"description":"round \#(round)"}"#)
                async let second = desk.patch("/orders/A", #"{"amount":{"value":"\#(round).00"}}"#)
                let statuses = [try await first.status, try await second.status]
                #expect(statuses == [200, 200])
                let order = try await desk.get("/orders/A")
                #expect(order["description"]?.stringValue == "round \(round)")
                #expect(order["amount"]?["value"]?.stringValue == "\(round).00")
            }
        }
    }

    @Test("against a payment that is announced just then: one of them wins, and the amounts agree")
    func againstCreate() async throws {
        try await Desk.with(.live) { desk async throws in
            var changed = 0
            for number in 1...20 {
                let id = "A\(number)"
                try await desk.add(id)
                async let patched = desk.patch("/orders/\(id)", Self.more)
                async let announced = desk.payme(
                    "CreateTransaction",
                    [
                        "id": .string(PaymeClient.id(number)), "time": .integer(desk.clock.now), "amount": 500_000,
                        "account": ["order_id": .string(id)],
                    ])
                let (status, answer) = (try await patched.short, try await announced)
                let isTaken = answer["result"] != nil
                #expect(status == (isTaken ? "409 order-busy" : "200"), "\(answer.text)")
                if !isTaken { #expect(answer["error"]?["code"] == -31001) }
                changed += isTaken ? 0 : 1
            }
            #expect((0...20).contains(changed))
        }
    }
}
