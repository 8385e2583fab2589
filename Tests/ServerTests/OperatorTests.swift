import HTTPTypes
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

@Suite("The operator")
struct OperatorTests {
    @Test("hears that the process answers", arguments: Transport.allCases)
    func health(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            let reply = try await desk.send(.get, "/health", authorization: nil)
            #expect(reply.status == 200)
            #expect(reply.text == #"{"status":"ok"}"#)
            #expect(reply.headers[.contentType] == "application/json")
        }
    }

    @Test("hears that writes go through, and that they do not any more", arguments: Transport.allCases)
    func ready(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            let ready = try await desk.send(.get, "/ready", authorization: nil)
            #expect(ready.status == 200)
            #expect(ready.text == #"{"status":"ready"}"#)
            await desk.server.store.engine.close()
            // A second is not over: nobody can make us write more often.
            #expect(try await desk.get("/ready").status == 200)
            desk.clock.advance(milliseconds: 1_000)
            let closed = try await desk.get("/ready")
            #expect(closed.status == 503)
            #expect(closed.text == #"{"status":"not ready"}"#)
            #expect(try await desk.get("/health").status == 200)
        }
    }

    @Test("counts calls by method and answer", arguments: Transport.allCases)
    func metrics(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            try await desk.add("A")
            try await desk.announce(1, "A")
            for _ in 0..<3 { try await desk.payme("CheckTransaction", ["id": "nobody"]) }
            try await desk.payme("Nobody", [:])
            let reply = try await desk.send(.get, "/metrics", authorization: nil)
            #expect(reply.status == 200)
            #expect(reply.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = reply.text.split(separator: "\n").map(String.init)
            #expect(lines.first == "# TYPE tiyin_call_duration_seconds histogram")
            for (method, code, count) in [
                ("CreateTransaction", "0", 1), ("CheckTransaction", "-31003", 3), ("none", "-32601", 1),
            ] {
                let labels = #"gateway="payme",method="\#(method)",code="\#(code)""#
                #expect(lines.contains("tiyin_call_duration_seconds_count{\(labels)} \(count)"))
                #expect(lines.contains(#"tiyin_call_duration_seconds_bucket{\#(labels),le="+Inf"} \#(count)"#))
            }
            #expect(!reply.text.contains("tiyin_outbox_waiting"))
        }
    }

    private static let local = "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"

    /// The list, whom we trust to say who calls, who they say calls, and whether the caller is an operator.
    private static let callers = """
        LOCAL     |           |              | yes
        any       |           |              | yes
        ::1       |           |              | no
        10.0.0.7  |           |              | no
        10.0.0.7  |           | 10.0.0.7     | no
        10.0.0.7  | 127.0.0.1 | 10.0.0.7     | yes
        LOCAL     | 127.0.0.1 | 192.168.4.4  | yes
        LOCAL     | 127.0.0.1 | 172.31.0.1   | yes
        LOCAL     | 127.0.0.1 | fd00::1      | yes
        LOCAL     | 127.0.0.1 | 172.32.0.1   | no
        LOCAL     | 127.0.0.1 | 203.0.113.9  | no
        LOCAL     | 127.0.0.1 | 2001:db8::1  | no
        LOCAL     | 127.0.0.1 | nobody       | no
        """

    @Test("has an address of the list; to others there is nothing but /health, whatever the method")
    func addresses() async throws {
        for row in rows(Self.callers) {
            var environment = ["HTTP_OPERATOR_ADDRESSES": row[0].replacing("LOCAL", with: Self.local)]
            if !row[1].isEmpty { environment["HTTP_TRUSTED_PROXIES"] = row[1] }
            try await Desk.with(.live, environment) { desk in
                var headers = HTTPFields()
                if !row[2].isEmpty { headers[HTTPField.Name("X-Forwarded-For")!] = row[2] }
                func reply(_ method: HTTPRequest.Method, _ path: String) async throws -> Reply {
                    try await desk.send(method, path, headers: headers, authorization: nil)
                }
                #expect(try await reply(.get, "/health").status == 200, "\(row)")
                let nothing = try await reply(.get, "/nobody")
                #expect(nothing.short == "404 not-found")
                for path in ["/ready", "/metrics"] {
                    let found = try await reply(.get, path)
                    let posted = try await reply(.post, path)
                    if row[3] == "yes" {
                        #expect(found.status == 200, "\(row)")
                        #expect(posted.status == 405, "\(row)")
                    } else {
                        #expect(found.status == 404 && found.text == nothing.text, "\(row)")
                        #expect(posted.status == 404 && posted.text == nothing.text, "\(row)")
                        #expect(found.headers[.contentType] == nothing.headers[.contentType], "\(row)")
                        #expect(try await reply(.head, path).status == 404, "\(row)")
                    }
                }
            }
        }
    }

    @Test("is on this machine or on its private networks, unless told otherwise")
    func usual() throws {
        let list = try SettingsFolder().settings().operatorAddresses
        for (address, isOperator) in [
            ("127.0.0.1", true), ("::1", true), ("10.1.2.3", true), ("172.16.0.1", true), ("192.168.0.1", true),
            ("fd12::1", true), ("185.234.113.1", false), ("2001:db8::1", false), ("172.32.0.1", false),
        ] {
            #expect(list?.contains(address) == isOperator, "\(address)")
        }
    }

    @Test("sees how many events wait for the shop's hooks")
    func outbox() async throws {
        final class Hooks: PaymentHooks, @unchecked Sendable {
            override func afterCreated(_ event: PaymentEvent) async throws { throw CancellationError() }
        }
        try await Desk.with(.router, hooks: Hooks()) { desk in
            try await desk.add("A")
            try await desk.announce(1, "A")
            let text = try await desk.get("/metrics").text
            #expect(text.contains("# TYPE tiyin_outbox_waiting gauge\ntiyin_outbox_waiting{target=\"hooks\"} 1\n"))
            // Counted at most once a second: the table may be long.
            _ = try await desk.server.store.engine.write { try $0.execute("DELETE FROM outbox", []) }
            #expect(try await desk.get("/metrics").text.contains("tiyin_outbox_waiting{target=\"hooks\"} 1\n"))
            desk.clock.advance(milliseconds: 1_000)
            #expect(try await desk.get("/metrics").text.contains("tiyin_outbox_waiting{target=\"hooks\"} 0\n"))
        }
    }
}
