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
        case error(ErrorRule)
        case statement(StatementRule)
        /// Any answer of the protocol, result or error.
        case anyAnswer
        /// Anything at all but silence.
        case anyHTTP
    }

    let outcome: Outcome
    let envelope: EnvelopeRule
    /// Set for later steps if this is the answer.
    let mark: String?
    /// Why this is tolerated; a strict run does not.
    let note: String?
    /// What this says about the server, which is free to choose it.
    let remark: String?
}

/// Which errors are acceptable.
struct ErrorRule: Sendable {
    enum Codes: Sendable {
        case any
        /// Single codes and ranges, by the names they have in the OpenRPC document.
        case named([NamedCodes])
    }

    let codes: Codes
    /// What `data` must be.
    let data: Template?
    /// `message` must be {ru, uz, en}.
    let isLocalised: Bool
    /// `code`, `message` and `data` must have their types.
    let isComplete: Bool
    /// Numbers that neither `message` nor `data` may show.
    let hidden: [Template]
}

/// An error or a range of errors, named as in the OpenRPC document.
struct NamedCodes: Sendable, Hashable {
    let name: String
    let codes: ClosedRange<Int64>
}

/// Rules about the answer around its result or error.
struct EnvelopeRule: Sendable {
    enum ID: String, Sendable, CaseIterable {
        case echoed
        case null
        case zero
        case absent
    }

    enum Version: String, Sendable, CaseIterable {
        case present
        case absent
    }

    var id: ID?
    var version: Version?
    /// Exactly one of `result` and `error`.
    var isSole = false
    /// The header says that the answer is JSON.
    var isJSONTyped = false
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
