import StrictJSON
import Synchronization

extension YooKassaAPI {
    /// How long a call to a wrong path may take to come.
    private static let strayPatience = Duration.milliseconds(300)

    /// What a word of the harness does, and what it is answered.
    func hear(_ word: YooKassaWord, _ members: JSONObject) async -> PlayedAnswer {
        let object = members["object"]?.objectValue ?? [:]
        let id = object["id"]?.stringValue ?? ""
        switch word {
        case .knows:
            let isRefund = members["event"]?.stringValue?.hasPrefix("refund.") == true
            books.withLock { isRefund ? ($0.refunds[id] = object) : ($0.payments[id] = object) }
        case .forget:
            books.withLock { books in
                books.asked = []
                books.strays = 0
                books.strangers = 0
            }
        case .fails, .refuses, .busy, .hangs, .garbles:
            books.withLock { books in
                books.fault = word
                books.isMet = false
            }
        case .up:
            // An endpoint that answers first and asks then would not notice that anything was wrong.
            await wait(patience) { $0.isMet }
            mend()
        case .asked:
            let names = [id, object["payment_id"]?.stringValue].compactMap(\.self)
            // An endpoint may answer first, and ask then.
            guard await wait(patience, until: { books in names.contains(where: books.asked.contains) }) else {
                return .empty(408)
            }
        case .tidy:
            if await wait(min(patience, Self.strayPatience), until: { $0.strays > 0 }) { return .empty(409) }
        case .recognised:
            guard await wait(patience, until: { !$0.asked.isEmpty || $0.strangers > 0 }) else { return .empty(408) }
            if books.withLock({ $0.strangers > 0 }) { return .empty(401) }
        }
        return .empty(200)
    }
}

/// What a call to the API is about.
enum YooKassaPath {
    case payment(String)
    case refund(String)
    /// The refunds of a payment.
    case refunds(payment: String)
    case newPayment
    /// YooKassa has it, the harness has not.
    case unplayed
    /// YooKassa has no such path.
    case none

    /// Source: yookassa.md 2, Endpoints.
    private static let collections: Set<Substring> = [
        "payments", "payment_methods", "invoices", "refunds", "receipts", "webhooks", "me", "deals", "payouts",
        "personal_data", "sbp_banks", "sbp_participants",
    ]

    init(_ call: PlayedCall) {
        let halves = call.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if parts.first == "v3" { parts = parts.dropFirst() }
        let query = halves.count > 1 ? halves[1] : ""
        self =
            switch (call.method, parts.count) {
            case ("GET", 2) where query.isEmpty && parts.first == "payments": .payment(String(parts.last ?? ""))
            case ("GET", 2) where query.isEmpty && parts.first == "refunds": .refund(String(parts.last ?? ""))
            case ("GET", 1) where parts.first == "refunds" && query.hasPrefix("payment_id="):
                .refunds(payment: String(query.dropFirst("payment_id=".count).prefix { $0 != "&" }))
            case ("POST", 1) where parts.first == "payments": .newPayment
            case (_, 1) where Self.collections.contains(parts.first ?? ""): .unplayed
            case ("POST", 3) where ["capture", "cancel"].contains(parts.last): .unplayed
            case (_, 2) where Self.collections.contains(parts.first ?? "") && query.isEmpty: .unplayed
            default: .none
            }
    }
}

extension PlayedAnswer {
    static func json(_ body: JSONValue) -> PlayedAnswer { PlayedAnswer(status: 200, body: body.serialized()) }

    static func empty(_ status: Int) -> PlayedAnswer { PlayedAnswer(status: status, body: Array("{}".utf8)) }

    /// Source: yookassa.md 16.
    static func problem(_ status: Int, _ code: String, _ description: String) -> PlayedAnswer {
        let body: JSONValue = [
            "type": "error", "id": .string(YooKassaAPI.newID()), "code": .string(code),
            "description": .string(description),
        ]
        return PlayedAnswer(status: status, body: body.serialized())
    }
}
