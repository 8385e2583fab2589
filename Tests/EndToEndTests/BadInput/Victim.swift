import JSONRPC
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

/// A server with something to lose: nothing that a test of bad input sends may change it.
struct Victim: Sendable {
    let running: RunningServer
    let before: Ledger
    private let checker = RPCAnswerChecker(document: PaymeDocument.document)

    /// In state 1, on the order `held`.
    static let created = PaymeClient.id(1)
    /// In state 2, on the order `paid`.
    static let performed = PaymeClient.id(2)
    /// An order that nobody has paid yet.
    static let free = "free"

    var payme: PaymeClient { running.client }
    var port: Int { running.port }
    var store: Store { running.server.store }
    var key: String { running.paymeKey }

    /// Starts it, runs the closure, and looks whether anything has changed and whether it still serves.
    static func with(
        _ environment: [String: String] = [:], _ body: (Victim) async throws -> Void
    ) async throws {
        try await RunningServer.with(environment) { running in
            for order in ["held", "paid", free] { try await running.addOrder(order) }
            let now = running.clock.now
            _ = try await running.client.create(created, "held", time: now)
            _ = try await running.client.create(performed, "paid", time: now)
            _ = try await running.client.perform(performed)
            let victim = Victim(running: running, before: try await Ledger.read(running.server.store))
            try await body(victim)
            try await victim.expectUnharmed()
        }
    }

    private init(running: RunningServer, before: Ledger) {
        self.running = running
        self.before = before
    }

    /// Nothing was stored, and ordinary calls are answered.
    func expectUnharmed(_ what: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let after = try await Ledger.read(running.server.store)
        #expect(after == before, what, sourceLocation: sourceLocation)
        let allowed = try await payme.check(Self.free)
        #expect(allowed.result?["allow"] == true, what, sourceLocation: sourceLocation)
        #expect(try await payme.show(Self.created).state == 1, what, sourceLocation: sourceLocation)
        #expect(try await payme.show(Self.performed).state == 2, what, sourceLocation: sourceLocation)
        #expect(try await running.shop.get("/ready").status == 200, what, sourceLocation: sourceLocation)
    }

    /// Sends a body and expects this error, in the form that the document gives it.
    func expect(
        _ body: some Sequence<UInt8>, _ error: ProtocolError, id: JSONValue = .null, method: String? = nil,
        data: String? = nil, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await payme.send(Array(body))
        expect(answer, error, id: id, method: method, data: data, what, sourceLocation: sourceLocation)
    }

    func expect(
        _ answer: PaymeClient.Answer, _ error: ProtocolError, id: JSONValue = .null, method: String? = nil,
        data: String? = nil, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.isError(error), "\(what): \(answer.text)", sourceLocation: sourceLocation)
        #expect(answer.value["id"] == id, "\(what)", sourceLocation: sourceLocation)
        if let data { #expect(answer.data == data, "\(what)", sourceLocation: sourceLocation) }
        let problems = checker.problems(inAnswer: answer.value, toMethod: method)
        #expect(problems == [], "\(what)", sourceLocation: sourceLocation)
    }

    /// A valid CreateTransaction of a free order, with other params or members where given.
    static func create(
        _ changes: JSONObject = [:], params: JSONObject = [:], time: Int64 = 1_795_219_200_000
    ) -> JSONValue {
        var inner: JSONObject = [
            "id": .string(PaymeClient.id(99)), "time": .integer(time), "amount": 500_000,
            "account": ["order_id": .string(free)],
        ]
        for (name, value) in params { inner[name] = value }
        var outer: JSONObject = ["method": "CreateTransaction", "params": .object(inner), "id": 7]
        for (name, value) in changes { outer[name] = value }
        return .object(outer)
    }
}
