import StrictJSON

/// What an answer has to be.
struct Expectation: Sendable {
    /// What is recommended.
    let answer: ExpectedAnswer
    /// What will do as well, in order of preference.
    let alternatives: [ExpectedAnswer]

    /// All of them, the recommended one first.
    var answers: [ExpectedAnswer] { [answer] + alternatives }
}

/// One acceptable answer.
struct ExpectedAnswer: Sendable {
    enum Outcome: Sendable {
        case result([FieldRule])
        case error(ErrorCodes)
        case statement(StatementRule)
        /// Any answer of the protocol, result or error.
        case anyAnswer
        /// Anything at all but silence.
        case anyHTTP
    }

    let outcome: Outcome
    /// What the dialect wants of it beside that.
    let frame: any FrameRule
    /// Set for later steps if this is the answer.
    let mark: String?
    /// Why this is tolerated; a strict run does not.
    let note: String?
    /// What this says about the server, which is free to choose it.
    let remark: String?
}

/// Which errors are acceptable.
enum ErrorCodes: Sendable {
    case any
    /// Single codes and ranges, by the names they have in the gateway's document.
    case named([NamedCodes])
}

/// An error or a range of errors, named as in the gateway's document.
struct NamedCodes: Sendable, Hashable {
    let name: String
    let codes: ClosedRange<Int64>
}

/// Rules about a GetStatement's result.
struct StatementRule: Sendable {
    /// A row that must be there.
    struct Row: Sendable {
        let id: Template
        let fields: [FieldRule]
    }

    let rows: [Row]
    let excluded: [Template]
    /// All rows in ascending order of `time` and within the period, and `rows` in the order in which they are listed.
    let isAscending: Bool
    let isEmpty: Bool
}

/// A rule about a member of an object.
struct FieldRule: Sendable {
    let name: String
    let matcher: Matcher
}

extension ErrorCodes {
    /// Whether this code is one of them.
    func contains(_ code: Int64) -> Bool {
        switch self {
        case .any: true
        case .named(let names): names.contains { $0.codes.contains(code) }
        }
    }

    /// The codes in words: "error WrongAmount (-31001)".
    var words: String {
        switch self {
        case .any: "any error"
        case .named(let names): "error \(names.map(\.words).joined(separator: " or "))"
        }
    }
}

extension NamedCodes {
    var words: String {
        codes.lowerBound == codes.upperBound
            ? "\(name) (\(codes.lowerBound))" : "\(name) (\(codes.upperBound) to \(codes.lowerBound))"
    }
}
