/// A method of an OpenRPC document. Its parameters are passed by name.
public struct OpenRPCMethod: Sendable {
    /// A named parameter.
    public struct Parameter: Sendable {
        public let name: String
        public let isRequired: Bool
        public let schema: JSONSchema
        /// Where the parameter stands in its document.
        public let line: Int
    }

    public let name: String
    public let summary: String
    /// The section of the protocol sheet this was written from (`x-source`).
    public let source: String?
    /// `x-optional`: may be left without a handler, and is then an unknown method.
    public let isOptional: Bool
    public let parameters: [Parameter]
    public let result: JSONSchema
    /// The names of the errors the method declares.
    public let errors: [String]
    /// The name of the error that answers parameters which do not fit (`x-invalid-params`, or the document's).
    public let invalidParams: String
    /// Where the method stands in its document.
    public let line: Int
}
