extension JSONReader {
    /// Reads a number; the position is at its minus or first digit.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let firstDigit = position
        // Wraps around beyond 19 digits, and is not used then.
        var magnitude: Int64 = 0
        while position < bytes.count, let digit = Self.digit(bytes[position]) {
            magnitude = magnitude &* 10 &+ digit
            position += 1
        }
        let digits = position - firstDigit
        guard digits > 0 else { throw numberFailure(start) }
        if digits > 1, bytes[firstDigit] == UInt8(ascii: "0") {
            throw JSONError(code: .invalidNumber, offset: start)
        }
        if try fractionAndExponent(of: start) {
            return .number(text(from: start))
        }
        if isNegative, magnitude == 0, digits == 1 {
            // An integer has no negative zero; the text keeps it.
            return .number(text(from: start))
        }
        if digits <= 18 {
            return .integer(isNegative ? -magnitude : magnitude)
        }
        let text = text(from: start)
        return Int64(text).map(JSONValue.integer) ?? .number(text)
    }

    /// Reads what may follow the integer part, and tells whether anything did.
    private mutating func fractionAndExponent(of start: Int) throws(JSONError) -> Bool {
        let integerEnd = position
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits(of: start)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits(of: start)
        }
        return position > integerEnd
    }

    /// Reads one or more digits.
    private mutating func digits(of start: Int) throws(JSONError) {
        let first = position
        while position < bytes.count, Self.digit(bytes[position]) != nil { position += 1 }
        guard position > first else { throw numberFailure(start) }
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        let digit = byte &- UInt8(ascii: "0")
        return digit < 10 ? Int64(digit) : nil
    }

    private func text(from start: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    /// A digit is missing at the position.
    private func numberFailure(_ start: Int) -> JSONError {
        position == bytes.count ? failure(.unexpectedEnd) : JSONError(code: .invalidNumber, offset: start)
    }
}
