import StrictJSON

/// Amounts, as the simulated YooKassa reads and writes them. No floating point comes near them.
///
/// Every currency that it knows has two digits. Source: yookassa.md 4.
enum YooSum {
    static let currencies: Set<String> = [
        "RUB", "EUR", "USD", "KZT", "BYN", "UAH", "UZS", "TRY", "INR", "MDL", "AZN", "AMD",
    ]

    /// `1000.00`, and nothing but that form.
    /// - Returns: minor units; nil for another form.
    static func read(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...14).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        return Int64(String(parts[0] + parts[1]))
    }

    /// `1000.00`
    static func text(_ minor: Int64) -> String {
        let rest = minor % 100
        return "\(minor / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    static func json(_ minor: Int64, _ currency: String) -> JSONValue {
        ["value": .string(text(minor)), "currency": .string(currency)]
    }

    /// A quantity of a receipt: a number or a text, three decimals at the most, up to 99999.999.
    ///
    /// Source: yookassa.md 12.
    /// - Returns: thousandths; nil if it is none.
    static func thousandths(_ value: JSONValue?) -> Int64? {
        guard let text = value?.numberText ?? value?.stringValue else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...5).contains(parts[0].utf8.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard fraction.utf8.count <= 3 else { return nil }
        return Int64(parts[0] + fraction + String(repeating: "0", count: 3 - fraction.utf8.count))
    }
}
