import HTTPTypes
import StrictJSON
import TestSupport
import Testing

@Suite("What the document promises of every request")
struct RequestCheckTests {
    /// Method and path, the content type, and the answer.
    private static let types = """
        POST /orders               | application/json                         | 400 invalid-json
        POST /orders               | application/json; charset=utf-8          | 400 invalid-json
        POST /orders               | Application/JSON                         | 400 invalid-json
        POST /orders               |                                          | 400 invalid-json
        POST /orders               | application/x-www-form-urlencoded        | 415 unsupported-media-type
        POST /orders               | application/merge-patch+json             | 415 unsupported-media-type
        POST /orders               | text/plain                               | 415 unsupported-media-type
        POST /orders               | application/jsonp                        | 415 unsupported-media-type
        POST /orders               | ;                                        | 415 unsupported-media-type
        PATCH /orders/A            | application/merge-patch+json             | 400 invalid-json
        PATCH /orders/A            | application/json                         | 400 invalid-json
        PATCH /orders/A            | application/json-patch+json              | 415 unsupported-media-type
        POST /orders/A/cancel      | text/plain                               | 415 unsupported-media-type
        POST /transactions/1/cancel | multipart/form-data                     | 415 unsupported-media-type
        POST /transactions/1/refund | application/xml                         | 415 unsupported-media-type
        POST /keys                 | text/json                                | 415 unsupported-media-type
        """

    @Test("a body is JSON, and says so or says nothing", arguments: Transport.allCases)
    func types(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            for row in rows(Self.types) {
                let words = row[0].split(separator: " ").map(String.init)
                var headers = HTTPFields()
                if !row[1].isEmpty { headers[.contentType] = row[1] }
                let reply = try await desk.send(
                    try #require(HTTPRequest.Method(rawValue: words[0])), words[1], "junk", headers: headers)
                #expect(reply.short == row[2], "\(row[0]) \(row[1])")
            }
        }
    }

    @Test("a body is no longer than the limit", arguments: Transport.allCases)
    func length(transport: Transport) async throws {
        try await Desk.with(transport, ["HTTP_BODY_BYTES_MAX": "2048"]) { desk async throws in
            let long = String(repeating: " ", count: 2_049)
            for (method, path) in [
                (.post, "/orders"), (.patch, "/orders/A"), (.post, "/orders/A/cancel"), (.post, "/keys"),
                (.post, "/transactions/1/cancel"), (.post, "/transactions/1/refund"),
            ] as [(HTTPRequest.Method, String)] {
                #expect(try await desk.send(method, path, long).short == "413 too-large", "\(path)")
            }
        }
    }

    @Test("a query parameter that is not known is refused by name, on every path")
    func query() async throws {
        try await Desk.with(.router) { desk async throws in
            try await desk.add("A")
            for (method, path) in [
                (.post, "/orders"), (.patch, "/orders/A"), (.get, "/orders/A"), (.post, "/orders/A/cancel"),
                (.get, "/transactions/1"), (.post, "/transactions/1/refund"), (.delete, "/keys/1"), (.get, "/keys"),
                (.get, "/openapi.yaml"),
            ] as [(HTTPRequest.Method, String)] {
                let reply = try await desk.send(method, path + "?dry_run=1", method == .get ? nil : "{}")
                #expect(reply.short == "400 invalid-request(dry_run)", "\(path)")
            }
            #expect(try await desk.get("/orders/A?amount=1&amount=1").short == "400 invalid-request(amount)")
        }
    }

    @Test("orders may be filtered by kind and by age, to the millisecond")
    func filters() async throws {
        try await Desk.with(.router) { desk async throws in
            let start = desk.clock.now
            for number in 0..<3 {
                try await desk.add("A\(number)")
                _ = try await desk.post(#"{"id":"P\#(number)","kind":"cumulative"}"#)
                desk.clock.advance(milliseconds: 10)
            }
            for (query, ids) in [
                ("", "P2 A2 P1 A1 P0 A0"), ("kind=cumulative", "P2 P1 P0"), ("kind=one_time", "A2 A1 A0"),
                ("created_from=\(start + 10)", "P2 A2 P1 A1"), ("created_to=\(start + 10)", "P0 A0"),
                ("created_from=\(start + 10)&created_to=\(start + 20)", "P1 A1"),
                ("created_from=\(start + 11)&created_to=\(start + 20)", ""),
                ("created_from=\(start + 10)&kind=one_time&limit=1", "A2"), ("created_to=0", ""),
            ] {
                var seen: [String] = []
                let page = try await desk.get("/orders?\(query)")
                seen += page["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
                #expect(seen.joined(separator: " ") == ids, "\(query)")
                guard let cursor = page["next_cursor"]?.stringValue else { continue }
                let next = try await desk.get("/orders?\(query)&cursor=\(cursor)")
                #expect(next["items"]?.arrayValue?.first?["id"] == "A1", "\(query)")
            }
        }
    }
}
