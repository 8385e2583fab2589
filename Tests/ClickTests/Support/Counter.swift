import Click
import Crypto
import Foundation
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
    static let secret = "k3y-Example"
    static let service: Int64 = 54_321

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

/// A form, field by field; its signature is made when it is sent.
struct SentCall: Sendable {
    var fields: [(name: String, value: String)]
    var secret = Counter.secret
    var contentType: String? = "application/x-www-form-urlencoded"
    /// Instead of the right one; nil: the right one.
    var signature: String?
    /// Instead of the fields.
    var raw: [UInt8]?

    static func prepare(_ order: String, _ id: Int64) -> SentCall {
        SentCall(fields: [
            ("click_trans_id", "\(id)"), ("service_id", "\(Counter.service)"), ("click_paydoc_id", "\(id + 7_000)"),
            ("merchant_trans_id", order), ("amount", "5000.00"), ("action", "0"), ("error", "0"),
            ("error_note", "Success"), ("sign_time", "2026-11-20 10:20:30"),
        ])
    }

    static func complete(_ order: String, _ id: Int64, _ prepareID: Int64?, error: Int64 = 0) -> SentCall {
        var call = prepare(order, id)
        call["action"] = "1"
        call["error"] = "\(error)"
        call["merchant_prepare_id"] = prepareID.map(String.init)
        return call
    }

    subscript(name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    var digest: String {
        var names = ["click_trans_id", "service_id", "", "merchant_trans_id", "amount", "action", "sign_time"]
        if self["action"] == "1" { names.insert("merchant_prepare_id", at: 4) }
        let text = names.map { $0.isEmpty ? secret : self[$0] ?? "" }.joined()
        return Insecure.MD5.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    var body: [UInt8] {
        if let raw { return raw }
        let all = fields + [("sign_string", signature ?? digest)]
        let allowed = CharacterSet.alphanumerics
        return Array(
            all.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
                .joined(separator: "&").utf8)
    }
}
