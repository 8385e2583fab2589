import HTTPTypes
import HummingbirdTesting
import Server
import StrictJSON
import Testing

@Suite("The merchant API")
struct AccessTests {
    private static let paths = ["/orders", "/orders/A", "/transactions", "/transactions/1"]

    @Test("lets the holder of its key in, and nobody else", arguments: Transport.allCases)
    func key(transport: Transport) async throws {
        let key = Desk.merchantKey
        let wrong: [String?] = [
            nil, "", "Bearer", "Bearer ", "Bearer wrong", "Bearer \(key)x", "Bearer \(key.dropLast())", key,
            "Basic \(key)", "Token \(key)", "Bearer\(key)", "Bearer \(key) x", "Bearer \(key.uppercased())",
            "Bearer \(Desk.paymeKey)", "Bearer \(String(repeating: "k", count: 4_000))",
        ]
        try await Desk.with(transport) { desk in
            try await desk.add("A")
            try await desk.announce(1, "A")
            for path in Self.paths {
                for authorization in wrong {
                    let reply = try await desk.send(.get, path, authorization: authorization)
                    #expect(reply.short == "401 unauthorized", "\(path) \(authorization ?? "none")")
                    #expect(reply.headers[.wwwAuthenticate] == "Bearer")
                }
                for authorization in ["Bearer \(key)", "bearer \(key)", "BEARER \(key)"] {
                    #expect(try await desk.send(.get, path, authorization: authorization).status == 200)
                }
            }
            let body = #"{"amount":{"value":"1.00","currency":"UZS"}}"#
            #expect(try await desk.send(.post, "/orders", body, authorization: nil).short == "401 unauthorized")
            #expect(try await desk.get("/orders")["items"]?.arrayValue?.count == 1)
        }
    }

    @Test("lets nobody in who sends two credentials, whichever is right", arguments: Transport.allCases)
    func twoKeys(transport: Transport) async throws {
        let (right, wrong) = ("Bearer \(Desk.merchantKey)", "Bearer wrong")
        try await Desk.with(transport) { desk in
            for pair in [[right, wrong], [wrong, right], [right, right], [right, ""]] {
                var headers = HTTPFields()
                headers[values: .authorization] = pair
                let reply = try await desk.send(.get, "/orders", headers: headers, authorization: nil)
                #expect(reply.short == "401 unauthorized", "\(pair)")
            }
        }
    }

    @Test("is not there without a key", arguments: Transport.allCases)
    func off(transport: Transport) async throws {
        let (server, clock) = try await Desk.make(without: ["MERCHANT_API_KEY"])
        try await server.application().test(transport.setup) { client async throws in
            let desk = Desk(client: client, server: server, clock: clock)
            for path in Self.paths { #expect(try await desk.get(path).short == "404 not-found") }
            #expect(try await desk.get("/health").status == 200)
        }
    }

    /// The method and the path, and the answer.
    private static let table = """
        GET    /nobody                  | 404 not-found
        GET    /                        | 404 not-found
        GET    /orders/A/x              | 404 not-found
        POST   /order                   | 404 not-found
        GET    /ORDERS                  | 404 not-found
        DELETE /orders                  | 405 method-not-allowed GET, HEAD, POST
        PUT    /orders                  | 405 method-not-allowed GET, HEAD, POST
        POST   /orders/A                | 405 method-not-allowed GET, HEAD, PATCH
        DELETE /orders/A                | 405 method-not-allowed GET, HEAD, PATCH
        GET    /orders/A/cancel         | 405 method-not-allowed POST
        GET    /transactions/1/refund   | 405 method-not-allowed POST
        PUT    /transactions/1/cancel   | 405 method-not-allowed POST
        PATCH  /keys                    | 405 method-not-allowed GET, HEAD, POST
        GET    /keys/A                  | 405 method-not-allowed DELETE
        POST   /openapi.yaml            | 405 method-not-allowed GET, HEAD
        POST   /transactions            | 405 method-not-allowed GET, HEAD
        POST   /transactions/1          | 405 method-not-allowed GET, HEAD
        POST   /health                  | 405 method-not-allowed GET, HEAD
        POST   /ready                   | 405 method-not-allowed GET, HEAD
        DELETE /metrics                 | 405 method-not-allowed GET, HEAD
        """

    @Test("answers HEAD as GET, without a body", arguments: Transport.allCases)
    func head(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            try await desk.add("A")
            for path in ["/health", "/ready", "/metrics", "/orders", "/orders/A"] {
                let reply = try await desk.send(.head, path)
                #expect(reply.status == 200)
                #expect(reply.text == "")
            }
            #expect(try await desk.send(.head, "/orders/A", authorization: nil).status == 401)
        }
    }

    @Test("says so where there is nothing, and where the method is wrong", arguments: Transport.allCases)
    func nothingThere(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            for row in rows(Self.table) {
                let words = row[0].split(separator: " ").map(String.init)
                let method = try #require(HTTPRequest.Method(rawValue: words[0]))
                let reply = try await desk.send(method, words[1], method == .get ? nil : "{}")
                let said = reply.short + (reply.header("Allow").map { " \($0)" } ?? "")
                #expect(said == row[1], "\(row[0])")
            }
        }
    }
}
