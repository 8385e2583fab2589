/// Walks over the bytes of one document and builds its value.
///
/// It recurses at most ``JSONLimits/highestDepth`` times. Every access to `bytes` comes after a comparison with
/// `bytes.count`, because in a release build the buffer does not check.
struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits

    /// The next byte to read, 0 through `bytes.count`.
    var position = 0

    /// How many arrays and objects are open.
    var depth = 0

    /// Where strings with escapes are put together; kept so that its memory is reused.
    var unescaped: [UInt8] = []

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads the whole document.
    mutating func document() throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.maximumBytes else {
            throw JSONError(code: .tooLong, offset: max(limits.maximumBytes, 0))
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw JSONError(code: .byteOrderMark, offset: 0)
        }
        skipWhitespace()
        let value = try value()
        skipWhitespace()
        guard position == bytes.count else { throw failure(.trailingBytes) }
        return value
    }

    /// Reads a value; the position is at its first byte, and afterwards behind its last.
    mutating func value() throws(JSONError) -> JSONValue {
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default: throw failure(.unexpectedByte)
        }
    }

    /// Reads `true`, `false` or `null`.
    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[position] == word.utf8Start[index] else { throw failure(.unexpectedByte) }
            position += 1
        }
    }

    /// Moves to the first byte that is not one of the four whitespace characters of RFC 8259.
    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// An error at the present position.
    func failure(_ code: JSONError.Code) -> JSONError {
        JSONError(code: code, offset: position)
    }
}
