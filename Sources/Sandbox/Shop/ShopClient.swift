import Foundation
import NIOHTTP1
import Specification
import StrictJSON

/// The shop: it registers orders through the merchant API, and looks at them.
struct ShopClient: Sendable {
    let configuration: SandboxConfiguration
    let timeline: Timeline
    private let client = WireClient()
    /// Whether an order is the conformance suite's.
    private let isHidden: @Sendable (String) -> Bool

    init(
        configuration: SandboxConfiguration, timeline: Timeline, isHidden: @escaping @Sendable (String) -> Bool
    ) {
        self.configuration = configuration
        self.timeline = timeline
        self.isHidden = isHidden
    }

    private var authorization: String { "Bearer \(configuration.merchantKey)" }

    /// The newest orders, without those that the conformance suite made.
    /// - Returns: nil if the server does not answer.
    func orders(_ count: Int = 40) async -> [ShopOrder]? {
        var found: [ShopOrder] = []
        var cursor: String?
        // A run of the suite makes a hundred orders and more; look past many of those.
        for _ in 0..<60 {
            let query = "?limit=100" + (cursor.map { "&cursor=\(PercentEncoding.encode($0))" } ?? "")
            guard let value = await get("/orders" + query), let items = value["items"]?.arrayValue else {
                return cursor == nil ? nil : found
            }
            found += items.compactMap(ShopOrder.init).filter { !isHidden($0.id) }
            cursor = value["next_cursor"]?.stringValue
            if found.count >= count || cursor == nil { break }
        }
        return Array(found.prefix(count))
    }

    /// One order, with its pay link.
    /// - Parameters:
    ///   - amount: for an account that takes any.
    ///   - returnURL: where the payer goes afterwards.
    func order(
        _ id: String, language: Language, amount: Amount? = nil, returnURL: String? = nil
    ) async -> ShopOrder? {
        var query = "?lang=\(language.rawValue)"
        if let amount { query += "&amount=\(amount.decimal)" }
        if let returnURL { query += "&return_url=\(PercentEncoding.encode(returnURL))" }
        return await get("/orders/\(PercentEncoding.encode(id))\(query)").flatMap(ShopOrder.init)
    }

    /// What came of a registration.
    enum Registration: Sendable {
        case made(String)
        /// The API's own words.
        case refused(String)
    }

    /// Registers an order; the exchange goes into the timeline.
    func register(id: String, description: String, amount: Amount?) async -> Registration {
        var body: JSONObject = [:]
        if !id.isEmpty { body["id"] = .string(id) }
        if let amount {
            body["amount"] = ["value": .string(amount.decimal), "currency": .string(amount.currency)]
        } else {
            body["kind"] = "cumulative"
        }
        if !description.isEmpty { body["description"] = .string(description) }
        let bytes = JSONValue.object(body).serialized()
        let answer = await client.send(
            .POST, configuration.url + "/orders", authorization: authorization, body: bytes)
        let value = try? JSONValue(parsing: answer.bytes)
        let made = [200, 201].contains(answer.status) ? value?["id"]?.stringValue : nil
        let detail = value?["detail"]?.stringValue ?? answer.failure ?? ""
        var entry = TimelineEntry(
            .shop, "POST /orders",
            made == nil
                ? Sentence("say_order_refused", ["detail": LocalizedText(same: detail)]) : Sentence("say_order_made"))
        entry.tone = made == nil ? .refused : .good
        entry.order = made ?? id
        entry.request = String(decoding: bytes, as: UTF8.self)
        entry.answer = answer.failure ?? String(answer.text.prefix(TimelineEntry.bodyBytesMaximum))
        entry.status = answer.status
        entry.microseconds = answer.microseconds
        timeline.add(entry)
        return made.map { .made($0) } ?? .refused(detail)
    }

    /// Asks the server to give a payment back; the exchange goes into the timeline.
    /// - Parameters:
    ///   - transaction: the server's number of it.
    ///   - amount: nil: all that is left.
    /// - Returns: whether the server has taken it up.
    func refund(_ transaction: Int64, order: String, amount: Amount? = nil) async -> Bool {
        let body: JSONObject =
            amount.map { ["amount": ["value": .string($0.decimal), "currency": .string($0.currency)]] } ?? [:]
        return await tell(
            "/transactions/\(transaction)/refund", .object(body), order: order,
            Words(
                good: amount?.currency == Amount.brl ? "say_part_asked" : "say_refund_asked",
                refused: "say_refund_refused")
        ) != nil
    }

    /// What the timeline says of a call.
    struct Words {
        let good: String
        /// For an answer that is not the last word; nil: as for a good one.
        var later: String?
        let refused: String
    }

    /// Calls the merchant API; the exchange goes into the timeline.
    /// - Parameter key: of idempotency; nil: none.
    /// - Returns: the answer; nil if it was no.
    func tell(
        _ path: String, _ body: JSONValue, order: String?, key: String? = nil, _ words: Words
    ) async -> JSONValue? {
        let bytes = body.serialized()
        let answer = await client.send(
            .POST, configuration.url + path, authorization: authorization,
            headers: key.map { [("idempotency-key", $0)] } ?? [], body: bytes)
        let value = try? JSONValue(parsing: answer.bytes)
        let isTaken = [200, 201, 202].contains(answer.status)
        let detail = value?["detail"]?.stringValue ?? answer.failure ?? ""
        let said = answer.status == 202 ? words.later ?? words.good : words.good
        var entry = TimelineEntry(
            .shop, "POST \(path)",
            isTaken ? Sentence(said) : Sentence(words.refused, ["detail": LocalizedText(same: detail)]))
        entry.tone = isTaken ? .good : .refused
        entry.order = order
        if let key { entry.head = "POST \(path)\nAuthorization: Bearer …\nIdempotency-Key: \(key)" }
        entry.request = String(decoding: bytes, as: UTF8.self)
        entry.answer = answer.failure ?? String(answer.text.prefix(TimelineEntry.bodyBytesMaximum))
        entry.status = answer.status
        entry.microseconds = answer.microseconds
        timeline.add(entry)
        return isTaken ? Optional.some(value ?? .null) : Optional.none
    }

    func get(_ path: String) async -> JSONValue? {
        let answer = await client.send(.GET, configuration.url + path, authorization: authorization)
        guard answer.status == 200 else { return nil }
        return try? JSONValue(parsing: answer.bytes, limits: JSONLimits(maximumBytes: 4 << 20))
    }
}
