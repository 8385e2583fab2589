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
        }
    }
}
