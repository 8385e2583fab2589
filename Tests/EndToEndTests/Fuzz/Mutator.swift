import StrictJSON
import TestSupport

/// Spoils requests: the tree before it is written, the bytes after.
struct Mutator {
    var random: SeededGenerator

    static let values: [JSONValue] = [
        nil, true, false, 0, -1, 1, .integer(.max), .integer(.min), .number("9223372036854775808"), .number("1.0"),
        .number("-0"), .number("1e400"), .number("0.1"), "", "0", "-1", "500000", "null", "\u{0}", "\u{FEFF}",
        "\u{1F600}", "e\u{301}", "'\";--", "%00", "../..", [], [[]], [nil], [:], ["": nil], ["order_id": "order-1"],
    ]

    /// A request as bytes, with none to four things wrong.
    mutating func spoil(_ request: JSONValue, other: JSONValue) -> [UInt8] {
        var request = request
        var bytes: [UInt8]
        let count = Int.random(in: 0...2, using: &random)
        for _ in 0..<count { request = changed(request, other) }
        bytes = request.serialized()
        if Int.random(in: 0..<3, using: &random) == 0 { bytes = broken(bytes, other.serialized()) }
        return bytes
    }

    /// Changes one place in the tree.
    private mutating func changed(_ value: JSONValue, _ other: JSONValue) -> JSONValue {
        switch value {
        case .object(let object) where !object.isEmpty && Int.random(in: 0..<4, using: &random) > 0:
            return .object(changed(object, other))
        case .array(let items) where !items.isEmpty:
            var items = items
            let index = Int.random(in: 0..<items.count, using: &random)
            items[index] = changed(items[index], other)
            return .array(items)
        default:
            return replaced(value, other)
        }
    }

    private mutating func changed(_ object: JSONObject, _ other: JSONValue) -> JSONObject {
        var object = object
        let name = object.keys.randomElement(using: &random) ?? ""
        let another = object.keys.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            object[name] = nil
        case 1:
            object[name + ["x", " ", "\u{0}", "_"].randomElement(using: &random)!] = object[name]
        case 2:
            (object[name], object[another]) = (object[another], object[name])
        case 3:
            object["extra"] = Self.values.randomElement(using: &random)
        default:
            object[name] = object[name].map { changed($0, other) }
        }
        return object
    }

    private mutating func replaced(_ value: JSONValue, _ other: JSONValue) -> JSONValue {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .array([value])
        case 1: return ["a": value]
        case 2: return other
        case 3:
            // As deep as is allowed, or one deeper.
            return (0..<Int.random(in: 28...32, using: &random)).reduce(value) { value, _ in .array([value]) }
        default: return Self.values.randomElement(using: &random) ?? nil
        }
    }

    private mutating func broken(_ bytes: [UInt8], _ other: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return Array(bytes.prefix(place))
        case 1: return Array(bytes.prefix(place)) + other
        case 2: return bytes + other
        case 3:
            // A member twice: the first one of some object, again.
            let text = String(decoding: bytes, as: UTF8.self)
            return Array(text.replacing("{\"id\":", with: "{\"id\":1,\"id\":").utf8)
        case 4:
            bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 5 where place < bytes.count:
            bytes.remove(at: place)
        case 6:
            let tokens = ["{", "}", "[", "]", ",", ":", "\"", "\\", "null", "1e9", "\\ud800", " ", "\n", "\t"]
            bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: place)
        default:
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        return bytes
    }
}
