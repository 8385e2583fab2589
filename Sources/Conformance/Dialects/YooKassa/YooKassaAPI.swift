import Foundation
import StrictJSON
import Synchronization

/// YooKassa's own API as far as a merchant needs it to confirm a notification: payments and refunds.
///
/// Payments are those of the run; what nothing is known of is pending. Source: yookassa.md 2, 3, 7, 11, 16.
final class YooKassaAPI: PlayedAPI {
    /// What stands before a word of the harness; YooKassa has no such path.
    static let words = "/harness/"

    struct Books {
        var payments: [String: JSONObject] = [:]
        var refunds: [String: JSONObject] = [:]
        /// Ids that were asked for and answered as they are.
        var asked: Set<String> = []
        var strays = 0
        var strangers = 0
        /// How every call is answered, if not as it should be.
        var fault: YooKassaWord?
        /// Whether a call has met it.
        var isMet = false
        /// Ids by idempotence keys.
        var made: [String: String] = [:]
        /// Payments that were made and that nobody has been told of.
        var untold: [String] = []
        var isClosed = false
    }

    let title = "YooKassa's API"
    let option = "--api"
    let books = Mutex(Books())
    let amount: Int64
    let now: @Sendable () -> Int64
    /// How long a question may take to come.
    let patience: Duration
    /// How long a call hangs at the most.
    let hold: Duration
    let shop: String
    let isTest: Bool
    private let authorization: String?

    init(_ configuration: ConformanceConfiguration) {
        shop = Self.shop(configuration)
        isTest = Self.isTest(configuration)
        authorization = Self.authorization(configuration)
        amount = configuration.amount
        now = configuration.clock.now
        patience = .milliseconds(configuration.bankMillisecondsMax)
        hold = .milliseconds(2 * configuration.callMillisecondsMax)
        let orders = configuration.orders
        books.withLock { books in
            for id in orders { books.payments[id] = pending(id, [:]) }
        }
    }

    static func shop(_ configuration: ConformanceConfiguration) -> String { configuration.shopID ?? "100500" }

    /// Keys of a test shop begin so; without a key it is a test all the same.
    static func isTest(_ configuration: ConformanceConfiguration) -> Bool {
        configuration.key.isEmpty || configuration.key.hasPrefix("test_")
    }

    /// What stands in the header; nil: any will do.
    static func authorization(_ configuration: ConformanceConfiguration) -> String? {
        guard let shop = configuration.shopID, !configuration.key.isEmpty else { return nil }
        return "Basic " + Data("\(shop):\(configuration.key)".utf8).base64EncodedString()
    }

    /// Of a payment or a refund.
    static func newID() -> String {
        let hex = RandomID.hexadecimal
        return "\(hex(8))-000f-5000-8000-\(hex(12))"
    }

    static func isID(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }
    }

    func mend() { books.withLock { $0.fault = nil } }

    func close() { books.withLock { $0.isClosed = true } }

    // MARK: What the harness asks

    func metadata(of payment: String) -> JSONObject? {
        books.withLock { $0.payments[payment]?["metadata"]?.objectValue }
    }

    /// The id of a payment that was made; nil if none comes in time.
    func takeCreated() async -> String? {
        var made: String?
        await wait(patience) { books in
            made = books.untold.isEmpty ? nil : books.untold.removeFirst()
            return made != nil
        }
        return made
    }

    /// Waits until something is so.
    ///
    /// - Returns: whether it is.
    @discardableResult
    func wait(_ most: Duration, until isSo: (inout Books) -> Bool) async -> Bool {
        let end = ContinuousClock.now + most
        while !books.withLock({ isSo(&$0) }) {
            guard ContinuousClock.now < end, !Task.isCancelled else { return false }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    // MARK: What it answers

    func answer(_ call: PlayedCall) async -> PlayedAnswer {
        let path = String(call.target.prefix { $0 != "?" })
        if path.hasPrefix(Self.words), let word = YooKassaWord(rawValue: String(path.dropFirst(Self.words.count))) {
            return await hear(word, (try? JSONValue(parsing: call.body))?.objectValue ?? [:])
        }
        books.withLock { $0.isMet = true }
        if books.withLock({ $0.fault == .hangs }) {
            await wait(hold) { $0.fault != .hangs || $0.isClosed }
            return .problem(500, "internal_server_error", "out of order")
        }
        return books.withLock { books in
            switch books.fault {
            case nil: break
            case .refuses: return .problem(401, "invalid_credentials", "out of order")
            case .busy: return .problem(429, "too_many_requests", "out of order")
            case .garbles:
                return PlayedAnswer(status: 200, contentType: "text/html", body: Array("<h1>Sorry</h1>".utf8))
            default: return .problem(500, "internal_server_error", "out of order")
            }
            if let authorization, call.authorization != authorization {
                books.strangers += 1
                return .problem(401, "invalid_credentials", "the shop id or the secret key is another")
            }
            return answer(YooKassaPath(call), call, &books)
        }
    }

    private func answer(_ path: YooKassaPath, _ call: PlayedCall, _ books: inout Books) -> PlayedAnswer {
        switch path {
        case .payment(let id): return found(id, books.payments[id], &books)
        case .refund(let id): return found(id, books.refunds[id], &books)
        case .refunds(let payment):
            books.asked.insert(payment)
            let items = books.refunds.values.filter { $0["payment_id"]?.stringValue == payment }
            return .json(["type": "list", "items": .array(items.map { .object($0) })])
        case .newPayment: return made(call, &books)
        case .unplayed: break
        case .none: books.strays += 1
        }
        return .problem(404, "not_found", "the harness has no \(call.method) of that path")
    }

    private func found(_ id: String, _ object: JSONObject?, _ books: inout Books) -> PlayedAnswer {
        books.asked.insert(id)
        return object.map { .json(.object($0)) } ?? .problem(404, "not_found", "no such object")
    }
}
