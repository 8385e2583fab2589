/// What a method may answer instead of a result: an error of `components.errors` with its rules in `x-errors`.
public struct OpenRPCError: Hashable, Sendable {
    /// Whether an answer must carry `data` beside the code and the text.
    public enum DataRule: String, CaseIterable, Hashable, Sendable {
        /// It must, or it may.
        case required, optional
    }

    /// Whether an answer may carry a text other than the document's.
    public enum TextRule: String, CaseIterable, Hashable, Sendable {
        /// Only the document's, or the handler's own words too.
        case fixed, replaceable
    }

    /// The key under `components.errors`; the code refers to the error by it.
    public let name: String
    /// The number that is sent. Two errors may share one.
    public let code: Int
    /// The document's text.
    public let text: LocalizedText
    /// Of the error itself, or of its range of codes; ``DataRule/optional`` if nothing is said.
    public let data: DataRule
    /// Of the error itself, or of its range of codes; ``TextRule/fixed`` if nothing is said.
    public let textRule: TextRule
    /// Where the error stands in its document.
    public let line: Int
}

/// A range of codes that share rules, `x-rpc.code-ranges`.
struct OpenRPCCodeRange: Sendable {
    let name: String
    let codes: ClosedRange<Int>
    let data: OpenRPCError.DataRule
    let textRule: OpenRPCError.TextRule
}
