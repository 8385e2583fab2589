import Click
import Logging
import Payments
import Specification
import Storage
import StrictJSON
import TestSupport

/// A shop with Click's gateway, and Click as a test plays it. It signs by itself, from click.md 1.3.
struct Counter {
    let shop: TestStore
    let gateway: ClickGateway
    let api: ScriptedAPI
    static let secret = SentCall.defaultSecret
    static let service = SentCall.defaultService

    init(
        hooks: PaymentHooks = PaymentHooks(), hasAPI: Bool = true,
        _ change: (inout ClickConfiguration) -> Void = { _ in }
    ) async throws {
        shop = try await TestStore(hooks: hooks, migrations: ClickGateway.migrations)
        var configuration = ClickConfiguration(serviceID: Self.service, secretKey: Self.secret)
        change(&configuration)
        api = ScriptedAPI()
        gateway = try ClickGateway(
            configuration, service: shop.service, store: shop.store, specifications: try Specifications.load(),
            api: hasAPI ? api : nil, logger: .silent)
        for id in ["A", "B", "C"] {
            try await shop.add(.oneTime(id: id, amount: Money(minor: 500_000, currency: .uzs)))
        }
        try await shop.add(.cumulative(id: "phone", currency: .uzs, minimum: 1_000, maximum: 9_000_000))
    }

    func send(_ call: SentCall) async throws -> Told {
        let answer = await gateway.answer(ClickCall(contentType: call.contentType), body: call.body)
        return Told(value: try JSONValue(parsing: answer.body), anomaly: answer.anomaly)
    }

    func prepare(_ order: String, _ id: Int64, _ change: (inout SentCall) -> Void = { _ in }) async throws -> Told {
        var call = SentCall.prepare(order, id)
        change(&call)
        return try await send(call)
    }

    func complete(
        _ order: String, _ id: Int64, _ prepareID: Int64?, error: Int64 = 0,
        _ change: (inout SentCall) -> Void = { _ in }
    ) async throws -> Told {
        var call = SentCall.complete(order, id, prepareID, error: error)
        change(&call)
        return try await send(call)
    }

    /// A payment from its beginning to its end.
    /// - Returns: our number of it.
    @discardableResult
    func pay(_ order: String, _ id: Int64) async throws -> Int64 {
        let prepareID = try await prepare(order, id).prepareID ?? 0
        _ = try await complete(order, id, prepareID)
        return prepareID
    }

    func transaction(_ id: Int64) async throws -> Transaction? {
        try await shop.service.find(
            TransactionKey(gateway: "click", cashbox: String(Self.service), externalID: String(id)))
    }

    func count(_ table: String) async throws -> Int64 { try await shop.number("SELECT count(*) FROM \(table)") }
}

/// What Click was told.
struct Told: Equatable {
    let value: JSONValue
    let anomaly: ClickAnomaly?

    var error: Int64? { value["error"]?.integerValue }
    var note: String? { value["error_note"]?.stringValue }
    var prepareID: Int64? { value["merchant_prepare_id"]?.integerValue }
    var confirmID: Int64? { value["merchant_confirm_id"]?.integerValue }
}
