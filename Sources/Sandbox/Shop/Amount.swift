/// Minor units of a currency with two decimals. No floating point comes near it.
struct Amount: Sendable, Hashable {
    let minor: Int64
    let currency: String

    static let uzs = "UZS"

    static let brl = "BRL"

    static let rub = "RUB"

    /// Tiyin.
    init(tiyin: Int64) {
        minor = tiyin
        currency = Self.uzs
    }

    /// Centavos.
    init(centavos: Int64) {
        minor = centavos
        currency = Self.brl
    }

    /// Kopecks.
    init(kopecks: Int64) {
        minor = kopecks
        currency = Self.rub
    }

    /// Reads what a person or the merchant API writes: `5000`, `5000.5`, `5 000,50`.
    /// - Returns: nil for anything that is not an amount of this currency that fits 64 bits.
    init?(text: String, currency: String = Self.uzs) {
        let spaces: Set<Character> = [" ", "\u{00A0}", "\u{202F}"]
        let plain = text.filter { !spaces.contains($0) }.map { $0 == "," ? "." : $0 }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), plain.count <= 24,
            plain.allSatisfy({ $0 == "." || ($0.isASCII && $0.isNumber) }), let whole = Int64(String(parts[0]))
        else { return nil }
        var hundredths: Int64 = 0
        if parts.count == 2 {
            guard (1...2).contains(parts[1].count), let value = Int64(String(parts[1])) else { return nil }
            hundredths = parts[1].count == 1 ? value * 10 : value
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: 100)
        let (sum, overflow2) = product.addingReportingOverflow(hundredths)
        guard !overflow, !overflow2 else { return nil }
        minor = sum
        self.currency = currency
    }

    /// As the merchant API takes it: `5000.00`
    var decimal: String {
        let rest = minor % 100
        return "\(minor / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// As a person reads it: `5 000.00 UZS`, `5 000,00 сум`.
    func text(_ language: Language) -> String {
        let digits = Array(String(minor / 100))
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append("\u{00A0}") }
            grouped.append(digit)
        }
        let rest = minor % 100
        let point = language == .en ? "." : ","
        return "\(grouped)\(point)\(rest < 10 ? "0" : "")\(rest)\u{00A0}\(unit(language))"
    }

    private func unit(_ language: Language) -> String {
        guard currency == Self.uzs else { return currency }
        return switch language {
        case .en: currency
        case .ru: "сум"
        case .uz: "soʻm"
        }
    }
}
