import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

/// How a request reaches the routes. Every test of the API runs both ways.
enum Transport: String, CaseIterable, Sendable {
    /// Straight to the router, in memory.
    case router
    /// Over a port.
    case live

    var setup: TestingSetup {
        switch self {
        case .router: .router
        case .live: .live
        }
    }
}

/// A server under Hummingbird's test client, and a shop that calls its API.
struct Desk: Sendable {
    static let merchantKey = "merchant-key-of-the-tests"
    static let paymeKey = "payme-key-of-the-tests"

    let client: any TestClientProtocol
    let server: TiyinServer
    let clock: ManualClock
    /// Before every path, where the routes were mounted below another path.
    var prefix = ""

    /// Opens it, runs the closure, closes it.
    static func with(
        _ transport: Transport, _ environment: [String: String] = [:], hooks: PaymentHooks = PaymentHooks(),
        _ body: @Sendable (Desk) async throws -> Void
    ) async throws {
        let (server, clock) = try await make(environment, hooks: hooks)
        do {
            try await server.application().test(transport.setup) { client in
                try await body(Desk(client: client, server: server, clock: clock))
            }
        } catch {
            await server.store.engine.close()
            throw error
        }
        await server.store.engine.close()
    }

    /// - Parameter without: variables that are not set.
    static func make(
        _ environment: [String: String] = [:], without: [String] = [], hooks: PaymentHooks = PaymentHooks()
    ) async throws -> (TiyinServer, ManualClock) {
        let folder = TemporaryFolder()
        let clock = ManualClock()
        let base = [
            "API_PORT": "0", "DATABASE_URL": "sqlite:\(folder.file("desk.db"))", "PAYME_KEY": paymeKey,
            "PAYME_MERCHANT_ID": "587f72c72cac0d162c722ae2", "MERCHANT_API_KEY": merchantKey,
            // In memory nobody has an address.
            "HTTP_OPERATOR_ADDRESSES": "any",
        ]
        let variables = base.merging(environment) { $1 }
        let settings = try ServerSettings(
            SettingSource(environment: variables.filter { !without.contains($0.key) }, folder: folder.path))
        // The closure holds the folder for as long as somebody asks for the time.
        let source = TimeSource { withExtendedLifetime(folder) { clock.now } }
        return (try await TiyinServer(settings: settings, hooks: hooks, clock: source, logger: .silent), clock)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: HTTPFields = [:],
        authorization: String? = "Bearer \(merchantKey)"
    ) async throws -> Reply {
        var fields = headers
        if let authorization { fields[.authorization] = authorization }
        let response = try await client.execute(
            uri: prefix + path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
        return Reply(
            status: Int(response.status.code), headers: response.headers, text: String(buffer: response.body))
    }

    func get(_ path: String) async throws -> Reply { try await send(.get, path) }

    func post(_ body: String, idempotencyKey: String? = nil) async throws -> Reply {
        var headers = HTTPFields()
        if let idempotencyKey { headers[HTTPField.Name("Idempotency-Key")!] = idempotencyKey }
        return try await send(.post, "/orders", body, headers: headers)
    }

    /// A one-time order.
    func add(_ id: String, _ value: String = "5000.00") async throws {
        let reply = try await post(#"{"id":"\#(id)","amount":{"value":"\#(value)","currency":"UZS"}}"#)
        try #require(reply.status == 201, "\(reply.text)")
    }

    /// A call of Payme's.
    @discardableResult
    func payme(_ method: String, _ params: JSONValue) async throws -> JSONValue {
        let request: JSONValue = ["method": .string(method), "params": params, "id": 1]
        let credentials = Data("Paycom:\(Self.paymeKey)".utf8).base64EncodedString()
        let reply = try await send(
            .post, "/payments/payme/webhook", request.text, authorization: "Basic \(credentials)")
        return try JSONValue(parsing: reply.text)
    }

    /// Payme announces a payment of an order, as its transaction of that number.
    func announce(_ number: Int, _ order: String, _ amount: Int64 = 500_000) async throws {
        let answer = try await payme(
            "CreateTransaction",
            [
                "id": .string(PaymeClient.id(number)), "time": .integer(clock.now), "amount": .integer(amount),
                "account": ["order_id": .string(order)],
            ])
        try #require(answer["result"] != nil, "\(answer.text)")
    }

    func perform(_ number: Int) async throws {
        try await payme("PerformTransaction", ["id": .string(PaymeClient.id(number))])
    }

    func cancel(_ number: Int, reason: Int64 = 5) async throws {
        try await payme("CancelTransaction", ["id": .string(PaymeClient.id(number)), "reason": .integer(reason)])
    }
}

/// What came back.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSONValue { (try? JSONValue(parsing: text, limits: .generous)) ?? .null }

    subscript(key: String) -> JSONValue? { json[key] }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// The status; of a problem document also its type, and the field at fault in brackets.
    var short: String {
        guard headers[.contentType] == "application/problem+json", let type = self["type"]?.stringValue else {
            return "\(status)"
        }
        let isWhole = self["status"] == .integer(Int64(status)) && self["title"] != nil && self["detail"] != nil
        return "\(status) \(isWhole ? "" : "broken ")\(type.replacing("urn:tiyin:problem:", with: ""))"
            + (self["field"]?.stringValue.map { "(\($0))" } ?? "")
    }
}
