extension JSONReader {
    /// Reads an array; the position is at its `[`.
    mutating func array() throws(JSONError) -> [JSONValue] {
        try open()
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return elements
        }
        repeat {
            skipWhitespace()
            elements.append(try value())
            skipWhitespace()
        } while try takeComma(orClosing: UInt8(ascii: "]"))
        return elements
    }

    /// Reads an object; the position is at its `{`.
    mutating func object() throws(JSONError) -> JSONObject {
        try open()
        var members: [JSONObject.Element] = []
        var keys = KeyCheck()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return JSONObject()
        }
        repeat {
            skipWhitespace()
            let keyStart = position
            let key = try key()
            guard key.utf8.count <= limits.maximumKeyBytes else {
                throw JSONError(code: .keyTooLong, offset: keyStart)
            }
            guard members.count < limits.maximumMembers else {
                throw JSONError(code: .tooManyMembers, offset: keyStart)
            }
            guard !keys.isDuplicate(key, of: members) else { throw JSONError(code: .duplicateKey, offset: keyStart) }
            let value = try value()
            skipWhitespace()
            // Most objects have two to four members, many have one: one allocation for either.
            if members.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: ",") {
                members.reserveCapacity(4)
            }
            members.append((key: key, value: value))
        } while try takeComma(orClosing: UInt8(ascii: "}"))
        return JSONObject(verified: members)
    }

    /// Reads a key, its colon, and the whitespace around that.
    private mutating func key() throws(JSONError) -> String {
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        guard bytes[position] == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
        let key = try string()
        skipWhitespace()
        guard take(UInt8(ascii: ":")) else {
            throw failure(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
        }
        skipWhitespace()
        return key
    }

    /// Steps over an opening bracket and the whitespace after it.
    private mutating func open() throws(JSONError) {
        guard depth < limits.maximumDepth else { throw failure(.tooDeep) }
        depth += 1
        position += 1
        skipWhitespace()
    }

    /// Steps over the comma that announces another element (true) or the bracket that ends the container (false).
    private mutating func takeComma(orClosing bracket: UInt8) throws(JSONError) -> Bool {
        if take(UInt8(ascii: ",")) { return true }
        if take(bracket) {
            depth -= 1
            return false
        }
        throw failure(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
    }

    /// Steps over a byte if it is the next.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }
}
