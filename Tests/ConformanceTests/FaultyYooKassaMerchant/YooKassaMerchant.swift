import StrictJSON
import Synchronization

/// A shop that hears of payments by YooKassa, and asks its API before it believes them.
final class YooKassaMerchant: Sendable {
    static let shop = "700100"
    static let key = "test_harness/key"
    static let path = "/hook"
    static let amount: Int64 = 15_010

    struct Books {
        var orders: Set<String>
        /// What was settled, with the bytes that told of it.
        var settled: [YooKassaNotice.Key: [UInt8]] = [:]
        var statuses: [String: String] = [:]
        var refunds: [String: Set<String>] = [:]
        var underway: [String: String] = [:]
        var isStunned = false
    }

    let books: Mutex<Books>
    let faults: Set<YooKassaFault>
    /// Answers first, and asks then.
    let asksLater: Bool
    private let isProxied: Bool
    private let api = Mutex<YooKassaClient?>(nil)

    init(faults: Set<YooKassaFault>, orders: [String], asksLater: Bool, isProxied: Bool) {
        self.faults = faults
        self.asksLater = asksLater
        self.isProxied = isProxied
        books = Mutex(Books(orders: Set(orders)))
    }

    func has(_ fault: YooKassaFault) -> Bool { faults.contains(fault) }

    /// - Parameter url: nil: it believes everybody.
    func ask(_ url: String?) {
        let client = url.map {
            YooKassaClient(
                url: $0 + "/v3", shop: Self.shop, key: has(.wrongKey) ? "test_other" : Self.key,
                millisecondsMax: has(.hangsWithAPI) ? 60_000 : 4_000)
        }
        api.withLock { $0 = client }
    }

    var client: YooKassaClient? { api.withLock { $0 } }

    /// - Returns: the HTTP status.
    func answer(_ call: YooKassaCall) async -> Int {
        guard call.path == Self.path else { return 404 }
        if books.withLock({ $0.isStunned }) { return 500 }
        guard call.method == "POST" else { return has(.takesOtherMethods) ? 200 : 405 }
        if isProxied {
            let door = YooKassaDoor(faults: faults).status(call.forwardedFor)
            if door != 200 { return door }
        }
        if call.body.count > 2 << 20 {
            if has(.largeBodyStuns) { books.withLock { $0.isStunned = true } }
            return 413
        }
        if has(.wantsBareContentType), call.contentType != "application/json" { return 415 }
        if has(.wantsJSONType), call.contentType?.hasPrefix("application/json") != true { return 500 }
        let notice: YooKassaNotice
        switch read(call.body) {
        case .success(let read): notice = read
        case .failure(let refusal): return refusal.status
        }
        if let status = crash(notice, call.body) { return status }
        guard notice.isKnown else { return 200 }
        guard !asksLater else {
            Task { await self.settle(notice, call.body) }
            return 200
        }
        return await settle(notice, call.body)
    }

    // MARK: Reading

    struct Refusal: Error {
        let status: Int
    }

    private func read(_ body: [UInt8]) -> Result<YooKassaNotice, Refusal> {
        let text = String(decoding: body, as: UTF8.self)
        func refusal(_ isCrash: Bool) -> Result<YooKassaNotice, Refusal> {
            .failure(Refusal(status: isCrash ? 500 : 400))
        }
        if has(.emptyBodyCrashes), body.isEmpty { return refusal(true) }
        if has(.brokenTextCrashes), body.contains(0xFF) { return refusal(true) }
        if has(.deepCrashes), body.count(where: { $0 == UInt8(ascii: "[") }) > 1_000 { return refusal(true) }
        if has(.duplicateKeysCrash), text.split(separator: #""event""#).count > 2 { return refusal(true) }
        guard let value = try? JSONValue(parsing: body) else { return refusal(has(.brokenJSONCrashes)) }
        guard value["type"] == "notification", let event = value["event"]?.stringValue,
            let object = value["object"]?.objectValue
        else { return refusal(has(.noObjectCrashes)) }
        guard let id = object["id"]?.stringValue, !id.isEmpty else { return refusal(has(.noIDCrashes)) }
        let members = Set(value.objectValue?.keys ?? [])
        let notice = YooKassaNotice(event: event, id: id, object: object, members: members)
        guard !notice.isAboutMoney || id.wholeMatch(of: /[0-9a-z-]{36}/) != nil else {
            if has(.asksForAnyID) { return .success(notice) }
            return refusal(has(.oddIDCrashes))
        }
        return .success(notice)
    }
}

/// A call to the merchant.
struct YooKassaCall: Sendable {
    let method: String
    let path: String
    let contentType: String?
    let forwardedFor: String?
    let body: [UInt8]
}

/// A notification that was read.
struct YooKassaNotice: Sendable {
    struct Key: Hashable {
        let event: String
        let id: String
    }

    static let events: Set<String> = [
        "payment.waiting_for_capture", "payment.succeeded", "payment.canceled", "refund.succeeded",
        "payment_method.active", "payout.succeeded", "payout.canceled", "deal.closed",
    ]

    let event: String
    let id: String
    let object: JSONObject
    /// Of the notification itself.
    let members: Set<String>

    var key: Key { Key(event: event, id: id) }
    /// The payment that it is about in the end.
    var payment: String { isRefund ? object["payment_id"]?.stringValue ?? "" : id }
    var isRefund: Bool { event == "refund.succeeded" }
    var isAboutMoney: Bool { event.hasPrefix("payment.") || isRefund }
    /// Whether there is something to do about it.
    var isKnown: Bool { isAboutMoney && Self.events.contains(event) }
}
