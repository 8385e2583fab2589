/// `click.openapi.yaml`: the fields, signatures, actions, codes and notes of Click's calls.
public struct ClickSpecification: Sendable {
    /// A part of what is hashed.
    public enum SignaturePart: Sendable, Hashable {
        /// The text of that field, as it came.
        case field(String)
        /// The merchant's secret.
        case secret
        /// The values of all members of `params`, in the order in which they came.
        case params
    }

    /// A field of the form.
    public struct Field: Sendable, Hashable {
        /// How its text is read.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// Decimal digits of 64 bits, with an optional minus.
            case integer
            /// Whatever it says.
            case text
            /// `YYYY-MM-DD HH:mm:ss`.
            case moment
        }

        /// The field's name.
        public let name: String
        /// Whether a call without it is refused.
        public let isRequired: Bool
        /// How its text is read.
        public let kind: Kind
        /// The fewest bytes of a text.
        public let minimumLength: Int
        /// The most bytes of its text.
        public let maximumLength: Int
    }

    /// A reason to answer: a number, and what Click's logs show beside it.
    public struct Answer: Sendable, Hashable {
        /// How code calls it.
        public let name: String
        /// The value of `error`; several answers may have one.
        public let code: Int64
        /// The value of `error_note`.
        public let note: String
    }

    /// What is hashed in Prepare, Complete and the Advanced Shop's calls.
    public let prepareSignature: [SignaturePart]
    /// See ``prepareSignature``.
    public let completeSignature: [SignaturePart]
    /// See ``prepareSignature``.
    public let advancedSignature: [SignaturePart]
    /// Numbers of the form's actions: `prepare`, `complete`.
    public let shopActions: [String: Int64]
    /// Numbers of the Advanced Shop's actions: `getinfo`, `prepare`, `complete`, `check`, `compare`.
    public let advancedActions: [String: Int64]
    /// The `error` with which Click's test suite cancels.
    public let suiteCancel: Int64
    /// What Check says of an attempt: `waiting`, `failed`, `done`.
    public let checkStatuses: [String: Int64]
    /// Every answer.
    public let answers: [Answer]
    /// The fields of the form.
    public let fields: [Field]

    /// The answer of that name; nil if there is none.
    public func answer(named name: String) -> Answer? { answers.first { $0.name == name } }
}
