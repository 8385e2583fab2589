/// Reads a form, strictly.
struct ClickFormReader {
    private(set) var fields: [(name: String, text: String)] = []

    /// nil for a form that is none.
    init?(_ body: [UInt8], decodesPercent20: Bool) {
        guard body.count <= 1 << 20 else { return nil }
        for part in body.split(separator: UInt8(ascii: "&")) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0], decodesPercent20),
                let text = Self.decoded(sides.count > 1 ? sides[1] : [], decodesPercent20)
            else { return nil }
            fields.append((name: name, text: text))
        }
    }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.text }

    var hasDuplicates: Bool { Set(fields.map(\.name)).count != fields.count }

    private static func decoded(_ bytes: ArraySlice<UInt8>, _ decodesPercent20: Bool) -> String? {
        var output: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): output.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
                guard digits.count == 2 else { return nil }
                rest = rest.dropFirst(2)
                let decoded = UInt8(digits[0] * 16 + digits[1])
                output += decoded == 0x20 && !decodesPercent20 ? Array("%20".utf8) : [decoded]
            default: output.append(byte)
            }
        }
        return String(validating: output, as: UTF8.self)
    }
}
