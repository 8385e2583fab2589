/// What a method may answer instead of a result: an error of `components.errors` with its rules in `x-errors`.
public struct OpenRPCError: Hashable, Sendable {
    /// Whether an answer must carry `data` beside the code and the text.
    public enum DataRule: String, CaseIterable, Hashable, Sendable {
        case required, optional
    }

    /// Whether an answer may carry a text other than the document's.
    public enum TextRule: String, CaseIterable, Hashable, Sendable {
        case fixed, replaceable
    }

    /// The key under `components.errors`; the code refers to the error by it.
    public let name: String
    public let code: Int
    public let text: LocalizedText
    public let data: DataRule
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
