import StrictJSON

/// JSON with places that are filled in when it is sent.
indirect enum Template: Sendable {
    case value(JSONValue)
    /// A text that is nothing but one place: it becomes the value, whatever its type.
    case expression(Expression)
    /// A text with places in it.
    case text([Piece])
    case array([Template])
    case object([Member])

    enum Piece: Sendable {
        case literal(String)
        case expression(Expression)
    }

    struct Member: Sendable {
        let key: [Piece]
        let value: Template
    }

    /// Everything that is filled in.
    var expressions: [Expression] {
        switch self {
        case .value: []
        case .expression(let expression): [expression]
        case .text(let pieces): pieces.expressions
        case .array(let items): items.flatMap(\.expressions)
        case .object(let members): members.flatMap { $0.key.expressions + $0.value.expressions }
        }
    }
}

extension [Template.Piece] {
    var expressions: [Expression] {
        compactMap { piece in
            if case .expression(let expression) = piece { expression } else { nil }
        }
    }
}

/// Text that need not be JSON, with places that are filled in: a text without its quotes, anything else as JSON.
struct RawTemplate: Sendable {
    enum Piece: Sendable {
        case literal(String)
        case expression(Expression)
        case bytes([UInt8])
        case repeated(String, count: Int)
    }

    let pieces: [Piece]

    var expressions: [Expression] {
        pieces.compactMap { piece in
            if case .expression(let expression) = piece { expression } else { nil }
        }
    }
}

/// One place: `{amount}`, `{id:b}`, `{now-12h+3s}`.
struct Expression: Sendable, Hashable {
    enum Operation: Sendable, Hashable {
        case add(Int64)
        case multiply(Int64)
    }

    let name: String
    let argument: String?
    let operations: [Operation]
}
