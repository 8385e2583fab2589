import StrictJSON
import TestSupport
import Testing

@Suite("A list is given page by page, newest first")
struct ListTests {
    @Test("of orders: none twice, none left out, although orders are added meanwhile", arguments: Transport.allCases)
    func orders(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            // Three share each millisecond, so that pages end between equals.
            for number in 1...20 {
                try await desk.add("order-\(number)")
                if number % 3 == 0 { desk.clock.advance(milliseconds: 1) }
            }
            let before = Set((1...20).map { "order-\($0)" })
            for limit in [1, 2, 7, 19, 20, 21, 200] {
                var seen: [String] = []
                var path: String? = "/orders?limit=\(limit)"
                while let next = path {
                    let page = try await desk.get(next)
                    let ids = page["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
                    #expect(!ids.isEmpty && ids.count <= limit)
                    seen += ids
                    path = page["next_cursor"]?.stringValue.map { "/orders?limit=\(limit)&cursor=\($0)" }
                    desk.clock.advance(milliseconds: 1)
                    if path != nil, limit != 1 { try await desk.add("later-\(limit)-\(seen.count)") }
                }
                #expect(seen.filter(before.contains).count == 20, "limit \(limit)")
                #expect(Set(seen).count == seen.count, "limit \(limit)")
            }
        }
    }

    @Test(
        "of transactions: none twice, none left out, although they are added meanwhile", arguments: Transport.allCases)
    func transactions(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            _ = try await desk.post(#"{"id":"P","kind":"cumulative"}"#)
            for number in 1...9 { try await desk.announce(number, "P", 100) }
            var seen: [String] = []
            var path: String? = "/transactions?limit=2"
            while let next = path {
                let page = try await desk.get(next)
                seen += page["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
                path = page["next_cursor"]?.stringValue.map { "/transactions?limit=2&cursor=\($0)" }
                try await desk.announce(100 + seen.count, "P", 100)
            }
            #expect(seen == (1...9).reversed().map(String.init))
        }
    }

    /// The query, and the external numbers of the transactions.
    private static let filters = """
        /transactions                                | 5 4 3 2 1
        /transactions?state=1                        | 4
        /transactions?state=2                        | 3 1
        /transactions?state=-1                       | 5
        /transactions?state=-2                       | 2
        /transactions?order_id=A                     | 3 2 1
        /transactions?order_id=A&state=2             | 3 1
        /transactions?order_id=x%2Fy                 | 4
        /transactions?order_id=nobody                |
        /transactions?order_id=                      |
        /transactions?gateway=payme                  | 5 4 3 2 1
        /transactions?gateway=click                  |
        /transactions?gateway=payme&state=2&limit=1  | 3
        /transactions?cursor=3                       | 2 1
        /transactions?cursor=1                       |
        """

    @Test("may be filtered", arguments: Transport.allCases)
    func filters(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            for id in ["A", "x/y", "B"] { _ = try await desk.post(#"{"id":"\#(id)","kind":"cumulative"}"#) }
            for (number, order) in [(1, "A"), (2, "A"), (3, "A"), (4, "x/y"), (5, "B")] {
                try await desk.announce(number, order)
            }
            for number in [1, 2, 3] { try await desk.perform(number) }
            for number in [2, 5] { try await desk.cancel(number) }
            for row in rows(Self.filters) {
                let items = try await desk.get(row[0])["items"]?.arrayValue ?? []
                let numbers = items.compactMap { $0["external_id"]?.stringValue.flatMap { Int($0, radix: 16) } }
                #expect(numbers.map(String.init).joined(separator: " ") == row[1], "\(row[0])")
            }
        }
    }

    @Test("of nothing is empty, and there is no next page", arguments: ["/orders", "/transactions"])
    func empty(path: String) async throws {
        try await Desk.with(.router) { desk async throws in
            #expect(try await desk.get(path).text == #"{"items":[],"next_cursor":null}"#)
        }
    }

    /// What is asked for, and the field at fault.
    private static let refusals = """
        /orders?limit=0            | limit
        /orders?limit=201          | limit
        /orders?limit=-1           | limit
        /orders?limit=ten          | limit
        /orders?limit=             | limit
        /transactions?limit=201    | limit
        /orders?limit=+5           | limit
        /orders?limit=%2B5         | limit
        /orders?limit=05           | limit
        /orders?cursor=+5-41       | cursor
        /orders?cursor=05-41       | cursor
        /orders?cursor=-5-41       | cursor
        /orders?cursor=5-4         | cursor
        /orders?cursor=5-4G        | cursor
        /orders?cursor=5-4A        | cursor
        /orders?cursor=5-4100      | cursor
        /orders?cursor=5-          | cursor
        /orders?cursor=5           | cursor
        /orders?cursor=9999999999999999-41 | cursor
        /transactions?cursor=0     | cursor
        /transactions?cursor=-1    | cursor
        /transactions?cursor=1000000000000000000 | cursor
        /orders?kind=              | kind
        /orders?kind=once          | kind
        /orders?created_from=-1    | created_from
        /orders?created_from=05    | created_from
        /orders?created_to=today   | created_to
        /orders?created_to=1e3     | created_to
        /orders?created_to=1000000000000000 | created_to
        /orders?form=5             | form
        /orders?limit=5&limit=5    | limit
        /orders?=5                 | query
        /orders?limit              | limit
        /orders/A?langue=uz        | langue
        /orders/A?limit=1          | limit
        /transactions?kind=one_time | kind
        /transactions?order_id=%00 | order_id
        /transactions/1?lang=uz    | lang
        /transactions?cursor=+3    | cursor
        /transactions?cursor=%2B3  | cursor
        /transactions?cursor=03    | cursor
        /transactions?state=+1     | state
        /transactions?state=%2B1   | state
        /transactions?state=-01    | state
        /orders?cursor=            | cursor
        /orders?cursor=%21         | cursor
        /orders?cursor=abc         | cursor
        /orders?cursor=bm86Y29sb24 | cursor
        /keys?cursor=x             | cursor
        /keys?scope=orders:read    | scope
        /orders?cursor=%D1%8B      | cursor
        /transactions?cursor=      | cursor
        /transactions?cursor=x     | cursor
        /transactions?state=3      | state
        /transactions?state=       | state
        /transactions?state=paid   | state
        """

    @Test("is not given for a query that makes no sense", arguments: Transport.allCases)
    func refused(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            for row in rows(Self.refusals) {
                #expect(try await desk.get(row[0]).short == "400 invalid-request(\(row[1]))", "\(row[0])")
            }
        }
    }

    @Test("has fifty on a page, unless told")
    func usual() async throws {
        try await Desk.with(.router) { desk in
            for number in 1...51 { try await desk.add("\(number)") }
            let page = try await desk.get("/orders")
            #expect(page["items"]?.arrayValue?.count == 50)
            #expect(page["next_cursor"]?.stringValue != nil)
        }
    }
}
