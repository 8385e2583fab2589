/// A method of an OpenRPC document. Its parameters are passed by name.
public struct OpenRPCMethod: Sendable {
    /// A named parameter.
    public struct Parameter: Sendable {
        /// The member of `params` that it is.
        public let name: String
        /// Whether a call without it is refused.
        public let isRequired: Bool
        /// What its value must be.
        public let schema: JSONSchema
        /// Where the parameter stands in its document.
        public let line: Int
    }

    /// As it stands in a request's `method`, case and all.
    public let name: String
    /// One sentence, for people.
    public let summary: String
    /// The section of the protocol sheet this was written from (`x-source`).
    public let source: String?
    /// `x-optional`: may be left without a handler, and is then an unknown method.
    public let isOptional: Bool
    /// In the document's order, which is that of the check: the first that does not fit is named.
    public let parameters: [Parameter]
    /// What a result must be.
    public let result: JSONSchema
    /// The names of the errors the method declares.
    public let errors: [String]
    /// The name of the error that answers parameters which do not fit (`x-invalid-params`, or the document's).
    public let invalidParams: String
    /// Where the method stands in its document.
    public let line: Int
}
