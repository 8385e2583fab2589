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
