extension JSONReader {
    /// Reads an escape sequence and appends what it stands for; the position is at the backslash.
    mutating func escape() throws(JSONError) {
        guard position + 1 < bytes.count else { throw JSONError(code: .unexpectedEnd, offset: bytes.count) }
        let byte: UInt8
        switch bytes[position + 1] {
        case UInt8(ascii: "\""): byte = UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): byte = UInt8(ascii: "\\")
        case UInt8(ascii: "/"): byte = UInt8(ascii: "/")
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "f"): byte = 0x0C
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "r"): byte = 0x0D
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "u"):
            unescaped.append(contentsOf: try escapedScalar().utf8)
            return
        default: throw failure(.invalidEscape)
        }
        unescaped.append(byte)
        position += 2
    }

    /// Reads `\uXXXX`, or two of them that are a surrogate pair.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let start = position
        let first = try escapedUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first) else { throw JSONError(code: .loneSurrogate, offset: start) }
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        guard bytes[position] == UInt8(ascii: "\\") else { throw JSONError(code: .loneSurrogate, offset: start) }
        guard position + 1 < bytes.count else { throw JSONError(code: .unexpectedEnd, offset: bytes.count) }
        guard bytes[position + 1] == UInt8(ascii: "u") else { throw JSONError(code: .loneSurrogate, offset: start) }
        let second = try escapedUnit()
        let joined = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
        guard UTF16.isTrailSurrogate(second), let scalar = Unicode.Scalar(joined) else {
            throw JSONError(code: .loneSurrogate, offset: start)
        }
        return scalar
    }

    /// Reads one `\uXXXX`; the position is at the backslash, and that a `u` follows is known.
    private mutating func escapedUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for index in position + 2..<position + 6 {
            guard index < bytes.count else { throw JSONError(code: .unexpectedEnd, offset: bytes.count) }
            guard let digit = Self.hexadecimalDigit(bytes[index]) else { throw failure(.invalidEscape) }
            unit = unit << 4 | digit
        }
        position += 6
        return unit
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
