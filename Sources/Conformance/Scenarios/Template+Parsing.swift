import Specification
import StrictJSON

extension Template {
    /// Reads JSON written as YAML.
    init(_ node: SpecNode) throws(SpecificationError) {
        switch node.content {
        case .null: self = .value(.null)
        case .boolean(let flag): self = .value(.bool(flag))
        case .integer(let number): self = .value(.integer(number))
        case .number(let text): self = .value(.number(text))
        case .string(let text): self = try Template(text: text, at: node)
        case .sequence(let items):
            var templates: [Template] = []
            for item in items { templates.append(try Template(item)) }
            self = .array(templates)
        case .mapping(let entries):
            var members: [Member] = []
            for entry in entries {
                let key = try Template.pieces(of: entry.key, at: node)
                members.append(Member(key: key, value: try Template(entry.value)))
            }
            self = .object(members)
        }
    }

    private init(text: String, at node: SpecNode) throws(SpecificationError) {
        let pieces = try Template.pieces(of: text, at: node)
        switch pieces.first {
        case nil: self = .value(.string(""))
        case .literal(let literal) where pieces.count == 1: self = .value(.string(literal))
        case .expression(let expression) where pieces.count == 1:
            self = expression.name == "json" ? .value(try expression.json(at: node)) : .expression(expression)
        default: self = .text(pieces)
        }
    }

    private static func pieces(of text: String, at node: SpecNode) throws(SpecificationError) -> [Piece] {
        var pieces: [Piece] = []
        for part in PlaceScanner.parts(of: text) {
            switch part {
            case .literal(let literal): pieces.append(.literal(literal))
            case .place(let place):
                guard let repetition = try Repetition(place, at: node) else {
                    pieces.append(.expression(try Expression(place, at: node)))
                    continue
                }
                pieces.append(.literal(String(repeating: repetition.text, count: repetition.count)))
            }
        }
        return pieces
    }
}

extension RawTemplate {
    /// Reads a text that is sent as it stands.
    init(_ node: SpecNode) throws(SpecificationError) {
        guard case .string(let text) = node.content else {
            throw node.error("`raw` must be a string, not \(node.kind)")
        }
        var pieces: [Piece] = []
        for part in PlaceScanner.parts(of: text) {
            switch part {
            case .literal(let literal): pieces.append(.literal(literal))
            case .place(let place):
                if let repetition = try Repetition(place, at: node) {
                    pieces.append(.repeated(repetition.text, count: repetition.count))
                } else if place.hasPrefix("bytes:") {
                    pieces.append(.bytes(try RawTemplate.bytes(hex: place.dropFirst(6), at: node)))
                } else {
                    pieces.append(.expression(try Expression(place, at: node)))
                }
            }
        }
        self.pieces = pieces
    }

    private static func bytes(hex: Substring, at node: SpecNode) throws(SpecificationError) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        guard digits.count == hex.count, !digits.isEmpty, digits.count.isMultiple(of: 2) else {
            throw node.error("{bytes:\(hex)} is not an even number of hexadecimal digits")
        }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}

/// `{repeat:COUNT:TEXT}`
private struct Repetition {
    let text: String
    let count: Int

    /// Longer texts would be a load, not a test.
    private static let longest = 4 << 20

    init?(_ place: String, at node: SpecNode) throws(SpecificationError) {
        guard place.hasPrefix("repeat:") else { return nil }
        let parts = place.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let count = Int(parts[1]), count > 0, !parts[2].isEmpty else {
            throw node.error("{\(place)} is not {repeat:COUNT:TEXT}")
        }
        guard count.multipliedReportingOverflow(by: parts[2].utf8.count).partialValue <= Repetition.longest,
            count <= Repetition.longest
        else { throw node.error("{\(place)} is longer than 4 MiB") }
        self.text = String(parts[2])
        self.count = count
    }
}
