import StrictJSON

/// Text as banks send it.
enum PixWireText {
    /// The value without U+0000 in its texts: PostgreSQL stores none, and nobody means it.
    ///
    /// - Parameter bytes: what the value was read from.
    static func cleaned(_ value: JSONValue, from bytes: some Sequence<UInt8>) -> JSONValue {
        hasNUL(bytes) ? cleaned(value) : value
    }

    /// JSON writes it as six characters, and in no other way.
    private static func hasNUL(_ bytes: some Sequence<UInt8>) -> Bool {
        let wanted = Array(#"\u0000"#.utf8)
        var found = 0
        for byte in bytes {
            found = byte == wanted[found] ? found + 1 : byte == wanted[0] ? 1 : 0
            if found == wanted.count { return true }
        }
        return false
    }

    private static func cleaned(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(text.replacing("\0", with: ""))
        case .array(let items): return .array(items.map { cleaned($0) })
        case .object(let object):
            var result = object
            for (key, member) in object { result[key] = cleaned(member) }
            return .object(result)
        case .null, .bool, .integer, .number: return value
        }
    }
}
