import StrictJSON

/// The envelope around a result.
enum RenderedResult {
    static let prefix = Array(#"{"jsonrpc":"2.0","result":"#.utf8)

    static func answer(id: JSONValue, value: JSONValue) -> [UInt8] {
        var answer: [UInt8] = []
        answer.reserveCapacity(512)
        answer.append(contentsOf: prefix)
        value.write(to: &answer)
        appendSuffix(id, to: &answer)
        return answer
    }

    static func answer(id: JSONValue, bytes: [UInt8]) -> [UInt8] {
        var answer: [UInt8] = []
        answer.reserveCapacity(prefix.count + bytes.count + 64)
        answer.append(contentsOf: prefix)
        answer.append(contentsOf: bytes)
        appendSuffix(id, to: &answer)
        return answer
    }

    static func suffix(id: JSONValue) -> [UInt8] {
        var suffix: [UInt8] = []
        appendSuffix(id, to: &suffix)
        return suffix
    }

    private static func appendSuffix(_ id: JSONValue, to answer: inout [UInt8]) {
        answer.append(contentsOf: #","id":"#.utf8)
        id.write(to: &answer)
        answer.append(UInt8(ascii: "}"))
    }
}
