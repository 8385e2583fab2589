/// One object of a code: two digits of id, two digits of length, the value.
struct TLVField: Sendable {
    let id: Int
    let value: [Unicode.Scalar]
    /// Of its id in the whole text, in characters; nil if it was made and not read.
    var position: Int?

    init(_ id: Int, _ value: [Unicode.Scalar], position: Int? = nil) {
        self.id = id
        self.value = value
        self.position = position
    }

    init(_ id: Int, _ value: String) {
        self.init(id, Array(value.unicodeScalars))
    }

    /// A template: an object that holds objects.
    init(_ id: Int, _ fields: [TLVField]) {
        self.init(id, TLV.write(fields))
    }

    var text: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: value)
        return String(text)
    }

    /// The value's place: behind id and length.
    var valuePosition: Int? { position.map { $0 + 4 } }
}

/// The wire format. LEN counts characters, which is what the manual says: Unicode scalars, not bytes.
///
/// Source: pix.md 1.1
enum TLV {
    /// Reads objects to the very end of the scalars.
    ///
    /// - Parameters:
    ///   - start: where the first scalar stands in the whole text.
    ///   - template: the name of the field that holds them; nil for the root.
    static func read(
        _ scalars: ArraySlice<Unicode.Scalar>, from start: Int?, in template: String? = nil
    ) throws(BRCodeError) -> [TLVField] {
        var fields: [TLVField] = []
        var seen: Set<Int> = []
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let position = start.map { $0 + index - scalars.startIndex }
            guard let id = number(scalars, at: index) else {
                throw BRCodeError(.identifier, field: template, position: position)
            }
            let name = name(id, in: template)
            guard let length = number(scalars, at: index + 2), length > 0, index + 4 + length <= scalars.endIndex else {
                throw BRCodeError(.length, field: name, position: position.map { $0 + 2 })
            }
            guard seen.insert(id).inserted else {
                throw BRCodeError(.repeatedField, field: name, position: position)
            }
            fields.append(TLVField(id, Array(scalars[(index + 4)..<(index + 4 + length)]), position: position))
            index += 4 + length
        }
        return fields
    }

    /// The objects one after the other. Whoever makes them keeps every value to 1 to 99 characters.
    static func write(_ fields: [TLVField]) -> String {
        var text = ""
        for field in fields {
            text += twoDigits(field.id) + twoDigits(field.value.count) + field.text
        }
        return text
    }

    /// `62-05`: the field and what holds it.
    static func name(_ id: Int, in template: String?) -> String {
        template.map { "\($0)-\(twoDigits(id))" } ?? twoDigits(id)
    }

    private static func twoDigits(_ number: Int) -> String {
        precondition((0...99).contains(number), "ids and lengths have two digits")
        return number < 10 ? "0\(number)" : "\(number)"
    }

    private static func number(_ scalars: ArraySlice<Unicode.Scalar>, at index: Int) -> Int? {
        guard index + 2 <= scalars.endIndex, let tens = digit(scalars[index]), let ones = digit(scalars[index + 1])
        else { return nil }
        return tens * 10 + ones
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
        guard scalar.isASCIIDigit else { return nil }
        return Int(scalar.value) - 48
    }
}

extension Unicode.Scalar {
    // ASCII only: Unicode knows hundreds of other digits and letters.
    var isASCIIDigit: Bool { (48...57).contains(value) }
    var isASCIICapital: Bool { (65...90).contains(value) }
    var isASCIILetter: Bool { isASCIICapital || (97...122).contains(value) }
    var isPrintableASCII: Bool { (0x20...0x7E).contains(value) }
}
