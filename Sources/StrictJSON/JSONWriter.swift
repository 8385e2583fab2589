/// Writes a JSON document piece by piece, without building a ``JSONValue`` first, and puts the commas itself.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.key("create_time")
/// writer.integer(1_399_114_284_039)
/// writer.endObject()
/// writer.bytes  // {"create_time":1399114284039}
/// ```
///
/// It takes strings, never bytes, so its output is always valid UTF-8. Calls in an order that makes no document trap
/// in a debug build. That a key is not written twice is the caller's affair.
public struct JSONWriter: Sendable {
    /// How deep arrays and objects may nest.
    public static let maximumDepth = 64

    private var output: [UInt8] = []
    private var grammar = JSONWriterGrammar()

    /// A writer with nothing written.
    ///
    /// - Parameter capacity: How many bytes to set aside.
    public init(capacity: Int = 256) {
        output.reserveCapacity(capacity)
    }

    /// The document, in UTF-8. Traps in a debug build if it is not complete.
    public var bytes: [UInt8] {
        assert(grammar.isComplete, "The JSON document is not complete")
        return output
    }

    /// The document as a string. Traps in a debug build if it is not complete.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Begins an object, as the document, an element, or the value of a key.
    public mutating func beginObject() {
        separate(grammar.begin(isObject: true))
        output.append(UInt8(ascii: "{"))
    }

    /// Ends the innermost object.
    public mutating func endObject() {
        grammar.end(isObject: true)
        output.append(UInt8(ascii: "}"))
    }

    /// Begins an array, as the document, an element, or the value of a key.
    public mutating func beginArray() {
        separate(grammar.begin(isObject: false))
        output.append(UInt8(ascii: "["))
    }

    /// Ends the innermost array.
    public mutating func endArray() {
        grammar.end(isObject: false)
        output.append(UInt8(ascii: "]"))
    }

    /// Writes the key of a member; its value must come next.
    public mutating func key(_ key: String) {
        separate(grammar.key())
        JSONEscaping.appendJSONString(key, to: &output)
        output.append(UInt8(ascii: ":"))
    }

    /// Writes a string.
    public mutating func string(_ value: String) {
        separate(grammar.value())
        JSONEscaping.appendJSONString(value, to: &output)
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int64) {
        separate(grammar.value())
        JSONNumber.append(value, to: &output)
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// Writes a number by its text, such as `12.50`. Traps, in a release build too, if that is not a JSON number.
    public mutating func number(_ text: String) {
        separate(grammar.value())
        JSONNumber.append(text: text, to: &output)
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate(grammar.value())
        output.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    public mutating func null() {
        separate(grammar.value())
        output.append(contentsOf: "null".utf8)
    }

    /// Writes a whole value.
    public mutating func value(_ value: JSONValue) {
        separate(grammar.value())
        value.write(to: &output)
    }

    private mutating func separate(_ needsComma: Bool) {
        if needsComma { output.append(UInt8(ascii: ",")) }
    }
}
