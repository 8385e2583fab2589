import Foundation
import StrictJSON

/// What Foundation makes of a document, or nil if it refuses.
func foundationValue(_ document: [UInt8]) -> Any? {
    try? JSONSerialization.jsonObject(with: Data(document), options: .fragmentsAllowed)
}

/// Whether Foundation's value is the same as ours, as far as Foundation can tell: it loses the order of members, the
/// text of numbers, and the difference between `1` and `1.0`.
func agrees(_ value: JSONValue, _ other: Any) -> Bool {
    switch value {
    case .null: return other is NSNull
    case .bool(let bool): return (other as? NSNumber)?.boolValue == bool
    case .integer(let integer): return (other as? NSNumber)?.int64Value == integer
    case .number(let text):
        guard let ours = Double(text), let theirs = (other as? NSNumber)?.doubleValue else { return false }
        return ours == theirs || abs(ours - theirs) <= abs(ours) * 1e-14
    case .string(let string): return (other as? String)?.utf8.elementsEqual(string.utf8) == true
    case .array(let elements):
        guard let others = other as? [Any], others.count == elements.count else { return false }
        return zip(elements, others).allSatisfy { agrees($0, $1) }
    case .object(let object):
        guard let others = other as? [String: Any], others.count == object.count else { return false }
        return object.allSatisfy { member in others[member.key].map { agrees(member.value, $0) } ?? false }
    }
}

/// Whether a value holds a number that no `Double` can, such as `1e999`: Foundation refuses those.
private func exceedsDouble(_ value: JSONValue) -> Bool {
    switch value {
    case .number(let text): Double(text)?.isInfinite ?? true
    case .array(let elements): elements.contains { exceedsDouble($0) }
    case .object(let object): object.contains { exceedsDouble($0.value) }
    case .null, .bool, .integer, .string: false
    }
}

/// What must hold for any bytes whatsoever; nil if it does, otherwise what does not.
func brokenPromise(_ document: [UInt8]) -> String? {
    let value: JSONValue
    do throws(JSONError) {
        value = try JSONValue(parsing: document)
    } catch {
        return (0...document.count).contains(error.offset) ? nil : "the offset \(error.offset) is outside"
    }
    let written = value.serialized()
    guard let again = try? JSONValue(parsing: written) else { return "what was written is refused" }
    guard again == value, again.serialized() == written else { return "what was written reads differently" }
    // Foundation takes U+FEFF at the beginning of a string for a byte order mark, and drops it.
    if document.firstRange(of: [0xEF, 0xBB, 0xBF]) != nil { return nil }
    guard let other = foundationValue(document) else {
        return exceedsDouble(value) ? nil : "Foundation refuses what we accept"
    }
    guard agrees(value, other) else { return "Foundation reads another value" }
    return nil
}
