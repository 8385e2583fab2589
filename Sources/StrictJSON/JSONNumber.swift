/// How numbers are written.
enum JSONNumber {
    /// Appends an integer in decimal.
    static func append(_ value: Int64, to output: inout [UInt8]) {
        // The longest magnitude, that of Int64.min, has 19 digits; they come lowest first.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value.magnitude
            var first = digits.endIndex
            repeat {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest > 0
            if value < 0 { output.append(UInt8(ascii: "-")) }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    /// Appends a number by its text. Traps if that is not a JSON number: what reaches the wire would no longer be
    /// the document that was meant.
    static func append(text: String, to output: inout [UInt8]) {
        precondition(isValid(text), "The text of a JSONValue.number is not a JSON number")
        output.append(contentsOf: text.utf8)
    }

    /// Whether the text is a JSON number, all of it.
    static func isValid(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard let first = bytes.first, first == UInt8(ascii: "-") || first >= UInt8(ascii: "0"),
                first <= UInt8(ascii: "9")
            else { return false }
            var reader = JSONReader(bytes: bytes, limits: .default)
            return (try? reader.number()) != nil && reader.position == bytes.count
        }
    }
}
