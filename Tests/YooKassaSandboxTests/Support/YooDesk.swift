import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing

@testable import Sandbox

/// The simulated YooKassa on a port of its own, and a merchant that calls it.
struct YooDesk: Sendable {
    static let shopID = "100500"
    static let secret = "test_s3cret"
    static let returnURL = "https://shop.example/back"

    static var shop: YooKassaShop { YooKassaShop(id: shopID, secretKey: secret) }

    /// One that owes receipts.
    static var fiscalShop: YooKassaShop {
        var shop = shop
        shop.needsReceipts = true
        return shop
    }

    /// One that may not charge without the payer.
    static var oneOffShop: YooKassaShop {
        var shop = shop
        shop.mayCharge = false
        return shop
    }

    struct Answer: Sendable {
        let status: Int
        let json: JSONValue
        let headers: HTTPHeaders
        let text: String

        var id: String { json["id"]?.stringValue ?? "none" }
        var state: String? { json["status"]?.stringValue }
        var code: String? { json["code"]?.stringValue }
        var parameter: String? { json["parameter"]?.stringValue }
        /// `400 invalid_request amount.value`
        var refusal: String {
            ([String(status)] + [code, parameter].compactMap { $0 }).joined(separator: " ")
        }
    }

    static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let clock: StandingClock
    let yookassa: YooKassaSandbox
    let url: String
    var credentials = "\(shopID):\(secret)"

    static func with<T: Sendable>(
        _ shop: YooKassaShop = shop, isDelivering: Bool = false, others: [YooKassaShop] = [],
        _ body: (YooDesk) async throws -> T
    ) async throws -> T {
        let clock = StandingClock()
        let yookassa = YooKassaSandbox([shop] + others) { clock.now }
        return try await yookassa.serving(isDelivering: isDelivering) { url in
            try await body(YooDesk(clock: clock, yookassa: yookassa, url: url))
        }
    }

    /// A merchant whose endpoint answers so, one after the other, the last for good.
    static func withEndpoint<T: Sendable>(
        _ statuses: [Int] = [200], isDelivering: Bool = false,
        _ body: (YooDesk, NoticeEndpoint) async throws -> T
    ) async throws -> T {
        try await NoticeEndpoint.with(statuses) { endpoint in
            let shop = YooKassaShop(id: shopID, secretKey: secret, notificationURL: endpoint.url + "/hook")
            return try await with(shop, isDelivering: isDelivering) { desk in
                try await body(desk, endpoint)
            }
        }
    }

    func get(_ path: String) async throws -> Answer { try await send(.GET, "v3/" + path, nil, []) }

    func post(_ path: String, _ body: JSONValue, key: String? = nil) async throws -> Answer {
        try await send(
            .POST, "v3/" + path, body.serialized(),
            [("content-type", "application/json"), ("idempotence-key", key ?? PixChance.text(32))])
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, _ headers: [(String, String)], isPage: Bool = false
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(url)/\(path)")
        request.method = method
        if !isPage {
            request.headers.add(name: "authorization", value: "Basic " + Base64.encode(credentials))
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await Self.http.execute(request, timeout: .seconds(20))
        let bytes = Array(try await response.body.collect(upTo: 1 << 22).readableBytesView)
        return Answer(
            status: Int(response.status.code), json: (try? JSONValue(parsing: bytes)) ?? .null,
            headers: response.headers, text: String(decoding: bytes, as: UTF8.self))
    }

    /// The body of a payment of 100.00 that is taken at once. A null takes a member away.
    static func payment(_ changes: JSONObject = [:]) -> JSONValue {
        let body: JSONObject = [
            "amount": ["value": "100.00", "currency": "RUB"], "capture": true,
            "confirmation": ["type": "redirect", "return_url": .string(returnURL)],
        ]
        return .object(body.changed(changes))
    }

    func create(_ changes: JSONObject = [:], key: String? = nil) async throws -> Answer {
        try await post("payments", Self.payment(changes), key: key)
    }

    /// Of a payment of 100.00 that succeeded.
    func paid(_ changes: JSONObject = [:]) async throws -> String {
        let id = try await create(changes).id
        try yookassa.pay(id)
        return id
    }

    /// Of a payment of 100.00 that is held.
    func held(_ changes: JSONObject = [:]) async throws -> String {
        var changes = changes
        changes["capture"] = false
        return try await paid(changes)
    }

    /// Of a card that may be charged.
    func savedMethod() async throws -> String { try await paid(["save_payment_method": true]) }

    static func charge(_ method: String, tx: String = "tx-1") -> JSONValue {
        payment(["confirmation": .null, "payment_method_id": .string(method), "metadata": ["tx": .string(tx)]])
    }

    static func rub(_ value: String) -> JSONValue { ["value": .string(value), "currency": "RUB"] }
}

extension JSONObject {
    /// With other members; a null takes one away.
    func changed(_ changes: JSONObject) -> JSONObject {
        var object = self
        for (name, value) in changes { object[name] = value.isNull ? Optional<JSONValue>.none : .some(value) }
        return object
    }
}
