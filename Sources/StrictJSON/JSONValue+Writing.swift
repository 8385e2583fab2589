extension JSONValue {
    /// The value as a JSON document in UTF-8: no whitespace, members in their order, numbers by their text.
    ///
    /// Traps on a ``number(_:)`` whose text is not a JSON number.
    public func serialized() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(to: &output)
        return output
    }

    /// The value as a JSON document; see ``serialized()``.
    public var text: String {
        String(decoding: serialized(), as: UTF8.self)
    }

    /// Appends the value as a JSON document; see ``serialized()``.
    ///
    /// - Parameter output: Where to append it, in UTF-8.
    public func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): JSONNumber.append(value, to: &output)
        case .number(let text): JSONNumber.append(text: text, to: &output)
        case .string(let string): JSONEscaping.appendJSONString(string, to: &output)
        case .array(let elements): Self.write(elements, to: &output)
        case .object(let object): object.write(to: &output)
        }
    }

    private static func write(_ elements: [JSONValue], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            element.write(to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }
}

extension JSONObject {
    /// Appends the object as a JSON document; see ``JSONValue/serialized()``.
    ///
    /// - Parameter output: Where to append it, in UTF-8.
    public func write(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONEscaping.appendJSONString(member.key, to: &output)
            output.append(UInt8(ascii: ":"))
            member.value.write(to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}
