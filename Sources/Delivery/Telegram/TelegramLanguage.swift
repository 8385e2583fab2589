public import Payments

/// A language of the messages.
public enum TelegramLanguage: String, Sendable, Hashable, CaseIterable {
    case en, ru, uz, pt

    /// An amount as people write it: `5,000.00 UZS`, `5 000,00 UZS`, `5.000,00 BRL`.
    public func text(_ money: Money) -> String {
        let halves = money.decimal.split(separator: ".", omittingEmptySubsequences: false)
        let isNegative = halves[0].hasPrefix("-")
        let digits = Array(isNegative ? halves[0].dropFirst() : halves[0])
        var whole = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { whole += thousands }
            whole.append(digit)
        }
        let rest = halves.count == 2 ? decimals + halves[1] : ""
        // No line break between the figure and what it counts.
        return (isNegative ? "-" : "") + whole + rest + "\u{A0}" + money.currency.code
    }

    private var thousands: String {
        switch self {
        case .en: ","
        case .ru, .uz: "\u{A0}"
        case .pt: "."
        }
    }

    private var decimals: String { self == .en ? "." : "," }
}
