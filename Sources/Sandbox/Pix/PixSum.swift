import StrictJSON

/// Centavos, as the bank reads and writes them. No floating point comes near them.
enum PixSum {
    /// `150.10`, and nothing but that form. Source: pix.md 3.1.
    /// - Returns: centavos; nil for another form.
    static func read(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...10).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        return Int64(String(parts[0] + parts[1]))
    }

    /// A JSON number, or a text: Inter documents the number, its own library sends the text. Source: pix.md 4.5.
    /// - Returns: centavos; nil if it is no amount of whole centavos.
    static func read(lenient value: JSONValue?) -> Int64? {
        guard let text = value?.numberText ?? value?.stringValue else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return read(text + ".00")
        case 2 where (1...2).contains(parts[1].utf8.count):
            return read(parts[1].utf8.count == 1 ? text + "0" : text)
        default: return nil
        }
    }

    /// `150.10`
    static func text(_ centavos: Int64) -> String {
        let rest = centavos % 100
        return "\(centavos / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// The number `150.10`, made of the integer.
    static func number(_ centavos: Int64) -> JSONValue { .number(text(centavos)) }
}
