public import Payments
public import Specification
import StrictJSON

/// YooKassa's API v3 over HTTP.
///
/// Source: yookassa.md 2
public final class YooKassaClient: YooKassaProvider {
    private let wire: YooKassaWire
    private let specification: YooKassaSpecification
    /// How many calls are made.
    public let pace: YooKassaPace

    /// - Parameter clock: for the limits on calls.
    public init(_ credentials: YooKassaCredentials, _ specification: YooKassaSpecification, clock: TimeSource) {
        pace = YooKassaPace(credentials.rates ?? specification.rates, clock: clock)
        self.specification = specification
        wire = YooKassaWire(credentials, pace)
    }

    /// Ends the connections. No call may follow.
    public func close() async { await wire.close() }

    public func createPayment(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment {
        try payment(try await send(.createPayment, posting: posting, urgency))
    }

    public func payment(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaPayment {
        try payment(try await send(.findPayment, id: id, urgency))
    }

    public func payments(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaPayment> {
        try await page(.listPayments, query, cursor, urgency) { YooKassaPayment($0, specification) }
    }

    public func capturePayment(
        _ id: String, _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment {
        try payment(try await send(.capturePayment, id: id, posting: posting, urgency))
    }

    public func cancelPayment(
        _ id: String, _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment {
        try payment(try await send(.cancelPayment, id: id, posting: posting, urgency))
    }

    public func createRefund(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaRefund {
        try refund(try await send(.createRefund, posting: posting, urgency))
    }

    public func refund(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaRefund {
        try refund(try await send(.findRefund, id: id, urgency))
    }

    public func refunds(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaRefund> {
        try await page(.listRefunds, query, cursor, urgency) { YooKassaRefund($0, specification) }
    }

    public func createMethod(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaMethod {
        try read(try await send(.createMethod, posting: posting, urgency)) { YooKassaMethod($0, specification) }
    }

    public func method(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaMethod {
        try read(try await send(.findMethod, id: id, urgency)) { YooKassaMethod($0, specification) }
    }

    public func createReceipt(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaReceipt {
        try read(try await send(.createReceipt, posting: posting, urgency)) { YooKassaReceipt($0, specification) }
    }

    public func receipt(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaReceipt {
        try read(try await send(.findReceipt, id: id, urgency)) { YooKassaReceipt($0, specification) }
    }

    public func receipts(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaReceipt> {
        try await page(.listReceipts, query, cursor, urgency) { YooKassaReceipt($0, specification) }
    }

    public func shop(_ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaShop {
        try read(try await send(.findShop, urgency), YooKassaShop.init)
    }

    // An object that cannot be read is no answer: what was asked for may have happened.
    private func read<T>(_ json: JSONValue, _ make: (JSONValue) -> T?) throws(YooKassaError) -> T {
        guard let object = make(json) else { throw .unknown("the answer lacks what every answer has") }
        return object
    }

    private func payment(_ json: JSONValue) throws(YooKassaError) -> YooKassaPayment {
        try read(json) { YooKassaPayment($0, specification) }
    }

    private func refund(_ json: JSONValue) throws(YooKassaError) -> YooKassaRefund {
        try read(json) { YooKassaRefund($0, specification) }
    }

    private func send(
        _ name: YooKassaSpecification.CallName, id: String? = nil, query: String = "",
        posting: YooKassaPosting? = nil, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> JSONValue {
        let call = specification.call(name)
        var path = call.path
        if let id {
            // What is no id must not become another path.
            guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(Self.isUnreserved) else { throw .notFound }
            path = path.replacing("{id}", with: id)
        }
        if let posting, !Self.isKey(posting.key, limits: specification.limits) {
            throw .refused(.init(status: 400, code: "invalid_request", parameter: "Idempotence-Key"))
        }
        return try await wire.send(call.method, path + query, posting, urgency)
    }

    private func page<Item>(
        _ name: YooKassaSpecification.CallName, _ query: YooKassaQuery, _ cursor: String?,
        _ urgency: YooKassaUrgency, _ make: (JSONValue) -> Item?
    ) async throws(YooKassaError) -> YooKassaPage<Item> {
        var parts = [("limit", String(min(query.limit ?? .max, specification.limits.pageSize)))]
        if let from = query.createdFrom { parts.append(("created_at.gte", YooKassaTime.text(from))) }
        if let before = query.createdBefore { parts.append(("created_at.lt", YooKassaTime.text(before))) }
        if let status = query.status { parts.append(("status", status)) }
        if let id = query.paymentID { parts.append(("payment_id", id)) }
        if let cursor { parts.append(("cursor", cursor)) }
        let text = "?" + parts.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
        let json = try await send(name, query: text, urgency)
        guard let items = json["items"]?.arrayValue else { throw .unknown("the list has no items") }
        let objects = items.compactMap(make)
        guard objects.count == items.count else { throw .unknown("an item of the list cannot be read") }
        return YooKassaPage(items: objects, nextCursor: json["next_cursor"]?.stringValue)
    }

    /// Source: yookassa.md 3
    private static func isKey(_ key: String, limits: YooKassaSpecification.Limits) -> Bool {
        (1...limits.keyLength).contains(key.utf8.count)
            && key.utf8.allSatisfy { ($0 != 0x7e && isUnreserved($0)) || $0 == 0x2b }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        default: false
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            if isUnreserved(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return escaped
    }
}
