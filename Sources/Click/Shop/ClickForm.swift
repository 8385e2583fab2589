import Specification

/// The form that Click posted: every known field, read once and found in its shape.
///
/// Source: click.md 1.2; 4, edge case 14.
struct ClickForm: Sendable {
    /// The texts of known fields, as they came, by the field's place in the document; nil: it did not come.
    private let values: [String?]
    private let fields: [ClickSpecification.Field]

    /// More than any caller of ours sends.
    private static let pairsMaximum = 64

    /// Nil if it is no form, a field comes twice, is missing, or has not the shape that the document gives it.
    init?(_ body: [UInt8], fields: [ClickSpecification.Field]) {
        guard !body.isEmpty else { return nil }
        var values = [String?](repeating: nil, count: fields.count)
        var pairs = 0
        var start = body.startIndex
        while start < body.endIndex {
            let end = body[start...].firstIndex(of: UInt8(ascii: "&")) ?? body.endIndex
            defer { start = end + 1 }
            guard start < end else { continue }
            pairs += 1
            guard pairs <= Self.pairsMaximum else { return nil }
            let equals = body[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
            guard let key = Self.decoded(body[start..<equals]),
                let value = Self.decoded(body[min(equals + 1, end)..<end])
            else { return nil }
            // What PHP would read as an array is none of these fields.
            let name = key.prefix { $0 != UInt8(ascii: "[") }
            guard let index = fields.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) else { continue }
            guard name.count == key.count, values[index] == nil, let text = Self.text(value),
                Self.fits(text, fields[index])
            else { return nil }
            values[index] = text
        }
        for (index, field) in fields.enumerated() where field.isRequired && values[index] == nil { return nil }
        self.values = values
        self.fields = fields
    }

    /// The text of a field, as it came; nil if it did not.
    subscript(name: String) -> String? {
        fields.firstIndex { $0.name == name }.flatMap { values[$0] }
    }

    /// The number in a field; nil if it did not come, or is empty.
    func integer(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

    private static func fits(_ text: String, _ field: ClickSpecification.Field) -> Bool {
        guard text.utf8.count <= field.maximumLength else { return false }
        switch field.kind {
        case .text:
            return text.utf8.count >= field.minimumLength
        case .moment:
            return isMoment(text)
        case .integer:
            // Some test tools send a field that a call does not have, and leave it empty.
            if text.isEmpty { return !field.isRequired }
            return Int64(text).map { String($0) == text } ?? false
        }
    }

    /// `YYYY-MM-DD HH:mm:ss`, by its shape.
    static func isMoment(_ text: String) -> Bool {
        let shape = Array("0000-00-00 00:00:00".utf8)
        return text.utf8.count == shape.count
            && zip(text.utf8, shape).allSatisfy { byte, place in
                place == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == place
            }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Takes `+` and `%20` back; nil for a percent sign with no two hexadecimal digits behind it.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return bytes }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                    return nil
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return decoded[...]
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension ClickForm {
    private static let formType = "application/x-www-form-urlencoded"

    /// Whether a `Content-Type` says that the body is a form.
    static func isForm(_ contentType: String?) -> Bool {
        contentType == formType || mediaType(contentType) == formType
    }

    /// Whether a `Content-Type` says that the body is JSON.
    static func isJSON(_ contentType: String?) -> Bool { mediaType(contentType) == "application/json" }

    private static func mediaType(_ contentType: String?) -> String? {
        contentType?.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first
            .map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
    }
}
