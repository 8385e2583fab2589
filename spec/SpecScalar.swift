/// Decides what a plain (unquoted) YAML word is.
///
/// YAML 1.1 and 1.2 disagree about `yes`, `0755`, `0x1f` and `+5`; a payment document must not depend on which of
/// the two a reader had in mind, so such words are refused until they are quoted.
enum SpecScalar {
    /// The value of a plain word, or nil if it means different things to different YAML readers.
    static func content(ofPlain text: String) -> SpecNode.Content? {
        switch text {
        case "", "~", "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: break
        }
        guard let first = text.utf8.first else { return .null }
        if first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".") || isDigit(first) {
            return numeric(text)
        }
        return ambiguousWords.contains(text.lowercased()) ? nil : .string(text)
    }

    private static let ambiguousWords: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

    private static func numeric(_ text: String) -> SpecNode.Content? {
        if isJSONNumber(text.utf8) {
            guard let number = Int64(text), text != "-0" else { return .number(text) }
            return .integer(number)
        }
        return looksNumeric(text.utf8) ? nil : .string(text)
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    private static func isJSONNumber(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        func takeDigits() -> Int {
            let digits = rest.prefix(while: isDigit)
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let wholeDigits = takeDigits()
        guard wholeDigits == 1 || (wholeDigits > 1 && !startsWithZero) else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard takeDigits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    /// A number in some YAML reader's eyes: `007`, `+5`, `.5`, `5.`, `1_000`, `0x1F`, `0o17`, `.inf`, `.nan`.
    private static func looksNumeric(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let word = String(Substring(rest)).lowercased()
        if [".inf", ".nan"].contains(word) { return true }
        if word.hasPrefix("0x") || word.hasPrefix("0o") || word.hasPrefix("0b") {
            return word.count > 2 && word.dropFirst(2).allSatisfy { $0.isHexDigit || $0 == "_" }
        }
        guard word.contains(where: \.isNumber) else { return false }
        return word.utf8.filter { $0 == UInt8(ascii: ".") }.count <= 1
            && word.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
