extension JSONReader {
    /// Reads a string; the position is at its opening quote.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        try skipPlain()
        if bytes[position] == UInt8(ascii: "\"") {
            let string = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
            position += 1
            return string
        }
        return try stringWithEscapes(from: start)
    }

    /// Reads the rest of a string in which a backslash was found; it begins at `start`, the position is at the
    /// backslash.
    private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
        unescaped.removeAll(keepingCapacity: true)
        var start = start
        while true {
            unescaped.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<position]))
            if bytes[position] == UInt8(ascii: "\"") {
                position += 1
                return String(decoding: unescaped, as: UTF8.self)
            }
            try escape()
            start = position
            try skipPlain()
        }
    }

    /// Moves to the quote or backslash that ends a run of characters which stand for themselves. That there is one,
    /// and that everything before it is valid UTF-8, is certain afterwards.
    private mutating func skipPlain() throws(JSONError) {
        while true {
            skipPlainASCII()
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            let byte = bytes[position]
            if byte >= 0x80 {
                try skipMultibyteCharacter()
            } else if byte < 0x20 {
                throw failure(.controlCharacter)
            } else {
                return
            }
        }
    }

    /// Moves to the first byte that is a quote, a backslash, a control character or not ASCII, eight bytes at a time.
    private mutating func skipPlainASCII() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(bytes)
        while raw.count - position >= 8 {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // Subtracting borrows into the high bit of a byte that is too small: zero, or below a space. A borrow may
            // mark later bytes wrongly, never earlier ones, and only the first mark counts.
            let marks =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                | ((word &- ones &* 0x20) & ~word) | word
            let found = marks & highBits
            if found != 0 {
                position += found.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
        while position < bytes.count, Self.isPlainASCII(bytes[position]) { position += 1 }
    }

    private static func isPlainASCII(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
