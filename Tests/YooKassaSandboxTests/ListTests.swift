import StrictJSON
import Testing

@testable import Sandbox

@Suite("Lists of the simulated YooKassa")
struct ListTests {
    @Test("of 21 pages are read by cursor, newest first, and nothing comes twice")
    func pages() async throws {
        try await YooDesk.with { desk async throws in
            var made: [String] = []
            for _ in 0..<205 {
                made.append(try await desk.create().id)
                desk.clock.advance(milliseconds: 10)
            }
            var ids: [String] = []
            var pages = 0
            var path = "payments"
            while true {
                let page = try await desk.get(path).json
                pages += 1
                #expect(page["type"] == "list")
                ids += (page["items"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
                guard let cursor = page["next_cursor"]?.stringValue else { break }
                // What comes meanwhile does not shift the pages.
                if pages == 3 { _ = try await desk.create() }
                path = "payments?cursor=\(cursor)"
            }
            #expect(pages == 21)
            #expect(ids == made.reversed())
        }
    }

    @Test("have no cursor when nothing follows", arguments: [(3, 3), (4, 3), (2, 3)])
    func ends(limit: Int, count: Int) async throws {
        try await YooDesk.with { desk async throws in
            for _ in 0..<count { _ = try await desk.create() }
            let page = try await desk.get("payments?limit=\(limit)").json
            #expect(page["items"]?.arrayValue?.count == min(limit, count))
            #expect((page["next_cursor"] == nil) == (limit >= count))
        }
    }

    @Test("are of a time, a status, a method")
    func filters() async throws {
        try await YooDesk.with { desk async throws in
            let first = try await desk.paid()
            desk.clock.advance(seconds: 60)
            let second = try await desk.held()
            desk.clock.advance(seconds: 60)
            let third = try await desk.create().id
            try desk.yookassa.pay(third, by: .other(.yooMoney))
            func ids(_ query: String) async throws -> [String] {
                let items = try await desk.get("payments?\(query)").json["items"]?.arrayValue
                return (items ?? []).compactMap { $0["id"]?.stringValue }
            }
            let minute = "2026-11-21T00:01:00.000Z"
            let answers: [(String, [String])] = [
                ("created_at.gte=\(minute)", [third, second]), ("created_at.gt=\(minute)", [third]),
                ("created_at.lte=\(minute)", [second, first]), ("created_at.lt=\(minute)", [first]),
                ("created_at.gte=\(minute)&created_at.lte=\(minute)", [second]),
                ("captured_at.lte=\(minute)", [first]), ("captured_at.gte=2026-11-21T00:00:00Z", [third, first]),
                ("status=waiting_for_capture", [second]), ("status=succeeded", [third, first]),
                ("payment_method=yoo_money", [third]), ("created_at.gte=2026-11-21T03:01:00%2B03:00", [third, second]),
                ("status=canceled", []),
            ]
            for (query, expected) in answers {
                let found = try await ids(query)
                #expect(found == expected, "\(query)")
            }
        }
    }

    @Test("of refunds are of a payment and a status")
    func refunds() async throws {
        try await YooDesk.with { desk async throws in
            let (one, other) = (try await desk.paid(), try await desk.paid())
            for id in [one, one, other] {
                _ = try await desk.post("refunds", ["payment_id": .string(id), "amount": YooDesk.rub("1.00")])
            }
            #expect(try await desk.get("refunds?payment_id=\(one)").json["items"]?.arrayValue?.count == 2)
            #expect(try await desk.get("refunds?status=pending").json["items"] == [])
            let page = try await desk.get("refunds?limit=2").json
            let cursor = page["next_cursor"]?.stringValue ?? ""
            #expect(try await desk.get("refunds?limit=2&cursor=\(cursor)").json["items"]?.arrayValue?.count == 1)
        }
    }

    @Test(
        "refuse what they cannot read",
        arguments: [
            ("limit", "limit=0"), ("limit", "limit=101"), ("limit", "limit=ten"), ("cursor", "cursor=none"),
            ("created_at.gte", "created_at.gte=yesterday"), ("captured_at.lt", "captured_at.lt="),
        ])
    func flawed(parameter: String, query: String) async throws {
        try await YooDesk.with { desk async throws in
            #expect(try await desk.get("payments?\(query)").refusal == "400 invalid_request \(parameter)")
        }
    }

    @Test("the shop says who it is")
    func me() async throws {
        try await YooDesk.with { desk async throws in
            let me = try await desk.get("me").json
            #expect(me["account_id"] == "100500")
            #expect(me["status"] == "enabled")
            #expect(me["test"] == true)
            #expect(me["payment_methods"]?.arrayValue?.contains("sbp") == true)
        }
    }
}
