import HTTPTypes
import StrictJSON
import TestSupport
import Testing

@Suite("POST /orders")
struct CreateOrderTests {
    @Test("registers an order and shows it, with where it can be paid", arguments: Transport.allCases)
    func registers(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            let reply = try await desk.post(
                #"{"id":"A-5","amount":{"value":"5000.00","currency":"UZS"},"description":"Choy, 2 quti"}"#)
            #expect(reply.status == 201)
            #expect(reply.headers[.contentType] == "application/json")
            #expect(reply.headers[.location] == "/orders/A-5")
            let link =
                "https://checkout.paycom.uz/"
                + "bT01ODdmNzJjNzJjYWMwZDE2MmM3MjJhZTI7YWMub3JkZXJfaWQ9QS01O2E9NTAwMDAw"
            #expect(
                reply.text
                    == #"{"id":"A-5","kind":"one_time","status":"pending","currency":"UZS","#
                    + #""amount":{"value":"5000.00","currency":"UZS"},"minimum":null,"maximum":null,"#
                    + #""paid":{"value":"0.00","currency":"UZS"},"refunded":{"value":"0.00","currency":"UZS"},"#
                    + #""description":"Choy, 2 quti","fiscal":null,"#
                    + #""created_at":1795219200000,"cancelled_at":null,"#
                    + #""links":{"payme":"\#(link)"},"forms":{"payme":{"action":"https://checkout.paycom.uz","#
                    + #""fields":{"merchant":"587f72c72cac0d162c722ae2","amount":"500000","#
                    + #""account[order_id]":"A-5","description":"Choy, 2 quti"}}}}"#)
            #expect(try await desk.get("/orders/A-5").text == reply.text)
        }
    }

    @Test("makes an id if it is not told one", arguments: Transport.allCases)
    func makesID(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            var ids: Set<String> = []
            for _ in 0..<20 {
                let reply = try await desk.post(#"{"amount":{"value":"1","currency":"UZS"}}"#)
                let id = try #require(reply["id"]?.stringValue)
                #expect(id.count == 20 && id.allSatisfy { "0123456789abcdefghjkmnpqrstvwxyz".contains($0) })
                #expect(reply.headers[.location] == "/orders/\(id)")
                ids.insert(id)
            }
            #expect(ids.count == 20)
        }
    }

    @Test("once more is 200 and the order as it stands; another order of that id is 409", arguments: Transport.allCases)
    func sameID(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            let body = #"{"id":"A","amount":{"value":"5000.00","currency":"UZS"}}"#
            #expect(try await desk.post(body).status == 201)
            try await desk.announce(1, "A")
            desk.clock.advance(milliseconds: 5)
            for same in [body, #"{"amount":{"currency":"UZS","value":"5000"},"kind":"one_time","id":"A"}"#] {
                let again = try await desk.post(same)
                #expect(again.status == 200)
                #expect(again["status"] == "reserved")
                #expect(again["created_at"] == 1_795_219_200_000)
                #expect(again.headers[.location] == "/orders/A")
            }
            for other in [
                #"{"id":"A","amount":{"value":"5000.01","currency":"UZS"}}"#,
                #"{"id":"A","amount":{"value":"5000.00","currency":"USD"}}"#,
                #"{"id":"A","amount":{"value":"5000.00","currency":"UZS"},"description":"tea"}"#,
                #"{"id":"A","kind":"cumulative"}"#,
            ] {
                #expect(try await desk.post(other).short == "409 order-exists(id)", "\(other)")
            }
        }
    }

    @Test(
        "says where the order is, whatever its id", arguments: Transport.allCases,
        ["17/A-5", "a+b", "a:b", "a_b.c"])
    func location(transport: Transport, id: String) async throws {
        try await Desk.with(transport) { desk in
            let reply = try await desk.post(#"{"id":"\#(id)","amount":{"value":"1.00","currency":"UZS"}}"#)
            #expect(reply.status == 201)
            let location = try #require(reply.headers[.location])
            #expect(try await desk.get(location)["id"] == .string(id))
        }
    }

    @Test("takes an account with limits, one, both or none", arguments: Transport.allCases)
    func cumulative(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            let limits = [
                ("", "null", "null"), (#","minimum":{"value":"10.00","currency":"UZS"}"#, "10.00", "null"),
                (#","maximum":{"value":"90.00","currency":"UZS"}"#, "null", "90.00"),
                (
                    #","minimum":{"value":"10","currency":"UZS"},"maximum":{"value":"10.00","currency":"UZS"}"#,
                    "10.00", "10.00"
                ),
            ]
            for (number, (members, minimum, maximum)) in limits.enumerated() {
                let reply = try await desk.post(#"{"id":"P\#(number)","kind":"cumulative"\#(members)}"#)
                #expect(reply.status == 201)
                #expect(reply["amount"] == .null)
                #expect(reply["minimum"]?["value"]?.stringValue ?? "null" == minimum)
                #expect(reply["maximum"]?["value"]?.stringValue ?? "null" == maximum)
            }
        }
    }
}
